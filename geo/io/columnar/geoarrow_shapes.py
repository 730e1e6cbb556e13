"""Geometries in the native encodings of GeoParquet 1.1, which are those of GeoArrow.

A polygon is a list of rings, a ring a list of positions; positions are records of x and y or
short lists of numbers. Rings are checked before polygons are built.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.io.ring_check import FeatureFaultError, checked_ring
from geo.reading_codes import Fault

__all__ = ["NATIVE_LEVELS", "BadShape", "Shape", "shapes_of_arrow"]

# lists around the positions
NATIVE_LEVELS = {
    "point": 0, "linestring": 1, "multipoint": 1, "polygon": 2, "multilinestring": 2,
    "multipolygon": 3,
}  # fmt: skip
NATIVE_TYPES = {
    "point": shapely.GeometryType.POINT,
    "linestring": shapely.GeometryType.LINESTRING,
    "multipoint": shapely.GeometryType.MULTIPOINT,
    "multilinestring": shapely.GeometryType.MULTILINESTRING,
}


@dataclass(frozen=True, slots=True)
class BadShape:
    """Why a row has no outline, and the bounds of its positions where all are numbers."""

    fault: FeatureFaultError
    bounds: tuple[float, float, float, float] | None


Shape = BaseGeometry | BadShape | None


@dataclass(frozen=True, slots=True)
class _Nested:
    """Positions `(n, 2)`, and from the outside in where each list begins and ends."""

    offsets: tuple[NDArray[np.int64], ...]
    positions: NDArray[np.float64]


def shapes_of_arrow(column: pa.ChunkedArray, encoding: str) -> list[Shape]:
    """Geometry of every row, why it has none, or `None` where the file has none.

    Raises
    ------
    TypeError, AttributeError, ValueError
        The column is not nested as the encoding wants.
    """
    array = column.combine_chunks()
    present = array.is_valid().to_numpy(zero_copy_only=False)
    nested = _nested(array, NATIVE_LEVELS[encoding])
    if encoding in NATIVE_TYPES:
        found = shapely.from_ragged_array(
            NATIVE_TYPES[encoding], nested.positions, tuple(reversed(nested.offsets))
        )
        return [shape if here else None for shape, here in zip(found, present, strict=True)]
    return [
        _polygons(nested, row, is_multi=encoding == "multipolygon") if here else None
        for row, here in enumerate(present)
    ]


def _nested(array: pa.Array, levels: int) -> _Nested:
    offsets = []
    for _ in range(levels):
        offsets.append(array.offsets.to_numpy().astype("int64"))
        array = array.values
    if pa.types.is_struct(array.type):
        x, y = (array.field(array.type.get_field_index(name)) for name in "xy")
        positions = np.column_stack([part.to_numpy(zero_copy_only=False) for part in (x, y)])
    else:
        width = array.type.list_size
        positions = array.flatten().to_numpy(zero_copy_only=False).reshape(-1, width)[:, :2]
    return _Nested(tuple(offsets), positions.astype(float))


def _polygons(nested: _Nested, row: int, *, is_multi: bool) -> Shape:
    *outer, rings = nested.offsets
    try:
        if not is_multi:
            first, last = outer[0][row], outer[0][row + 1]
            return _polygon(nested.positions, rings, first, last)
        parts = [
            _polygon(nested.positions, rings, outer[1][part], outer[1][part + 1])
            for part in range(outer[0][row], outer[0][row + 1])
        ]
    except FeatureFaultError as fault:
        return BadShape(fault, _bounds(nested, row))
    return shapely.MultiPolygon(parts)


def _bounds(nested: _Nested, row: int) -> tuple[float, float, float, float] | None:
    first, last = row, row + 1
    for offsets in nested.offsets:
        first, last = offsets[first], offsets[last]
    points = nested.positions[first:last]
    if not len(points) or not np.isfinite(points).all():
        return None
    west, south, east, north = map(float, (*points.min(axis=0), *points.max(axis=0)))
    return west, south, east, north


def _polygon(
    positions: NDArray[np.float64], rings: NDArray[np.int64], first: int, last: int
) -> shapely.Polygon:
    found = list(_rings(positions, rings, first, last))
    if not found:
        raise FeatureFaultError(Fault.EMPTY_GEOMETRY)
    return shapely.Polygon(found[0], found[1:])


def _rings(
    positions: NDArray[np.float64], rings: NDArray[np.int64], first: int, last: int
) -> Iterator[NDArray[np.float64]]:
    for ring in range(first, last):
        points = positions[rings[ring] : rings[ring + 1]]
        if not len(points):
            raise FeatureFaultError(Fault.TOO_FEW_POINTS, found=0)
        yield checked_ring(points)
