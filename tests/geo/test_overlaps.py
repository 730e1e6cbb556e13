"""Ground that features of one layer share: counted once, and believed only when confirmed."""

from fractions import Fraction

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon, box

import geo.overlaps
from geo.errors import EngineDisagreementError
from geo.exact_area import exact_area, exact_common_area
from geo.measurement import plane_areas_um2
from geo.overlay import layer_areas
from geo.testing import (
    ORIGIN,
    gap_free_cells,
    in_county,
    layer_of,
    nearly_the_same,
    polygons,
)

M2 = 1_000_000
EVERYTHING = box(-1_000, -1_000, 1_000, 1_000)
SQUARE = box(0, 0, 10, 10)


def covered_m2(layer):
    return layer_areas(in_county(EVERYTHING), layer).covered_um2[0] / M2


def test_features_side_by_side_share_nothing():
    cells = gap_free_cells(8, 8, cell_m=60.0, corners_between=4, seed=3)
    layer = layer_of(*cells)
    assert len(layer.overlaps) == 0
    assert len(layer.grouping.feature) == 0


def test_pairs_and_what_they_share():
    layer = layer_of(SQUARE, box(30, 0, 40, 10), box(8, 0, 18, 10), box(9, 9, 31, 10))
    pairs = zip(layer.overlaps.first.tolist(), layer.overlaps.second.tolist(), strict=True)
    assert list(pairs) == [(0, 2), (0, 3), (1, 3), (2, 3)]
    ground = layer.overlaps.ground.all()
    assert shapely.area(ground) == pytest.approx([20.0, 1.0, 1.0, 9.0], abs=1e-6)


def test_repeated_ground_is_told_apart_by_class_and_layer():
    """Feature 2 repeats feature 0 of its class and feature 1 of another."""
    layer = layer_of(box(0, 0, 4, 10), box(3, 0, 7, 10), box(0, 0, 10, 10), classes=[0, 1, 0])
    grouping = layer.grouping
    found = sorted(
        zip(
            grouping.feature.tolist(),
            grouping.in_class.tolist(),
            grouping.in_layer.tolist(),
            strict=True,
        )
    )
    assert found == [(1, False, True), (2, False, True), (2, True, False)]
    areas = layer_areas(in_county(EVERYTHING), layer)
    assert areas.classes.area_um2.tolist() == [100 * M2, 40 * M2]
    assert areas.covered_um2.tolist() == [100 * M2]
    assert areas.overlap_um2.tolist() == [40 * M2]


def test_other_classes_of_the_same_features():
    layer = layer_of(box(0, 0, 6, 10), box(4, 0, 10, 10), classes=[0, 0])
    apart = layer.regrouped(np.array([1, 0], dtype=np.int32))
    one, two = (layer_areas(in_county(EVERYTHING), item) for item in (layer, apart))
    assert one.classes.area_um2.tolist() == [100 * M2]
    assert two.classes.area_um2.tolist() == [60 * M2, 60 * M2]
    assert one.overlap_um2.tolist() == [0]
    assert two.overlap_um2.tolist() == [20 * M2]
    assert one.covered_um2.tolist() == two.covered_um2.tolist()


@pytest.mark.parametrize("class_ids", [[0], [0, 1, 2], [0, -1]])
def test_every_feature_needs_one_class_from_0(class_ids):
    layer = layer_of(box(0, 0, 6, 10), box(4, 0, 10, 10))
    with pytest.raises(ValueError, match="2 features need as many classes from 0"):
        layer.regrouped(np.array(class_ids, dtype=np.int32))


def test_a_pile_of_twenty_squares_is_one_square():
    layer = layer_of(*[SQUARE] * 20, classes=[n % 3 for n in range(20)])
    areas = layer_areas(in_county(EVERYTHING), layer)
    assert areas.classes.area_um2.tolist() == [100 * M2] * 3
    assert areas.covered_um2.tolist() == [100 * M2]
    assert areas.overlap_um2.tolist() == [200 * M2]


def test_a_chain_of_discs_against_the_general_library():
    middles = shapely.points(np.random.default_rng(8).uniform(0, 500, (60, 2)))
    discs = shapely.buffer(middles, 60.0, quad_segs=20)
    layer = layer_of(*discs, classes=[n % 4 for n in range(60)])
    assert covered_m2(layer) == pytest.approx(shapely.union_all(discs).area, abs=1e-4)
    areas = layer_areas(in_county(EVERYTHING), layer)
    unions = [shapely.union_all(discs[k::4]).area for k in range(4)]
    assert areas.classes.area_um2 / M2 == pytest.approx(unions, abs=1e-4)


@given(pair=nearly_the_same(), site=polygons())
def test_two_nearly_equal_features_cover_their_exact_union(pair, site):
    layer = layer_of(*pair, classes=[0, 1])
    one, other = in_county(*pair)
    exact = exact_area(one) + exact_area(other) - exact_common_area(one, other)
    slack = Fraction(int(layer.grouping.slack_um2.sum()) + 3, M2)
    assert abs(Fraction(covered_m2(layer)) - exact) <= slack
    assert slack <= Fraction(1, 1_000), "GEOS was off by more than a printed digit"
    areas = layer_areas(in_county(site), layer)
    whole = plane_areas_um2(in_county(site), origin=ORIGIN)
    total = areas.classes.area_um2.sum() + areas.remainder_um2[0] - areas.overlap_um2[0]
    assert total == whole[0]


@given(patches=st.lists(polygons(60.0), min_size=2, max_size=5), site=polygons())
def test_classes_remainder_and_overlap_add_up_to_the_site(patches, site):
    areas = layer_areas(
        in_county(site), layer_of(*patches, classes=[k % 2 for k in range(len(patches))])
    )
    total = areas.classes.area_um2.sum() + areas.remainder_um2[0] - areas.overlap_um2[0]
    assert total == plane_areas_um2(in_county(site), origin=ORIGIN)[0]
    assert (areas.classes.area_um2 <= areas.covered_um2[0] + len(patches)).all()
    assert areas.covered_um2[0] + areas.remainder_um2[0] == total


def spoil(monkeypatch, name, wrong):
    """Let GEOS answer wrongly, on the grid too or only without one."""
    honest = getattr(shapely, name)

    def answer(left, right, grid_size=None):
        found = honest(left, right, grid_size=grid_size)
        return wrong(found, grid_size)

    monkeypatch.setattr(geo.overlaps.shapely, name, answer)


def test_a_wrong_intersection_is_not_believed(monkeypatch):
    spoil(monkeypatch, "intersection", lambda found, _: shapely.buffer(found, 0.001))
    with pytest.raises(EngineDisagreementError, match=r"overlap_disagrees\(row=0, other_row=1\)"):
        layer_of(SQUARE, box(5, 0, 15, 10))


def test_an_intersection_of_the_right_size_in_the_wrong_place_is_not_believed(monkeypatch):
    spoil(monkeypatch, "intersection", lambda _, __: np.array([box(0, 0, 5, 10)], dtype=object))
    with pytest.raises(EngineDisagreementError, match="overlap_disagrees"):
        layer_of(SQUARE, box(5, 0, 15, 10))


def test_a_wrong_union_is_not_believed(monkeypatch):
    spoil(monkeypatch, "union", lambda found, _: shapely.buffer(found, -0.001))
    with pytest.raises(EngineDisagreementError, match=r"overlap_disagrees\(row=2"):
        layer_of(box(0, 0, 6, 10), box(5, 0, 9, 10), box(0, 0, 20, 10))


def test_a_second_attempt_on_the_grid_is_believed(monkeypatch):
    def only_without_grid(found, grid):
        return found if grid else shapely.buffer(found, 0.001)

    spoil(monkeypatch, "intersection", only_without_grid)
    assert covered_m2(layer_of(SQUARE, box(5, 0, 15, 10))) == pytest.approx(150.0, abs=1e-6)


def test_an_overlay_that_gives_up_is_tried_pair_by_pair(monkeypatch):
    honest = shapely.intersection

    def fail_for_many(left, right, grid_size=None):
        if len(left) > 1 and grid_size is None:
            raise shapely.GEOSException("TopologyException: side location conflict")
        return honest(left, right, grid_size=grid_size)

    monkeypatch.setattr(geo.overlaps.shapely, "intersection", fail_for_many)
    layer = layer_of(SQUARE, box(5, 0, 15, 10), box(14, 0, 24, 10))
    assert covered_m2(layer) == pytest.approx(240.0, abs=1e-6)


def test_overlay_results_with_lines_and_points_keep_their_polygons():
    """The two share a square and, apart from it, an edge."""
    one = Polygon([(0, 0), (10, 0), (10, 10), (0, 10)])
    other = Polygon([(5, 5), (10, 5), (10, 0), (20, 0), (20, 20), (5, 20)])
    assert shapely.intersection(one, other).geom_type == "GeometryCollection"
    assert covered_m2(layer_of(one, other)) == pytest.approx(100 + other.area - 25, abs=1e-6)
