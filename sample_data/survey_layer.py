"""The third-survey layer DLTB with its attributes and areas on the ellipsoid."""

from __future__ import annotations

from collections.abc import Hashable

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from sample_data.codes import LAND_CLASSES
from sample_data.fabric import Fabric, cloth
from sample_data.landscape import MERGED_CLASSES
from sample_data.places import COUNTY_CODE
from sample_data.stage import NOTHING, Survey

__all__ = ["ellipsoid_area_m2", "land_survey"]

SURVEY_YEAR = 2020
SLOPED = "0103"
RIDGE_SHARE = 0.0812

# CGCS2000 (GB 22021-2008): semi-major axis and inverse flattening
AXIS_M, INVERSE_FLATTENING = 6_378_137.0, 298.257222101
MERIDIAN_ARC_PER_RADIAN = 6_367_449.1458
FALSE_EASTING_M = 39_500_000.0

Row = tuple[str, str, int]


def _cell_values(fabric: Fabric) -> list[Hashable]:
    """What makes a survey patch: each cell alone, woods, river and roads as wholes."""
    country = fabric.country
    values: list[Hashable] = []
    for cell, (dlbm, inside) in enumerate(
        zip(country.dlbm.tolist(), fabric.open_cells.tolist(), strict=True)
    ):
        if not inside:
            values.append(NOTHING)
        elif dlbm in MERGED_CLASSES:
            values.append((dlbm, -1))
        else:
            values.append((dlbm, cell))
    for index, stage in enumerate(fabric.mesh.stages):
        values += [
            ("stage", index, stage.stage.paint_at("land_survey", *centre))
            for centre in stage.centres()
        ]
    return values


def _row(fabric: Fabric, value: tuple[Hashable, ...], first_cell: int) -> Row:
    """Class, ownership and village of a patch by its value and one of its cells."""
    village = int(fabric.village[first_cell])
    if value[0] == "stage":
        _, index, paint = value
        survey = fabric.mesh.stages[int(str(index))].stage.paints[int(str(paint))].value
        if not isinstance(survey, Survey):
            raise TypeError(f"no survey paint: {survey}")
        return survey.dlbm, survey.qsxz, village
    return str(value[0]), str(fabric.country.qsxz[first_cell]), village


def land_survey(fabric: Fabric) -> gpd.GeoDataFrame:
    """DLTB: gap-free, boundaries shared vertex by vertex, TBMJ on the ellipsoid."""
    values = _cell_values(fabric)
    frame = cloth(fabric, values)
    cell_of: dict[Hashable, int] = {}
    for cell, value in enumerate(values):
        cell_of.setdefault(value, cell)
    rows = [_row(fabric, value, cell_of[value]) for value in frame.pop("value")]
    return _attributed(frame, fabric, rows)


def _attributed(frame: gpd.GeoDataFrame, fabric: Fabric, rows: list[Row]) -> gpd.GeoDataFrame:
    dlbm = [row[0] for row in rows]
    seats = [fabric.villages[row[2]] for row in rows]
    state = [row[1] == "20" for row in rows]
    sloped = np.array([code == SLOPED for code in dlbm])
    tbmj = ellipsoid_area_m2(frame.geometry.to_numpy()).round(2)
    kcxs = np.where(sloped, RIDGE_SHARE, 0.0)
    kcmj = (tbmj * kcxs).round(2)
    farm = [code.startswith("01") for code in dlbm]
    columns: dict[str, list[str] | list[int] | NDArray[np.float64]] = {
        "BSM": [f"{COUNTY_CODE}{number:012d}" for number in range(1, len(rows) + 1)],
        "TBBH": _numbers_within([seat.code for seat in seats]),
        "DLBM": dlbm,
        "DLMC": [LAND_CLASSES[code] for code in dlbm],
        "QSXZ": [row[1] for row in rows],
        "QSDWDM": [
            f"{COUNTY_CODE}000000" if owned else seat.code
            for owned, seat in zip(state, seats, strict=True)
        ],
        "QSDWMC": [
            "国有" if owned else seat.name + "村民委员会"
            for owned, seat in zip(state, seats, strict=True)
        ],
        "ZLDWDM": [seat.code for seat in seats],
        "ZLDWMC": [seat.name for seat in seats],
        "TBMJ": tbmj,
        "KCXS": kcxs,
        "KCMJ": kcmj,
        "TBDLMJ": (tbmj - kcmj).round(2),
        "GDPDJB": [
            "2" if slope else "1" if field else ""
            for slope, field in zip(sloped.tolist(), farm, strict=True)
        ],
        "SJNF": [SURVEY_YEAR] * len(rows),
    }
    for name, values in columns.items():
        frame[name] = values
    return frame[[*columns, "geometry"]]


def _numbers_within(codes: list[str]) -> list[str]:
    """TBBH: running number within the village."""
    last: dict[str, int] = {}
    numbers = []
    for code in codes:
        last[code] = last.get(code, 0) + 1
        numbers.append(f"{last[code]:04d}")
    return numbers


def ellipsoid_area_m2(polygons: NDArray[np.object_]) -> NDArray[np.float64]:
    """Area on the CGCS2000 ellipsoid of polygons in EPSG:4527.

    The plane area element is divided by the square of the point scale
    k = 1 + x²/2R² + x⁴/24R⁴ (x from the central meridian, R² = MN at the mean latitude) and
    integrated exactly along the edges. Within a county this keeps the error below 1e-7 of
    the area.
    """
    rings, ring_owner = shapely.get_rings(polygons, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    x = points[:, 0] - FALSE_EASTING_M
    r2 = _mean_radius_squared(float(points[:, 1].mean()))
    x1, x2 = x[:-1], x[1:]
    dy = np.where(ring[:-1] == ring[1:], np.diff(points[:, 1] - points[0, 1]), 0.0)
    # 1/k² = 1 − x²/R² + 2x⁴/3R⁴; its integral over x, then the mean of that along each edge
    edge = dy * (
        (x1 + x2) / 2
        - (x1 + x2) * (x1**2 + x2**2) / (12 * r2)
        + 2 * (x1 + x2) * (x1**2 + x1 * x2 + x2**2) * (x1**2 - x1 * x2 + x2**2) / (90 * r2**2)
    )
    signed = np.bincount(ring[:-1], weights=edge, minlength=len(rings))
    outer = np.concatenate(([True], ring_owner[1:] != ring_owner[:-1]))
    size = np.abs(signed) * np.where(outer, 1.0, -1.0)
    return np.bincount(ring_owner, weights=size, minlength=len(polygons)).astype(np.float64)


def _mean_radius_squared(northing: float) -> float:
    flattening = 1 / INVERSE_FLATTENING
    e2 = flattening * (2 - flattening)
    sin2 = np.sin(northing / MERIDIAN_ARC_PER_RADIAN) ** 2
    return float(AXIS_M**2 * (1 - e2) / (1 - e2 * sin2) ** 2)
