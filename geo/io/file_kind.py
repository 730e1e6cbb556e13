"""What a file is, by its first bytes: names prove nothing.

A drawing, a web address or another file's name inside a file called `.shp` or `.geojson`
must never reach a library that would follow it.
"""

from __future__ import annotations

import codecs
import re
from enum import StrEnum
from mmap import ACCESS_READ, mmap
from pathlib import Path

from geo.io.archive.directory import member_names
from geo.io.geodatabase.files import is_geodatabase
from geo.io.text_kind import head_text, looks_like_table, looks_like_wkt
from geo.io.xml_root import FORBIDDEN_ROOT, root_name

__all__ = [
    "HEAD_BYTES",
    "FileKind",
    "dwg_release",
    "file_kind",
    "head_kind",
    "looks_like_boundaries",
]

HEAD_BYTES = 4096
SQLITE_MAGIC = b"SQLite format 3\x00"
GEOPACKAGE_IDS = (b"GPKG", b"GP10", b"GP11")
DWG_RELEASES = {
    b"AC1012": "R13", b"AC1014": "R14", b"AC1015": "2000", b"AC1018": "2004",
    b"AC1021": "2007", b"AC1024": "2010", b"AC1027": "2013", b"AC1032": "2018",
}  # fmt: skip
SHAPE_PARTS = frozenset({".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".qpj"})
BOUNDARY_MARKS = ("[属性描述]", "[地块坐标]", "[界址点坐标]")
# a list is no GeoJSON, but its reader tells why
JSON_LIST = re.compile(r'\[\s*([\[{"\]]|-?[0-9.]+\s*[,\]])')
UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class FileKind(StrEnum):
    """Kinds that are read, and kinds that are known and refused."""

    EMPTY = "empty"
    GEOPACKAGE = "GeoPackage"
    GEODATABASE = "FileGDB"
    SHAPEFILE = "shapefile"
    SHAPEFILE_PART = "shapefile part"
    FLATGEOBUF = "FlatGeobuf"
    PARQUET = "Parquet"
    JSON = "JSON"
    KML = "KML"
    BOUNDARY_TXT = "coordinate TXT"
    COORDINATE_TABLE = "coordinate list"
    WKT = "WKT"
    XLSX = "Excel .xlsx"
    ZIP = "zip"
    DWG = "DWG"
    DXF = "DXF"
    MAPINFO = "MapInfo TAB/MIF"
    GML = "GML"
    XML = "XML"
    FORBIDDEN_XML = "XML with a document type"
    SQLITE = "SQLite"
    ACCESS = "Access .mdb"
    XLS = "Excel .xls"
    ENCRYPTED_OFFICE = "Office file with a password"
    DOCUMENT = "Office document"
    OTHER_ARCHIVE = "archive other than zip"
    PDF = "PDF"
    IMAGE = "image"
    UNKNOWN = "unknown"


PATTERNS = tuple(
    (re.compile(start, re.DOTALL), kind)
    for start, kind in (
        (rb"\x00\x00\x27\x0a", FileKind.SHAPEFILE),
        (rb"PK(\x03\x04|\x05\x06)", FileKind.ZIP),
        (rb"fgb\x03fgb", FileKind.FLATGEOBUF),
        (rb"PAR1", FileKind.PARQUET),
        # old Office files, told apart by the names of their streams
        (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FileKind.DOCUMENT),
        (rb"\x00\x01\x00\x00Standard (Jet|ACE) DB", FileKind.ACCESS),
        (rb"AC1[0-9]{3}|AC1\.[0-9]|MC0\.0|AC[0-9]\.[0-9]{1,2}", FileKind.DWG),
        (rb"AutoCAD Binary DXF", FileKind.DXF),
        (rb"\s*(999\r?\n.*\n\s*)?0\s*\r?\n\s*SECTION", FileKind.DXF),
        (rb"%PDF", FileKind.PDF),
        (rb"Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|\x1f\x8b", FileKind.OTHER_ARCHIVE),
        (rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff|GIF8|BM.{4}\x00{4}", FileKind.IMAGE),
        (rb"II\*\x00|MM\x00\*", FileKind.IMAGE),
        (rb"(?i)\s*(!table\b|version\s+\d+\s+charset\b)", FileKind.MAPINFO),
    )
)
# streams of a compound file: a workbook with a password ([MS-OFFCRYPTO], 2.3.4.4), one without
# ([MS-XLS], 2.1.2), and its form of Excel 95
COMPOUND_STREAMS = (
    ("EncryptedPackage", FileKind.ENCRYPTED_OFFICE),
    ("Workbook", FileKind.XLS),
    ("Book", FileKind.XLS),
)
OFFICE_PARTS = (
    ("xl/workbook.xml", FileKind.XLSX),
    ("word/document.xml", FileKind.DOCUMENT),
    ("ppt/presentation.xml", FileKind.DOCUMENT),
)
XML_ROOTS = {
    "kml": FileKind.KML,
    "FeatureCollection": FileKind.GML,
    FORBIDDEN_ROOT: FileKind.FORBIDDEN_XML,
}


def file_kind(path: Path) -> FileKind:
    """Kind of a file, or of a folder that is a geodatabase, by content.

    Only a part of a shapefile is known by its name.
    """
    if path.is_dir():
        return FileKind.GEODATABASE if is_geodatabase(path) else FileKind.UNKNOWN
    with path.open("rb") as stream:
        kind = head_kind(stream.read(HEAD_BYTES), path.name)
    if kind is FileKind.ZIP:
        return _zip_kind(path)
    return _compound_kind(path) if kind is FileKind.DOCUMENT else kind


def head_kind(head: bytes, name: str) -> FileKind:
    """Kind of a file by its first bytes; zip archives and compound files are not told apart."""
    if not head.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        return FileKind.EMPTY
    suffix = Path(name).suffix.lower()
    if suffix in SHAPE_PARTS or name.lower().endswith(".shp.xml"):
        return FileKind.SHAPEFILE_PART
    return _binary_kind(head) or _text_kind(head, suffix)


def dwg_release(path: Path) -> str:
    """AutoCAD release whose form a drawing has; its bare mark where that is not known."""
    with path.open("rb") as stream:
        mark = stream.read(6)
    return DWG_RELEASES.get(mark, mark.decode("ascii", "replace").strip("\x00"))


def _zip_kind(path: Path) -> FileKind:
    names = member_names(path)
    return next((kind for part, kind in OFFICE_PARTS if part in names), FileKind.ZIP)


def _compound_kind(path: Path) -> FileKind:
    """Kind of an old Office file by the names of its streams, which stand anywhere in it."""
    with path.open("rb") as stream, mmap(stream.fileno(), 0, access=ACCESS_READ) as data:
        for name, kind in COMPOUND_STREAMS:
            if data.find(name.encode("utf-16-le") + b"\x00\x00") >= 0:
                return kind
    return FileKind.DOCUMENT


def _binary_kind(head: bytes) -> FileKind | None:
    if head.startswith(SQLITE_MAGIC):
        return FileKind.GEOPACKAGE if head[68:72] in GEOPACKAGE_IDS else FileKind.SQLITE
    return next((kind for pattern, kind in PATTERNS if pattern.match(head)), None)


def _text_kind(head: bytes, suffix: str) -> FileKind:
    text = _start_of(head)
    if text[:1] == "<":
        return XML_ROOTS.get(root_name(text), FileKind.XML)
    # a record separator stands before each text of a GeoJSON sequence (RFC 8142)
    if text[:1] in ("{", "\x1e"):
        return FileKind.JSON
    if looks_like_boundaries(head):
        return FileKind.BOUNDARY_TXT
    plain = head_text(head, cut=len(head) >= HEAD_BYTES)
    if looks_like_wkt(plain):
        return FileKind.WKT
    if looks_like_table(plain, suffix):
        return FileKind.COORDINATE_TABLE
    otherwise = FileKind.BOUNDARY_TXT if suffix == ".txt" else FileKind.UNKNOWN
    return FileKind.JSON if JSON_LIST.match(text) else otherwise


def _start_of(head: bytes) -> str:
    """Begin of a text; signs beyond ASCII, which no root element has, count for nothing."""
    codec = "utf-16" if head.startswith(UTF16_MARKS) else "utf-8"
    return head.decode(codec, "replace").removeprefix("\ufeff").lstrip()


def looks_like_boundaries(head: bytes) -> bool:
    """Whether a text has a section of the exchange form of boundary points."""
    return any(
        mark.encode(encoding) in head for mark in BOUNDARY_MARKS for encoding in ("utf-8", "gbk")
    )
