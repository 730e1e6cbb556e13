"""Numbers of map sheets (图幅号) from places, and the extent of a sheet from its number.

GB/T 13989-2012 国家基本比例尺地形图分幅和编号: a sheet of 1:1 000 000 spans 4° by 6° and is
numbered by row (A from the equator) and column (31 east of Greenwich); each larger scale
divides it into as many rows, counted from its north edge, as columns, counted from its west
edge. `I50G029053` is row 29, column 53 of the 1:10 000 sheets (G) in I50.

A sheet owns its south and its west edge, as the rounding down in the formulas of the
standard has it: a point on a common edge belongs to the sheet north or east of it. Sheets
of 1:2 000 and larger are mostly cut along a metric grid and are not numbered here.
"""

from __future__ import annotations

import re
from enum import StrEnum

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.crs import require_crs, to_lonlat
from geo.errors import GeoError
from geo.reading_codes import Fault

__all__ = ["SheetScale", "sheet_extent", "sheet_numbers", "sheets_of"]

ROW_DEG, COLUMN_DEG = 4.0, 6.0
# sheets above 60° span twice the longitude; no land of China lies there
NORTHERNMOST_DEG = 60.0
GREENWICH_COLUMN = 31
NUMBER = re.compile(r"([A-O])(\d{2})(?:([B-H])(\d{3})(\d{3}))?", re.ASCII)
# edges are seconds of arc, which doubles do not hold exactly; 0.1 mm on the ground
ON_EDGE_DEG = 1e-9
# a parcel has to reach as far into a sheet as its coordinates are printed; 1 mm
INTO_SHEET_DEG = 1e-8
# a straight edge of 100 m in the plane leaves the parallel by 0.2 mm
LONGEST_EDGE_M = 100.0


class SheetScale(StrEnum):
    """Scales by their letter in a number; 1:1 000 000 has none in print."""

    SCALE_1_000_000 = "A"
    SCALE_500_000 = "B"
    SCALE_250_000 = "C"
    SCALE_100_000 = "D"
    SCALE_50_000 = "E"
    SCALE_25_000 = "F"
    SCALE_10_000 = "G"
    SCALE_5_000 = "H"

    @property
    def divisions(self) -> int:
        """Rows, and columns, in one sheet of 1:1 000 000 (table 1 of the standard)."""
        return DIVISIONS[self]


DIVISIONS = {
    SheetScale.SCALE_1_000_000: 1,
    SheetScale.SCALE_500_000: 2,
    SheetScale.SCALE_250_000: 4,
    SheetScale.SCALE_100_000: 12,
    SheetScale.SCALE_50_000: 24,
    SheetScale.SCALE_25_000: 48,
    SheetScale.SCALE_10_000: 96,
    SheetScale.SCALE_5_000: 192,
}


def sheet_numbers(
    lonlat: NDArray[np.float64], scale: SheetScale = SheetScale.SCALE_10_000
) -> list[str]:
    """Numbers of the sheets that points `(n, 2)` of longitude, latitude in degrees lie on.

    Raises
    ------
    GeoError
        A point lies south of the equator, north of 60° or nowhere (`outside_sheets`).
    """
    points = np.asarray(lonlat, dtype=float).reshape(-1, 2)
    nudged = points + ON_EDGE_DEG
    inside = (points >= (-180.0, 0.0)).all(axis=1) & (nudged < (180.0, NORTHERNMOST_DEG)).all(
        axis=1
    )
    for lon, lat in points[~inside][:1]:
        raise GeoError(Fault.OUTSIDE_SHEETS, lon=f"{lon:.6f}", lat=f"{lat:.6f}")
    return [_number(row, column, scale) for column, row in _cells(points, scale)]


def _cells(points: NDArray[np.float64], scale: SheetScale) -> NDArray[np.int64]:
    """Columns east of Greenwich and rows north of the equator, counted from 0."""
    cells = (points + ON_EDGE_DEG) * (scale.divisions / np.array([COLUMN_DEG, ROW_DEG]))
    return np.asarray(np.floor(cells), dtype=np.int64)


def _number(row: int, column: int, scale: SheetScale) -> str:
    sheet_row, row_from_south = divmod(int(row), scale.divisions)
    sheet_column, column_from_west = divmod(int(column), scale.divisions)
    sheet = f"{chr(ord('A') + sheet_row)}{GREENWICH_COLUMN + sheet_column:02d}"
    if scale is SheetScale.SCALE_1_000_000:
        return sheet
    return f"{sheet}{scale}{scale.divisions - row_from_south:03d}{column_from_west + 1:03d}"


def sheet_extent(number: str) -> tuple[float, float, float, float]:
    """West, south, east, north of a sheet in degrees.

    Raises
    ------
    GeoError
        No sheet has this number (`no_such_sheet`).
    """
    match = NUMBER.fullmatch(number)
    if match is None:
        raise GeoError(Fault.NO_SUCH_SHEET, number=number)
    letter, sheet_column, code, row, column = match.groups()
    parts = SheetScale(code or "A").divisions
    from_north, from_west = int(row or 1), int(column or 1)
    east_columns = int(sheet_column) - GREENWICH_COLUMN
    possible = 1 <= int(sheet_column) <= 60 and 1 <= from_north <= parts and 1 <= from_west <= parts
    if not possible:
        raise GeoError(Fault.NO_SUCH_SHEET, number=number)
    rows = (ord(letter) - ord("A") + 1) * parts - from_north
    columns = east_columns * parts + from_west - 1
    west, east = (COLUMN_DEG * at / parts for at in (columns, columns + 1))
    south, north = (ROW_DEG * at / parts for at in (rows, rows + 1))
    return west, south, east, north


def sheets_of(
    frame: gpd.GeoDataFrame, scale: SheetScale = SheetScale.SCALE_10_000
) -> list[tuple[str, ...]]:
    """Numbers of all sheets that each geometry reaches into, north to south, west to east.

    A sheet counts from 1 mm of depth on, so that a parcel drawn along the edge of a sheet
    is not on both.

    Parameters
    ----------
    frame
        In a projected CRS of CGCS2000 or WGS 84, in metres; missing and empty geometry is
        on no sheet.

    Raises
    ------
    MissingCRSError
        The frame has no CRS.
    GeoError
        See `sheet_numbers`; also where the datum has no published way (`old_datum`).
    """
    outlines = shapely.segmentize(np.asarray(frame.geometry.array, dtype=object), LONGEST_EDGE_M)
    placed = to_lonlat(outlines, require_crs(frame).to_wkt())
    bounds = np.asarray(shapely.bounds(placed), dtype=float).reshape(-1, 4)
    sheets: list[tuple[str, ...]] = [()] * len(placed)
    for at in map(int, np.flatnonzero(~np.isnan(bounds).any(axis=1))):
        sheets[at] = _sheets_under(placed[at], bounds[at], scale)
    return sheets


def _sheets_under(
    outline: BaseGeometry, bounds: NDArray[np.float64], scale: SheetScale
) -> tuple[str, ...]:
    sheet_numbers(bounds.reshape(2, 2), scale)
    (west, south), (east, north) = _cells(bounds.reshape(2, 2), scale).tolist()
    if (west, south) == (east, north):
        return (_number(south, west, scale),)
    step = np.array([COLUMN_DEG, ROW_DEG]) / scale.divisions
    found = []
    shapely.prepare(outline)
    for row in range(north, south - 1, -1):
        for column in range(west, east + 1):
            low = np.array([column, row]) * step + INTO_SHEET_DEG
            high = np.array([column + 1, row + 1]) * step - INTO_SHEET_DEG
            if outline.intersects(shapely.box(*low, *high)):
                found.append(_number(row, column, scale))
    return tuple(found)
