"""Writing coordinate TXT in the dialects for 报批 and 供地.

Rings begin at the north-west corner and run clockwise, as the careful writers have it; the
first point is repeated at the end of each ring under its own number.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.crs import crs_label, require_crs, zone_of
from geo.errors import GeoError
from geo.gauss_kruger import GaussKrugerZone
from geo.io.boundary_features import CLASS_COLUMN, SHEET_COLUMN, USE_COLUMN
from geo.reading_codes import Fault

__all__ = ["boundary_text", "write_boundary_txt"]

Dialect = Literal["baopi", "gongdi"]
AreaUnit = Literal["ha", "m2"]

LINE_END = "\r\n"
POINT_DIGITS = 3
M2_PER_HA = 10_000.0
VERSIONS = {"baopi": "1.01版本", "gongdi": ""}


def boundary_text(
    frame: gpd.GeoDataFrame,
    *,
    dialect: Dialect = "baopi",
    area_unit: AreaUnit = "ha",
    producer: str = "",
    day: str = "",
) -> str:
    """Coordinate TXT of valid polygons and multipolygons, to the millimetre.

    `site_id`, `site_name` and the columns 图幅号, 地块用途, 地类编码 fill the parcel line
    where present. A comma inside a text becomes a full-width one.

    Raises
    ------
    GeoError
        The CRS is no CGCS2000 Gauss-Krüger zone (`unknown_projection`).
    """
    zone = zone_of(require_crs(frame))
    if zone is None:
        raise GeoError(Fault.UNKNOWN_PROJECTION, projection=crs_label(frame.crs))
    lines = [*_header(zone, dialect, producer, day), "[地块坐标]"]
    for row in range(len(frame)):
        lines.extend(_parcel_lines(frame, row, area_unit))
    return LINE_END.join([*lines, ""])


def write_boundary_txt(text: str, path: Path, *, encoding: str = "GB18030") -> None:
    """Write a coordinate TXT in place of any older file; it appears whole or not at all."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(text.encode(encoding))
        beside.replace(path)
    finally:
        with suppress(FileNotFoundError):
            beside.unlink()


def _header(zone: GaussKrugerZone, dialect: Dialect, producer: str, day: str) -> Sequence[str]:
    return (
        "[属性描述]",
        f"格式版本号={VERSIONS[dialect]}",
        f"数据产生单位={_one_line(producer)}",
        f"数据产生日期={day}",
        "坐标系=2000国家大地坐标系",
        f"几度分带={zone.width_deg}",
        "投影类型=高斯克吕格",
        "计量单位=米",
        f"带号={zone.number}",
        "精度=0.001",
        "转换参数=,,,,,,",
    )


def _parcel_lines(frame: gpd.GeoDataFrame, row: int, area_unit: AreaUnit) -> Iterator[str]:
    geometry = frame.geometry.iloc[row]
    points = list(_point_lines(geometry))
    area = f"{geometry.area / M2_PER_HA:.4f}" if area_unit == "ha" else f"{geometry.area:.2f}"
    texts = {name: _cell(frame, row, name) for name in ("site_id", "site_name")}
    tail = [_cell(frame, row, name) for name in (SHEET_COLUMN, USE_COLUMN, CLASS_COLUMN)]
    fields = [str(len(points)), area, texts["site_id"], texts["site_name"], "面", *tail, "@"]
    yield ",".join(fields)
    yield from points


def _point_lines(geometry: BaseGeometry) -> Iterator[str]:
    label = 1
    for ring, corners in enumerate(_rings(geometry), start=1):
        labels = [*range(label, label + len(corners)), label]
        label += len(corners)
        for number, (east, north) in zip(labels, [*corners, corners[0]], strict=True):
            yield f"J{number},{ring},{north:.{POINT_DIGITS}f},{east:.{POINT_DIGITS}f}"


def _rings(geometry: BaseGeometry) -> Iterator[NDArray[np.float64]]:
    """Corners of each ring without the closing point, a hole after the ring around it.

    Parts go from the largest on, so that an island comes after the hole it lies in.
    """
    parts = shapely.get_parts(geometry)
    for part in sorted(parts, key=lambda each: -shapely.Polygon(each.exterior).area):
        for ring in (part.exterior, *part.interiors):
            corners = shapely.get_coordinates(ring)[:-1]
            clockwise = corners if not ring.is_ccw else corners[::-1]
            west, north = corners[:, 0].min(), corners[:, 1].max()
            start = np.argmin(np.hypot(clockwise[:, 0] - west, clockwise[:, 1] - north))
            yield np.roll(clockwise, -int(start), axis=0)


def _cell(frame: gpd.GeoDataFrame, row: int, column: str) -> str:
    value = frame[column].iloc[row] if column in frame.columns else ""
    return _one_line(value) if isinstance(value, str) else ""


def _one_line(text: str) -> str:
    return " ".join(text.replace(",", "，").split())
