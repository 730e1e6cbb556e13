"""The official ellipsoid formula, digit for digit, and rounding that adds up."""

import csv
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.apportionment import apportion, rounded_half_up
from geo.measurement import geodesic_areas_m2, official_ellipsoid_areas_um2, plane_areas_um2
from geo.overlay import intersection_areas
from geo.testing import CRS, ORIGIN, gap_free_cells, in_county, layer_of

VECTORS = Path(__file__).parents[1] / "data" / "ellipsoid_area_test_vectors.csv"


def vectors():
    with VECTORS.open(encoding="utf-8") as source:
        return [
            {k: float(v) for k, v in row.items() if k.endswith(("ing", "_m", "_m2"))}
            for row in csv.DictReader(source)
        ]


@pytest.mark.parametrize(
    "vector", vectors(), ids=lambda v: f"{v['sw_easting']:.0f}×{v['width_m']:.0f}"
)
def test_published_vectors_come_out_digit_for_digit(vector):
    west, south = vector["sw_easting"], vector["sw_northing"]
    box = shapely.box(west, south, west + vector["width_m"], south + vector["height_m"])
    boxes = np.array([box], dtype=object)
    official = official_ellipsoid_areas_um2(boxes, crs=CRS)[0] / 1e6
    assert f"{official:.4f}" == f"{vector['ellipsoid_area_m2']:.4f}"
    assert plane_areas_um2(boxes, origin=ORIGIN)[0] == round(vector["plane_area_m2"] * 1e6)
    geodesic = geodesic_areas_m2(boxes, crs=CRS)[0]
    assert geodesic == pytest.approx(vector["geodesic_area_m2"], abs=2e-4)


def test_official_and_integral_differ_by_the_rounding_of_the_official_one():
    """Its rounding to 1e-6″ and 70 m chords move a result by up to 3e-5 m² per metre of edge."""
    cells = gap_free_cells(8, 8, cell_m=150, corners_between=5, seed=3)
    placed = in_county(*cells)
    hits = intersection_areas(in_county(shapely.box(-2000, -2000, 4000, 4000)), layer_of(*cells))
    official = official_ellipsoid_areas_um2(placed, crs=CRS)[hits.feature] / 1e6
    perimeter = shapely.length(cells)[hits.feature]
    assert (np.abs(official - hits.ellipsoid_um2 / 1e6) <= 3e-5 * perimeter).all()


def test_a_hole_is_taken_off():
    outer, hole = shapely.box(0, 0, 100, 100), shapely.box(20, 20, 40, 40)
    ring = in_county(shapely.difference(outer, hole), outer, hole)
    whole, full, gone = official_ellipsoid_areas_um2(ring, crs=CRS)
    assert whole == pytest.approx(full - gone, abs=1)


def test_rounding_goes_up_at_the_half():
    assert [rounded_half_up(v, 10_000) for v in (4_999, 5_000, 14_999, 15_000)] == [0, 1, 1, 2]


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=12), st.integers(0, 10**8))
def test_apportioned_parts_add_up(parts, total):
    if sum(parts) == 0:
        return
    shares = apportion(total, parts)
    assert shares.sum() == total
    assert (np.asarray(shares) >= 0).all()
    exact = [total * part / sum(parts) for part in parts]
    # what is left over goes to the largest first (published adjustment), one unit at a time
    assert np.abs(np.asarray(shares) - exact).max() < 2.0


@given(
    st.lists(st.integers(1, 10**9), min_size=2, max_size=8, unique=True),
    st.randoms(use_true_random=False),
)
def test_the_order_of_parts_moves_no_unit(parts, random):
    total = round(sum(parts) / 10_000)
    before = dict(zip(parts, apportion(total, parts).tolist(), strict=True))
    random.shuffle(parts)
    assert dict(zip(parts, apportion(total, parts).tolist(), strict=True)) == before
