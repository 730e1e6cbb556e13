"""A sheet of cells, whether it came from a workbook or from a text."""

from __future__ import annotations

from dataclasses import dataclass, field

from geo.reading_codes import Fault

__all__ = ["BadCell", "Cell", "Merge", "Sheet", "TableLimits", "address", "text_of"]

# Excel keeps 15 digits of a number
EXACT_DIGITS_BELOW = 1e15


@dataclass(frozen=True, slots=True)
class BadCell:
    """A cell that has no value to read: an error, or a formula never calculated."""

    text: str
    fault: Fault


Cell = str | int | float | BadCell


@dataclass(frozen=True, slots=True)
class Merge:
    """Cells shown as one; 0-based, ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class TableLimits:
    """Most rows of a sheet, columns, sheets, and cells that hold something."""

    max_rows: int = 1_048_576
    max_columns: int = 512
    max_sheets: int = 200
    max_cells: int = 10_000_000


@dataclass(slots=True)
class Sheet:
    """Rows of cells; `""` is a blank one. Row n of the file is `rows[n - first_row]`.

    Attributes
    ----------
    lines
        Line of the text where each row begins; empty for a workbook, whose rows count from 1.
    hidden
        Rows and columns that the workbook does not show.
    """

    name: str
    rows: list[list[Cell]]
    lines: list[int] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    hidden_rows: int = 0
    hidden_columns: int = 0
    hidden: bool = False

    def number_of(self, row: int) -> int:
        """Number of a row as people count it, or the line of a text."""
        return self.lines[row] if self.lines else row + 1

    def cell(self, row: int, column: int | None) -> Cell:
        """Cell at a 0-based place; blank beyond the end of its row."""
        cells = self.rows[row]
        return cells[column] if column is not None and column < len(cells) else ""


def address(row: int, column: int) -> str:
    """Name of a cell from 0-based numbers: `B7`."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def text_of(cell: Cell) -> str:
    """Text of a cell; numbers in full, never with an exponent."""
    if isinstance(cell, BadCell):
        return cell.text
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell.is_integer() else repr(cell)
    return str(cell).strip()
