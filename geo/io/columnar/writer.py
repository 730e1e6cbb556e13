"""FlatGeobuf and GeoParquet for programs that analyse rather than draw."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pyogrio

from geo.crs import require_crs
from geo.intake import Note
from geo.io.bulk_read import quietly
from geo.io.geopackage.layers import storable
from geo.io.part_files import written_beside

__all__ = ["write_flatgeobuf", "write_geoparquet"]


def write_flatgeobuf(frame: gpd.GeoDataFrame, path: Path, *, layer: str) -> tuple[Note, ...]:
    """Write a frame as FlatGeobuf, in place of any older file, its rows in their order.

    Raises
    ------
    MissingCRSError
        The frame has no CRS.
    """
    require_crs(frame)
    with written_beside(path) as beside, quietly():
        pyogrio.write_dataframe(
            storable(frame),
            beside,
            layer=layer,
            driver="FlatGeobuf",
            # the index of this format sorts the rows
            layer_options={"SPATIAL_INDEX": "NO"},
        )
    return ()


def write_geoparquet(frame: gpd.GeoDataFrame, path: Path) -> tuple[Note, ...]:
    """Write a frame as GeoParquet 1.1, in place of any older file.

    Raises
    ------
    MissingCRSError
        The frame has no CRS.
    """
    require_crs(frame)
    with written_beside(path) as beside:
        storable(frame).to_parquet(beside, index=False, schema_version="1.1.0")
    return ()
