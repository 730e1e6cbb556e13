"""KML out: read back by our reader and, as an independent method, by another driver."""

import datetime as dt

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from shapely import MultiPolygon, Polygon, box

from geo.crs import to_working
from geo.errors import InvalidGeometryError, MissingCRSError
from geo.intake import ReadOptions
from geo.io.kml.writer import write_kml
from geo.io.vector import read_features
from geo.reading_codes import Remark

E0, N0 = 39_524_000.0, 3_850_000.0
HOLED = Polygon(
    box(E0, N0, E0 + 100, N0 + 200).exterior, [box(E0 + 10, N0 + 10, E0 + 20, N0 + 20).exterior]
)
PARTS = MultiPolygon([box(E0 + 300, N0, E0 + 400, N0 + 9.123), box(E0 + 500, N0, E0 + 501, N0 + 1)])


def sites(**columns):
    data = {
        "source_index": [0, 1],
        "site_id": ["1", "2"],
        "site_name": ["甲 & <乙>", ""],
        **columns,
    }
    return gpd.GeoDataFrame(data, geometry=[HOLED, PARTS], crs="EPSG:4527")


def read_back(path):
    return read_features(path, ReadOptions()).frame


def test_corners_come_back_to_the_millimetre(tmp_path):
    path = tmp_path / "out.kml"
    (note,) = write_kml(sites(), path, name="试算")
    assert note.code == Remark.KML_WRITTEN
    back = to_working(read_back(path), "EPSG:4527")
    for written, read in zip((HOLED, PARTS), back.geometry, strict=True):
        assert written.geom_type == read.geom_type
        assert shapely.hausdorff_distance(written, read) < 0.001
    assert back.area.tolist() == pytest.approx([19_900.0, 913.3], abs=0.02)


def test_attributes_come_back_as_text(tmp_path):
    frame = sites(
        地类编码=["0101", None],
        宗地代码=[3704030010010000012, 2],
        面积=[1.25, np.nan],
        日期=[dt.date(2024, 1, 2), None],
        可用=[True, False],
        name=["甲 & <乙>", "别名"],
    )
    path = tmp_path / "out.kml"
    write_kml(frame, path, name="x")
    back = read_back(path)
    assert back["name"].tolist() == ["甲 & <乙>", "2"]
    assert back["name_1"].fillna("").tolist() == ["", "别名"]
    assert back["地类编码"].fillna("").tolist() == ["0101", ""]
    assert back["宗地代码"].tolist() == ["3704030010010000012", "2"]
    assert back["面积"].fillna("").tolist() == ["1.25", ""]
    assert back["日期"].fillna("").tolist() == ["2024-01-02", ""]
    assert back["可用"].tolist() == ["true", "false"]
    assert "source_index" not in back.columns.drop("source_index")


def test_another_driver_reads_the_same(tmp_path):
    """LIBKML is a parser of its own; it shows Chinese names of attributes as underscores."""
    path = tmp_path / "out.kml"
    write_kml(sites(code=["0101", "0201"]), path, name="试算")
    frame = pyogrio.read_dataframe(path)
    assert pyogrio.read_info(path)["driver"] == "LIBKML"
    assert frame["Name"].tolist() == ["甲 & <乙>", "2"]
    assert frame["code"].tolist() == ["0101", "0201"]
    flat = frame.set_geometry(shapely.force_2d(frame.geometry.array)).to_crs(4527)
    assert flat.area.tolist() == pytest.approx([19_900.0, 913.3], abs=0.02)
    assert [len(flat.geometry.iloc[0].interiors)] == [1]


@pytest.mark.parametrize(
    "text", ["\x00\x08坏", "a\x0bb", "\ufffe", "]]>", "line\nbreak\ttab\r", "\"'&<>", "😀𠀀"]
)
def test_any_text_makes_valid_xml(tmp_path, text):
    path = tmp_path / "out.kml"
    frame = sites(**{text: [text, text]})
    notes = {note.code: note.params for note in write_kml(frame, path, name=text)}
    forbidden = [sign for sign in text if sign in "\x00\x08\x0b\ufffe"]
    found = notes.get(Remark.SIGNS_REPLACED, {"count": 0})["count"]
    # in the name of the document, and in name and value of both features
    assert found == 5 * len(forbidden)
    expected = "".join("\ufffd" if sign in forbidden else sign for sign in text)
    back = read_back(path)
    assert [column for column in back.columns if column.strip() == expected.strip()]
    assert (
        back.iloc[0][next(c for c in back.columns if c.strip() == expected.strip())]
        == expected.strip()
    )


def test_shells_run_against_the_clock(tmp_path):
    path = tmp_path / "out.kml"
    write_kml(gpd.GeoDataFrame(geometry=[HOLED.reverse()], crs=4527), path, name="x")
    (polygon,) = read_back(path).geometry
    assert polygon.exterior.is_ccw
    assert not polygon.interiors[0].is_ccw


def test_any_projected_system_and_none(tmp_path):
    path = tmp_path / "out.kml"
    utm = sites().to_crs("EPSG:32650")
    write_kml(utm, path, name="x")
    assert read_back(path).to_crs("EPSG:32650").area.tolist() == pytest.approx(
        utm.area.tolist(), abs=0.02
    )
    with pytest.raises(MissingCRSError):
        write_kml(sites().set_crs(None, allow_override=True), path, name="x")


def test_the_file_appears_whole_or_not_at_all(tmp_path):
    path = tmp_path / "out.kml"
    path.write_text("old")
    broken = sites()
    broken.loc[1, "geometry"] = None
    with pytest.raises(InvalidGeometryError):
        write_kml(broken, path, name="x")
    assert path.read_text() == "old"
    assert [item.name for item in tmp_path.iterdir()] == ["out.kml"]
    write_kml(sites(), path, name="x")
    assert [item.name for item in tmp_path.iterdir()] == ["out.kml"]


def test_no_rows_make_an_empty_document(tmp_path):
    path = tmp_path / "out.kml"
    write_kml(sites().iloc[:0], path, name="空")
    assert read_features(path, ReadOptions()).count == 0


def test_missing_values_of_every_kind_are_left_out(tmp_path):
    path = tmp_path / "out.kml"
    values = {"a": pd.Series([pd.NaT, pd.Timestamp("2024-01-02 03:04:05")]), "b": [None, "x"]}
    write_kml(sites(**values), path, name="x")
    text = path.read_text("utf-8")
    assert text.count('name="a"') == 1
    assert "2024-01-02T03:04:05" in text
    assert "NaT" not in text
