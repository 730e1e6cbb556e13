"""Which columns hold what where no headings say it: by the size of their numbers.

Northings, eastings, longitudes and latitudes of China have ranges that do not meet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from geo.coordinate_range import BARE_EASTING_M, NORTHING_M, PREFIXED_EASTING_M
from geo.io.coordinate_table.layout import Block, Layout, Told, one_set
from geo.io.coordinate_table.sheet import BadCell, Cell, Sheet, text_of
from geo.io.coordinate_table.values import CoordinateFaultError, Form, coordinate_of

__all__ = ["CHINA_LATITUDE", "CHINA_LONGITUDE", "holds_pair", "layout_by_magnitude"]

CHINA_LONGITUDE, CHINA_LATITUDE = (73.0, 136.0), (3.0, 54.0)
LEAST_ROWS = 3
LONGEST_RING_NUMBER = 3


def layout_by_magnitude(sheet: Sheet, rows: Iterable[int]) -> Layout | None:
    """Layout of rows without headings; `None` where fewer than three hold a coordinate pair."""
    pairs: Counter[tuple[int, int, bool]] = Counter()
    first_row: int | None = None
    for row in rows:
        found = _pairs_in(sheet.rows[row])
        if found and first_row is None:
            first_row = row
        pairs.update(found)
    if first_row is None:
        return None
    blocks: list[Block] = []
    for (north, east, degrees), count in sorted(pairs.items(), key=lambda each: -each[1]):
        taken = {at for block in blocks for at in (block.north, block.east)}
        if count >= LEAST_ROWS and not taken & {north, east}:
            left, right = sorted((north, east))
            blocks.append(Block(left, right, north, east, Told.MAGNITUDE, degrees))
    blocks.sort(key=lambda block: block.left)
    if not blocks:
        return None
    return one_set(Layout(first_row, tuple(_with_labels(sheet, blocks))))


def holds_pair(sheet: Sheet, row: int) -> bool:
    """Whether neighbouring cells of a row can be a pair of coordinates in China."""
    return bool(_pairs_in(sheet.rows[row]))


def _pairs_in(cells: list[Cell]) -> list[tuple[int, int, bool]]:
    """Neighbouring columns whose values can be north and east, or latitude and longitude."""
    kinds = {at: kind for at, cell in enumerate(cells) if (kind := _kind(cell))}
    found = []
    for at, kind in kinds.items():
        following = kinds.get(at + 1)
        if {kind, following} == {"N", "E"} or {kind, following} == {"B", "L"}:
            north = at if kind in ("N", "B") else at + 1
            found.append((north, 2 * at + 1 - north, kind in ("B", "L")))
    return found


def _kind(cell: Cell) -> str:
    """N, E, B or L for what a value can be in China by its size; empty for anything else."""
    if isinstance(cell, BadCell) or cell == "":
        return ""
    try:
        reading = coordinate_of(cell)
    except CoordinateFaultError:
        return ""
    value = reading.value
    # whole degrees are no coordinates: numbers of points look like them
    if reading.form is Form.NUMBER and value.is_integer() and value < BARE_EASTING_M[0]:
        return ""
    for kind, ranges in (
        ("N", (NORTHING_M,)),
        ("E", (BARE_EASTING_M, PREFIXED_EASTING_M)),
        ("L", (CHINA_LONGITUDE,)),
        ("B", (CHINA_LATITUDE,)),
    ):
        if any(low <= value < high for low, high in ranges):
            return kind
    return ""


def _with_labels(sheet: Sheet, blocks: list[Block]) -> Iterable[Block]:
    """Blocks with the columns on their left: a point's name, and maybe a ring or a parcel."""
    free_from = 0
    for block in blocks:
        columns = [at for at in range(free_from, block.left) if _is_filled(sheet, at, block)]
        free_from = block.right + 1
        yield _with_label(sheet, block, columns) if columns else block


def _with_label(sheet: Sheet, block: Block, columns: list[int]) -> Block:
    *before, label = columns
    ring = None
    if before and _counts_rings(sheet, label, block):
        label, ring = before.pop(), label
    parcel = before[-1] if before else None
    return replace(block, left=columns[0], label=label, ring=ring, parcel_number=parcel)


def _values(sheet: Sheet, column: int, block: Block) -> list[str]:
    """Texts of a column in the rows that hold points."""
    return [
        text_of(sheet.cell(row, column))
        for row in range(len(sheet.rows))
        if _kind(sheet.cell(row, block.north)) and _kind(sheet.cell(row, block.east))
    ]


def _is_filled(sheet: Sheet, column: int, block: Block) -> bool:
    return any(_values(sheet, column, block))


def _counts_rings(sheet: Sheet, column: int, block: Block) -> bool:
    """Whether small whole numbers that hardly change stand in a column."""
    values = _values(sheet, column, block)
    small = all(text.isdigit() and len(text) <= LONGEST_RING_NUMBER for text in values)
    return small and len(set(values)) * LEAST_ROWS <= len(values)
