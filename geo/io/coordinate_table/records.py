"""What a sheet of coordinates holds: parcels, points, faults and what was passed over."""

from __future__ import annotations

from dataclasses import dataclass, field

from geo.io.coordinate_table.layout import Block, Layout
from geo.io.coordinate_table.sheet import Cell, Sheet
from geo.io.coordinate_table.values import Reading
from geo.reading_codes import Fault

__all__ = ["CellFault", "CoordinateTable", "TableParcel", "TablePoint"]


@dataclass(frozen=True, slots=True)
class CellFault:
    """A row of a point that cannot be read; `row` as people count it, `order` as it is read."""

    order: int
    row: int
    cell: str
    text: str
    fault: Fault


@dataclass(frozen=True, slots=True)
class TablePoint:
    """One point; `north` and `east` are what its columns are called, right or wrong.

    `order` counts the rows of its parcel as they are read, those with faults too: in lists
    side by side that is not the order of the sheet.
    """

    order: int
    row: int
    label: str
    ring: str
    north: Reading
    east: Reading
    block: Block
    after_break: bool = False
    after_blank: bool = False


@dataclass(slots=True)
class TableParcel:
    """Points of one parcel in order; `named` unless the list itself names no parcel."""

    sheet: str
    row: int
    named: bool = False
    facts: dict[str, str] = field(default_factory=dict)
    values: dict[str, list[Cell]] = field(default_factory=dict)
    points: list[TablePoint] = field(default_factory=list)
    faults: list[CellFault] = field(default_factory=list)

    @property
    def rows_of_points(self) -> int:
        """How many rows of the file are its points, read or not."""
        return len(self.points) + len(self.faults)


@dataclass(slots=True)
class CoordinateTable:
    """A parsed sheet.

    Attributes
    ----------
    statements
        Texts outside the points, where a coordinate system may be named.
    notes
        Row and text of each line that is neither heading nor point nor fact.
    spare_rows
        Rows with the number of a point and nothing else, after the last point.
    """

    sheet: Sheet
    layouts: list[Layout] = field(default_factory=list)
    parcels: list[TableParcel] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)
    spare_rows: int = 0
    resumed: list[tuple[int, str]] = field(default_factory=list)
