"""The table of boundary points as a workbook for A4 paper: layout only.

One sheet holds all plots, page by page, each page whole in itself with its own headings. A
length stands between the rows of the points that it joins, as the paper form has it; no cells
of points are merged, so that coordinates can be copied.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from geo.intake import Note
from services.printable import formula_free, printable
from services.reports.boundary_points import (
    PointLine,
    PointPage,
    RingLine,
    point_table,
)
from services.reports.content import Quantity
from services.whole_file import whole_file

__all__ = ["write_boundary_points"]

FONT = "宋体"
OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    # the width of columns counts in digits of this font
    "default_format_properties": {"font_name": FONT, "font_size": 10},
}
TITLE = "界址点成果表"
HEADS = ("点号", "X 纵坐标(m)", "Y 横坐标(m)", "边长(m)")
REMARK = (
    "注：X 为北坐标，Y 为东坐标；各圈自西北角起顺时针，点号连续；边长按表列坐标计算，为平面距离。"
)
SIGNATURES = "制表：　　　　　　　　检核：　　　　　　　　日期：　　　年　　月　　日"
FOOTER = "&C&9第 &P 页  共 &N 页"
A4 = 9
MARGINS_IN = {"left": 0.6, "right": 0.6, "top": 0.65, "bottom": 0.7}
WIDTHS = (12, 23, 23, 17)
LAST = len(WIDTHS) - 1
# half-width signs of a fact on one line
ONE_LINE = 60
# heights in points; together less than the 740 between the margins of A4
TITLE_PT, PAGE_PT, FACT_PT, TWO_LINES_PT, HEAD_PT = 34.0, 15.0, 19.0, 30.0, 22.0
POINT_PT, EDGE_PT, PAD_PT, REMARK_PT, SIGN_PT = 12.5, 9.0, 3.0, 14.0, 22.0
INK, INK_2, LINE, FILL = "#1F2933", "#52606D", "#8A96A3", "#EDF0F3"


def write_boundary_points(
    frame: gpd.GeoDataFrame, path: Path, *, project: str = "", overwrite: bool = False
) -> tuple[Note, ...]:
    """Write the table of boundary points of all plots; whole or not at all.

    Parameters
    ----------
    frame, project
        See `point_table`.

    Raises
    ------
    TargetExistsError
        The file exists and may not be replaced.
    GeoError, InvalidGeometryError
        See `point_table`.
    """
    table = point_table(frame, project=project)
    with (
        whole_file(path, overwrite=overwrite) as beside,
        xlsxwriter.Workbook(str(beside), OPTIONS) as book,
    ):
        book.set_properties({"title": TITLE, "author": "plotwise"})
        _Table(book, book.add_worksheet(TITLE)).write(table.pages)
    return tuple(Note(note.code, {"file": path.name, **note.params}) for note in table.notes)


class _Table:
    """The one sheet, written from top to bottom."""

    def __init__(self, book: Workbook, sheet: Worksheet) -> None:
        self.sheet = sheet
        self.row = 0
        self.formats = {name: _format(book, **look) for name, look in _looks().items()}
        self.numbers: dict[tuple[str, int], Format] = {}
        self.book = book

    def write(self, pages: Sequence[PointPage]) -> None:
        self._set_paper()
        breaks = []
        for page in pages:
            self._write_page(page)
            breaks.append(self.row)
        self.sheet.set_h_pagebreaks(breaks[:-1])
        self.sheet.print_area(0, 0, self.row - 1, LAST)

    def _set_paper(self) -> None:
        sheet = self.sheet
        sheet.set_paper(A4)
        sheet.set_portrait()
        sheet.set_margins(**MARGINS_IN)
        sheet.center_horizontally()
        sheet.set_footer(FOOTER, {"margin": 0.35})
        sheet.hide_gridlines(2)
        sheet.set_page_view(0)
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)

    def _write_page(self, page: PointPage) -> None:
        self._merged(TITLE, "title", TITLE_PT)
        self.sheet.set_row(self.row, PAGE_PT)
        self._text(self.row, 0, "单位：米", "aside")
        self._text(self.row, LAST, f"本地块第 {page.number} 页　共 {page.count} 页", "aside_right")
        self.row += 1
        for key, value in page.facts:
            self._write_fact(key, value)
        self.sheet.set_row(self.row, HEAD_PT)
        for column, head in enumerate(HEADS):
            self._text(self.row, column, head, "head")
        self.row += 1
        self._write_lines(page)
        self._merged(REMARK, "remark", REMARK_PT)
        self._merged(SIGNATURES, "signatures", SIGN_PT)

    def _merged(self, text: str, look: str, height: float) -> None:
        self.sheet.set_row(self.row, height)
        self.sheet.merge_range(self.row, 0, self.row, LAST, "", self.formats[look])
        self._text(self.row, 0, text, look)
        self.row += 1

    def _write_fact(self, key: str, value: str) -> None:
        self.sheet.set_row(self.row, FACT_PT if _width(value) <= ONE_LINE else TWO_LINES_PT)
        self._text(self.row, 0, key, "key")
        self.sheet.merge_range(self.row, 1, self.row, LAST, "", self.formats["value"])
        self._text(self.row, 1, value, "value")
        self.row += 1

    def _write_lines(self, page: PointPage) -> None:
        """Lines, and blank ones to the foot of the page, so that all pages look alike."""
        if isinstance(page.lines[0], PointLine):
            self._blank_rows("pad")
        for line in page.lines:
            if isinstance(line, RingLine):
                self._write_ring(line)
                self._blank_rows("pad")
            else:
                self._write_point(line)
        for _ in range(page.blank_lines):
            self._blank_rows("point", "edge")
        # closes the frame
        self._blank_rows("last")

    def _write_ring(self, line: RingLine) -> None:
        self.sheet.set_row(self.row, POINT_PT + EDGE_PT - PAD_PT)
        self.sheet.merge_range(self.row, 0, self.row, LAST, "", self.formats["ring"])
        self._text(self.row, 0, line.text, "ring")
        self.row += 1

    def _write_point(self, line: PointLine) -> None:
        point, edge = self.row, self.row + 1
        self._blank_rows("point", "edge")
        self._text(point, 0, line.label, "label")
        self._number(point, 1, line.north, "point")
        self._number(point, 2, line.east, "point")
        if line.edge is not None:
            self._number(edge, LAST, line.edge, "edge")

    def _blank_rows(self, *looks: str) -> None:
        heights = {"point": POINT_PT, "edge": EDGE_PT, "pad": PAD_PT, "last": PAD_PT}
        for look in looks:
            self.sheet.set_row(self.row, heights[look])
            for column in range(LAST + 1):
                self.sheet.write_blank(self.row, column, None, self.formats[look])
            self.row += 1

    def _number(self, row: int, column: int, quantity: Quantity, look: str) -> None:
        key = (look, quantity.decimals)
        if key not in self.numbers:
            digits = {"num_format": f"0.{'0' * quantity.decimals}"}
            self.numbers[key] = _format(self.book, **_looks()[look], **digits)
        self.sheet.write_number(row, column, quantity.value, self.numbers[key])

    def _text(self, row: int, column: int, text: str, look: str) -> None:
        self.sheet.write_string(row, column, formula_free(printable(text)), self.formats[look])


def _width(text: str) -> int:
    """Signs of a text, those of full width counted twice."""
    return len(text) + sum(not sign.isascii() for sign in text)


def _format(book: Workbook, **look: object) -> Format:
    return book.add_format({"font_name": FONT, "valign": "vcenter", "font_color": INK, **look})


def _looks() -> dict[str, dict[str, object]]:
    """Looks of the cells: hairlines between columns, a frame around, no lines among points."""
    boxed = {"border": 1, "border_color": LINE}
    sides = {"left": 1, "right": 1, "left_color": LINE, "right_color": LINE}
    figures = {"align": "right", "indent": 4}
    return {
        "title": {"font_size": 18, "bold": True, "align": "center"},
        "aside": {"font_size": 9, "font_color": INK_2},
        "aside_right": {"font_size": 9, "font_color": INK_2, "align": "right"},
        "key": {**boxed, "font_size": 10, "align": "center", "bg_color": FILL},
        "value": {**boxed, "font_size": 10, "text_wrap": True, "indent": 1, "num_format": "@"},
        "head": {**boxed, "font_size": 10, "bold": True, "align": "center", "bg_color": FILL},
        "ring": {**boxed, "font_size": 9, "align": "center", "bg_color": FILL},
        "label": {**sides, "font_size": 9, "align": "center"},
        "point": {**sides, **figures, "font_size": 9},
        "edge": {**sides, **figures, "font_size": 8, "font_color": INK_2},
        "pad": {**sides},
        "last": {**sides, "bottom": 1, "bottom_color": LINE},
        "remark": {"font_size": 8, "font_color": INK_2},
        "signatures": {"font_size": 10, "align": "center"},
    }
