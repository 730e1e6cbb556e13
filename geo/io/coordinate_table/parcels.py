"""Grammar of coordinate lists: rows of a sheet to parcels with points.

Lists of land offices have no common form. Every row is one of: headings, points, a text that
names a parcel or states a fact, a blank, a note. A row that holds anything like a coordinate
and cannot be read is a fault of its parcel, never a note. What the numbers mean is decided in
`table_position`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from geo.io.coordinate_table.layout import Block, Layout, Told, cell_texts, layout_at
from geo.io.coordinate_table.magnitudes import holds_pair, layout_by_magnitude
from geo.io.coordinate_table.records import CellFault, CoordinateTable, TableParcel, TablePoint
from geo.io.coordinate_table.row_kinds import RowKind, kind_of
from geo.io.coordinate_table.sheet import BadCell, Sheet, address, text_of
from geo.io.coordinate_table.values import CoordinateFaultError, Reading, coordinate_of
from geo.io.coordinate_table.words import (
    Unit,
    fact_key,
    facts_in,
    named_in_title,
    names_a_parcel,
    unit_of,
)
from geo.reading_codes import Fault

__all__ = ["parse_table"]

RING_TITLE = re.compile(r"第\s*[\d一二三四五六七八九十]+\s*(?:圈|环)|[外内]圈")
LONGEST_RING_TITLE = 30
# pages that are counted anew for each parcel
FIRST_PAGE = re.compile(r"(?:本?地块|本?宗地)\s*第\s*1\s*页")
NO_ROW = -1
ROWS_LOOKED_AT = 500
SHOWN_LENGTH = 60
# facts that belong to one parcel; the others hold for all that follow
PARCEL_FACTS = frozenset({"parcel_number", "parcel_name", "area", "use", "land_class", "sheet"})
AREA_UNITS = {Unit.M2: "平方米", Unit.HA: "公顷", Unit.MU: "亩"}
NAMING_FACTS = ("parcel_number", "parcel_name")


def parse_table(sheet: Sheet) -> CoordinateTable:
    """Parcels of a sheet; a sheet without any coordinates has none."""
    return _Grammar(sheet).run()


class _Grammar:
    """One pass over the rows of a sheet."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.table = CoordinateTable(sheet)
        self.covered = cell_texts(sheet)
        self.current: TableParcel | None = None
        self.by_key: dict[tuple[str, ...], TableParcel] = {}
        self.key: tuple[str, ...] | None = None
        self.pending: dict[str, str] = {}
        self.lasting: dict[str, str] = {}
        # facts of the current parcel that a further head has told again
        self.echo: dict[str, str] = {}
        self.title: str | None = None
        self.blank = False
        self.ring_title = False
        self.labels_waiting: list[tuple[int, Block]] = []
        self.block_names: dict[int, str] = {}

    def run(self) -> CoordinateTable:
        layouts = self._layouts()
        if not layouts or any(layout.geometry is not None for layout in layouts.values()):
            return self.table
        layout = layouts[min(layouts)]
        band: list[int] = []
        for row in range(len(self.sheet.rows)):
            heading = layouts.get(row)
            if heading is None and self._has_data(row, layout):
                band.append(row)
                continue
            self._read_band(band, layout)
            band = []
            if heading is not None and self._is_heading_row(row, heading):
                layout = heading
            else:
                self._read_text(row, layout)
        self._read_band(band, layout)
        self._end_of_labels(spare=True)
        self._keep_pending()
        return self.table

    def _layouts(self) -> dict[int, Layout]:
        """Layouts by the row where each begins to hold."""
        rows = range(len(self.sheet.rows))
        found = {
            row: replace(layout, blocks=tuple(self._settled(row, each) for each in layout.blocks))
            for row in rows
            if (layout := layout_at(self.sheet, row, self.covered))
        }
        if not found:
            told = layout_by_magnitude(self.sheet, rows)
            # it holds for all rows, and none of them is one of headings
            found = {} if told is None else {NO_ROW: told}
        self.table.layouts = list(found.values())
        return found

    def _settled(self, row: int, block: Block) -> Block:
        """A column of running numbers that repeat is one of parcels, not of points."""
        if block.parcel_columns:
            return block
        beside = self._names_beside(row, block)
        if beside is not None:
            return replace(block, parcel_name=beside)
        if block.serial is None:
            return block
        values = [
            text_of(self.sheet.cell(at, block.serial))
            for at in range(row + 1, min(row + 1 + ROWS_LOOKED_AT, len(self.sheet.rows)))
            if kind_of(self.sheet, at, block) is RowKind.DATA
        ]
        repeats = sum(one == other != "" for one, other in pairwise(values))
        if repeats < 2:
            return block
        label = None if block.label == block.serial else block.label
        return replace(block, label=label, parcel_number=block.serial)

    def _names_beside(self, row: int, block: Block) -> int | None:
        """A column on the left without a heading, in which parcels are named."""
        end = min(row + 1 + ROWS_LOOKED_AT, len(self.sheet.rows))
        for column in range(block.left):
            if self.sheet.cell(row, column) != "" or (row, column) in self.covered:
                continue
            cells = (
                text_of(self.sheet.cell(at, column))
                for at in range(row + 1, end)
                if kind_of(self.sheet, at, block) is RowKind.DATA
            )
            if any(map(names_a_parcel, cells)):
                return column
        return None

    def _is_heading_row(self, row: int, layout: Layout) -> bool:
        if row != layout.row:
            return False
        self.table.statements.extend(
            text_of(cell) for cell in self.sheet.rows[row] if isinstance(cell, str)
        )
        return True

    def _has_data(self, row: int, layout: Layout) -> bool:
        if row < layout.row and layout.blocks[0].told is not Told.MAGNITUDE:
            # titles and dates above the headings may have digits, but no pair of coordinates
            return holds_pair(self.sheet, row)
        kinds = {kind_of(self.sheet, row, block) for block in layout.blocks}
        return bool(kinds & {RowKind.DATA, RowKind.LABEL}) or kinds == {RowKind.BETWEEN}

    def _read_band(self, rows: Sequence[int], layout: Layout) -> None:
        """Points of consecutive rows: down the first block, then down the next."""
        for at, block in enumerate(layout.blocks):
            if at in self.block_names and rows:
                self._begin({"parcel_name": self.block_names[at]}, rows[0])
            for row in rows:
                self._read_block_row(row, block)
            if len(layout.blocks) > 1:
                self._end_of_labels(spare=True)
        if rows:
            self.block_names = {}

    def _read_block_row(self, row: int, block: Block) -> None:
        kind = kind_of(self.sheet, row, block)
        if kind is RowKind.DATA:
            self._end_of_labels(spare=False)
            self._add_point(row, block)
        elif kind is RowKind.LABEL:
            self.labels_waiting.append((row, block))
        elif kind is RowKind.TEXT:
            cells = [
                (at, text_of(self.sheet.cell(row, at)))
                for at in range(block.left, block.right + 1)
                if self.sheet.cell(row, at) != ""
            ]
            self._read_cells(row, cells)

    def _end_of_labels(self, *, spare: bool) -> None:
        """Numbered rows without coordinates: blanks of a form, unless more points follow."""
        for row, block in self.labels_waiting:
            if spare or self.current is None:
                self.table.spare_rows += 1
            else:
                label = text_of(self.sheet.cell(row, block.label))
                self._add_fault(row, block.north, label, Fault.BAD_CELL)
        self.labels_waiting = []

    def _add_point(self, row: int, block: Block) -> None:
        parcel, broken = self._parcel_of(row, block)
        readings: list[Reading] = []
        for column in (block.north, block.east):
            cell = self.sheet.cell(row, column)
            if isinstance(cell, BadCell):
                self._add_fault(row, column, cell.text, cell.fault)
                return
            try:
                readings.append(coordinate_of(cell))
            except CoordinateFaultError as err:
                self._add_fault(row, column, text_of(cell), err.fault)
                return
        parcel.points.append(
            TablePoint(
                order=parcel.rows_of_points,
                row=self.sheet.number_of(row),
                label=text_of(self.sheet.cell(row, block.label)),
                ring=text_of(self.sheet.cell(row, block.ring)),
                north=readings[0],
                east=readings[1],
                block=block,
                after_break=broken or self.ring_title,
                after_blank=self.blank,
            )
        )
        self.blank = self.ring_title = False
        self.echo = {}
        self._add_values(parcel, row, block)

    def _add_fault(self, row: int, column: int, text: str, fault: Fault) -> None:
        parcel = self.current or self._begin({}, row)
        number = self.sheet.number_of(row)
        shown = text[:SHOWN_LENGTH] or "…"
        place = address(number - 1, column)
        parcel.faults.append(CellFault(parcel.rows_of_points, number, place, shown, fault))

    def _add_values(self, parcel: TableParcel, row: int, block: Block) -> None:
        columns = dict(block.others)
        for name, column in (("area", block.area), *columns.items()):
            cell = self.sheet.cell(row, column)
            if column is None or cell == "":
                continue
            unit = block.area_unit if name == "area" else None
            shown = f"{text_of(cell)}{AREA_UNITS.get(unit, '')}" if unit else cell
            parcel.values.setdefault(name, []).append(shown)

    def _parcel_of(self, row: int, block: Block) -> tuple[TableParcel, bool]:
        """Parcel of a row of points, and whether it comes back after another one."""
        written = [self._parcel_cell(row, column) for column in block.parcel_columns]
        if not any(written):
            return self.current or self._begin({}, row), False
        known = self.key or ("",) * len(written)
        # blank where the cell of the row above goes on
        key = tuple(new or old for new, old in zip(written, known, strict=False))
        if key == self.key and self.current is not None:
            return self.current, False
        self.key = key
        earlier = self.by_key.get(key)
        if earlier is not None:
            self.current = earlier
            self.table.resumed.append((self.sheet.number_of(row), " ".join(filter(None, key))))
            return earlier, True
        names = [name for name in NAMING_FACTS if getattr(block, name) is not None]
        facts = {name: value for name, value in zip(names, key, strict=True) if value}
        self.by_key[key] = self._begin(facts, row)
        return self.by_key[key], False

    def _parcel_cell(self, row: int, column: int) -> str:
        return text_of(self.sheet.cell(row, column)) or self.covered.get((row, column), "")

    def _begin(self, facts: dict[str, str], row: int) -> TableParcel:
        """A new parcel with what has been said of it."""
        own = {**self.lasting, **self.pending, **facts}
        named = any(name in own for name in NAMING_FACTS)
        self.current = TableParcel(self.sheet.name, self.sheet.number_of(row), named, own)
        self.pending = {}
        self.blank = self.ring_title = False
        self.table.parcels.append(self.current)
        return self.current

    def _keep_pending(self) -> None:
        """A parcel named at the very end has no points, and is one all the same."""
        if any(name in self.pending for name in NAMING_FACTS):
            self._begin({}, len(self.sheet.rows) - 1)

    def _read_text(self, row: int, layout: Layout) -> None:
        cells = [(at, text_of(cell)) for at, cell in enumerate(self.sheet.rows[row]) if cell != ""]
        if not cells:
            self.blank = True
            return
        if all(unit_of(text) for _, text in cells):
            return
        named = self._named_blocks(cells, layout)
        if len(named) > 1:
            self.block_names = named
            self.table.statements.extend(text for _, text in cells)
            return
        self._read_cells(row, cells)

    def _named_blocks(self, cells: list[tuple[int, str]], layout: Layout) -> dict[int, str]:
        """Names of parcels that stand each above a block of its own."""
        names: dict[int, str] = {}
        for column, text in cells:
            if names_a_parcel(text):
                fitting = [at for at, block in enumerate(layout.blocks) if column <= block.right]
                names.setdefault(fitting[0] if fitting else len(layout.blocks) - 1, text)
        return names

    def _read_cells(self, row: int, cells: list[tuple[int, str]]) -> None:
        """A line of text: facts, the name of a parcel, a title or a note."""
        self.table.statements.extend(text for _, text in cells)
        facts = dict(self._facts(cells))
        for _, text in cells:
            if not facts and names_a_parcel(text):
                facts["parcel_name"] = text
        if facts:
            self._take_facts(facts, row)
            return
        if all(fact_key(text) for _, text in cells):
            # a form that was not filled in
            return
        if any(FIRST_PAGE.search(text) for _, text in cells):
            self.current, self.key = None, None
        if any(len(text) <= LONGEST_RING_TITLE and RING_TITLE.search(text) for _, text in cells):
            self.ring_title = True
            return
        title = next(
            (name for _, text in cells if (name := named_in_title(text)) is not None), None
        )
        if title is not None:
            self._take_title(title)
            return
        shown = " ".join(text for _, text in cells)
        self.table.notes.append((self.sheet.number_of(row), shown[:SHOWN_LENGTH]))

    def _facts(self, cells: list[tuple[int, str]]) -> Iterator[tuple[str, str]]:
        skip = -1
        for at, (_, text) in enumerate(cells):
            if at == skip:
                continue
            yield from facts_in(text).items()
            key = fact_key(text)
            if key is not None and at + 1 < len(cells) and fact_key(cells[at + 1][1]) is None:
                name, unit = key
                yield name, f"{cells[at + 1][1]}{unit}"
                skip = at + 1

    def _take_facts(self, facts: dict[str, str], row: int) -> None:
        if self._goes_on(facts):
            self.echo.update(facts)
            return
        if any(name in facts for name in NAMING_FACTS):
            clash = any(self.pending.get(name, value) != value for name, value in facts.items())
            if clash and any(name in self.pending for name in NAMING_FACTS):
                self._begin({}, row)
            if self.current is not None:
                self.current, self.key = None, None
                self.pending.update(self.echo)
        for name, value in facts.items():
            if name not in PARCEL_FACTS:
                self.lasting[name] = value
            elif self.current is not None and self.current.points:
                self.current.facts.setdefault(name, value)
            else:
                self.pending.setdefault(name, value)

    def _goes_on(self, facts: dict[str, str]) -> bool:
        """Whether the head of a further page says again which parcel it is."""
        told = {name: value for name, value in facts.items() if name in PARCEL_FACTS}
        return (
            self.current is not None
            and bool(told)
            and all(self.current.facts.get(name) == value for name, value in told.items())
        )

    def _take_title(self, title: str) -> None:
        """A title that differs from the one before begins a new parcel."""
        if title == self.title:
            return
        if self.title is not None:
            self.current, self.key = None, None
        self.title = title
        if title:
            self.lasting["title"] = title
