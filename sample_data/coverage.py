"""One planar mesh for all layers: every gap-free layer is a dissolve of its cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from sample_data.rectangles import MILLIMETRES, breaks
from sample_data.stage import Stage
from sample_data.tessellation import Arcs, Edges, Ids, Points, bend

__all__ = ["NO_LABEL", "Mesh", "build_mesh", "dissolve"]

NO_LABEL = -1


@dataclass(frozen=True, slots=True, eq=False)
class StageCells:
    """The cells of one stage: `first + row * columns + column`."""

    stage: Stage
    first: int
    xs: tuple[int, ...]
    ys: tuple[int, ...]

    @property
    def columns(self) -> int:
        """Cells in a row."""
        return len(self.xs) - 1

    @property
    def count(self) -> int:
        """Cells of the stage."""
        return self.columns * (len(self.ys) - 1)

    def centres(self) -> list[tuple[float, float]]:
        """Centres of the cells in their order, millimetres."""
        return [
            ((west + east) / 2, (south + north) / 2)
            for south, north in pairwise(self.ys)
            for west, east in pairwise(self.xs)
        ]

    def cell_at(self, x: float, y: float) -> int:
        """Cell that holds a point, millimetres."""
        column = int(np.searchsorted(self.xs, x)) - 1
        row = int(np.searchsorted(self.ys, y)) - 1
        return self.first + row * self.columns + column


@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """Arcs between cells and one point inside each cell; metres.

    `cells` are numbered: seeds first (those inside stages are never used), then the cells
    of the stages.
    """

    arcs: Arcs
    inside: Points
    stages: tuple[StageCells, ...]
    seeds: int

    @property
    def cells(self) -> int:
        """Number of cells."""
        return len(self.inside)


def _stage_cells(stages: Sequence[Stage], first: int) -> tuple[StageCells, ...]:
    cells = []
    for stage in stages:
        xs, ys = breaks(paint.box for paint in stage.paints)
        cells.append(StageCells(stage, first, tuple(xs), tuple(ys)))
        first += cells[-1].count
    return tuple(cells)


def _inner_lines(cells: StageCells) -> list[tuple[int, int, int, int, int, int]]:
    """Edges between cells of one stage: x1, y1, x2, y2 (mm), left cell, right cell."""
    xs, ys, wide = cells.xs, cells.ys, cells.columns
    lines = []
    for row, (south, north) in enumerate(pairwise(ys)):
        for column in range(1, wide):
            right = cells.first + row * wide + column
            lines.append((xs[column], south, xs[column], north, right - 1, right))
    for column, (west, east) in enumerate(pairwise(xs)):
        for row in range(1, len(ys) - 1):
            above = cells.first + row * wide + column
            lines.append((west, ys[row], east, ys[row], above, above - wide))
    return lines


def _outline_pieces(
    start: Points, end: Points, outer: int, cells: StageCells
) -> list[tuple[int, int, int, int, int, int]]:
    """One edge of the stage's outline, cut where the lines of the stage meet it."""
    (x1, y1), (x2, y2) = (np.rint(point * MILLIMETRES).astype(int) for point in (start, end))
    if np.abs(np.concatenate((start, end)) * MILLIMETRES - (x1, y1, x2, y2)).max() > 1e-3:
        raise ArithmeticError(f"stage {cells.stage.code}: outline off the grid")
    frame = cells.stage.frame
    if y1 == y2 and y1 in (frame.south, frame.north):
        cuts = [x1, *_between(cells.xs, x1, x2), x2]
        shift = 1 if y1 == frame.south else -1
        middles = [((a + b) / 2, y1 + shift) for a, b in pairwise(cuts)]
        points = [(x, y1) for x in cuts]
    elif x1 == x2 and x1 in (frame.west, frame.east):
        cuts = [y1, *_between(cells.ys, y1, y2), y2]
        shift = 1 if x1 == frame.west else -1
        middles = [(x1 + shift, (a + b) / 2) for a, b in pairwise(cuts)]
        points = [(x1, y) for y in cuts]
    else:
        raise ArithmeticError(f"stage {cells.stage.code}: outline left its frame")
    return [
        (*a, *b, outer, cells.cell_at(*middle))
        for a, b, middle in zip(points, points[1:], middles, strict=False)
    ]


def _between(values: Sequence[int], a: int, b: int) -> list[int]:
    found = [value for value in values if min(a, b) < value < max(a, b)]
    return found if a < b else found[::-1]


def build_mesh(
    edges: Edges,
    seeds: Points,
    stage_of: Ids,
    stages: Sequence[Stage],
    *,
    step_m: NDArray[np.float64],
    softness: NDArray[np.float64],
    rng: np.random.Generator,
) -> Mesh:
    """Join the bent cells of the open country with the straight cells of the stages.

    Parameters
    ----------
    stage_of
        Length of the seeds; index of the stage that holds the seed, −1 in the open country.
    """
    cells = _stage_cells(stages, len(seeds))
    owner_left, owner_right = stage_of[edges.left], stage_of[edges.right]
    open_country = (owner_left < 0) & (owner_right < 0)
    arcs = bend(
        _subset(edges, open_country),
        seeds,
        step_m=step_m[open_country],
        softness=softness[open_country],
        rng=rng,
    )
    lines: list[tuple[int, int, int, int, int, int]] = []
    for one in cells:
        lines.extend(_inner_lines(one))
    for index in np.flatnonzero((owner_left >= 0) ^ (owner_right >= 0)).tolist():
        inner_left = owner_left[index] >= 0
        outer = int(edges.right[index] if inner_left else edges.left[index])
        stage = int(max(owner_left[index], owner_right[index]))
        lines.extend(_outline_pieces(edges.start[index], edges.end[index], outer, cells[stage]))
    centres = np.array([centre for one in cells for centre in one.centres()]).reshape(-1, 2)
    inside = np.concatenate((seeds, centres / MILLIMETRES))
    return Mesh(_with_lines(arcs, lines), inside, cells, len(seeds))


def _subset(edges: Edges, wanted: NDArray[np.bool_]) -> Edges:
    return Edges(edges.start[wanted], edges.end[wanted], edges.left[wanted], edges.right[wanted])


def _with_lines(arcs: Arcs, lines: list[tuple[int, int, int, int, int, int]]) -> Arcs:
    table = np.array(lines, dtype=np.int64).reshape(-1, 6)
    points = table[:, :4].reshape(-1, 2) / MILLIMETRES
    offsets = arcs.offsets[-1] + 2 * np.arange(1, len(table) + 1)
    return Arcs(
        np.concatenate((arcs.points, points)),
        np.concatenate((arcs.offsets, offsets)),
        np.concatenate((arcs.left, table[:, 4])),
        np.concatenate((arcs.right, table[:, 5])),
    )


def dissolve(mesh: Mesh, labels: Ids) -> tuple[NDArray[np.object_], Ids]:
    """Polygons of equal label, each connected, with their labels.

    Only arcs between different labels are kept; the faces between them are the polygons.
    Cells labelled `NO_LABEL` give none.

    Raises
    ------
    ArithmeticError
        A face holds cells of two labels or of none: the mesh would be broken.
    """
    arcs = mesh.arcs
    apart = labels[arcs.left] != labels[arcs.right]
    counts = np.diff(arcs.offsets)
    points = arcs.points[np.repeat(apart, counts)]
    lines = shapely.linestrings(points, indices=np.repeat(np.arange(apart.sum()), counts[apart]))
    faces = shapely.get_parts(shapely.polygonize(lines))
    present = np.flatnonzero(labels != NO_LABEL)
    tree = shapely.STRtree(shapely.get_parts(shapely.multipoints(mesh.inside[present])))
    face, hit = tree.query(faces, predicate="contains")
    found = np.full(len(faces), NO_LABEL)
    found[face] = labels[present[hit]]
    if (found[face] != labels[present[hit]]).any() or len(np.unique(hit)) != len(present):
        raise ArithmeticError("a face holds cells of two labels, or a cell lies in no face")
    kept = found != NO_LABEL
    return faces[kept], found[kept]
