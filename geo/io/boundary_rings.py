"""Points of a parcel as rings: split, closed, and counted against the parcel line."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geo.errors import Param
from geo.intake import Note
from geo.io.boundary_txt import ParcelRecord, PointRecord
from geo.reading_codes import Fault, Remark

__all__ = ["BoundaryFaultError", "closed_rings"]

# points closer than this are one point (勘测定界: 0.001 m)
SAME_POINT_M = 0.001


class BoundaryFaultError(Exception):
    """A parcel that cannot be read as one, with the facts for its message."""

    def __init__(self, code: Fault, **params: Param) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def closed_rings(record: ParcelRecord, notes: list[Note]) -> list[NDArray[np.float64]]:
    """Rings `(n, 2)` of a parcel in the axis order of the file, without a closing point.

    A new ring begins with a new ring number, and where the points have come back to the
    first one. The format leaves open whether the first point is repeated at the end.

    Raises
    ------
    BoundaryFaultError
        Fewer than three points in a ring (`too_few_points`); a ring number that comes back
        (`ring_resumed`); the label of the first point at another place (`label_repeated`).
    """
    rings: list[list[PointRecord]] = []
    listed = record.points
    for run in _runs(listed):
        loops = _loops(run)
        if len(loops) > 1:
            notes.append(Note(Remark.RING_SPLIT, {"line": record.line, "ring": run[0].ring}))
        rings.extend(loops)
    if not rings:
        raise BoundaryFaultError(Fault.TOO_FEW_POINTS, found=0)
    corners = [_corners(ring) for ring in rings]
    _compare_count(record, sum(map(len, corners)), len(rings), notes)
    return corners


def _runs(points: list[PointRecord]) -> list[list[PointRecord]]:
    runs: list[list[PointRecord]] = []
    for point in points:
        if runs and runs[-1][0].ring == point.ring:
            runs[-1].append(point)
            continue
        if any(run[0].ring == point.ring for run in runs):
            raise BoundaryFaultError(Fault.RING_RESUMED, line=point.line, ring=point.ring)
        runs.append([point])
    return runs


def _loops(run: list[PointRecord]) -> list[list[PointRecord]]:
    """Points of one ring number as loops that each end before their first point again."""
    loops: list[list[PointRecord]] = []
    current: list[PointRecord] = []
    for point in run:
        if current and _is_same_place(point, current[0]):
            if len(current) > 1:
                loops.append(current)
                current = []
            continue
        if current and point.label and point.label == current[0].label:
            raise BoundaryFaultError(Fault.LABEL_REPEATED, line=point.line, label=point.label)
        current.append(point)
    return [*loops, current] if current else loops


def _is_same_place(one: PointRecord, other: PointRecord) -> bool:
    return (
        abs(one.first - other.first) < SAME_POINT_M
        and abs(one.second - other.second) < SAME_POINT_M
    )


def _corners(ring: list[PointRecord]) -> NDArray[np.float64]:
    points = np.array([(point.first, point.second) for point in ring], dtype=float)
    distinct = len(np.unique(points, axis=0))
    if distinct < 3:
        raise BoundaryFaultError(Fault.TOO_FEW_POINTS, line=ring[0].line, found=distinct)
    return points


def _compare_count(record: ParcelRecord, corners: int, rings: int, notes: list[Note]) -> None:
    """The stated count may or may not count the closing point of each ring."""
    stated = record.stated_count
    if stated is not None and stated not in (corners, corners + rings, len(record.points)):
        notes.append(
            Note(
                Remark.POINT_COUNT_DIFFERS,
                {"line": record.line, "stated": stated, "found": corners},
            )
        )
