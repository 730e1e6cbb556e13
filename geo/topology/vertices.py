"""Vertices that should not be: on top of each other, or on the edge of a neighbour without one."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.edge_index import BoxTree
from geo.rings import Rings
from geo.topology.edge_matching import LooseEdges
from geo.topology.faults import TopologyCode, TopologyFaults, faults_of
from geo.topology.shapes import LayerShapes

__all__ = ["close_vertices", "unmatched_vertices"]

Key = tuple[float, float, int]


def close_vertices(rings: Rings, *, tolerance_m: float) -> TopologyFaults:
    """Neighbouring vertices of one ring that lie closer together than the tolerance."""
    step = np.diff(rings.xy, axis=0)
    length = np.hypot(*step.T)
    # from the last vertex of a ring to the first of the next: no edge
    length[rings.ring_offsets[1:-1] - 1] = np.inf
    at = np.flatnonzero((length > 0.0) & (length < tolerance_m))
    ring = np.searchsorted(rings.ring_offsets, at, side="right") - 1
    return faults_of(
        TopologyCode.CLOSE_VERTICES,
        np.asarray(shapely.points(rings.xy[at]), dtype=object).reshape(-1),
        index_a=rings.ring_feature[ring],
        width_m=length[at],
    )


def unmatched_vertices(
    shapes: LayerShapes, loose: LooseEdges, *, tolerance_m: float
) -> TopologyFaults:
    """Vertices of a feature on an edge of another, where that has no vertex (T-junctions).

    On the edge is what lies within the tolerance of it. The first feature has the vertex, the
    second the edge; a place counts once however many features have the vertex.

    Parameters
    ----------
    loose
        Loose edges of the features alone: a shared edge with a vertex on one side is loose.
    """
    ends = np.vstack([loose.start, loose.end])
    owner = np.concatenate([loose.feature, loose.feature])
    reach = np.array([-tolerance_m, -tolerance_m, tolerance_m, tolerance_m])
    boxes = np.hstack([np.minimum(loose.start, loose.end), np.maximum(loose.start, loose.end)])
    vertex, edge = BoxTree(boxes + reach).pairs(np.hstack([ends, ends]) + reach)
    apart = owner[vertex] != loose.feature[edge]
    vertex, edge = vertex[apart], edge[apart]
    on_edge, at_end = _positions(ends[vertex], loose.start[edge], loose.end[edge], tolerance_m)
    shared = set(_keys(ends[vertex[at_end]], loose.feature[edge[at_end]]))
    vertex, edge = vertex[on_edge], edge[on_edge]
    # the westernmost feature first: one of those that have the vertex is named
    order = np.lexsort((shapes.rank[owner[vertex]], loose.feature[edge], *ends[vertex].T))
    told: dict[Key, int] = {}
    for place, key in zip(
        order, _keys(ends[vertex[order]], loose.feature[edge[order]]), strict=True
    ):
        if key not in shared:
            told.setdefault(key, place)
    chosen = np.array(list(told.values()), dtype=np.intp)
    return faults_of(
        TopologyCode.UNMATCHED_VERTEX,
        np.asarray(shapely.points(ends[vertex[chosen]]), dtype=object).reshape(-1),
        index_a=owner[vertex[chosen]],
        index_b=loose.feature[edge[chosen]],
    )


def _positions(
    point: NDArray[np.float64],
    start: NDArray[np.float64],
    end: NDArray[np.float64],
    tolerance_m: float,
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which points lie on the inside of their edge, and which are exactly one of its ends."""
    along = end - start
    share = ((point - start) * along).sum(axis=1) / (along**2).sum(axis=1)
    foot = start + np.clip(share, 0.0, 1.0)[:, None] * along
    near = np.hypot(*(point - foot).T) <= tolerance_m
    at_end = (point == start).all(axis=1) | (point == end).all(axis=1)
    return near & ~at_end, at_end


def _keys(points: NDArray[np.float64], features: NDArray[np.int64]) -> list[Key]:
    """Places with the features that have an edge there."""
    return [(x, y, at) for (x, y), at in zip(points.tolist(), features.tolist(), strict=True)]
