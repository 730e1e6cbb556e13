"""Areas of sites by layer, feature and class, plane and on the ellipsoid.

All areas are integers of 1e-6 m². The common area of a site and a feature is summed in double
precision and rounded once; everything after that adds integers, so that the answer does not
depend on the order of sites, on how they are split into chunks or on who computes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.areal_scale import ArealScale, excess_areas
from geo.class_sums import DISAGREES, LEAST_UM2, CellSums, class_sums
from geo.edges import EdgeLayer
from geo.errors import EngineDisagreementError, MixedCRSError
from geo.frame_overlay import overlay
from geo.pair_areas import Forest
from geo.rings import plane_areas, rings_of
from geo.simplicity import areas_with_themselves, require_simple
from geo.stack_members import stack_members
from geo.subdivision import Pieces, subdivide
from geo.units import to_um2

__all__ = [
    "ClassAreas",
    "Hits",
    "LayerAreas",
    "LayerStack",
    "intersection_areas",
    "layer_areas",
    "overlay",
]

Integers = NDArray[np.int64]

# the kernel takes w to second order about the middle of the common box: 3e-11 up to 3 km
LONGEST_SIDE_M = 2_000.0


@dataclass(frozen=True, slots=True, eq=False)
class Hits:
    """k pairs of site and feature that share at least 1e-6 m², sorted by site and feature.

    `table` is (k, 4), with the columns that have names.
    """

    table: Integers

    @property
    def site(self) -> Integers:
        """Positions of the sites."""
        return self.table[:, 0]

    @property
    def feature(self) -> Integers:
        """Positions of the features."""
        return self.table[:, 1]

    @property
    def area_um2(self) -> Integers:
        """Common plane area."""
        return self.table[:, 2]

    @property
    def ellipsoid_um2(self) -> Integers:
        """The same ground on the ellipsoid."""
        return self.table[:, 3]


@dataclass(frozen=True, slots=True, eq=False)
class ClassAreas:
    """m pairs of site and class, sorted: the union of the features of a class inside a site.

    `table` is (m, 4), with the columns that have names.
    """

    table: Integers

    @property
    def site(self) -> Integers:
        """Positions of the sites."""
        return self.table[:, 0]

    @property
    def class_id(self) -> Integers:
        """Classes."""
        return self.table[:, 1]

    @property
    def area_um2(self) -> Integers:
        """Plane area; what features of the class share counts once."""
        return self.table[:, 2]

    @property
    def ellipsoid_um2(self) -> Integers:
        """The same ground on the ellipsoid."""
        return self.table[:, 3]


@dataclass(frozen=True, slots=True, eq=False)
class LayerAreas:
    """One layer inside n sites; per site Σ classes + remainder − overlap = its plane area.

    Attributes
    ----------
    table, class_table, hit_table
        (n, 5) and those of `classes` and `hits`, with the columns that have names.
    """

    table: Integers
    class_table: Integers
    hit_table: Integers

    @property
    def classes(self) -> ClassAreas:
        """Areas by class."""
        return ClassAreas(self.class_table)

    @property
    def hits(self) -> Hits:
        """Areas by feature; what features share counts for each of them."""
        return Hits(self.hit_table)

    @property
    def covered_um2(self) -> Integers:
        """Union of all features inside each site."""
        return self.table[:, 0]

    @property
    def covered_ellipsoid_um2(self) -> Integers:
        """The same ground on the ellipsoid."""
        return self.table[:, 1]

    @property
    def overlap_um2(self) -> Integers:
        """What the sum of classes exceeds the union by: ground in more than one class."""
        return self.table[:, 2]

    @property
    def remainder_um2(self) -> Integers:
        """What no feature covers; 0 also where nothing but rounding is missing."""
        return self.table[:, 3]


@dataclass(frozen=True, slots=True, eq=False)
class _Sites:
    """Pieces of n sites, and their plane and ellipsoid areas, (n, 2)."""

    pieces: Pieces
    areas_um2: NDArray[np.int64]

    def __len__(self) -> int:
        """Number of sites."""
        return len(self.areas_um2)


def _sites(geometries: NDArray[np.object_], scale: ArealScale) -> _Sites:
    rings = rings_of(geometries, scale.origin)
    pieces = subdivide(rings, longest_side_m=LONGEST_SIDE_M)
    plane = plane_areas(rings)
    require_simple(pieces, areas_with_themselves(pieces, len(plane), scale), plane)
    ellipsoid = plane + excess_areas(rings, scale)
    return _Sites(pieces, to_um2(np.array([plane, ellipsoid]).T))


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
        self._members, self._starts = stack_members(together)
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
        areas = np.empty((len(layer), 4), dtype=np.int64)
        areas[:, 0], areas[:, 1] = pairs.left, pairs.right
        areas[:, 2:] = to_um2(pairs.areas_m2)
        sums = class_sums(
            self._members,
            layer * len(measured) + pairs.left,
            self._starts[pairs.tree] + pairs.right,
            areas[:, 2:],
            measured.areas_um2,
        )
        self._require_agreement(sums, len(measured))
        hit = (is_repeated == 0) & (areas[:, 2] >= LEAST_UM2)
        return self._by_layer(sums, areas[hit], layer[hit], len(measured))

    def _require_agreement(self, sums: CellSums, n_sites: int) -> None:
        disagrees = np.flatnonzero(sums.cells[:, DISAGREES])
        if len(disagrees):
            layer, site = divmod(int(disagrees[0]), n_sites)
            raise EngineDisagreementError("areas_disagree", layer=self._names[layer], site=site)

    def _by_layer(
        self, sums: CellSums, hits: Integers, hit_layer: Integers, n_sites: int
    ) -> dict[str, LayerAreas]:
        hit_runs = np.searchsorted(hit_layer, np.arange(len(self._names) + 1)).tolist()
        class_runs = sums.class_runs.tolist()
        return {
            name: LayerAreas(
                sums.cells[k * n_sites : (k + 1) * n_sites],
                sums.classes[class_runs[k] : class_runs[k + 1]],
                hits[hit_runs[k] : hit_runs[k + 1]],
            )
            for k, name in enumerate(self._names)
        }


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
