"""Stored results as lines of a list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from services.domain.wording import Language
from services.labels import label
from services.repositories import ResultLine

__all__ = ["ResultRow", "result_rows"]


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One result of a list."""

    number: str
    name: str
    state: str
    word: str
    as_of: str


def result_rows(results: Iterable[ResultLine], language: Language) -> list[ResultRow]:
    """Lines in the order given."""
    return [
        ResultRow(
            number=item.number,
            name=item.site_name,
            state=item.verdict,
            word=label("state", item.verdict).in_language(language),
            as_of=item.as_of,
        )
        for item in results
    ]
