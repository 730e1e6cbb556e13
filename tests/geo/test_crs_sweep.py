"""Nothing reaches the working system by guess: exact to the millimetre, or refused.

The exact answer is computed here without PROJ: Krüger's series to the sixth order of the third
flattening (Karney 2011, equations 35), which is right to nanometres in a zone.
"""

import geopandas as gpd
import numpy as np
import pytest
from pyproj import CRS
from shapely import Point

from geo.crs import is_modern, parse_crs, to_working
from geo.errors import GeoError

WORKING = "EPSG:4527"
PLACES = [(117.25, 34.8), (116.1, 35.6), (118.4, 34.1), (114.2, 30.0), (120.9, 40.0)]
CGCS2000 = (6_378_137.0, 298.257222101)
WGS84 = (6_378_137.0, 298.257223563)


def gauss(lonlat, meridian, false_easting, ellipsoid=CGCS2000, scale=1.0):
    a, rf = ellipsoid
    n = 1 / (2 * rf - 1)
    e = np.sqrt(1 / rf * (2 - 1 / rf))
    radius = a / (1 + n) * (1 + n**2 / 4 + n**4 / 64 + n**6 / 256)
    alpha = (
        n / 2 - 2 * n**2 / 3 + 5 * n**3 / 16 + 41 * n**4 / 180 - 127 * n**5 / 288,
        13 * n**2 / 48 - 3 * n**3 / 5 + 557 * n**4 / 1440 + 281 * n**5 / 630,
        61 * n**3 / 240 - 103 * n**4 / 140 + 15061 * n**5 / 26880,
        49561 * n**4 / 161280 - 179 * n**5 / 168,
        34729 * n**5 / 80640,
    )
    lon, lat = np.radians(lonlat[0] - meridian), np.radians(lonlat[1])
    tau = np.tan(lat)
    sigma = np.sinh(e * np.arctanh(e * tau / np.hypot(1, tau)))
    tau = tau * np.hypot(1, sigma) - sigma * np.hypot(1, tau)
    xi, eta = np.arctan2(tau, np.cos(lon)), np.arcsinh(np.sin(lon) / np.hypot(tau, np.cos(lon)))
    north, east = xi, eta
    for order, factor in enumerate(alpha, 1):
        north += factor * np.sin(2 * order * xi) * np.cosh(2 * order * eta)
        east += factor * np.cos(2 * order * xi) * np.sinh(2 * order * eta)
    return false_easting + scale * radius * east, scale * radius * north


def mercator(lonlat):
    """Spherical, as web maps have it."""
    lon, lat = np.radians(lonlat)
    return 6_378_137.0 * lon, 6_378_137.0 * np.arcsinh(np.tan(lat))


def esri(name, datum, ellipsoid, a, rf, easting=39_500_000.0, meridian=117.0):
    return (
        f'PROJCS["{name}",GEOGCS["GCS",DATUM["{datum}",SPHEROID["{ellipsoid}",{a},{rf}]],'
        'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],'
        f'PARAMETER["False_Easting",{easting}],PARAMETER["False_Northing",0.0],'
        f'PARAMETER["Central_Meridian",{meridian}],PARAMETER["Scale_Factor",1.0],'
        'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
    )


def degrees(lonlat):
    return lonlat


def zone(meridian, easting, ellipsoid=CGCS2000, scale=1.0):
    return lambda lonlat: gauss(lonlat, meridian, easting, ellipsoid, scale)


EXACT = {
    "4490": ("EPSG:4490", degrees),
    "4480, with heights": ("EPSG:4480", degrees),
    "4326": ("EPSG:4326", degrees),
    "4979": ("EPSG:4979", degrees),
    "CRS84": ("urn:ogc:def:crs:OGC:1.3:CRS84", degrees),
    "4526": ("EPSG:4526", zone(114, 38_500_000)),
    "4527": (WORKING, zone(117, 39_500_000)),
    "4548": ("EPSG:4548", zone(117, 500_000)),
    "4549": ("EPSG:4549", zone(120, 500_000)),
    "4498, six degrees": ("EPSG:4498", zone(117, 20_500_000)),
    "4509": ("EPSG:4509", zone(117, 500_000)),
    "4527 and a height": ("EPSG:4527+5737", zone(117, 39_500_000)),
    "4490 and a height": ("EPSG:4490+5737", degrees),
    "UTM 50N": ("EPSG:32650", zone(117, 500_000, WGS84, 0.9996)),
    "web mercator": ("EPSG:3857", mercator),
    "ESRI, CGCS2000": (
        esri("CGCS2000_3_Degree_GK_Zone_39", "D_China_2000", "CGCS2000", *CGCS2000),
        zone(117, 39_500_000),
    ),
    "ESRI, of an odd name": (
        esri("大地2000_39带", "D_CGCS_2000", "CGCS2000", *CGCS2000),
        zone(117, 39_500_000),
    ),
    "ESRI, on WGS 84": (
        esri("WGS_1984_GK_39", "D_WGS_1984", "WGS_1984", *WGS84),
        zone(117, 39_500_000, WGS84),
    ),
    "own meridian": (
        esri("独立中央子午线", "D_China_2000", "CGCS2000", *CGCS2000, 500_000.0, 117.25),
        zone(117.25, 500_000),
    ),
    "PROJ, on WGS 84": (
        "+proj=tmerc +lon_0=117 +x_0=500000 +datum=WGS84 +type=crs",
        zone(117, 500_000, WGS84),
    ),
}
BOUND = (
    f"BOUNDCRS[SOURCECRS[{CRS.from_epsg(2363).to_wkt()}],TARGETCRS[{CRS.from_epsg(4326).to_wkt()}],"
    'ABRIDGEDTRANSFORMATION["x",METHOD["Geocentric translations (geog2D domain)",'
    'ID["EPSG",9603]],PARAMETER["X-axis translation",24],PARAMETER["Y-axis translation",-123],'
    'PARAMETER["Z-axis translation",-94]]]'
)
XIAN, KRASSOVSKY = (6_378_140.0, 298.257), (6_378_245.0, 298.3)
REFUSED = {
    **{str(code): (f"EPSG:{code}", "old_datum") for code in (4610, 4214, 4555)},
    **{str(code): (f"EPSG:{code}", "old_datum") for code in (2334, 2363, 2384, 2401, 2415, 2436)},
    **{str(code): (f"EPSG:{code}", "old_datum") for code in (21420, 21460, 4575, 4769, 4775, 4796)},
    "Xi'an 80 and a height": ("EPSG:2363+5737", "old_datum"),
    "Xi'an 80 with a shift of its own": (BOUND, "old_datum"),
    "ESRI, Xi'an 80": (esri("Xian_1980_39", "D_Xian_1980", "Xian_1980", *XIAN), "old_datum"),
    "ESRI, Beijing 54": (esri("54", "D_Beijing_1954", "Krasovsky_1940", *KRASSOVSKY), "old_datum"),
    "name of one datum, shape of another": (
        esri("CGCS2000_39", "D_China_2000", "Xian_1980", *XIAN),
        "no_datum_shift",
    ),
    "shape of one datum, name of another": (
        esri("Xian_1980_39", "D_Xian_1980", "CGCS2000", *CGCS2000),
        "no_datum_shift",
    ),
    "unknown datum": (esri("x", "D_Unknown", "x", *CGCS2000), "no_datum_shift"),
    "PROJ, ellipsoid alone": (
        "+proj=tmerc +lon_0=117 +x_0=500000 +ellps=GRS80 +type=crs",
        "no_datum_shift",
    ),
    "PROJ, towgs84": (
        "+proj=tmerc +lon_0=117 +x_0=500000 +ellps=krass +towgs84=24,-123,-94 +type=crs",
        "no_datum_shift",
    ),
    "PROJ, towgs84 of zeros": (
        "+proj=longlat +ellps=GRS80 +towgs84=0,0,0 +type=crs",
        "no_datum_shift",
    ),
    "geocentric CGCS2000": ("EPSG:4479", "no_datum_shift"),
    "geocentric WGS 84": ("EPSG:4978", "no_datum_shift"),
    "engineering": ('LOCAL_CS["x",UNIT["metre",1]]', "no_datum_shift"),
    "the word local": ("local", "local_grid"),
    # Russian and Hong Kong operations do not hold in the county
    "Pulkovo 1942": ("EPSG:4284", "no_datum_shift"),
    "Pulkovo 1942, zone 20": ("EPSG:28420", "no_datum_shift"),
    "Hong Kong 1980": ("EPSG:2326", "no_datum_shift"),
    "NAD27": ("EPSG:4267", "no_datum_shift"),
}


def moved(place, crs):
    frame = gpd.GeoDataFrame(geometry=[Point(place)], crs=parse_crs(crs))
    point = to_working(frame, WORKING).geometry.iloc[0]
    return point.x, point.y


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", EXACT)
def test_a_known_system_is_right_to_the_millimetre(name, place):
    crs, forward = EXACT[name]
    expected = gauss(place, 117, 39_500_000)
    assert moved(forward(place), crs) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("name", REFUSED)
def test_every_other_system_is_refused(name):
    crs, code = REFUSED[name]
    with pytest.raises(GeoError, match=code):
        moved((500_000.0, 3_850_000.0), crs)


@pytest.mark.parametrize(
    "code", [*range(4491, 4555), *range(2327, 2391), *range(2401, 2443), *range(4568, 4590)]
)
def test_every_zone_of_china_is_one_or_the_other(code):
    crs = CRS.from_epsg(code)
    meridian = crs.coordinate_operation.params[1].value
    if not is_modern(crs):
        with pytest.raises(GeoError, match="old_datum"):
            moved((500_000.0, 3_850_000.0), crs)
        return
    place = (meridian + 0.7, 35.0)
    easting = crs.coordinate_operation.params[3].value
    here = gauss(place, meridian, easting)
    frame = gpd.GeoDataFrame(geometry=[Point(here)], crs=crs)
    # in a zone of its own, so that no projection is used beyond its strip
    target = next(c for c in range(4513, 4534) if 75 + 3 * (c - 4513) == meridian)
    point = to_working(frame, f"EPSG:{target}").geometry.iloc[0]
    own = gauss(place, meridian, (target - 4488) * 1e6 + 5e5)
    assert (point.x, point.y) == pytest.approx(own, abs=1e-3)


@pytest.mark.parametrize(
    ("source", "target"),
    [("EPSG:4326", "EPSG:2326"), ("EPSG:4326", "EPSG:26986")],
)
def test_a_published_operation_is_used_where_it_holds(source, target):
    """To the metres that the operation states, against PROJ's own choice for the place."""
    area = CRS.from_user_input(target).area_of_use
    place = Point((area.west + area.east) / 2, (area.south + area.north) / 2)
    frame = gpd.GeoDataFrame(geometry=[place], crs=source)
    expected = frame.to_crs(target).geometry.iloc[0]
    assert to_working(frame, target).geometry.iloc[0].distance(expected) < 15
