"""The workbook of areas; layout only: numbers as numbers, foreign text never as a formula."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from services.printable import formula_free, printable
from services.reports.content import Cell, Quantity, ReportContent, Row, RowKind, Sheet, Table

__all__ = ["write_workbook"]

OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
# Excel holds no longer text in a cell
LONGEST_TEXT = 32_767
BOLD = frozenset({RowKind.SUBTOTAL, RowKind.TOTAL, RowKind.GROUP})
FILLS = {RowKind.SUBTOTAL: "#F3F5F7", RowKind.TOTAL: "#EDF0F3", RowKind.GROUP: "#F3F5F7"}
FONT = "宋体"
WIDEST, NARROWEST = 70, 8


def write_workbook(content: ReportContent, path: Path) -> None:
    """Write all sheets; totals are values, so that they read alike everywhere."""
    with xlsxwriter.Workbook(str(path), OPTIONS) as book:
        book.set_properties(
            {
                "title": content.title,
                "subject": content.number,
                "author": "plotwise",
                "created": content.created.astimezone(UTC).replace(tzinfo=None),
            }
        )
        formats = _Formats(book)
        for sheet in content.sheets:
            _write_sheet(book.add_worksheet(sheet.name), sheet, formats)


class _Formats:
    """Formats of the book, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[RowKind | str, int | None], Format] = {}

    def of(self, kind: RowKind | str, decimals: int | None = None) -> Format:
        key = (kind, decimals)
        if key not in self._made:
            self._made[key] = self._book.add_format(self._look(kind, decimals))
        return self._made[key]

    def _look(self, kind: RowKind | str, decimals: int | None) -> dict[str, object]:
        look: dict[str, object] = {"font_name": FONT, "font_size": 10, "valign": "vcenter"}
        if kind == "caption":
            return look | {"bold": True, "font_size": 12}
        if kind == "note":
            return look | {"font_color": "#52606D"}
        look |= {"border": 1, "border_color": "#B8C0C8"}
        if kind == "head":
            return look | {
                "bold": True,
                "text_wrap": True,
                "align": "center",
                "bg_color": "#E4E8EC",
            }
        if decimals is None:
            look |= {"text_wrap": True, "num_format": "@"}
        else:
            look["num_format"] = f"#,##0.{'0' * decimals}" if decimals else "#,##0"
        if kind in BOLD:
            look |= {"bold": True, "bg_color": FILLS[RowKind(kind)]}
        return look


def _write_sheet(page: Worksheet, sheet: Sheet, formats: _Formats) -> None:
    page.set_paper(9)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.hide_gridlines(2)
    for column, width in enumerate(_column_widths(sheet)):
        page.set_column(column, column, width)
    row = 0
    for position, table in enumerate(sheet.tables):
        row = _write_table(page, table, row, formats)
        if position == 0:
            page.freeze_panes(2, 0)
            page.repeat_rows(1)
            if len(sheet.tables) == 1 and table.rows:
                page.autofilter(1, 0, len(table.rows) + 1, len(table.columns) - 1)


def _write_table(page: Worksheet, table: Table, row: int, formats: _Formats) -> int:
    """Write caption, head, rows and note; return the first row of the next table."""
    _write_text(page, row, 0, table.caption, formats.of("caption"))
    for column, head in enumerate(table.columns):
        _write_text(page, row + 1, column, head.head, formats.of("head"))
    row += 2
    for line in table.rows:
        for column, cell in enumerate(_padded(line, table)):
            _write_cell(page, row, column, cell, line.kind, formats)
        row += 1
    if table.note:
        _write_text(page, row, 0, table.note, formats.of("note"))
        row += 1
    return row + 1


def _padded(row: Row, table: Table) -> Iterator[Cell]:
    yield from row.cells
    for _ in range(len(table.columns) - len(row.cells)):
        yield None


def _write_cell(
    page: Worksheet, row: int, column: int, cell: Cell, kind: RowKind, formats: _Formats
) -> None:
    if cell is None:
        page.write_blank(row, column, None, formats.of(kind))
    elif isinstance(cell, Quantity):
        page.write_number(row, column, cell.value, formats.of(kind, cell.decimals))
    else:
        _write_text(page, row, column, cell, formats.of(kind))


def _write_text(page: Worksheet, row: int, column: int, text: str, look: Format) -> None:
    safe = formula_free(printable(text))
    if len(safe) > LONGEST_TEXT:
        safe = f"{safe[: LONGEST_TEXT - 1]}…"
    page.write_string(row, column, safe, look)


def _column_widths(sheet: Sheet) -> list[float]:
    """Widest of the tables' own widths, in characters."""
    columns = max(len(table.columns) for table in sheet.tables) if sheet.tables else 0
    widths = [float(NARROWEST)] * columns
    for table in sheet.tables:
        for position, column in enumerate(table.columns):
            widths[position] = min(max(widths[position], column.width * 0.9), WIDEST)
    return widths
