"""Columns that several tables share."""

from __future__ import annotations

from services.reports.content import Column
from services.reports.words import Words

__all__ = ["area_columns", "numeric", "text"]


def text(words: Words, name: str, width: float) -> Column:
    """A column of words."""
    return Column(words(f"column.{name}"), width)


def numeric(words: Words, name: str, width: float) -> Column:
    """A column of numbers, its unit in the head."""
    return Column(words(f"column.{name}"), width, numeric=True)


def area_columns(words: Words) -> tuple[Column, ...]:
    """The four columns of `AreaCells.row`."""
    return (
        numeric(words, "m2", 26),
        numeric(words, "ha", 20),
        numeric(words, "mu", 20),
        numeric(words, "share", 16),
    )
