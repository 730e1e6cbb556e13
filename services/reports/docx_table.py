"""Tables of the Word sheet: fixed widths, thin lines, heads repeated on every page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from services.printable import printable
from services.reports.content import Cell, Column, Quantity, Row, RowKind, SummaryLine, Table
from services.reports.docx_styles import TEXT_WIDTH_MM

__all__ = ["summary_element", "table_element", "text_run"]

TWIPS_PER_MM = 1440 / 25.4
LINE = "7F8894"
HEAD_FILL, GROUP_FILL, TOTAL_FILL = "E4E8EC", "F3F5F7", "EDF0F3"
FILLS = {RowKind.GROUP: GROUP_FILL, RowKind.SUBTOTAL: GROUP_FILL, RowKind.TOTAL: TOTAL_FILL}
BOLD = frozenset({RowKind.GROUP, RowKind.SUBTOTAL, RowKind.TOTAL})
# a table of so few rows stays on one page
SHORT_TABLE = 8
LABEL_WIDTH_MM = 30


def _element(tag: str, **attributes: str | int) -> BaseOxmlElement:
    element = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), str(value))
    return element


def text_run(text: str, *, bold: bool = False) -> BaseOxmlElement:
    """A run of foreign text: line breaks and tabs kept, nothing else interpreted."""
    run = _element("r")
    if bold:
        properties = _element("rPr")
        properties.append(_element("b"))
        run.append(properties)
    for place, line in enumerate(printable(text).split("\n")):
        if place:
            run.append(_element("br"))
        for position, piece in enumerate(line.split("\t")):
            if position:
                run.append(_element("tab"))
            written = _element("t")
            written.text = piece
            written.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            run.append(written)
    return run


def _widths(columns: Sequence[Column]) -> list[int]:
    whole = sum(column.width for column in columns)
    total = round(TEXT_WIDTH_MM * TWIPS_PER_MM)
    edges = [0.0]
    for column in columns:
        edges.append(edges[-1] + column.width / whole * total)
    return [round(right) - round(left) for left, right in pairwise(edges)]


def _frame(widths: Sequence[int]) -> BaseOxmlElement:
    table = _element("tbl")
    properties = _element("tblPr")
    properties.append(_element("tblW", w=sum(widths), type="dxa"))
    properties.append(_element("jc", val="center"))
    borders = _element("tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(_element(side, val="single", sz=4, space=0, color=LINE))
    properties.append(borders)
    properties.append(_element("tblLayout", type="fixed"))
    margins = _element("tblCellMar")
    for side, width in (("top", 30), ("left", 70), ("bottom", 30), ("right", 70)):
        margins.append(_element(side, w=width, type="dxa"))
    properties.append(margins)
    table.append(properties)
    grid = _element("tblGrid")
    for width in widths:
        grid.append(_element("gridCol", w=width))
    table.append(grid)
    return table


def _cell(
    text: str, width: int, style: str, *, fill: str = "", bold: bool = False, span: int = 1
) -> BaseOxmlElement:
    cell = _element("tc")
    properties = _element("tcPr")
    properties.append(_element("tcW", w=width, type="dxa"))
    if span > 1:
        properties.append(_element("gridSpan", val=span))
    if fill:
        properties.append(_element("shd", val="clear", color="auto", fill=fill))
    properties.append(_element("vAlign", val="center"))
    cell.append(properties)
    paragraph = _element("p")
    form = _element("pPr")
    form.append(_element("pStyle", val=style))
    paragraph.append(form)
    if text:
        paragraph.append(text_run(text, bold=bold))
    cell.append(paragraph)
    return cell


def _row(cells: Sequence[BaseOxmlElement], *, head: bool = False) -> BaseOxmlElement:
    row = _element("tr")
    properties = _element("trPr")
    properties.append(_element("cantSplit"))
    if head:
        properties.append(_element("tblHeader"))
    row.append(properties)
    row.extend(cells)
    return row


def _keep_with_next(rows: Sequence[BaseOxmlElement]) -> None:
    for row in rows:
        for form in row.iter(qn("w:pPr")):
            form.find(qn("w:pStyle")).addnext(_element("keepNext"))


def table_element(table: Table) -> BaseOxmlElement:
    """A table with its head; the caption and the note are paragraphs around it."""
    widths = _widths(table.columns)
    frame = _frame(widths)
    heads = [
        _cell(column.head, width, "TableHead", fill=HEAD_FILL)
        for column, width in zip(table.columns, widths, strict=True)
    ]
    rows = [_row(heads, head=True)]
    rows += [_row(list(_cells(row, table.columns, widths))) for row in table.rows]
    frame.extend(rows)
    _keep_with_next(_kept(table, rows))
    return frame


def _kept(table: Table, rows: Sequence[BaseOxmlElement]) -> list[BaseOxmlElement]:
    """Rows that may not end a page: the head, group heads, and what precedes a total."""
    if len(table.rows) <= SHORT_TABLE:
        return list(rows[:-1])
    kept = [rows[0]]
    for position, row in enumerate(table.rows[:-1]):
        before_total = table.rows[position + 1].kind in {RowKind.TOTAL, RowKind.SUBTOTAL}
        if row.kind is RowKind.GROUP or before_total:
            kept.append(rows[position + 1])
    return kept


def _cells(row: Row, columns: Sequence[Column], widths: Sequence[int]) -> Iterator[BaseOxmlElement]:
    fill, bold = FILLS.get(row.kind, ""), row.kind in BOLD
    if row.kind is RowKind.GROUP:
        text = _text(row.cells[0])
        yield _cell(text, sum(widths), "TableText", fill=fill, bold=bold, span=len(columns))
        return
    for cell, column, width in zip(row.cells, columns, widths, strict=True):
        style = "TableNumber" if column.numeric else "TableText"
        yield _cell(_text(cell), width, style, fill=fill, bold=bold)


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    return cell.text if isinstance(cell, Quantity) else cell


def summary_element(lines: Sequence[SummaryLine]) -> BaseOxmlElement:
    """The head of the first page: label and value, the verdict in large type."""
    columns = (Column("", LABEL_WIDTH_MM), Column("", TEXT_WIDTH_MM - LABEL_WIDTH_MM))
    label_width, value_width = _widths(columns)
    frame = _frame((label_width, value_width))
    for line in lines:
        style = "SummaryVerdict" if line.is_verdict else "SummaryValue"
        fill = TOTAL_FILL if line.is_verdict else ""
        frame.append(
            _row(
                [
                    _cell(line.label, label_width, "SummaryLabel", fill=HEAD_FILL),
                    _cell(line.value, value_width, style, fill=fill),
                ]
            )
        )
    return frame
