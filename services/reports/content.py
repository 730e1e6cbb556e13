"""A report as data: sections, paragraphs, tables and figures with units and rounding decided.

Writers lay this out and compute nothing; tests read a written file back and compare it with
the content.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.domain.verdict import State
from services.domain.wording import Language

__all__ = [
    "Block",
    "Cell",
    "Column",
    "Figure",
    "FigureSubject",
    "Heading",
    "Paragraph",
    "Quantity",
    "ReportContent",
    "Row",
    "RowKind",
    "Section",
    "Sheet",
    "SummaryLine",
    "Table",
    "TextRole",
]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as it is printed: `units` of 10^-`decimals`.

    `below` marks a quantity above nothing that is less than half of the last digit.
    """

    units: int
    decimals: int
    below: bool = False

    @property
    def value(self) -> float:
        """The printed digits as a number."""
        return self.units / float(10**self.decimals)

    @property
    def text(self) -> str:
        """The printed digits, thousands grouped; what is above nothing never prints as 0.00."""
        if self.below:
            return f"<{Quantity(1, self.decimals).text}"
        whole, rest = divmod(abs(self.units), 10**self.decimals)
        sign = "-" if self.units < 0 else ""
        return f"{sign}{whole:,}.{rest:0{self.decimals}d}" if self.decimals else f"{sign}{whole:,}"


Cell = str | Quantity | None


class RowKind(StrEnum):
    """How a row stands in its table; a group row has one cell over all columns."""

    GROUP = "group"
    DETAIL = "detail"
    PART = "part"
    SUBTOTAL = "subtotal"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Column:
    """Head with its unit, and the width relative to the other columns."""

    head: str
    width: float
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """Cells in the order of the columns; `None` is an empty cell."""

    cells: tuple[Cell, ...]
    kind: RowKind = RowKind.DETAIL


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption and a note below it."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""


class TextRole(StrEnum):
    """What a paragraph is for; a lead and what it lists stay on one page."""

    BODY = "body"
    ITEM = "item"
    LEAD = "lead"
    LISTED = "listed"
    VERDICT = "verdict"
    SIGNATURE = "signature"
    DISCLAIMER = "disclaimer"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of plain text."""

    text: str
    role: TextRole = TextRole.BODY


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading below the section's own; `new_page` for an annex."""

    text: str
    new_page: bool = False


class FigureSubject(StrEnum):
    """What the red line is laid over."""

    FINDINGS = "findings"
    LAND_STATUS = "land_status"
    LAND_PLAN = "land_plan"
    URBAN_PLAN = "urban_plan"


@dataclass(frozen=True, slots=True)
class Figure:
    """A map of the site and its caption."""

    caption: str
    subject: FigureSubject


Block = Paragraph | Heading | Table | Figure


@dataclass(frozen=True, slots=True)
class Section:
    """One numbered section."""

    number: int
    title: str
    blocks: tuple[Block, ...]

    @property
    def heading(self) -> str:
        """Number and title as printed."""
        return f"{self.number} {self.title}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of the workbook."""

    name: str
    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class SummaryLine:
    """One line at the head of the first page; the verdict stands out."""

    label: str
    value: str
    is_verdict: bool = False


@dataclass(frozen=True, slots=True)
class ReportContent:
    """Everything that the sheet and the workbook print.

    `stage` is the state of the sheet (草稿 until it is reviewed and signed); `summary` holds
    label and value pairs of the head of the first page, the verdict among them. `page_words`
    stand before the number of the page, before the number of pages, and after it.
    """

    title: str
    number: str
    stage: str
    language: Language
    verdict: State
    created: datetime
    header: str
    page_words: tuple[str, str, str]
    disclaimer: str
    summary: tuple[SummaryLine, ...]
    sections: tuple[Section, ...]
    sheets: tuple[Sheet, ...]

    def blocks(self) -> Iterator[Block]:
        """All blocks in the order of the sheet."""
        for section in self.sections:
            yield from section.blocks

    def tables(self) -> Iterator[Table]:
        """All tables in the order of the sheet."""
        for block in self.blocks():
            if isinstance(block, Table):
                yield block
