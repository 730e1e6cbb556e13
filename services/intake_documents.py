"""What was read of a file, as the contract prints it: detected, refused, repaired."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from services.domain.wording import Language
from services.messages import message_of, remedy_of

if TYPE_CHECKING:
    from geo.intake import Detected, Note, Refusal, Repair

__all__ = ["detected_document", "note_documents", "refused_documents", "repaired_documents"]


def refused_documents(refused: Iterable[Refusal], language: Language) -> list[dict[str, Any]]:
    """Refusals as the contract prints them."""
    return [
        {
            "index": refusal.index,
            "site": refusal.site,
            "code": refusal.code,
            "message": message_of(refusal.code, _facts(refusal)).in_language(language),
            "remedy": remedy_of(refusal.code, _facts(refusal)).in_language(language),
        }
        for refusal in refused
    ]


def _facts(refusal: Refusal) -> dict[str, object]:
    number = None if refusal.index is None else refusal.index + 1
    return {"index": refusal.index, "number": number, "site": refusal.site, **refusal.params}


def repaired_documents(repaired: Iterable[Repair], language: Language) -> list[dict[str, Any]]:
    """Repairs as the contract prints them."""
    documents = []
    for repair in repaired:
        facts = {
            "before": f"{repair.area_before_m2:.2f}",
            "after": f"{repair.area_after_m2:.2f}",
            "site": repair.site,
            "number": repair.index + 1,
        }
        documents.append(
            {
                "index": repair.index,
                "site": repair.site,
                "code": repair.code,
                "area_before_m2": repair.area_before_m2,
                "area_after_m2": repair.area_after_m2,
                "message": message_of(repair.code, facts).in_language(language),
            }
        )
    return documents


def detected_document(detected: Detected, language: Language) -> dict[str, Any]:
    """What was found out about a file, as the contract prints it."""
    return {
        "driver": detected.driver,
        "dialect": detected.dialect,
        "encoding": detected.encoding,
        "crs": detected.crs,
        "axis_order": detected.axis_order,
        "area_unit": detected.area_unit,
        "notes": note_documents(detected.notes, language),
        "profile": note_documents(detected.reasons, language),
        "datum": None if detected.datum is None else asdict(detected.datum),
    }


def note_documents(notes: Iterable[Note], language: Language) -> list[dict[str, Any]]:
    """Notes on a file as the contract prints them."""
    return [
        {
            "code": note.code,
            "message": message_of(note.code, note.params).in_language(language),
            "remedy": remedy_of(note.code, note.params).in_language(language),
        }
        for note in notes
    ]
