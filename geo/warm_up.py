"""Compile the kernels ahead of use; seconds the first time, then they come from the cache."""

from __future__ import annotations

import numpy as np
import shapely

from geo.areal_scale import fit_areal_scale
from geo.edges import build_edge_layer
from geo.overlay import layer_areas

__all__ = ["warm_up"]

ANY_CRS = "EPSG:4527"
ORIGIN = (39_500_000, 3_850_000)
EXTENT = (39_490_000.0, 3_840_000.0, 39_510_000.0, 3_860_000.0)


def warm_up() -> None:
    """Run every kernel once, on two overlapping discs of more vertices than a piece holds."""
    scale = fit_areal_scale(ANY_CRS, EXTENT, origin=ORIGIN)
    east, north = ORIGIN
    middles = shapely.points([[east, north], [east + 100, north]])
    discs = np.asarray(shapely.buffer(middles, 100.0, quad_segs=32), dtype=object)
    layer = build_edge_layer(discs, np.array([0, 1], dtype=np.int32), origin=ORIGIN, scale=scale)
    layer_areas(discs, layer)
