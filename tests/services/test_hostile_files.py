"""Hostile and broken files through the door of services: refused by name, and nothing is left.

Each is given alone, and in a folder beside a good site that must still be read.
"""

import socket
import zipfile

import geopandas as gpd
import pyogrio
import pytest
from shapely import box

from geo.errors import GeoError
from geo.intake import ReadOptions
from services.errors import ServiceError
from services.intake import take_in
from services.messages import message_of, remedy_of

WORKING = "EPSG:4527"
E0, N0 = 39_524_000.0, 3_850_000.0
FRAME = gpd.GeoDataFrame(
    {"名称": ["甲", "乙"]},
    geometry=[box(E0, N0, E0 + 100, N0 + 200), box(E0 + 200, N0, E0 + 300, N0 + 200)],
    crs=WORKING,
)
VRT = (
    '<OGRVRTDataSource><OGRVRTLayer name="passwd"><SrcDataSource>CSV:/etc/passwd</SrcDataSource>'
    "</OGRVRTLayer></OGRVRTDataSource>"
)
WFS = "<OGRWFSDataSource><URL>http://127.0.0.1:9/wfs</URL></OGRWFSDataSource>"
LINKED = "<kml><NetworkLink><Link><href>http://127.0.0.1:9/a.kml</href></Link></NetworkLink></kml>"
ENTITY = '<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]><kml><name>&x;</name></kml>'
LAUGHS = (
    '<!DOCTYPE kml [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]><kml><name>&i;</name></kml>"
)


def text(content, name):
    def make(folder):
        (folder / name).write_text(content, "utf-8")
        return folder / name

    return make


def data(content, name):
    def make(folder):
        (folder / name).write_bytes(content)
        return folder / name

    return make


def zipped(*members, name="bad.zip"):
    def make(folder):
        with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, content in members:
                archive.writestr(member, content)
        return folder / name

    return make


def shapefile(part, change):
    def make(folder):
        path = folder / "bad.shp"
        pyogrio.write_dataframe(FRAME, path, encoding="GBK")
        file = path.with_suffix(part)
        file.write_bytes(change(file.read_bytes()))
        return path

    return make


def geodatabase(change):
    def make(folder):
        path = folder / "bad.gdb"
        pyogrio.write_dataframe(FRAME, path, layer="红线", driver="OpenFileGDB")
        change(path)
        return path

    return make


def written(driver, name, share):
    def make(folder):
        path = folder / name
        pyogrio.write_dataframe(FRAME, path, driver=driver)
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * share)])
        return path

    return make


def cut_parquet(folder):
    path = folder / "bad.parquet"
    FRAME.to_parquet(path)
    path.write_bytes(path.read_bytes()[:-20])
    return path


BAD = {
    "vrt_as_geojson": (text(VRT, "bad.geojson"), "xml_file"),
    "vrt_as_shp": (text(VRT, "bad.shp"), "xml_file"),
    "vrt_in_zip": (
        zipped(("parcels.shp", VRT), ("parcels.dbf", b"x"), ("parcels.shx", b"x")),
        "unsupported_format",
    ),
    "wfs_as_geojson": (text(WFS, "bad.geojson"), "xml_file"),
    "wfs_in_zip": (zipped(("a.geojson", WFS)), "zip_without_data"),
    "kml_entity": (text(ENTITY, "bad.kml"), "xml_forbidden"),
    "kml_laughs": (text(LAUGHS, "bad.kml"), "xml_forbidden"),
    "kmz_laughs": (zipped(("doc.kml", LAUGHS), name="bad.kmz"), "zip_without_data"),
    "kml_links": (text(LINKED, "bad.kml"), "kml_only_links"),
    "kml_cut": (text("<kml><Document><Placemark>", "bad.kml"), "kml_broken"),
    "kml_deep": (text("<kml>" + "<Folder>" * 50_000, "bad.kml"), "kml_too_deep"),
    "json_deep": (text("[" * 10_000 + "]" * 10_000, "bad.geojson"), "json_too_deep"),
    "json_deep_object": (text('{"a":' * 10_000, "bad.geojson"), "json_too_deep"),
    "json_cut": (text('{"type": "FeatureCollection", "features": [', "bad.geojson"), "json_broken"),
    "json_list": (text("[1, 2, 3]", "bad.geojson"), "not_geojson"),
    "shp_cut": (shapefile(".shp", lambda content: content[:-20]), "broken_file"),
    "dbf_short": (shapefile(".dbf", lambda content: content[:-5]), "record_counts_differ"),
    "shx_other": (
        shapefile(".shx", lambda content: content[:107] + b"\x01" + content[108:]),
        "index_of_others",
    ),
    "gdb_missing": (
        geodatabase(lambda path: (path / "a00000009.gdbtable").unlink()),
        "gdb_table_missing",
    ),
    "gdb_cut": (
        geodatabase(lambda path: (path / "a00000009.gdbtable").write_bytes(b"\x03\x00\x00\x00")),
        "gdb_table_broken",
    ),
    "gpkg_cut": (written("GPKG", "bad.gpkg", 0.5), "broken_file"),
    "fgb_cut": (written("FlatGeobuf", "bad.fgb", 0.8), "broken_file"),
    "parquet_cut": (cut_parquet, "broken_file"),
    "zip_bomb": (zipped(("a.geojson", bytes(200_000_000))), "zip_ratio"),
    "zip_slip": (zipped(("../../etc/cron.d/x.geojson", b"{}")), "zip_unsafe_name"),
    "zip_nested": (zipped(("a.geojson", b"PK\x03\x04")), "zip_nested"),
    "zip_empty": (data(b"PK\x05\x06" + bytes(18), "bad.zip"), "zip_without_data"),
    "dwg": (data(b"AC1032" + bytes(100), "bad.dwg"), "dwg_file"),
}  # fmt: skip


@pytest.fixture
def scratch(tmp_path, monkeypatch):
    """The only place for temporary files; no way to any other machine."""

    def connect(*_):
        pytest.fail("a connection was tried")

    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    monkeypatch.setattr(socket.socket, "connect", connect)
    return folder


@pytest.fixture
def inputs(tmp_path):
    folder = tmp_path / "inputs"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("name", BAD)
def test_alone_it_is_refused_by_name(name, inputs, scratch):
    make, code = BAD[name]
    path = make(inputs)
    with pytest.raises((GeoError, ServiceError)) as caught:
        take_in([path], ReadOptions(), working_crs=WORKING)
    assert (caught.value.code, caught.value.params["file"]) == (code, path.name)
    assert path.name in message_of(code, caught.value.params).zh
    assert remedy_of(code, caught.value.params).en
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize("name", BAD)
def test_beside_a_good_file_the_rest_is_read(name, inputs, scratch):
    make, code = BAD[name]
    path = make(inputs)
    FRAME.to_file(inputs / "good.gpkg", driver="GPKG")
    intake = take_in([inputs], ReadOptions(), working_crs=WORKING)
    assert len(intake.frame) == 2
    ((index, found, file),) = [(r.index, r.code, r.params["file"]) for r in intake.refused]
    assert (index, found, file) == (None, code, path.name)
    assert list(scratch.iterdir()) == []
