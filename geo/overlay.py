"""Areas of sites by layer, feature and class, plane and on the ellipsoid.

All areas are integers of 1e-6 m². The common area of a site and a feature is summed in double
precision and rounded once; everything after that adds integers, so that the answer does not
depend on the order of sites, on how they are split into chunks or on who computes them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.areal_scale import ArealScale, excess_areas
from geo.class_sums import CellSums, CellTotals, class_sums
from geo.edges import EdgeLayer
from geo.errors import EngineDisagreementError, MixedCRSError
from geo.layer_members import layer_members
from geo.pair_areas import Forest
from geo.rings import feature_totals, rings_of, signed_areas
from geo.simplicity import require_simple
from geo.subdivision import Pieces, subdivide
from geo.units import to_um2

__all__ = ["ClassAreas", "Hits", "LayerAreas", "LayerStack", "intersection_areas", "layer_areas"]

# the kernel takes w to second order about the middle of the common box: 3e-11 up to 3 km
LONGEST_SIDE_M = 2_000.0
LEAST_UM2 = 1
# rounding of a common area beside the area of the site
NOISE = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Hits:
    """k pairs of site and feature that share at least 1e-6 m², sorted by site and feature.

    Attributes
    ----------
    site, feature
        Positions.
    area_um2, ellipsoid_um2
        Common plane area, and that area on the ellipsoid.
    """

    site: NDArray[np.int32]
    feature: NDArray[np.int64]
    area_um2: NDArray[np.int64]
    ellipsoid_um2: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class ClassAreas:
    """m pairs of site and class, sorted: the union of the features of a class inside a site."""

    site: NDArray[np.int32]
    class_id: NDArray[np.int32]
    area_um2: NDArray[np.int64]
    ellipsoid_um2: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class LayerAreas:
    """One layer inside n sites; per site Σ classes + remainder − overlap = its plane area.

    Attributes
    ----------
    covered_um2, covered_ellipsoid_um2
        Union of all features inside each site.
    overlap_um2
        What the sum of its classes exceeds that union by: ground in more than one class.
    remainder_um2
        What no feature covers; 0 also where only rounding is missing.
    classes
        By class; overlaps inside a class count once.
    hits
        By feature; overlaps count for every feature.
    """

    covered_um2: NDArray[np.int64]
    covered_ellipsoid_um2: NDArray[np.int64]
    overlap_um2: NDArray[np.int64]
    remainder_um2: NDArray[np.int64]
    classes: ClassAreas
    hits: Hits


@dataclass(frozen=True, slots=True, eq=False)
class _Sites:
    pieces: Pieces
    area_um2: NDArray[np.int64]
    ellipsoid_um2: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.area_um2)


def _sites(geometries: NDArray[np.object_], scale: ArealScale) -> _Sites:
    rings = rings_of(geometries, scale.origin)
    pieces = subdivide(rings, longest_side_m=LONGEST_SIDE_M)
    require_simple(rings, pieces, scale)
    plane = feature_totals(rings, signed_areas(rings))
    excess = feature_totals(rings, excess_areas(rings, scale))
    return _Sites(pieces, to_um2(plane), to_um2(plane + excess))


class LayerStack:
    """Layers searched together in one pass; immutable, safe to share between threads.

    Parameters
    ----------
    layers
        By name; all relative to one origin, in one CRS.

    Raises
    ------
    MixedCRSError
        `layers_differ_in_frame`: origins or CRSs differ.
    """

    def __init__(self, layers: Mapping[str, EdgeLayer]) -> None:
        self._names = tuple(layers)
        together = tuple(layers.values())
        for name, layer in layers.items():
            _require_same_frame(together[0], layer, name)
        self._scale = together[0].scale if together else None
        self._members = layer_members(together)
        self._forest = Forest(
            [tree for layer in together for tree in (layer.features, layer.grouping.repeated)]
        )

    def areas(self, sites: NDArray[np.object_]) -> dict[str, LayerAreas]:
        """Areas of every layer inside every site.

        Parameters
        ----------
        sites
            n valid polygons or multipolygons in absolute coordinates of the layers' CRS; they
            may overlap, each is measured by itself. An empty one has no area.

        Raises
        ------
        InvalidGeometryError
            A site is missing, no polygon, not finite, too far from the origin, or covers
            ground twice; names the row.
        EngineDisagreementError
            `areas_disagree`: areas contradict each other (a part is larger than its whole);
            names layer and site.
        """
        if self._scale is None:
            return {}
        measured = _sites(sites, self._scale)
        pairs = self._forest.areas(measured.pieces, self._scale)
        layer, is_repeated = np.divmod(pairs.tree, 2)
        cell = layer * len(measured) + pairs.left
        member = self._members.starts[pairs.tree] + pairs.right
        area = to_um2(pairs.plane_m2)
        ellipsoid = to_um2(pairs.plane_m2 + pairs.excess_m2)
        totals = CellTotals(
            np.tile(measured.area_um2, len(self._names)),
            np.tile(measured.ellipsoid_um2, len(self._names)),
        )
        sums = class_sums(self._members.contributions(member, cell, area, ellipsoid), totals)

        hit = (is_repeated == 0) & (area >= LEAST_UM2)
        whole = np.minimum(totals.area_um2[cell], self._members.area_um2[member])
        too_large = hit & (area > whole + LEAST_UM2 + NOISE * totals.area_um2[cell])
        self._require_agreement([*cell[too_large], *np.flatnonzero(sums.disagrees)], len(measured))
        hits = Hits(pairs.left[hit].astype(np.int32), pairs.right[hit], area[hit], ellipsoid[hit])
        return self._by_layer(sums, hits, layer[hit], len(measured))

    def _require_agreement(self, cells: Sequence[np.int64], n_sites: int) -> None:
        if cells:
            layer, site = divmod(int(min(cells)), n_sites)
            raise EngineDisagreementError("areas_disagree", layer=self._names[layer], site=site)

    def _by_layer(
        self, sums: CellSums, hits: Hits, hit_layer: NDArray[np.int64], n_sites: int
    ) -> dict[str, LayerAreas]:
        layers = np.arange(len(self._names) + 1)
        hit_runs = np.searchsorted(hit_layer, layers)
        group_runs = np.searchsorted(sums.group_cell, layers * n_sites)
        found = {}
        for position, name in enumerate(self._names):
            cells = slice(position * n_sites, (position + 1) * n_sites)
            mine = slice(hit_runs[position], hit_runs[position + 1])
            run = slice(group_runs[position], group_runs[position + 1])
            site = sums.group_cell[run] - position * n_sites
            class_id = sums.group[run] - self._members.group_starts[position]
            found[name] = LayerAreas(
                covered_um2=sums.covered_um2[cells],
                covered_ellipsoid_um2=sums.covered_ellipsoid_um2[cells],
                overlap_um2=sums.overlap_um2[cells],
                remainder_um2=sums.remainder_um2[cells],
                classes=ClassAreas(
                    site.astype(np.int32),
                    class_id.astype(np.int32),
                    sums.group_um2[run],
                    sums.group_ellipsoid_um2[run],
                ),
                hits=Hits(
                    hits.site[mine],
                    hits.feature[mine],
                    hits.area_um2[mine],
                    hits.ellipsoid_um2[mine],
                ),
            )
        return found


def _require_same_frame(first: EdgeLayer, layer: EdgeLayer, name: str) -> None:
    frames = [(item.scale.crs, *item.origin) for item in (first, layer)]
    if frames[0] != frames[1]:
        raise MixedCRSError(
            "layers_differ_in_frame", layer=name, found=str(frames[1]), needed=str(frames[0])
        )


def intersection_areas(sites: NDArray[np.object_], layer: EdgeLayer) -> Hits:
    """Areas that sites share with the features of one layer; see `LayerStack.areas`."""
    return layer_areas(sites, layer).hits


def layer_areas(sites: NDArray[np.object_], layer: EdgeLayer) -> LayerAreas:
    """Areas of one layer inside sites; see `LayerStack.areas`."""
    return LayerStack({"layer": layer}).areas(sites)["layer"]
