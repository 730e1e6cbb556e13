"""What a command prints: one JSON document, or lines for people; refusals on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from services.domain.wording import Language, Wording
from services.messages import message_of, remedy_of

if TYPE_CHECKING:
    from geo.intake import Detected, Note, Refusal, Repair

__all__ = [
    "Console",
    "detected_document",
    "note_documents",
    "refused_documents",
    "repaired_documents",
    "write_document",
]


def write_document(document: Mapping[str, Any]) -> None:
    """Print exactly one JSON document on stdout, in UTF-8 whatever the console's code page."""
    text = json.dumps(document, ensure_ascii=False, indent=2, default=str)
    sys.stdout.buffer.write(text.encode("utf-8") + b"\n")
    sys.stdout.flush()


@dataclass(frozen=True, slots=True)
class Console:
    """Where and in which language a command speaks."""

    language: Language

    def line(self, text: str = "") -> None:
        """A line of the answer, on stdout."""
        click.echo(text)

    def note(self, text: str) -> None:
        """A line about the work (progress, warning), on stderr."""
        click.echo(text, err=True)

    def words(self, wording: Wording) -> str:
        """The text in this run's language."""
        return wording.in_language(self.language)

    def table(self, head: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
        """A plain table; Chinese signs count two columns."""
        lines = [[str(cell) for cell in row] for row in [tuple(head), *rows]]
        widths = [max(_columns(cell) for cell in column) for column in zip(*lines, strict=True)]
        for row in lines:
            cells = (
                cell + " " * (width - _columns(cell))
                for cell, width in zip(row, widths, strict=True)
            )
            self.line("  ".join(cells).rstrip())

    def intake(self, refused: Iterable[Refusal], repaired: Iterable[Repair]) -> None:
        """Name every feature that was refused or repaired, on stderr."""
        for entry in refused_documents(refused, self.language):
            self.note(f"✗ {_place(entry)}{entry['message']} {entry['remedy']}")
        for entry in repaired_documents(repaired, self.language):
            self.note(f"! {_place(entry)}{entry['message']}")

    def notes(self, notes: Iterable[Note]) -> None:
        """Say what should be known about a file, and what to do, on stderr."""
        for entry in note_documents(notes, self.language):
            self.note(f"! {entry['message']} {entry['remedy']}".rstrip())


def _columns(text: str) -> int:
    return sum(2 if "\u2e80" <= sign <= "\uffef" else 1 for sign in text)


def _place(entry: Mapping[str, Any]) -> str:
    index = "" if entry["index"] is None else f"#{entry['index'] + 1} "
    site = f"{entry['site']}: " if entry["site"] else ""
    return f"{index}{site}"


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
