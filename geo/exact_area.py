"""Areas in exact rational arithmetic: slow, and right for every valid polygon.

The coordinates of a file are doubles and thereby fractions, so that an area has one true value.
Nothing here is shared with the kernel; it is what the kernel is held against.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain, pairwise

import shapely
from shapely.geometry.base import BaseGeometry

__all__ = ["exact_area", "exact_common_area"]

Point = tuple[Fraction, Fraction]
Edge = tuple[Point, Point]


def exact_area(geometry: BaseGeometry) -> Fraction:
    """Area of a valid polygon or multipolygon, in the square of its unit."""
    return exact_common_area(geometry, geometry)


def exact_common_area(one: BaseGeometry, other: BaseGeometry) -> Fraction:
    """Area common to two valid polygons or multipolygons, in the square of their unit.

    Between two heights where edges begin, end or cross, the common region is made of
    trapezoids, and its area is height times width half-way up; the width comes from walking
    along that line from the left and counting outlines.
    """
    edges = _edges(one), _edges(other)
    heights = {point[1] for edge in chain(*edges) for point in edge}
    heights.update(_crossing_heights(*edges))
    return sum(
        (
            (high - low) * _common_width(edges, (low + high) / 2)
            for low, high in pairwise(sorted(heights))
        ),
        start=Fraction(0),
    )


def _edges(geometry: BaseGeometry) -> list[Edge]:
    """All edges that are not level, from their lower to their upper end."""
    polygons = shapely.get_parts(geometry)
    rings = chain.from_iterable((part.exterior, *part.interiors) for part in polygons)
    edges = []
    for ring in rings:
        points = [(Fraction(x), Fraction(y)) for x, y in shapely.get_coordinates(ring).tolist()]
        edges += [tuple(sorted(edge, key=lambda point: point[1])) for edge in pairwise(points)]
    return [(low, high) for low, high in edges if low[1] != high[1]]


def _at(edge: Edge, y: Fraction) -> Fraction:
    (x0, y0), (x1, y1) = edge
    return x0 + (y - y0) * (x1 - x0) / (y1 - y0)


def _crossing_heights(one: list[Edge], other: list[Edge]) -> Iterator[Fraction]:
    for a in one:
        for b in other:
            low, high = max(a[0][1], b[0][1]), min(a[1][1], b[1][1])
            if low >= high:
                continue
            gap_low, gap_high = _at(a, low) - _at(b, low), _at(a, high) - _at(b, high)
            if gap_low * gap_high < 0:
                yield low + (high - low) * gap_low / (gap_low - gap_high)


def _common_width(sides: tuple[list[Edge], list[Edge]], y: Fraction) -> Fraction:
    """Length of a level line inside both; inside is where an odd number of edges lies left."""
    crossings = sorted(
        (_at(edge, y), side)
        for side, edges in enumerate(sides)
        for edge in edges
        if edge[0][1] < y < edge[1][1]
    )
    inside = [False, False]
    width = Fraction(0)
    for (x, side), following in pairwise([*crossings, (Fraction(0), 0)]):
        inside[side] = not inside[side]
        if all(inside):
            width += following[0] - x
    return width
