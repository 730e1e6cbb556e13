"""Shapes for tests of areas.

Needs hypothesis, which is installed with the development extra only.
"""

from __future__ import annotations

from functools import cache
from math import cos, pi, sin
from typing import TypeVar

import numpy as np
import shapely
from hypothesis import assume
from hypothesis import strategies as st
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geo.areal_scale import ArealScale, fit_areal_scale
from geo.edges import EdgeLayer, build_edge_layer

__all__ = [
    "CRS",
    "ORIGIN",
    "boxes",
    "county_scale",
    "gap_free_cells",
    "in_county",
    "layer_of",
    "moved",
    "multiparts",
    "nearly_the_same",
    "polygons",
    "slivers",
    "stars",
    "stars_with_hole",
]

Pair = tuple[float, float]
Shape = TypeVar("Shape", Polygon, MultiPolygon, BaseGeometry, NDArray[np.object_])

# coordinates as surveys have them
GRID_DECIMALS = 4
# where the sample county lies: zone 39 with its prefix
CRS = "EPSG:4527"
ORIGIN = (39_520_000, 3_840_000)
REACH_M = 50_000.0


def _positions(extent_m: float) -> st.SearchStrategy[Pair]:
    steps = st.integers(0, round(extent_m * 10**GRID_DECIMALS))
    return st.tuples(steps, steps).map(
        lambda p: (p[0] / 10**GRID_DECIMALS, p[1] / 10**GRID_DECIMALS)
    )


@st.composite
def boxes(draw: st.DrawFn, extent_m: float = 100.0) -> Polygon:
    """Upright rectangles inside a square at the origin, on a grid of 0.1 mm."""
    (x0, y0), (x1, y1) = draw(_positions(extent_m)), draw(_positions(extent_m))
    assume(x0 != x1 and y0 != y1)
    return shapely.box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


@st.composite
def stars(draw: st.DrawFn, extent_m: float = 100.0, most_corners: int = 12) -> Polygon:
    """Polygons that some inner point sees whole: convex, notched, spiky."""
    ring = draw(_star_rings(extent_m, most_corners))
    return _valid(Polygon(ring))


@st.composite
def stars_with_hole(draw: st.DrawFn, extent_m: float = 100.0, most_corners: int = 12) -> Polygon:
    """Stars with a smaller copy of themselves cut out."""
    ring = np.array(draw(_star_rings(extent_m, most_corners)))
    middle = ring.mean(axis=0)
    share = draw(st.sampled_from((0.1, 0.3, 0.6)))
    hole = np.round(middle + share * (ring - middle), GRID_DECIMALS)
    return _valid(Polygon(ring, [hole[::-1]]))


@st.composite
def _star_rings(draw: st.DrawFn, extent_m: float, most_corners: int) -> list[Pair]:
    x, y = draw(_positions(extent_m))
    corners = draw(st.integers(3, most_corners))
    turns = draw(st.lists(st.floats(0.05, 0.95), min_size=corners, max_size=corners))
    radii = draw(st.lists(st.floats(0.05, 1.0), min_size=corners, max_size=corners))
    ring = []
    for number, (turn, radius) in enumerate(zip(turns, radii, strict=True)):
        angle = 2.0 * pi * (number + turn) / corners
        reach = 0.5 * extent_m * radius
        ring.append(
            (
                round(x + reach * cos(angle), GRID_DECIMALS),
                round(y + reach * sin(angle), GRID_DECIMALS),
            )
        )
    return ring


def _valid(polygon: Polygon) -> Polygon:
    assume(polygon.is_valid and polygon.area > 0.0)
    return polygon


@st.composite
def slivers(draw: st.DrawFn, extent_m: float = 100.0) -> Polygon:
    """Strips of 1 µm to 1 mm between two distant points."""
    (x0, y0), (x1, y1) = draw(_positions(extent_m)), draw(_positions(extent_m))
    assume(abs(x1 - x0) + abs(y1 - y0) > 1.0)
    width = draw(st.sampled_from((1e-6, 1e-5, 1e-4, 1e-3)))
    length = float(np.hypot(x1 - x0, y1 - y0))
    dx, dy = -width * (y1 - y0) / length, width * (x1 - x0) / length
    return _valid(Polygon([(x0, y0), (x1, y1), (x1 + dx, y1 + dy), (x0 + dx, y0 + dy)]))


@st.composite
def multiparts(draw: st.DrawFn, extent_m: float = 100.0) -> MultiPolygon:
    """Two or three parts in a row that do not touch."""
    parts = draw(st.lists(polygons(extent_m / 4.0), min_size=2, max_size=3))
    return MultiPolygon([moved(part, extent_m * n, 0.0) for n, part in enumerate(parts)])


def polygons(extent_m: float = 100.0) -> st.SearchStrategy[Polygon]:
    """Any single polygon of this module."""
    return st.one_of(boxes(extent_m), stars(extent_m), stars_with_hole(extent_m), slivers(extent_m))


@st.composite
def nearly_the_same(draw: st.DrawFn, extent_m: float = 100.0) -> tuple[Polygon, Polygon]:
    """A star and a copy of it whose corners are off by up to 1 nm, 1 µm or 0.1 mm, or not.

    The copy may also have extra corners on the edges, rounded off the line.
    """
    star = draw(stars(extent_m))
    ring = shapely.get_coordinates(star)[:-1]
    off = draw(st.sampled_from((0.0, 1e-9, 1e-6, 1e-4)))
    shifts = draw(st.lists(st.integers(-1, 1), min_size=2 * len(ring), max_size=2 * len(ring)))
    copy = ring + off * np.array(shifts, dtype=float).reshape(-1, 2)
    if draw(st.booleans()):
        between = 0.5 * (copy + np.roll(copy, -1, axis=0))
        copy = np.stack([copy, between], axis=1).reshape(-1, 2)
    return star, _valid(Polygon(copy))


def moved(shape: Shape, east: float, north: float) -> Shape:
    """A geometry, or an array of them, shifted; coordinates round to the doubles there."""
    shift = np.array([east, north])
    return shapely.transform(shape, lambda xy: xy + shift)


@cache
def county_scale() -> ArealScale:
    """Ellipsoid per plane area around the origin of the sample county."""
    east, north = ORIGIN
    bounds = (east - REACH_M, north - REACH_M, east + REACH_M, north + REACH_M)
    return fit_areal_scale(CRS, bounds, origin=ORIGIN)


def in_county(*local: BaseGeometry) -> NDArray[np.object_]:
    """Shapes given near (0, 0), in absolute coordinates of the sample county."""
    shapes = np.empty(len(local), dtype=object)
    shapes[:] = local
    return moved(shapes, *ORIGIN)


def layer_of(*local: BaseGeometry, classes: list[int] | None = None) -> EdgeLayer:
    """A layer of shapes given near (0, 0), all of class 0 if nothing else is said."""
    class_ids = np.array(classes or [0] * len(local), dtype=np.int32)
    return build_edge_layer(in_county(*local), class_ids, origin=ORIGIN, scale=county_scale())


def gap_free_cells(
    columns: int, rows: int, *, cell_m: float, corners_between: int, seed: int
) -> NDArray[np.object_]:
    """Cells of a plane without gap or overlap, as neighbours share all their corners.

    A lattice is shaken, and every shared edge bends at `corners_between` further corners.

    Returns
    -------
    columns × rows polygons at the origin on a grid of 0.1 mm, row by row.
    """
    random = np.random.default_rng(seed)
    x, y = np.meshgrid(np.arange(columns + 1.0), np.arange(rows + 1.0))
    nodes = np.stack([x, y], axis=-1) + random.uniform(-0.25, 0.25, (rows + 1, columns + 1, 2))
    east = _bent(nodes[:, :-1], nodes[:, 1:], corners_between, random) * cell_m
    north = _bent(nodes[:-1], nodes[1:], corners_between, random) * cell_m
    east, north = np.round(east, GRID_DECIMALS), np.round(north, GRID_DECIMALS)
    rings = np.concatenate(
        [
            east[:-1, :, :-1],
            north[:, 1:, :-1],
            east[1:, :, :0:-1],
            north[:, :-1, :0:-1],
        ],
        axis=2,
    )
    return np.asarray(shapely.polygons(rings.reshape(columns * rows, -1, 2)), dtype=object)


def _bent(
    start: NDArray[np.float64],
    end: NDArray[np.float64],
    corners: int,
    random: np.random.Generator,
) -> NDArray[np.float64]:
    """Lines from start to end that bend inside a narrow kite, so that no two of them meet."""
    share = np.linspace(0.0, 1.0, corners + 2)[:, None]
    line = start[..., None, :] + share * (end - start)[..., None, :]
    side = np.stack([start[..., 1] - end[..., 1], end[..., 0] - start[..., 0]], axis=-1)
    kite = 0.15 * np.minimum(share, 1.0 - share)
    bend = kite * random.uniform(-1.0, 1.0, (*start.shape[:-1], corners + 2, 1))
    return np.asarray(line + bend * side[..., None, :])
