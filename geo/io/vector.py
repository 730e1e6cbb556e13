"""The one door for vector files: what it is by content, then the reader for that."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from geo.errors import GeoError, UnreadableFileError
from geo.intake import Note, ReadOptions
from geo.io.archive.reader import Reader, archive_reader
from geo.io.boundary.features import read_boundary_txt
from geo.io.columnar.flatgeobuf import read_flatgeobuf
from geo.io.columnar.geoparquet import read_geoparquet
from geo.io.coordinate_table.features import read_coordinate_text, read_coordinate_workbook
from geo.io.file_kind import FileKind, dwg_release, file_kind
from geo.io.geodatabase.files import geodatabase_parts, is_geodatabase
from geo.io.geodatabase.reader import read_geodatabase
from geo.io.geojson.reader import read_geojson
from geo.io.geopackage.layers import (
    list_layers,
    read_geopackage,
    read_geopackage_sites,
    write_geopackage,
)
from geo.io.kml.reader import read_kml
from geo.io.limits import MEGABYTE, SITE_LIMITS, ReadLimits
from geo.io.raw_features import RawFeatures
from geo.io.shapefile.reader import read_shapefile, shapefile_parts
from geo.io.shapefile.side_files import is_side_file
from geo.io.wkt_features import read_wkt
from geo.reading_codes import Fault, Remark

__all__ = [
    "input_files",
    "list_layers",
    "read_features",
    "read_geopackage",
    "write_geopackage",
]

READERS: dict[FileKind, Reader] = {
    FileKind.GEOPACKAGE: read_geopackage_sites,
    FileKind.GEODATABASE: read_geodatabase,
    FileKind.SHAPEFILE: read_shapefile,
    FileKind.FLATGEOBUF: read_flatgeobuf,
    FileKind.PARQUET: read_geoparquet,
    FileKind.JSON: read_geojson,
    FileKind.KML: read_kml,
    FileKind.BOUNDARY_TXT: read_boundary_txt,
    FileKind.XLSX: read_coordinate_workbook,
    FileKind.COORDINATE_TABLE: read_coordinate_text,
    FileKind.WKT: read_wkt,
}
READERS[FileKind.ZIP] = archive_reader(dict(READERS))
REFUSED_KINDS = {
    FileKind.EMPTY: Fault.EMPTY_FILE,
    FileKind.DWG: Fault.DWG_FILE,
    FileKind.DXF: Fault.DXF_FILE,
    FileKind.XML: Fault.XML_FILE,
    FileKind.FORBIDDEN_XML: Fault.XML_FORBIDDEN,
    FileKind.GML: Fault.GML_FILE,
    FileKind.MAPINFO: Fault.MAPINFO_FILE,
    FileKind.ACCESS: Fault.ACCESS_FILE,
    FileKind.XLS: Fault.XLS_FILE,
    FileKind.ENCRYPTED_OFFICE: Fault.ENCRYPTED_OFFICE,
    FileKind.OTHER_ARCHIVE: Fault.OTHER_ARCHIVE,
    FileKind.PDF: Fault.PDF_OR_IMAGE,
    FileKind.IMAGE: Fault.PDF_OR_IMAGE,
    FileKind.SHAPEFILE_PART: Fault.SHAPEFILE_PART_GIVEN,
}
# kinds that a folder of sites may hold beside the sites
BESIDE_SITES = frozenset(
    {
        FileKind.SHAPEFILE_PART,
        FileKind.UNKNOWN,
        FileKind.PDF,
        FileKind.IMAGE,
        FileKind.DOCUMENT,
    }
)


def input_files(paths: Sequence[Path]) -> tuple[tuple[Path, ...], tuple[Note, ...]]:
    """Files of an input in order; those of a folder by name, with a note of what is skipped.

    Parts of shapefiles go with their `.shp`; files of a kind that holds no sites, such as
    pictures and notes, are skipped.

    Raises
    ------
    UnreadableFileError
        A path does not exist, or a folder holds nothing to read.
    """
    files: list[Path] = []
    notes: list[Note] = []
    for path in paths:
        if not path.is_dir() or is_geodatabase(path):
            files.append(path)
            continue
        before = len(files)
        for item in sorted(path.iterdir()):
            is_input = item.is_file() or (item.is_dir() and is_geodatabase(item))
            if is_input and not item.name.startswith("."):
                _sort_out(item, files, notes)
        if len(files) == before:
            raise UnreadableFileError(Fault.EMPTY_FOLDER, file=path.name)
    return tuple(files), tuple(notes)


def _sort_out(item: Path, files: list[Path], notes: list[Note]) -> None:
    if is_side_file(item):
        return
    kind = file_kind(item)
    if kind not in BESIDE_SITES:
        files.append(item)
    elif kind is not FileKind.SHAPEFILE_PART:
        notes.append(Note(Remark.FILE_SKIPPED, {"file": item.name}))


def read_features(
    path: Path, options: ReadOptions, limits: ReadLimits = SITE_LIMITS
) -> RawFeatures:
    """Features of a file in its own CRS, as they lie there, and what was found out about it.

    GeoPackage, GeoJSON, shapefile (with its parts beside it, or in a zip) and coordinate TXT,
    known by content whatever the name says.

    Raises
    ------
    UnreadableFileError
        Missing, empty, broken, over a limit, or of a kind that is not read.
    MissingCRSError, MixedCRSError
        No CRS, or two.
    """
    if not path.is_file() and not (path.is_dir() and is_geodatabase(path)):
        raise UnreadableFileError(Fault.FILE_NOT_FOUND, file=path.name)
    kind = file_kind(path)
    reader = READERS.get(kind)
    if reader is None:
        fault = REFUSED_KINDS.get(kind, Fault.UNSUPPORTED_FORMAT)
        raise UnreadableFileError(fault, file=path.name, kind=_shown_kind(path, kind))
    parts = _parts(path, kind)
    _require_size(path, parts, limits)
    try:
        raw = reader(path.absolute(), options, limits)
    except GeoError as err:
        err.params.setdefault("file", path.name)
        raise
    return replace(raw, sha256=_sha256(parts))


def _shown_kind(path: Path, kind: FileKind) -> str:
    return f"{kind.value} {dwg_release(path)}" if kind is FileKind.DWG else kind.value


def _parts(path: Path, kind: FileKind) -> tuple[Path, ...]:
    """Files that are read as one."""
    if kind is FileKind.SHAPEFILE:
        return tuple(shapefile_parts(path).values())
    if kind is FileKind.GEODATABASE:
        return tuple(geodatabase_parts(path).values())
    return (path,)


def _require_size(path: Path, parts: Sequence[Path], limits: ReadLimits) -> None:
    size = sum(part.stat().st_size for part in parts)
    if size > limits.max_bytes:
        raise UnreadableFileError(
            Fault.FILE_TOO_LARGE,
            file=path.name,
            found_mb=size // MEGABYTE,
            limit_mb=limits.max_bytes // MEGABYTE,
        )


def _sha256(parts: Iterable[Path]) -> str:
    """Hash of a file; of several parts, of their hashes in the order of their suffixes."""
    digests = []
    for part in parts:
        with part.open("rb") as stream:
            digests.append(hashlib.file_digest(stream, "sha256").hexdigest())
    if len(digests) == 1:
        return digests[0]
    return hashlib.sha256("".join(digests).encode()).hexdigest()
