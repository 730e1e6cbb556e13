"""Header zone, easting prefix, axes, unit and county: every combination has its answer.

The ground is one square in the county (or one 60 km east of it) in the working system of zone
39; each row spells it in another way. Nothing is moved but on the user's word.
"""

import itertools
import json

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from shapely import box

from geo.errors import GeoError
from geo.intake import ReadOptions
from services.errors import ServiceError
from services.file_reading import IN_PROCESS
from services.intake import take_in
from services.messages import message_of, remedy_of

E0, N0 = 39_524_000.0, 3_850_000.0
COUNTY = (E0 - 1e4, N0 - 1e4, E0 + 1e4, N0 + 1e4)
GROUND = {
    "inside": box(E0, N0, E0 + 100, N0 + 200),
    "outside": box(E0 + 60_000, N0, E0 + 60_100, N0 + 200),
}
# what the remedy must name
REMEDIES = {
    "axes_swapped": "--swap-axes",
    "swap_not_needed": "去掉 --swap-axes",
    "zone_mismatch": "带号",
    "wrong_zone": "--crs EPSG:45",
    "zone_missing": "带号=39",
    "no_such_zone": "几度分带",
    "zone_prefix_missing": "--crs",
    "zone_prefix_unexpected": "--crs",
    "metres_expected": "EPSG:4490",
    "degrees_expected": "--crs",
    "degrees_out_of_range": "--crs",
    "kilometres_given": "换算成米",
    "outside_county": "带号",
    "wrong_hemisphere": "北纬为正",
    "coordinates_out_of_range": "180 万至 600 万米",
    "missing_crs": "--crs EPSG:4527",
}


def assert_told(err, file):
    """The message is whole and names the file; the remedy says what to do."""
    told, remedy = message_of(err.code, err.params), remedy_of(err.code, err.params)
    assert REMEDIES[err.code] in remedy.zh
    assert "–" not in told.zh.replace("25–45", "").replace("13–23", ""), told.zh
    assert file in told.zh


def answer(path, ground, **options):
    """`ok` when the square arrived where it lies, else the code of the refusal."""
    try:
        intake = take_in(
            [path],
            ReadOptions(**options),
            working_crs="EPSG:4527",
            envelope=COUNTY,
            reading=IN_PROCESS,
        )
    except (GeoError, ServiceError) as err:
        assert_told(err, path.name)
        return err.code
    (found,) = intake.frame.geometry
    assert found.normalize().equals_exact(GROUND[ground].normalize(), 1e-3)
    return "ok"


def spelt(kind, geometry):
    """The geometry in the digits of one way of writing it."""
    lonlat = gpd.GeoSeries([geometry], crs=4527).to_crs(4490).iloc[0]
    ways = {
        "zone 39": (geometry, (1, 1), (0, 0)),
        "zone 40": (geometry, (1, 1), (1e6, 0)),
        "zone 20": (geometry, (1, 1), (-19e6, 0)),
        "bare": (geometry, (1, 1), (-39e6, 0)),
        "km": (geometry, (1e-3, 1e-3), (0, 0)),
        "km, bare": (geometry, (1e-3, 1e-3), (-39e3, 0)),
        "degrees": (lonlat, (1, 1), (0, 0)),
        "degrees + 360": (lonlat, (1, 1), (360, 0)),
        "south": (lonlat, (1, -1), (0, 0)),
        "west": (lonlat, (-1, 1), (0, 0)),
    }
    start, factor, offset = ways[kind]
    return shapely.transform(start, lambda xy: xy * factor + offset)


def turned(geometry):
    return shapely.transform(geometry, lambda xy: xy[:, ::-1])


# --- coordinate TXT -----------------------------------------------------------------------

# (width, zone of the header), spelling: answer inside the county
TXT = {
    ((3, 39), "zone 39"): "ok",
    ((3, 39), "bare"): "ok",
    ((3, 39), "zone 40"): "zone_mismatch",
    ((3, 39), "zone 20"): "zone_mismatch",
    ((3, 40), "zone 39"): "zone_mismatch",
    ((3, 40), "zone 40"): "wrong_zone",
    ((3, 40), "bare"): "wrong_zone",
    ((3, None), "zone 39"): "ok",
    ((3, None), "zone 40"): "wrong_zone",
    ((3, None), "bare"): "zone_missing",
    ((3, 20), "zone 20"): "no_such_zone",
    ((3, 20), "bare"): "no_such_zone",
    ((3, 20), "zone 39"): "zone_mismatch",
    ((3, None), "zone 20"): "no_such_zone",
    ((6, 20), "zone 20"): "ok",
    ((6, 20), "bare"): "ok",
    ((6, 20), "zone 39"): "zone_mismatch",
    ((6, None), "zone 20"): "ok",
    ((6, 39), "zone 39"): "no_such_zone",
    ((6, 39), "bare"): "no_such_zone",
    ((3, 39), "km"): "kilometres_given",
    ((3, 39), "km, bare"): "kilometres_given",
    ((3, None), "km"): "kilometres_given",
    ((3, 39), "degrees"): "metres_expected",
    ((3, None), "degrees"): "metres_expected",
}
UNJUDGED = {"kilometres_given", "metres_expected", "degrees_expected", "degrees_out_of_range"}


def boundary_txt(folder, header, geometry):
    width, zone = header
    lines = ["[属性描述]", "坐标系=2000国家大地坐标系", f"几度分带={width}", "计量单位=米"]
    lines += [] if zone is None else [f"带号={zone}"]
    lines += ["[地块坐标]", "5,2.0,1,甲,面,,,,@"]
    corners = shapely.get_coordinates(geometry).tolist()
    lines += [f"J{n},1,{north!r},{east!r}" for n, (east, north) in enumerate(corners, 1)]
    path = folder / "red.txt"
    path.write_text("\n".join(lines), "utf-8")
    return path


def expected_of(code, ground, *, swapped, said):
    """The answer where axes and ground differ from the table, by rule."""
    if code in UNJUDGED:
        return code
    if swapped != said:
        return "axes_swapped" if swapped else "swap_not_needed"
    return "outside_county" if ground == "outside" and code in ("ok", "wrong_hemisphere") else code


CASES = list(itertools.product(GROUND, (False, True), (False, True)))


@pytest.mark.parametrize(("ground", "swapped", "said"), CASES)
@pytest.mark.parametrize(("header", "spelling"), TXT)
def test_a_coordinate_txt(tmp_path, header, spelling, ground, swapped, said):
    geometry = spelt(spelling, GROUND[ground])
    path = boundary_txt(tmp_path, header, turned(geometry) if swapped else geometry)
    code = TXT[header, spelling]
    found = answer(path, ground, swap_axes=said)
    assert found == expected_of(code, ground, swapped=swapped, said=said)


# --- files that name a system -------------------------------------------------------------

STATED = {
    (4527, "zone 39"): "ok",
    (4527, "zone 40"): "zone_mismatch",
    (4527, "zone 20"): "zone_mismatch",
    (4527, "bare"): "zone_prefix_missing",
    (4527, "km"): "kilometres_given",
    (4527, "degrees"): "metres_expected",
    (4527, "south"): "metres_expected",
    (4548, "bare"): "ok",
    (4548, "zone 39"): "zone_prefix_unexpected",
    (4548, "zone 40"): "zone_mismatch",
    (4548, "km, bare"): "kilometres_given",
    (4548, "degrees"): "metres_expected",
    (4528, "zone 39"): "zone_mismatch",
    (4528, "zone 40"): "wrong_zone",
    (4528, "bare"): "zone_prefix_missing",
    (4498, "zone 20"): "ok",
    (4498, "zone 39"): "zone_mismatch",
    (4498, "bare"): "zone_prefix_missing",
    (4509, "bare"): "ok",
    (4509, "zone 20"): "zone_prefix_unexpected",
    (4490, "degrees"): "ok",
    (4490, "zone 39"): "degrees_expected",
    (4490, "bare"): "degrees_expected",
    (4490, "km"): "kilometres_given",
    (4490, "degrees + 360"): "degrees_out_of_range",
    (4490, "south"): "wrong_hemisphere",
    (4490, "west"): "wrong_hemisphere",
    (4326, "degrees"): "ok",
    (4326, "zone 39"): "degrees_expected",
    (None, "degrees"): "ok",
    (None, "bare"): "degrees_expected",
    (None, "west"): "wrong_hemisphere",
}


def geojson(folder, code, geometry):
    feature = {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(geometry)}
    document = {"type": "FeatureCollection", "features": [feature]}
    if code is not None:
        document["crs"] = {"type": "name", "properties": {"name": f"EPSG:{code}"}}
    path = folder / "site.geojson"
    path.write_text(json.dumps(document), "utf-8")
    return path


@pytest.mark.parametrize(("ground", "swapped", "said"), CASES)
@pytest.mark.parametrize(("code", "spelling"), STATED)
def test_a_geojson(tmp_path, code, spelling, ground, swapped, said):
    geometry = spelt(spelling, GROUND[ground])
    path = geojson(tmp_path, code, turned(geometry) if swapped else geometry)
    found = answer(path, ground, swap_axes=said)
    assert found == expected_of(STATED[code, spelling], ground, swapped=swapped, said=said)


NAMED = [row for row in STATED if row[0] is not None]


@pytest.mark.parametrize(("code", "spelling"), NAMED)
def test_a_shapefile_with_prj_answers_alike(tmp_path, code, spelling):
    path = tmp_path / "site.shp"
    frame = gpd.GeoDataFrame({"n": [1]}, geometry=[spelt(spelling, GROUND["inside"])], crs=code)
    pyogrio.write_dataframe(frame, path)
    assert answer(path, "inside") == STATED[code, spelling]


@pytest.mark.parametrize(("code", "spelling"), NAMED)
def test_a_shapefile_without_prj_asks_and_then_answers_alike(tmp_path, code, spelling):
    path = tmp_path / "site.shp"
    frame = gpd.GeoDataFrame({"n": [1]}, geometry=[spelt(spelling, GROUND["inside"])], crs=code)
    pyogrio.write_dataframe(frame, path)
    path.with_suffix(".prj").unlink()
    assert answer(path, "inside") == "missing_crs"
    assert answer(path, "inside", crs=f"EPSG:{code}") == STATED[code, spelling]


# --- one ground, whatever the system ------------------------------------------------------


@pytest.mark.parametrize("place", [(0, 0), (-9_000, 8_000), (9_500, -9_500)])
def test_one_outline_arrives_alike_from_every_system(tmp_path, place):
    """To a micrometre, with the same areas of overlap."""
    rng = np.random.default_rng(3)
    corners = np.add(place, (E0, N0)) + rng.uniform(0, 300, (7, 2))
    outline = shapely.convex_hull(shapely.MultiPoint(corners))
    east, north = corners.mean(axis=0)
    layer = box(east, north, east + 500, north + 500)
    arrived = []
    for code in (4527, 4548, 4498, 4490, 4326, 4528, 32650):
        there = gpd.GeoSeries([outline], crs=4527).to_crs(code)
        path = tmp_path / f"{code}.gpkg"
        pyogrio.write_dataframe(gpd.GeoDataFrame({"n": [1]}, geometry=there, crs=code), path)
        intake = take_in([path], ReadOptions(), working_crs="EPSG:4527", envelope=COUNTY)
        arrived.append(intake.frame.geometry.iloc[0].normalize())
    first, *others = arrived
    assert first.equals_exact(outline.normalize(), 1e-6)
    overlap = first.intersection(layer).area
    for other in others:
        assert other.equals_exact(first, 1e-6)
        assert other.intersection(layer).area == pytest.approx(overlap, abs=1e-3)
        assert round(other.area, 2) == round(first.area, 2)
