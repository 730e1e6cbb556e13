"""Every code of formats.toml, met by a file that earns it, reads as a whole sentence."""

import json
import re
import struct
import zipfile
from pathlib import Path

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
from pyproj import CRS
from shapely import Polygon, box

from geo.errors import GeoError
from geo.intake import ReadOptions
from geo.io.kml.writer import write_kml
from geo.reading_codes import Fault, Remark
from services.errors import ServiceError
from services.intake import take_in
from services.messages import catalogue, message_of, remedy_of

ROOT = Path(__file__).parents[2]
WORKING = "EPSG:4527"
E0, N0 = 39_524_000.0, 3_850_000.0
SQUARE = box(E0, N0, E0 + 100, N0 + 200)
HOLED = Polygon(SQUARE.exterior, [box(E0 + 9, N0 + 9, E0 + 19, N0 + 19).exterior])
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)
RING = (
    "<outerBoundaryIs><LinearRing><coordinates>117.262,34.776 117.263,34.776 117.263,34.777 "
    "117.262,34.776</coordinates></LinearRing></outerBoundaryIs>"
)
DEEP = struct.pack("<BII", 1, 7, 1) * 100 + struct.pack("<BIdd", 1, 1, 0.0, 0.0)
PLACEMARK = f"<Placemark><name>甲</name><Polygon>{RING}</Polygon></Placemark>"
LINK = "<NetworkLink/>"


def turned_hole(data):
    """The last five corners in the other order."""
    corners = [data[at : at + 16] for at in range(len(data) - 80, len(data), 16)]
    return data[:-80] + b"".join(reversed(corners))


class Bench:
    """A folder in which one file of each kind is made and taken in."""

    def __init__(self, folder):
        self.folder = folder

    def take(self, path, **options):
        return take_in([path], ReadOptions(**options), working_crs=WORKING)

    def bytes(self, data, name="site.dat"):
        path = self.folder / name
        path.write_bytes(data)
        return path

    def kml(self, body):
        return self.bytes(f"<kml>{body}</kml>".encode(), "site.kml")

    def gdb(self):
        path = self.folder / "site.gdb"
        frame = gpd.GeoDataFrame({"名称": ["甲"]}, geometry=[SQUARE], crs=WORKING)
        pyogrio.write_dataframe(frame, path, layer="红线", driver="OpenFileGDB")
        table = frame.drop(columns="geometry")
        pyogrio.write_dataframe(table, path, layer="表", driver="OpenFileGDB", append=True)
        return path

    def spoilt_gdb(self, part, change):
        path = self.gdb()
        file = path / part
        data = change(file.read_bytes() if file.exists() else b"")
        file.unlink(missing_ok=True)
        if data is not None:
            file.write_bytes(data)
        return path

    def shp(self, part, change):
        """Two shapes, of which the second has a hole; one part is changed."""
        path = self.folder / "site.shp"
        frame = gpd.GeoDataFrame({"n": ["7", "8"]}, geometry=[SQUARE, HOLED], crs=WORKING)
        pyogrio.write_dataframe(frame, path, encoding="GBK")
        file = path.with_suffix(part)
        data = change(file.read_bytes())
        file.unlink()
        if data is not None:
            file.write_bytes(data)
        return path

    def parquet(self, encoding, wkb=b"", crs=None):
        table = pa.table({"a": [1], "geometry": [wkb], "point": [b""]})
        spec = {"encoding": encoding, **({} if crs is None else {"crs": crs})}
        columns = {"geometry": spec, "point": {"encoding": "WKB"}}
        geo = json.dumps({"primary_column": "geometry", "columns": columns})
        if encoding is not None:
            table = table.replace_schema_metadata({"geo": geo})
        pq.write_table(table, self.folder / "site.parquet")
        return self.folder / "site.parquet"

    def huge_parquet(self):
        """Blanks that pack to nothing, said to be more than 1 GB."""
        path = self.parquet("WKB", b"\x00" * 3_000_000)
        rows = pq.read_table(path)
        with pq.ParquetWriter(path, rows.schema) as writer:
            for _ in range(400):
                writer.write_table(rows)
        return path

    def zip(self, *members, method=None):
        path = self.folder / "site.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in members:
                archive.writestr(name, data)
        if method is not None:
            data = bytearray(path.read_bytes())
            for at in (8, data.index(b"PK\x01\x02") + 10):
                data[at : at + 2] = method.to_bytes(2, "little")
            path.write_bytes(data)
        return path

    def written(self, text):
        frame = gpd.GeoDataFrame({"site_name": [text]}, geometry=[SQUARE], crs=WORKING)
        return write_kml(frame, self.folder / "out.kml", name="x")


FAULTS = {
    Fault.XML_FORBIDDEN: lambda b: b.bytes(b"<!DOCTYPE kml []><kml/>"),
    Fault.GML_FILE: lambda b: b.bytes(b"<FeatureCollection/>"),
    Fault.DXF_FILE: lambda b: b.bytes(b"0\nSECTION\n"),
    Fault.MAPINFO_FILE: lambda b: b.bytes(b"!table\n"),
    Fault.ACCESS_FILE: lambda b: b.bytes(b"\x00\x01\x00\x00Standard Jet DB\x00"),
    Fault.XLS_FILE: lambda b: b.bytes(OLE2 + "Workbook\x00".encode("utf-16-le")),
    Fault.ENCRYPTED_OFFICE: lambda b: b.bytes(OLE2 + "EncryptedPackage\x00".encode("utf-16-le")),
    Fault.OTHER_ARCHIVE: lambda b: b.bytes(b"Rar!\x1a\x07\x00"),
    Fault.PDF_OR_IMAGE: lambda b: b.bytes(b"%PDF-1.7"),
    Fault.ZIP_WITHOUT_DATA: lambda b: b.zip(("a.md", b"1")),
    Fault.ZIP_METHOD: lambda b: b.zip(("a.kml", b"<kml/>"), method=9),
    Fault.GDB_TABLE_MISSING: lambda b: b.spoilt_gdb("a00000009.gdbtable", lambda data: None),
    Fault.GDB_TABLE_BROKEN: lambda b: b.spoilt_gdb("a00000009.gdbtable", lambda data: data[:100]),
    Fault.GDB_COMPRESSED: lambda b: b.spoilt_gdb("a00000009.cdf", lambda data: b"x"),
    Fault.LAYER_WITHOUT_GEOMETRY: lambda b: (b.gdb(), {"layer": "表"}),
    Fault.INDEX_OF_OTHERS: lambda b: b.shp(".shx", lambda data: data[:103] + b"\x77" + data[104:]),
    Fault.RECORD_COUNTS_DIFFER: lambda b: b.shp(".dbf", lambda data: data[:-3]),
    Fault.PARQUET_WITHOUT_GEO: lambda b: b.parquet(None),
    Fault.PARQUET_ENCODING: lambda b: b.parquet("TWKB"),
    Fault.PARQUET_TOO_LARGE: lambda b: b.huge_parquet(),
    Fault.GEOMETRY_TOO_DEEP: lambda b: b.parquet("WKB", DEEP),
    Fault.KML_BROKEN: lambda b: b.bytes(b"<kml><Document>"),
    Fault.KML_TOO_DEEP: lambda b: b.kml("<a>" * 300),
    Fault.KML_ONLY_LINKS: lambda b: b.kml(LINK),
    Fault.SEVERAL_SHELLS: lambda b: b.kml(
        f"<Placemark><Polygon>{RING}{RING}</Polygon></Placemark>"
    ),
}
REMARKS = {
    Remark.ZIP_MEMBERS_SKIPPED: lambda b: (
        b.take(
            b.zip(("doc.kml", f"<kml>{PLACEMARK}</kml>".encode()), ("a.png", b"1"))
        ).detected.notes
    ),
    Remark.INDEX_REBUILT: lambda b: b.take(b.shp(".shx", lambda data: None)).detected.notes,
    Remark.DELETED_RECORDS: lambda b: (
        b.take(b.shp(".dbf", lambda data: data.replace(b"\r 7", b"\r*7", 1))).detected.notes
    ),
    Remark.RING_ORDER_MENDED: lambda b: b.take(b.shp(".shp", turned_hole)).detected.notes,
    Remark.GEOMETRY_COLUMNS_SKIPPED: lambda b: (
        b.take(b.parquet("WKB", SQUARE.wkb, crs=CRS.from_epsg(4527).to_wkt())).detected.notes
    ),
    Remark.KML_LINKS_SKIPPED: lambda b: b.take(b.kml(PLACEMARK + LINK)).detected.notes,
    Remark.KML_OVERLAYS_SKIPPED: lambda b: (
        b.take(b.kml(f"{PLACEMARK}<GroundOverlay/>")).detected.notes
    ),
    Remark.KML_WRITTEN: lambda b: b.written("甲"),
    Remark.SIGNS_REPLACED: lambda b: b.written("甲\x00"),
}


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path)


def assert_whole(code, params):
    for wording in (message_of(code, params), remedy_of(code, params)):
        for text in (wording.zh, wording.en):
            assert "–" not in text, text
            assert not re.search(r"[{}]|None|Fault\.|np\.", text), text
    assert "{file}" in catalogue()[code]["zh"]


@pytest.mark.parametrize("code", FAULTS)
def test_a_fault_is_met_and_told(code, bench):
    made = FAULTS[code](bench)
    path, options = made if isinstance(made, tuple) else (made, {})
    with pytest.raises((GeoError, ServiceError)) as caught:
        bench.take(path, **options)
    assert caught.value.code == code
    assert caught.value.params["file"] == path.name
    assert_whole(code, caught.value.params)


@pytest.mark.parametrize("code", REMARKS)
def test_a_remark_is_met_and_told(code, bench):
    notes = {note.code: note.params for note in REMARKS[code](bench)}
    assert code in notes
    assert_whole(code, notes[code])


def test_every_code_of_formats_is_met_here():
    text = (ROOT / "services" / "messages" / "formats.toml").read_text("utf-8")
    codes = set(re.findall(r"^\[(\w+)\]$", text, re.MULTILINE))
    assert codes == {*map(str, FAULTS), *map(str, REMARKS)}


def test_a_geodatabase_and_a_kml_are_taken_in_as_sites(bench):
    intake = bench.take(bench.gdb())
    assert intake.frame.area.tolist() == [20_000.0]
    assert intake.frame["site_name"].tolist() == ["甲"]
    intake = bench.take(bench.kml(PLACEMARK))
    assert intake.frame["site_name"].tolist() == ["甲"]
    assert intake.frame.crs == WORKING
