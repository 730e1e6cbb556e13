"""Polygons cut into small pieces, each one closed sequence of vertices.

A piece has at most a few dozen vertices, so that a boundary of 100 000 vertices costs no more
where it is crossed than a parcel does. Holes hang on their outer ring by a bridge that is
walked both ways and has no area. A piece is the exact signed region of its part inside a box;
as a polygon it may be invalid (bridges, edges along a cut): pieces are for areas only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.compilation import compiled
from geo.rings import Rings

__all__ = ["Pieces", "subdivide"]

MOST_VERTICES = 48
# a cut through so many of its edges leaves a region no smaller (star, comb): don't
MOST_CROSSED = 0.25
# nor may the cuts of one region together multiply its vertices by more than this
MOST_GROWTH = 4.0
# the longer side is cut unless that crosses so many times the edges that the other would
CROSSINGS_FACTOR, CROSSINGS_FREE = 2, 4
MOST_LEVELS = 64
# regions of more than 64 times the longest side are cut to a 64th instead
MOST_PER_SIDE = 64


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """p pieces.

    Attributes
    ----------
    xy
        Vertices in metres relative to the origin, piece after piece; each is closed.
    offsets
        p + 1 positions in `xy`.
    boxes
        (p, 4): least x, least y, greatest x, greatest y.
    owner
        p positions of the features that the pieces belong to.
    """

    xy: NDArray[np.float64]
    offsets: NDArray[np.int64]
    boxes: NDArray[np.float64]
    owner: NDArray[np.int64]

    def __len__(self) -> int:
        """Number of pieces."""
        return len(self.owner)

    def __post_init__(self) -> None:
        """Lock the arrays: mapped ones are read-only, and kernels are compiled for that once."""
        for array in (self.xy, self.offsets, self.boxes, self.owner):
            array.flags.writeable = False
        if not self.xy.flags.c_contiguous:
            raise ValueError("kernels read vertices row after row")

    @property
    def addresses(self) -> NDArray[np.int64]:
        """Where the first vertex of each piece lies in memory, as long as `xy` lives."""
        return self.xy.ctypes.data + self.xy.strides[0] * self.offsets[:-1]

    def chosen(self, wanted: NDArray[np.intp]) -> Pieces:
        """The pieces at some positions, in that order."""
        vertices, offsets = _ragged(self.offsets, wanted)
        return Pieces(self.xy[vertices], offsets, self.boxes[wanted], self.owner[wanted])


@dataclass(frozen=True, slots=True, eq=False)
class _Nodes:
    """Regions on their way to pieces: rings in `xy`, nodes as runs of rings.

    `root` says which part of a feature a node was cut from.
    """

    xy: NDArray[np.float64]
    ring_offsets: NDArray[np.int64]
    node_offsets: NDArray[np.int64]
    root: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.root)

    @property
    def starts(self) -> NDArray[np.int64]:
        """Position of the first vertex of each node, and the end."""
        return self.ring_offsets[self.node_offsets]

    def chosen(self, wanted: NDArray[np.intp]) -> _Nodes:
        """The nodes at some positions, in that order."""
        rings, node_offsets = _ragged(self.node_offsets, wanted)
        vertices, ring_offsets = _ragged(self.ring_offsets, rings)
        return _Nodes(self.xy[vertices], ring_offsets, node_offsets, self.root[wanted])


def _ragged(
    offsets: NDArray[np.int64], wanted: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """Positions of all members of some runs, and the offsets of those runs among them."""
    lengths = offsets[wanted + 1] - offsets[wanted]
    runs = np.zeros(len(wanted) + 1, dtype=np.int64)
    np.cumsum(lengths, out=runs[1:])
    members = np.arange(runs[-1]) + np.repeat(offsets[wanted] - runs[:-1], lengths)
    return members.astype(np.intp), runs


def _joined(groups: list[_Nodes]) -> _Nodes:
    return _Nodes(
        np.concatenate([group.xy for group in groups]),
        _chained_offsets([group.ring_offsets for group in groups]),
        _chained_offsets([group.node_offsets for group in groups]),
        np.concatenate([group.root for group in groups]),
    )


def _chained_offsets(offsets: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    lengths = np.concatenate([np.diff(group) for group in offsets])
    return np.concatenate([[0], np.cumsum(lengths)])


@compiled
def _boxes(xy: NDArray[np.float64], offsets: NDArray[np.int64]) -> NDArray[np.float64]:
    """(n, 4) boxes around runs of vertices."""
    boxes = np.empty((len(offsets) - 1, 4))
    for run in range(len(boxes)):
        for axis in range(2):
            low, high = np.inf, -np.inf
            for i in range(offsets[run], offsets[run + 1]):
                low, high = min(low, xy[i, axis]), max(high, xy[i, axis])
            boxes[run, axis], boxes[run, 2 + axis] = low, high
    return boxes


def subdivide(rings: Rings, *, longest_side_m: float | None = None) -> Pieces:
    """Cut features until no piece has more than 48 vertices.

    Parameters
    ----------
    rings
        Features in local coordinates.
    longest_side_m
        Cut until no box of a piece is longer than this, or than a 64th of its part of the
        feature; `None` leaves large regions of few vertices whole.

    Returns
    -------
    Pieces in the order of their features. The pieces of a feature depend on it alone, not on
    what else is given. A region that no cut makes smaller (many edges at one point) stays one
    larger piece.
    """
    parts = np.arange(len(rings.part_feature))
    work = _Nodes(rings.xy, rings.ring_offsets, rings.part_offsets, parts)
    starts = work.starts
    boxes = _boxes(work.xy, starts)
    side_m = np.inf if longest_side_m is None else longest_side_m
    if _are_small(starts, boxes, side_m):
        return _bridged(work, rings.part_feature, parts)
    longest = np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
    side = np.maximum(longest / MOST_PER_SIDE, side_m)
    budget = MOST_GROWTH * np.diff(starts)
    done: list[_Nodes] = []
    for _ in range(MOST_LEVELS):
        cut, axis, position = _cuts(work, side, budget)
        if not cut.any():
            break
        done.append(work.chosen(np.flatnonzero(~cut)))
        split = work.chosen(np.flatnonzero(cut))
        work = _Nodes(
            *_halves(
                split.xy,
                split.ring_offsets,
                split.node_offsets,
                split.root,
                axis[cut],
                position[cut],
            )
        )
    nodes = _joined([*done, work])
    owner = rings.part_feature[nodes.root]
    return _bridged(nodes, owner, np.argsort(owner, kind="stable"))


@compiled
def _are_small(starts: NDArray[np.int64], boxes: NDArray[np.float64], side_m: float) -> bool:
    for node in range(len(boxes)):
        box = boxes[node]
        if starts[node + 1] - starts[node] > MOST_VERTICES:
            return False
        if box[2] - box[0] > side_m or box[3] - box[1] > side_m:
            return False
    return True


def _cuts(
    nodes: _Nodes, side: NDArray[np.float64], budget: NDArray[np.float64]
) -> tuple[NDArray[np.bool_], NDArray[np.int64], NDArray[np.float64]]:
    """Which nodes to cut, across which axis and where."""
    starts = nodes.starts
    counts = np.diff(starts)
    boxes = _boxes(nodes.xy, starts)
    extent = boxes[:, 2:] - boxes[:, :2]
    axis = np.argmax(extent, axis=1)
    every = np.arange(len(nodes))
    too_long = extent[every, axis] > side[nodes.root]
    position = (0.5 * (boxes[:, 2:] + boxes[:, :2]))[every, axis]
    grown = np.bincount(nodes.root, weights=counts, minlength=len(budget)) > budget
    many = np.flatnonzero((counts > MOST_VERTICES) & ~grown[nodes.root] & ~too_long)
    cut = too_long.copy()
    if len(many):
        cut[many], axis[many], position[many] = _cuts_by_count(nodes.chosen(many), extent[many])
    inside = (boxes[every, axis] < position) & (position < boxes[every, axis + 2])
    return cut & inside, axis, position


def _cuts_by_count(
    nodes: _Nodes, extent: NDArray[np.float64]
) -> tuple[NDArray[np.bool_], NDArray[np.int64], NDArray[np.float64]]:
    """Cuts at the mean vertex, across the longer side unless that crosses far more edges."""
    starts = nodes.starts
    counts = np.diff(starts)
    mean = np.add.reduceat(nodes.xy, starts[:-1]) / counts[:, None]
    beyond = np.sign(nodes.xy - np.repeat(mean, counts, axis=0))
    crossed = np.zeros(nodes.xy.shape, dtype=np.int64)
    crossed[:-1] = beyond[:-1] * beyond[1:] < 0
    # from the last vertex of a ring to the first of the next: no edge
    crossed[nodes.ring_offsets[1:] - 1] = 0
    crossings = np.add.reduceat(crossed, starts[:-1])
    every = np.arange(len(nodes))
    axis = np.argmax(extent, axis=1)
    here, there = crossings[every, axis], crossings[every, 1 - axis]
    axis = np.where(here > CROSSINGS_FACTOR * there + CROSSINGS_FREE, 1 - axis, axis)
    cut = crossings[every, axis] <= MOST_CROSSED * counts
    return cut, axis, mean[every, axis]


@compiled
def _halves(
    xy: NDArray[np.float64],
    ring_offsets: NDArray[np.int64],
    node_offsets: NDArray[np.int64],
    root: NDArray[np.int64],
    axis: NDArray[np.int64],
    position: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Both sides of every node, by clipping each ring: low side, then high side."""
    n_rings = len(ring_offsets) - 1
    out = np.empty((4 * len(xy) + 2 * n_rings, 2))
    out_rings = np.zeros(2 * n_rings + 1, dtype=np.int64)
    out_nodes = np.zeros(2 * len(root) + 1, dtype=np.int64)
    out_root = np.empty(2 * len(root), dtype=np.int64)
    n, r, m = 0, 0, 0
    for node in range(len(root)):
        for side in (1.0, -1.0):
            r0 = r
            for ring in range(node_offsets[node], node_offsets[node + 1]):
                run = (ring_offsets[ring], ring_offsets[ring + 1])
                end = _clipped(xy, run, axis[node], position[node], side, out, n)
                if end > n:
                    n = end
                    r += 1
                    out_rings[r] = n
            if r > r0:
                out_root[m] = root[node]
                m += 1
                out_nodes[m] = r
    return out[:n].copy(), out_rings[: r + 1].copy(), out_nodes[: m + 1].copy(), out_root[:m].copy()


@compiled
def _clipped(
    xy: NDArray[np.float64],
    ring: tuple[int, int],
    axis: int,
    position: float,
    side: float,
    out: NDArray[np.float64],
    n: int,
) -> int:
    """Write one ring clipped to a half-plane at `n` of `out`; the new end, or `n` if nothing."""
    start, stop = ring
    first = n
    inside = False
    for i in range(start, stop - 1):
        here = side * (xy[i, axis] - position)
        there = side * (xy[i + 1, axis] - position)
        if here <= 0.0:
            out[n, 0], out[n, 1] = xy[i, 0], xy[i, 1]
            n += 1
        if here < 0.0:
            inside = True
        if (here < 0.0 and there > 0.0) or (here > 0.0 and there < 0.0):
            share = here / (here - there)
            out[n, axis] = position
            out[n, 1 - axis] = xy[i, 1 - axis] + share * (xy[i + 1, 1 - axis] - xy[i, 1 - axis])
            n += 1
    if not inside or n - first < 3:
        return first
    out[n, 0], out[n, 1] = out[first, 0], out[first, 1]
    return n + 1


def _bridged(nodes: _Nodes, owner: NDArray[np.int64], order: NDArray[np.intp]) -> Pieces:
    """Pieces of the nodes in some order, every node as one closed sequence."""
    xy, offsets = _chained(nodes.xy, nodes.ring_offsets, nodes.node_offsets, order)
    return Pieces(xy, offsets, _boxes(xy, offsets), owner[order])


@compiled
def _chained(
    xy: NDArray[np.float64],
    ring_offsets: NDArray[np.int64],
    node_offsets: NDArray[np.int64],
    order: NDArray[np.intp],
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Rings of a node one after another, with a step back to the first vertex after each."""
    out = np.empty((len(xy) + len(ring_offsets), 2))
    offsets = np.zeros(len(order) + 1, dtype=np.int64)
    n = 0
    for place, node in enumerate(order):
        first = n
        for ring in range(node_offsets[node], node_offsets[node + 1]):
            for i in range(ring_offsets[ring], ring_offsets[ring + 1]):
                out[n, 0], out[n, 1] = xy[i, 0], xy[i, 1]
                n += 1
            if ring > node_offsets[node]:
                out[n, 0], out[n, 1] = out[first, 0], out[first, 1]
                n += 1
        offsets[place + 1] = n
    return out[:n].copy(), offsets
