"""Areas common to the features of one set and those of others, by search and kernel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.area_kernel import piece_areas
from geo.areal_scale import ArealScale
from geo.edge_index import IndexedPieces, candidate_pairs
from geo.runs import run_starts
from geo.subdivision import Pieces

__all__ = ["FeaturePairs", "Forest"]

Indexes = NDArray[np.int64]
PairFilter = Callable[[Indexes, Indexes], NDArray[np.bool_]]


@dataclass(frozen=True, slots=True, eq=False)
class FeaturePairs:
    """k pairs of features whose pieces' boxes share area, sorted by tree, left and right.

    Attributes
    ----------
    tree, left, right
        Position of the tree, the feature on the left side, the feature in the tree.
    areas_m2
        (k, 2): common plane area, and the same ground on the ellipsoid. Features that only
        touch have areas within rounding of 0.
    """

    tree: Indexes
    left: Indexes
    right: Indexes
    areas_m2: NDArray[np.float64]


class Forest:
    """Several indexes searched in one pass."""

    def __init__(self, trees: Sequence[IndexedPieces]) -> None:
        # addresses point into these arrays
        self._pieces = tuple(tree.pieces for tree in trees)
        self._nodes = np.concatenate([np.zeros((0, 4)), *(tree.nodes for tree in trees)])
        self._starts = _starts_of([len(tree.nodes) for tree in trees])
        self._leaves = np.array([len(pieces) for pieces in self._pieces], dtype=np.int64)
        self._leaf_starts = _starts_of(self._leaves)
        self._owner = _joined([pieces.owner for pieces in self._pieces])
        self._address = _joined([pieces.addresses for pieces in self._pieces])
        self._count = _joined([np.diff(pieces.offsets) for pieces in self._pieces])

    def areas(
        self, left: Pieces, scale: ArealScale, *, keep: PairFilter | None = None
    ) -> FeaturePairs:
        """Common areas of the features of `left` with those of every tree.

        `keep` says for pairs of features (left, right) which to measure; all without it. The
        area of a pair is summed over its pieces in one fixed order, so that it does not depend
        on which other features are asked for.
        """
        tree, left_piece, leaf = candidate_pairs(
            self._nodes, self._starts, self._leaves, left.boxes
        )
        place = self._leaf_starts[tree] + leaf
        left_owner, right_owner = left.owner[left_piece], self._owner[place]
        box = self._nodes[self._starts[tree] + leaf]
        if keep is not None:
            kept = np.flatnonzero(keep(left_owner, right_owner))
            tree, left_piece, place, box = tree[kept], left_piece[kept], place[kept], box[kept]
            left_owner, right_owner = left_owner[kept], right_owner[kept]
        areas = piece_areas(
            (left.xy, left.offsets, left.boxes),
            left_piece,
            (self._address[place], self._count[place], box),
            scale.terms,
            scale.frame,
        )
        return _summed(tree, left_owner, right_owner, areas)


def _joined(columns: list[Indexes]) -> Indexes:
    return np.concatenate([np.zeros(0, dtype=np.int64), *columns])


def _starts_of(lengths: Sequence[int] | Indexes) -> Indexes:
    return np.cumsum([0, *lengths], dtype=np.int64)[:-1]


def _summed(
    tree: Indexes, left: Indexes, right: Indexes, areas: NDArray[np.float64]
) -> FeaturePairs:
    """Sum piece by piece per pair of features; the sort is stable, so the order is fixed."""
    order = np.lexsort((right, left, tree))
    tree, left, right = tree[order], left[order], right[order]
    starts = run_starts(tree, left, right)
    sums = np.add.reduceat(areas[order], starts) if len(starts) else areas
    sums[:, 1] += sums[:, 0]
    return FeaturePairs(tree[starts], left[starts], right[starts], sums)
