"""Edges that no neighbour shares: where two sound neighbours meet, each edge runs both ways.

In a layer without gaps and overlaps every edge inside occurs once in each direction, vertex by
vertex. What is left over is the outer edge of the layer and every place at fault, so that all
further looking is confined to it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.rings import Rings

__all__ = ["LooseEdges", "loose_edges"]

Metres = NDArray[np.float64]
Positions = NDArray[np.int64]

# odd constants of a multiplicative hash (Knuth 6.4; digits of the golden ratio)
MULTIPLIERS = (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0xD6E8FEB86659FD93)
SHIFT = 29


@dataclass(frozen=True, slots=True, eq=False)
class LooseEdges:
    """k directed edges in the order of the rings; the feature lies on their left.

    Attributes
    ----------
    start, end
        (k, 2) local coordinates.
    feature
        k positions of features.
    position
        k positions of `start` among all vertices: edges that follow each other differ by 1.
    """

    start: Metres
    end: Metres
    feature: Positions
    position: Positions

    def __len__(self) -> int:
        """Number of edges."""
        return len(self.feature)

    def lines(self) -> NDArray[np.object_]:
        """Runs of edges that follow each other, as lines."""
        if not len(self):
            return np.zeros(0, dtype=object)
        joined = (np.diff(self.position) == 1) & (self.start[1:] == self.end[:-1]).all(axis=1)
        run = np.concatenate([[0], np.cumsum(~joined)])
        last = np.append(np.flatnonzero(~joined), len(self) - 1)
        # the starts of a run, then the end of its last edge
        xy = np.insert(self.start, last + 1, self.end[last], axis=0)
        owner = np.insert(run, last + 1, run[last])
        return np.asarray(shapely.linestrings(xy, indices=owner), dtype=object)


def loose_edges(rings: Rings, *, against: Rings | None = None) -> LooseEdges:
    """Edges of n features that do not run as often one way as the other.

    Parameters
    ----------
    rings
        Outer rings counter-clockwise, holes clockwise.
    against
        The ground that the features should fill: its edges count turned round, and those of
        them that stay loose come along with the feature −1.
    """
    start, end, feature, position = _edges(rings)
    if against is not None:
        first, second, _, place = _edges(against)
        start, end = np.concatenate([start, second]), np.concatenate([end, first])
        feature = np.concatenate([feature, np.full(len(first), -1)])
        # turned round, so that they no longer follow each other
        position = np.concatenate([position, len(rings.xy) + 2 * (len(against.xy) - place)])
    loose = _unbalanced(start, end)
    return LooseEdges(start[loose], end[loose], feature[loose], position[loose])


def _edges(rings: Rings) -> tuple[Metres, Metres, Positions, Positions]:
    """Start, end, feature and position of every edge with a length."""
    is_start = np.ones(len(rings.xy), dtype=bool)
    is_start[rings.ring_offsets[1:] - 1] = False
    position = np.flatnonzero(is_start)
    start, end = rings.xy[position], rings.xy[position + 1]
    sizes = np.diff(rings.ring_offsets) - 1
    feature = np.repeat(rings.ring_feature, sizes)
    long = (start != end).any(axis=1)
    return start[long], end[long], feature[long], position[long]


def _unbalanced(start: Metres, end: Metres) -> NDArray[np.bool_]:
    if not len(start):
        return np.zeros(0, dtype=bool)
    backward = (end[:, 0] < start[:, 0]) | ((end[:, 0] == start[:, 0]) & (end[:, 1] < start[:, 1]))
    turn = backward[:, None]
    # adding 0 makes −0 and 0 the same bits
    ends = np.hstack([np.where(turn, end, start), np.where(turn, start, end)]) + 0.0
    order = _grouped(ends)
    ends, sign = ends[order], np.where(backward, -1, 1)[order]
    first = np.flatnonzero(np.append(True, (ends[1:] != ends[:-1]).any(axis=1)))
    surplus = np.add.reduceat(sign, first)
    sizes = np.diff(np.append(first, len(ends)))
    loose = np.empty(len(ends), dtype=bool)
    loose[order] = np.repeat(surplus != 0, sizes)
    return loose


def _grouped(rows: Metres) -> NDArray[np.intp]:
    """An order in which equal rows stand together: by a hash, or fully where hashes clash."""
    words = rows.view(np.uint64)
    key = np.zeros(len(rows), dtype=np.uint64)
    for column, factor in enumerate(MULTIPLIERS):
        key = (key ^ words[:, column]) * np.uint64(factor)
        key ^= key >> np.uint64(SHIFT)
    order = np.argsort(key)
    same = key[order[1:]] == key[order[:-1]]
    if (rows[order[1:]][same] != rows[order[:-1]][same]).any():
        return np.lexsort(rows.T)
    return order
