"""Points of a parcel as rings: split, closed, and counted against the parcel line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.errors import Param
from geo.io.boundary.grammar import ParcelRecord, PointRecord
from geo.reading_codes import Fault

__all__ = [
    "SAME_POINT_M",
    "BoundaryFaultError",
    "ParcelRings",
    "closed_rings",
    "counts_points",
    "without_repetitions",
]

Steps = NDArray[np.int64]


# points closer than 0.001 m are one point (exchange format, checks on import); a millimetre
# between two eastings of eight digits is a few nanometres less in doubles
SAME_POINT_M = 0.001 - 1e-6


class BoundaryFaultError(Exception):
    """A parcel that cannot be read as one, with the facts for its message."""

    def __init__(self, code: Fault, **params: Param) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True, eq=False)
class ParcelRings:
    """Rings of a parcel, each `(n, 2)` in the axis order of the file, without closing point.

    `closed` rings had the first point repeated at their end; `repeated` points were left out
    because they lay within 1 mm of the one before; `split` are ring numbers under which
    several closed rings stood.
    """

    rings: list[NDArray[np.float64]]
    closed: int
    repeated: int
    split: tuple[str, ...]

    @property
    def corners(self) -> int:
        """Corners of all rings."""
        return sum(map(len, self.rings))


def closed_rings(record: ParcelRecord) -> ParcelRings:
    """Rings of a parcel, split and closed.

    A new ring begins with a new ring number, and where the points have come back to the
    first one. The format leaves open whether the first point is repeated at the end.

    Raises
    ------
    BoundaryFaultError
        Fewer than three points in a ring (`too_few_points`); a ring number that comes back
        (`ring_resumed`); the label of the first point at another place (`label_repeated`).
    """
    rings: list[list[PointRecord]] = []
    closed = repeated = 0
    split = []
    for run in _runs(record.points):
        loops = _Loops()
        for point in run:
            loops.add(point)
        found = loops.finished()
        if len(found) > 1:
            split.append(run[0].ring)
        rings.extend(found)
        closed += loops.closed
        repeated += loops.repeated
    if not rings:
        raise BoundaryFaultError(Fault.TOO_FEW_POINTS, found=0)
    return ParcelRings([_corners(ring) for ring in rings], closed, repeated, tuple(split))


def _runs(points: list[PointRecord]) -> list[list[PointRecord]]:
    runs: list[list[PointRecord]] = []
    seen: set[str] = set()
    for point in points:
        if runs and runs[-1][0].ring == point.ring:
            runs[-1].append(point)
            continue
        if point.ring in seen:
            raise BoundaryFaultError(Fault.RING_RESUMED, line=point.line, ring=point.ring)
        seen.add(point.ring)
        runs.append([point])
    return runs


class _Loops:
    """Points of one ring number as loops that each end before their first point again."""

    def __init__(self) -> None:
        self.closed = 0
        self.repeated = 0
        self._done: list[list[PointRecord]] = []
        self._current: list[PointRecord] = []

    def add(self, point: PointRecord) -> None:
        """Take the next point of the file."""
        current = self._current
        before = current[-1] if current else self._done[-1][0] if self._done else None
        if before is not None and _is_same_place(point, before):
            self.repeated += 1
            return
        if current and _is_same_place(point, current[0]):
            self.closed += 1
            self._done.append(current)
            self._current = []
            return
        if current and point.label and point.label == current[0].label:
            raise BoundaryFaultError(Fault.LABEL_REPEATED, line=point.line, label=point.label)
        current.append(point)

    def finished(self) -> list[list[PointRecord]]:
        """All loops, the last of which may be open."""
        return [*self._done, self._current] if self._current else self._done


def _is_same_place(one: PointRecord, other: PointRecord) -> bool:
    return (
        abs(one.first - other.first) < SAME_POINT_M
        and abs(one.second - other.second) < SAME_POINT_M
    )


def _corners(ring: list[PointRecord]) -> NDArray[np.float64]:
    points = [(point.first, point.second) for point in ring]
    distinct = len(set(points))
    if distinct < 3:
        raise BoundaryFaultError(Fault.TOO_FEW_POINTS, line=ring[0].line, found=distinct)
    return np.array(points, dtype=float)


def counts_points(record: ParcelRecord, rings: ParcelRings) -> bool:
    """Whether the stated count fits: with or without the closing points, or all lines."""
    stated = record.fields.count
    fitting = (rings.corners, rings.corners + len(rings.rings), len(record.points))
    return stated is None or stated in fitting


def without_repetitions(ring: Steps, closer_than: float) -> Steps:
    """Corners `(n, 2)` that lie at least so far from the one before, the first from the last."""
    if (np.abs(ring - np.roll(ring, 1, axis=0)).max(axis=1) >= closer_than).all():
        return ring
    kept = [ring[0]]
    for corner in ring[1:]:
        if np.abs(corner - kept[-1]).max() >= closer_than:
            kept.append(corner)
    while len(kept) > 1 and np.abs(kept[-1] - kept[0]).max() < closer_than:
        kept.pop()
    return np.array(kept)
