"""Where numbers stand on a map: near what they name, never on the red line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import cos, pi, sin

import shapely
from shapely.geometry import Point, Polygon, box
from shapely.geometry.base import BaseGeometry

__all__ = ["CALLOUT_RADIUS_MM", "Callouts", "inner_point"]

CALLOUT_RADIUS_MM = 2.3
CLEARANCE_MM = 0.8
REACHES_MM = (7.0, 10.0, 14.0, 19.0, 25.0)
DIRECTIONS = 16
# the centroid counts as the middle when it is this deep, as a share of the deepest
CENTRED_SHARE = 0.8


def inner_point(geometry: Polygon) -> tuple[Point, float]:
    """A point well inside a shape, and its distance to the edge.

    The centroid where it lies about as deep as any point, so that the mark of a long
    rectangle stands in its middle; else the middle of the largest circle inside.
    """
    circle = shapely.maximum_inscribed_circle(geometry)
    deepest = float(circle.length)
    centroid = geometry.centroid
    depth = float(geometry.boundary.distance(centroid))
    if depth >= CENTRED_SHARE * deepest and geometry.contains(centroid):
        return centroid, depth
    return Point(circle.coords[0]), deepest


@dataclass(slots=True)
class Callouts:
    """Places already taken, and the lines that must stay free; all in millimetres."""

    room: BaseGeometry
    red_line: BaseGeometry
    taken: list[BaseGeometry] = field(default_factory=list)

    def reserve(self, left: float, bottom: float, right: float, top: float) -> None:
        """Keep a rectangle free."""
        self.taken.append(box(left, bottom, right, top))

    def take(self, spot: Point) -> None:
        """Keep the room of one number free."""
        self.taken.append(spot.buffer(CALLOUT_RADIUS_MM))

    def place(self, anchor: Point) -> Point:
        """A free place near the anchor; the anchor itself where there is none."""
        for spot in _spots(anchor):
            disc = spot.buffer(CALLOUT_RADIUS_MM + CLEARANCE_MM)
            if self._free(disc):
                self.taken.append(disc)
                return spot
        return anchor

    def _free(self, disc: BaseGeometry) -> bool:
        if not self.room.contains(disc) or self.red_line.intersects(disc):
            return False
        return not any(other.intersects(disc) for other in self.taken)


def _spots(anchor: Point) -> Iterator[Point]:
    for reach in REACHES_MM:
        for step in range(DIRECTIONS):
            angle = pi / 4 + 2 * pi * step / DIRECTIONS
            yield Point(anchor.x + reach * cos(angle), anchor.y + reach * sin(angle))
