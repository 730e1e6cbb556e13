"""Ground between features that no feature covers: holes of their union.

Holes are the faces that the loose edges enclose and no feature covers. Their outlines come
from GEOS; the area of a gap is its plane area less what the edge kernel finds of any feature
in it.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.rings import plane_areas, rings_of
from geo.topology.edge_matching import LooseEdges
from geo.topology.faults import NO_FEATURE, TopologyCode, TopologyFaults, faults_of
from geo.topology.shapes import HERE, LayerShapes, widths_m

__all__ = ["enclosed_gaps", "gaps_of"]

Geometries = NDArray[np.object_]

LEAST_M2 = 1e-6
NODING_GRID_M = 1e-6
# outlines of gaps come from constructions that round
NEXT_TO_M = 1e-5


def enclosed_gaps(
    shapes: LayerShapes,
    loose: LooseEdges,
    *,
    boundary: shapely.Geometry | None = None,
) -> TopologyFaults:
    """Holes of the union of all features, or all ground of a boundary that none covers.

    Parameters
    ----------
    loose
        Loose edges of the features, held against the boundary where there is one.
    boundary
        Polygon or multipolygon in local coordinates that the features should fill.
    """
    faces = _faces(loose)
    if len(faces):
        inside = shapely.point_on_surface(faces)
        uncovered = np.ones(len(faces), dtype=bool)
        face, _ = shapes.tree.query(inside, predicate="intersects")
        uncovered[face] = False
        if boundary is not None:
            shapely.prepare(boundary)
            uncovered &= shapely.intersects(boundary, inside)
        faces = faces[uncovered]
    return gaps_of(shapes, faces)


def _faces(loose: LooseEdges) -> Geometries:
    lines = loose.lines()
    if not len(lines):
        return lines
    try:
        noded = shapely.union_all(lines)
    except shapely.GEOSException:
        noded = shapely.union_all(lines, grid_size=NODING_GRID_M)
    polygons = shapely.get_parts(shapely.polygonize([noded]))
    return np.asarray(polygons[~shapely.is_empty(polygons)], dtype=object)


def gaps_of(shapes: LayerShapes, grounds: Geometries) -> TopologyFaults:
    """Gaps with these outlines, measured; what the kernel finds covered is no gap."""
    area = plane_areas(rings_of(grounds, HERE)) - shapes.covered_m2(grounds)
    real = area >= LEAST_M2
    grounds, area = grounds[real], area[real]
    first, second = _neighbours(shapes, grounds)
    return faults_of(
        TopologyCode.GAP,
        grounds,
        index_a=first,
        index_b=second,
        area_m2=area,
        width_m=widths_m(grounds),
    )


def _neighbours(
    shapes: LayerShapes, grounds: Geometries
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The two westernmost of the features around each gap; −1 for none."""
    found = np.full((2, len(grounds)), NO_FEATURE, dtype=np.int64)
    ground, feature = shapes.tree.query(grounds, predicate="dwithin", distance=NEXT_TO_M)
    order = np.lexsort((shapes.rank[feature], ground))
    ground, feature = ground[order], feature[order]
    rank = np.arange(len(ground)) - np.searchsorted(ground, ground)
    for place in range(2):
        at = np.flatnonzero(rank == place)
        found[place, ground[at]] = feature[at]
    return found[0], found[1]
