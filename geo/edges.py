"""A layer in the form in which it is searched: its features as indexed pieces of edges."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from geo.areal_scale import ArealScale
from geo.edge_index import IndexedPieces, indexed
from geo.errors import InvalidGeometryError, MixedCRSError
from geo.outline_table import OutlineTable, outline_table
from geo.overlaps import Overlaps, common_ground, repeated_ground
from geo.pair_areas import Forest
from geo.rings import plane_areas, rings_of
from geo.simplicity import require_simple
from geo.subdivision import Pieces, subdivide
from geo.units import UM2_PER_M2, to_um2

__all__ = ["EdgeLayer", "Grouping", "build_edge_layer", "require_same_origin"]

LEAST_OVERLAP_UM2 = 1
HERE = (0, 0)


@dataclass(frozen=True, slots=True, eq=False)
class Grouping:
    """The class of each feature, and what must not be counted twice in sums of classes.

    Attributes
    ----------
    class_ids
        n small integers from 0.
    repeated
        Pieces of the r parts of features that earlier features cover already; the owner of a
        piece is the position of the part.
    feature
        The feature that each part belongs to.
    in_class, in_layer
        Whether the part is taken off the sum of its class, and off the sum of the layer.
    slack_um2
        How far the area of each part may be off, 1e-6 m².
    """

    class_ids: NDArray[np.int32]
    repeated: IndexedPieces
    feature: NDArray[np.int64]
    in_class: NDArray[np.bool_]
    in_layer: NDArray[np.bool_]
    slack_um2: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class EdgeLayer:
    """A layer of n features; immutable, safe to share between threads.

    Attributes
    ----------
    features
        Pieces of the features and the tree over them; the owner of a piece is the feature.
    area_um2
        Plane area of each feature, 1e-6 m².
    outlines
        The features in local coordinates.
    overlaps
        Pairs of features that share ground.
    grouping
        Classes, and what overlaps within and between them.
    origin
        Integer easting and northing that local coordinates are relative to.
    scale
        Ellipsoid per plane area around that origin.
    """

    features: IndexedPieces
    area_um2: NDArray[np.int64]
    outlines: OutlineTable
    overlaps: Overlaps
    grouping: Grouping
    origin: tuple[int, int]
    scale: ArealScale

    @property
    def n_features(self) -> int:
        """Number of features, empty ones among them."""
        return len(self.area_um2)

    @property
    def class_ids(self) -> NDArray[np.int32]:
        """Class of each feature."""
        return self.grouping.class_ids

    def geometries(self, rows: ArrayLike) -> NDArray[np.object_]:
        """Features at some positions, as polygons in local coordinates."""
        return self.outlines.at(rows)

    def regrouped(self, class_ids: NDArray[np.int32]) -> EdgeLayer:
        """The same features in other classes."""
        grouping = _grouping(self.overlaps, class_ids, self.n_features, self.scale)
        return replace(self, grouping=grouping)


def build_edge_layer(
    geometries: NDArray[np.object_],
    class_ids: NDArray[np.int32],
    *,
    origin: tuple[int, int],
    scale: ArealScale,
) -> EdgeLayer:
    """Make the searchable form of a layer.

    Parameters
    ----------
    geometries
        n valid polygons or multipolygons in absolute coordinates of the CRS of `scale`; empty
        ones have no area and no hits. They may overlap.
    class_ids
        n small integers from 0.
    origin
        Integer easting and northing that are subtracted, the same for all that is overlaid.
    scale
        Fitted for the same origin.

    Raises
    ------
    InvalidGeometryError
        A feature is missing, no polygon, not finite, too far from the origin, outside the reach
        of the areal scale, or covers ground twice; names the row.
    EngineDisagreementError
        Kernel and GEOS differ on what two features share.
    """
    require_same_origin(origin, scale)
    rings = rings_of(geometries, origin)
    pieces = subdivide(rings)
    areas = plane_areas(rings)
    _require_in_reach(pieces, scale)
    features = indexed(pieces)
    pairs = Forest([features]).areas(features.pieces, scale, keep=np.less_equal)
    same = pairs.left == pairs.right
    squared = np.zeros(len(areas))
    squared[pairs.left[same]] = pairs.areas_m2[same, 0]
    require_simple(pieces, squared, areas)
    shift = np.asarray(origin, dtype=np.float64)
    local = np.asarray(shapely.transform(geometries, lambda xy: xy - shift), dtype=object)
    sharing = ~same & (to_um2(pairs.areas_m2[:, 0]) >= LEAST_OVERLAP_UM2)
    overlaps = common_ground(local, pairs.left[sharing], pairs.right[sharing], scale)
    return EdgeLayer(
        features=features,
        area_um2=to_um2(areas),
        outlines=outline_table(local),
        overlaps=overlaps,
        grouping=_grouping(overlaps, class_ids, len(areas), scale),
        origin=origin,
        scale=scale,
    )


def require_same_origin(origin: tuple[int, int], scale: ArealScale) -> None:
    """Refuse coordinates that are relative to another origin than the areal scale.

    Raises
    ------
    MixedCRSError
        `origins_differ`.
    """
    if tuple(origin) != tuple(scale.origin):
        raise MixedCRSError("origins_differ", found=str(tuple(origin)), needed=str(scale.origin))


def _require_in_reach(pieces: Pieces, scale: ArealScale) -> None:
    outside = ~scale.reaches(pieces.boxes)
    if outside.any():
        row = int(pieces.owner[np.argmax(outside)])
        raise InvalidGeometryError("outside_areal_scale", row=row)


def _grouping(
    overlaps: Overlaps, class_ids: NDArray[np.int32], n_features: int, scale: ArealScale
) -> Grouping:
    class_ids = np.ascontiguousarray(class_ids, dtype=np.int32)
    # compiled sums trust these as positions
    if class_ids.shape != (n_features,) or class_ids.min(initial=0) < 0:
        raise ValueError(f"{n_features} features need as many classes from 0: {class_ids.shape}")
    repeated = repeated_ground(overlaps, class_ids, scale)
    return Grouping(
        class_ids=class_ids,
        repeated=indexed(subdivide(rings_of(repeated.ground, HERE))),
        feature=repeated.feature,
        in_class=repeated.in_class,
        in_layer=repeated.in_layer,
        slack_um2=np.ceil(repeated.slack_m2 * UM2_PER_M2).astype(np.int64),
    )
