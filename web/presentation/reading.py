"""What was read from the files of a run: detected, repaired, refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from geo.intake import Refusal
from services.domain.wording import Language
from services.intake_documents import detected_document, refused_documents, repaired_documents
from services.siting.request import CheckRun
from web.numbers import square_metres
from web.texts import entries, text

__all__ = ["Reading", "RefusalLine", "reading_of", "refusal_lines"]


@dataclass(frozen=True, slots=True)
class RefusalLine:
    """A refusal as sentences; `field` is the input of the form that it is about."""

    message: str
    remedy: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """One line of summary, what needs attention, and what is good to know."""

    summary: str
    problems: tuple[str, ...]
    notes: tuple[str, ...]


def reading_of(run: CheckRun, language: Language) -> Reading:
    """The record of a run in one language."""
    problems = [_repaired(item, language) for item in repaired_documents(run.repaired, language)]
    for line in refusal_lines(run.refused, language):
        problems.append(f"{line.message} {line.remedy}".strip())
    detected = detected_document(run.detected, language)
    notes = tuple(note["message"] for note in detected["notes"])
    return Reading(_summary(detected, language), tuple(problems), notes)


def refusal_lines(refused: Iterable[Refusal], language: Language) -> tuple[RefusalLine, ...]:
    """Refused features: what, where, and what to do."""
    return tuple(
        RefusalLine(f"{_place(item, language)}{item['message']}", item["remedy"], field="files")
        for item in refused_documents(refused, language)
    )


def _repaired(item: dict[str, Any], language: Language) -> str:
    before, after = (square_metres(item[f"area_{when}_m2"]) for when in ("before", "after"))
    areas = text("reading.areas", language, before=before, after=after)
    return f"{_place(item, language)}{item['message']} {areas}"


def _place(item: dict[str, Any], language: Language) -> str:
    if item["index"] is None:
        return ""
    return text("reading.where", language, number=item["index"] + 1, name=item["site"] or "")


def _summary(detected: dict[str, Any], language: Language) -> str:
    key = f"reading.{detected['axis_order']}"
    order = text(key, language) if key in entries() else detected["axis_order"]
    names = ("driver", "dialect", "encoding", "crs")
    parts = [*(detected[name] for name in names), order, detected["area_unit"]]
    return " · ".join(part for part in parts if part)
