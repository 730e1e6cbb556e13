"""What a file is, by its first bytes: names prove nothing.

A drawing, a web address or another file's name inside a file called `.shp` or `.geojson`
must never reach a library that would follow it.
"""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path

__all__ = ["FileKind", "file_kind"]

HEAD_BYTES = 4096
SQLITE_MAGIC = b"SQLite format 3\x00"
GEOPACKAGE_IDS = (b"GPKG", b"GP10", b"GP11")
SHAPE_MAGIC = b"\x00\x00\x27\x0a"
ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06")
DWG_MAGIC = re.compile(rb"(AC1[0-9]{3}|AC1\.[0-9]|MC0\.0|AC[0-9]\.[0-9]{1,2})")
DXF_START = re.compile(rb"\s*(999\r?\n.*\n\s*)?0\s*\r?\n\s*SECTION", re.DOTALL)
SHAPE_PARTS = frozenset({".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".qpj"})
BOUNDARY_MARKS = ("[属性描述]", "[地块坐标]", "[界址点坐标]")


class FileKind(StrEnum):
    """Kinds that are read, and kinds that are known and refused."""

    EMPTY = "empty"
    GEOPACKAGE = "GeoPackage"
    SHAPEFILE = "shapefile"
    SHAPEFILE_PART = "shapefile part"
    JSON = "JSON"
    BOUNDARY_TXT = "coordinate TXT"
    ZIP = "zip"
    DWG = "DWG"
    DXF = "DXF"
    XML = "XML"
    SQLITE = "SQLite"
    UNKNOWN = "unknown"


def file_kind(path: Path) -> FileKind:
    """Kind of a file by content; of a part of a shapefile by its name."""
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    if not head.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        return FileKind.EMPTY
    if path.suffix.lower() in SHAPE_PARTS or path.name.lower().endswith(".shp.xml"):
        return FileKind.SHAPEFILE_PART
    return _binary_kind(head) or _text_kind(head, path)


def _binary_kind(head: bytes) -> FileKind | None:
    if head.startswith(SQLITE_MAGIC):
        return FileKind.GEOPACKAGE if head[68:72] in GEOPACKAGE_IDS else FileKind.SQLITE
    if head.startswith(SHAPE_MAGIC):
        return FileKind.SHAPEFILE
    if head.startswith(ZIP_MAGICS):
        return FileKind.ZIP
    if DWG_MAGIC.match(head):
        return FileKind.DWG
    if head.startswith(b"AutoCAD Binary DXF") or DXF_START.match(head):
        return FileKind.DXF
    return None


def _text_kind(head: bytes, path: Path) -> FileKind:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start == b"<":
        return FileKind.XML
    if start == b"{":
        return FileKind.JSON
    if path.suffix.lower() == ".txt" or _looks_like_boundaries(head):
        return FileKind.BOUNDARY_TXT
    return FileKind.UNKNOWN


def _looks_like_boundaries(head: bytes) -> bool:
    return any(
        mark.encode(encoding) in head for mark in BOUNDARY_MARKS for encoding in ("utf-8", "gbk")
    )
