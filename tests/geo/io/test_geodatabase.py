"""File geodatabases made by the driver, whole and spoilt, as folders and in zips."""

import random
import shutil
import struct
import zipfile
from contextlib import suppress

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from shapely import Point, Polygon, box

from geo.errors import MissingCRSError, MixedCRSError, UnreadableFileError
from geo.intake import ReadOptions
from geo.io.limits import SITE_LIMITS, ReadLimits
from geo.io.vector import input_files, read_features
from geo.reading_codes import Remark

SQUARE = box(39_524_000, 3_850_000, 39_524_100, 3_850_200)
FIRST_LAYER = "a00000009"


def add(folder, layer, geometries, crs=4527, **columns):
    columns = columns or {"地类编码": [f"010{n}" for n in range(len(geometries))]}
    frame = gpd.GeoDataFrame(columns, geometry=list(geometries), crs=crs)
    pyogrio.write_dataframe(
        frame, folder, layer=layer, driver="OpenFileGDB", append=folder.exists()
    )
    return folder


@pytest.fixture
def gdb(tmp_path):
    return add(tmp_path / "规划.gdb", "地类图斑", [SQUARE] * 3)


def add_table(folder):
    table = pd.DataFrame({"x": ["1", "2"]})
    pyogrio.write_dataframe(
        table, folder, layer="权属表", driver="OpenFileGDB", append=folder.exists()
    )
    return folder


def zipped(folder, target, under=""):
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(folder.iterdir()):
            archive.write(part, f"{under}{part.name}")
    return target


def read(path, limits=SITE_LIMITS, **options):
    return read_features(path, ReadOptions(**options), limits)


def refusal(path, **options):
    with pytest.raises((UnreadableFileError, MissingCRSError, MixedCRSError)) as caught:
        read(path, **options)
    assert caught.value.params["file"] == path.name
    return caught.value


def test_the_only_layer(gdb):
    raw = read(gdb)
    assert raw.frame.area.tolist() == [20_000.0] * 3
    assert raw.frame.crs == "EPSG:4527"
    assert raw.frame["地类编码"].tolist() == ["0100", "0101", "0102"]
    assert raw.frame["source_index"].tolist() == [0, 1, 2]
    assert (raw.count, raw.refused) == (3, ())
    assert (raw.detected.driver, raw.detected.notes) == ("OpenFileGDB", ())
    assert len(raw.sha256) == 64


def test_hash_is_of_every_part(gdb):
    first = read(gdb).sha256
    assert first == read(gdb).sha256
    add(gdb, "别的", [SQUARE])
    assert first != read(gdb, layer="地类图斑").sha256


def test_a_folder_under_another_name_is_known_by_its_catalogue(gdb):
    assert read(gdb.rename(gdb.with_name("规划"))).count == 3


def test_the_only_layer_of_areas_is_taken(gdb):
    add(gdb, "界桩", [Point(39_524_000, 3_850_000)])
    add_table(gdb)
    raw = read(gdb)
    assert raw.count == 3
    (note,) = raw.detected.notes
    assert (note.code, note.params["layer"]) == (Remark.LAYER_CHOSEN, "地类图斑")


def test_several_layers_are_told_and_one_is_chosen(gdb):
    add(gdb, "红线", [SQUARE])
    add_table(gdb)
    found = refusal(gdb)
    assert (found.code, found.params["layers"]) == ("several_layers", "地类图斑、红线")
    assert read(gdb, layer="红线").count == 1
    found = refusal(gdb, layer="蓝线")
    assert (found.code, found.params["layers"]) == ("layer_not_found", "地类图斑、红线、权属表")


def test_a_table_without_geometry_is_named(gdb, tmp_path):
    add_table(gdb)
    found = refusal(gdb, layer="权属表")
    assert (found.code, found.params["layer"]) == ("layer_without_geometry", "权属表")
    lone = add_table(tmp_path / "表.gdb")
    found = refusal(lone)
    assert (found.code, found.params["layer"]) == ("layer_without_geometry", "权属表")


@pytest.mark.parametrize("under", ["规划.gdb/", "资料/2024/规划.gdb/", ""])
def test_in_a_zip_at_any_depth(gdb, tmp_path, under):
    raw = read(zipped(gdb, tmp_path / "规划.zip", under))
    assert raw.frame.area.tolist() == [20_000.0] * 3
    assert raw.detected.notes == ()


def test_two_in_a_zip_and_a_layer_of_one(gdb, tmp_path):
    add(gdb, "红线", [SQUARE])
    other = add(tmp_path / "现状.gdb", "地类图斑", [SQUARE])
    path = tmp_path / "两库.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for folder in (gdb, other):
            for part in sorted(folder.iterdir()):
                archive.write(part, f"{folder.name}/{part.name}")
    assert refusal(path).params["layers"] == "规划.gdb、现状.gdb"
    assert read(path, layer="现状.gdb").count == 1
    assert read(path, layer="规划.gdb/地类图斑").count == 3
    assert refusal(path, layer="规划.gdb").code == "several_layers"
    assert refusal(path, layer="规划.gdb/没有").code == "layer_not_found"


def test_one_in_a_zip_by_its_layer(gdb, tmp_path):
    add(gdb, "红线", [SQUARE])
    assert read(zipped(gdb, tmp_path / "a.zip", "x.gdb/"), layer="红线").count == 1


@pytest.mark.parametrize("way", ["folder", "zip"])
@pytest.mark.parametrize("how", ["missing", "cut"])
@pytest.mark.parametrize(
    ("part", "table"),
    [
        ("a00000001.gdbtable", "GDB_SystemCatalog"),
        ("a00000001.gdbtablx", "GDB_SystemCatalog"),
        ("a00000004.gdbtable", "GDB_Items"),
        (f"{FIRST_LAYER}.gdbtable", "地类图斑"),
        (f"{FIRST_LAYER}.gdbtablx", "地类图斑"),
        # a layer that nobody asked for: the copy is a broken one all the same
        ("a0000000a.gdbtable", "红线"),
    ],
)
def test_a_table_missing_or_cut_is_named(gdb, tmp_path, part, table, how, way):
    add(gdb, "红线", [SQUARE])
    file = gdb / part
    data = file.read_bytes()
    file.unlink() if how == "missing" else file.write_bytes(data[: len(data) * 2 // 3])
    path = zipped(gdb, tmp_path / "规划.zip", "规划.gdb/") if way == "zip" else gdb
    found = refusal(path, layer="地类图斑")
    assert found.code == {"missing": "gdb_table_missing", "cut": "gdb_table_broken"}[how]
    assert (found.params["table"], found.params["part"]) == (table, part)


def test_a_folder_with_nothing_of_a_geodatabase(tmp_path):
    folder = tmp_path / "空.gdb"
    folder.mkdir()
    assert refusal(folder).code == "gdb_table_missing"


def test_rows_are_counted_against_the_table(gdb):
    """Where there are three rows, four mean that one is lost, two that one would be left."""
    table = gdb / f"{FIRST_LAYER}.gdbtable"
    data = bytearray(table.read_bytes())
    assert struct.unpack_from("<I", data, 4) == (3,)
    for stated in (4, 2):
        struct.pack_into("<I", data, 4, stated)
        table.write_bytes(data)
        found = refusal(gdb)
        assert (found.code, found.params["table"]) == ("gdb_table_broken", "地类图斑")


def test_deleted_rows_leave_gaps_in_the_index(gdb):
    """Row 2 of the index gets the place 0, and the table one row less, as programs do."""
    index, table = gdb / f"{FIRST_LAYER}.gdbtablx", gdb / f"{FIRST_LAYER}.gdbtable"
    places, rows = bytearray(index.read_bytes()), bytearray(table.read_bytes())
    (width,) = struct.unpack_from("<I", places, 12)
    places[16 + width : 16 + 2 * width] = bytes(width)
    struct.pack_into("<I", rows, 4, 2)
    index.write_bytes(places)
    table.write_bytes(rows)
    assert read(gdb).frame["地类编码"].tolist() == ["0100", "0102"]


def test_a_compressed_one_says_so(gdb):
    (gdb / "a0000000b.cdf").write_bytes(b"x")
    assert refusal(gdb).code == "gdb_compressed"


def test_files_of_others_in_the_folder_are_never_looked_at(gdb):
    (gdb / "parcels.vrt").write_text("<OGRVRTDataSource/>")
    (gdb / "x.shp").write_bytes(b"\x00\x00\x27\x0a")
    assert read(gdb).count == 3


def test_curves_become_chords(tmp_path):
    """A circle of radius 1 (ISO WKB 10 with a circular string, 8): 3.14 of chords, not 2."""
    arcs = struct.pack("<BII10d", 1, 8, 5, 0, 0, 1, 1, 2, 0, 1, -1, 0, 0)
    wkb = struct.pack("<BII", 1, 10, 1) + arcs
    path = tmp_path / "弧.gdb"
    pyogrio.raw.write(
        path, np.array([wkb], dtype=object), [np.array(["1"], dtype=object)], ["n"],
        geometry_type="MultiPolygon",
        driver="OpenFileGDB", crs="EPSG:4527", layer="弧", promote_to_multi=False,
    )  # fmt: skip
    assert read(path).frame.area.iloc[0] == pytest.approx(np.pi, rel=1e-3)


def test_heights_and_measures(tmp_path):
    path = add(tmp_path / "z.gdb", "面", [shapely.force_3d(SQUARE, 5.0)])
    raw = read(path)
    assert raw.frame.area.tolist() == [20_000.0]


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_without_crs(tmp_path):
    path = add(tmp_path / "x.gdb", "面", [SQUARE], crs=None)
    assert refusal(path).code == "missing_crs"
    assert read(path, crs="EPSG:4527").count == 1
    assert (
        refusal(add(tmp_path / "y.gdb", "面", [SQUARE]), crs="EPSG:4528").code == "crs_contradicts"
    )


def test_columns_are_of_plain_types(tmp_path):
    columns = {
        "整数": np.array([1, 2], dtype="int32"),
        "小数": [1.5, None],
        "日期": pd.to_datetime(["2024-01-02", None]),
        "文字": ["甲", None],
    }
    frame = read(add(tmp_path / "t.gdb", "面", [SQUARE, SQUARE], **columns)).frame
    assert frame["整数"].tolist() == [1, 2]
    assert frame["日期"].iloc[0] == pd.Timestamp("2024-01-02")
    assert frame["日期"].dt.tz is None
    assert frame["文字"].iloc[0] == "甲"


def test_limits(gdb):
    with pytest.raises(UnreadableFileError, match="too_many_features"):
        read(gdb, ReadLimits(max_bytes=10**9, max_features=2))
    with pytest.raises(UnreadableFileError, match="file_too_large"):
        # no single part is that large, all together are
        read(gdb, ReadLimits(max_bytes=30_000, max_features=9))


def test_a_geodatabase_is_one_file_of_an_input(gdb, tmp_path):
    assert input_files([gdb]) == ((gdb,), ())
    add(tmp_path / "现状.gdb", "面", [SQUARE])
    files, notes = input_files([tmp_path])
    assert [path.name for path in files] == ["现状.gdb", "规划.gdb"]
    assert notes == ()


def test_an_open_ring_is_refused_and_counted(tmp_path):
    """An outline that GEOS cannot build: the row is refused by name, the rest stays."""
    path = add(tmp_path / "o.gdb", "面", [SQUARE, Polygon(), SQUARE])
    raw = read(path)
    assert raw.count == len(raw.frame) + len(raw.refused) == 3


@pytest.mark.parametrize("seed", range(40))
def test_spoilt_bytes_never_crash_or_lose_rows(gdb, seed):
    rng = random.Random(seed)
    parts = [part for part in sorted(gdb.iterdir()) if part.stat().st_size > 50]
    for _ in range(rng.choice([1, 3, 20])):
        part = rng.choice(parts)
        data = bytearray(part.read_bytes())
        at = rng.randrange(len(data))
        if rng.random() < 0.8:
            data[at] = rng.randrange(256)
        else:
            del data[at:]
        part.write_bytes(data)
    with suppress(UnreadableFileError, MissingCRSError):
        raw = read(gdb)
        assert raw.count == len(raw.frame) + len(raw.refused)


def test_nothing_is_left_on_disk(gdb, tmp_path, monkeypatch):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    read(gdb)
    read(zipped(gdb, tmp_path / "a.zip", "x.gdb/"))
    shutil.copytree(gdb, tmp_path / "b.gdb")
    (tmp_path / "b.gdb" / "a00000004.gdbtable").unlink()
    refusal(tmp_path / "b.gdb")
    assert list(scratch.iterdir()) == []
