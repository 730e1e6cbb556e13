"""What the members of a stack of layers count for in the sums of classes and layers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from geo.class_sums import Members
from geo.edges import EdgeLayer

__all__ = ["stack_members"]


def stack_members(layers: Sequence[EdgeLayer]) -> tuple[Members, NDArray[np.int64]]:
    """Members of all layers, and where those of each tree begin.

    Tree 2k holds the features of layer k, tree 2k + 1 the ground that they repeat.
    """
    rows = [np.zeros((0, 5), dtype=np.int64)]
    for layer in layers:
        grouping = layer.grouping
        class_ids = np.asarray(layer.class_ids, dtype=np.int64)
        one, none = np.ones_like(class_ids), np.zeros_like(class_ids)
        features = (class_ids, one, one, none, layer.area_um2)
        repeated = (
            class_ids[grouping.feature],
            -grouping.in_class.astype(np.int64),
            -grouping.in_layer.astype(np.int64),
            grouping.slack_um2,
            np.full(len(grouping.feature), -1),
        )
        rows += [np.column_stack(features), np.column_stack(repeated)]
    classes = [int(np.max(layer.class_ids, initial=0)) + 1 for layer in layers]
    members = Members(np.concatenate(rows), np.array(classes, dtype=np.int64))
    return members, np.cumsum([len(part) for part in rows])
