"""Areas from edges beside other libraries, and where a general library fails."""

import csv
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon

from geo.areal_scale import ArealScale
from geo.edges import build_edge_layer
from geo.exact_area import exact_common_area
from geo.measurement import geodesic_areas_m2
from geo.overlay import intersection_areas, layer_areas
from geo.testing import (
    CRS,
    boxes,
    gap_free_cells,
    in_county,
    layer_of,
    polygons,
)

UM2 = 1e-6
# one rounding to 1e-6 m² of a value whose own error is far below it
ROUNDED = 0.51e-6

PAIRS = Path(__file__).parents[1] / "data" / "overlay_failures" / "pairs.csv"
# a plane without projection, for coordinates as they were published
PLANE = ArealScale("plane", (0, 0), np.array([0.0, 0.0, 1e6]), np.zeros((5, 5)), 0.0)


def common_m2(one, other):
    """Area of two shapes near (0, 0), measured in the county at 4e7 m."""
    hits = intersection_areas(in_county(one), layer_of(other))
    return float(hits.area_um2.sum()) * UM2


def test_two_triangles_share_a_quarter():
    """Halves of a 10 m square cut by its two diagonals meet in a triangle of 25 m²."""
    lower = Polygon([(0, 0), (10, 0), (10, 10)])
    left = Polygon([(0, 0), (10, 0), (0, 10)])
    assert common_m2(lower, left) == pytest.approx(25.0, abs=ROUNDED)


def test_an_edge_on_the_left_border_of_its_own_polygon_counts():
    """The window of a pair begins where the site begins, which is inside the feature."""
    feature = Polygon(
        [(0, 0), (100, 0), (100, 40), (20, 40), (20, 60), (100, 60), (100, 100), (0, 100)]
    )
    assert common_m2(shapely.box(20, 0, 50, 100), feature) == pytest.approx(2400.0, abs=ROUNDED)


def published():
    """Valid pairs from public issue threads, by the end of their address."""
    with PAIRS.open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    return {
        "-".join(row["source"].split("/")[-3::2]): tuple(
            shapely.from_wkt([row["one"], row["other"]])
        )
        for row in rows
    }


def measured_in_place(site, *features):
    """Areas in coordinates as published; a shift to the county would round the trouble away."""
    layer = build_edge_layer(
        np.array(features, dtype=object),
        np.arange(len(features), dtype=np.int32),
        origin=(0, 0),
        scale=PLANE,
    )
    return layer_areas(np.array([site], dtype=object), layer)


@pytest.mark.parametrize("name", published())
def test_pairs_on_which_floating_overlay_fails_come_out_right(name):
    one, other = published()[name]
    assert one.is_valid
    assert other.is_valid
    truth = float(exact_common_area(one, other))
    for site, feature in ((one, other), (other, one)):
        hits = measured_in_place(site, feature).hits
        assert float(hits.area_um2.sum()) * UM2 == pytest.approx(truth, abs=ROUNDED, rel=1e-11)


@pytest.mark.parametrize("name", published())
def test_the_union_of_such_a_pair_comes_out_right(name):
    one, other = published()[name]
    truth = one.area + other.area - float(exact_common_area(one, other))
    areas = measured_in_place(shapely.box(*shapely.total_bounds([one, other])), one, other)
    assert areas.covered_um2[0] * UM2 == pytest.approx(truth, abs=1e-5, rel=1e-11)


def test_some_of_the_pairs_still_fail_in_the_general_library():
    """If one day none does, the reason for this engine has to be written anew."""
    wrong = [
        name
        for name, (one, other) in published().items()
        if abs(shapely.intersection(one, other).area - float(exact_common_area(one, other))) > 1.0
    ]
    assert wrong


@settings(max_examples=60, deadline=None)
@given(polygons(), st.integers(1, 6), st.integers(1, 6))
def test_a_gap_free_layer_adds_up_to_the_site(site, columns, rows):
    x, y = np.meshgrid(np.linspace(-300, 300, columns + 1), np.linspace(-300, 300, rows + 1))
    cells = shapely.box(x[:-1, :-1], y[:-1, :-1], x[1:, 1:], y[1:, 1:]).ravel()
    layer = layer_of(*cells, classes=list(range(len(cells))))
    areas = layer_areas(in_county(site), layer)
    assert areas.remainder_um2[0] == 0
    assert areas.overlap_um2[0] == 0
    assert areas.classes.area_um2.sum() == areas.covered_um2[0]


@settings(max_examples=60, deadline=None)
@given(st.lists(boxes(), min_size=1, max_size=6), boxes())
def test_overlaps_count_once_in_class_and_union(patches, site):
    classes = [k % 2 for k in range(len(patches))]
    areas = layer_areas(in_county(site), layer_of(*patches, classes=classes))
    whole = shapely.intersection(site, shapely.union_all(patches)).area
    assert areas.covered_um2[0] * UM2 == pytest.approx(whole, abs=1e-5)
    by_class = dict(zip(areas.classes.class_id, areas.classes.area_um2, strict=True))
    for class_id in set(classes):
        union = shapely.union_all(
            [p for p, c in zip(patches, classes, strict=True) if c == class_id]
        )
        true = shapely.intersection(site, union).area
        assert by_class.get(class_id, 0) * UM2 == pytest.approx(true, abs=1e-5)
    total = sum(by_class.values())
    assert total + areas.remainder_um2[0] - areas.overlap_um2[0] == pytest.approx(
        round(site.area / UM2), abs=3
    )


def test_sites_together_or_one_by_one_give_the_same_digits():
    cells = gap_free_cells(12, 12, cell_m=80, corners_between=9, seed=5)
    sites = gap_free_cells(7, 7, cell_m=130, corners_between=5, seed=6)
    layer = layer_of(*cells, classes=[k % 5 for k in range(len(cells))])
    together = layer_areas(in_county(*sites), layer)
    order = np.random.default_rng(1).permutation(len(sites))
    for place in order[:20]:
        alone = layer_areas(in_county(sites[place]), layer)
        mine = together.hits.site == place
        assert (alone.hits.area_um2 == together.hits.area_um2[mine]).all()
        assert (alone.hits.ellipsoid_um2 == together.hits.ellipsoid_um2[mine]).all()
        assert alone.covered_um2[0] == together.covered_um2[place]


def test_every_pair_agrees_with_the_general_library_near_the_origin():
    """Independent coverages of 144 and 49 cells with bent edges: every pair to 1e-9."""
    cells = gap_free_cells(12, 12, cell_m=80, corners_between=9, seed=5)
    sites = gap_free_cells(7, 7, cell_m=130, corners_between=5, seed=6)
    hits = intersection_areas(in_county(*sites), layer_of(*cells))
    truth = shapely.area(shapely.intersection(sites[hits.site], cells[hits.feature]))
    assert len(hits.site) > 300
    assert hits.area_um2 * UM2 == pytest.approx(truth, rel=1e-9, abs=1.5e-6)


def test_ellipsoid_areas_of_parts_agree_with_geodesic_areas():
    cells = gap_free_cells(6, 6, cell_m=200, corners_between=3, seed=9)
    placed = in_county(*cells)
    window = in_county(shapely.box(-1000, -1000, 3000, 3000))
    hits = intersection_areas(window, layer_of(*cells))
    geodesic = geodesic_areas_m2(placed[hits.feature], crs=CRS)
    # a geodesic area is a difference of areas down to the equator: 1e-4 m² are its own noise
    assert hits.ellipsoid_um2 * UM2 == pytest.approx(geodesic, rel=1e-9, abs=1e-4)
    plane = hits.area_um2 * UM2
    assert np.abs(plane - geodesic).max() > 0.1, "plane areas would not have passed"


def test_a_million_vertices_measure_like_a_circle():
    """A regular polygon of n corners has the area n/2 · r² · sin(2π/n)."""
    n, r = 1_000_000, 500.0
    angle = np.linspace(0, 2 * np.pi, n, endpoint=False)
    wheel = Polygon(np.column_stack([r * np.cos(angle), r * np.sin(angle)]))
    truth = n / 2 * r**2 * np.sin(2 * np.pi / n)
    half = common_m2(wheel, shapely.box(0, -1000, 1000, 1000))
    assert half == pytest.approx(truth / 2, rel=1e-10)
