"""Areas by feature and class, on shapes whose areas are known by heart."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box

from geo.areal_scale import fit_areal_scale
from geo.edges import build_edge_layer
from geo.errors import EngineDisagreementError, InvalidGeometryError, MixedCRSError
from geo.overlay import LayerStack, intersection_areas, layer_areas
from geo.testing import (
    CRS,
    ORIGIN,
    county_scale,
    gap_free_cells,
    in_county,
    layer_of,
    moved,
    multiparts,
    polygons,
)

M2 = 1_000_000
SQUARE = box(0, 0, 10, 10)
WITH_HOLE = SQUARE.difference(box(4, 4, 6, 6))


def plane(hits):
    return list(zip(hits.site.tolist(), hits.feature.tolist(), hits.area_um2.tolist(), strict=True))


def by_class(areas):
    table = areas.classes
    return list(
        zip(table.site.tolist(), table.class_id.tolist(), table.area_um2.tolist(), strict=True)
    )


def test_a_square_with_a_hole_inside_a_larger_site_is_96_m2():
    hits = intersection_areas(in_county(box(-5, -5, 15, 15)), layer_of(WITH_HOLE))
    assert plane(hits) == [(0, 0, 96 * M2)]


def test_a_site_with_a_hole_inside_a_larger_feature_is_96_m2():
    assert plane(intersection_areas(in_county(WITH_HOLE), layer_of(box(-5, -5, 15, 15)))) == [
        (0, 0, 96 * M2)
    ]


def test_half_overlap_triangle_and_island_in_hole():
    half, triangle = box(5, 0, 15, 10), Polygon([(0, 0), (10, 0), (0, 10)])
    island = MultiPolygon([WITH_HOLE, box(4.5, 4.5, 5.5, 5.5)])
    hits = intersection_areas(in_county(SQUARE), layer_of(half, triangle, island))
    assert plane(hits) == [(0, 0, 50 * M2), (0, 1, 50 * M2), (0, 2, 97 * M2)]


def test_hole_filled_by_a_neighbour_leaves_no_remainder():
    areas = layer_areas(in_county(SQUARE), layer_of(WITH_HOLE, box(4, 4, 6, 6), classes=[0, 1]))
    assert by_class(areas) == [(0, 0, 96 * M2), (0, 1, 4 * M2)]
    assert areas.remainder_um2.tolist() == [0]


@pytest.mark.parametrize(
    "neighbour",
    [
        box(10, 0, 20, 10),
        box(10, 10, 20, 20),
        box(0, 10, 10, 20),
        Polygon([(10, 5), (20, 0), (20, 10)]),
        box(4, 4, 6, 6),
        box(100, 0, 110, 10),
    ],
    ids=["edge", "corner", "level edge", "corner on edge", "fills the hole", "far away"],
)
def test_what_only_touches_is_no_hit(neighbour):
    areas = layer_areas(in_county(WITH_HOLE), layer_of(neighbour))
    assert plane(areas.hits) == []
    assert by_class(areas) == []
    assert areas.remainder_um2.tolist() == [96 * M2]


def test_touching_along_slanted_edges_is_no_hit_either_way():
    one = Polygon([(0.1, 0.2), (73.7, 41.3), (3.3, 88.8)])
    other = Polygon([(73.7, 41.3), (0.1, 0.2), (90.9, -17.7)])
    assert plane(intersection_areas(in_county(one), layer_of(other))) == []
    assert plane(intersection_areas(in_county(other), layer_of(one))) == []


def test_an_edge_on_the_left_border_of_its_own_polygon_counts():
    """A window logic that skips edges left of the common box drops exactly these."""
    tall, wide = box(0, -10, 5, 20), box(0, 0, 10, 10)
    assert plane(intersection_areas(in_county(tall), layer_of(wide))) == [(0, 0, 50 * M2)]
    assert plane(intersection_areas(in_county(wide), layer_of(tall))) == [(0, 0, 50 * M2)]


def test_a_sliver_of_one_micrometre_is_found():
    """2⁻²⁰ m × 100 m is 95.4 units of 1e-6 m²."""
    layer = layer_of(box(100 - 2**-20, 0, 200, 100))
    assert plane(intersection_areas(in_county(box(0, 0, 100, 100)), layer)) == [(0, 0, 95)]


def test_overlap_of_two_classes_is_reported_and_counted_once():
    """1 000 m² site; two zones of 600 m² that share 200 m²."""
    site, left, right = box(0, 0, 100, 10), box(0, 0, 60, 10), box(40, 0, 100, 10)
    areas = layer_areas(in_county(site), layer_of(left, right, classes=[0, 1]))
    assert by_class(areas) == [(0, 0, 600 * M2), (0, 1, 600 * M2)]
    assert areas.overlap_um2.tolist() == [200 * M2]
    assert areas.covered_um2.tolist() == [1000 * M2]
    assert areas.remainder_um2.tolist() == [0]


def test_overlap_inside_one_class_is_no_overlap_of_classes():
    site, left, right = box(0, 0, 100, 10), box(0, 0, 60, 10), box(40, 0, 90, 10)
    areas = layer_areas(in_county(site), layer_of(left, right))
    assert by_class(areas) == [(0, 0, 900 * M2)]
    assert plane(areas.hits) == [(0, 0, 600 * M2), (0, 1, 500 * M2)]
    assert areas.overlap_um2.tolist() == [0]
    assert areas.remainder_um2.tolist() == [100 * M2]


def test_three_features_over_one_another():
    """Two of class 0 and one of class 1 on the same 100 m²; a fourth of class 1 half beside."""
    layer = layer_of(SQUARE, SQUARE, SQUARE, box(5, 0, 15, 10), classes=[0, 0, 1, 1])
    areas = layer_areas(in_county(box(0, 0, 20, 10), box(6, 1, 8, 2)), layer)
    assert by_class(areas) == [
        (0, 0, 100 * M2),
        (0, 1, 150 * M2),
        (1, 0, 2 * M2),
        (1, 1, 2 * M2),
    ]
    assert areas.covered_um2.tolist() == [150 * M2, 2 * M2]
    assert areas.overlap_um2.tolist() == [100 * M2, 2 * M2]
    assert areas.remainder_um2.tolist() == [50 * M2, 0]


def test_ellipsoid_areas_lie_below_plane_areas_here():
    """The square kilometre of the test vectors: 999 986.5324 m² by geodesics."""
    site = moved(box(0, 0, 1000, 1000), 2877.459, 12433.638)
    areas = layer_areas(in_county(site), layer_of(box(0, 0, 9e3, 2e4)))
    assert areas.hits.ellipsoid_um2 / M2 == pytest.approx([999_986.5324], abs=1e-4)
    assert areas.covered_ellipsoid_um2.tolist() == areas.classes.ellipsoid_um2.tolist()


def test_empty_geometries_have_no_hits():
    areas = layer_areas(in_county(SQUARE, Polygon()), layer_of(Polygon(), SQUARE, MultiPolygon()))
    assert plane(areas.hits) == [(0, 1, 100 * M2)]
    assert areas.remainder_um2.tolist() == [0, 0]


def test_no_sites_and_no_features():
    nothing = np.zeros(0, dtype=object)
    empty = build_edge_layer(
        nothing, np.zeros(0, dtype=np.int32), origin=ORIGIN, scale=county_scale()
    )
    assert len(layer_areas(nothing, layer_of(SQUARE)).hits.site) == 0
    assert layer_areas(in_county(SQUARE), empty).remainder_um2.tolist() == [100 * M2]
    assert LayerStack({}).areas(in_county(SQUARE)) == {}


def test_heights_clockwise_rings_and_repeated_vertices_change_nothing():
    awkward = Polygon(
        [(0, 0, 5), (0, 10, 5), (0, 10, 7), (10, 10, 5), (10, 10, 5), (10, 0, 5), (0, 0, 5)],
        [[(4, 4, 1), (6, 4, 1), (6, 6, 1), (4, 6, 1)]],
    )
    origin = np.array([*ORIGIN, 0])
    shifted = shapely.transform(awkward, lambda xyz: xyz + origin, include_z=True)
    hits = intersection_areas(np.array([shifted], dtype=object), layer_of(box(-5, -5, 5, 15)))
    assert plane(hits) == [(0, 0, 48 * M2)]


def test_missing_geometry_names_its_row():
    sites = np.array([*in_county(SQUARE), None], dtype=object)
    with pytest.raises(InvalidGeometryError, match=r"geometry_missing\(row=1\)"):
        intersection_areas(sites, layer_of(SQUARE))


def with_coordinate(value):
    def spoil(xy):
        xy[1, 1] = value
        return xy

    return shapely.transform(SQUARE, spoil)


@pytest.mark.parametrize(
    ("shape", "match"),
    [
        (shapely.Point(0, 0), r"geometry_not_polygon\(row=1\)"),
        (shapely.GeometryCollection([SQUARE]), r"geometry_not_polygon\(row=1\)"),
        (with_coordinate(np.nan), r"not_finite\(row=1\)"),
        (with_coordinate(np.inf), r"not_finite\(row=1\)"),
        (moved(SQUARE, -39_000_000, 0), r"too_far_from_origin\(row=1\)"),
        (Polygon([(0, 0), (10, 10), (10, 0), (0, 10)]), r"covers_ground_twice\(row=1\)"),
        (MultiPolygon([SQUARE, box(5, 5, 15, 15)]), r"covers_ground_twice\(row=1\)"),
    ],
    ids=["point", "collection", "nan", "infinity", "without zone", "bow-tie", "overlapping parts"],
)
def test_what_cannot_be_measured_is_refused_as_site_and_as_feature(shape, match):
    with pytest.raises(InvalidGeometryError, match=match):
        intersection_areas(in_county(SQUARE, shape), layer_of(SQUARE))
    with pytest.raises(InvalidGeometryError, match=match):
        layer_of(SQUARE, shape)


def test_parts_that_overlap_across_pieces_are_refused():
    """The parts are cut apart at different lines; the check must not look at pieces alone."""
    discs = shapely.buffer(shapely.points([[0, 0], [10, 0]]), 100.0, quad_segs=40)
    with pytest.raises(InvalidGeometryError, match=r"covers_ground_twice\(row=0\)"):
        layer_of(MultiPolygon(list(discs)))


def test_a_feature_where_ellipsoid_areas_are_unknown_is_refused():
    """The county's areal scale is fitted to 50 km around the origin."""
    with pytest.raises(InvalidGeometryError, match=r"outside_areal_scale\(row=1\)"):
        layer_of(SQUARE, moved(SQUARE, 63_000, 0))


def test_layers_of_another_origin_or_crs_are_refused():
    east, north = ORIGIN
    bounds = (east - 1e4, north - 1e4, east + 1e4, north + 1e4)
    other = (east + 1000, north)
    elsewhere = build_edge_layer(
        in_county(SQUARE),
        np.zeros(1, dtype=np.int32),
        origin=other,
        scale=fit_areal_scale(CRS, bounds, origin=other),
    )
    with pytest.raises(MixedCRSError, match=r"layers_differ_in_frame.*layer='b'"):
        LayerStack({"a": layer_of(SQUARE), "b": elsewhere})
    with pytest.raises(MixedCRSError, match="origins_differ"):
        build_edge_layer(
            in_county(SQUARE), np.zeros(1, dtype=np.int32), origin=other, scale=county_scale()
        )


def test_a_stack_answers_as_its_layers_do():
    layers = {
        "zones": layer_of(box(0, 0, 5, 10), box(5, 0, 10, 10), classes=[1, 0]),
        "nothing": layer_of(box(50, 50, 60, 60)),
        "hazards": layer_of(SQUARE, box(2, 2, 8, 8), classes=[2, 0]),
    }
    sites = in_county(SQUARE, box(3, 3, 12, 4))
    together = LayerStack(layers).areas(sites)
    assert list(together) == list(layers)
    for name, layer in layers.items():
        alone = layer_areas(sites, layer)
        assert by_class(together[name]) == by_class(alone)
        assert plane(together[name].hits) == plane(alone.hits)
        assert np.array_equal(together[name].table, alone.table)


def cells_layer():
    cells = gap_free_cells(6, 6, cell_m=80.0, corners_between=5, seed=7)
    return layer_of(*cells, classes=[n % 5 for n in range(36)])


def test_a_gap_free_layer_sums_to_every_site_inside():
    shapes = shapely.buffer(shapely.points([[200, 200], [230, 250], [260.5, 199.1]]), 90.0)
    areas = layer_areas(in_county(*shapes), cells_layer())
    sums = np.zeros(3, dtype=np.int64)
    np.add.at(sums, areas.classes.site, areas.classes.area_um2)
    assert areas.remainder_um2.tolist() == [0, 0, 0]
    assert sums.tolist() == areas.covered_um2.tolist()
    assert sums / M2 == pytest.approx(shapely.area(shapes), abs=1e-6)


def test_threads_share_a_stack():
    """The kernels run without the interpreter's lock on the same arrays."""
    stack = LayerStack({"cells": cells_layer(), "squares": layer_of(SQUARE, box(5, 0, 15, 10))})
    sites = [in_county(shapely.Point(10 * k, 9 * k).buffer(70.0)) for k in range(40)]
    serial = [stack.areas(site) for site in sites]
    with ThreadPoolExecutor(4) as pool:
        parallel = list(pool.map(stack.areas, sites))
    for one, other in zip(serial, parallel, strict=True):
        for name in one:
            assert one[name].table.tolist() == other[name].table.tolist()
            assert one[name].hit_table.tolist() == other[name].hit_table.tolist()


def contradicting_layer():
    """A layer whose features claim less area than their edges enclose."""
    layer = layer_of(SQUARE)
    return replace(layer, area_um2=layer.area_um2 // 2)


def test_a_part_larger_than_its_whole_is_not_answered():
    stack = LayerStack({"fine": layer_of(SQUARE), "broken": contradicting_layer()})
    with pytest.raises(EngineDisagreementError, match=r"areas_disagree\(layer='broken', site=1\)"):
        stack.areas(in_county(box(50, 50, 60, 60), SQUARE))


def test_features_that_overlap_unseen_are_not_answered():
    """If the search for overlaps missed one, the covered area would exceed the site."""
    flat, stacked = layer_of(SQUARE, box(20, 0, 30, 10)), layer_of(SQUARE, SQUARE)
    hidden = replace(stacked, overlaps=flat.overlaps, grouping=flat.grouping)
    with pytest.raises(EngineDisagreementError, match="areas_disagree"):
        layer_areas(in_county(SQUARE), hidden)


@given(sites=st.lists(polygons(), min_size=1, max_size=4), data=st.data())
def test_order_and_company_of_sites_change_no_digit(sites, data):
    layer = cells_layer_cached()
    together = layer_areas(in_county(*sites), layer)
    order = data.draw(st.permutations(range(len(sites))))
    shuffled = layer_areas(in_county(*(sites[k] for k in order)), layer)
    for place, k in enumerate(order):
        alone = layer_areas(in_county(sites[k]), layer)
        for areas, site in ((together, k), (shuffled, place)):
            assert areas.table[site].tolist() == alone.table[0].tolist()
            mine = areas.hits.site == site
            assert areas.hit_table[mine, 1:].tolist() == alone.hit_table[:, 1:].tolist()
            mine = areas.classes.site == site
            assert areas.class_table[mine, 1:].tolist() == alone.class_table[:, 1:].tolist()


@given(site=multiparts(), cut=st.integers(1, 19_999))
def test_the_halves_of_a_site_add_up_to_it(site, cut):
    """Cut at a grid line: what falls left and right of it is the whole, to rounding."""
    at = cut / 100.0
    low, high = box(-1e3, -1e3, at, 1e3), box(at, -1e3, 1e3, 1e3)
    whole = intersection_areas(in_county(site), layer_of(low, high))
    total = layer_areas(in_county(site), layer_of(box(-1e3, -1e3, 1e3, 1e3)))
    assert abs(int(whole.area_um2.sum()) - int(total.covered_um2[0])) <= 2


@given(shape=polygons(), turn=st.integers(0, 30), clockwise=st.booleans())
def test_first_vertex_and_winding_of_a_ring_change_nothing(shape, turn, clockwise):
    ring = shapely.get_coordinates(shape.exterior)[:-1]
    turned = np.roll(ring, turn % len(ring), axis=0)
    holes = [shapely.get_coordinates(hole) for hole in shape.interiors]
    other = Polygon(turned[::-1] if clockwise else turned, holes)
    layer = cells_layer_cached()
    one, two = (intersection_areas(in_county(s), layer) for s in (shape, other))
    areas = [dict(zip(h.feature.tolist(), h.area_um2.tolist(), strict=True)) for h in (one, two)]
    assert all(abs(areas[0].get(f, 0) - areas[1].get(f, 0)) <= 1 for f in {*areas[0], *areas[1]})


@given(
    shape=polygons(),
    east=st.integers(-20_000, 20_000),
    north=st.integers(-20_000, 20_000),
)
def test_translation_by_whole_metres_changes_at_most_rounding(shape, east, north):
    other = box(20, 20, 75.5, 60.25)
    here = intersection_areas(in_county(shape), layer_of(other))
    there = intersection_areas(
        in_county(moved(shape, east, north)), layer_of(moved(other, east, north))
    )
    difference = abs(int(here.area_um2.sum()) - int(there.area_um2.sum()))
    # the shifted coordinates round to doubles: 7.5e-9 m along the outline
    assert difference <= 1 + shape.length * 1.5e-8 * M2


@given(one=polygons(), other=polygons())
def test_areas_are_symmetric(one, other):
    there = intersection_areas(in_county(one), layer_of(other)).area_um2
    back = intersection_areas(in_county(other), layer_of(one)).area_um2
    assert abs(int(there.sum()) - int(back.sum())) <= 1


@given(one=polygons(), other=polygons())
def test_swapping_the_axes_is_an_independent_way_to_the_same_area(one, other):
    """It takes other edges and other windows; a window that drops an edge shows here."""
    swapped = [shapely.transform(shape, lambda xy: xy[:, ::-1]) for shape in (one, other)]
    straight = intersection_areas(in_county(one), layer_of(other)).area_um2
    across = intersection_areas(in_county(swapped[0]), layer_of(swapped[1])).area_um2
    assert abs(int(straight.sum()) - int(across.sum())) <= 1 + one.length * 1.5e-8 * M2


CACHE = {}


def cells_layer_cached():
    return CACHE.setdefault("cells", cells_layer())
