"""Text of a list as a sheet: commas, tabs, semicolons or blanks between the cells."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence

from geo.errors import UnreadableFileError
from geo.io.coordinate_table.sheet import Cell, Sheet, TableLimits
from geo.reading_codes import Fault

__all__ = ["sheet_of_text"]

# in order of preference where several occur as often
DELIMITERS = ("\t", ",", ";", "，", "；", "|")
LINES_LOOKED_AT = 200
SEXAGESIMAL = re.compile(
    r"(?:(\S+)\s+)?(\d{1,3}\s+[0-5]?\d\s+[0-5]?\d(?:\.\d+)?)\s+(\d{1,3}\s+[0-5]?\d\s+[0-5]?\d(?:\.\d+)?)"
)
BLANKS = re.compile(r"[ \u00a0\u3000]+")
LINE_END = re.compile(r"\r\n|\r|\n")


def sheet_of_text(
    text: str, *, name: str, file: str, limits: TableLimits | None = None
) -> tuple[Sheet, str]:
    """Cells of a text by the sign that parts them best, and that sign (a blank: any blanks).

    Raises
    ------
    UnreadableFileError
        A quoted cell has no end (`bad_line`), or too many rows or columns
        (`table_too_large`).
    """
    bounds = limits or TableLimits()
    lines = LINE_END.split(text)
    if len(lines) > bounds.max_rows:
        raise _too_large(file, "rows", len(lines), bounds.max_rows)
    delimiter = _delimiter([line for line in lines if line.strip()][:LINES_LOOKED_AT])
    rows: list[list[Cell]] = []
    numbers: list[int] = []
    for number, cells in _rows(text, lines, delimiter, file):
        if len(cells) > bounds.max_columns:
            raise _too_large(file, "columns", len(cells), bounds.max_columns)
        rows.append([cell.strip() for cell in cells])
        numbers.append(number)
    return Sheet(name, rows, numbers), delimiter


def _too_large(file: str, what: str, found: int, limit: int) -> UnreadableFileError:
    return UnreadableFileError(
        Fault.TABLE_TOO_LARGE, file=file, what=what, found=found, limit=limit
    )


def _delimiter(lines: Sequence[str]) -> str:
    """Sign that stands in most lines; a blank where none stands in half of them."""
    counts = {sign: sum(sign in line for line in lines) for sign in DELIMITERS}
    best = max(DELIMITERS, key=lambda sign: (counts[sign], -DELIMITERS.index(sign)))
    return best if counts[best] * 2 >= len(lines) and counts[best] else " "


def _rows(
    text: str, lines: Sequence[str], delimiter: str, file: str
) -> Iterator[tuple[int, list[str]]]:
    if delimiter == " ":
        for number, line in enumerate(lines, start=1):
            yield number, _parted(line)
        return
    # cells of WKT are long; the limit is one of the whole process and only ever raised
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 1
    try:
        for cells in reader:
            yield number, cells
            number = reader.line_num + 1
    except csv.Error as err:
        shown = lines[min(number, len(lines)) - 1][:60]
        raise UnreadableFileError(Fault.BAD_LINE, file=file, line=number, text=shown) from err


def _parted(line: str) -> list[str]:
    """Cells between blanks; degrees, minutes and seconds between blanks are one cell."""
    stripped = line.strip()
    degrees = SEXAGESIMAL.fullmatch(stripped)
    if degrees is not None:
        return [part for part in degrees.groups() if part is not None]
    return BLANKS.split(stripped) if stripped else []
