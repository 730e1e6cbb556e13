"""Axis-parallel outlines in whole millimetres, with exact areas.

An area in mm² is an integer of 1e-6 m², the unit of the truth file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["MILLIMETRES", "Box", "Part", "Plot", "Ring", "box", "breaks", "rectangle_plot"]

Ring = tuple[tuple[int, int], ...]

MILLIMETRES = 1000


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, millimetres, west < east and south < north."""

    west: int
    south: int
    east: int
    north: int

    def __post_init__(self) -> None:
        """Refuse what is no rectangle."""
        if self.west >= self.east or self.south >= self.north:
            raise ValueError(f"not a rectangle: {self}")

    @property
    def area_um2(self) -> int:
        """Area in 1e-6 m²."""
        return (self.east - self.west) * (self.north - self.south)

    @property
    def ring(self) -> Ring:
        """Corners from the north-west, clockwise, not closed."""
        return (
            (self.west, self.north),
            (self.east, self.north),
            (self.east, self.south),
            (self.west, self.south),
        )

    def holds(self, x: float, y: float) -> bool:
        """Whether a point that lies on no edge is inside."""
        return self.west < x < self.east and self.south < y < self.north

    def grown(self, metres: float) -> Box:
        """The rectangle moved outwards on all four sides."""
        by = round(metres * MILLIMETRES)
        return Box(self.west - by, self.south - by, self.east + by, self.north + by)

    def moved(self, east: int, north: int) -> Box:
        """The rectangle shifted by millimetres."""
        return Box(self.west + east, self.south + north, self.east + east, self.north + north)


@dataclass(frozen=True, slots=True)
class Part:
    """One outer ring with its holes; rings are axis-parallel and not closed."""

    outer: Ring
    holes: tuple[Ring, ...] = ()

    @property
    def rings(self) -> tuple[Ring, ...]:
        """Outer ring first."""
        return (self.outer, *self.holes)


@dataclass(frozen=True, slots=True)
class Plot:
    """One plot of a project."""

    name: str
    parts: tuple[Part, ...]

    def holds(self, x: float, y: float) -> bool:
        """Even-odd rule for a point that lies on no edge."""
        return any(_crossings(part.rings, x, y) % 2 == 1 for part in self.parts)

    def moved(self, east: int, north: int) -> Plot:
        """The plot shifted by millimetres."""
        return Plot(
            self.name,
            tuple(
                Part(
                    _moved(part.outer, east, north),
                    tuple(_moved(hole, east, north) for hole in part.holes),
                )
                for part in self.parts
            ),
        )

    @property
    def rings(self) -> tuple[Ring, ...]:
        """All rings of all parts."""
        return tuple(ring for part in self.parts for ring in part.rings)


def _moved(ring: Ring, east: int, north: int) -> Ring:
    return tuple((x + east, y + north) for x, y in ring)


def _crossings(rings: tuple[Ring, ...], x: float, y: float) -> int:
    count = 0
    for ring in rings:
        for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
            if x1 == x2 and x1 > x and min(y1, y2) < y < max(y1, y2):
                count += 1
    return count


def box(west: float, south: float, east: float, north: float) -> Box:
    """Rectangle from metres; anything finer than a millimetre is refused."""
    sides = [side * MILLIMETRES for side in (west, south, east, north)]
    if any(abs(side - round(side)) > 1e-6 for side in sides):
        raise ValueError("finer than a millimetre")
    return Box(*(round(side) for side in sides))


def rectangle_plot(name: str, outline: Box) -> Plot:
    """A plot that is one rectangle."""
    return Plot(name, (Part(outline.ring),))


def breaks(boxes: Iterable[Box], rings: Iterable[Ring] = ()) -> tuple[list[int], list[int]]:
    """Sorted distinct eastings and northings of all edges."""
    xs: set[int] = set()
    ys: set[int] = set()
    for one in boxes:
        xs.update((one.west, one.east))
        ys.update((one.south, one.north))
    for ring in rings:
        xs.update(x for x, _ in ring)
        ys.update(y for _, y in ring)
    return sorted(xs), sorted(ys)
