"""Shapefiles written byte by byte: what real ones are broken by, and odd but right ones."""

import random
import struct
import time
import zipfile
from contextlib import suppress
from datetime import date

import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import CRS

from geo.errors import GeoError, UnreadableFileError
from geo.intake import ReadOptions
from geo.io.shapefile.writer import write_shapefile
from geo.io.vector import read_features
from geo.reading_codes import Remark
from services.intake import take_in

E0, N0 = 39_524_000.0, 3_850_000.0
NULL, POLYGON, POLYGON_Z, POLYGON_M, MULTIPATCH = 0, 5, 15, 25, 31
NUMBER = ("n", "N", 4, 0)


def square(x, y, side, *, clockwise=True):
    west, south, east, north = E0 + x, N0 + y, E0 + x + side, N0 + y + side
    ring = [(west, south), (west, north), (east, north), (east, south), (west, south)]
    return ring if clockwise else ring[::-1]


def record(rings, kind=POLYGON):
    """Content of one record (ESRI Shapefile Technical Description, 1998)."""
    if kind == NULL:
        return struct.pack("<i", NULL)
    points = [point for ring in rings for point in ring]
    x, y = zip(*points, strict=True)
    starts = np.cumsum([0, *map(len, rings)])[:-1]
    content = struct.pack("<i4d2i", kind, min(x), min(y), max(x), max(y), len(rings), len(points))
    content += struct.pack(f"<{len(rings)}i", *starts)
    if kind == MULTIPATCH:
        # part types: 2 is an outer ring, 3 an inner one
        content += struct.pack(f"<{len(rings)}i", *([2] + [3] * (len(rings) - 1)))
    content += np.array(points, dtype="<f8").tobytes()
    if kind in (POLYGON_Z, POLYGON_M, MULTIPATCH):
        content += struct.pack("<2d", 5.0, 5.0) + np.full(len(points), 5.0, dtype="<f8").tobytes()
    return content


def table(fields, rows, language=0):
    """A dBASE III table from fields (name, type, width, decimals) and cells as bytes."""
    width = 1 + sum(size for _, _, size, _ in fields)
    head = struct.pack(
        "<4BIHH17xB2x", 3, 100, 1, 1, len(rows), 33 + 32 * len(fields), width, language
    )
    for name, kind, size, decimals in fields:
        title = name if isinstance(name, bytes) else name.encode("gbk")
        head += (
            title.ljust(11, b"\x00")
            + kind.encode()
            + bytes(4)
            + bytes([size, decimals])
            + bytes(14)
        )
    body = b""
    for flag, cells in rows:
        body += flag
        for (_, kind, size, _), cell in zip(fields, cells, strict=True):
            body += cell.rjust(size) if kind == "N" else cell.ljust(size)
    return head + b"\r" + body + b"\x1a"


@pytest.fixture
def shapefile(tmp_path):
    def write(shapes, fields=(NUMBER,), rows=None, kind=POLYGON, cpg=None, language=0):
        contents = [shape if isinstance(shape, bytes) else record(shape, kind) for shape in shapes]
        body, index = b"", b""
        for number, content in enumerate(contents, 1):
            words = struct.pack(">i", len(content) // 2)
            index += struct.pack(">i", (100 + len(body)) // 2) + words
            body += struct.pack(">i", number) + words + content

        def head(size):
            return struct.pack(">i20xi", 9994, (100 + size) // 2) + struct.pack(
                "<2i64x", 1000, kind
            )

        path = tmp_path / "site.shp"
        path.write_bytes(head(len(body)) + body)
        path.with_suffix(".shx").write_bytes(head(len(index)) + index)
        rows = rows or [(b" ", [str(n).encode()]) for n in range(len(contents))]
        path.with_suffix(".dbf").write_bytes(table(fields, rows, language))
        path.with_suffix(".prj").write_text(CRS.from_epsg(4527).to_wkt("WKT1_ESRI"))
        if cpg is not None:
            path.with_suffix(".cpg").write_text(cpg)
        return path

    return write


def read(path, **options):
    return read_features(path, ReadOptions(**options))


def notes(raw):
    return {note.code: note.params for note in raw.detected.notes}


def refusal(path):
    with pytest.raises(GeoError) as caught:
        read(path)
    return caught.value


def taken(path):
    return take_in([path], ReadOptions(), working_crs="EPSG:4527")


SHELL, HOLE = square(0, 0, 100), square(10, 10, 10, clockwise=False)
ISLAND = square(12, 12, 2)


@pytest.mark.parametrize(
    ("rings", "area"),
    [
        ([SHELL, HOLE], 9_900.0),
        ([HOLE, SHELL], 9_900.0),
        ([SHELL, HOLE, ISLAND], 9_904.0),
        ([SHELL, square(200, 0, 10)], 10_100.0),
    ],
)
def test_rings_as_the_standard_wants_them(shapefile, rings, area):
    raw = read(shapefile([rings]))
    assert raw.frame.area.tolist() == [area]
    assert raw.detected.notes == ()


@pytest.mark.parametrize(
    "rings",
    [
        [SHELL, HOLE[::-1]],
        [SHELL[::-1], HOLE],
        [SHELL[::-1], HOLE[::-1]],
        [HOLE[::-1], SHELL],
    ],
)
def test_a_hole_whose_ring_runs_the_wrong_way_is_a_hole(shapefile, rings):
    path = shapefile([[square(300, 0, 10)], rings])
    raw = read(path)
    assert raw.frame.area.tolist() == [100.0, 9_900.0]
    assert raw.frame.is_valid.all()
    told = notes(raw)[Remark.RING_ORDER_MENDED]
    assert (told["count"], told["features"]) == (1, "2")
    assert taken(path).frame.area.tolist() == [100.0, 9_900.0]


def test_an_island_in_a_hole_with_all_rings_one_way(shapefile):
    raw = read(shapefile([[SHELL, HOLE[::-1], ISLAND]]))
    assert raw.frame.area.tolist() == [9_904.0]


def test_rings_that_cross_or_repeat_are_left_for_validity(shapefile):
    crossing = [SHELL, square(90, 90, 100)]
    twice = [SHELL, SHELL]
    raw = read(shapefile([crossing, twice]))
    assert Remark.RING_ORDER_MENDED not in notes(raw)
    assert not raw.frame.is_valid.any()


@pytest.mark.parametrize("kind", [POLYGON_Z, POLYGON_M])
def test_heights_and_measures(shapefile, kind):
    path = shapefile([[SHELL, HOLE]], kind=kind)
    assert read(path).frame.area.tolist() == [9_900.0]
    assert taken(path).frame.area.tolist() == [9_900.0]


def test_null_shapes_are_refused_and_counted(shapefile):
    path = shapefile([record([], NULL), [SHELL]])
    assert read(path).frame.geometry.isna().tolist() == [True, False]
    intake = taken(path)
    assert [refusal.code for refusal in intake.refused] == ["no_geometry"]
    assert intake.frame["source_index"].tolist() == [1]


def test_a_multipatch_is_taken_as_its_rings(shapefile):
    raw = read(shapefile([[SHELL]], kind=MULTIPATCH))
    assert raw.count == len(raw.frame) + len(raw.refused) == 1
    assert taken(shapefile([[SHELL]], kind=MULTIPATCH)).frame.area.tolist() == [10_000.0]


def test_a_missing_index_is_rebuilt(shapefile, tmp_path):
    path = shapefile([[SHELL, HOLE], [square(200, 0, 10)], record([], NULL)])
    whole = path.with_suffix(".shx").read_bytes()
    before = read(path)
    path.with_suffix(".shx").unlink()
    raw = read(path)
    assert raw.frame.drop(columns="geometry").equals(before.frame.drop(columns="geometry"))
    assert raw.frame.area.fillna(0).tolist() == [9_900.0, 100.0, 0.0]
    assert notes(raw)[Remark.INDEX_REBUILT]["count"] == 3
    assert not path.with_suffix(".shx").exists()
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for part in (".shp", ".dbf", ".prj"):
            archive.write(path.with_suffix(part), f"红线{part}")
    assert read(tmp_path / "a.zip").count == 3
    path.with_suffix(".shx").write_bytes(whole)
    assert Remark.INDEX_REBUILT not in notes(read(path))


@pytest.mark.parametrize("at", [103, 107])
def test_an_index_is_not_guessed(shapefile, at):
    """Records that are not numbered from 1, or not end to end."""
    path = shapefile([[SHELL], [SHELL]])
    data = bytearray(path.read_bytes())
    data[at] += 2
    path.write_bytes(data)
    path.with_suffix(".shx").unlink()
    found = refusal(path)
    assert (found.code, found.params["part"]) == ("shapefile_part_missing", "site.shx")


def test_an_index_of_another_file_is_noticed(shapefile):
    """Same count, other lengths: the driver would give the wrong shapes to the rows."""
    other = shapefile([[SHELL], [SHELL, HOLE]]).with_suffix(".shx").read_bytes()
    path = shapefile([[SHELL, HOLE], [SHELL]])
    path.with_suffix(".shx").write_bytes(other)
    assert refusal(path).code == "index_of_others"


def test_shapes_in_another_order_than_the_index(shapefile):
    """Editors move a record that has grown to the end; the index has the order."""
    path = shapefile([[SHELL], [square(200, 0, 10)]])
    index = bytearray(path.with_suffix(".shx").read_bytes())
    index[100:116] = index[108:116] + index[100:108]
    path.with_suffix(".shx").write_bytes(index)
    assert read(path).frame.area.tolist() == [100.0, 10_000.0]


@pytest.mark.parametrize(("shapes", "records"), [(3, 2), (2, 3)])
def test_a_table_of_another_length_names_both_counts(shapefile, shapes, records):
    rows = [(b" ", [b"1"])] * records
    found = refusal(shapefile([[SHELL]] * shapes, rows=rows))
    assert (found.code, found.params["shapes"], found.params["records"]) == (
        "record_counts_differ", shapes, records,
    )  # fmt: skip


def test_truncated_shapes(shapefile):
    path = shapefile([[SHELL]] * 3)
    path.write_bytes(path.read_bytes()[:-10])
    assert (refusal(path).code, refusal(path).params["kind"]) == ("broken_file", ".shp")


def test_deleted_records_go_with_their_shapes(shapefile):
    rows = [(b" ", [b"0"]), (b"*", [b"1"]), (b" ", [b"2"]), (b"*", [b"3"])]
    path = shapefile([[square(100 * n, 0, 10 + n)] for n in range(4)], rows=rows)
    raw = read(path)
    assert raw.frame["n"].tolist() == [0, 2]
    assert raw.frame.area.tolist() == [100.0, 144.0]
    assert raw.frame["source_index"].tolist() == [0, 1]
    assert raw.count == 2
    assert notes(raw)[Remark.DELETED_RECORDS]["count"] == 2
    assert len(taken(path).frame) == 2


def test_codes_of_19_digits_in_numeric_fields_stay_exact(shapefile):
    fields = [("ZDDM", "N", 19, 0), ("DKBM", "N", 18, 0), ("XH", "N", 20, 0), ("MJ", "N", 20, 3)]
    rows = [
        (b" ", [b"3704030010010000013", b"370403001001000001", b"12", b"1.5"]),
        (b"*", [b"9999999999999999999", b"1", b"1", b"1"]),
        (b" ", [b"", b"", b"", b""]),
        (b" ", [b"3704030010010000015", b"370403001001000003", b"13", b"2.25"]),
    ]
    frame = read(shapefile([[SHELL]] * 4, fields=fields, rows=rows)).frame
    assert frame["ZDDM"].fillna("").tolist() == ["3704030010010000013", "", "3704030010010000015"]
    assert frame["DKBM"].fillna("").tolist() == ["370403001001000001", "", "370403001001000003"]
    assert frame["XH"].fillna(0).tolist() == [12, 0, 13]
    assert frame["MJ"].fillna(0).tolist() == [1.5, 0, 2.25]


def test_texts_of_254_bytes_and_dates(shapefile):
    long = "薛" * 127
    fields = [("备注", "C", 254, 0), ("日期", "D", 8, 0)]
    rows = [
        (b" ", [long.encode("gbk"), b"20240102"]),
        (b" ", [b"", b""]),
        (b" ", [b"x", b"00000000"]),
    ]
    frame = read(shapefile([[SHELL]] * 3, fields=fields, rows=rows)).frame
    assert frame["备注"].iloc[0] == long
    assert frame["日期"].iloc[0] in (pd.Timestamp("2024-01-02"), date(2024, 1, 2))
    assert frame["日期"].isna().tolist() == [False, True, True]


NAME = "陶庄镇工业用地"


@pytest.mark.parametrize(
    ("encoding", "cpg", "language", "remarked"),
    [
        ("gbk", None, 0x4D, False),
        ("gbk", None, 0x00, False),
        ("gbk", "UTF-8", 0x00, True),
        ("gbk", "65001", 0x4D, True),
        ("gbk", "ISO-8859-1", 0x57, True),
        ("utf-8", None, 0x00, False),
        ("utf-8", "936", 0x4D, True),
    ],
)
def test_claims_of_encodings_against_the_bytes(shapefile, encoding, cpg, language, remarked):
    fields = [("名称".encode(encoding), "C", 40, 0)]
    raw = read(
        shapefile([[SHELL]], fields, [(b" ", [NAME.encode(encoding)])], cpg=cpg, language=language)
    )
    assert raw.frame["名称"].tolist() == [NAME]
    assert (Remark.ENCODING_CONTRADICTED in notes(raw)) == remarked


def test_names_cut_inside_a_sign_in_both_encodings(shapefile):
    for encoding, whole in (("gbk", "x土地权利人名称"), ("utf-8", "xy土地权利人名称")):
        name = whole.encode(encoding)[:10]
        raw = read(shapefile([[SHELL]], [(name, "C", 40, 0)], [(b" ", [NAME.encode(encoding)])]))
        (column,) = [each for each in raw.frame.columns if each.startswith("x")]
        assert whole.startswith(column)
        assert raw.frame[column].tolist() == [NAME]
        assert Remark.TEXT_CUT in notes(raw)


def test_122_000_corners_and_hundreds_of_holes(shapefile):
    turns = np.linspace(0, -2 * np.pi, 122_001)
    shell = np.column_stack([E0 + 1000 * np.cos(turns), N0 + 1000 * np.sin(turns)])
    shell[-1] = shell[0]
    holes = [
        square(10 * (n % 25) - 120, 10 * (n // 25) - 120, 5, clockwise=False) for n in range(600)
    ]
    path = shapefile([[shell.tolist(), *holes]])
    started = time.monotonic()
    intake = taken(path)
    assert time.monotonic() - started < 20
    (polygon,) = intake.frame.geometry
    assert len(polygon.interiors) == 600
    assert polygon.area == pytest.approx(shapely.Polygon(shell).area - 600 * 25, rel=1e-12)
    assert intake.repaired == ()


def test_side_files_come_along_in_a_zip(shapefile, tmp_path):
    frame = read(shapefile([[SHELL]])).frame.drop(columns="source_index")
    frame["这个名称长过十个字节"] = ["长" * 200]
    folder = tmp_path / "out"
    folder.mkdir()
    write_shapefile(frame, folder / "红线.shp")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for part in sorted(folder.iterdir()):
            archive.write(part, f"资料/{part.name}")
    raw = read(tmp_path / "a.zip")
    assert raw.frame["这个名称长过十个字节"].tolist() == ["长" * 200]
    assert Remark.ZIP_MEMBERS_SKIPPED not in notes(raw)


@pytest.mark.parametrize("seed", range(80))
def test_spoilt_bytes_never_crash_or_lose_rows(shapefile, seed):
    rng = random.Random(seed)
    path = shapefile([[SHELL, HOLE], record([], NULL), [square(200, 0, 10)], [SHELL]])
    for _ in range(rng.choice([1, 2, 6])):
        part = path.with_suffix(rng.choice([".shp", ".shx", ".dbf"]))
        data = bytearray(part.read_bytes())
        at = rng.randrange(len(data))
        if rng.random() < 0.8:
            data[at] = rng.randrange(256)
        else:
            del data[at:]
        part.write_bytes(data)
    with suppress(UnreadableFileError, GeoError):
        raw = read(path)
        assert raw.count == len(raw.frame) + len(raw.refused)
