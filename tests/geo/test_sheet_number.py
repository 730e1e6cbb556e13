"""Numbers of map sheets: values worked by hand, and a sheet always holds its own points."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point, Polygon, box

from geo.crs import project_lonlat
from geo.errors import GeoError, MissingCRSError
from geo.sheet_number import SheetScale, sheet_extent, sheet_numbers, sheets_of


def number_at(lon, lat, scale=SheetScale.SCALE_10_000):
    (number,) = sheet_numbers(np.array([[lon, lat]]), scale)
    return number


def degrees(whole, minutes=0.0, seconds=0.0):
    return whole + minutes / 60 + seconds / 3600


def placed(*outlines, crs="EPSG:4527"):
    """Outlines of longitude and latitude in the plane of a CRS."""
    moved = [shapely.transform(each, lambda xy: project_lonlat(xy, crs)) for each in outlines]
    return gpd.GeoDataFrame(geometry=moved, crs=crs)


def test_the_county():
    """(34.8 - 32) / (2'30") = 67.2: row 96 - 67; (117.25 - 114) / (3'45") = 52: column 53."""
    assert number_at(117.25, 34.8) == "I50G029053"


@pytest.mark.parametrize(
    ("scale", "number"),
    [
        # 39°22'30" = 36° + 202.5', 114°33'45" = 114° + 33.75'
        ("A", "J50"),
        ("B", "J50B001001"),
        ("C", "J50C001001"),
        ("D", "J50D002002"),
        ("E", "J50E004003"),
        ("F", "J50F008005"),
        ("G", "J50G015010"),
        ("H", "J50H030019"),
    ],
)
def test_every_scale_by_hand(scale, number):
    point = degrees(114, 33, 45), degrees(39, 22, 30)
    assert number_at(*point, SheetScale(scale)) == number


@pytest.mark.parametrize(
    ("lon", "lat", "scale", "number"),
    [
        # textbook exercise: 32°54' N, 112°48' E
        (degrees(112, 48), degrees(32, 54), "E", "I49E019020"),
        # textbook exercise: 29°49'27" N, 106°25'30" E
        (degrees(106, 25, 30), degrees(29, 49, 27), "A", "H48"),
        (degrees(116, 26, 8), degrees(39, 55, 20), "A", "J50"),
        (-0.1, 51.5, "A", "M30"),
        (-180.0, 0.0, "A", "A01"),
    ],
)
def test_published_examples(lon, lat, scale, number):
    assert number_at(lon, lat, SheetScale(scale)) == number


def test_a_point_on_an_edge_belongs_to_the_sheet_north_and_east_of_it():
    west, south, east, north = sheet_extent("I50G029053")
    assert number_at(west, south) == "I50G029053"
    assert number_at(east, south) == "I50G029054"
    assert number_at(west, north) == "I50G028053"
    # a sheet of 1:1 000 000 ends alike
    assert number_at(120.0, 36.0) == "J51G096001"
    assert number_at(119.999999, 35.999999) == "I50G001096"


@pytest.mark.parametrize("minutes", [2.5, 5.0, 7.5, 32.5, 57.5])
def test_seconds_that_doubles_cannot_hold_are_still_edges(minutes):
    edge = degrees(34, minutes)
    rows = round((edge - 32) * 24)
    assert number_at(117.3, edge) == f"I50G{96 - rows:03d}053"
    assert number_at(117.3, np.nextafter(edge, 0)) == f"I50G{96 - rows:03d}053"


def test_extent_by_hand():
    assert sheet_extent("J50B001001") == (114.0, 38.0, 117.0, 40.0)
    assert sheet_extent("J49B001002") == (111.0, 38.0, 114.0, 40.0)
    assert sheet_extent("J50D002002") == pytest.approx(
        (114.5, degrees(39, 20), 115, degrees(39, 40))
    )
    assert sheet_extent("I50") == (114.0, 32.0, 120.0, 36.0)
    assert sheet_extent("I50G029053") == pytest.approx((117.25, 34.7916667, 117.3125, 34.8333333))


scales = st.sampled_from(list(SheetScale))
longitudes = st.floats(-180, 179.99999999)
latitudes = st.floats(0, 59.99999999)


@given(longitudes, latitudes, scales)
def test_a_sheet_holds_its_points(lon, lat, scale):
    west, south, east, north = sheet_extent(number_at(lon, lat, scale))
    assert west - 1e-9 <= lon < east + 1e-9
    assert south - 1e-9 <= lat < north + 1e-9


@given(longitudes, latitudes, scales)
def test_the_middle_of_a_sheet_has_its_number(lon, lat, scale):
    number = number_at(lon, lat, scale)
    west, south, east, north = sheet_extent(number)
    assert number_at((west + east) / 2, (south + north) / 2, scale) == number
    assert (east - west, north - south) == pytest.approx((6 / scale.divisions, 4 / scale.divisions))


@pytest.mark.parametrize(
    "number", ["", "I50G097001", "I50G001000", "P50", "I00", "I61", "i50G029053", "I50I001001",
               "I50G29053", "I50G0290531", "Ⅰ50G029053", "I50G０29053"]
)  # fmt: skip
def test_no_such_sheet(number):
    with pytest.raises(GeoError, match="no_such_sheet"):
        sheet_extent(number)


@pytest.mark.parametrize(
    ("lon", "lat"), [(117, -0.1), (117, 60), (180, 30), (float("nan"), 30), (117, float("inf"))]
)
def test_where_there_are_no_sheets(lon, lat):
    with pytest.raises(GeoError, match="outside_sheets"):
        number_at(lon, lat)


def test_sheets_of_parcels():
    west, south, east, _ = sheet_extent("I50G029053")
    inside = box(west + 0.01, south + 0.01, west + 0.02, south + 0.02)
    across = box(east - 0.01, south + 0.01, east + 0.01, south + 0.02)
    corner = box(east - 0.01, south - 0.01, east + 0.01, south + 0.01)
    # an L around the corner leaves out the sheet in its notch
    notched = corner.difference(box(east - 0.001, south - 0.011, east + 0.011, south + 0.0001))
    frame = placed(inside, across, corner, notched)
    assert sheets_of(frame) == [
        ("I50G029053",),
        ("I50G029053", "I50G029054"),
        ("I50G029053", "I50G029054", "I50G030053", "I50G030054"),
        ("I50G029053", "I50G029054", "I50G030053"),
    ]
    assert sheets_of(frame, SheetScale.SCALE_50_000)[0] == ("I50E008014",)


def test_a_parcel_along_an_edge_is_on_one_sheet():
    """Coordinates of millimetres cannot lie on the edge to the last digit."""
    _, south, east, _ = sheet_extent("I50G029053")
    exact = placed(box(east - 0.002, south, east, south + 0.002))
    rounded = exact.set_geometry(shapely.transform(exact.geometry.array, lambda xy: xy.round(3)))
    for frame in (exact, rounded):
        assert sheets_of(frame) == [("I50G029053",)]


def test_a_long_straight_edge_bends_over_the_parallel():
    """Both ends on the edge: the chord of 4 km runs 0.2 m north of the parallel."""
    west, _, _, north = sheet_extent("I50G029053")
    ends = [(west + 0.01, north - 1e-7), (west + 0.055, north - 1e-7)]
    frame = placed(Polygon([*ends, (west + 0.03, north - 0.01)]))
    assert sheets_of(frame) == [("I50G028053", "I50G029053")]


def test_both_spellings_of_a_zone_and_any_zone_give_one_sheet():
    west, south, _, _ = sheet_extent("I50G029053")
    outline = box(west + 0.01, south + 0.01, west + 0.02, south + 0.02)
    for crs in ("EPSG:4527", "EPSG:4548", "EPSG:4528", "EPSG:32650"):
        assert sheets_of(placed(outline, crs=crs)) == [("I50G029053",)]


def test_missing_and_empty_geometry_is_on_no_sheet():
    frame = gpd.GeoDataFrame(geometry=[None, Polygon(), Point(39_522_880, 3_852_433)], crs=4527)
    assert sheets_of(frame) == [(), (), ("I50G029053",)]


def test_places_that_cannot_be_numbered():
    with pytest.raises(MissingCRSError, match="missing_crs"):
        sheets_of(gpd.GeoDataFrame(geometry=[box(0, 0, 1, 1)]))
    with pytest.raises(GeoError, match="old_datum"):
        sheets_of(gpd.GeoDataFrame(geometry=[box(39.5e6, 3.8e6, 39.51e6, 3.81e6)], crs=2363))
    with pytest.raises(GeoError, match="outside_sheets"):
        sheets_of(gpd.GeoDataFrame(geometry=[box(39.5e6, -10, 39.51e6, 10)], crs=4527))
