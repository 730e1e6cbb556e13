"""Voronoi cells whose shared edges are wiggled without ever crossing.

Every edge is bent only inside its own kite (the two triangles from the edge to the seeds on
either side). The triangles of a cell tile the cell, so bent edges cannot meet. An edge
exists once, for both neighbours: no gap and no overlap can arise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

__all__ = ["Arcs", "Edges", "Ids", "Points", "bend", "voronoi_edges"]

GRID_PER_M = 10_000
STAGE_GRID_PER_M = 1000
SHORTEST_EDGE_M = 0.5
LEAST_HEIGHT_M = 0.01

Points = NDArray[np.float64]
Ids = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """Straight Voronoi edges: ends in metres and the two cells (seed rows) beside them."""

    start: Points
    end: Points
    left: Ids
    right: Ids


@dataclass(frozen=True, slots=True, eq=False)
class Arcs:
    """Polylines between cells; arc i holds the points `offsets[i]:offsets[i + 1]`."""

    points: Points
    offsets: Ids
    left: Ids
    right: Ids


def _on_grid(points: Points, per_metre: int) -> Points:
    """Nearest grid points; dividing last makes equal places equal to the last bit."""
    return np.asarray(np.round(points * per_metre) / per_metre)


def _triangles(seeds: Points) -> Ids:
    """Delaunay triangles as rows of three seed indexes."""
    triangles = shapely.get_parts(shapely.delaunay_triangles(shapely.multipoints(seeds)))
    corners = shapely.get_coordinates(triangles).reshape(-1, 4, 2)[:, :3].reshape(-1, 2)
    order = np.lexsort((seeds[:, 1], seeds[:, 0]))
    keys = seeds[order, 0] + 1j * seeds[order, 1]
    found = np.searchsorted(keys, corners[:, 0] + 1j * corners[:, 1])
    return np.asarray(order[found].reshape(-1, 3), dtype=np.int64)


def _circumcentres(seeds: Points, triangles: Ids) -> Points:
    a = seeds[triangles[:, 0]]
    b = seeds[triangles[:, 1]] - a
    c = seeds[triangles[:, 2]] - a
    double = 2.0 * (b[:, 0] * c[:, 1] - b[:, 1] * c[:, 0])
    bb = (b**2).sum(axis=1)
    cc = (c**2).sum(axis=1)
    x = (c[:, 1] * bb - b[:, 1] * cc) / double
    y = (b[:, 0] * cc - c[:, 0] * bb) / double
    return np.asarray(a + np.column_stack((x, y)))


def _pairs(triangles: Ids) -> tuple[Ids, Ids, Ids]:
    """Triangle, neighbour triangle and the two seeds of every inner Delaunay edge."""
    ends = np.concatenate((triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]))
    ends.sort(axis=1)
    owner = np.tile(np.arange(len(triangles)), 3)
    order = np.lexsort((ends[:, 1], ends[:, 0]))
    ends, owner = ends[order], owner[order]
    twin = np.flatnonzero((ends[1:] == ends[:-1]).all(axis=1))
    return owner[twin], owner[twin + 1], ends[twin]


def _merged_nodes(nodes: Points, first: Ids, second: Ids, keep: Flags) -> Ids:
    """For every node the node that stands for it once short edges are collapsed.

    Nodes flagged in `keep` stand for the others, so that stage outlines stay exact.
    """
    short = np.hypot(*(nodes[first] - nodes[second]).T) < SHORTEST_EDGE_M
    stands_for = np.arange(len(nodes))
    for a, b in zip(first[short].tolist(), second[short].tolist(), strict=True):
        root_a, root_b = _root(stands_for, a), _root(stands_for, b)
        if root_a == root_b:
            continue
        if keep[root_b] and not keep[root_a]:
            root_a, root_b = root_b, root_a
        stands_for[root_b] = root_a
    for node in np.unique(np.concatenate((first[short], second[short]))).tolist():
        stands_for[node] = _root(stands_for, node)
    return stands_for


def _root(stands_for: Ids, node: int) -> int:
    while stands_for[node] != node:
        node = int(stands_for[node])
    return node


def voronoi_edges(seeds: Points, group: Ids, used: Flags) -> Edges:
    """Edges between the cells of the seeds, on the coordinate grid.

    Parameters
    ----------
    seeds
        Shape (n, 2), metres, distinct.
    group
        Length n; the outline between two groups is kept exact when short edges collapse.
    used
        Length n; edges between two unused cells are left out.
    """
    triangles = _triangles(seeds)
    nodes = _on_grid(_circumcentres(seeds, triangles), GRID_PER_M)
    first, second, cells = _pairs(triangles)
    wanted = used[cells].any(axis=1)
    first, second, cells = first[wanted], second[wanted], cells[wanted]
    keep = np.zeros(len(nodes), dtype=bool)
    outline = group[cells[:, 0]] != group[cells[:, 1]]
    keep[first[outline]] = True
    keep[second[outline]] = True
    nodes[keep] = _on_grid(nodes[keep], STAGE_GRID_PER_M)
    stands_for = _merged_nodes(nodes, first, second, keep)
    first, second = stands_for[first], stands_for[second]
    real = first != second
    start, end = nodes[first[real]], nodes[second[real]]
    left, right = cells[real, 0], cells[real, 1]
    flip = _cross(end - start, seeds[left] - start) < 0
    left, right = np.where(flip, right, left), np.where(flip, left, right)
    return Edges(start, end, left, right)


def _cross(a: Points, b: Points) -> NDArray[np.float64]:
    return np.asarray(a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0])


def _room(start: Points, along: Points, seed: Points, t: Points) -> tuple[Points, Points]:
    """Height of the kite's triangle and the share of it that is free at parameter t."""
    length2 = (along**2).sum(axis=1)
    to_seed = seed - start
    height = np.abs(_cross(along, to_seed)) / np.sqrt(length2)
    foot = (along * to_seed).sum(axis=1) / length2
    with np.errstate(divide="ignore", invalid="ignore"):
        before = np.where(foot > 0, t / foot, np.inf)
        after = np.where(foot < 1, (1 - t) / (1 - foot), np.inf)
    return height, np.minimum(before, after)


def bend(
    edges: Edges,
    seeds: Points,
    *,
    step_m: NDArray[np.float64],
    softness: NDArray[np.float64],
    rng: np.random.Generator,
) -> Arcs:
    """Give every edge inner points and push them sideways inside its kite.

    Parameters
    ----------
    step_m
        Length of the edges; mean distance between points along each, metres.
    softness
        Length of the edges; 0 keeps an edge straight and without inner points, 1 bends most.
    """
    along = edges.end - edges.start
    length = np.hypot(along[:, 0], along[:, 1])
    side_left = _cross(along, seeds[edges.left] - edges.start)
    side_right = _cross(along, seeds[edges.right] - edges.start)
    if (side_left < LEAST_HEIGHT_M * length).any() or (side_right > -LEAST_HEIGHT_M * length).any():
        raise ArithmeticError("a cell is not star-shaped around its seed")
    inner = 1 + rng.poisson(length / step_m)
    inner = np.where((softness > 0) & (length > 4.0), inner, 0)
    edge = np.repeat(np.arange(len(length)), inner)
    rank = np.arange(inner.sum()) - np.repeat(np.cumsum(inner) - inner, inner)
    t = (rank + 1 + rng.uniform(-0.3, 0.3, len(edge))) / (inner[edge] + 1)
    push = rng.uniform(-1.0, 1.0, len(edge)) * softness[edge]
    seed = np.where((push > 0)[:, None], seeds[edges.left[edge]], seeds[edges.right[edge]])
    height, free = _room(edges.start[edge], along[edge], seed, t)
    offset = np.minimum(0.6 * free * height, 0.12 * length[edge]) * push
    normal = np.column_stack((-along[:, 1], along[:, 0])) / length[:, None]
    middle = edges.start[edge] + t[:, None] * along[edge] + offset[:, None] * normal[edge]
    return _joined(edges, inner, _on_grid(middle, GRID_PER_M))


def _joined(edges: Edges, inner: Ids, middle: Points) -> Arcs:
    offsets = np.concatenate(([0], np.cumsum(inner + 2)))
    points = np.empty((int(offsets[-1]), 2))
    points[offsets[:-1]] = edges.start
    points[offsets[1:] - 1] = edges.end
    between = np.ones(len(points), dtype=bool)
    between[offsets[:-1]] = False
    between[offsets[1:] - 1] = False
    points[between] = middle
    return Arcs(points, offsets, edges.left, edges.right)
