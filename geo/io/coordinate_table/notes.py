"""What was understood of lists of coordinates, and what was passed over in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from geo.errors import Param
from geo.intake import Note
from geo.io.coordinate_table.attributes import is_damaged_code, varying_columns
from geo.io.coordinate_table.layout import Block, Layout, Told
from geo.io.coordinate_table.position import told_system
from geo.io.coordinate_table.records import CoordinateTable
from geo.io.coordinate_table.sheet import address, text_of
from geo.reading_codes import Remark

__all__ = ["dialect_of", "table_notes", "understood"]

MOST_NOTES = 20
SHOWN_NOTES = 3


def _letters(column: int | None) -> str:
    return "" if column is None else address(0, column)[:-1]


def dialect_of(tables: Sequence[CoordinateTable]) -> str:
    """Columns of the first list in letters: `row 3: label=A north=B east=C`."""
    layout = next(layout for table in tables for layout in table.layouts)
    block = layout.blocks[0]
    parts = [
        f"{name}={_letters(column)}"
        for name, column in (
            (
                "parcel",
                block.parcel_number if block.parcel_number is not None else block.parcel_name,
            ),
            ("ring", block.ring),
            ("label", block.label),
            ("lat" if block.degrees else "north", block.north),
            ("lon" if block.degrees else "east", block.east),
        )
        if column is not None
    ]
    row = "" if block.told is Told.MAGNITUDE else f"row {layout.row + 1}: "
    more = f" ×{len(layout.blocks)}" if len(layout.blocks) > 1 else ""
    return f"{row}{' '.join(parts)}{more}"


def table_notes(tables: Sequence[CoordinateTable]) -> Iterator[Note]:
    """Remarks of all sheets of a file."""
    for table in tables:
        yield from _passed_over(table)
        yield from _damaged(table)
    numbers = Counter(
        number
        for table in tables
        for parcel in table.parcels
        if (number := parcel.facts.get("parcel_number"))
    )
    for number, count in numbers.items():
        if count > 1:
            yield Note(Remark.DUPLICATE_NUMBER, {"number": number, "count": count})


def understood(table: CoordinateTable) -> Note:
    """Which columns were taken for what, and why."""
    layout = table.layouts[0]
    block = layout.blocks[0]
    facts: dict[str, Param] = {
        "sheet": table.sheet.name,
        "north": _letters(block.north),
        "east": _letters(block.east),
        "points": sum(parcel.rows_of_points for parcel in table.parcels),
        "blocks": len(layout.blocks),
    }
    if block.told is Told.MAGNITUDE:
        return Note(Remark.TABLE_BY_MAGNITUDE, facts)
    facts |= {"row": table.sheet.number_of(layout.row), "columns": _headings(table, layout, block)}
    return Note(Remark.TABLE_BY_HEADINGS, facts)


def _headings(table: CoordinateTable, layout: Layout, block: Block) -> str:
    columns = (
        block.parcel_number, block.parcel_name, block.ring, block.label, block.north, block.east,
    )  # fmt: skip
    return "、".join(
        f"{_letters(at)} {text_of(table.sheet.cell(layout.row, at)) or '…'}"
        for at in columns
        if at is not None
    )


def _passed_over(table: CoordinateTable) -> Iterator[Note]:
    sheet = table.sheet
    unread = [(row, text) for row, text in table.notes if not told_system([text])]
    if unread:
        shown = "；".join(text for _, text in unread[:SHOWN_NOTES])
        facts: dict[str, Param] = {"sheet": sheet.name, "row": unread[0][0]}
        yield Note(Remark.TABLE_LINES_UNREAD, {**facts, "count": len(unread), "text": shown})
    if table.spare_rows:
        yield Note(Remark.TABLE_SPARE_ROWS, {"sheet": sheet.name, "count": table.spare_rows})
    if sheet.hidden_rows or sheet.hidden_columns or sheet.hidden:
        counts = {"rows": sheet.hidden_rows, "columns": sheet.hidden_columns}
        yield Note(Remark.HIDDEN_CELLS_READ, {"sheet": sheet.name, **counts})
    for row, key in table.resumed[:MOST_NOTES]:
        yield Note(Remark.PARCEL_RESUMED, {"sheet": sheet.name, "row": row, "parcel": key})
    varying = dict.fromkeys(
        name for parcel in table.parcels for name in varying_columns(parcel) if name != "area"
    )
    if varying:
        names = "、".join(varying)
        yield Note(Remark.POINT_COLUMNS_LEFT_OUT, {"sheet": sheet.name, "columns": names})


def _damaged(table: CoordinateTable) -> Iterator[Note]:
    found = list(_damaged_cells(table))
    for row, column, text in found[:MOST_NOTES]:
        cell = address(row, column)
        facts: dict[str, Param] = {"sheet": table.sheet.name, "cell": cell, "text": text}
        facts |= {"row": table.sheet.number_of(row), "count": len(found)}
        yield Note(Remark.CODE_DIGITS_LOST, facts)


def _damaged_cells(table: CoordinateTable) -> Iterable[tuple[int, int, str]]:
    """First cell of each damaged code, outside the columns of coordinates."""
    values = {
        at for layout in table.layouts for each in layout.blocks for at in (each.north, each.east)
    }
    seen: set[str] = set()
    for row, cells in enumerate(table.sheet.rows):
        for column, cell in enumerate(cells):
            if column not in values and is_damaged_code(cell) and text_of(cell) not in seen:
                seen.add(text_of(cell))
                yield row, column, text_of(cell)
