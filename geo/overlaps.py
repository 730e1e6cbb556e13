"""Ground that several features of one layer share, so that it can be counted once.

The area that features cover together is the sum of their areas less, for every feature, the
part that earlier features cover already: its *repeated* ground. That part is small and local
where a layer is nearly flat, and it is an area like any other, so that the kernel measures it
inside any site. Its outline is built by GEOS in local coordinates and believed only as far as
the kernel confirms it: C = A ∪ B if C holds A and B and |C| = |A| + |B| − |A ∩ B|; C = A ∩ B
if A and B hold C and |C| = |A ∩ B|.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.areal_scale import ArealScale
from geo.edge_index import indexed
from geo.errors import EngineDisagreementError
from geo.outline_table import OutlineTable, outline_table
from geo.pair_areas import Forest
from geo.rings import plane_areas, rings_of
from geo.subdivision import subdivide

__all__ = ["Overlaps", "RepeatedGround", "common_areas", "common_ground", "repeated_ground"]

Geometries = NDArray[np.object_]
Indexes = NDArray[np.int64]
Metres = NDArray[np.float64]
Construction = Callable[[Geometries, Geometries, float | None], Geometries]

# what GEOS may be off: one unit of the engine's integers, and the width that its snapping
# moves outlines by, along the whole outline
UNIT_M2 = 1e-6
SNAPPED_M = 1e-7
RETRY_GRID_M = 1e-6
AREAL = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
HERE = (0, 0)


@dataclass(frozen=True, slots=True, eq=False)
class Overlaps:
    """m pairs of features that share ground.

    Attributes
    ----------
    first, second
        Positions of the features, first < second, sorted.
    ground
        Their common ground, polygons or multipolygons in local coordinates.
    slack_m2
        How far the area of that outline may be off.
    """

    first: Indexes
    second: Indexes
    ground: OutlineTable
    slack_m2: Metres

    def __len__(self) -> int:
        """Number of pairs."""
        return len(self.first)


@dataclass(frozen=True, slots=True, eq=False)
class RepeatedGround:
    """r parts of features that earlier features cover already.

    Attributes
    ----------
    feature
        The later feature.
    ground
        Polygons or multipolygons in local coordinates.
    in_class, in_layer
        Whether an earlier feature of its own class covers it, or any feature of the layer.
    slack_m2
        How far the area of the outline may be off.
    """

    feature: Indexes
    ground: Geometries
    in_class: NDArray[np.bool_]
    in_layer: NDArray[np.bool_]
    slack_m2: Metres


def common_ground(
    local: Geometries, first: Indexes, second: Indexes, scale: ArealScale
) -> Overlaps:
    """Outlines of the ground common to pairs of features.

    Parameters
    ----------
    local
        n features in local coordinates.
    first, second
        Pairs that share ground, sorted.
    scale
        Its plane part is all that matters here.

    Raises
    ------
    EngineDisagreementError
        `overlap_disagrees`: GEOS and the kernel differ on a pair; names both rows.
    """
    ground, slack, agreed = _confirmed(_intersection, local[first], local[second], scale)
    if not agreed.all():
        worst = int(np.argmin(agreed))
        raise EngineDisagreementError(
            "overlap_disagrees", row=int(first[worst]), other_row=int(second[worst])
        )
    return Overlaps(first, second, outline_table(ground), slack)


def repeated_ground(
    overlaps: Overlaps, class_ids: NDArray[np.int32], scale: ArealScale
) -> RepeatedGround:
    """What each feature repeats of earlier ones: of its class, and of the whole layer.

    Raises
    ------
    EngineDisagreementError
        `overlap_disagrees`: GEOS and the kernel differ on a union; names the row.
    """
    alike = class_ids[overlaps.first] == class_ids[overlaps.second]
    everything = np.ones(len(overlaps), dtype=bool)
    # features that share ground with their own class alone need one outline for both sums
    mixed = np.isin(overlaps.second, overlaps.second[~alike])
    ground = overlaps.ground.all()
    groups = [
        (alike & mixed, True, False),
        (everything & mixed, False, True),
        (alike & ~mixed, True, True),
    ]
    found = [
        (*_united(overlaps, ground, wanted, scale), in_class, in_layer)
        for wanted, in_class, in_layer in groups
    ]
    return RepeatedGround(
        np.concatenate([part[0] for part in found]),
        np.concatenate([part[1] for part in found]),
        np.concatenate([np.full(len(part[0]), part[3]) for part in found]),
        np.concatenate([np.full(len(part[0]), part[4]) for part in found]),
        np.concatenate([part[2] for part in found]),
    )


def _united(
    overlaps: Overlaps, ground: Geometries, wanted: NDArray[np.bool_], scale: ArealScale
) -> tuple[Indexes, Geometries, Metres]:
    """Per second feature the union of its common ground with the wanted first ones.

    Neighbours are united two by two, in rounds over all features at once.
    """
    order = np.flatnonzero(wanted)[np.argsort(overlaps.second[wanted], kind="stable")]
    feature, ground, slack = overlaps.second[order], ground[order], overlaps.slack_m2[order]
    while len(feature) and (feature[1:] == feature[:-1]).any():
        rank = np.arange(len(feature)) - np.searchsorted(feature, feature)
        left = np.flatnonzero((rank % 2 == 0)[:-1] & (feature[1:] == feature[:-1]))
        united, moved, agreed = _confirmed(_union, ground[left], ground[left + 1], scale)
        if not agreed.all():
            row = int(feature[left[np.argmin(agreed)]])
            raise EngineDisagreementError("overlap_disagrees", row=row, other_row=row)
        ground[left], slack[left] = united, slack[left] + slack[left + 1] + moved
        alone = np.ones(len(feature), dtype=bool)
        alone[left + 1] = False
        feature, ground, slack = feature[alone], ground[alone], slack[alone]
    return feature, ground, slack


def _intersection(left: Geometries, right: Geometries, grid: float | None) -> Geometries:
    return _areal(shapely.intersection(left, right, grid_size=grid))


def _union(left: Geometries, right: Geometries, grid: float | None) -> Geometries:
    return _areal(shapely.union(left, right, grid_size=grid))


def _areal(geometries: Geometries) -> Geometries:
    """The polygons of each geometry; overlays also give points and lines where outlines touch."""
    for position in np.flatnonzero(~np.isin(shapely.get_type_id(geometries), AREAL)):
        parts = shapely.get_parts(geometries[position])
        polygons = parts[np.isin(shapely.get_type_id(parts), AREAL)]
        geometries[position] = shapely.MultiPolygon(list(shapely.get_parts(polygons)))
    return geometries


def _confirmed(
    build: Construction, left: Geometries, right: Geometries, scale: ArealScale
) -> tuple[Geometries, Metres, NDArray[np.bool_]]:
    """Build outlines pair by pair, on a fine grid where the kernel denies the first result.

    Returns the outlines, how far their areas may be off, and whether the kernel agrees.
    """
    whole = np.array([_areas(left), _areas(right)])
    common = common_areas(left, right, scale)
    expected = common if build is _intersection else whole.sum(axis=0) - common
    reach = np.minimum(shapely.length(left), shapely.length(right))
    outlines = np.full(len(left), shapely.Polygon(), dtype=object)
    slack = np.full(len(left), np.inf)
    agreed = np.zeros(len(left), dtype=bool)
    for grid in (None, RETRY_GRID_M):
        rows = np.flatnonzero(~agreed)
        outlines[rows] = _built(build, left[rows], right[rows], grid)
        area = _areas(outlines[rows])
        # an intersection lies in both sides, a union holds both
        least = np.broadcast_to(area, (2, len(rows))) if build is _intersection else whole[:, rows]
        held = [common_areas(outlines[rows], side[rows], scale) for side in (left, right)]
        slack[rows] = np.max([np.abs(area - expected[rows]), *(least - held)], axis=0)
        agreed[rows] = slack[rows] <= UNIT_M2 + (SNAPPED_M + (grid or 0.0)) * reach[rows]
    return outlines, slack, agreed


def _built(
    build: Construction, left: Geometries, right: Geometries, grid: float | None
) -> Geometries:
    try:
        return build(left, right, grid)
    except shapely.GEOSException:
        # one bad pair spoils the whole array: find it; an empty outline will be denied
        outlines = np.full(len(left), shapely.Polygon(), dtype=object)
        for position in range(len(left)):
            with suppress(shapely.GEOSException):
                outlines[position] = build(
                    left[position : position + 1], right[position : position + 1], grid
                )[0]
        return outlines


def _areas(geometries: Geometries) -> Metres:
    return plane_areas(rings_of(geometries, HERE))


def common_areas(left: Geometries, right: Geometries, scale: ArealScale) -> Metres:
    """Kernel area in m² common to the two members of each of k pairs, in local coordinates."""
    pieces = [subdivide(rings_of(side, HERE)) for side in (left, right)]
    pairs = Forest([indexed(pieces[1])]).areas(pieces[0], scale, keep=np.equal)
    areas = np.zeros(len(left))
    areas[pairs.left] = pairs.areas_m2[:, 0]
    return areas
