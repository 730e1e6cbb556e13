"""The style that QGIS finds in our GeoPackages."""

import sqlite3
from contextlib import closing

import fiona
import geopandas as gpd
import pyogrio
import pytest
from defusedxml import ElementTree
from shapely import box

from geo.intake import ReadOptions
from geo.io.geopackage.layers import list_layers, write_geopackage
from geo.io.geopackage.style import add_default_style, parcel_style
from geo.io.limits import SITE_LIMITS
from geo.io.vector import read_features


@pytest.fixture
def styled(tmp_path):
    path = tmp_path / "地块.gpkg"
    frame = gpd.GeoDataFrame({"地块名称": ["甲"]}, geometry=[box(0, 0, 10, 10)], crs=4527)
    frame = frame.set_geometry(frame.translate(39_524_000, 3_850_000))
    write_geopackage(frame, path, layer="地块")
    add_default_style(path, layer="地块", label_fields=["地块名称"], name="红线")
    return path


def test_the_style_is_the_default_of_the_layer(styled):
    with closing(sqlite3.connect(styled)) as database:
        rows = database.execute(
            "SELECT f_table_name, f_geometry_column, styleName, useAsDefault FROM layer_styles"
        ).fetchall()
        kind = database.execute(
            "SELECT data_type FROM gpkg_contents WHERE table_name = 'layer_styles'"
        ).fetchall()
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert rows == [("地块", "geom", "红线", 1)]
    assert kind == [("attributes",)]


def test_readers_still_see_one_layer_of_features(styled):
    assert list_layers(styled) == (("地块", "POLYGON"),)
    assert read_features(styled, ReadOptions(), SITE_LIMITS).count == 1
    assert dict(pyogrio.list_layers(styled)) == {"地块": "Polygon", "layer_styles": None}
    with fiona.open(styled, layer="layer_styles") as table:
        assert len(table) == 1


def test_the_style_is_xml_that_says_what_it_should():
    root = ElementTree.fromstring(parcel_style(['地块"名', "b"]))
    assert root.get("labelsEnabled") == "1"
    options = {each.get("name"): each.get("value") for each in root.iter("Option")}
    assert options["outline_color"].startswith("220,20,30")
    assert 0 < int(options["color"].split(",")[3]) < 128
    assert options.items() >= {p.get("k"): p.get("v") for p in root.iter("prop")}.items()
    [text] = root.iter("text-style")
    assert text.get("fieldName") == """coalesce(nullif("地块""名", ''), nullif("b", ''))"""


def test_without_a_name_there_is_no_label():
    root = ElementTree.fromstring(parcel_style([]))
    assert (root.get("labelsEnabled"), root.find("labeling")) == ("0", None)
