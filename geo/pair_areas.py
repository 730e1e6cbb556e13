"""Areas common to the features of one set and those of others, by search and kernel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from geo.area_kernel import piece_areas
from geo.areal_scale import ArealScale
from geo.edge_index import IndexedPieces, candidate_pairs
from geo.runs import run_starts
from geo.subdivision import Pieces

__all__ = ["FeaturePairs", "Forest", "common_areas_of_pieces"]

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
        self._pieces = [tree.pieces for tree in trees]
        self._nodes = np.concatenate([np.zeros((0, 4)), *(tree.nodes for tree in trees)])
        self._starts = _starts_of([len(tree.nodes) for tree in trees])
        self._leaves = np.array([len(pieces) for pieces in self._pieces], dtype=np.int64)
        self._leaf_starts = _starts_of(self._leaves)
        owners = [pieces.owner for pieces in self._pieces]
        self._owner = np.concatenate([np.zeros(0, dtype=np.int64), *owners])

    def areas(
        self, left: Pieces, scale: ArealScale, *, keep: PairFilter | None = None
    ) -> FeaturePairs:
        """Common areas of the features of `left` with those of every tree.

        `keep` says for pairs of features (left, right) which to measure; all without it. The
        area of a pair is summed over its pieces in one fixed order, so that it does not depend
        on which other features are asked for.
        """
        found = candidate_pairs(self._nodes, self._starts, self._leaves, left.boxes)
        tree, left_piece, leaf = found
        left_owner = left.owner[left_piece]
        right_owner = self._owner[self._leaf_starts[tree] + leaf]
        if keep is not None:
            kept = keep(left_owner, right_owner)
            tree, left_piece, leaf = found[:, kept]
            left_owner, right_owner = left_owner[kept], right_owner[kept]
        areas = np.empty((len(leaf), 2))
        runs = np.searchsorted(tree, np.arange(len(self._pieces) + 1)).tolist()
        for right, (start, stop) in zip(self._pieces, pairwise(runs), strict=True):
            if start < stop:
                areas[start:stop] = common_areas_of_pieces(
                    left, left_piece[start:stop], right, leaf[start:stop], scale
                )
        return _summed(tree, left_owner, right_owner, areas)


def _starts_of(lengths: Sequence[int] | Indexes) -> Indexes:
    return np.cumsum([0, *lengths], dtype=np.int64)[:-1]


def common_areas_of_pieces(
    left: Pieces, left_piece: Indexes, right: Pieces, right_piece: Indexes, scale: ArealScale
) -> NDArray[np.float64]:
    """(k, 2): plane area in m² common to k pairs of pieces, and what the ellipsoid has more."""
    return piece_areas(
        (left.xy, left.offsets, left.boxes),
        left_piece,
        (right.xy, right.offsets, right.boxes),
        right_piece,
        scale.terms,
        scale.frame,
    )


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
