"""Outlines that cross themselves without end: no repair can be waited for.

What mends an outline cuts its lines wherever they meet, and n edges may meet n²/2 times: a few
thousand corners in random order take minutes, a hundred thousand all memory. Such an outline
has no meaning to be mended; it is told by counting, which stops at the limit.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.edge_index import BoxTree

__all__ = ["crosses_itself_more_than"]

# edges looked at together; far more are, as long as they hardly meet any others
EDGES_AT_ONCE = 32
PAIRS_AT_ONCE = 1_000_000


def crosses_itself_more_than(outline: BaseGeometry, limit: int) -> bool:
    """Whether edges of a polygon or multipolygon cross each other at more than `limit` places.

    Edges that touch or run along each other do not cross.
    """
    start, end = _edges(outline)
    boxes = np.hstack([np.minimum(start, end), np.maximum(start, end)])
    tree = BoxTree(boxes)
    count, first, size = 0, 0, EDGES_AT_ONCE
    while first < len(boxes):
        edge, other = tree.pairs(boxes[first : first + size])
        later = other > edge + first
        edge, other = edge[later] + first, other[later]
        count += int(_cross(start[edge], end[edge], start[other], end[other]).sum())
        if count > limit:
            return True
        first += size
        size = min(2 * size, len(boxes)) if 4 * len(edge) < PAIRS_AT_ONCE else EDGES_AT_ONCE
    return False


def _edges(outline: BaseGeometry) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    rings = shapely.get_rings(shapely.get_parts(outline))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    inside = ring[1:] == ring[:-1]
    return xy[:-1][inside], xy[1:][inside]


def _cross(
    a: NDArray[np.float64],
    b: NDArray[np.float64],
    c: NDArray[np.float64],
    d: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Whether the edges a–b and c–d cross inside both."""
    return (_side(a, b, c) * _side(a, b, d) < 0) & (_side(c, d, a) * _side(c, d, b) < 0)


def _side(
    a: NDArray[np.float64], b: NDArray[np.float64], point: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Sign of the side of a–b that a point lies on."""
    along, there = b - a, point - a
    return np.sign(along[:, 0] * there[:, 1] - along[:, 1] * there[:, 0])
