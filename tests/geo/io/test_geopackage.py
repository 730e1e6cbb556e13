"""GeoPackage: layers of others read with care, our own written whole or not at all."""

import random
import sqlite3
import struct
from contextlib import suppress

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
from geopandas.testing import assert_geodataframe_equal
from shapely import Point, box

from geo.errors import GeoError, MissingCRSError, UnreadableFileError
from geo.intake import ReadOptions
from geo.io.geopackage.layers import (
    list_layers,
    read_geopackage,
    read_geopackage_sites,
    write_geopackage,
)
from geo.io.limits import SITE_LIMITS, ReadLimits
from geo.reading_codes import Fault, Remark

SQUARE = box(39_524_000, 3_850_000, 39_524_100, 3_850_200)


def frame_of(*geometries, crs="EPSG:4527", **columns):
    columns = columns or {"名称": [f"地块{n}" for n in range(len(geometries))]}
    return gpd.GeoDataFrame(columns, geometry=list(geometries), crs=crs)


def read(path, limits=SITE_LIMITS, **options):
    return read_geopackage_sites(path, ReadOptions(**options), limits)


@pytest.fixture
def geopackage(tmp_path):
    def write(**layers):
        path = tmp_path / "site.gpkg"
        for name, frame in layers.items():
            pyogrio.write_dataframe(frame, path, layer=name, append=path.exists())
        return path

    return write


def test_what_is_written_is_read_back(tmp_path):
    path = tmp_path / "layer.gpkg"
    frame = frame_of(SQUARE, SQUARE.buffer(5), code=["0102", None], area=[1.5, np.nan], n=[1, 2])
    write_geopackage(frame, path, layer="land_survey")
    assert list_layers(path) == (("land_survey", "POLYGON"),)
    back = read_geopackage(path)
    assert_geodataframe_equal(back, frame, check_dtype=False)
    assert [item.name for item in tmp_path.iterdir()] == ["layer.gpkg"]


def test_rows_and_columns_in_the_order_wanted(tmp_path):
    path = tmp_path / "layer.gpkg"
    write_geopackage(frame_of(*[SQUARE] * 5, n=range(5), m=range(5)), path, layer="x")
    part = read_geopackage(path, columns=["n"], rows=[4, 0, 2])
    assert part["n"].tolist() == [4, 0, 2]
    assert part.columns.tolist() == ["n", "geometry"]
    none = read_geopackage(path, rows=[])
    assert (len(none), none.crs) == (0, "EPSG:4527")


def test_columns_that_sqlite_would_confuse(tmp_path):
    path = tmp_path / "layer.gpkg"
    frame = frame_of(SQUARE, fid=["a"], geom=["b"], Name=["c"], name=["d"])
    write_geopackage(frame, path, layer="x")
    back = read_geopackage(path)
    assert back[["fid", "geom", "Name", "name_1"]].values.tolist() == [["a", "b", "c", "d"]]


def test_mixed_columns_become_text(tmp_path):
    path = tmp_path / "layer.gpkg"
    mixed = pd.Series([1, "b", None], dtype=object)
    write_geopackage(frame_of(*[SQUARE] * 3, m=mixed), path, layer="x")
    assert read_geopackage(path)["m"].tolist()[:2] == ["1", "b"]


def test_a_failed_write_leaves_the_older_file_and_no_debris(tmp_path, monkeypatch):
    path = tmp_path / "layer.gpkg"
    write_geopackage(frame_of(SQUARE), path, layer="x")
    before = path.read_bytes()

    def fails(frame, target, **_):
        target.write_bytes(b"half")
        target.with_name(target.name + "-journal").write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(pyogrio, "write_dataframe", fails)
    with pytest.raises(KeyboardInterrupt):
        write_geopackage(frame_of(SQUARE, SQUARE), path, layer="x")
    assert path.read_bytes() == before
    assert [item.name for item in tmp_path.iterdir()] == ["layer.gpkg"]


def test_no_crs_no_file(tmp_path):
    with pytest.raises(MissingCRSError, match="missing_crs"):
        write_geopackage(frame_of(SQUARE, crs=None), tmp_path / "a.gpkg", layer="x")


def test_an_empty_frame_is_written_and_read(tmp_path):
    path = tmp_path / "layer.gpkg"
    write_geopackage(frame_of(SQUARE).iloc[:0], path, layer="x")
    raw = read(path)
    assert (raw.count, len(raw.frame), raw.frame.crs) == (0, 0, "EPSG:4527")


def test_a_layer_of_others(geopackage):
    raw = read(geopackage(sites=frame_of(SQUARE, SQUARE)))
    assert raw.frame.area.tolist() == [20_000.0, 20_000.0]
    assert raw.frame["source_index"].tolist() == [0, 1]
    assert raw.detected.crs == "EPSG:4527"


def test_the_only_layer_of_polygons_is_taken_with_a_remark(geopackage):
    path = geopackage(marks=frame_of(Point(1, 1)), sites=frame_of(SQUARE))
    raw = read(path)
    assert raw.frame.area.tolist() == [20_000.0]
    assert [(n.code, n.params["layer"]) for n in raw.detected.notes] == [
        (Remark.LAYER_CHOSEN, "sites")
    ]


def test_several_layers_of_polygons_need_a_choice(geopackage):
    path = geopackage(a=frame_of(SQUARE), b=frame_of(SQUARE, SQUARE))
    with pytest.raises(UnreadableFileError, match="several_layers") as caught:
        read(path)
    assert caught.value.params["layers"] == "a、b"
    assert read(path, layer="b").count == 2
    with pytest.raises(UnreadableFileError, match="layer_not_found"):
        read(path, layer="c")


@pytest.mark.parametrize("srs_id", [-1, 0])
def test_an_undefined_crs_needs_the_users_word(geopackage, srs_id):
    path = geopackage(sites=frame_of(SQUARE))
    with sqlite3.connect(path) as database:
        database.execute("UPDATE gpkg_geometry_columns SET srs_id = ?", (srs_id,))
        database.execute("UPDATE gpkg_contents SET srs_id = ?", (srs_id,))
    database.close()
    with pytest.raises(MissingCRSError, match="missing_crs"):
        read(path)
    assert read(path, crs="EPSG:4527").frame.crs == "EPSG:4527"


def blob(rings):
    """GeoPackage geometry of a polygon whose rings are taken as they come."""
    wkb = struct.pack("<BII", 1, 3, len(rings))
    for ring in rings:
        wkb += struct.pack("<I", len(ring)) + b"".join(struct.pack("<dd", *p) for p in ring)
    return b"GP\x00\x01" + struct.pack("<i", 4527) + wkb


CORNERS = [(39_524_000.0, 3_850_000.0), (39_524_100.0, 3_850_000.0), (39_524_100.0, 3_850_100.0)]


@pytest.mark.parametrize(
    ("data", "fault", "has_bounds"),
    [
        (blob([CORNERS[:1]]), Fault.TOO_FEW_POINTS, True),
        (blob([CORNERS[:2]]), Fault.TOO_FEW_POINTS, True),
        (blob([[*CORNERS, (39_524_000.0, 3_850_100.0)]]), Fault.OPEN_RING, True),
        (blob([[*CORNERS, CORNERS[0]]])[:-20], Fault.BROKEN_GEOMETRY, False),
    ],
    ids=["one point", "two points", "open", "cut off"],
)
def test_features_that_geos_cannot_build_are_refused_one_by_one(
    geopackage, data, fault, has_bounds
):
    path = geopackage(sites=frame_of(SQUARE, SQUARE, SQUARE))
    with sqlite3.connect(path) as database:
        for trigger in database.execute("SELECT name FROM sqlite_master WHERE type='trigger'"):
            database.execute(f'DROP TRIGGER "{trigger[0]}"')
        database.execute("UPDATE sites SET geom = ? WHERE fid = 2", (data,))
    database.close()
    raw = read(path)
    assert raw.count == 3
    if len(raw.frame) == 3:
        # the driver itself gave up on the bytes
        assert raw.frame.geometry.isna().tolist() == [False, True, False]
        assert fault is Fault.BROKEN_GEOMETRY
        return
    assert raw.frame["source_index"].tolist() == [0, 2]
    (refusal,) = raw.refused
    assert (refusal.index, refusal.code) == (1, fault)
    assert (refusal.bounds is not None) is has_bounds


def test_views_and_virtual_tables_are_not_read(geopackage):
    path = geopackage(sites=frame_of(SQUARE))
    with sqlite3.connect(path) as database:
        database.execute('CREATE VIEW "sneaky" AS SELECT * FROM sites')
        database.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id)"
            " VALUES ('sneaky', 'features', 'sneaky', 4527)"
        )
        database.execute(
            "INSERT INTO gpkg_geometry_columns VALUES ('sneaky', 'geom', 'POLYGON', 4527, 0, 0)"
        )
    database.close()
    with pytest.raises(UnreadableFileError, match="unsafe_geopackage") as caught:
        read(path, layer="sites")
    assert caught.value.params["table"] == "sneaky"


@pytest.mark.parametrize("name", ["x", "rtree_x", "x using rtree"])
def test_virtual_tables_of_foreign_modules(geopackage, name):
    """The definition is put into the schema by hand, as an attacker would."""
    path = geopackage(sites=frame_of(SQUARE))
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA writable_schema = ON")
        database.execute(
            "INSERT INTO sqlite_master (type, name, tbl_name, rootpage, sql)"
            " VALUES ('table', ?, ?, 0, ?)",
            (name, name, f"CREATE VIRTUAL TABLE \"{name}\" USING VirtualOGR('/etc/passwd')"),
        )
    database.close()
    with pytest.raises(UnreadableFileError, match="unsafe_geopackage"):
        read(path)


def test_broken_files(tmp_path):
    path = tmp_path / "a.gpkg"
    path.write_bytes(b"SQLite format 3\x00" + bytes(60) + b"GPKG" + bytes(400))
    with pytest.raises(UnreadableFileError, match="broken_file"):
        read(path)
    with pytest.raises(UnreadableFileError, match="broken_file"):
        read_geopackage(path)


def test_limits_are_named(geopackage):
    path = geopackage(sites=frame_of(SQUARE, SQUARE))
    with pytest.raises(UnreadableFileError, match="too_many_features"):
        read(path, ReadLimits(max_bytes=10**6, max_features=1))


def test_reading_changes_nothing(geopackage):
    path = geopackage(sites=frame_of(SQUARE))
    before = path.read_bytes()
    read(path)
    assert path.read_bytes() == before
    assert [item.name for item in path.parent.iterdir()] == ["site.gpkg"]


def edited(path, *statements):
    """A GeoPackage that another program has written to, past the triggers."""
    database = sqlite3.connect(path)
    triggers = database.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall()
    for statement in (*(f'DROP TRIGGER "{name}"' for (name,) in triggers), *statements):
        database.execute(*statement if isinstance(statement, tuple) else (statement,))
    database.commit()
    database.close()
    return path


@pytest.mark.parametrize("stated", [0, 2, 10, None])
def test_rows_are_counted_whatever_the_file_says_of_their_number(geopackage, stated):
    """The driver reads as many rows as are stated: with 2 it would leave three in silence."""
    path = geopackage(a=frame_of(*[SQUARE] * 5, n=range(5)))
    edited(path, ("UPDATE gpkg_ogr_contents SET feature_count = ?", (stated,)))
    raw = read(path)
    assert raw.frame["n"].tolist() == [0, 1, 2, 3, 4]
    assert raw.count == 5


def test_rows_taken_out_by_others(geopackage):
    path = edited(geopackage(a=frame_of(*[SQUARE] * 5, n=range(5))), "DELETE FROM a WHERE n = 2")
    raw = read(path)
    assert raw.frame["n"].tolist() == [0, 1, 3, 4]
    assert raw.count == 4


def test_whole_numbers_with_a_gap_stay_exact_and_bytes_become_text(geopackage):
    path = geopackage(a=frame_of(*[SQUARE] * 3, n=range(3)))
    edited(
        path,
        "ALTER TABLE a ADD COLUMN code INTEGER",
        "ALTER TABLE a ADD COLUMN bytes BLOB",
        "UPDATE a SET code = 3704030010010000013, bytes = x'01ff' WHERE n = 1",
    )
    frame = read(path).frame
    assert frame["code"].fillna("").tolist() == ["", "3704030010010000013", ""]
    assert frame["bytes"].fillna("").tolist() == ["", "01ff", ""]


def wkb_blob(wkb):
    return b"GP\x00\x01" + struct.pack("<i", 4527) + wkb


def test_curves_become_chords_also_in_big_layers(geopackage, monkeypatch):
    """A circle of radius 1: Arrow, which big layers are read by, cannot carry it."""
    arcs = struct.pack("<BII10d", 1, 8, 5, 0, 0, 1, 1, 2, 0, 1, -1, 0, 0)
    path = geopackage(a=frame_of(SQUARE, SQUARE))
    circle = wkb_blob(struct.pack("<BII", 1, 10, 1) + arcs)
    edited(
        path,
        "UPDATE gpkg_geometry_columns SET geometry_type_name = 'CURVEPOLYGON'",
        ("UPDATE a SET geom = ? WHERE fid = 1", (circle,)),
    )
    for arrow_from in (20_000, 1):
        monkeypatch.setattr("geo.io.bulk_read.ARROW_FROM", arrow_from)
        raw = read(path)
        assert raw.frame.area.tolist() == pytest.approx([np.pi, 20_000.0], rel=1e-3)


@pytest.mark.parametrize("kind", [7, 6, 5, 4])
def test_wkb_that_would_kill_the_interpreter(geopackage, kind):
    deep = struct.pack("<BII", 1, kind, 1) * 200_000 + struct.pack("<BIdd", 1, 1, 0.0, 0.0)
    path = geopackage(a=frame_of(SQUARE, SQUARE))
    edited(path, ("UPDATE a SET geom = ? WHERE fid = 1", (wkb_blob(deep),)))
    raw = read(path)
    assert raw.count == len(raw.frame) + len(raw.refused) == 2
    assert raw.frame.geometry.isna().sum() + len(raw.refused) == 1


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_cut_off(geopackage, share):
    path = geopackage(a=frame_of(*[SQUARE] * 2_000, t=["x" * 100] * 2_000))
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(UnreadableFileError, match="broken_file"):
        read(path)


@pytest.mark.parametrize("seed", range(60))
def test_spoilt_bytes_never_crash_or_lose_rows(geopackage, seed):
    rng = random.Random(seed)
    path = geopackage(a=frame_of(*[SQUARE] * 20, t=["甲"] * 20))
    data = bytearray(path.read_bytes())
    for _ in range(rng.choice([1, 5, 50])):
        data[rng.randrange(100, len(data))] = rng.randrange(256)
    path.write_bytes(data)
    with suppress(GeoError):
        raw = read(path)
        assert raw.count == len(raw.frame) + len(raw.refused)
