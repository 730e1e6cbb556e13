"""Coordinate reference systems: names, doors, and the way to the working CRS."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pandas.testing import assert_index_equal
from pyproj import CRS
from shapely import Point, Polygon

from geo.crs import (
    crs_label,
    datum_shift,
    is_same_frame,
    normalise_crs,
    require_crs,
    require_measuring,
    require_projected,
    require_same_crs,
    to_lonlat,
    to_working,
    zone_of,
)
from geo.errors import GeoError, GeographicCRSError, MissingCRSError, MixedCRSError
from geo.gauss_kruger import GaussKrugerZone

# EPSG:4527 of 117.25°E 34.8°N, from the domain reference, to 0.5 mm
EASTING, NORTHING = 39_522_877.459, 3_852_433.638
ESRI_PRJ = (
    'PROJCS["CGCS2000_3_Degree_GK_Zone_39",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",'
    'DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],'
    'PARAMETER["False_Easting",39500000.0],PARAMETER["False_Northing",0.0],'
    'PARAMETER["Central_Meridian",117.0],PARAMETER["Scale_Factor",1.0],'
    'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)


def at(x, y, crs):
    return gpd.GeoDataFrame(geometry=[Point(x, y)], crs=crs)


@pytest.mark.parametrize(
    ("named", "code"),
    [
        (4527, "EPSG:4527"),
        ("4527", "EPSG:4527"),
        (" epsg:4527 ", "EPSG:4527"),
        ("urn:ogc:def:crs:EPSG::4527", "EPSG:4527"),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326"),
        (CRS.from_epsg(4490), "EPSG:4490"),
        (ESRI_PRJ, "EPSG:4527"),
        (ESRI_PRJ.replace("39500000.0", "500000.0"), "EPSG:4548"),
    ],
)
def test_every_name_becomes_the_code_of_the_authority(named, code):
    assert normalise_crs(named) == code


@pytest.mark.parametrize("code", [*range(4491, 4555), 4490, 4326, 2363, 2384, 2415, 26986])
@pytest.mark.parametrize("form", ["WKT1_ESRI", "WKT1_GDAL", "WKT2_2019"])
def test_wkt_of_every_edition_is_recognised(code, form):
    found = normalise_crs(CRS.from_epsg(code).to_wkt(form))
    # a 3-degree and a 6-degree code on one meridian without prefix are the same projection
    assert found == f"EPSG:{code}" or is_same_frame(found, code)


def test_a_name_is_not_believed_when_it_projects_elsewhere():
    moved = ESRI_PRJ.replace("39500000.0", "39500001.0")
    assert crs_label(moved).startswith("custom: ")
    with pytest.raises(MissingCRSError, match="unknown_crs"):
        normalise_crs(moved)


GEOGRAPHIC = (
    'GEOGCS["{crs}",DATUM["{datum}",SPHEROID["{ellipsoid}",{a},{f}]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
)


GRS80, XIAN, KRASSOVSKY = (6378137.0, 298.257222101), (6378140.0, 298.257), (6378245.0, 298.3)


@pytest.mark.parametrize(
    ("datum", "shape", "code"),
    [
        ("D_China_2000", GRS80, "EPSG:4490"),
        ("CGCS2000", GRS80, "EPSG:4490"),
        ("China_2000", GRS80, "EPSG:4490"),
        ("D_WGS_1984", GRS80, "EPSG:4326"),
        ("Xian_1980", XIAN, "EPSG:4610"),
        ("Beijing54", KRASSOVSKY, "EPSG:4214"),
    ],
)
def test_a_datum_is_known_by_its_name_whatever_the_system_is_called(datum, shape, code):
    text = GEOGRAPHIC.format(crs="xx", datum=datum, ellipsoid="x", a=shape[0], f=shape[1])
    assert normalise_crs(text) == code


@pytest.mark.parametrize(
    ("datum", "shape"), [("D_China_2000", XIAN), ("Xian_1980", GRS80), ("Beijing54", XIAN)]
)
def test_a_datum_on_the_ellipsoid_of_another_is_none(datum, shape):
    text = GEOGRAPHIC.format(crs="xx", datum=datum, ellipsoid="x", a=shape[0], f=shape[1])
    with pytest.raises(MissingCRSError, match="unknown_crs"):
        normalise_crs(text)


@pytest.mark.parametrize("datum", ["unknown", "D_Unknown", "Local"])
def test_an_ellipsoid_alone_is_no_datum(datum):
    text = GEOGRAPHIC.format(crs="xx", datum=datum, ellipsoid="x", a=6378137, f=298.257223563)
    with pytest.raises(MissingCRSError, match="unknown_crs"):
        normalise_crs(text)
    with pytest.raises(GeoError, match="no_datum_shift"):
        datum_shift(text, "EPSG:4527")


@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_nothing_is_no_crs(nothing):
    with pytest.raises(MissingCRSError, match="missing_crs"):
        normalise_crs(nothing)


def test_nonsense_is_no_crs():
    with pytest.raises(MissingCRSError, match="unknown_crs"):
        normalise_crs("EPSG:999999")


@pytest.mark.parametrize(
    ("code", "zone"),
    [
        (4513, GaussKrugerZone(25, 3, prefixed=True)),
        (4527, GaussKrugerZone(39, 3, prefixed=True)),
        (4533, GaussKrugerZone(45, 3, prefixed=True)),
        (4548, GaussKrugerZone(39, 3, prefixed=False)),
        (4554, GaussKrugerZone(45, 3, prefixed=False)),
        (4491, GaussKrugerZone(13, 6, prefixed=True)),
        (4502, GaussKrugerZone(13, 6, prefixed=False)),
        (4490, None),
        (2363, None),
    ],
)
def test_zone_of_a_code_and_back(code, zone):
    assert zone_of(code) == zone
    if zone is not None:
        assert zone.crs == f"EPSG:{code}"


@pytest.mark.parametrize("code", [*range(4491, 4555)])
def test_zone_table_agrees_with_the_authority(code):
    zone = zone_of(code)
    params = {p.name: p.value for p in CRS.from_epsg(code).coordinate_operation.params}
    assert params["Longitude of natural origin"] == zone.central_meridian_deg
    assert params["False easting"] == zone.false_easting_m


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4326"])
def test_degrees_reach_the_known_point_with_axes_in_order(crs):
    moved = to_working(at(117.25, 34.8, crs), "EPSG:4527").geometry.iloc[0]
    assert (moved.x, moved.y) == pytest.approx((EASTING, NORTHING), abs=5e-4)


def test_cgcs2000_and_wgs84_are_one_datum():
    one, other = (to_working(at(117.1, 34.9, crs), "EPSG:4527") for crs in (4490, 4326))
    assert one.geometry.iloc[0].equals_exact(other.geometry.iloc[0], 1e-9)
    assert datum_shift(4326, "EPSG:4527") is None


def test_the_zone_prefix_is_added_exactly():
    moved = to_working(at(522_877.459, NORTHING, 4548), "EPSG:4527").geometry.iloc[0]
    assert (moved.x, moved.y) == (522_877.459 + 39_000_000, NORTHING)


def test_a_six_degree_zone_on_the_same_meridian_differs_by_its_number_alone():
    moved = to_working(at(20_522_877.5, 3_852_433.5, 4498), "EPSG:4527").geometry.iloc[0]
    assert (moved.x, moved.y) == (39_522_877.5, 3_852_433.5)


def test_another_zone_is_projected_anew():
    """A point 1.5° west of its zone's meridian lies 1.5° east of the next one's."""
    start = to_working(at(118.5, 34.8, 4490), "EPSG:4528")
    there = to_working(start, "EPSG:4527").geometry.iloc[0]
    mirrored = start.geometry.iloc[0]
    assert there.x - 39_500_000 == pytest.approx(40_500_000 - mirrored.x, abs=1e-6)
    assert there.y == pytest.approx(mirrored.y, abs=1e-6)


def test_heights_beside_a_system_do_not_hide_it():
    assert normalise_crs("EPSG:4527+5737") == "EPSG:4527"


def test_shift_parameters_of_unknown_origin_are_not_applied():
    local = "+proj=tmerc +lon_0=117 +x_0=500000 +a=6378140 +rf=298.257 +towgs84=9,9,9 +type=crs"
    with pytest.raises(GeoError, match="no_datum_shift"):
        datum_shift(local, "EPSG:4527")


def test_a_custom_meridian_on_the_same_datum_is_projected():
    """On its own central meridian the easting is the false easting."""
    local = ESRI_PRJ.replace("117.0", "117.25").replace("39500000.0", "500000.0")
    moved = to_working(at(500_000, NORTHING, local), "EPSG:4490".replace("4490", "4527"))
    lon = to_lonlat(moved.geometry.to_numpy(), "EPSG:4527")[0].x
    assert lon == pytest.approx(117.25, abs=1e-9)


@pytest.mark.parametrize(
    ("crs", "datum"),
    [(4610, "西安80"), (2363, "西安80"), (2384, "西安80"), (4214, "北京54"), (2415, "北京54")],
)
def test_old_datums_are_refused_with_their_name(crs, datum):
    with pytest.raises(GeoError, match="old_datum") as caught:
        to_working(at(0, 0, crs), "EPSG:4527")
    assert caught.value.params["datum"] == datum


def test_an_unpublished_shift_is_refused():
    """Pulkovo 1995 has no published way to CGCS2000 that PROJ would not improvise."""
    with pytest.raises(GeoError, match="no_datum_shift"):
        datum_shift("+proj=longlat +ellps=krass +no_defs", "EPSG:4527")


def test_cambridge_is_shifted_by_a_published_operation_and_says_so():
    shift = datum_shift(4326, "EPSG:26986")
    assert "NAD83 to WGS 84" in shift.description
    assert shift.accuracy_m == 4.0
    moved = to_working(at(-71.1, 42.36, 4326), "EPSG:26986").geometry.iloc[0]
    expected = at(-71.1, 42.36, 4326).to_crs(26986).geometry.iloc[0]
    assert moved.equals_exact(expected, 1e-6)


def test_working_crs_must_be_metres():
    with pytest.raises(GeographicCRSError, match="geographic_crs"):
        to_working(at(0, 0, 4490), "EPSG:4326")
    with pytest.raises(GeographicCRSError, match="crs_unit_not_metre"):
        require_projected("EPSG:2249")


@pytest.mark.parametrize("crs", ["EPSG:3857", "EPSG:3395"])
def test_maps_that_stretch_areas_are_no_place_to_measure(crs):
    with pytest.raises(GeographicCRSError, match="crs_distorts_areas"):
        require_measuring(crs)


@pytest.mark.parametrize("code", [4513, 4527, 4548, 4498, 32650, 26986, 2326])
def test_survey_projections_are(code):
    require_measuring(code)


def test_frame_keeps_index_and_columns_and_its_source_is_untouched():
    frame = gpd.GeoDataFrame({"a": [1, 2]}, geometry=[Point(117, 35), None], index=[7, 3], crs=4490)
    moved = to_working(frame, "EPSG:4527")
    assert_index_equal(moved.index, frame.index)
    assert moved["a"].tolist() == [1, 2]
    assert moved.geometry.iloc[1] is None
    assert moved.crs == CRS.from_epsg(4527)
    assert frame.geometry.iloc[0].equals(Point(117, 35))


def test_points_beyond_the_projection_come_out_as_infinities():
    moved = to_working(at(-63.0, 0.0, 4490), "EPSG:4527").geometry.iloc[0]
    assert not np.isfinite(shapely.get_coordinates(moved)).all() or abs(moved.y) > 9e6


def test_lonlat_undoes_the_projection():
    square = Polygon([(117.25, 34.8), (117.26, 34.8), (117.26, 34.81), (117.25, 34.8)])
    frame = gpd.GeoDataFrame(geometry=[square], crs=4490)
    moved = to_working(frame, "EPSG:4527")
    back = to_lonlat(moved.geometry.to_numpy(), "EPSG:4527")
    assert back[0].equals_exact(square, 1e-11)


def test_doors_require_a_crs_and_one_only():
    naive = gpd.GeoDataFrame(geometry=[Point(0, 0)])
    with pytest.raises(MissingCRSError, match="missing_crs"):
        require_crs(naive)
    with pytest.raises(MixedCRSError, match="mixed_crs"):
        require_same_crs(at(0, 0, 4527), at(0, 0, 4528))
    assert require_same_crs(at(0, 0, 4527), at(1, 1, ESRI_PRJ)) == CRS.from_epsg(4527)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (4527, 4548, True),
        (4490, 4326, True),
        (4548, 4509, True),
        (4527, 4528, False),
        (4527, 4490, False),
        (4610, 4490, False),
    ],
)
def test_same_frame_but_for_spelling(one, other, same):
    assert is_same_frame(one, other) is same
