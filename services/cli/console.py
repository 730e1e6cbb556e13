"""What a command prints: one JSON document, or lines for people; refusals on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from services.domain.wording import Language, Wording
from services.intake_documents import note_documents

if TYPE_CHECKING:
    from geo.intake import Note

__all__ = [
    "Console",
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

    def notes(self, notes: Iterable[Note]) -> None:
        """Say what should be known about a file, and what to do, on stderr."""
        for entry in note_documents(notes, self.language):
            self.note(f"! {entry['message']} {entry['remedy']}".rstrip())


def _columns(text: str) -> int:
    return sum(2 if "\u2e80" <= sign <= "\uffef" else 1 for sign in text)
