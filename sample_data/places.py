"""Where the county lies: origin, towns, villages and the fixed core with the stages.

The core stands at the same coordinates whatever the size of the county; a larger county
grows to the west, north and south of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sample_data.rectangles import MILLIMETRES

__all__ = [
    "COUNTY_CODE",
    "COUNTY_NAME",
    "CRS",
    "ORIGIN",
    "TOWNS",
    "Extent",
    "Town",
    "Village",
    "extent_for",
    "millimetres_to_map",
    "to_map",
    "town_index",
    "village_code",
]

CRS = "EPSG:4527"
ORIGIN = (39_522_000, 3_849_000)
COUNTY_CODE = "370403"
COUNTY_NAME = "薛城区（示例）"

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Town:
    """A township; code and name are the public ones of 薛城区, the outline is made up."""

    code: str
    name: str


# 国家统计局统计用区划代码 of 370403; rows of the grid from south to north, then the far west
TOWNS = (
    Town("370403101", "沙沟镇"),
    Town("370403005", "常庄街道"),
    Town("370403102", "周营镇"),
    Town("370403001", "临城街道"),
    Town("370403006", "新城街道"),
    Town("370403002", "兴仁街道"),
    Town("370403104", "陶庄镇"),
    Town("370403003", "兴城街道"),
    Town("370403103", "邹坞镇"),
    Town("370403004", "张范街道"),
)

TOWN_COLUMNS_M = (2000.0, 3960.0)
TOWN_ROWS_M = (790.0, 2600.0)
FAR_WEST_M = -1200.0


@dataclass(frozen=True, slots=True)
class Village:
    """A village unit: where it is centred, in which town, its code and name."""

    x: float
    y: float
    town: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Extent:
    """Frame of the county in metres from the origin; the outline wavers around it."""

    west: float
    south: float
    east: float
    north: float

    @property
    def area_m2(self) -> float:
        """Area of the frame."""
        return (self.east - self.west) * (self.north - self.south)


SMALLEST = Extent(-2000.0, -1300.0, 6000.0, 3900.0)
LARGE_COUNTY_PARCEL_M2 = 9000.0


def extent_for(parcels: int) -> Extent:
    """Frame for a number of parcels of about 0.9 ha, never smaller than the core needs."""
    wanted = parcels * LARGE_COUNTY_PARCEL_M2
    if wanted <= SMALLEST.area_m2:
        return SMALLEST
    side = float(np.sqrt(wanted))
    low, high = SMALLEST.south, SMALLEST.north
    width = max(side, SMALLEST.east - SMALLEST.west)
    height = max(wanted / width, high - low)
    grow = (height - (high - low)) / 2
    return Extent(SMALLEST.east - width, low - grow, SMALLEST.east, high + grow)


def town_index(x: Points, y: Points) -> NDArray[np.int64]:
    """Town of places by the grid of towns."""
    column = np.digitize(x, TOWN_COLUMNS_M)
    row = np.digitize(y, TOWN_ROWS_M)
    inner = row * (len(TOWN_COLUMNS_M) + 1) + column
    return np.where(x < FAR_WEST_M, len(TOWNS) - 1, inner).astype(np.int64)


def village_code(town: Town, number: int) -> str:
    """Twelve digits: township, then the village."""
    return f"{town.code}{number:03d}"


def to_map(points: Points) -> Points:
    """Coordinates of EPSG:4527 from metres beyond the origin, on the 0.1 mm grid."""
    return np.asarray(np.round(points + np.array(ORIGIN, dtype=float), 4))


def millimetres_to_map(x: int, y: int) -> tuple[float, float]:
    """Coordinates of EPSG:4527 of a corner given in whole millimetres."""
    return (
        (x + ORIGIN[0] * MILLIMETRES) / MILLIMETRES,
        (y + ORIGIN[1] * MILLIMETRES) / MILLIMETRES,
    )
