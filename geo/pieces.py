"""Connected pieces of a region with their width, to tell a sliver from a strip.

A region is given as many small cells. Judging each cell would let a strip 300 m × 1 m, cut
into a thousand cells, pass as a thousand slivers; so cells that touch are one piece.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

__all__ = ["Piece", "connected_pieces", "largest_circle_diameter"]

# Cells come from floating overlays and may gape by some nanometres; on this grid (0.1 mm, the
# topology tolerance of survey databases) they meet again. Areas are never taken from it.
JOIN_GRID_M = 1e-4
CIRCLE_TOLERANCE_M = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """One connected piece.

    Attributes
    ----------
    cells
        Positions of its cells in the arrays that were given.
    area_m2
        Sum of their areas.
    width_m
        Diameter of the largest circle inside; where twice the area over the perimeter
        already exceeds `wide_enough_m`, that lower bound.
    geometry
        Its outline, on a grid of 0.1 mm: for drawing and width only.
    """

    cells: NDArray[np.intp]
    area_m2: float
    width_m: float
    geometry: BaseGeometry


def largest_circle_diameter(polygon: Polygon) -> float:
    """Diameter in metres of the largest circle inside a polygon, to 1 mm; 0 when empty."""
    if polygon.is_empty or polygon.area == 0.0:
        return 0.0
    tolerance = min(CIRCLE_TOLERANCE_M, 0.05 * float(np.sqrt(polygon.area)))
    radius = shapely.maximum_inscribed_circle(polygon, tolerance=tolerance)
    return 2.0 * float(shapely.length(radius))


def _width(polygon: Polygon, wide_enough_m: float) -> float:
    # no point lies farther from the edge than the inradius r, so area <= r * perimeter
    lower_bound = 2.0 * polygon.area / polygon.length if polygon.length else 0.0
    if lower_bound > wide_enough_m:
        return float(lower_bound)
    return largest_circle_diameter(polygon)


def connected_pieces(
    geometries: NDArray[np.object_], areas_m2: NDArray[np.float64], *, wide_enough_m: float
) -> list[Piece]:
    """Join touching cells to pieces, largest first.

    Parameters
    ----------
    geometries
        n polygons or multipolygons in a metre CRS, shifted near the origin.
    areas_m2
        Their n areas.
    wide_enough_m
        Above this the exact width does not matter and a lower bound is given.

    Returns
    -------
    Pieces; cells that vanish on the 0.1 mm grid (thinner than the grid) form pieces of
    their own with width 0, so the areas of all pieces add up to the areas of all cells.
    """
    if len(geometries) == 0:
        return []
    joined = shapely.union_all(geometries, grid_size=JOIN_GRID_M)
    outlines = shapely.get_parts(joined)
    outlines = outlines[(shapely.get_dimensions(outlines) == 2) & ~shapely.is_empty(outlines)]
    owner = _owners(geometries, outlines)
    pieces = []
    for position, outline in enumerate(outlines):
        cells = np.flatnonzero(owner == position)
        if len(cells) == 0:
            continue
        area = float(areas_m2[cells].sum())
        pieces.append(Piece(cells, area, _width(outline, wide_enough_m), outline))
    pieces += [
        Piece(np.array([cell]), float(areas_m2[cell]), 0.0, geometries[cell])
        for cell in np.flatnonzero(owner < 0)
    ]
    return sorted(pieces, key=lambda piece: -piece.area_m2)


def _owners(geometries: NDArray[np.object_], outlines: NDArray[np.object_]) -> NDArray[np.intp]:
    owner = np.full(len(geometries), -1, dtype=np.intp)
    if len(outlines) == 0:
        return owner
    snapped = shapely.set_precision(geometries, JOIN_GRID_M)
    inside = shapely.point_on_surface(snapped)
    alive = ~shapely.is_empty(snapped) & (shapely.get_dimensions(snapped) == 2)
    tree = shapely.STRtree(outlines)
    cell, outline = tree.query(inside[alive], predicate="intersects")
    owner[np.flatnonzero(alive)[cell]] = outline
    return owner
