"""A GeoPackage of places: polygons, lines and points, each kind as a layer of its own."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import shapely

from geo.crs import require_crs
from geo.io.geopackage.layers import DRIVER
from geo.io.geopackage.style import add_default_style

__all__ = ["write_place_layers"]

KINDS = (("polygons", 2), ("lines", 1), ("points", 0))


def write_place_layers(frame: gpd.GeoDataFrame, path: Path, *, label_field: str) -> None:
    """Write a frame of any geometry; rows without one are left to the caller.

    A kind that does not occur has no layer, except that a frame without any gives an empty
    layer of polygons. The file appears whole or not at all, in place of any older one.

    Parameters
    ----------
    label_field
        Column that labels the polygons in QGIS.

    Raises
    ------
    MissingCRSError
        The frame has no CRS.
    """
    require_crs(frame)
    placed = frame.loc[~(frame.geometry.isna() | frame.geometry.is_empty)]
    dimension = np.asarray(shapely.get_dimensions(np.asarray(placed.geometry.array, dtype=object)))
    layers = {name: placed.loc[dimension == number] for name, number in KINDS}
    written = {name: part for name, part in layers.items() if len(part)} or {"polygons": placed}
    beside = path.with_name(f".{path.name}.{os.getpid()}.gpkg")
    try:
        for number, (name, part) in enumerate(written.items()):
            pyogrio.write_dataframe(
                part,
                beside,
                layer=name,
                driver=DRIVER,
                append=number > 0,
                promote_to_multi=name != "points",
                geometry_type=None if len(part) else "MultiPolygon",
            )
        if "polygons" in written:
            add_default_style(
                beside, layer="polygons", label_fields=(label_field,), name="plotwise"
            )
        beside.replace(path)
    finally:
        for leftover in ("", "-journal", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                beside.with_name(beside.name + leftover).unlink()
