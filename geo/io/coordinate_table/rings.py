"""Points of a list as rings, and rings of a list that names no parcels as parcels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

from geo.io.boundary.rings import BoundaryFaultError
from geo.io.coordinate_table.records import TableParcel, TablePoint
from geo.reading_codes import Fault
from geo.ring_nesting import lies_inside

__all__ = ["Loop", "corners_of", "jumps_in", "loops_of", "split_parcels"]

DIGITS_AT_END = re.compile(r"(\d+)\D*$")
LEAST_CORNERS = 3
RUNNING_SHARE = 0.6


@dataclass(slots=True)
class Loop:
    """Points of one ring without a closing point; `apart` when it may be a parcel by itself.

    `repeated` counts the rows that gave the first point again.
    """

    points: list[TablePoint]
    apart: bool
    closed: bool = False
    repeated: int = 0


def loops_of(points: Sequence[TablePoint], same_point: float) -> list[Loop]:
    """Rings in order.

    A new one begins with a new ring number, after the first point has come back, where
    numbering starts again, and behind a blank row unless numbering goes on.

    Parameters
    ----------
    same_point
        Two points nearer than this in both axes are one, in the unit of the coordinates.

    Raises
    ------
    BoundaryFaultError
        The label of the first point at another place (`label_repeated`); a ring number that
        comes back (`ring_resumed`).
    """
    loops: list[Loop] = []
    seen_rings: list[str] = []
    for at, point in enumerate(points):
        current = loops[-1] if loops else None
        if current is not None and _comes_back(point, current, same_point):
            # the same point twice at the begin is one point
            current.closed = len(current.points) > 1
            current.repeated += 1
            continue
        if current is not None and not _begins(at, points, current):
            current.points.append(point)
            continue
        if point.ring and (current is None or point.ring != current.points[0].ring):
            if point.ring in seen_rings:
                raise BoundaryFaultError(Fault.RING_RESUMED, line=point.row, ring=point.ring)
            seen_rings.append(point.ring)
        loops.append(Loop([point], apart=_stands_apart(point, current)))
    used = sum(len(loop.points) + loop.repeated for loop in loops)
    if used != len(points):
        raise AssertionError(f"{len(points)} rows of points in, {used} out")
    return loops


def _comes_back(point: TablePoint, current: Loop, tolerance: float) -> bool:
    """Whether a point is the first of an open ring again."""
    first = current.points[0]
    return (
        not current.closed
        and not point.after_break
        and point.ring == first.ring
        and abs(point.north.value - first.north.value) < tolerance
        and abs(point.east.value - first.east.value) < tolerance
    )


def _begins(at: int, points: Sequence[TablePoint], current: Loop) -> bool:
    """Whether a point begins a ring of its own."""
    point, first = points[at], current.points[0]
    if current.closed or point.after_break or point.ring != first.ring:
        return True
    if point.label and point.label == first.label:
        follows = points[at + 1].label if at + 1 < len(points) else None
        second = current.points[1].label if len(current.points) > 1 else None
        if follows is None or follows != second:
            raise BoundaryFaultError(Fault.LABEL_REPEATED, line=point.row, label=point.label)
        return True
    return point.after_blank and not _goes_on(current.points[-1], point)


def _goes_on(before: TablePoint, point: TablePoint) -> bool:
    """Whether the number of a label is the next one."""
    numbers = [DIGITS_AT_END.search(each.label) for each in (before, point)]
    if numbers[0] is None or numbers[1] is None:
        return False
    return int(numbers[1].group(1)) == int(numbers[0].group(1)) + 1


def _stands_apart(point: TablePoint, before: Loop | None) -> bool:
    """Whether a ring may be a parcel: numbering that goes on, or a ring number, joins it."""
    if before is None:
        return True
    if point.after_break or point.ring != before.points[0].ring:
        return False
    return not _goes_on(before.points[-1], point)


def split_parcels(parcel: TableParcel, loops: Sequence[Loop]) -> list[list[Loop]]:
    """Rings of each parcel: all of a named one; of others, a ring apart is a parcel.

    A ring inside an earlier one is a hole of it or an island, and stays with it.
    """
    if parcel.named or len(loops) < 2:
        return [list(loops)]
    around = _rings_around(loops)
    groups: list[list[Loop]] = []
    home_of: list[int] = []
    for at, loop in enumerate(loops):
        outer = around[at]
        if outer is not None:
            home = home_of[outer]
        elif loop.apart or not groups:
            home = len(groups)
            groups.append([])
        else:
            home = len(groups) - 1
        groups[home].append(loop)
        home_of.append(home)
    return groups


def _rings_around(loops: Sequence[Loop]) -> list[int | None]:
    """For each ring an earlier one that it lies inside of; `None` where there is none."""
    outlines = np.array([_outline(loop) for loop in loops], dtype=object)
    found: list[int | None] = [None] * len(loops)
    inner, outer = shapely.STRtree(outlines).query(outlines)
    boxes = shapely.bounds(outlines)
    holds = (boxes[outer, :2] <= boxes[inner, :2]) & (boxes[outer, 2:] >= boxes[inner, 2:])
    earlier = (outer < inner) & holds.all(axis=1)
    for one, other in zip(inner[earlier].tolist(), outer[earlier].tolist(), strict=True):
        if found[one] is None and lies_inside(outlines[one], outlines[other]):
            found[one] = other
    return found


def jumps_in(loop: Loop) -> list[tuple[TablePoint, TablePoint]]:
    """Neighbours between whose running numbers others are left out; none where few run on."""
    numbers = [DIGITS_AT_END.search(point.label) for point in loop.points]
    if any(number is None for number in numbers):
        return []
    figures = [int(number.group(1)) for number in numbers if number is not None]
    steps = np.diff(figures)
    ahead = np.flatnonzero(steps > 1)
    if len(steps) == 0 or (steps == 1).sum() < RUNNING_SHARE * len(steps):
        return []
    return [(loop.points[at], loop.points[at + 1]) for at in ahead.tolist()]


def _outline(loop: Loop) -> Polygon | None:
    corners = _array(loop.points)
    return Polygon(corners) if len(np.unique(corners, axis=0)) >= LEAST_CORNERS else None


def _array(points: Sequence[TablePoint]) -> NDArray[np.float64]:
    """North, east `(n, 2)` as the columns are called."""
    return np.array([(point.north.value, point.east.value) for point in points], dtype=float)


def corners_of(loop: Loop) -> NDArray[np.float64]:
    """Corners of a ring `(n, 2)`: north, east.

    Raises
    ------
    BoundaryFaultError
        Fewer than three different ones (`too_few_points`).
    """
    corners = _array(loop.points)
    distinct = len(np.unique(corners, axis=0))
    if distinct < LEAST_CORNERS:
        raise BoundaryFaultError(Fault.TOO_FEW_POINTS, line=loop.points[0].row, found=distinct)
    return corners
