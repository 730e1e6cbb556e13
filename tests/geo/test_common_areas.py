"""Areas from edges beside other libraries, and where a general library fails."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon

from geo.areal_scale import fit_areal_scale
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

# valid pairs on which an overlay in floating point answers wrongly; issues of shapely by number
PUBLISHED = {
    "1871": (
        [(446, -207), (315, -75.99999999999999), (557, -76)],
        [(184, -207), (315, -76), (446, -207), (315, -338)],
    ),
    "2368": (
        [
            (-295.25030351249666, 4.236074061427525),
            (-295.08711234218333, -2.301948231163383),
            (-314.64218025800653, -2.7900491087570383),
            (-314.80537142831986, 3.7479731838338695),
        ],
        [
            (-275.69523559667346, 4.7241749390211805),
            (-275.53204442636013, -1.8138473535697273),
            (-295.08711234218333, -2.3019482311633825),
            (-295.25030351249666, 4.236074061427525),
        ],
    ),
    "1427": (
        [
            (4.330127018922193, 2.5000000000000004),
            (6.830127018922194, -1.830127018922194),
            (4.2320508075688785, -3.330127018922194),
            (1.7320508075688772, 1.0),
        ],
        [
            (4.330127018922193, 2.5000000000000004),
            (5.830127018922193, -0.09807621135331557),
            (7.562177826491071, 0.9019237886466849),
            (6.06217782649107, 3.500000000000001),
        ],
    ),
    "1344": (
        [
            (657.1111793421711, 331.286320048389),
            (84.74045967641752, 336.0128422648194),
            (85.30144919696846, 403.9473532857326),
            (657.6721688627221, 399.2208310693022),
        ],
        [
            (657.1111793421711, 331.286320048389),
            (84.7404596764175, 336.0128422648194),
            (85.30144919696846, 403.9473532857326),
            (657.6721688627221, 399.2208310693022),
        ],
    ),
    "1639": (
        [
            (79.57006468414316, 227.16715306136757),
            (43.44048377114246, -7.28462320799008),
            (127.74283932445364, -13.587090929970145),
            (154.99848808655608, 219.60419326741248),
        ],
        [
            (127.74283932445364, -13.587090929970145),
            (43.44048377114247, -7.28462320799008),
            (54.329847263553376, 63.37854389007508),
            (54.61818554266568, 63.33040101339976),
            (135.62637080265046, 53.862076963892896),
        ],
    ),
}
# coordinates as published, where a shift would round the trouble away
NEAR_ZERO = fit_areal_scale("EPSG:4548", (-2000, -2000, 2000, 2000), origin=(0, 0))


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


@pytest.mark.parametrize("number", PUBLISHED)
def test_pairs_on_which_floating_overlay_fails_come_out_right(number):
    one, other = (Polygon(ring) for ring in PUBLISHED[number])
    assert one.is_valid
    assert other.is_valid
    truth = float(exact_common_area(one, other))
    layer = build_edge_layer(
        np.array([other]), np.zeros(1, np.int32), origin=(0, 0), scale=NEAR_ZERO
    )
    hits = intersection_areas(np.array([one]), layer)
    assert float(hits.area_um2.sum()) * UM2 == pytest.approx(truth, abs=ROUNDED, rel=1e-11)


def test_the_published_pairs_still_fail_in_the_general_library():
    """If one day they no longer do, this page of the documentation is out of date."""
    wrong = [
        number
        for number, (one, other) in PUBLISHED.items()
        if abs(
            shapely.intersection(Polygon(one), Polygon(other)).area
            - float(exact_common_area(Polygon(one), Polygon(other)))
        )
        > 1.0
    ]
    assert "1871" in wrong


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
