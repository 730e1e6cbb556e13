"""Features that are slivers themselves: small and narrow, seldom meant."""

from __future__ import annotations

import numpy as np

from geo.topology.faults import TopologyCode, TopologyFaults, faults_of
from geo.topology.shapes import LayerShapes, widths_m

__all__ = ["thin_features"]


def thin_features(shapes: LayerShapes, *, below_m2: float, below_m: float) -> TopologyFaults:
    """Features below an area and, everywhere, below a width; empty ones are none."""
    rows = np.flatnonzero((shapes.area_m2 > 0.0) & (shapes.area_m2 < below_m2))
    widths = widths_m(shapes.outlines[rows])
    narrow = widths < below_m
    rows = rows[narrow]
    return faults_of(
        TopologyCode.THIN_FEATURE,
        shapes.outlines[rows],
        index_a=rows,
        area_m2=shapes.area_m2[rows],
        width_m=widths[narrow],
    )
