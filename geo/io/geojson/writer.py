"""Writing GeoJSON: RFC 7946 in longitude and latitude, or the form of 2008 in another system."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from geo.crs import crs_label, parse_crs, require_crs, to_lonlat
from geo.errors import GeoError
from geo.intake import Note
from geo.io.part_files import written_beside
from geo.reading_codes import Fault

__all__ = ["write_geojson"]

# 1e-9 degrees are 0.1 mm on the ground, 1e-6 m a micrometre
LONLAT_DIGITS, METRE_DIGITS = 9, 6
# programs that keep numbers as doubles round whole numbers beyond (RFC 7493, section 2.2)
LARGEST_EXACT_FLOAT = 2**53


def write_geojson(
    frame: gpd.GeoDataFrame, path: Path, *, in_own_crs: bool = False
) -> tuple[Note, ...]:
    """Write a frame of polygons as a FeatureCollection, in place of any older file.

    Outer rings run counterclockwise. Missing values and numbers that are none become null,
    whole numbers beyond 2⁵³ text.

    Parameters
    ----------
    in_own_crs
        Keep the coordinates of the frame and name its CRS in the `crs` member of 2008, which
        RFC 7946 leaves to agreement between both sides.

    Raises
    ------
    MissingCRSError
        The frame has no CRS.
    GeoError
        No published way leads to longitude and latitude; or the CRS has no code to name
        (`unknown_crs`).
    """
    crs = parse_crs(require_crs(frame))
    geometries = np.asarray(frame.geometry.array, dtype=object)
    head = '{"type":"FeatureCollection",'
    if in_own_crs:
        head += f'"crs":{_crs_member(crs)},'
    else:
        geometries = to_lonlat(geometries, crs.to_wkt())
    digits = METRE_DIGITS if in_own_crs and crs.is_projected else LONLAT_DIGITS
    with (
        written_beside(path) as beside,
        # half a surrogate pair becomes the escape that JSON has for it
        beside.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as target,
    ):
        target.write(head + '"features":[\n')
        target.write(",\n".join(_features(frame, _outlines(geometries, digits))))
        target.write("\n]}\n")
    return ()


def _crs_member(crs: CRS) -> str:
    code = crs.to_epsg()
    if code is None:
        raise GeoError(Fault.UNKNOWN_CRS, crs=crs_label(crs))
    name = {"name": f"urn:ogc:def:crs:EPSG::{code}"}
    return _json({"type": "name", "properties": name})


def _outlines(geometries: NDArray[np.object_], digits: int) -> NDArray[np.object_]:
    """Geometries as JSON texts with rounded coordinates."""
    rounded = shapely.transform(geometries, lambda xy: np.round(xy, digits))
    oriented = shapely.orient_polygons(rounded, exterior_cw=False)
    return np.asarray(shapely.to_geojson(oriented), dtype=object)


def _features(frame: gpd.GeoDataFrame, outlines: NDArray[np.object_]) -> Iterator[str]:
    attributes = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    names = [str(name) for name in attributes.columns]
    columns = [_plain_column(attributes.iloc[:, at].tolist()) for at in range(len(names))]
    for row, outline in enumerate(outlines):
        values = {name: column[row] for name, column in zip(names, columns, strict=True)}
        yield f'{{"type":"Feature","properties":{_json(values)},"geometry":{outline}}}'


def _plain_column(values: list[Any]) -> list[Any]:
    """Values as JSON can have them; whole numbers are text when one of them is too long."""
    plain = [_plain(value) for value in values]
    if any(type(value) is int and abs(value) > LARGEST_EXACT_FLOAT for value in plain):
        return [str(value) if type(value) is int else value for value in plain]
    return plain


def _plain(value: Any) -> Any:
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
