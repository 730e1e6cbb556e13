"""What the cells of one list are in one row: a point, a text, or nothing."""

from __future__ import annotations

import re
from enum import StrEnum

from geo.io.coordinate_table.layout import Block
from geo.io.coordinate_table.sheet import BadCell, Cell, Sheet, text_of
from geo.io.coordinate_table.values import has_digit
from geo.io.coordinate_table.words import (
    fact_key,
    facts_in,
    is_note,
    named_in_title,
    names_a_parcel,
)

__all__ = ["RowKind", "kind_of"]

POINT_LABEL = re.compile(r"[A-Za-z]{0,4}[-_]?\d{1,6}(?:[-_'′]?[A-Za-z0-9]{1,4})?")
COORDINATE_SIGNS = re.compile(r"[\d.,，°'\"′″:：+\-\sNSEWnsew]")
# 周长, 合计(m): no point is called so
WORD = re.compile(r"[\u4e00-\u9fff]{2,}(?:[(（][^)）]*[)）])?[:：]?")
PLAIN_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
# a coordinate has no more signs than this, at least half of which look like one
MOST_SIGNS, DATA_SHARE = 30, 0.5


class RowKind(StrEnum):
    """Kinds of rows; a `LABEL` has the name of a point alone, a `BETWEEN` neither."""

    BLANK = "blank"
    DATA = "data"
    LABEL = "label"
    TEXT = "text"
    BETWEEN = "between"


def kind_of(sheet: Sheet, row: int, block: Block) -> RowKind:
    """What the cells of a block are in one row."""
    north, east = sheet.cell(row, block.north), sheet.cell(row, block.east)
    pair = (_is_value(north), _is_value(east))
    label = text_of(sheet.cell(row, block.label))
    if all(pair):
        is_total = WORD.fullmatch(label) is not None and is_note(label)
        return RowKind.TEXT if is_total else RowKind.DATA
    filled = [at for at in range(block.left, block.right + 1) if sheet.cell(row, at) != ""]
    if not filled:
        return RowKind.BLANK
    if any(pair):
        # 地块编号 | A-02 and 周长 | 600.00 stand in the columns of points, too
        first = text_of(sheet.cell(row, filled[0]))
        is_text = fact_key(first) is not None or WORD.fullmatch(first) is not None
        return RowKind.TEXT if is_text else RowKind.DATA
    return _kind_without_values(sheet, row, block, filled)


def _kind_without_values(sheet: Sheet, row: int, block: Block, filled: list[int]) -> RowKind:
    label = text_of(sheet.cell(row, block.label))
    marked = sheet.cell(row, block.north) != "" or sheet.cell(row, block.east) != ""
    is_label = bool(POINT_LABEL.fullmatch(label)) and not names_a_parcel(label)
    if is_label and marked:
        # 无, —, 待定 where a coordinate should stand
        return RowKind.DATA
    if is_label:
        return RowKind.LABEL
    quiet = {block.edge, block.area, *block.others.values()}
    if set(filled) <= quiet and not any(tells(sheet.cell(row, at)) for at in filled):
        return RowKind.BETWEEN
    return RowKind.TEXT


def _is_value(cell: Cell) -> bool:
    """Whether a cell holds, or should hold, a coordinate."""
    if isinstance(cell, (BadCell, int, float)):
        return True
    text = cell.strip()
    if PLAIN_NUMBER.fullmatch(text):
        return True
    if not has_digit(text) or len(text) > MOST_SIGNS or tells(text) or is_note(text):
        return False
    signs = len(COORDINATE_SIGNS.findall(text))
    return signs >= DATA_SHARE * len(text)


def tells(cell: Cell) -> bool:
    """Whether a cell is a text that names a parcel or states a fact."""
    return isinstance(cell, str) and bool(
        facts_in(cell) or names_a_parcel(cell) or named_in_title(cell) is not None
    )
