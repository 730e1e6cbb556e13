"""Writing the shapes and the index of a shapefile (.shp, .shx).

After the ESRI Shapefile Technical Description (July 1998): polygons with outer rings
clockwise and holes against the clock, every coordinate a double.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.errors import GeoError
from geo.reading_codes import Fault

__all__ = ["write_shapes"]

FILE_CODE, VERSION, POLYGON = 9994, 1000, 5
HEADER_BYTES, RECORD_HEADER_BYTES = 100, 8
# lengths and places are counted in words of two bytes
WORD = 2
# more than this the desktop programs do not open
MOST_BYTES = 2**31 - 1


def write_shapes(shp: Path, shx: Path, geometries: NDArray[np.object_]) -> None:
    """Write valid polygons and multipolygons, one record each.

    Raises
    ------
    GeoError
        They take more than 2 GB (`shapefile_too_large`).
    """
    records = list(_records(geometries))
    sizes = np.array([len(record) for record in records], dtype=np.int64)
    places = HEADER_BYTES + np.concatenate(
        [[0], np.cumsum(sizes + RECORD_HEADER_BYTES, dtype=np.int64)]
    )
    if places[-1] > MOST_BYTES:
        raise GeoError(Fault.SHAPEFILE_TOO_LARGE, part=shp.suffix)
    bounds = shapely.total_bounds(geometries) if len(geometries) else np.zeros(4)
    with shp.open("wb") as target:
        target.write(_header(int(places[-1]), bounds))
        for number, record in enumerate(records, start=1):
            target.write(struct.pack(">II", number, len(record) // WORD))
            target.write(record)
    index = np.column_stack([places[:-1], sizes]) // WORD
    with shx.open("wb") as target:
        target.write(_header(HEADER_BYTES + index.size * 4, bounds))
        target.write(index.astype(">i4").tobytes())


def _header(size: int, bounds: NDArray[np.float64]) -> bytes:
    start = struct.pack(">I20xI", FILE_CODE, size // WORD)
    return start + struct.pack("<II4d32x", VERSION, POLYGON, *bounds)


def _records(geometries: NDArray[np.object_]) -> Iterator[bytes]:
    """Content of each record: bounds, where its rings begin, and all their points."""
    if not len(geometries):
        return
    parts, shapes = shapely.get_parts(
        shapely.orient_polygons(geometries, exterior_cw=True), return_index=True
    )
    _, points, (ring_ends, part_ends) = shapely.to_ragged_array(parts)
    shape_ends = np.searchsorted(shapes, np.arange(len(geometries) + 1))
    bounds = shapely.bounds(geometries)
    for shape, (first, last) in enumerate(pairwise(part_ends[shape_ends])):
        starts = ring_ends[first : last + 1]
        head = struct.pack("<I4d", POLYGON, *bounds[shape])
        count = struct.pack("<II", last - first, starts[-1] - starts[0])
        rings = (starts[:-1] - starts[0]).astype("<i4").tobytes()
        yield head + count + rings + points[starts[0] : starts[-1]].astype("<f8").tobytes()
