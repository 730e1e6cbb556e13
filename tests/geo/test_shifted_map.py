"""GCJ-02 and BD-09: published points, and there and back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS

from geo.datum_change import DatumKind
from geo.errors import GeoError
from geo.shifted_map import CHINA_DEG, ShiftedMap, bd09_of, gcj02_of, unshifted

WEST, SOUTH, EAST, NORTH = CHINA_DEG
places = st.tuples(st.floats(WEST + 0.1, EAST - 0.1), st.floats(SOUTH + 0.1, NORTH - 0.1))


def one(function, lonlat):
    return function(np.array([lonlat], dtype=float))[0]


@pytest.mark.parametrize(
    ("wgs84", "gcj02"),
    [
        # eviltransform, test.js: Shanghai, Shenzhen, Beijing
        ((121.527_210_6, 31.177_427_6), (121.531_541_859_215, 31.175_303_983_646_0)),
        ((113.912_316, 22.543_847), (113.917_176_480_836, 22.540_796_131_694_8)),
        ((116.377_817, 39.911_954), (116.384_047_224_557, 39.913_345_455_360_7)),
        # coordtransform, test/app.js
        ((116.404, 39.915), (116.410_244_499_169, 39.916_404_281_501_6)),
    ],
)
def test_published_points_of_gcj02(wgs84, gcj02):
    assert one(gcj02_of, wgs84) == pytest.approx(gcj02, abs=1e-11)


def test_a_published_point_of_bd09():
    """coordtransform, test/app.js."""
    expected = (116.410_369_493_710, 39.921_336_993_510_2)
    assert one(bd09_of, (116.404, 39.915)) == pytest.approx(expected, abs=1e-11)


def test_the_shift_at_xuecheng():
    """At 117.265, 34.79 GCJ-02 lies about 529 m east and 100 m south."""
    east, north = one(gcj02_of, (117.265, 34.79)) - np.array([117.265, 34.79])
    assert east * 91_500 == pytest.approx(529, abs=2)
    assert north * 110_900 == pytest.approx(-100, abs=1)


def test_nothing_is_shifted_outside_the_box():
    for place in [(-71.1, 42.3), (139.7, 35.7), (100.0, 60.0), (100.0, 0.5)]:
        assert one(gcj02_of, place).tolist() == list(place)


@given(places)
def test_there_and_back_to_a_billionth_of_a_degree(place):
    there = one(gcj02_of, place)
    assert one(lambda xy: unshifted(xy, gcj02_of), there) == pytest.approx(place, abs=1e-9)
    far = one(bd09_of, there)
    assert one(lambda xy: unshifted(xy, bd09_of), far) == pytest.approx(there, abs=1e-9)


def test_many_points_come_out_as_one_by_one():
    lonlat = np.random.default_rng(7).uniform((80, 20), (130, 50), (500, 2))
    together = unshifted(lonlat, gcj02_of)
    alone = np.array([one(lambda xy: unshifted(xy, gcj02_of), point) for point in lonlat[:20]])
    assert together[:20] == pytest.approx(alone, abs=1e-11)
    assert gcj02_of(together) == pytest.approx(lonlat, abs=1e-11)


def test_coordinates_that_are_no_numbers_stay_so():
    mixed = np.array([[117.0, 35.0], [np.nan, 35.0], [np.inf, 1.0]])
    with np.errstate(invalid="ignore"):
        found = unshifted(mixed, gcj02_of)
    assert gcj02_of(found[:1])[0] == pytest.approx((117.0, 35.0), abs=1e-11)
    assert not np.isfinite(found[1:]).all(axis=1).any()


@pytest.mark.parametrize("crs", ["EPSG:4527", "EPSG:4610", "EPSG:3857"])
def test_only_degrees_of_the_modern_datum_can_have_the_shift(crs):
    with pytest.raises(GeoError, match="datum_not_geographic"):
        ShiftedMap(DatumKind.GCJ02).step_from(CRS.from_user_input(crs))
