"""Shifted data are recognised and explained, and stay where they are."""

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from shapely import box

from geo.datum_change import DatumKind
from geo.intake import ReadOptions
from geo.map_hints import map_hint
from geo.shifted_map import bd09_of, gcj02_of, unshifted
from services.intake import take_in
from services.layers.import_layer import add_layer
from services.layers.landmarks import county_landmarks
from services.layers.request import LayerImport
from services.map_suspicion import suspicion
from services.messages import message_of, remedy_of
from services.preview import preview_input
from services.preview_questions import QuestionKind

XUECHENG = Path(__file__).parents[1] / "data" / "zaozhuang" / "xuecheng_gcj02.geojson"
WORKING = "EPSG:4527"


@pytest.fixture
def towns(workspace, tmp_path):
    """The county as two towns on CGCS2000: its AMap outline without the shift, cut in two."""
    outline = gpd.read_file(XUECHENG).geometry.iloc[0]
    true = shapely.transform(outline, lambda xy: unshifted(xy, gcj02_of))
    placed = gpd.GeoSeries([true], crs=4490).to_crs(WORKING).iloc[0]
    west, south, east, north = placed.bounds
    middle = (west + east) / 2
    halves = [
        placed.intersection(box(west, south, middle, north)),
        placed.intersection(box(middle, south, east, north)),
    ]
    path = tmp_path / "town.gpkg"
    frame = gpd.GeoDataFrame({"XZQDM": ["1", "2"]}, geometry=halves, crs=WORKING)
    pyogrio.write_dataframe(frame, path, layer="town")
    add_layer(LayerImport("town", (path,)), workspace)
    return placed


@pytest.fixture
def geojson(tmp_path):
    def write(geometry, name="site.geojson", crs=None, **properties):
        shape = shapely.geometry.mapping(geometry)
        feature = {"type": "Feature", "properties": properties, "geometry": shape}
        document = {"type": "FeatureCollection", "features": [feature]}
        if crs:
            document["crs"] = {"type": "name", "properties": {"name": crs}}
        path = tmp_path / name
        path.write_text(json.dumps(document), "utf-8")
        return path

    return write


def told(path, workspace=None, **options):
    landmarks = None if workspace is None else county_landmarks(workspace)
    intake = take_in([path], ReadOptions(**options), working_crs=WORKING, landmarks=landmarks)
    notes = [note for note in intake.detected.notes if note.code.startswith("datum_")]
    for note in notes:
        for wording in (message_of(note.code, note.params), remedy_of(note.code, note.params)):
            assert "–" not in wording.zh + wording.en
    return intake, notes


def degrees(geometry):
    return gpd.GeoSeries([geometry], crs=WORKING).to_crs(4490).iloc[0]


def shifted(geometry, forward=gcj02_of):
    return shapely.transform(degrees(geometry), forward)


# --- outlines of the county ---------------------------------------------------------------


def test_the_outline_of_a_public_map_is_recognised(workspace, towns):
    intake, (note,) = told(XUECHENG, workspace)
    assert note.code == "datum_surely_gcj02"
    # AMap lies 529 m east and 100 m south here: 538 m
    assert float(note.params["offset_m"]) == pytest.approx(538, abs=10)
    assert float(note.params["before_m"]) > 200
    assert float(note.params["after_m"]) < 1
    assert "--datum gcj02" in remedy_of(note.code, note.params).zh
    # told, not mended
    (found,) = intake.frame.geometry
    assert found.centroid.distance(towns.centroid) == pytest.approx(538, abs=10)


def test_taking_the_shift_back_silences_the_remark_and_fits(workspace, towns):
    intake, notes = told(XUECHENG, workspace, datum="gcj02")
    assert [note.code for note in notes] == ["datum_taken_back"]
    (found,) = intake.frame.geometry
    assert found.symmetric_difference(towns).area < 1.0


def test_an_outline_of_baidu_is_told_from_one_of_amap(workspace, towns, geojson):
    path = geojson(shifted(towns, lambda xy: bd09_of(gcj02_of(xy))))
    _, (note,) = told(path, workspace)
    assert (note.code, note.params["datum"]) == ("datum_surely_gcj02", "bd09")


@pytest.mark.parametrize("words", [{}, {"来源": "高德地图"}])
def test_an_outline_that_fits_raises_no_suspicion(workspace, towns, geojson, words):
    """Whatever its words say: the shift was taken back by its maker."""
    assert told(geojson(degrees(towns), **words), workspace)[1] == []


def test_projected_data_are_not_suspected(workspace, towns, geojson):
    wrong = shapely.transform(towns, lambda xy: xy + np.array([529.0, -100.0]))
    assert told(geojson(wrong, crs=WORKING), workspace)[1] == []


def test_the_page_asks_and_shows_what_would_come_of_it(workspace, towns):
    preview = preview_input([XUECHENG], ReadOptions(), workspace)
    (question,) = preview.questions
    (answer,) = question.answers
    assert (question.kind, answer.changes) == (QuestionKind.SHIFTED_MAP, {"datum": "gcj02"})
    assert answer.fits


# --- sites ------------------------------------------------------------------------------


def site_at(towns, side):
    """A square of 200 m in the county, 100 m from its eastern or western end."""
    west, _, east, _ = towns.bounds
    x = east - 5_000 if side == "middle" else (east if side == "east" else west)
    line = towns.boundary.intersection(box(x - 1, 0, x + 1, 9e6))
    inside = towns.buffer(-250)
    edge = shapely.ops.nearest_points(inside, line)[0] if side != "middle" else towns.centroid
    return edge.buffer(70, cap_style="square")


def test_a_site_that_sticks_out_of_the_county_by_the_shift(workspace, towns, geojson):
    site = site_at(towns, "east")
    assert towns.contains(site)
    _, (note,) = told(geojson(shifted(site)), workspace)
    assert note.code == "datum_beside_county"
    assert "--datum gcj02" in remedy_of(note.code, note.params).zh


@pytest.mark.parametrize("side", ["middle", "east", "west"])
def test_a_site_in_its_place_is_not_suspected(workspace, towns, geojson, side):
    assert told(geojson(degrees(site_at(towns, side))), workspace)[1] == []


def test_a_site_that_lies_out_of_the_county_either_way_is_not_suspected(workspace, towns, geojson):
    far = shapely.transform(site_at(towns, "west"), lambda xy: xy - np.array([3_000.0, 0]))
    assert told(geojson(degrees(far)), workspace)[1] == []


def test_without_towns_only_words_can_tell(workspace, geojson):
    site = box(39_524_000, 3_850_000, 39_524_100, 3_850_200)
    assert told(geojson(degrees(site)), workspace)[1] == []


# --- words ------------------------------------------------------------------------------

SITE = box(39_524_000, 3_850_000, 39_524_100, 3_850_200)


@pytest.mark.parametrize(
    ("name", "properties", "datum", "word"),
    [
        ("site.geojson", {"备注": "由高德地图采集"}, "gcj02", "高德"),
        ("site.geojson", {"source": "AMap"}, "gcj02", "AMap"),
        ("site.geojson", {"坐标": "GCJ-02"}, "gcj02", "GCJ-02"),
        ("site.geojson", {"坐标": "BD09"}, "bd09", "BD09"),
        ("site.geojson", {"来源": "百度地图"}, "bd09", "百度"),
        ("site.geojson", {"adcode": 370403, "acroutes": [1], "childrenNum": 0}, "gcj02",
         "acroutes"),
        ("red_gcj02.geojson", {}, "gcj02", "gcj02"),
        ("site.geojson", {"gcj02_lon": 117.1}, "gcj02", "gcj02"),
    ],
)  # fmt: skip
def test_words_of_a_public_map_are_told(geojson, name, properties, datum, word):
    _, (note,) = told(geojson(degrees(SITE), name=name, **properties))
    assert note.code == "datum_maybe_gcj02"
    assert (note.params["datum"], note.params["word"]) == (datum, word)
    assert 300 < float(note.params["offset_m"]) < 1500


@pytest.mark.parametrize(
    "properties",
    [{}, {"adcode": 370403}, {"备注": "百亩度假村"}, {"name": "Bamap Ltd"}, {"备注": None}],
)
def test_other_words_are_not(geojson, properties):
    assert told(geojson(degrees(SITE), **properties))[1] == []


def test_no_words_are_looked_for_in_projected_data(geojson):
    assert told(geojson(SITE, crs=WORKING, 备注="高德"))[1] == []


def test_a_shift_is_not_looked_for_outside_china():
    frame = gpd.GeoDataFrame(
        {"source": ["amap"]}, geometry=[box(-71.1, 42.3, -71.0, 42.4)], crs=4326
    )
    assert map_hint(frame, "x").kind is DatumKind.GCJ02
    placed = frame.to_crs(26986)
    placed["source_index"] = 0
    assert (
        suspicion(placed, file="x", crs=frame.crs, working_crs="EPSG:26986", landmarks=None) == ()
    )
