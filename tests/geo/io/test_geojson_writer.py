"""GeoJSON that we write: RFC 7946, to a tenth of a millimetre, nothing that is no JSON."""

import json
import math
from datetime import date

import fiona
import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import MultiPolygon, box

from geo.crs import to_working
from geo.errors import GeoError, MissingCRSError
from geo.intake import ReadOptions
from geo.io.geojson.writer import write_geojson
from geo.io.limits import SITE_LIMITS
from geo.io.vector import read_features

EAST, NORTH = 39_524_000.123, 3_850_000.456
SQUARE = box(EAST, NORTH, EAST + 100, NORTH + 200)
RING = SQUARE.difference(box(EAST + 10, NORTH + 10, EAST + 20, NORTH + 20))


def frame_of(geometry=(RING,), crs=4527, **columns):
    return gpd.GeoDataFrame(columns, geometry=list(geometry), crs=crs)


def document(tmp_path, frame, **options):
    path = tmp_path / "out.geojson"
    assert write_geojson(frame, path, **options) == ()
    return json.loads(path.read_text("utf-8"), parse_constant=pytest.fail), path


def test_rings_run_as_the_standard_says(tmp_path):
    content, _ = document(tmp_path, frame_of(n=[1]))
    assert set(content) == {"type", "features"}
    outer, inner = content["features"][0]["geometry"]["coordinates"]
    assert shapely.LinearRing(outer).is_ccw
    assert not shapely.LinearRing(inner).is_ccw
    assert 117 < outer[0][0] < 118
    assert 34 < outer[0][1] < 35


def test_values_of_every_kind(tmp_path):
    values = {
        "文": ['甲“\u2028\n"', None],
        "x": [1.5, math.nan],
        "inf": [math.inf, 2.0],
        "n": [2**53, -1],
        "long": [2**53 + 1, 3],
        "b": [True, False],
        "d": [date(2022, 6, 16), None],
        "t": pd.to_datetime(["2022-06-16 08:30", None]),
    }
    content, _ = document(tmp_path, frame_of([RING, SQUARE], **values))
    first, second = (feature["properties"] for feature in content["features"])
    assert first == {
        "文": "甲“\u2028\n\"", "x": 1.5, "inf": None, "n": 2**53, "long": "9007199254740993",
        "b": True, "d": "2022-06-16", "t": "2022-06-16T08:30:00",
    }  # fmt: skip
    assert second == {
        "文": None, "x": None, "inf": 2.0, "n": -1, "long": "3", "b": False, "d": None, "t": None,
    }  # fmt: skip


def test_half_a_surrogate_pair_stays_json(tmp_path):
    content, _ = document(tmp_path, frame_of(x=pd.Series(["a\ud800"], dtype=object)))
    assert content["features"][0]["properties"] == {"x": "a\ud800"}


OFFSETS = st.integers(-30_000_000, 30_000_000)


@given(east=OFFSETS, north=OFFSETS)
def test_a_millimetre_survives_degrees(tmp_path_factory, east, north):
    west, south = 39_500_000 + east / 1000, 3_850_000 + north / 1000
    corner = box(west, south, west + 50, south + 30)
    _, path = document(tmp_path_factory.mktemp("mm"), frame_of([corner]))
    back = to_working(read_features(path, ReadOptions(), SITE_LIMITS).frame, "EPSG:4527")
    assert shapely.hausdorff_distance(corner, back.geometry[0]) < 1e-4


def test_in_its_own_system(tmp_path):
    content, path = document(tmp_path, frame_of([MultiPolygon([SQUARE])], n=[1]), in_own_crs=True)
    assert content["crs"]["properties"]["name"] == "urn:ogc:def:crs:EPSG::4527"
    back = read_features(path, ReadOptions(), SITE_LIMITS).frame
    assert back.crs == "EPSG:4527"
    assert back.total_bounds.tolist() == [EAST, NORTH, EAST + 100, NORTH + 200]
    assert pyogrio.read_dataframe(path).crs == "EPSG:4527"


def test_other_programs_read_it(tmp_path):
    _, path = document(tmp_path, frame_of(地块名称=["甲"]))
    with fiona.open(path) as source:
        [row] = source
        assert (row.properties["地块名称"], source.crs.to_epsg()) == ("甲", 4326)


def test_the_same_frame_gives_the_same_bytes(tmp_path):
    texts = {document(tmp_path, frame_of(n=[1]))[1].read_bytes() for _ in range(2)}
    assert len(texts) == 1


def test_an_empty_frame(tmp_path):
    content, _ = document(tmp_path, frame_of([], n=[]))
    assert content["features"] == []


def test_what_cannot_be_placed_is_refused(tmp_path):
    path = tmp_path / "x.geojson"
    with pytest.raises(MissingCRSError, match="missing_crs"):
        write_geojson(frame_of(crs=None), path)
    with pytest.raises(GeoError, match="old_datum"):
        write_geojson(frame_of(crs=2363), path)
    assert list(tmp_path.iterdir()) == []
