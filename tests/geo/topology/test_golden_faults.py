"""Tiny layers with one fault each, named by the fault; every number can be checked by head."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon, box

from geo.rings import rings_of
from geo.testing import gap_free_cells, layer_of
from geo.topology import edge_matching
from geo.topology.boundary import outside_boundary
from geo.topology.cracks import narrow_cracks
from geo.topology.edge_matching import loose_edges
from geo.topology.faults import NO_FEATURE, TopologyCode, joined_faults
from geo.topology.gaps import enclosed_gaps
from geo.topology.pairs import shared_ground
from geo.topology.shapes import layer_shapes, widths_m
from geo.topology.thin import thin_features
from geo.topology.vertices import close_vertices, unmatched_vertices

TOLERANCE_M = 1e-4
WIDTH_M = 0.1


def shapes_of(*outlines):
    return layer_shapes(layer_of(*outlines))


def found(*outlines, boundary=None, tolerance_m=TOLERANCE_M):
    """Everything but unmatched vertices, in order."""
    shapes = shapes_of(*outlines)
    loose = loose_edges(shapes.rings)
    against = None if boundary is None else rings_of(np.array([boundary], dtype=object), (0, 0))
    gaps = enclosed_gaps(
        shapes,
        loose_edges(shapes.rings, against=against),
        boundary=boundary,
    )
    cracks = narrow_cracks(shapes, loose, width_m=WIDTH_M, tolerance_m=tolerance_m)
    groups = [
        shared_ground(shapes, tolerance_m=tolerance_m),
        gaps if len(gaps) else cracks,
        thin_features(shapes, below_m2=1.0, below_m=WIDTH_M),
        close_vertices(shapes.rings, tolerance_m=tolerance_m),
    ]
    if boundary is not None:
        groups.append(outside_boundary(shapes, boundary))
    return joined_faults(groups).in_place_order()


def rows(faults):
    return [
        (code, int(a), int(b))
        for code, a, b in zip(faults.code, faults.index_a, faults.index_b, strict=True)
    ]


def junctions(*outlines, tolerance_m=TOLERANCE_M):
    shapes = shapes_of(*outlines)
    return unmatched_vertices(shapes, loose_edges(shapes.rings), tolerance_m=tolerance_m)


GOLDEN = {
    "overlap of 1 mm": (
        [box(0, 0, 10, 10), box(9.999, 0, 20, 10)],
        (TopologyCode.OVERLAP, 0, 1),
        (0.01, 0.001, 10.001),
    ),
    "gap of 1 mm": (
        [box(0, 0, 10, 10), box(10.001, 0, 20, 10)],
        (TopologyCode.GAP, 0, 1),
        (0.01, 0.001, 10.001),
    ),
    # a slot between two parcels, closed by two others
    "island gap of 5 mm": (
        [box(0, 0, 30, 10), box(0, 20, 30, 30), box(0, 10, 15, 20), box(15.005, 10, 30, 20)],
        (TopologyCode.GAP, 0, 2),
        (0.05, 0.005, 10.005),
    ),
    "hole of a missing parcel": (
        [box(0, 0, 30, 30).difference(box(10, 10, 20, 20))],
        (TopologyCode.GAP, 0, NO_FEATURE),
        (100.0, 10.0, 20.0),
    ),
    "one inside another": (
        [box(0, 0, 30, 30), box(10, 10, 20, 20)],
        (TopologyCode.NESTED, 1, 0),
        (100.0, 10.0, 20.0),
    ),
    "one inside another along its edge": (
        [box(10, 0, 20, 10), box(0, 0, 30, 30)],
        (TopologyCode.NESTED, 0, 1),
        (100.0, 10.0, 20.0),
    ),
    "twice the same": (
        [box(0, 0, 30, 30), box(0, 0, 30, 30)],
        (TopologyCode.DUPLICATE, 0, 1),
        (900.0, 30.0, 60.0),
    ),
    "twice the same with other corners": (
        [box(0, 0, 30, 30), Polygon([(30, 30), (0, 30), (0, 7), (0, 0), (30, 0)])],
        (TopologyCode.DUPLICATE, 0, 1),
        (900.0, 30.0, 60.0),
    ),
    "a feature that is a sliver": (
        [box(0, 0, 30, 30), box(40, 0, 40.02, 10)],
        (TopologyCode.THIN_FEATURE, 1, NO_FEATURE),
        (0.2, 0.02, 10.02),
    ),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_one_fault_is_found_once_with_its_size(name):
    outlines, row, (area, width, length) = GOLDEN[name]
    faults = found(*outlines)
    assert rows(faults) == [row]
    assert faults.area_m2 == pytest.approx([area], abs=1e-6)
    assert faults.width_m == pytest.approx([width], abs=1e-6, rel=0.01)
    assert faults.length_m == pytest.approx([length], abs=1e-5)
    assert shapely.area(faults.geometry[0]) == pytest.approx(area, abs=1e-5)


@pytest.mark.parametrize("name", GOLDEN)
def test_no_order_of_features_changes_what_is_found(name):
    outlines, _, _ = GOLDEN[name]
    straight = found(*outlines)
    last = len(outlines) - 1
    turned = found(*outlines[::-1])
    assert turned.code.tolist() == straight.code.tolist()
    assert turned.area_m2 == pytest.approx(straight.area_m2, abs=1e-6)
    for one, other in zip(rows(straight), rows(turned), strict=True):
        if one[0] is TopologyCode.NESTED:
            assert one[1:] == (last - other[1], last - other[2])
    assert shapely.equals_exact(
        shapely.normalize(straight.geometry), shapely.normalize(turned.geometry), 1e-6
    ).all()


@pytest.mark.parametrize(
    "outlines",
    [
        [box(0, 0, 10, 10), box(10, 10, 20, 20)],
        [box(0, 0, 10, 10), box(10, 0, 20, 10)],
        # a shared edge with other vertices on either side
        [
            Polygon([(0, 0), (10, 0), (10, 3), (10, 10), (0, 10)]),
            Polygon([(10, 0), (20, 0), (20, 10), (10, 10), (10, 7)]),
        ],
        # two parcels whose edges part at an acute angle
        [Polygon([(0, 0), (100, 0), (100, -50)]), Polygon([(0, 0), (100, 1), (100, 50)])],
        # farther apart than what is looked for
        [box(0, 0, 10, 10), box(10.2, 0, 20, 10)],
        # a notch in one and the same parcel
        [box(0, 0, 10, 10).difference(box(5, 1, 5.01, 10))],
    ],
    ids=["point", "edge", "other vertices", "wedge", "apart", "notch"],
)
def test_what_is_sound_stays_unnamed(outlines):
    assert rows(found(*outlines)) == []


def test_a_vertex_on_the_edge_of_a_neighbour_is_told_once():
    """Two parcels of 10 m above one of 20 m: both have the vertex in the middle."""
    faults = junctions(box(0, 0, 20, 10), box(0, 10, 10, 20), box(10, 10, 20, 20))
    assert rows(faults) == [(TopologyCode.UNMATCHED_VERTEX, 1, 0)]
    assert shapely.equals_exact(faults.geometry, shapely.points(10, 10), 1e-6).all()


@pytest.mark.parametrize(("off", "count"), [(0.0, 1), (0.00005, 1), (0.0002, 0)])
def test_the_tolerance_decides_what_lies_on_an_edge(off, count):
    bent = Polygon([(10, 0), (20, 0), (20, 10), (10, 10), (10 + off, 5)])
    assert len(junctions(box(0, 0, 10, 10), bent)) == count


def test_neighbours_with_all_their_vertices_in_common_have_no_junction():
    assert len(junctions(box(0, 0, 10, 10), box(10, 0, 20, 10), box(0, 10, 10, 20))) == 0
    assert len(junctions(*gap_free_cells(4, 4, cell_m=20.0, corners_between=3, seed=5))) == 0


def test_vertices_on_top_of_each_other():
    crowded = Polygon([(0, 0), (10, 0), (10, 0.00005), (10, 10), (0, 10)])
    faults = found(crowded, box(20, 0, 30, 0.00009).union(box(20, 0, 21, 5)))
    assert rows(faults)[0] == (TopologyCode.CLOSE_VERTICES, 0, NO_FEATURE)
    assert faults.width_m[0] == pytest.approx(0.00005, abs=1e-7)
    assert rows(found(crowded, tolerance_m=1e-5)) == []


def test_features_outside_a_boundary_wholly_and_in_part():
    """A parcel 10 m × 10 m, 2 m of it beyond the boundary; another beyond it altogether."""
    faults = found(
        box(0, 0, 8, 10), box(8, 0, 18, 10), box(20, 0, 30, 5), boundary=box(0, 0, 16, 10)
    )
    assert rows(faults) == [
        (TopologyCode.OUTSIDE, 2, NO_FEATURE),
        (TopologyCode.CROSSES_BOUNDARY, 1, NO_FEATURE),
    ]
    assert faults.area_m2 == pytest.approx([50.0, 20.0], abs=1e-6)
    assert shapely.area(faults.geometry) == pytest.approx([50.0, 20.0], abs=1e-6)


def test_ground_of_the_boundary_that_nobody_fills():
    """A crack of 1 mm that runs out, and a corner of 5 m × 5 m, both inside the boundary."""
    outlines = [box(0, 0, 10, 10).difference(box(0, 5, 5, 10)), box(10.001, 0, 20, 10)]
    faults = found(*outlines, boundary=box(0, 0, 20, 10))
    assert rows(faults) == [(TopologyCode.GAP, 0, NO_FEATURE), (TopologyCode.GAP, 0, 1)]
    assert faults.area_m2 == pytest.approx([25.0, 0.01], abs=1e-6)


def test_three_of_a_kind_are_three_pairs():
    faults = found(*[box(0, 0, 10, 10)] * 3)
    assert rows(faults) == [(TopologyCode.DUPLICATE, a, b) for a, b in ((0, 1), (0, 2), (1, 2))]


def test_a_crack_along_bends_is_one_piece():
    """Two halves of a bent road, 20 mm apart all along: 3 legs of 10 m."""
    line = shapely.LineString([(0, 0), (10, 0), (17, 7), (27, 7)])
    crack = line.buffer(0.01, cap_style="flat", join_style="mitre")
    block = box(0, -20, 27, 30).difference(crack)
    faults = found(*shapely.get_parts(block))
    assert rows(faults) == [(TopologyCode.GAP, 0, 1)]
    assert faults.area_m2 == pytest.approx([crack.area], abs=1e-4)
    assert faults.width_m == pytest.approx([0.02], abs=1e-3)


def test_widths_are_of_the_widest_part():
    barbell = shapely.MultiPolygon([box(0, 0, 10, 0.02), box(20, 0, 30, 0.05)])
    assert widths_m(np.array([barbell])) == pytest.approx([0.05], abs=1e-3)
    assert widths_m(np.array([box(0, 0, 10, 30)])) == pytest.approx([10.0], rel=0.01)
    # a triangle: the circle inside it touches all sides, radius 2 A / P = 1
    assert widths_m(np.array([Polygon([(0, 0), (4, 0), (0, 3)])])) == pytest.approx([2.0], rel=0.01)
    assert widths_m(np.array([], dtype=object)).tolist() == []


def test_only_the_outer_edge_of_a_mosaic_is_loose():
    cells = gap_free_cells(6, 5, cell_m=30.0, corners_between=4, seed=1)
    loose = loose_edges(rings_of(cells, (0, 0)))
    assert len(loose) == 2 * (6 + 5) * 5
    (outline,) = shapely.get_parts(shapely.line_merge(shapely.union_all(loose.lines())))
    assert Polygon(outline).equals(shapely.union_all(cells))


def test_clashing_hashes_change_nothing(monkeypatch):
    rings = rings_of(gap_free_cells(6, 5, cell_m=30.0, corners_between=4, seed=1), (0, 0))
    straight = loose_edges(rings)
    monkeypatch.setattr(edge_matching, "MULTIPLIERS", (0, 0, 0, 0))
    assert np.array_equal(loose_edges(rings).position, straight.position)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(0, 29), max_size=4, unique=True),
    st.lists(st.tuples(st.integers(0, 29), st.floats(-6, 6), st.floats(-6, 6)), max_size=4),
    st.integers(0, 5),
)
def test_gaps_overlaps_and_what_sticks_out_balance(lost, moved, seed):
    """A mosaic with some cells lost and some moved, against plain constructions of GEOS."""
    cells = gap_free_cells(6, 5, cell_m=30.0, corners_between=2, seed=seed)
    boundary = shapely.union_all(cells)
    for at, east, north in moved:
        cells[at] = shapely.transform(cells[at], lambda xy, d=(east, north): xy + np.round(d, 4))
    kept = np.delete(cells, lost)
    shapes = shapes_of(*kept)
    against = rings_of(np.array([boundary], dtype=object), (0, 0))
    gaps = enclosed_gaps(
        shapes,
        loose_edges(shapes.rings, against=against),
        boundary=boundary,
    )
    union = shapely.union_all(kept)
    missing = boundary.difference(union).area
    assert gaps.area_m2.sum() == pytest.approx(missing, abs=1e-4)
    pairs = shared_ground(shapes, tolerance_m=TOLERANCE_M)
    each = [
        kept[a].intersection(kept[b]).area
        for a in range(len(kept))
        for b in range(a + 1, len(kept))
    ]
    assert pairs.area_m2.sum() == pytest.approx(sum(each), abs=1e-4)
    outside = outside_boundary(shapes, boundary)
    beyond = (
        shapely.area(kept).sum() - shapely.intersection(kept, boundary).sum()
        if False
        else sum(cell.difference(boundary).area for cell in kept)
    )
    assert outside.area_m2.sum() == pytest.approx(beyond, abs=1e-4)


def test_cracks_agree_with_the_validator_of_coverages():
    """Cells of a mosaic shrunk by some millimetres: GEOS objects to the edges of the same cells."""
    cells = gap_free_cells(5, 4, cell_m=30.0, corners_between=1, seed=3)
    for at in (7, 12):
        cells[at] = cells[at].buffer(-0.004, join_style="mitre")
    shapes = shapes_of(*cells)
    cracks = narrow_cracks(
        shapes, loose_edges(shapes.rings), width_m=WIDTH_M, tolerance_m=TOLERANCE_M
    )
    objected = shapely.coverage_invalid_edges(shapes.outlines, gap_width=WIDTH_M)
    concerned = set(np.flatnonzero(~shapely.is_empty(objected)).tolist())
    around = shapely.STRtree(shapes.outlines).query(
        cracks.geometry, predicate="dwithin", distance=1e-5
    )[1]
    assert {7, 12} <= concerned
    assert concerned <= set(around.tolist())
    missing = shapely.union_all(gap_free_cells(5, 4, cell_m=30.0, corners_between=1, seed=3))
    gap = missing.area - shapely.area(cells).sum()
    assert cracks.area_m2.sum() == pytest.approx(gap, rel=0.01)
