"""From areas of single features to areas of classes that add up to the site, in integers.

For every site and layer: Σ classes + remainder − overlap = area of the site, exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["CellSums", "CellTotals", "Contributions", "class_sums"]

Integers = NDArray[np.int64]

# rounding of the kernel against the site's own shoelace sum and against its line integral
PLANE_NOISE = 1e-12
ELLIPSOID_NOISE = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class Contributions:
    """k areas to be added up; a cell is one site in one layer.

    Attributes
    ----------
    cell, group
        Where each belongs; groups are classes, numbered through all layers.
    area_um2, ellipsoid_um2
        The areas.
    group_sign, cell_sign
        +1 for a feature, −1 for ground that an earlier feature has covered already, 0 where
        it is not to be counted.
    slack_um2
        How far the area may be off besides its rounding.
    """

    cell: Integers
    group: Integers
    area_um2: Integers
    ellipsoid_um2: Integers
    group_sign: Integers
    cell_sign: Integers
    slack_um2: Integers


@dataclass(frozen=True, slots=True, eq=False)
class CellTotals:
    """Plane and ellipsoid area of the site of each of the c cells, 1e-6 m²."""

    area_um2: Integers
    ellipsoid_um2: Integers


@dataclass(frozen=True, slots=True, eq=False)
class CellSums:
    """The c cells, and their g groups with area, sorted by cell and group.

    `disagrees` marks cells whose numbers contradict each other: more ground covered than the
    site has, or a class larger than all classes together.
    """

    covered_um2: Integers
    covered_ellipsoid_um2: Integers
    overlap_um2: Integers
    remainder_um2: Integers
    group_cell: Integers
    group: Integers
    group_um2: Integers
    group_ellipsoid_um2: Integers
    disagrees: NDArray[np.bool_]


def class_sums(parts: Contributions, totals: CellTotals) -> CellSums:
    """Add up classes and cells.

    *Covered* is the union of all classes, *overlap* what the sum of classes exceeds it by,
    *remainder* what no class covers. Every part was rounded to 1e-6 m², so sums of k parts are
    uncertain by k units (and the slack of outlines). Where the covered area equals the site
    within that uncertainty and 1e-12 of the site, the layer has no gap there: the remainder is
    0 and the largest class (the first of equals) takes the difference of rounding. Ellipsoid
    areas follow the same decision, within 1e-10.
    """
    count = len(totals.area_um2)
    covered = _per_cell(count, parts.cell, parts.cell_sign * parts.area_um2)
    covered_ell = _per_cell(count, parts.cell, parts.cell_sign * parts.ellipsoid_um2)
    noise = _per_cell(count, parts.cell, 1 + parts.slack_um2).astype(np.float64)
    cell, group, area, ellipsoid = _groups(parts)
    overlap = np.maximum(_per_cell(count, cell, area) - covered, 0)
    covered = _per_cell(count, cell, area) - overlap
    disagrees = np.zeros(count, dtype=bool)
    disagrees[cell[area > covered[cell] + noise[cell]]] = True

    missing = totals.area_um2 - covered
    missing_ell = totals.ellipsoid_um2 - covered_ell
    allowed = noise + PLANE_NOISE * totals.area_um2
    allowed_ell = noise + ELLIPSOID_NOISE * totals.ellipsoid_um2
    whole = (covered > 0) & (np.abs(missing) <= allowed)
    disagrees |= (missing < -allowed) | (missing_ell < -allowed_ell)
    disagrees |= whole & (missing_ell > allowed_ell)

    largest, of_cell = _largest(cell, area)
    adjusted = whole[of_cell]
    area[largest[adjusted]] += missing[of_cell[adjusted]]
    ellipsoid[largest[adjusted]] += missing_ell[of_cell[adjusted]]
    return CellSums(
        covered_um2=np.where(whole, totals.area_um2, covered),
        covered_ellipsoid_um2=np.where(whole, totals.ellipsoid_um2, covered_ell),
        overlap_um2=overlap,
        remainder_um2=np.where(whole, 0, missing),
        group_cell=cell,
        group=group,
        group_um2=area,
        group_ellipsoid_um2=ellipsoid,
        disagrees=disagrees,
    )


def _per_cell(count: int, cell: Integers, values: Integers) -> Integers:
    sums = np.zeros(count, dtype=np.int64)
    np.add.at(sums, cell, values)
    return sums


def _groups(parts: Contributions) -> tuple[Integers, Integers, Integers, Integers]:
    """Cell, group, plane and ellipsoid area of every group with area, sorted."""
    counted = parts.group_sign != 0
    cell, group = parts.cell[counted], parts.group[counted]
    order = np.lexsort((group, cell))
    cell, group = cell[order], group[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (cell[1:] != cell[:-1]) | (group[1:] != group[:-1])
    starts = np.flatnonzero(first)
    sign = parts.group_sign[counted][order]
    area = _run_sums(sign * parts.area_um2[counted][order], starts)
    ellipsoid = _run_sums(sign * parts.ellipsoid_um2[counted][order], starts)
    filled = area >= 1
    starts = starts[filled]
    return cell[starts], group[starts], area[filled], ellipsoid[filled]


def _run_sums(values: Integers, starts: Integers) -> Integers:
    return np.add.reduceat(values, starts) if len(starts) else np.zeros(0, dtype=np.int64)


def _largest(cell: Integers, area: Integers) -> tuple[Integers, Integers]:
    """Position of the largest group of every cell that has groups, and those cells."""
    order = np.lexsort((-area, cell))
    first = np.ones(len(order), dtype=bool)
    first[1:] = cell[order][1:] != cell[order][:-1]
    largest = order[first]
    return largest, cell[largest]
