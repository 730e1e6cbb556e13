"""Outlines as a coordinate TXT prints them: rounded, from the north-west corner, clockwise.

Rounding to the millimetre can close a gap or cross two edges. An outline is printed with
three decimals where reading them gives the same rings in the same nesting, else with as many
more as that takes; what no number of decimals saves is not printed at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.errors import GeoError, InvalidGeometryError
from geo.io.boundary.rings import SAME_POINT_M, without_repetitions
from geo.reading_codes import Fault
from geo.ring_nesting import assembled

__all__ = ["PrintedOutline", "printed_outline", "printed_outlines"]

FEWEST_DIGITS, MOST_DIGITS = 3, 6

Steps = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class PrintedOutline:
    """Rings of one parcel in whole steps of `10**-digits` metres.

    Attributes
    ----------
    rings
        Corners `(n, 2)`, east and north, without the closing point; a hole comes after the
        ring around it, an island after the hole it lies in.
    repeated
        Corners left out because they lie within 1 mm of the one before.
    """

    rings: tuple[Steps, ...]
    digits: int
    repeated: int
    twice_area: int

    def area(self, parts_per_m2: int) -> int:
        """Area of what is printed in parts of a square metre, rounded half up, exact."""
        steps_per_m2 = int(10 ** (2 * self.digits))
        return (self.twice_area * parts_per_m2 + steps_per_m2) // (2 * steps_per_m2)

    def coordinate(self, steps: int) -> str:
        """Metres with as many decimals as the outline needs."""
        metres, rest = divmod(steps, 10**self.digits)
        return f"{metres}.{rest:0{self.digits}d}"


def printed_outlines(geometries: Iterable[BaseGeometry | None]) -> list[PrintedOutline]:
    """Outlines of all parcels, ready to print.

    Raises
    ------
    InvalidGeometryError
        A geometry is missing, empty, invalid or no polygon.
    GeoError
        An outline does not survive printing (`txt_not_printable`).
    """
    outlines = []
    for row, geometry in enumerate(geometries):
        if geometry is None or geometry.geom_type not in ("Polygon", "MultiPolygon"):
            raise InvalidGeometryError(feature=row + 1)
        if geometry.is_empty or not geometry.is_valid:
            raise InvalidGeometryError(feature=row + 1)
        outline = printed_outline(geometry)
        if outline is None:
            raise GeoError(Fault.TXT_NOT_PRINTABLE, feature=row + 1)
        outlines.append(outline)
    return outlines


def printed_outline(geometry: BaseGeometry) -> PrintedOutline | None:
    """A valid polygon or multipolygon in metres, ready to print; `None` if that fails."""
    for digits in range(FEWEST_DIGITS, MOST_DIGITS + 1):
        outline = _printed(geometry, digits)
        if outline is not None:
            return outline
    return None


def _printed(geometry: BaseGeometry, digits: int) -> PrintedOutline | None:
    parts = [_rings(part, digits) for part in shapely.get_parts(geometry)]
    rings = [ring for part in parts for ring in part]
    if any(len(ring) < 3 or _returns_to_start(ring, digits) for ring in rings):
        return None
    # from the largest on, so that an island comes after the hole it lies in
    parts.sort(key=lambda part: -_twice_area(part[0]))
    wanted = shapely.MultiPolygon([shapely.Polygon(shell, holes) for shell, *holes in parts])
    rings = [ring for part in parts for ring in part]
    if not wanted.is_valid or not _reads_back(rings, wanted):
        return None
    twice_area = sum(_twice_area(shell) - sum(map(_twice_area, holes)) for shell, *holes in parts)
    corners = int(shapely.get_num_coordinates(geometry)) - len(rings)
    return PrintedOutline(tuple(rings), digits, corners - sum(map(len, rings)), twice_area)


def _rings(part: shapely.Polygon, digits: int) -> list[Steps]:
    return [_ring(ring, digits) for ring in (part.exterior, *part.interiors)]


def _ring(ring: shapely.LinearRing, digits: int) -> Steps:
    """Corners clockwise, from the one nearest to the north-west corner of their box."""
    metres = shapely.get_coordinates(ring)[:-1]
    steps = np.rint(metres * 10.0**digits).astype(np.int64)
    steps = without_repetitions(steps, closer_than=_near(digits))
    if ring.is_ccw:
        steps = steps[::-1]
    from_corner = (steps - [steps[:, 0].min(), steps[:, 1].max()]).astype(float)
    return np.roll(steps, -int(np.argmin(np.hypot(*from_corner.T))), axis=0)


def _near(digits: int) -> float:
    return float(SAME_POINT_M * 10.0**digits)


def _returns_to_start(ring: Steps, digits: int) -> bool:
    """Whether a reader would close the ring early: a later corner within 1 mm of the first."""
    return bool((np.abs(ring[1:] - ring[0]) < _near(digits)).all(axis=1).any())


def _twice_area(ring: Steps) -> int:
    """Twice the area in Python integers, which neither round nor overflow."""
    points = (ring - ring[0]).tolist()
    total: int = sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise([*points, points[0]]))
    return abs(total)


def _reads_back(rings: Sequence[Steps], wanted: shapely.MultiPolygon) -> bool:
    """Whether the rings, which carry no flag in the file, nest as they are meant to."""
    found = assembled([ring.astype(float) for ring in rings])
    return bool(shapely.equals_exact(_in_order(found), _in_order(wanted)))


def _in_order(geometry: BaseGeometry) -> BaseGeometry:
    return shapely.MultiPolygon(list(shapely.get_parts(geometry))).normalize()
