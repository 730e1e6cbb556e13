"""Shapefiles: parts in one folder, with Chinese text in any encoding."""

from __future__ import annotations

import codecs
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import pandas as pd
from pyproj import CRS

from geo.crs import crs_label
from geo.errors import UnreadableFileError
from geo.intake import Detected, ReadOptions, Refusal
from geo.io.bulk_read import layer_facts, read_layer
from geo.io.dbf_text import dbf_record_count, table_encoding
from geo.io.limits import ReadLimits
from geo.io.raw_features import (
    RawFeatures,
    declared_crs,
    settled_crs,
    unique_names,
)
from geo.io.shapefile_side_files import SIDE_FILE_ENDS, restored_table
from geo.reading_codes import Fault

__all__ = ["read_shapefile", "shapefile_parts", "stated_crs"]

DRIVER = "ESRI Shapefile"
NEEDED_PARTS = (".shx", ".dbf")
READ_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
# header of .shp and .shx, and one entry of .shx: ESRI Shapefile Technical Description (1998)
HEADER_BYTES, INDEX_BYTES = 100, 8
# ISO 8859-1 keeps every byte as it is
BYTES_AS_SIGNS = "ISO-8859-1"


def shapefile_parts(path: Path) -> dict[str, Path]:
    """Parts of a shapefile by suffix in lower case, however they are spelt, with side files."""
    stem = path.stem.casefold()
    sides = {end: path.with_name(path.stem + end) for end in SIDE_FILE_ENDS}
    parts = {
        part.suffix.lower(): part
        for part in sorted(path.parent.iterdir())
        if part.suffix.lower() in READ_PARTS and part.stem.casefold() == stem
    }
    parts |= {end: side for end, side in sides.items() if side.is_file()}
    # the shapes themselves may go by any name: they were known by content
    return {**parts, ".shp": path}


def read_shapefile(path: Path, options: ReadOptions, limits: ReadLimits) -> RawFeatures:
    """Features of a shapefile in its own CRS.

    Raises
    ------
    UnreadableFileError
        A part is missing or broken, no encoding fits, too many features.
    MissingCRSError, MixedCRSError
        See `settled_crs`.
    """
    parts = shapefile_parts(path)
    for suffix in NEEDED_PARTS:
        if suffix not in parts:
            raise UnreadableFileError(
                Fault.SHAPEFILE_PART_MISSING, file=path.name, part=path.stem + suffix
            )
    return _read(parts, options, limits, file=path.name)


def stated_crs(path: Path) -> CRS | None:
    """CRS that the `.prj` of a shapefile names; `None` without one."""
    return _stated_crs(shapefile_parts(path))


def _read(
    parts: Mapping[str, Path],
    options: ReadOptions,
    limits: ReadLimits,
    *,
    file: str,
) -> RawFeatures:
    _require_whole(parts, file)
    crs = settled_crs(_stated_crs(parts), options.crs, file=file)
    encoding, notes = table_encoding(parts[".dbf"], parts.get(".cpg"), options.encoding, file=file)
    with _staged(parts) as shp:
        facts = layer_facts(shp, driver=DRIVER, layer=None, limits=limits, file=file)
        count = int(facts["features"])
        rows, refused = _rows(shp, encoding, count, file)
    frame, restored = restored_table(rows, parts, file=file)
    return RawFeatures(
        frame=gpd.GeoDataFrame(frame, geometry=rows.geometry.name).set_crs(crs),
        detected=Detected(DRIVER, encoding=encoding, crs=crs_label(crs), notes=(*notes, *restored)),
        count=count,
        refused=refused,
    )


def _require_whole(parts: Mapping[str, Path], file: str) -> None:
    """Refuse shapes that break off, and a table that is not the one of these shapes.

    The driver would fill up with missing geometry or missing attributes.
    """
    with parts[".shp"].open("rb") as stream:
        header = stream.read(HEADER_BYTES)
    stated_bytes = 2 * int.from_bytes(header[24:28], "big")
    if len(header) < HEADER_BYTES or parts[".shp"].stat().st_size < stated_bytes:
        raise UnreadableFileError(Fault.BROKEN_FILE, file=file, kind=".shp")
    records = (parts[".shx"].stat().st_size - HEADER_BYTES) // INDEX_BYTES
    if dbf_record_count(parts[".dbf"]) != records:
        raise UnreadableFileError(Fault.BROKEN_FILE, file=file, kind=".dbf")


def _stated_crs(parts: Mapping[str, Path]) -> CRS | None:
    prj = parts.get(".prj")
    if prj is None:
        return None
    return declared_crs(prj.read_bytes().decode("utf-8", "replace").strip("\ufeff\x00 \r\n"))


@contextmanager
def _staged(parts: Mapping[str, Path]) -> Iterator[Path]:
    """The parts that the driver needs, spelt alike and with nothing else beside them.

    What it finds beside them (systems, encodings, indexes of others) it would believe.
    """
    with TemporaryDirectory(prefix="plotwise-") as folder:
        for suffix in (".shp", *NEEDED_PARTS):
            target = Path(folder) / f"0{suffix}"
            try:
                target.symlink_to(parts[suffix].resolve())
            except OSError:
                # Windows lets only administrators link
                shutil.copyfile(parts[suffix], target)
        yield Path(folder) / "0.shp"


def _rows(
    shp: Path, encoding: str, count: int, file: str
) -> tuple[gpd.GeoDataFrame, tuple[Refusal, ...]]:
    """Rows of the table; those that the driver cannot decode are taken as bytes first."""
    try:
        return read_layer(shp, layer=None, encoding=encoding, count=count, file=file)
    except UnicodeDecodeError:
        frame, refused = read_layer(
            shp, layer=None, encoding=BYTES_AS_SIGNS, count=count, file=file
        )
    try:
        return _recoded(frame, encoding), refused
    except UnicodeDecodeError as err:
        raise UnreadableFileError(Fault.UNREADABLE_ENCODING, file=file) from err


def _recoded(frame: gpd.GeoDataFrame, encoding: str) -> gpd.GeoDataFrame:
    """Names and texts decoded from bytes; a sign cut off at the end is left out."""
    decoder = codecs.getincrementaldecoder(encoding)

    def recode(text: object) -> object:
        if not isinstance(text, str) or text.isascii():
            return text
        return decoder("strict").decode(text.encode(BYTES_AS_SIGNS), final=False)

    table = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    for name in table.columns:
        if pd.api.types.is_string_dtype(table[name]) or table[name].dtype == object:
            table[name] = table[name].map(recode)
    table.columns = pd.Index(unique_names([str(recode(name)) for name in table.columns]))
    return gpd.GeoDataFrame(table, geometry=frame.geometry)
