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

from geo.errors import InvalidGeometryError

__all__ = ["Rings", "feature_totals", "rings_of", "signed_areas"]

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
    """

    xy: NDArray[np.float64]
    ring_offsets: NDArray[np.int64]
    part_offsets: NDArray[np.int64]
    part_feature: NDArray[np.int64]
    n_features: int

    @property
    def ring_feature(self) -> NDArray[np.int64]:
        """Feature of each of the r rings."""
        return np.repeat(self.part_feature, np.diff(self.part_offsets))


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
    _refuse("geometry_missing", kinds == -1)
    _refuse("geometry_not_polygon", (kinds != POLYGON) & (kinds != MULTIPOLYGON))
    parts, part_feature = shapely.get_parts(geometries, return_index=True)
    filled = ~shapely.is_empty(parts)
    parts = shapely.orient_polygons(parts[filled])
    part_feature = part_feature[filled].astype(np.int64)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    ring_offsets = _offsets(shapely.get_num_coordinates(rings))
    xy = shapely.get_coordinates(rings) - np.asarray(origin, dtype=np.float64)
    part_offsets = _offsets(np.bincount(ring_part, minlength=len(parts)))
    found = Rings(xy, ring_offsets, part_offsets, part_feature, len(geometries))
    _require_measurable(found)
    return found


def _offsets(counts: NDArray[np.integer]) -> NDArray[np.int64]:
    offsets = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=offsets[1:])
    return offsets


def _refuse(code: str, wrong: NDArray[np.bool_]) -> None:
    if wrong.any():
        raise InvalidGeometryError(code, row=int(np.argmax(wrong)))


def _require_measurable(rings: Rings) -> None:
    # a comparison with NaN is false, so that this one test finds it too
    near = np.abs(rings.xy) <= FARTHEST_M
    if near.all():
        return
    vertex = int(np.argmin(near.all(axis=1)))
    ring = int(np.searchsorted(rings.ring_offsets, vertex, side="right")) - 1
    code = "too_far_from_origin" if np.isfinite(rings.xy[vertex]).all() else "not_finite"
    raise InvalidGeometryError(code, row=int(rings.ring_feature[ring]))


def signed_areas(rings: Rings) -> NDArray[np.float64]:
    """Plane area of each ring in m², positive counter-clockwise.

    The shoelace sum is taken around the ring's first vertex, so that its error is that of
    the ring's own size and not of its distance from the origin.
    """
    if len(rings.xy) == 0:
        return np.zeros(0)
    lengths = np.diff(rings.ring_offsets)
    starts = rings.ring_offsets[:-1]
    x, y = (rings.xy - np.repeat(rings.xy[starts], lengths, axis=0)).T
    cross = np.empty(len(x))
    cross[:-1] = x[:-1] * y[1:] - x[1:] * y[:-1]
    # from the last vertex of a ring to the first of the next: no edge
    cross[rings.ring_offsets[1:] - 1] = 0.0
    return 0.5 * np.asarray(np.add.reduceat(cross, starts))


def feature_totals(rings: Rings, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum of the values of its rings for each of the n features; 0 for one without rings."""
    totals = np.bincount(rings.ring_feature, weights=values, minlength=rings.n_features)
    return totals.astype(np.float64, copy=False)
