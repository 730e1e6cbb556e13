"""Every code of reading, met by a file that earns it, reads as a whole sentence."""

import json
import re
import sqlite3
import stat
import string
import struct
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from shapely import MultiPolygon, Point, Polygon, box

from geo.crs import require_projected
from geo.errors import GeoError
from geo.intake import ReadOptions
from geo.io.limits import ReadLimits
from geo.reading_codes import Fault, Mend, Remark
from services.errors import ServiceError
from services.intake import take_in
from services.messages import catalogue, message_of, remedy_of

ROOT = Path(__file__).parents[2]
WORKING = "EPSG:4527"
E0, N0 = 39_524_000.0, 3_850_000.0
SQUARE = box(E0, N0, E0 + 100, N0 + 200)
BOW_TIE = Polygon([(E0, N0), (E0 + 9, N0 + 9), (E0 + 9, N0), (E0, N0 + 9)])
ENVELOPE = (E0 - 1e4, N0 - 1e4, E0 + 1e4, N0 + 1e4)
HEAD = (
    "[属性描述]\n坐标系=2000国家大地坐标系\n几度分带=3\n投影类型=高斯克吕格\n计量单位=米\n带号=39\n"
    "[地块坐标]\n"
)
PARCEL = "4,2.0,1,甲,面,,,,@\n"
POINTS = f"J1,1,{N0},{E0}\nJ2,1,{N0 + 200},{E0}\nJ3,1,{N0 + 200},{E0 + 100}\nJ4,1,{N0},{E0 + 100}\n"
TINY = ReadLimits(max_bytes=10, max_features=1, max_vertices=3)


class Bench:
    """A folder in which one file of each kind is made and taken in."""

    def __init__(self, folder):
        self.folder = folder

    def take(self, *paths, envelope=ENVELOPE, limits=None, working_crs=WORKING, **options):
        extra = {} if limits is None else {"limits": limits}
        return take_in(
            paths, ReadOptions(**options), working_crs=working_crs, envelope=envelope, **extra
        )

    def bytes(self, data, name="site.shp"):
        path = self.folder / name
        path.write_bytes(data)
        return path

    def text(self, text, name="site.txt"):
        return self.bytes(text.encode("utf-8"), name)

    def txt(self, old="", new="", **options):
        whole = HEAD + PARCEL + POINTS
        assert old in whole
        return self.take(self.text(whole.replace(old, new)), **options)

    def gpkg(self, *geometries, crs=WORKING, name="site.gpkg", layer="x", **columns):
        path = self.folder / name
        columns = columns or {"n": list(range(len(geometries)))}
        frame = gpd.GeoDataFrame(columns, geometry=list(geometries), crs=crs)
        pyogrio.write_dataframe(frame, path, layer=layer, append=path.exists())
        return path

    def shp(self, name="site.shp", crs=WORKING, **columns):
        path = self.folder / name
        frame = gpd.GeoDataFrame(columns or {"t": ["甲乙丙丁"]}, geometry=[SQUARE], crs=crs)
        pyogrio.write_dataframe(frame, path, encoding="GBK")
        return path

    def geojson(self, coordinates, kind="Polygon", **members):
        geometry = {"type": kind, "coordinates": coordinates}
        feature = {"type": "Feature", "properties": {}, "geometry": geometry}
        document = {"type": "FeatureCollection", "features": [feature], **members}
        return self.text(json.dumps(document), "site.geojson")

    def zip(self, *members):
        path = self.folder / "site.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in members:
                archive.writestr(name, data)
        return path

    def encrypted(self):
        path = self.zip(("a.shp", b"1"))
        data = bytearray(path.read_bytes())
        data[6] |= 1
        data[data.index(b"PK\x01\x02") + 8] |= 1
        return self.bytes(data, "site.zip")

    def too_large(self):
        """An archive whose list says more than it holds."""
        path = self.zip(("a.shp", b"1"))
        data = bytearray(path.read_bytes())
        size = data.index(b"PK\x01\x02") + 24
        data[size : size + 4] = (2_000_000_000).to_bytes(4, "little")
        return self.bytes(data, "site.zip")

    def link(self):
        info = zipfile.ZipInfo("a.shp")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        return self.zip((info, b"/x"))

    def without(self, part):
        path = self.shp()
        path.with_suffix(part).unlink()
        return path

    def spoilt_table(self):
        path = self.shp(t=["AAAA"])
        table = path.with_suffix(".dbf")
        table.write_bytes(table.read_bytes().replace(b"AAAA", b"\xff\xff\xff\xff"))
        return path

    def cut_table(self):
        path = self.shp()
        table = path.with_suffix(".dbf")
        table.write_bytes(table.read_bytes().replace("丁".encode("gbk"), b"\xb6 "))
        return path

    def wrong_claim(self):
        path = self.shp()
        path.with_suffix(".cpg").write_text("UTF-8")
        return path

    def view(self):
        path = self.gpkg(SQUARE)
        database = sqlite3.connect(path)
        database.execute("CREATE VIEW v AS SELECT * FROM x")
        database.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id)"
            " VALUES ('v', 'features', 'v', 4527)"
        )
        database.execute(
            "INSERT INTO gpkg_geometry_columns VALUES ('v', 'geom', 'POLYGON', 4527, 0, 0)"
        )
        database.commit()
        database.close()
        return path

    def broken_geometry(self):
        """A part of a multipolygon that is a single point."""
        path = self.gpkg(SQUARE, SQUARE)
        database = sqlite3.connect(path)
        for (name,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type='trigger'"
        ).fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        ring = struct.pack("<BIIIdd", 1, 3, 1, 1, E0, N0)
        blob = b"GP\x00\x01" + struct.pack("<i", 4527) + struct.pack("<BII", 1, 6, 1) + ring
        database.execute("UPDATE x SET geom = ? WHERE fid = 1", (blob,))
        database.commit()
        database.close()
        return path


def nan_square():
    with np.errstate(invalid="ignore"):
        return Polygon([(E0, N0), (np.nan, N0), (E0 + 9, N0 + 9)])


def turned(geometry):
    return shapely.transform(geometry, lambda xy: xy[:, ::-1])


def degrees(geometry=SQUARE):
    return gpd.GeoSeries([geometry], crs=WORKING).to_crs(4490).iloc[0]


def moved(geometry, east=0.0, north=0.0):
    return shapely.transform(geometry, lambda xy: xy + np.array([east, north]))


RING = [[117.25, 34.80], [117.26, 34.80], [117.26, 34.81], [117.25, 34.80]]

FAULTS = {
    Fault.FILE_NOT_FOUND: lambda b: b.take(b.folder / "no.txt"),
    Fault.EMPTY_FILE: lambda b: b.take(b.bytes(b"")),
    Fault.EMPTY_FOLDER: lambda b: b.take(b.folder),
    Fault.FILE_TOO_LARGE: lambda b: b.take(b.text(HEAD + PARCEL + POINTS), limits=TINY),
    Fault.UNSUPPORTED_FORMAT: lambda b: b.take(b.bytes(b"just words")),
    Fault.DWG_FILE: lambda b: b.take(b.bytes(b"AC1032 drawing")),
    Fault.XML_FILE: lambda b: b.take(b.bytes(b"<OGRVRTDataSource/>")),
    Fault.BROKEN_FILE: lambda b: b.take(
        b.bytes(b"SQLite format 3\x00" + bytes(52) + b"GPKG" + bytes(300))
    ),
    Fault.UNSAFE_GEOPACKAGE: lambda b: b.take(b.view()),
    Fault.NO_FEATURES: lambda b: b.take(b.text(HEAD)),
    Fault.TOO_MANY_FEATURES: lambda b: b.take(
        b.gpkg(SQUARE, SQUARE), limits=ReadLimits(max_bytes=10**7, max_features=1)
    ),
    Fault.LAYER_NOT_FOUND: lambda b: b.take(b.gpkg(SQUARE), layer="y"),
    Fault.SEVERAL_LAYERS: lambda b: (b.gpkg(SQUARE, layer="y"), b.take(b.gpkg(SQUARE)))[1],
    Fault.FIELD_NOT_FOUND: lambda b: b.take(b.gpkg(SQUARE), id_field="y"),
    Fault.UNREADABLE_ENCODING: lambda b: b.take(b.spoilt_table()),
    Fault.UNKNOWN_ENCODING: lambda b: b.txt(encoding="klingon"),
    Fault.SHAPEFILE_PART_MISSING: lambda b: b.take(b.without(".dbf")),
    Fault.SHAPEFILE_PART_GIVEN: lambda b: b.take(b.bytes(b"x", "site.dbf")),
    Fault.JSON_BROKEN: lambda b: b.take(b.bytes(b'{"type": ')),
    Fault.JSON_TOO_DEEP: lambda b: b.take(b.bytes(b'{"a":' * 99_999)),
    Fault.NOT_GEOJSON: lambda b: b.take(b.bytes(b'{"type": "Topology"}')),
    Fault.ZIP_BROKEN: lambda b: b.take(b.bytes(b"PK\x03\x04 nothing")),
    Fault.ZIP_TOO_MANY_MEMBERS: lambda b: b.take(b.zip(*((f"{n}.shp", b"1") for n in range(101)))),
    Fault.ZIP_TOO_LARGE: lambda b: b.take(b.too_large()),
    Fault.ZIP_RATIO: lambda b: b.take(b.zip(("a.shp", bytes(17_000_000)))),
    Fault.ZIP_UNSAFE_NAME: lambda b: b.take(b.zip(("../a.shp", b"1"))),
    Fault.ZIP_LINK: lambda b: b.take(b.link()),
    Fault.ZIP_ENCRYPTED: lambda b: b.take(b.encrypted()),
    Fault.ZIP_NESTED: lambda b: b.take(b.zip(("a.zip", b"1"))),
    Fault.ZIP_DUPLICATE_NAME: lambda b: b.take(b.zip(("a.shp", b"1"), ("A.SHP", b"1"))),
    Fault.MISSING_CRS: lambda b: b.take(b.without(".prj")),
    Fault.UNKNOWN_CRS: lambda b: b.take(b.geojson([RING]), crs="EPSG:999999"),
    Fault.MIXED_CRS: lambda b: b.take(
        b.gpkg(SQUARE, name="a.gpkg"), b.gpkg(SQUARE, name="b.gpkg", crs="EPSG:4528")
    ),
    Fault.CRS_CONTRADICTS: lambda b: b.take(b.gpkg(SQUARE), crs="EPSG:4528"),
    Fault.GEOGRAPHIC_CRS: lambda b: b.take(b.gpkg(SQUARE), working_crs="EPSG:4490"),
    Fault.CRS_UNIT_NOT_METRE: lambda b: require_projected("EPSG:2249"),
    Fault.OLD_DATUM: lambda b: b.txt("2000国家大地坐标系", "80国家大地坐标系"),
    Fault.NO_DATUM_SHIFT: lambda b: b.take(
        b.gpkg(degrees(), crs="+proj=longlat +ellps=krass +no_defs")
    ),
    Fault.WRONG_ZONE: lambda b: b.take(
        b.text((HEAD + PARCEL + POINTS).replace("39\n", "40\n").replace(",39524", ",40524"))
    ),
    Fault.ZONE_MISSING: lambda b: b.take(
        b.text((HEAD + PARCEL + POINTS).replace("带号=39", "带号=").replace(",39524", ",524"))
    ),
    Fault.NO_SUCH_ZONE: lambda b: b.txt("几度分带=3", "几度分带=6"),
    Fault.UNKNOWN_PROJECTION: lambda b: b.txt("高斯克吕格", "兰伯特"),
    Fault.TXT_UNIT_NOT_METRE: lambda b: b.txt("计量单位=米", "计量单位=公里"),
    Fault.AXES_SWAPPED: lambda b: b.take(b.gpkg(turned(SQUARE))),
    Fault.SWAP_NOT_NEEDED: lambda b: b.take(b.gpkg(SQUARE), swap_axes=True),
    Fault.DEGREES_EXPECTED: lambda b: b.take(b.gpkg(SQUARE, crs="EPSG:4490")),
    Fault.METRES_EXPECTED: lambda b: b.take(b.gpkg(degrees())),
    Fault.ZONE_MISMATCH: lambda b: b.txt("带号=39", "带号=38"),
    Fault.ZONE_PREFIX_MISSING: lambda b: b.take(b.gpkg(moved(SQUARE, east=-39e6))),
    Fault.ZONE_PREFIX_UNEXPECTED: lambda b: b.take(b.gpkg(SQUARE, crs="EPSG:4548")),
    Fault.COORDINATES_OUT_OF_RANGE: lambda b: b.take(b.gpkg(moved(SQUARE, north=-3e6))),
    Fault.OUTSIDE_COUNTY: lambda b: b.take(b.gpkg(moved(SQUARE, east=5e4))),
    Fault.OUTSIDE_CRS_AREA: lambda b: b.take(
        b.gpkg(box(-71.1, 42.3, -71.0, 42.4), crs="EPSG:4326"), envelope=None
    ),
    Fault.NO_GEOMETRY: lambda b: b.take(b.gpkg(None)),
    Fault.EMPTY_GEOMETRY: lambda b: b.take(b.geojson([])),
    Fault.NO_POLYGON: lambda b: b.take(b.gpkg(Point(E0, N0))),
    Fault.BROKEN_GEOMETRY: lambda b: b.take(b.broken_geometry()),
    Fault.BAD_COORDINATE: lambda b: b.take(b.geojson([["x"]])),
    Fault.NON_FINITE: lambda b: b.take(b.gpkg(nan_square())),
    Fault.TOO_FEW_POINTS: lambda b: b.take(b.geojson([RING[:1]])),
    Fault.TOO_MANY_VERTICES: lambda b: b.take(
        b.gpkg(SQUARE), limits=ReadLimits(max_bytes=10**7, max_features=9, max_vertices=3)
    ),
    Fault.OPEN_RING: lambda b: b.take(b.geojson([RING[:3]])),
    Fault.ZERO_AREA: lambda b: b.take(
        b.gpkg(Polygon([(E0, N0), (E0 + 10, N0 + 10), (E0 + 20, N0 + 20), (E0 + 5, N0 + 5)]))
    ),
    Fault.REPAIR_TOO_LARGE: lambda b: b.take(b.gpkg(BOW_TIE)),
    Fault.BAD_LINE: lambda b: b.txt("J2,1,", "J2;1;"),
    Fault.LABEL_REPEATED: lambda b: b.txt("J3,1", "J1,1"),
    Fault.RING_RESUMED: lambda b: b.txt("J3,1", "J3,2"),
    Fault.NOTHING_USABLE: lambda b: b.take(b.gpkg(None, BOW_TIE)),
}  # fmt: skip

MIXED = {
    "type": "GeometryCollection",
    "geometries": [
        {"type": "Polygon", "coordinates": [RING]},
        {"type": "Point", "coordinates": RING[0]},
    ],
}
REMARKS = {
    Remark.ENCODING_CONTRADICTED: lambda b: b.take(b.wrong_claim()),
    Remark.TEXT_CUT: lambda b: b.take(b.cut_table()),
    Remark.LAYER_CHOSEN: lambda b: (
        b.gpkg(Point(E0, N0), layer="p"), b.take(b.gpkg(SQUARE))
    )[1],
    Remark.FILE_SKIPPED: lambda b: (
        b.gpkg(SQUARE), b.bytes(b"%PDF", "a.pdf"), b.take(b.folder)
    )[2],
    Remark.DATUM_SHIFTED: lambda b: b.take(
        b.gpkg(box(-71.1, 42.3, -71.0, 42.4), crs="EPSG:4326"),
        working_crs="EPSG:26986",
        envelope=None,
    ),
    Remark.HEIGHTS_DROPPED: lambda b: b.take(b.gpkg(shapely.force_3d(SQUARE, 5.0))),
    Remark.REPEATED_POINTS: lambda b: b.take(
        b.gpkg(Polygon([(E0, N0), (E0, N0), (E0 + 9, N0), (E0 + 9, N0 + 9)]))
    ),
    Remark.COLLECTION_REDUCED: lambda b: b.take(b.text(json.dumps(MIXED), "site.geojson")),
    Remark.AREA_MISMATCH: lambda b: b.txt("4,2.0,", "4,3.0,"),
    Remark.AREA_MISMATCHES_MORE: lambda b: b.take(b.gpkg(*[SQUARE] * 21, DKMJ=[3.0] * 21)),
    Remark.POINT_COUNT_DIFFERS: lambda b: b.txt("4,2.0,", "9,2.0,"),
    Remark.DUPLICATE_NUMBER: lambda b: b.take(b.text(HEAD + (PARCEL + POINTS) * 2)),
    Remark.HEADER_LINE_UNREAD: lambda b: b.txt("带号=39\n", "带号=39\n随手\n"),
    Remark.EXTRA_FIELDS: lambda b: b.txt("\nJ2,1", ",55.5\nJ2,1"),
    Remark.RING_SPLIT: lambda b: b.take(
        b.text(HEAD + PARCEL + POINTS + f"J1,1,{N0},{E0}\n"
               + POINTS.replace(f",{E0}", f",{E0 + 300}").replace(f",{E0 + 100}", f",{E0 + 400}"))
    ),
    Remark.PARAMETERS_IGNORED: lambda b: b.txt("带号=39\n", "带号=39\n转换参数=1,0,0,0,0,0,0\n"),
}  # fmt: skip
MENDS = {
    Mend.SELF_INTERSECTION: MultiPolygon(
        [box(E0, N0, E0 + 50, N0 + 50), box(E0 + 50, N0, E0 + 99, N0 + 50)]
    ),
    Mend.HOLE_OUTSIDE: Polygon(
        SQUARE.exterior, [box(E0 + 300, N0, E0 + 301, N0 + 1).exterior]
    ),
    Mend.NESTED_PARTS: MultiPolygon([SQUARE, box(E0 + 50, N0 + 50, E0 + 51, N0 + 51)]),
}  # fmt: skip
# these name no file: they are about the option or the working system
FILELESS = {Fault.GEOGRAPHIC_CRS, Fault.CRS_UNIT_NOT_METRE, Fault.NO_DATUM_SHIFT,
            Fault.UNKNOWN_ENCODING}  # fmt: skip


def sentences(code, params):
    return [
        text
        for wording in (message_of(code, params), remedy_of(code, params))
        for text in (wording.zh, wording.en)
    ]


def assert_whole(code, params):
    for text in sentences(code, params):
        assert "–" not in text.replace("25–45", "").replace("13–23", ""), text
        assert not re.search(r"[{}]|None|Fault\.|np\.", text), text
    if code not in FILELESS:
        assert "{file}" in catalogue()[code]["zh"]


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path)


def refused_by(act, bench):
    try:
        intake = act(bench)
    except (GeoError, ServiceError) as err:
        return {err.code: err.params}
    return {refusal.code: refusal.params for refusal in intake.refused}


@pytest.mark.parametrize("code", FAULTS)
def test_a_fault_is_met_and_told(code, bench):
    found = refused_by(FAULTS[code], bench)
    assert list(found) == [code]
    assert_whole(code, found[code])


@pytest.mark.parametrize("code", REMARKS)
def test_a_remark_is_met_and_told(code, bench):
    notes = {note.code: note.params for note in REMARKS[code](bench).detected.notes}
    assert code in notes
    assert_whole(code, notes[code])


@pytest.mark.parametrize("code", MENDS)
def test_a_repair_is_met_and_told(code, bench):
    (repair,) = bench.take(bench.gpkg(MENDS[code])).repaired
    assert repair.code == code
    assert all(sentences(code, {}))


def codes_of_reading():
    text = (ROOT / "services" / "messages" / "reading.toml").read_text("utf-8")
    return set(re.findall(r"^\[(\w+)\]$", text, re.MULTILINE))


def test_every_code_of_reading_is_met_here():
    """Formats and other parts meet the codes of their own texts in tests of their own."""
    assert codes_of_reading() == {*map(str, FAULTS), *map(str, REMARKS), *map(str, MENDS)}


def test_no_code_is_left_out():
    assert {*map(str, Fault), *map(str, Remark), *map(str, Mend)} <= set(catalogue())


def test_placeholders_are_plain_names():
    for code in (*Fault, *Remark, *Mend):
        for text in catalogue()[code].values():
            for _, name, form, _ in string.Formatter().parse(text):
                assert name is None or (name.isidentifier() and not form)
