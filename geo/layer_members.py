"""What the members of a stack of layers count for in the sums of classes and layers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.class_sums import Contributions
from geo.edges import EdgeLayer

__all__ = ["LayerMembers", "layer_members"]

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class LayerMembers:
    """Members of all trees one after another.

    Tree 2k holds the features of layer k, tree 2k + 1 the ground that they repeat.

    Attributes
    ----------
    starts
        Position of the first member of each tree.
    group_starts
        Number of the first class of each layer, when classes are numbered through.
    group, group_sign, cell_sign, slack_um2
        As in `Contributions`.
    area_um2
        Whole area of each feature; of no meaning for repeated ground.
    """

    starts: Integers
    group_starts: Integers
    group: Integers
    group_sign: Integers
    cell_sign: Integers
    slack_um2: Integers
    area_um2: Integers

    def contributions(
        self, member: Integers, cell: Integers, area_um2: Integers, ellipsoid_um2: Integers
    ) -> Contributions:
        """What the areas of members inside cells add to the sums there."""
        return Contributions(
            cell=cell,
            group=self.group[member],
            area_um2=area_um2,
            ellipsoid_um2=ellipsoid_um2,
            group_sign=self.group_sign[member],
            cell_sign=self.cell_sign[member],
            slack_um2=self.slack_um2[member],
        )


def layer_members(layers: Sequence[EdgeLayer]) -> LayerMembers:
    """Number the features and the repeated ground of all layers."""
    starts, group_starts = [0], [0]
    columns: list[list[Integers]] = [[np.zeros(0, dtype=np.int64)] for _ in range(5)]
    for layer in layers:
        grouping = layer.grouping
        n, r = layer.n_features, len(grouping.feature)
        group = np.asarray(layer.class_ids, dtype=np.int64) + group_starts[-1]
        one, none = np.ones(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
        columns[0] += [group, group[grouping.feature]]
        columns[1] += [one, -grouping.in_class.astype(np.int64)]
        columns[2] += [one, -grouping.in_layer.astype(np.int64)]
        columns[3] += [none, grouping.slack_um2]
        columns[4] += [layer.area_um2, np.zeros(r, dtype=np.int64)]
        starts += [starts[-1] + n, starts[-1] + n + r]
        group_starts.append(int(group.max(initial=group_starts[-1] - 1)) + 1)
    joined = (np.concatenate(column) for column in columns)
    return LayerMembers(np.array(starts), np.array(group_starts), *joined)
