"""The official ellipsoid formula, digit for digit."""

import csv
from pathlib import Path

import numpy as np
import pytest
import shapely

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


@pytest.mark.parametrize(
    ("crs", "false_easting"),
    [("EPSG:4548", 500_000), ("EPSG:4509", 500_000), ("EPSG:4498", 20_500_000)],
)
def test_zones_on_one_central_meridian_give_the_same_area(crs, false_easting):
    """117° E: zone 39 of 3° without prefix, zone 20 of 6° without and with it."""
    placed = in_county(shapely.Point(2_877.459, 12_433.638).buffer(300.0))
    moved = shapely.transform(placed, lambda xy: xy + np.array([false_easting - 39_500_000.0, 0.0]))
    here, there = (
        official_ellipsoid_areas_um2(shapes, crs=code)
        for shapes, code in ((placed, CRS), (moved, crs))
    )
    # both round the same points; the sums differ in the last bits
    assert there == pytest.approx(here, abs=5)


@pytest.mark.parametrize(
    ("crs", "place"), [("EPSG:32650", (520_000, 3_850_000)), ("EPSG:26986", (236_000, 901_000))]
)
def test_other_systems_use_their_own_ellipsoid(crs, place):
    """The steps after the library's inverse: within the noise of their rounding of angles."""
    shape = shapely.Point(place).buffer(400.0, quad_segs=4)
    shapes = np.array([shape, shapely.Polygon()], dtype=object)
    official = official_ellipsoid_areas_um2(shapes, crs=crs) / 1e6
    geodesic = geodesic_areas_m2(shapes, crs=crs)
    assert np.abs(official - geodesic).max() <= 3e-5 * shape.length
    assert official[1] == geodesic[1] == 0.0


def test_one_long_edge_gets_its_extra_points():
    """Without them the chord of 3 km would cut off 0.5 m² at the edge of the zone."""
    long = shapely.box(39_630_000, 3_852_433.638, 39_630_010, 3_855_433.638)
    shapes = np.array([long, shapely.segmentize(long, 50.0)], dtype=object)
    official = official_ellipsoid_areas_um2(shapes, crs=CRS) / 1e6
    assert official == pytest.approx(geodesic_areas_m2(shapes, crs=CRS), abs=3e-5 * long.length)


def test_nothing_has_no_area():
    nothing = np.array([shapely.Polygon(), shapely.MultiPolygon()], dtype=object)
    assert official_ellipsoid_areas_um2(nothing, crs=CRS).tolist() == [0, 0]
    assert plane_areas_um2(nothing, origin=ORIGIN).tolist() == [0, 0]
    assert geodesic_areas_m2(nothing, crs=CRS).tolist() == [0.0, 0.0]
