"""Packed tree over the boxes of pieces, and the search for boxes that share area.

Pieces lie in Hilbert order; sixteen neighbours make a node, sixteen nodes the next level, up
to one root. A tree is nothing but its boxes, level after level with the pieces first, so that
it needs no pointers and can be mapped from a file. Trees of several layers one after another
are a forest, searched in one pass.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.compilation import compiled
from geo.subdivision import Pieces

__all__ = ["BoxTree", "IndexedPieces", "candidate_pairs", "hilbert_order", "indexed"]

FAN = 16
HILBERT_BITS = 16
MOST_TREE_LEVELS = 12


@dataclass(frozen=True, slots=True, eq=False)
class IndexedPieces:
    """Pieces in Hilbert order with the boxes of their tree, (n, 4); the first are the pieces'."""

    pieces: Pieces
    nodes: NDArray[np.float64]


def indexed(pieces: Pieces) -> IndexedPieces:
    """Put pieces in Hilbert order and build the tree over them."""
    ordered = pieces.chosen(hilbert_order(pieces.boxes))
    return IndexedPieces(ordered, _packed_tree(ordered.boxes))


class BoxTree:
    """Search for those of n boxes, (n, 4), that share area with others."""

    def __init__(self, boxes: NDArray[np.float64]) -> None:
        self._order = hilbert_order(boxes)
        self._nodes = _packed_tree(boxes[self._order])
        self._leaves = np.array([len(boxes)], dtype=np.int64)

    def pairs(self, queries: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Pairs of positions of a query and a box, query after query."""
        start = np.zeros(1, dtype=np.int64)
        found = candidate_pairs(self._nodes, start, self._leaves, np.ascontiguousarray(queries))
        return found[1], self._order[found[2]].astype(np.int64)


def hilbert_order(boxes: NDArray[np.float64]) -> NDArray[np.intp]:
    """Order of n boxes along a Hilbert curve through their centres; equal keys keep theirs."""
    if len(boxes) == 0:
        return np.zeros(0, dtype=np.intp)
    centres = boxes[:, :2] + boxes[:, 2:]
    low = centres.min(axis=0)
    extent = max(float((centres.max(axis=0) - low).max()), np.finfo(float).tiny)
    cells = ((centres - low) * ((1 << HILBERT_BITS) - 1) / extent).astype(np.int64)
    return np.argsort(_hilbert_keys(cells[:, 0], cells[:, 1]), kind="stable")


def _hilbert_keys(x: NDArray[np.int64], y: NDArray[np.int64]) -> NDArray[np.int64]:
    # D. Hilbert 1891; from grid to curve by quadrants, the usual iteration (Warren, Hacker's
    # Delight, 2nd edition, 16-1)
    keys = np.zeros(len(x), dtype=np.int64)
    side = 1 << (HILBERT_BITS - 1)
    while side:
        right, upper = (x & side) > 0, (y & side) > 0
        keys += side * side * ((3 * right) ^ upper)
        flip = right & ~upper
        x = np.where(flip, side - 1 - (x & (side - 1)), x & (side - 1))
        y = np.where(flip, side - 1 - (y & (side - 1)), y & (side - 1))
        x, y = np.where(upper, x, y), np.where(upper, y, x)
        side >>= 1
    return keys


def _packed_tree(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """All boxes of a tree over n boxes in their order: the n, then level by level the nodes."""
    levels = [boxes]
    while len(levels[-1]) > 1:
        starts = np.arange(0, len(levels[-1]), FAN)
        low = np.minimum.reduceat(levels[-1][:, :2], starts)
        high = np.maximum.reduceat(levels[-1][:, 2:], starts)
        levels.append(np.hstack([low, high]))
    return np.concatenate(levels)


@compiled
def candidate_pairs(
    forest: NDArray[np.float64],
    tree_starts: NDArray[np.int64],
    leaf_counts: NDArray[np.int64],
    queries: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Pairs of query and leaf whose boxes share area; boxes that only touch are no pair.

    Parameters
    ----------
    forest
        Boxes of all trees one after another.
    tree_starts, leaf_counts
        t positions of the trees in `forest`, and how many leaves each has.
    queries
        q boxes.

    Returns
    -------
    (3, k): tree, query, and leaf as position within its tree; tree after tree and there query
    after query.
    """
    out = np.empty((256, 3), dtype=np.int64)
    stack = np.empty((FAN * MOST_TREE_LEVELS, 2), dtype=np.int64)
    n = 0
    for tree in range(len(tree_starts)):
        if leaf_counts[tree] == 0:
            continue
        levels = _level_starts(tree_starts[tree], leaf_counts[tree])
        for query in range(len(queries)):
            first = n
            out, n = _searched(forest, levels, queries[query], stack, out, n)
            for i in range(first, n):
                out[i, 0], out[i, 1] = tree, query
    return out[:n].T.copy()


@compiled
def _level_starts(start: int, leaves: int) -> NDArray[np.int64]:
    """Positions of the levels of a tree, the leaves first, and the end."""
    starts = np.empty(MOST_TREE_LEVELS + 1, dtype=np.int64)
    starts[0] = start
    size, level = leaves, 0
    while size > 1:
        starts[level + 1] = starts[level] + size
        size = (size + FAN - 1) // FAN
        level += 1
    starts[level + 1] = starts[level] + 1
    return starts[: level + 2]


@compiled
def _searched(
    forest: NDArray[np.float64],
    levels: NDArray[np.int64],
    query: NDArray[np.float64],
    stack: NDArray[np.int64],
    out: NDArray[np.int64],
    n: int,
) -> tuple[NDArray[np.int64], int]:
    """Append the leaves of one tree that share area with a query; `out` grows as needed."""
    x0, y0, x1, y1 = query
    stack[0, 0], stack[0, 1] = len(levels) - 2, 0
    depth = 1
    while depth:
        depth -= 1
        level, node = stack[depth, 0], stack[depth, 1]
        box = forest[levels[level] + node]
        if not (box[0] < x1 and x0 < box[2] and box[1] < y1 and y0 < box[3]):
            continue
        if level == 0:
            if n == len(out):
                out = _enlarged(out)
            out[n, 2] = node
            n += 1
            continue
        members = levels[level] - levels[level - 1]
        for child in range(min(FAN * node + FAN, members) - 1, FAN * node - 1, -1):
            stack[depth, 0], stack[depth, 1] = level - 1, child
            depth += 1
    return out, n


@compiled
def _enlarged(table: NDArray[np.int64]) -> NDArray[np.int64]:
    larger = np.empty((2 * table.shape[0], table.shape[1]), dtype=np.int64)
    for i in range(table.shape[0]):
        for j in range(table.shape[1]):
            larger[i, j] = table[i, j]
    return larger
