"""Features that share ground: overlaps, features twice, features inside others."""

from __future__ import annotations

import numpy as np
import shapely

from geo.overlaps import common_areas
from geo.topology.faults import TopologyCode, TopologyFaults, faults_of, joined_faults
from geo.topology.shapes import LayerShapes, widths_m

__all__ = ["shared_ground"]

LEAST_M2 = 1e-6
# a feature is no more within another than this share of it may stick out
STICKING_OUT = 1e-3


def shared_ground(shapes: LayerShapes, *, tolerance_m: float) -> TopologyFaults:
    """Every pair of features that share at least 1e-6 m², by what the pair is.

    Two features are the same, or one lies in the other, when no more of it sticks out than a
    seam of half the tolerance around it, and a thousandth of its area at most. The area is the
    one that both have in common, by the edge kernel.
    """
    overlaps = shapes.overlaps
    first, second = np.asarray(overlaps.first), np.asarray(overlaps.second)
    if not len(first):
        return joined_faults([])
    common = common_areas(shapes.outlines[first], shapes.outlines[second], shapes.scale)
    perimeter = np.asarray(shapely.length(shapes.outlines))
    seam = np.minimum(0.5 * tolerance_m * perimeter, STICKING_OUT * shapes.area_m2) + LEAST_M2
    first_within = shapes.area_m2[first] - common <= seam[first]
    second_within = shapes.area_m2[second] - common <= seam[second]
    ground = overlaps.ground.all()
    widths = widths_m(ground)
    kinds = [
        (TopologyCode.DUPLICATE, first_within & second_within, False),
        (TopologyCode.NESTED, first_within & ~second_within, False),
        (TopologyCode.NESTED, ~first_within & second_within, True),
        (TopologyCode.OVERLAP, ~first_within & ~second_within, False),
    ]
    return joined_faults(
        faults_of(
            code,
            ground[chosen],
            index_a=(second if turned else first)[chosen],
            index_b=(first if turned else second)[chosen],
            area_m2=common[chosen],
            width_m=widths[chosen],
        )
        for code, chosen, turned in kinds
    )
