"""One check and one overlay by the engine and by shapely, in the same process on the same data.

    python benchmarks/engine_against_peers.py [--parcels 100000] [--layers FOLDER]

`FOLDER` holds GeoPackages in EPSG:4527, one layer each; without it a county is made up: parcels
without gap, coarser zones, a few outlines of 100 000 vertices, and zones that overlap.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo.process import prepare_process

prepare_process()

from geo.areal_scale import fit_areal_scale
from geo.edges import build_edge_layer
from geo.overlay import LayerStack, intersection_areas
from geo.testing import CRS, gap_free_cells

ORIGIN = (39_520_000, 3_840_000)
CELL_M = 90.0
SEED = 20261124
PEER_VERTICES = 128
LEAST_M2 = 1e-6

Geometries = NDArray[np.object_]
Check = Callable[[Geometries], dict[str, NDArray[np.float64]]]


@dataclass(frozen=True, eq=False)
class County:
    """Layers and sites in local coordinates."""

    layers: dict[str, Geometries]
    sites: Geometries

    def absolute(self, shapes: Geometries) -> Geometries:
        return shapely.transform(shapes, lambda xy: xy + np.array(ORIGIN, dtype=float))


def made_up_county(parcels: int) -> County:
    side = max(round(parcels**0.5), 20)
    cells = gap_free_cells(side, side, cell_m=CELL_M, corners_between=4, seed=SEED)
    random = np.random.default_rng(SEED)
    column, row = np.meshgrid(np.arange(side), np.arange(side))
    blob = np.hypot(column - 0.45 * side, row - 0.5 * side) < 0.3 * side
    blob ^= random.random(blob.shape) < 0.12
    coarse = gap_free_cells(side // 5, side // 5, cell_m=5 * CELL_M, corners_between=30, seed=1)
    extent = side * CELL_M
    circles = shapely.buffer(
        shapely.points(random.uniform(0, extent, (side, 2))), random.uniform(50, 900, side)
    )
    layers = {
        "parcels": cells,
        "zones": coarse,
        "red_line": np.array([shapely.coverage_union_all(cells[blob.ravel()])], dtype=object),
        "kept": cells[random.random(len(cells)) < 0.35],
        "hazard": circles,
    }
    return County(layers, sites_on(cells, 200))


def county_of(folder: Path) -> County:
    layers = {}
    for path in sorted(folder.glob("*.gpkg")):
        frame = gpd.read_file(path)
        shapes = np.asarray(frame.geometry.array, dtype=object)
        if np.isin(shapely.get_type_id(shapes), (3, 6)).all() and len(shapes):
            layers[path.stem] = shapely.transform(shapes, lambda xy: xy - np.array(ORIGIN, float))
    return County(layers, sites_on(max(layers.values(), key=len), 200))


def sites_on(features: Geometries, count: int) -> Geometries:
    """Compact sites of one to ten hectares around some features, and one corridor in ten."""
    random = np.random.default_rng(SEED + 1)
    middles = shapely.get_coordinates(shapely.point_on_surface(random.choice(features, count)))
    sites = []
    for number, (x, y) in enumerate(middles):
        if number % 10 == 9:
            way = np.cumsum(random.uniform(-200, 300, (12, 2)), axis=0) + np.array([x, y])
            sites.append(shapely.LineString(way).buffer(15.0, cap_style="flat", join_style="mitre"))
            continue
        angle = np.sort(random.uniform(0, 2 * np.pi, 12))
        reach = random.uniform(50, 180) * random.uniform(0.7, 1.0, 12)
        ring = np.stack([x + reach * np.cos(angle), y + reach * np.sin(angle)], axis=1)
        sites.append(shapely.Polygon(np.round(ring, 3)))
    found = np.array(sites, dtype=object)
    return found[shapely.is_valid(found)]


def pieces_of(shape: shapely.Geometry) -> list[shapely.Geometry]:
    """What ST_Subdivide does: halve by boxes until few vertices are left."""
    if shapely.get_num_coordinates(shape) <= PEER_VERTICES:
        return [shape]
    x0, y0, x1, y1 = shape.bounds
    wide = x1 - x0 > y1 - y0
    middle = (x0 + x1) / 2 if wide else (y0 + y1) / 2
    halves = (
        [(x0, y0, middle, y1), (middle, y0, x1, y1)]
        if wide
        else [(x0, y0, x1, middle), (x0, middle, x1, y1)]
    )
    parts = [shapely.intersection(shape, shapely.box(*half)) for half in halves]
    areal = [p for part in parts for p in shapely.get_parts(part) if p.geom_type == "Polygon"]
    return [piece for part in areal for piece in pieces_of(part)]


class Shapely:
    """STRtree per layer over subdivided features, sites prepared, whole pieces taken as such."""

    def __init__(self, county: County) -> None:
        self.trees = {}
        for name, shapes in county.layers.items():
            parts = [(piece, row) for row, shape in enumerate(shapes) for piece in pieces_of(shape)]
            pieces = np.array([piece for piece, _ in parts], dtype=object)
            rows = np.array([row for _, row in parts])
            self.trees[name] = (shapely.STRtree(pieces), pieces, shapely.area(pieces), rows)

    def check(self, site: Geometries) -> dict[str, NDArray[np.float64]]:
        shapely.prepare(site)
        found = {}
        for name, (tree, pieces, whole, rows) in self.trees.items():
            near = tree.query(site[0], predicate="intersects")
            areas = whole[near].copy()
            crossing = np.flatnonzero(~shapely.covers(site[0], pieces[near]))
            areas[crossing] = shapely.area(shapely.intersection(pieces[near[crossing]], site[0]))
            found[name] = np.bincount(rows[near], weights=areas)
        return found


class ShapelyPlain:
    """STRtree per layer and intersection, as most scripts do it."""

    def __init__(self, county: County) -> None:
        self.trees = {
            name: (shapely.STRtree(shapes), shapes) for name, shapes in county.layers.items()
        }

    def check(self, site: Geometries) -> dict[str, NDArray[np.float64]]:
        found = {}
        for name, (tree, shapes) in self.trees.items():
            near = tree.query(site[0])
            areas = shapely.area(shapely.intersection(shapes[near], site[0]))
            found[name] = np.bincount(near, weights=areas)
        return found


def times_of(check: Callable[[Geometries], object], sites: Geometries) -> NDArray[np.float64]:
    check(sites[:1])
    taken = []
    for position in range(len(sites)):
        begin = time.perf_counter()
        check(sites[position : position + 1])
        taken.append(time.perf_counter() - begin)
    return 1000.0 * np.array(taken)


def compare_checks(county: County) -> bool:
    scale = fit_areal_scale(CRS, bounds_of(county), origin=ORIGIN)
    begin = time.perf_counter()
    layers = {
        name: build_edge_layer(
            county.absolute(shapes), np.arange(len(shapes)) % 7, origin=ORIGIN, scale=scale
        )
        for name, shapes in county.layers.items()
    }
    stack = LayerStack(layers)
    built = time.perf_counter() - begin
    begin = time.perf_counter()
    peers = {"shapely, subdivided + prepared": Shapely(county), "shapely": ShapelyPlain(county)}
    print(f"set-up: engine {built:.1f} s, shapely {time.perf_counter() - begin:.1f} s\n")
    absolute = county.absolute(county.sites)
    agree(stack, peers["shapely, subdivided + prepared"], county, absolute)
    rows = {"engine": times_of(stack.areas, absolute)}
    rows |= {name: times_of(peer.check, county.sites) for name, peer in peers.items()}
    ours = np.median(rows["engine"])
    print("| one check | median ms | mean | p95 | median, engine = 1 |")
    print("|---|---|---|---|---|")
    for name, taken in rows.items():
        median, mean, p95 = np.median(taken), taken.mean(), np.percentile(taken, 95)
        print(f"| {name} | {median:.2f} | {mean:.2f} | {p95:.2f} | {median / ours:.1f} |")
    return bool(np.median(rows["shapely, subdivided + prepared"]) >= 5.0 * ours)


def bounds_of(county: County) -> tuple[float, float, float, float]:
    bounds = shapely.total_bounds(np.concatenate(list(county.layers.values())))
    west, south, east, north = bounds + np.array([*ORIGIN, *ORIGIN])
    return float(west), float(south), float(east), float(north)


def agree(stack: LayerStack, peer: Shapely, county: County, absolute: Geometries) -> None:
    """The two must say the same of every feature, or the times mean nothing."""
    for position in range(0, len(absolute), 10):
        ours = stack.areas(absolute[position : position + 1])
        theirs = peer.check(county.sites[position : position + 1])
        for name, layer in ours.items():
            mine = np.bincount(layer.hits.feature, layer.hits.area_um2 / 1e6, len(theirs[name]))
            worst = np.abs(mine - np.resize(theirs[name], len(mine))).max(initial=0.0)
            assert worst < 1e-5, (name, position, worst)


def compare_overlays(county: County) -> bool:
    left, right = sorted(county.layers.values(), key=len, reverse=True)[:2]
    left = left[:10_000]
    scale = fit_areal_scale(CRS, bounds_of(county), origin=ORIGIN)
    classes = np.zeros(len(right), dtype=np.int32)
    layer = build_edge_layer(county.absolute(right), classes, origin=ORIGIN, scale=scale)
    absolute = county.absolute(left)
    begin = time.process_time()
    hits = intersection_areas(absolute, layer)
    ours = time.process_time() - begin
    begin = time.process_time()
    one, other = shapely.STRtree(right).query(left)
    areas = shapely.area(shapely.intersection(left[one], right[other]))
    theirs = time.process_time() - begin
    total, peer_total = hits.area_um2.sum() / 1e6, areas[areas > LEAST_M2].sum()
    print(f"\n{len(left)} x {len(right)} features, {len(hits.site)} pairs with area")
    print(f"totals {total:.4f} and {peer_total:.4f} m2\n")
    print("| overlay | CPU s | engine = 1 |\n|---|---|---|")
    print(f"| engine | {ours:.3f} | 1.0 |\n| shapely | {theirs:.3f} | {theirs / ours:.1f} |")
    return theirs >= 5.0 * ours


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parcels", type=int, default=100_000)
    parser.add_argument("--layers", type=Path)
    options = parser.parse_args()
    county = county_of(options.layers) if options.layers else made_up_county(options.parcels)
    for name, shapes in county.layers.items():
        vertices = shapely.get_num_coordinates(shapes).sum()
        print(f"{name}: {len(shapes)} features, {vertices} vertices")
    reached = [compare_checks(county), compare_overlays(county)]
    return 0 if all(reached) else 1


if __name__ == "__main__":
    raise SystemExit(main())
