"""Narrow gaps between two features whose edges run side by side, open at their ends or not.

The feature lies left of each directed edge, so two edges with a crack between them run in
opposite directions and each has the other on its right. The strip between them is as long as
both are when one is seen from the other; where the wider end of it is within the width that
is looked for, it is a piece of a crack. The test is that of the coverage validator of JTS
and GEOS (nearly parallel segments), with the sides told apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.edge_index import BoxTree
from geo.topology.edge_matching import LooseEdges
from geo.topology.faults import TopologyFaults
from geo.topology.gaps import gaps_of
from geo.topology.shapes import LayerShapes

__all__ = ["narrow_cracks"]

Geometries = NDArray[np.object_]
Metres = NDArray[np.float64]

# strips of one crack meet on this grid, which is finer than any tolerance of a survey
JOIN_GRID_M = 1e-6


def narrow_cracks(
    shapes: LayerShapes, loose: LooseEdges, *, width_m: float, tolerance_m: float
) -> TopologyFaults:
    """Gaps of at most `width_m` between features that nearly touch along an edge.

    Parameters
    ----------
    loose
        Loose edges of the features alone.
    tolerance_m
        Edges that close are taken for one.
    """
    strips = _strips(loose, width_m, tolerance_m)
    joined = shapely.union_all(strips, grid_size=JOIN_GRID_M) if len(strips) else None
    return gaps_of(shapes, _uncovered(shapes, _polygons(joined)))


def _strips(loose: LooseEdges, width_m: float, tolerance_m: float) -> Geometries:
    """Quadrangles between edges of different features that face each other."""
    low = np.minimum(loose.start, loose.end)
    high = np.maximum(loose.start, loose.end)
    boxes = np.hstack([low - 0.5 * width_m, high + 0.5 * width_m])
    base, facing = BoxTree(boxes).pairs(boxes)
    apart = loose.feature[base] != loose.feature[facing]
    base, facing = base[apart], facing[apart]
    origin = loose.start[base]
    along = loose.end[base] - origin
    length = np.hypot(*along.T)
    along /= length[:, None]
    left = np.column_stack([-along[:, 1], along[:, 0]])
    # the other edge as seen from this one: it begins far ahead and comes back
    near_at, near_off = _seen(loose.end[facing] - origin, along, left)
    far_at, far_off = _seen(loose.start[facing] - origin, along, left)
    begin, end = np.maximum(near_at, 0.0), np.minimum(far_at, length)
    wanted = end - begin > width_m
    slope = np.zeros(len(base))
    np.divide(far_off - near_off, far_at - near_at, out=slope, where=wanted)
    begin_off = near_off + slope * (begin - near_at)
    end_off = near_off + slope * (end - near_at)
    widest, narrowest = np.minimum(begin_off, end_off), np.maximum(begin_off, end_off)
    wanted &= (narrowest <= tolerance_m) & (widest >= -width_m) & (widest < -tolerance_m)
    facing_strips = _Strips(
        base[wanted], begin[wanted], end[wanted], begin_off[wanted], end_off[wanted]
    )
    return _quadrangles(loose, facing_strips)


@dataclass(frozen=True, slots=True, eq=False)
class _Strips:
    """k strips: the edge they lie along, from where to where, and how far they reach left."""

    edge: NDArray[np.int64]
    begin: Metres
    end: Metres
    begin_off: Metres
    end_off: Metres


def _quadrangles(loose: LooseEdges, strips: _Strips) -> Geometries:
    """Outlines of strips; where an outline bends, strips reach on to meet in the corner."""
    start, stop = loose.start[strips.edge], loose.end[strips.edge]
    feature = loose.feature[strips.edge]
    along = stop - start
    length = np.hypot(*along.T)
    along /= length[:, None]
    left = np.column_stack([-along[:, 1], along[:, 0]])
    begins, ends = _keys(start, feature), _keys(stop, feature)
    goes_on = _among(ends, set(begins)) & (strips.end == length)
    comes_from = _among(begins, set(ends)) & (strips.begin == 0.0)
    begin_off, end_off = np.minimum(strips.begin_off, 0.0), np.minimum(strips.end_off, 0.0)
    begin = np.where(comes_from, begin_off, strips.begin)
    end = np.where(goes_on, length - end_off, strips.end)
    flat = np.zeros(len(begin))
    corners = [
        start + at[:, None] * along + off[:, None] * left
        for at, off in ((begin, flat), (end, flat), (end, end_off), (begin, begin_off))
    ]
    return np.asarray(shapely.polygons(np.stack(corners, axis=1)), dtype=object)


def _keys(points: Metres, features: NDArray[np.int64]) -> list[tuple[float, float, int]]:
    return [(x, y, at) for (x, y), at in zip(points.tolist(), features.tolist(), strict=True)]


def _among(
    keys: list[tuple[float, float, int]], known: set[tuple[float, float, int]]
) -> NDArray[np.bool_]:
    return np.array([key in known for key in keys], dtype=bool)


def _seen(offset: Metres, along: Metres, left: Metres) -> tuple[Metres, Metres]:
    """Distances along and to the left."""
    return (offset * along).sum(axis=1), (offset * left).sum(axis=1)


def _uncovered(shapes: LayerShapes, grounds: Geometries) -> Geometries:
    """Parts of polygons that no feature covers."""
    ground, feature = shapes.tree.query(grounds, predicate="intersects")
    order = np.argsort(ground, kind="stable")
    ground, feature = ground[order], feature[order]
    place = np.arange(len(ground)) - np.searchsorted(ground, ground)
    left = grounds.copy()
    for rank in range(int(place.max(initial=-1)) + 1):
        at = np.flatnonzero(place == rank)
        left[ground[at]] = shapely.difference(left[ground[at]], shapes.outlines[feature[at]])
    return _polygons(left)


def _polygons(grounds: Geometries | shapely.Geometry | None) -> Geometries:
    """The single polygons in anything."""
    parts = shapely.get_parts(shapely.get_parts(grounds))
    areal = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & ~shapely.is_empty(parts)
    return np.asarray(parts[areal], dtype=object)
