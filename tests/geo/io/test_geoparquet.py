"""GeoParquet files written by other libraries and by hand: CRS rules, encodings, types, faults."""

import datetime as dt
import decimal
import json
import random
import struct
import zipfile
from contextlib import suppress

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from pyproj import CRS
from shapely import LineString, MultiPolygon, Point, Polygon, box

from geo.errors import GeoError, MissingCRSError, MixedCRSError, UnreadableFileError
from geo.intake import ReadOptions
from geo.io.columnar import geoparquet
from geo.io.columnar.wkb_depth import is_too_deep
from geo.io.limits import SITE_LIMITS, ReadLimits
from geo.io.vector import read_features
from geo.reading_codes import Fault, Remark

SQUARE = box(39_524_000, 3_850_000, 39_524_100, 3_850_200)
HOLED = Polygon(SQUARE.exterior, [box(39_524_010, 3_850_010, 39_524_020, 3_850_020).exterior])
PARTS = MultiPolygon([SQUARE, box(39_524_200, 3_850_000, 39_524_300, 3_850_001)])
PROJJSON = CRS.from_epsg(4527).to_json_dict()
BINARY = pa.binary()
OPEN = struct.pack("<BIII", 1, 3, 1, 3) + struct.pack("<6d", 0, 0, 1, 0, 1, 1)


@pytest.fixture
def by_geopandas(tmp_path):
    def write(geometries=(SQUARE,), crs=4527, name="site.parquet", columns=None, **options):
        columns = columns or {"名称": [f"甲{n}" for n in range(len(geometries))]}
        frame = gpd.GeoDataFrame(columns, geometry=list(geometries), crs=crs)
        frame.to_parquet(tmp_path / name, **options)
        return tmp_path / name

    return write


@pytest.fixture
def by_hand(tmp_path):
    def write(
        blobs=(SQUARE.wkb,),
        spec=None,
        geo=None,
        columns=None,
        name="site.parquet",
        kind=BINARY,
    ):
        table = pa.table({**(columns or {}), "geometry": pa.array(list(blobs), kind)})
        spec = {"encoding": "WKB", "geometry_types": [], "crs": PROJJSON} if spec is None else spec
        if geo is None:
            geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": spec}}
        text = geo if isinstance(geo, bytes) else json.dumps(geo).encode()
        path = tmp_path / name
        pq.write_table(table.replace_schema_metadata({b"geo": text}), path)
        return path

    return write


def read(path, limits=SITE_LIMITS, **options):
    return read_features(path, ReadOptions(**options), limits)


def refusal(path, limits=SITE_LIMITS, **options):
    with pytest.raises(GeoError) as caught:
        read(path, limits, **options)
    assert caught.value.params["file"] == path.name
    return caught.value


@pytest.mark.parametrize("name", ["site.parquet", "地块.geojson", "site"])
def test_known_by_content(by_geopandas, name):
    raw = read(by_geopandas(name=name))
    assert raw.frame.area.tolist() == [20_000.0]
    assert raw.frame.crs == "EPSG:4527"
    assert raw.frame["名称"].tolist() == ["甲0"]
    assert (raw.count, raw.refused, raw.detected.driver) == (1, (), "GeoParquet")


@pytest.mark.parametrize("encoding", ["WKB", "geoarrow"])
@pytest.mark.parametrize("shape", [SQUARE, HOLED, PARTS])
def test_encodings_give_the_same_outlines(by_geopandas, encoding, shape):
    shapes = [shape, shapely.affinity.translate(shape, 1000), None, shape]
    raw = read(by_geopandas(shapes, geometry_encoding=encoding, row_group_size=2))
    assert shapely.equals(
        raw.frame.geometry.to_numpy()[[0, 1, 3]], [shapes[n] for n in (0, 1, 3)]
    ).all()
    assert raw.frame.geometry.iloc[2] is None
    assert raw.frame["source_index"].tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("shape", [Point(1, 2), LineString([(0, 0), (1, 1)])])
def test_points_and_lines_in_the_native_encoding(by_geopandas, shape):
    raw = read(by_geopandas([shape, shape], geometry_encoding="geoarrow"))
    assert raw.frame.geometry.tolist() == [shape, shape]


def test_pairs_of_numbers_in_the_native_encoding(tmp_path):
    """Interleaved positions, written by hand: lists of two numbers."""
    position = pa.list_(pa.float64(), 2)
    rings = [[[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 0.0]]]
    cut = [[[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 9.0]]]
    column = pa.array([rings, cut, None, []], pa.list_(pa.list_(position)))
    geo = {
        "version": "1.1.0",
        "primary_column": "g",
        "columns": {"g": {"encoding": "polygon", "crs": PROJJSON}},
    }
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"g": column}).replace_schema_metadata({b"geo": json.dumps(geo)}), path)
    raw = read(path)
    assert raw.frame.area.fillna(0).tolist() == [50.0, 0.0]
    assert [(r.index, r.code) for r in raw.refused] == [
        (1, Fault.OPEN_RING),
        (3, Fault.EMPTY_GEOMETRY),
    ]
    assert [refusal.bounds for refusal in raw.refused] == [(0.0, 0.0, 10.0, 10.0), None]
    assert raw.count == 4


class TestCRS:
    def test_missing_key_is_longitude_latitude(self, by_hand):
        path = by_hand([box(117, 34, 118, 35).wkb], spec={"encoding": "WKB"})
        assert read(path).frame.crs == "EPSG:4326"
        assert read(path, crs="EPSG:4490").frame.crs == "EPSG:4490"

    def test_null_is_unknown(self, by_hand):
        path = by_hand(spec={"encoding": "WKB", "crs": None})
        with pytest.raises(MissingCRSError, match="missing_crs"):
            read(path)
        assert read(path, crs="EPSG:4527").frame.crs == "EPSG:4527"

    def test_projjson_and_wkt(self, by_hand):
        for crs in (PROJJSON, CRS.from_epsg(4527).to_wkt()):
            path = by_hand(spec={"encoding": "WKB", "crs": crs})
            assert read(path).frame.crs == "EPSG:4527"

    def test_nonsense(self, by_hand):
        assert (
            refusal(by_hand(spec={"encoding": "WKB", "crs": {"type": "x"}})).code == "unknown_crs"
        )

    def test_the_user_says_otherwise(self, by_hand):
        with pytest.raises(MixedCRSError, match="crs_contradicts"):
            read(by_hand(), crs="EPSG:4528")


def test_columns_are_of_plain_types_and_exact(by_hand):
    codes = [3704030010010000012, None]
    columns = {
        "长码": pa.array(codes, pa.int64()),
        "无符号": pa.array([2**64 - 1, 1], pa.uint64()),
        "整": pa.array([1, 2], pa.int16()),
        "小": pa.array([1.5, None], pa.float32()),
        "真": pa.array([True, False]),
        "类": pa.array(["耕地", "林地"]).dictionary_encode(),
        "日": pa.array([dt.date(2024, 1, 2), None]),
        "刻": pa.array(
            [dt.datetime(2024, 1, 2, 8, tzinfo=dt.UTC), None], pa.timestamp("us", "Asia/Shanghai")
        ),
        "定": pa.array([decimal.Decimal("12345678901234567890.123"), None]),
        "表": pa.array([[1, 2], None], pa.list_(pa.int64())),
        "录": pa.array([{"甲": b"\x01"}, None], pa.struct([("甲", pa.binary())])),
        "节": pa.array([b"\x01\xff", None]),
        "空": pa.nulls(2),
    }
    frame = read(by_hand([SQUARE.wkb] * 2, columns=columns)).frame
    assert frame["长码"].iloc[0] == "3704030010010000012"
    assert frame["无符号"].tolist() == ["18446744073709551615", "1"]
    assert frame["整"].tolist() == [1, 2]
    assert frame["小"].iloc[0] == 1.5
    assert frame["真"].tolist() == [True, False]
    assert frame["类"].tolist() == ["耕地", "林地"]
    assert frame["日"].iloc[0] == pd.Timestamp("2024-01-02")
    assert frame["刻"].iloc[0] == pd.Timestamp("2024-01-02 08:00")
    assert frame["定"].iloc[0] == "12345678901234567890.123"
    assert frame["表"].iloc[0] == "[1, 2]"
    assert frame["录"].iloc[0] == '{"甲": "01"}'
    assert frame["节"].iloc[0] == "01ff"
    assert frame["空"].isna().all()
    assert all(
        str(kind) in {"str", "int64", "int16", "float64", "bool"}
        or "datetime" in str(kind)
        or str(kind) == "geometry"
        for kind in frame.dtypes
    )


def test_a_plain_parquet_is_refused_with_its_columns(tmp_path):
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"编号": [1], "面积": [2.0]}), path)
    found = refusal(path)
    assert (found.code, found.params["columns"]) == ("parquet_without_geo", "编号、面积")


@pytest.mark.parametrize(
    ("geo", "code"),
    [
        (b"{", "broken_file"),
        (b"[" * 100_000, "broken_file"),
        (b"{}", "broken_file"),
        (b'{"primary_column": "geometry", "columns": []}', "broken_file"),
        (b'{"primary_column": ["x"], "columns": {}}', "broken_file"),
        (b'{"primary_column": "g", "columns": {"g": {"encoding": "WKB"}}}', "parquet_encoding"),
        (
            b'{"primary_column": "geometry", "columns": {"geometry": {"encoding": "TWKB"}}}',
            "parquet_encoding",
        ),
        (
            b'{"primary_column": "geometry", "columns": {"geometry": {"encoding": "polygon"}}}',
            "broken_file",
        ),
    ],
)
def test_metadata_that_makes_no_sense(by_hand, geo, code):
    assert refusal(by_hand(geo=geo)).code == code


def test_wkb_in_a_column_of_text(by_hand):
    assert refusal(by_hand(["x"], kind=pa.string())).code == "parquet_encoding"


def test_bad_wkb_refuses_its_row_alone(by_hand):
    raw = read(by_hand([SQUARE.wkb, b"", b"\x01nonsense", OPEN, None, HOLED.wkb]))
    assert [(r.index, r.code) for r in raw.refused] == [
        (1, Fault.BROKEN_GEOMETRY),
        (2, Fault.BROKEN_GEOMETRY),
        (3, Fault.OPEN_RING),
    ]
    assert raw.frame["source_index"].tolist() == [0, 4, 5]
    assert raw.count == 6


def nested(depth, kind=7):
    """A collection in a collection and so on, with a point in the last."""
    return struct.pack("<BII", 1, kind, 1) * depth + struct.pack("<BIdd", 1, 1, 0.0, 0.0)


@pytest.mark.parametrize("kind", [7, 6, 4, 1007, 0x80000007])
def test_wkb_that_would_kill_the_interpreter(by_hand, kind):
    raw = read(by_hand([SQUARE.wkb, nested(200_000, kind), HOLED.wkb]))
    ((index, code, limit),) = [(r.index, r.code, r.params["limit"]) for r in raw.refused]
    assert (index, code, limit) == (1, Fault.GEOMETRY_TOO_DEEP, 32)
    assert raw.count == 3


def test_depth_of_wkb():
    assert not is_too_deep(nested(31))
    assert is_too_deep(nested(32))
    assert is_too_deep(nested(32)[: 9 * 32])
    deep = MultiPolygon([HOLED] * 50)
    for shape in (
        SQUARE,
        deep,
        shapely.GeometryCollection([deep, Point(0, 0), LineString([(0, 0), (1, 1)])]),
    ):
        for variant in (shape, shapely.force_3d(shape)):
            for options in ({}, {"byte_order": 0}, {"flavor": "iso"}, {"include_srid": True}):
                blob = shapely.to_wkb(shapely.set_srid(variant, 4527), **options)
                assert not is_too_deep(blob)
                # every part is walked over to its end: with one deep part more it is found
                several = struct.pack("<BII", 1, 7, 2) + blob + nested(40)
                assert is_too_deep(several)
    assert not is_too_deep(b"")
    assert not is_too_deep(b"\x01\x03")


def test_rows_are_counted_before_anything_is_read(by_geopandas, monkeypatch):
    path = by_geopandas([SQUARE] * 3)
    monkeypatch.setattr(geoparquet, "_table", lambda *_: pytest.fail("rows were read"))
    found = refusal(path, ReadLimits(max_bytes=10**6, max_features=2))
    assert (found.code, found.params["found"]) == ("too_many_features", 3)


@pytest.mark.parametrize("keeps_list", [True, False])
def test_one_value_for_many_rows_is_counted_as_it_comes_out(by_hand, monkeypatch, keeps_list):
    """One text of 20 kB for 3 000 rows: some kilobytes in the file, 60 MB in memory."""
    monkeypatch.setattr(geoparquet, "MAX_UNPACKED_BYTES", 20_000_000)
    texts = pa.array(["x" * 20_000] * 3_000).dictionary_encode()
    column = texts if keeps_list else texts.cast(pa.string())
    path = by_hand([SQUARE.wkb] * 3_000, columns={"t": column})
    assert path.stat().st_size < 1_000_000
    assert refusal(path).code == "parquet_too_large"


def test_other_geometry_and_boxes_are_no_attributes(tmp_path):
    frame = gpd.GeoDataFrame(
        {"n": [1], "点": gpd.GeoSeries([Point(0, 0)], crs=4527)}, geometry=[SQUARE], crs=4527
    )
    path = tmp_path / "x.parquet"
    frame.to_parquet(path, write_covering_bbox=True)
    raw = read(path)
    assert list(raw.frame.columns) == ["source_index", "n", "geometry"]
    (note,) = raw.detected.notes
    assert (note.code, note.params["columns"]) == (Remark.GEOMETRY_COLUMNS_SKIPPED, "点")


def test_index_of_pandas_is_no_attribute(tmp_path):
    frame = gpd.GeoDataFrame({"n": [1, 2]}, geometry=[SQUARE] * 2, crs=4527, index=["a", "b"])
    frame.to_parquet(tmp_path / "x.parquet")
    assert list(read(tmp_path / "x.parquet").frame.columns) == ["source_index", "n", "geometry"]


def test_no_rows(by_geopandas):
    assert read(by_geopandas([], columns={"n": []})).count == 0


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_cut_off(by_geopandas, share):
    path = by_geopandas([SQUARE] * 100)
    data = path.read_bytes()
    path.write_bytes(data[: max(int(len(data) * share), 5)])
    assert refusal(path).code == "broken_file"


@pytest.mark.parametrize("seed", range(60))
def test_spoilt_bytes_never_crash_or_lose_rows(by_geopandas, seed):
    rng = random.Random(seed)
    encoding = rng.choice(["WKB", "geoarrow"])
    path = by_geopandas(
        [HOLED] * 5, geometry_encoding=encoding, compression=rng.choice(["snappy", None])
    )
    data = bytearray(path.read_bytes())
    for _ in range(rng.choice([1, 3, 20])):
        data[rng.randrange(4, len(data))] = rng.randrange(256)
    path.write_bytes(data)
    with suppress(UnreadableFileError, MissingCRSError, MixedCRSError):
        raw = read(path)
        assert raw.count == len(raw.frame) + len(raw.refused)


def test_in_a_zip(by_geopandas, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(by_geopandas(), "地块.parquet")
    assert read(tmp_path / "a.zip").frame.area.tolist() == [20_000.0]
