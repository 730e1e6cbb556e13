"""What a check of topology finds: one row a place, with the features and the size of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from enum import StrEnum

import numpy as np
import shapely
from numpy.typing import NDArray

__all__ = [
    "NO_FEATURE",
    "TopologyCode",
    "TopologyFaults",
    "faults_of",
    "joined_faults",
    "no_faults",
]

NO_FEATURE = -1
"""In place of an index where no feature, or no second one, is concerned."""


class TopologyCode(StrEnum):
    """Kinds of places that a check of topology finds."""

    GAP = "topology_gap"
    OVERLAP = "topology_overlap"
    DUPLICATE = "topology_duplicate"
    NESTED = "topology_nested"
    OUTSIDE = "topology_outside"
    CROSSES_BOUNDARY = "topology_crosses_boundary"
    THIN_FEATURE = "topology_thin_feature"
    CLOSE_VERTICES = "topology_close_vertices"
    UNMATCHED_VERTEX = "topology_unmatched_vertex"


@dataclass(frozen=True, slots=True, eq=False)
class TopologyFaults:
    """n places.

    Attributes
    ----------
    code
        n kinds.
    index_a, index_b
        0-based positions of the features concerned, `NO_FEATURE` where there is none. Of
        nested features the first lies in the second.
    area_m2, width_m, length_m
        Plane area; diameter of the largest circle inside; half of the perimeter. NaN where a
        place has none.
    geometry
        Polygons or points in the coordinates of the layer that was checked.
    """

    code: NDArray[np.object_]
    index_a: NDArray[np.int64]
    index_b: NDArray[np.int64]
    area_m2: NDArray[np.float64]
    width_m: NDArray[np.float64]
    length_m: NDArray[np.float64]
    geometry: NDArray[np.object_]

    def __len__(self) -> int:
        """Number of places."""
        return len(self.code)

    def chosen(self, wanted: NDArray[np.bool_] | NDArray[np.intp]) -> TopologyFaults:
        """The places that are marked, or those at some positions."""
        return TopologyFaults(*(getattr(self, field.name)[wanted] for field in fields(self)))

    def in_place_order(self) -> TopologyFaults:
        """Sorted by kind, the largest first, then from south-west: no matter what was found when.

        Areas count to 1e-6 m² and places to 0.1 mm, so that rounding does not turn the order.
        """
        places = np.round(shapely.bounds(self.geometry)[:, :2].reshape(-1, 2), 4)
        area = np.round(np.nan_to_num(self.area_m2), 6)
        kinds = np.array([list(TopologyCode).index(code) for code in self.code], dtype=np.int64)
        order = np.lexsort((self.index_b, self.index_a, *places.T, -area, kinds))
        return self.chosen(order)


def faults_of(
    code: TopologyCode,
    geometry: NDArray[np.object_],
    *,
    index_a: NDArray[np.int64] | None = None,
    index_b: NDArray[np.int64] | None = None,
    area_m2: NDArray[np.float64] | None = None,
    width_m: NDArray[np.float64] | None = None,
) -> TopologyFaults:
    """Places of one kind; what is left out is not known of them."""
    count = len(geometry)
    nobody = np.full(count, NO_FEATURE, dtype=np.int64)
    unknown = np.full(count, np.nan)
    codes = np.empty(count, dtype=object)
    codes[:] = code
    lengths = unknown if area_m2 is None else 0.5 * np.asarray(shapely.length(geometry))
    return TopologyFaults(
        code=codes,
        index_a=nobody if index_a is None else index_a.astype(np.int64),
        index_b=nobody if index_b is None else index_b.astype(np.int64),
        area_m2=unknown if area_m2 is None else area_m2,
        width_m=unknown if width_m is None else width_m,
        length_m=lengths,
        geometry=geometry,
    )


def no_faults() -> TopologyFaults:
    """Nothing found."""
    return faults_of(TopologyCode.GAP, np.zeros(0, dtype=object))


def joined_faults(groups: Iterable[TopologyFaults]) -> TopologyFaults:
    """Places of several checks one after another."""
    every = [no_faults(), *groups]
    return TopologyFaults(
        *(
            np.concatenate([getattr(group, field.name) for group in every])
            for field in fields(TopologyFaults)
        )
    )
