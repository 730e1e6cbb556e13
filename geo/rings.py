"""Polygons as flat arrays of closed rings in local coordinates.

Outer rings run counter-clockwise, holes clockwise. Coordinates are relative to an integer
origin: eastings with a zone prefix (39 500 000 m) have a resolution of only 7.5e-9 m, and
every product of them loses more; the shift itself is exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.compilation import compiled
from geo.errors import InvalidGeometryError
from geo.runs import run_starts

__all__ = ["Rings", "feature_totals", "plane_areas", "rings_of"]

POLYGON, MULTIPOLYGON = 3, 6
# farther away local coordinates lose the digits for which they exist, and an area may no longer
# fit into 64 bits of 1e-6 m²; also the sign of an easting with a zone prefix beside one without
FARTHEST_M = 1_500_000.0


@dataclass(frozen=True, slots=True, eq=False)
class Rings:
    """Closed rings of n features, part after part.

    Attributes
    ----------
    xy
        v vertices, metres relative to the origin; every ring repeats its first vertex.
    ring_offsets
        r + 1 positions in `xy`.
    part_offsets
        p + 1 positions in the rings; a part is one outer ring, then its holes.
    part_feature
        p positions of features, ascending; an empty feature has no part.
    n_features
        n.
    ring_feature
        Feature of each ring.
    """

    xy: NDArray[np.float64]
    ring_offsets: NDArray[np.int64]
    part_offsets: NDArray[np.int64]
    part_feature: NDArray[np.int64]
    n_features: int

    ring_feature: NDArray[np.int64]


def rings_of(geometries: NDArray[np.object_], origin: tuple[int, int]) -> Rings:
    """Take polygons and multipolygons apart.

    Parameters
    ----------
    geometries
        n polygons or multipolygons in absolute coordinates of a metre CRS. Heights are
        dropped, rings turned to run as stated above, repeated vertices kept; empty ones have
        no rings.
    origin
        Integer easting and northing that are subtracted.

    Raises
    ------
    InvalidGeometryError
        Something else than a polygon, a coordinate that is no number, or one farther than
        1 500 km from the origin; names the row.
    """
    kinds = shapely.get_type_id(geometries)
    if (kinds == POLYGON).all():
        parts, part_feature = geometries, np.arange(len(geometries))
    else:
        _refuse("geometry_missing", kinds == -1)
        _refuse("geometry_not_polygon", (kinds != POLYGON) & (kinds != MULTIPOLYGON))
        parts, part_feature = shapely.get_parts(geometries, return_index=True)
    sizes, ring_part = _ring_sizes(parts)
    first_ring = run_starts(ring_part)
    ring_offsets = _offsets(sizes)
    ring_feature = part_feature[ring_part]
    xy = shapely.get_coordinates(parts) - np.asarray(origin, dtype=np.float64)
    rings = Rings(
        xy,
        ring_offsets,
        np.append(first_ring, len(sizes)),
        ring_feature[first_ring],
        len(geometries),
        ring_feature,
    )
    far = _first_far_vertex(xy)
    if far >= 0:
        _refuse_vertex(rings, far)
    _turn(xy, ring_offsets, rings.part_offsets)
    return rings


def _ring_sizes(parts: NDArray[np.object_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Number of vertices of each ring, and the polygon it belongs to; empty ones have none."""
    if shapely.get_num_interior_rings(parts).any():
        rings, ring_part = shapely.get_rings(parts, return_index=True)
        sizes = shapely.get_num_coordinates(rings)
    else:
        sizes, ring_part = shapely.get_num_coordinates(parts), np.arange(len(parts))
    filled = sizes > 0
    return sizes[filled].astype(np.int64), ring_part[filled].astype(np.int64)


def _offsets(counts: NDArray[np.integer]) -> NDArray[np.int64]:
    offsets = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=offsets[1:])
    return offsets


def _refuse(code: str, wrong: NDArray[np.bool_]) -> None:
    if wrong.any():
        raise InvalidGeometryError(code, row=int(np.argmax(wrong)))


def _refuse_vertex(rings: Rings, vertex: int) -> None:
    ring = int(np.searchsorted(rings.ring_offsets, vertex, side="right")) - 1
    code = "too_far_from_origin" if np.isfinite(rings.xy[vertex]).all() else "not_finite"
    raise InvalidGeometryError(code, row=int(rings.ring_feature[ring]))


@compiled
def _first_far_vertex(xy: NDArray[np.float64]) -> int:
    """Position of a vertex too far to measure or not finite, −1 if there is none."""
    for i in range(len(xy)):
        # a comparison with NaN is false, so that this one test finds it too
        if not (abs(xy[i, 0]) <= FARTHEST_M and abs(xy[i, 1]) <= FARTHEST_M):
            return i
    return -1


@compiled
def _ring_area(xy: NDArray[np.float64], start: int, stop: int) -> float:
    """Signed area; around the first vertex, so that the error is that of the ring's own size."""
    x0, y0 = xy[start, 0], xy[start, 1]
    twice = 0.0
    for i in range(start, stop - 1):
        twice += (xy[i, 0] - x0) * (xy[i + 1, 1] - y0) - (xy[i + 1, 0] - x0) * (xy[i, 1] - y0)
    return 0.5 * twice


@compiled
def _turn(
    xy: NDArray[np.float64], ring_offsets: NDArray[np.int64], part_offsets: NDArray[np.int64]
) -> None:
    """Reverse in place the outer rings that run clockwise and the holes that do not."""
    for part in range(len(part_offsets) - 1):
        for ring in range(part_offsets[part], part_offsets[part + 1]):
            start, stop = ring_offsets[ring], ring_offsets[ring + 1]
            if (_ring_area(xy, start, stop) > 0.0) != (ring == part_offsets[part]):
                _reverse(xy, start, stop)


@compiled
def _reverse(xy: NDArray[np.float64], start: int, stop: int) -> None:
    for i in range((stop - start) // 2):
        low, high = start + i, stop - 1 - i
        for axis in range(2):
            xy[low, axis], xy[high, axis] = xy[high, axis], xy[low, axis]


@compiled
def _ring_areas(xy: NDArray[np.float64], ring_offsets: NDArray[np.int64]) -> NDArray[np.float64]:
    areas = np.empty(len(ring_offsets) - 1)
    for ring in range(len(areas)):
        areas[ring] = _ring_area(xy, ring_offsets[ring], ring_offsets[ring + 1])
    return areas


def plane_areas(rings: Rings) -> NDArray[np.float64]:
    """Plane area of each of the n features in m², by the shoelace formula."""
    return feature_totals(rings, _ring_areas(rings.xy, rings.ring_offsets))


def feature_totals(rings: Rings, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum of the values of its rings for each of the n features; 0 for one without rings."""
    totals = np.zeros(rings.n_features)
    np.add.at(totals, rings.ring_feature, values)
    return totals
