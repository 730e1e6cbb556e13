"""From areas of single features to areas of classes that add up to the site, in integers.

For every site and layer: Σ classes + remainder − overlap = area of the site, exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.compilation import compiled

__all__ = ["DISAGREES", "LEAST_UM2", "CellSums", "Members", "class_sums"]

Integers = NDArray[np.int64]

# cell, member, and (k, 2) plane and ellipsoid area
Parts = tuple[Integers, Integers, Integers]

# columns of the member table
CLASS, CLASS_SIGN, LAYER_SIGN, SLACK, WHOLE = range(5)
# columns of the cell table
COVERED, COVERED_ELL, OVERLAP, REMAINDER, DISAGREES = range(5)
# columns of the class table
SITE, CLASS_ID, AREA, ELLIPSOID = range(4)
STAMP = 2

LEAST_UM2 = 1
# rounding of the kernel against the site's own shoelace sum and against its line integral
PLANE_NOISE = 1e-12
ELLIPSOID_NOISE = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class Members:
    """What features, and ground that features repeat, count for in a stack of layers.

    Attributes
    ----------
    table
        (m, 5) integers: the class; the sign in sums of classes and in sums of layers, 1 for a
        feature, −1 for ground that an earlier feature has covered already, 0 where it is not
        counted; how far an area may be off besides its rounding, 1e-6 m²; the whole area of a
        feature, −1 for repeated ground.
    classes_of_layers
        Number of classes of each layer.
    """

    table: Integers
    classes_of_layers: Integers


@dataclass(frozen=True, slots=True, eq=False)
class CellSums:
    """Sums per cell (one site in one layer, layer by layer) and per class; areas in 1e-6 m².

    Attributes
    ----------
    cells
        (c, 5): covered plane and ellipsoid area, overlap, remainder, and whether the numbers
        contradict each other (a part is larger than its whole).
    classes
        (g, 4): site, class, plane and ellipsoid area; sorted by layer, site and class.
    class_runs
        Offsets of the layers in `classes`.
    """

    cells: Integers
    classes: Integers
    class_runs: Integers


def class_sums(
    members: Members, cell: Integers, member: Integers, areas_um2: Integers, sites_um2: Integers
) -> CellSums:
    """Add up classes and layers.

    *Covered* is the union of all classes, *overlap* what the sum of classes exceeds it by,
    *remainder* what no class covers. Every area was rounded to 1e-6 m², so sums of k areas are
    uncertain by k units (and the slack of outlines). Where the covered area equals the site
    within that uncertainty and 1e-12 of the site, the layer has no gap there: the remainder is
    0 and the largest class (the first of equals) takes the difference of rounding. Ellipsoid
    areas follow the same decision, within 1e-10.

    Parameters
    ----------
    members
        What each member counts for.
    cell, member
        Where each of the k areas lies (layer times number of sites, plus site), and whose it is.
    areas_um2
        (k, 2): plane and ellipsoid area.
    sites_um2
        (n, 2): plane and ellipsoid area of the sites.
    """
    order = np.argsort(cell, kind="stable")
    parts = (cell[order], member[order], areas_um2[order])
    return CellSums(*_added_up(parts, members.table, members.classes_of_layers, sites_um2))


@compiled
def _added_up(
    parts: Parts, table: Integers, classes_of_layers: Integers, sites: Integers
) -> tuple[Integers, Integers, Integers]:
    """Tables of cells and classes from parts that are sorted by cell."""
    cells = np.zeros((len(classes_of_layers) * len(sites), 5), dtype=np.int64)
    classes = np.empty((len(parts[0]), 4), dtype=np.int64)
    class_runs = np.zeros(len(classes_of_layers) + 1, dtype=np.int64)
    # plane and ellipsoid sum of each class of a layer, and the cell it was last seen in, from 1
    sums = np.zeros((classes_of_layers.max(), 3), dtype=np.int64)
    seen = np.empty(len(sums), dtype=np.int64)
    start, n = 0, 0
    for cell in range(len(cells)):
        layer, site = divmod(cell, len(sites))
        stop = start
        while stop < len(parts[0]) and parts[0][stop] == cell:
            stop += 1
        noise, count = _add(parts, (start, stop), table, sites[site], cells[cell], sums, seen)
        first = n
        _sort(seen, count)
        for class_id in seen[:count]:
            if sums[class_id, 0] >= LEAST_UM2:
                classes[n, SITE], classes[n, CLASS_ID] = site, class_id
                classes[n, AREA], classes[n, ELLIPSOID] = sums[class_id, 0], sums[class_id, 1]
                n += 1
        _settle(cells[cell], classes[first:n], sites[site], noise)
        class_runs[layer + 1] = n
        start = stop
    return cells, classes[:n].copy(), class_runs


@compiled
def _add(
    parts: Parts,
    run: tuple[int, int],
    table: Integers,
    site: Integers,
    totals: Integers,
    sums: Integers,
    seen: Integers,
) -> tuple[int, int]:
    """Add up the parts of one cell; how far the sums may be off, and the number of classes."""
    noise, count = 0, 0
    for i in range(run[0], run[1]):
        stamp, member = parts[0][i] + 1, parts[1][i]
        plane, ellipsoid = parts[2][i]
        class_id, sign = table[member, CLASS], table[member, CLASS_SIGN]
        whole = table[member, WHOLE]
        noise += 1 + table[member, SLACK]
        if whole >= 0 and plane > min(whole, site[0]) + 1 + PLANE_NOISE * site[0]:
            totals[DISAGREES] = 1
        totals[COVERED] += table[member, LAYER_SIGN] * plane
        totals[COVERED_ELL] += table[member, LAYER_SIGN] * ellipsoid
        if sign != 0 and sums[class_id, STAMP] != stamp:
            sums[class_id, 0], sums[class_id, 1], sums[class_id, STAMP] = 0, 0, stamp
            seen[count] = class_id
            count += 1
        sums[class_id, 0] += sign * plane
        sums[class_id, 1] += sign * ellipsoid
    return noise, count


@compiled
def _sort(values: Integers, count: int) -> None:
    """Sort the first few values in place; classes come nearly in order and are few."""
    for i in range(1, count):
        value, j = values[i], i
        while j > 0 and values[j - 1] > value:
            values[j] = values[j - 1]
            j -= 1
        values[j] = value


@compiled
def _settle(totals: Integers, classes: Integers, site: Integers, noise: int) -> None:
    """Compare the sums of one cell with the site and give what is only rounding its place."""
    total, largest = 0, 0
    for row in range(len(classes)):
        total += classes[row, AREA]
        if classes[row, AREA] > classes[largest, AREA]:
            largest = row
    totals[OVERLAP] = max(total - totals[COVERED], 0)
    totals[COVERED] = total - totals[OVERLAP]
    missing, missing_ell = site[0] - totals[COVERED], site[1] - totals[COVERED_ELL]
    allowed = noise + PLANE_NOISE * site[0]
    allowed_ell = noise + ELLIPSOID_NOISE * site[1]
    if missing < -allowed or missing_ell < -allowed_ell:
        totals[DISAGREES] = 1
    if len(classes) > 0 and classes[largest, AREA] > totals[COVERED] + noise:
        totals[DISAGREES] = 1
    totals[REMAINDER] = missing
    if len(classes) > 0 and abs(missing) <= allowed:
        if abs(missing_ell) > allowed_ell:
            totals[DISAGREES] = 1
        classes[largest, AREA] += missing
        classes[largest, ELLIPSOID] += missing_ell
        totals[COVERED], totals[COVERED_ELL], totals[REMAINDER] = site[0], site[1], 0
