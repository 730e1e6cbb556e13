"""Winding numbers of crossed outlines: how much ground a repair decides on.

Every ring counts with the sign that makes its own area positive, holes are taken away; so
each face of an outline has a whole number, 1 inside a sound polygon. Its sum over the faces
is the signed ring area. Where a repaired outline says otherwise, the repair has decided.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.edge_index import BoxTree

__all__ = ["disputed_area"]

POINTS_AT_ONCE = 2048


def disputed_area(outline: BaseGeometry, repaired: BaseGeometry) -> float:
    """Σ over the faces of |winding number − covered by the repaired outline| × area.

    At least the change in signed ring area, and more where changes cancel. In the square of
    the unit of the coordinates.
    """
    rings, signs = _signed_rings(outline)
    faces = _faces(rings)
    points = shapely.get_coordinates(shapely.point_on_surface(faces))
    winding = np.zeros(len(faces))
    for ring, sign in zip(rings, signs, strict=True):
        corners = shapely.get_coordinates(ring)
        near = ((points >= corners.min(axis=0)) & (points <= corners.max(axis=0))).all(axis=1)
        winding[near] += sign * _winding_numbers(points[near], corners)
    covered = np.asarray(shapely.intersects_xy(repaired, points[:, 0], points[:, 1]), dtype=float)
    return float(np.abs(winding - covered) @ np.asarray(shapely.area(faces)))


def _signed_rings(outline: BaseGeometry) -> tuple[list[BaseGeometry], list[int]]:
    """Rings with +1 or −1: what their winding numbers count for in the signed ring area."""
    rings, signs = [], []
    for part in shapely.get_parts(outline):
        for ring, role in ((part.exterior, 1), *((hole, -1) for hole in part.interiors)):
            rings.append(ring)
            signs.append(role if _twice_signed_area(shapely.get_coordinates(ring)) >= 0 else -role)
    return rings, signs


def _twice_signed_area(corners: NDArray[np.float64]) -> float:
    """Shoelace sum about the first corner; positive counter-clockwise."""
    x, y = (corners - corners[0]).T
    return float(x[:-1] @ y[1:] - x[1:] @ y[:-1])


def _faces(rings: list[BaseGeometry]) -> NDArray[np.object_]:
    """Areas between the lines of all rings, once these are cut wherever they meet."""
    lines = shapely.unary_union([shapely.LineString(ring.coords) for ring in rings])
    return np.asarray(shapely.get_parts(shapely.polygonize([lines])), dtype=object)


def _winding_numbers(
    points: NDArray[np.float64], corners: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Times the closed ring goes counter-clockwise around each of n points off the ring.

    Only edges that a level ray to the right may meet are looked at.
    """
    start, end = corners[:-1], corners[1:]
    boxes = BoxTree(np.hstack([np.minimum(start, end), np.maximum(start, end)]))
    numbers = np.zeros(len(points))
    for first in range(0, len(points), POINTS_AT_ONCE):
        some = points[first : first + POINTS_AT_ONCE]
        level = some[:, 1]
        rays = np.column_stack([some, np.full(len(some), np.inf), np.nextafter(level, np.inf)])
        point, edge = boxes.pairs(rays)
        x, y = some[point].T
        (x0, y0), (x1, y1) = start[edge].T, end[edge].T
        left = (x1 - x0) * (y - y0) - (x - x0) * (y1 - y0)
        turns = ((y0 <= y) & (y1 > y) & (left > 0)).astype(float)
        turns -= (y0 > y) & (y1 <= y) & (left < 0)
        np.add.at(numbers, first + point, turns)
    return numbers
