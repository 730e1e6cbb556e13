"""A layer as the checks of topology read it: outlines near the origin, pieces, areas, boxes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.areal_scale import ArealScale, flat_scale
from geo.edge_index import IndexedPieces, indexed
from geo.edges import EdgeLayer
from geo.overlaps import Overlaps
from geo.pair_areas import Forest
from geo.rings import Rings, rings_of
from geo.subdivision import subdivide
from geo.units import UM2_PER_M2

__all__ = ["LayerShapes", "layer_shapes", "widths_m"]

HERE = (0, 0)
CIRCLE_TOLERANCE_M = 5e-4
CIRCLE_TOLERANCE_SHARE = 5e-3


@dataclass(frozen=True, eq=False)
class LayerShapes:
    """n features in local coordinates.

    Attributes
    ----------
    outlines
        n valid polygons or multipolygons; empty ones have no faults.
    features
        Their pieces in Hilbert order, with the tree over them.
    area_m2
        Plane area of each.
    overlaps
        Pairs that share ground.
    """

    outlines: NDArray[np.object_]
    features: IndexedPieces
    area_m2: NDArray[np.float64]
    overlaps: Overlaps

    @property
    def scale(self) -> ArealScale:
        """Plane areas alone matter here."""
        return flat_scale(HERE)

    @cached_property
    def rings(self) -> Rings:
        """Rings of all features, outer ones counter-clockwise."""
        return rings_of(self.outlines, HERE)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Search tree over the features."""
        return shapely.STRtree(self.outlines)

    @cached_property
    def rank(self) -> NDArray[np.int64]:
        """Rank of each feature from west to east, whatever their order in the layer.

        Decides which of several neighbours is named, so that no order changes the answer.
        """
        boxes = np.asarray(shapely.bounds(self.outlines), dtype=float).reshape(-1, 4)
        rank = np.empty(len(boxes), dtype=np.int64)
        rank[np.lexsort(boxes.T[::-1])] = np.arange(len(boxes))
        return rank

    def covered_m2(self, grounds: NDArray[np.object_]) -> NDArray[np.float64]:
        """Sum over the features of what each has in common with each of k polygons, m²."""
        pieces = subdivide(rings_of(grounds, HERE))
        pairs = Forest([self.features]).areas(pieces, self.scale)
        covered = np.zeros(len(grounds))
        np.add.at(covered, pairs.left, pairs.areas_m2[:, 0])
        return covered

    def inside_m2(self, boundary: shapely.Geometry) -> NDArray[np.float64]:
        """Area of each feature inside a polygon or multipolygon, m²."""
        ground = indexed(subdivide(rings_of(np.array([boundary], dtype=object), HERE)))
        pairs = Forest([ground]).areas(self.features.pieces, self.scale)
        inside = np.zeros(len(self.outlines))
        inside[pairs.left] = pairs.areas_m2[:, 0]
        return inside


def layer_shapes(edges: EdgeLayer) -> LayerShapes:
    """The features of a layer that is ready for overlay; nothing is measured again."""
    return LayerShapes(
        outlines=edges.outlines.all(),
        features=edges.features,
        area_m2=np.asarray(edges.area_um2) / UM2_PER_M2,
        overlaps=edges.overlaps,
    )


def widths_m(grounds: NDArray[np.object_]) -> NDArray[np.float64]:
    """Diameter of the largest circle inside the widest part of each of k regions.

    To a millimetre, or a hundredth where that is more; never too large.
    """
    parts, owner = shapely.get_parts(grounds, return_index=True)
    perimeter = np.asarray(shapely.length(parts))
    # no point lies farther from the edge than the radius r, so that area ≤ r × perimeter
    width = np.zeros(len(parts))
    np.divide(2.0 * shapely.area(parts), perimeter, out=width, where=perimeter > 0.0)
    for at in np.flatnonzero(width > 0.0):
        tolerance = max(CIRCLE_TOLERANCE_M, CIRCLE_TOLERANCE_SHARE * float(width[at]))
        radius = shapely.maximum_inscribed_circle(parts[at], tolerance=tolerance)
        width[at] = max(width[at], 2.0 * float(shapely.length(radius)))
    widths = np.zeros(len(grounds))
    np.maximum.at(widths, owner, width)
    return widths
