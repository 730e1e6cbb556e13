"""Features that lie outside a boundary, wholly or in part."""

from __future__ import annotations

import numpy as np
import shapely

from geo.topology.faults import TopologyCode, TopologyFaults, faults_of, joined_faults
from geo.topology.shapes import LayerShapes, widths_m

__all__ = ["outside_boundary"]

LEAST_M2 = 1e-6


def outside_boundary(shapes: LayerShapes, boundary: shapely.Geometry) -> TopologyFaults:
    """Features with at least 1e-6 m² outside a polygon or multipolygon in local coordinates.

    The area outside is that of the feature less what the edge kernel finds inside; its outline
    is for drawing.
    """
    outside = shapes.area_m2 - shapes.inside_m2(boundary)
    # sums over many pieces round to a share of the whole
    noise = LEAST_M2 + 1e-12 * shapes.area_m2
    rows = np.flatnonzero(outside >= noise)
    wholly = outside[rows] >= shapes.area_m2[rows] - noise[rows]
    grounds = shapes.outlines[rows].copy()
    grounds[~wholly] = shapely.difference(grounds[~wholly], boundary)
    widths = widths_m(grounds)
    return joined_faults(
        faults_of(
            code,
            grounds[chosen],
            index_a=rows[chosen],
            area_m2=outside[rows[chosen]],
            width_m=widths[chosen],
        )
        for code, chosen in (
            (TopologyCode.OUTSIDE, wholly),
            (TopologyCode.CROSSES_BOUNDARY, ~wholly),
        )
    )
