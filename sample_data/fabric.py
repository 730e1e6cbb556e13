"""The woven county: one mesh, and per role a value for every cell of it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from sample_data.coverage import NO_LABEL, Mesh, build_mesh, dissolve
from sample_data.landscape import MERGED_CLASSES, Country, settle, survey_country
from sample_data.places import CRS, TOWNS, Extent, Village, extent_for, to_map, town_index
from sample_data.seeding import Course, Seeds, sow
from sample_data.stage import FOLLOWS, NOTHING, Stage
from sample_data.tessellation import Ids, voronoi_edges

__all__ = ["Fabric", "cloth", "town_code", "weave"]

STEP_SHARE = 0.36
SMOOTH_BED = 0.15
BED_STEP_M = 15.0
SIZING_ROUNDS = 8
CLOSE_ENOUGH = 0.03


@dataclass(frozen=True, slots=True, eq=False)
class Fabric:
    """Mesh of the county with what its cells are; `village` holds an index per cell."""

    extent: Extent
    mesh: Mesh
    seeds: Seeds
    beds: tuple[Course, ...]
    country: Country
    villages: tuple[Village, ...]
    village: Ids

    @property
    def open_cells(self) -> NDArray[np.bool_]:
        """Flags of the seeds that are cells of the county outside the stages."""
        return self.country.county & (self.seeds.stage < 0)

    def stage_values(self, role: str) -> list[Hashable]:
        """Value of a painted role in every stage cell, in mesh order."""
        return [
            one.stage.value_at(role, *centre)
            for one in self.mesh.stages
            for centre in one.centres()
        ]


def weave(parcels: int, seed: int, stages: Sequence[Stage]) -> Fabric:
    """Make the mesh and decide about every cell.

    Each decision draws from its own stream of random numbers, so that a change of one
    leaves the others as they were.
    """
    extent = extent_for(parcels)
    villages = settle(extent, np.random.default_rng([seed, 0]))
    spacing = float(np.sqrt(extent.area_m2 / parcels))
    for _ in range(SIZING_ROUNDS):
        seeds, beds = sow(extent, stages, spacing, np.random.default_rng([seed, 1]))
        chance = np.random.default_rng([seed, 2])
        country = survey_country(seeds, beds, extent, stages, villages, chance)
        excess = _patches(country, seeds, stages) / parcels
        if abs(excess - 1) < CLOSE_ENOUGH:
            break
        spacing *= float(np.sqrt(excess))
    edges = voronoi_edges(seeds.points, seeds.stage, country.county)
    in_bed = seeds.course >= 0
    beside_bed = in_bed[edges.left] ^ in_bed[edges.right]
    mesh = build_mesh(
        edges,
        seeds.points,
        seeds.stage,
        stages,
        step_m=np.where(beside_bed, BED_STEP_M, spacing * STEP_SHARE),
        softness=np.where(beside_bed, SMOOTH_BED, 1.0),
        rng=np.random.default_rng([seed, 3]),
    )
    return Fabric(extent, mesh, seeds, beds, country, villages, _villages(mesh, country, villages))


def _patches(country: Country, seeds: Seeds, stages: Sequence[Stage]) -> int:
    """Survey patches to expect: cells that stand alone, and those of the stages."""
    alone = country.county & (seeds.stage < 0) & ~np.isin(country.dlbm, MERGED_CLASSES)
    painted = sum(paint.role == "land_survey" for stage in stages for paint in stage.paints)
    return int(alone.sum()) + painted


def _villages(mesh: Mesh, country: Country, villages: Sequence[Village]) -> Ids:
    """Village of every cell; stage cells as painted."""
    painted = []
    for one in mesh.stages:
        frame = one.stage.frame
        middle = ((frame.west + frame.east) / 2000, (frame.south + frame.north) / 2000)
        painted += [
            _village_named(str(one.stage.value_at("village", *centre)), middle, villages)
            for centre in one.centres()
        ]
    return np.concatenate((country.village, np.array(painted, dtype=np.int64)))


def _village_named(name: str, middle: tuple[float, float], villages: Sequence[Village]) -> int:
    """Index of a painted village: `corridor:k`, `nearest:x,y` (metres) or whatever is around."""
    kind, _, rest = name.partition(":")
    if kind == "corridor":
        return int(rest)
    if kind == "nearest":
        east, north = rest.split(",")
        return _nearest(float(east), float(north), villages)
    if name != FOLLOWS:
        raise ValueError(f"no such village: {name}")
    return _nearest(*middle, villages)


def _nearest(x: float, y: float, villages: Sequence[Village]) -> int:
    town = int(town_index(np.array([x]), np.array([y]))[0])
    away = [np.hypot(one.x - x, one.y - y) if one.town == town else np.inf for one in villages]
    return int(np.argmin(away))


def cloth(fabric: Fabric, values: Sequence[Hashable]) -> gpd.GeoDataFrame:
    """Polygons of equal value, with the column `value`; `NOTHING` gives none.

    `values` has one entry per cell of the mesh; unused cells must hold `NOTHING`.
    """
    known: dict[Hashable, int] = {NOTHING: NO_LABEL}
    labels = np.array([known.setdefault(value, len(known) - 1) for value in values])
    polygons, found = dissolve(fabric.mesh, labels)
    boxes = shapely.bounds(polygons)
    order = np.lexsort((boxes[:, 1], boxes[:, 0], found))
    names = list(known)[1:]
    column = np.empty(len(order), dtype=object)
    column[:] = [names[label] for label in found[order].tolist()]
    outlines = shapely.transform(polygons[order], to_map)
    return gpd.GeoDataFrame({"value": column}, geometry=outlines, crs=CRS)


def town_code(fabric: Fabric, village: int) -> str:
    """Code of the town that a village belongs to."""
    return TOWNS[fabric.villages[village].town].code
