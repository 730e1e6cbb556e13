"""Areas common to the features of one set and those of others, by search and kernel."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.area_kernel import piece_areas
from geo.areal_scale import ArealScale
from geo.edge_index import IndexedPieces, candidate_pairs
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
    plane_m2, excess_m2
        Common plane area; what the ellipsoid area is more than that. Features that only touch
        have areas within rounding of 0.
    """

    tree: Indexes
    left: Indexes
    right: Indexes
    plane_m2: NDArray[np.float64]
    excess_m2: NDArray[np.float64]


class Forest:
    """Several indexes searched in one pass."""

    def __init__(self, trees: Sequence[IndexedPieces]) -> None:
        self._trees = tuple(trees)
        sizes = [len(tree.nodes) for tree in trees]
        self._nodes = np.concatenate([np.zeros((0, 4)), *(tree.nodes for tree in trees)])
        self._starts = np.cumsum([0, *sizes], dtype=np.int64)[:-1]
        self._leaves = np.array([len(tree.pieces) for tree in trees], dtype=np.int64)

    def areas(
        self, left: Pieces, scale: ArealScale, *, keep: PairFilter | None = None
    ) -> FeaturePairs:
        """Common areas of the features of `left` with those of every tree.

        `keep` says for pairs of features (left, right) which to measure; all without it. The
        area of a pair is summed over its pieces in one fixed order, so that it does not depend
        on which other features are asked for.
        """
        left_piece, leaf, runs = candidate_pairs(
            self._nodes, self._starts, self._leaves, left.boxes
        )
        tree = np.repeat(np.arange(len(self._trees)), np.diff(runs))
        left_owner, right_owner = left.owner[left_piece], np.empty_like(leaf)
        for number, run in self._occupied(runs):
            right_owner[run] = self._trees[number].pieces.owner[leaf[run]]
        if keep is not None:
            kept = keep(left_owner, right_owner)
            left_piece, leaf, tree = left_piece[kept], leaf[kept], tree[kept]
            left_owner, right_owner = left_owner[kept], right_owner[kept]
            runs = np.searchsorted(tree, np.arange(len(runs)))
        areas = np.empty((len(leaf), 2))
        for number, run in self._occupied(runs):
            right = self._trees[number].pieces
            areas[run] = common_areas_of_pieces(left, left_piece[run], right, leaf[run], scale)
        return _summed(tree, left_owner, right_owner, areas)

    def _occupied(self, runs: Indexes) -> Iterator[tuple[int, slice]]:
        for number in np.flatnonzero(np.diff(runs)):
            yield int(number), slice(int(runs[number]), int(runs[number + 1]))


def common_areas_of_pieces(
    left: Pieces, left_piece: Indexes, right: Pieces, right_piece: Indexes, scale: ArealScale
) -> NDArray[np.float64]:
    """(k, 2): plane area in m² common to k pairs of pieces, and what the ellipsoid has more."""
    return piece_areas(
        left.xy,
        left.offsets,
        right.xy,
        right.offsets,
        np.hstack([left.boxes[left_piece], right.boxes[right_piece]]),
        np.column_stack([left_piece, right_piece]),
        scale.terms,
        scale.frame,
    )


def _summed(
    tree: Indexes, left: Indexes, right: Indexes, areas: NDArray[np.float64]
) -> FeaturePairs:
    """Sum piece by piece per pair of features; the sort is stable, so the order is fixed."""
    order = np.lexsort((right, left, tree))
    tree, left, right, areas = tree[order], left[order], right[order], areas[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (tree[1:] != tree[:-1]) | (left[1:] != left[:-1]) | (right[1:] != right[:-1])
    starts = np.flatnonzero(first)
    sums = np.add.reduceat(areas, starts) if len(starts) else areas
    return FeaturePairs(tree[starts], left[starts], right[starts], sums[:, 0], sums[:, 1])
