"""Four and seven parameters: by hand, by an independent computation, and by control points."""

import numpy as np
import pytest
from pyproj import CRS, Transformer

from geo.crs import LOCAL_GRID
from geo.datum_parameters import (
    ControlPoint,
    DatumParameters,
    FourParameters,
    ParameterOrigin,
    SevenParameters,
    residuals_of,
)
from geo.errors import GeoError

XIAN_39, XIAN_39_BARE, XIAN_40 = (CRS.from_epsg(code) for code in (2363, 2384, 2364))
CGCS_39, CGCS = CRS.from_epsg(4527), CRS.from_epsg(4490)
XIAN = CRS.from_epsg(4610)
ORIGIN = ParameterOrigin("演示", "EPSG:2363", "0" * 64, "2018-05-01", "演示", "演示")
EXTENT = (117.0, 34.0, 118.0, 36.0)
SHIFT = FourParameters(east_m=115.0, north_m=-4.0, rotation_s=0.0, scale=1.0)
SEVEN = SevenParameters(-12.3, -98.7, -45.6, 0.42, -0.31, 0.77, -2.5)


def parameters(change, source=XIAN_39, target=CGCS_39, definition=None):
    return DatumParameters(ORIGIN, source, definition or source, target, change, EXTENT, 0.05, None)


def moved(made, xy, crs):
    step, reached = made.step_from(crs)
    return step(np.array([xy], dtype=float))[0], reached


@pytest.mark.parametrize(
    ("four", "given", "expected"),
    [
        (SHIFT, (10.0, 20.0), (125.0, 16.0)),
        # a quarter turn counter-clockwise brings east to north
        (FourParameters(0, 0, 324_000.0, 1.0), (1.0, 0.0), (0.0, 1.0)),
        (FourParameters(0, 0, -324_000.0, 1.0), (1.0, 0.0), (0.0, -1.0)),
        (FourParameters(0, 0, 0.0, 1.000_01), (100_000.0, 200_000.0), (100_001.0, 200_002.0)),
        # a second of arc over 206 264.806 m is a metre
        (FourParameters(0, 0, 1.0, 1.0), (206_264.806, 0.0), (206_264.806, 1.0)),
        (FourParameters(5, 7, 324_000.0, 2.0), (1.0, 0.0), (5.0, 9.0)),
    ],
)
def test_four_parameters_by_hand(four, given, expected):
    assert four.moved(np.array([given]))[0] == pytest.approx(expected, abs=1e-5)


def bursa_wolf(lon, lat, seven, source, target):
    """Independent of PROJ: closed form to geocentric, fixed point back."""

    def shape(ellipsoid):
        a, f = ellipsoid.semi_major_metre, 1 / ellipsoid.inverse_flattening
        return a, f * (2 - f)

    a, e2 = shape(source)
    lo, la = np.radians(lon), np.radians(lat)
    n = a / np.sqrt(1 - e2 * np.sin(la) ** 2)
    here = np.array(
        [n * np.cos(la) * np.cos(lo), n * np.cos(la) * np.sin(lo), n * (1 - e2) * np.sin(la)]
    )
    rx, ry, rz = np.radians(np.array([seven.rx_s, seven.ry_s, seven.rz_s]) / 3600)
    turn = np.array([[1, -rz, ry], [rz, 1, -rx], [-ry, rx, 1]])
    shift = np.array([seven.dx_m, seven.dy_m, seven.dz_m])
    x, y, z = shift + (1 + seven.scale_ppm * 1e-6) * turn @ here
    a, e2 = shape(target)
    across, lat_there = np.hypot(x, y), np.arctan2(z, np.hypot(x, y) * (1 - e2))
    for _ in range(30):
        n = a / np.sqrt(1 - e2 * np.sin(lat_there) ** 2)
        lat_there = np.arctan2(z + e2 * n * np.sin(lat_there), across)
    return np.degrees(np.arctan2(y, x)), np.degrees(lat_there)


@pytest.mark.parametrize("lonlat", [(117.25, 34.8), (75.0, 39.0), (131.0, 48.0), (109.5, 18.3)])
@pytest.mark.parametrize("seven", [SEVEN, SevenParameters(24, -123, -94, -0.02, 0.25, 0.13, 1.1)])
def test_seven_parameters_agree_with_an_independent_computation(lonlat, seven):
    found, reached = moved(parameters(seven, source=XIAN, target=CGCS), lonlat, XIAN)
    assert reached == CGCS
    expected = bursa_wolf(*lonlat, seven, XIAN.ellipsoid, CGCS.ellipsoid)
    # 1e-11 degrees are a micrometre
    assert found == pytest.approx(expected, abs=1e-11)


def test_seven_zeros_between_equal_ellipsoids_move_nothing():
    zero = SevenParameters(0, 0, 0, 0, 0, 0, 0)
    found, _ = moved(parameters(zero, source=CGCS, target=CGCS), (117.25, 34.8), CGCS)
    assert found == pytest.approx((117.25, 34.8), abs=1e-12)


def test_a_shift_of_the_origin_by_hand():
    """At the equator and 0° east a shift in Y is a shift in longitude: metres over radius."""
    east = SevenParameters(0, 100.0, 0, 0, 0, 0, 0)
    found, _ = moved(parameters(east, source=CGCS, target=CGCS), (0.0, 0.0), CGCS)
    assert found == pytest.approx((np.degrees(np.arctan2(100.0, 6_378_137.0)), 0.0), abs=1e-12)


def test_plane_coordinates_reach_seven_parameters_through_degrees():
    lonlat = (117.25, 34.8)
    plane = Transformer.from_crs(XIAN, XIAN_39, always_xy=True).transform(*lonlat)
    made = parameters(SEVEN, source=XIAN, target=CGCS)
    assert moved(made, plane, XIAN_39)[0] == pytest.approx(moved(made, lonlat, XIAN)[0], abs=1e-11)


def test_the_spelling_and_the_zone_of_a_file_make_no_difference():
    """Four parameters hold in one zone; files of its datum are brought there exactly."""
    here = (39_524_000.0, 3_850_000.0)
    bare = (524_000.0, 3_850_000.0)
    made = parameters(SHIFT)
    assert moved(made, here, XIAN_39)[0] == pytest.approx((39_524_115.0, 3_849_996.0))
    assert moved(made, bare, XIAN_39_BARE)[0] == pytest.approx((39_524_115.0, 3_849_996.0))
    next_zone = Transformer.from_crs(XIAN_39, XIAN_40, always_xy=True).transform(*here)
    assert moved(made, next_zone, XIAN_40)[0] == pytest.approx(
        (39_524_115.0, 3_849_996.0), abs=1e-6
    )


@pytest.mark.parametrize(
    ("crs", "code"),
    [
        ("EPSG:4527", "datum_not_needed"),
        ("EPSG:4326", "datum_not_needed"),
        ("EPSG:2415", "datum_source_differs"),
        ("EPSG:4214", "datum_source_differs"),
        (LOCAL_GRID, "datum_source_differs"),
        ("EPSG:26986", "datum_source_differs"),
    ],
)
def test_parameters_are_for_their_own_datum_only(crs, code):
    with pytest.raises(GeoError, match=code) as caught:
        parameters(SHIFT).step_from(CRS.from_user_input(crs))
    assert caught.value.params["needed"] == "EPSG:2363"


def test_parameters_of_a_local_grid_take_no_named_system():
    made = parameters(SHIFT, source=LOCAL_GRID)
    assert moved(made, (1.0, 2.0), LOCAL_GRID)[0] == pytest.approx((116.0, -2.0))
    with pytest.raises(GeoError, match="datum_source_differs"):
        made.step_from(XIAN_39)


def point(name, source, target):
    return ControlPoint(name, source, target)


def test_residuals_are_distances_on_the_ground():
    """Two points off by 3 and 4 cm at right angles: RMS = √((9 + 16) / 2) cm, largest 4 cm."""
    points = (
        point("a", (39_524_000.0, 3_850_000.0), (39_524_115.03, 3_849_996.0)),
        point("b", (39_525_000.0, 3_851_000.0), (39_525_115.0, 3_850_996.04)),
    )
    found = residuals_of(SHIFT, XIAN_39, CGCS_39, points)
    assert found.points == 2
    assert found.rms_m == pytest.approx(0.01 * np.sqrt(12.5), abs=1e-5)
    assert found.max_m == pytest.approx(0.04, abs=1e-5)


def test_no_points_no_residuals():
    assert residuals_of(SHIFT, XIAN_39, CGCS_39, ()) is None
