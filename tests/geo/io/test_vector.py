"""The door: kinds by content, hostile files refused, folders in order."""

import json
import os
import zipfile

import geopandas as gpd
import pyogrio
import pytest
from shapely import box

from geo.errors import UnreadableFileError
from geo.intake import ReadOptions
from geo.io.file_kind import FileKind, file_kind
from geo.io.limits import ReadLimits
from geo.io.vector import input_files, read_features

SQUARE = box(39_524_000, 3_850_000, 39_524_100, 3_850_200)
VRT = (
    '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource>'
    "</OGRVRTLayer></OGRVRTDataSource>"
)
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WFS = "<OGRWFSDataSource><URL>http://127.0.0.1:9/wfs</URL></OGRWFSDataSource>"


def geojson(path):
    frame = gpd.GeoDataFrame({"n": [1]}, geometry=[SQUARE], crs=4527)
    path.write_text(frame.to_json(), "utf-8")
    return path


def refusal(path, **options):
    with pytest.raises(UnreadableFileError) as caught:
        read_features(path, ReadOptions(**options))
    assert caught.value.params["file"] == path.name
    return caught.value


@pytest.mark.parametrize("name", ["a.geojson", "a.shp", "a.gpkg", "a.json", "a.txt", "a"])
@pytest.mark.parametrize(
    "text", [VRT, WFS, f"\ufeff  \n{VRT}", "<html></html>", '<?xml version="1.0"?>', "<kml"]
)
def test_xml_is_refused_under_any_name(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, "utf-8")
    assert refusal(path).code == "xml_file"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b" \r\n\t\n", "empty_file"),
        (b"\xef\xbb\xbf", "empty_file"),
        (bytes(50), "empty_file"),
        (b"AC1032" + bytes(20), "dwg_file"),
        (b"AC1015" + bytes(20), "dwg_file"),
        (b"AC1.50" + bytes(20), "dwg_file"),
        (b"  0\r\nSECTION\r\n  2\r\nHEADER\r\n", "dxf_file"),
        (b"999\nmade by hand\n  0\nSECTION\n", "dxf_file"),
        (b"AutoCAD Binary DXF\r\n\x1a\x00", "dxf_file"),
        (b"SQLite format 3\x00" + bytes(100), "unsupported_format"),
        (b"\x89PNG\r\n\x1a\n", "pdf_or_image"),
        (b"\xff\xd8\xff\xe0", "pdf_or_image"),
        (b"BM\x36\x00\x01\x00" + bytes(20), "pdf_or_image"),
        (b"II*\x00", "pdf_or_image"),
        (b"%PDF-1.7", "pdf_or_image"),
        (OLE2 + bytes(500), "unsupported_format"),
        (OLE2 + bytes(500) + "WordDocument".encode("utf-16-le") + bytes(9), "unsupported_format"),
        (OLE2 + bytes(500) + "Workbook".encode("utf-16-le") + bytes(9), "xls_file"),
        (OLE2 + bytes(500) + "EncryptedPackage".encode("utf-16-le") + bytes(9), "encrypted_office"),
        (b"\x00\x01\x00\x00Standard Jet DB\x00", "access_file"),
        (b"Rar!\x1a\x07\x01\x00", "other_archive"),
        (b"7z\xbc\xaf\x27\x1c", "other_archive"),
        (b"!table\r\n!version 300\r\n", "mapinfo_file"),
        (b'Version   450\r\nCharset "WindowsSimpChinese"\r\n', "mapinfo_file"),
        (b'<gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml"/>', "gml_file"),
        (b"<!DOCTYPE kml [<!ENTITY a 'b'>]><kml/>", "xml_forbidden"),
        (
            '<?xml version="1.0" encoding="GBK"?><!DOCTYPE kml><!-- 界 --><kml/>'.encode("gbk"),
            "xml_forbidden",
        ),
        ("<!DOCTYPE kml []><kml/>".encode("utf-16"), "xml_forbidden"),
        (b"PMTiles\x03" + bytes(120), "unsupported_format"),
        (b"BM,X,Y\r\nJ1,1,2\r\n", "unsupported_format"),
        (b"just some words", "unsupported_format"),
    ],
)
def test_kinds_that_are_not_read(tmp_path, data, code):
    path = tmp_path / "site.shp"
    path.write_bytes(data)
    assert refusal(path).code == code


def test_drawings_are_told_apart_by_kind(tmp_path):
    path = tmp_path / "plan.txt"
    path.write_bytes(b"  0\r\nSECTION\r\n  2\r\nHEADER\r\n")
    assert refusal(path).params["kind"] == "DXF"


@pytest.mark.parametrize(
    ("mark", "release"), [(b"AC1032", "2018"), (b"AC1018", "2004"), (b"AC1099", "AC1099")]
)
def test_a_drawing_is_told_with_its_release(tmp_path, mark, release):
    path = tmp_path / "plan.dwg"
    path.write_bytes(mark + bytes(20))
    assert refusal(path).params["kind"] == f"DWG {release}"


def test_a_word_document_in_a_folder_is_skipped_and_an_old_workbook_is_not(tmp_path):
    geojson(tmp_path / "a.geojson")
    (tmp_path / "b.xls").write_bytes(OLE2 + bytes(99) + "Workbook".encode("utf-16-le") + bytes(9))
    (tmp_path / "c.doc").write_bytes(OLE2 + bytes(99))
    with zipfile.ZipFile(tmp_path / "d.docx", "w") as document:
        document.writestr("word/document.xml", "<w/>")
    files, notes = input_files([tmp_path])
    assert [path.name for path in files] == ["a.geojson", "b.xls"]
    assert [note.params["file"] for note in notes] == ["c.doc", "d.docx"]


def test_a_missing_file(tmp_path):
    assert refusal(tmp_path / "no.shp").code == "file_not_found"
    assert refusal(tmp_path).code == "file_not_found"


@pytest.mark.parametrize("name", ["/vsicurl/http://example.invalid/a.geojson", "WFS:http://x"])
def test_addresses_are_no_files(tmp_path, name, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert refusal(tmp_path.__class__(name)).code == "file_not_found"


@pytest.mark.parametrize("name", ["site.dbf", "site.SHX", "site.prj", "site.shp.xml"])
def test_a_part_of_a_shapefile_is_not_the_shapefile(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"anything")
    assert refusal(path).code == "shapefile_part_given"


@pytest.mark.parametrize("name", ["site.shp", "site.txt", "site", "site.gpkg"])
def test_geojson_is_known_by_content(tmp_path, name):
    raw = read_features(geojson(tmp_path / name), ReadOptions())
    assert raw.detected.driver == "GeoJSON"
    assert raw.frame.area.tolist() == [20_000.0]


def test_shapefile_under_another_name(tmp_path):
    frame = gpd.GeoDataFrame({"n": [1]}, geometry=[SQUARE], crs=4527)
    pyogrio.write_dataframe(frame, tmp_path / "site.shp")
    renamed = (tmp_path / "site.shp").rename(tmp_path / "site.geojson")
    assert read_features(renamed, ReadOptions()).frame.area.tolist() == [20_000.0]
    lone = renamed.rename(tmp_path / "lone.geojson")
    assert refusal(lone).code == "shapefile_part_missing"


def test_coordinate_txt_under_another_name(boundary_file, points, rectangle):
    path = boundary_file("5,2.0,1,甲,面,,,,@", *points(rectangle), name="红线.dat")
    assert file_kind(path) is FileKind.BOUNDARY_TXT
    assert read_features(path, ReadOptions()).detected.driver == "CoordinateTXT"


def test_hash_is_of_the_bytes(tmp_path):
    path = geojson(tmp_path / "a.geojson")
    first = read_features(path, ReadOptions()).sha256
    assert first == read_features(path, ReadOptions(crs="EPSG:4527")).sha256
    assert len(first) == 64
    path.write_text(path.read_text("utf-8") + " ", "utf-8")
    assert read_features(path, ReadOptions()).sha256 != first


def test_hash_of_a_shapefile_counts_every_part(tmp_path):
    frame = gpd.GeoDataFrame({"n": [1]}, geometry=[SQUARE], crs=4527)
    path = tmp_path / "site.shp"
    pyogrio.write_dataframe(frame, path)
    first = read_features(path, ReadOptions()).sha256
    frame["n"] = [2]
    pyogrio.write_dataframe(frame, path)
    assert read_features(path, ReadOptions()).sha256 != first


def test_size_is_limited_before_anything_is_parsed(tmp_path):
    path = geojson(tmp_path / "a.geojson")
    with pytest.raises(UnreadableFileError, match="file_too_large") as caught:
        read_features(path, ReadOptions(), ReadLimits(max_bytes=100, max_features=10))
    assert "limit_mb" in caught.value.params


def test_errors_name_the_file(tmp_path):
    path = tmp_path / "a.geojson"
    document = json.loads(geojson(path).read_text("utf-8"))
    path.write_text(json.dumps({**document, "crs": {"type": "name"}}), "utf-8")
    with pytest.raises(ValueError, match="unknown_crs") as caught:
        read_features(path, ReadOptions())
    assert caught.value.params["file"] == "a.geojson"


def test_a_folder_is_read_by_name_and_says_what_it_skips(tmp_path):
    frame = gpd.GeoDataFrame({"n": [1]}, geometry=[SQUARE], crs=4527)
    pyogrio.write_dataframe(frame, tmp_path / "b.shp")
    geojson(tmp_path / "c.geojson")
    geojson(tmp_path / "a.geojson")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / ".hidden").write_bytes(b"x")
    (tmp_path / "deeper").mkdir()
    files, notes = input_files([tmp_path])
    assert [path.name for path in files] == ["a.geojson", "b.shp", "c.geojson"]
    assert [note.params["file"] for note in notes] == ["picture.png"]


def test_drawings_in_a_folder_are_not_skipped_silently(tmp_path):
    (tmp_path / "plan.dwg").write_bytes(b"AC1032" + bytes(20))
    assert [path.name for path in input_files([tmp_path])[0]] == ["plan.dwg"]


def test_a_folder_without_sites(tmp_path):
    with pytest.raises(UnreadableFileError, match="empty_folder"):
        input_files([tmp_path])


@pytest.mark.skipif(os.name == "nt", reason="named pipes are POSIX")
def test_a_pipe_is_no_file(tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    assert refusal(tmp_path / "pipe.txt").code == "file_not_found"
