"""Shapefiles: parts in one folder, with Chinese text in any encoding."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import CRS

from geo.crs import crs_label
from geo.errors import Param, UnreadableFileError
from geo.intake import Detected, Note, ReadOptions, Refusal
from geo.io.bulk_read import layer_facts, read_layer
from geo.io.limits import ReadLimits
from geo.io.raw_features import (
    RawFeatures,
    declared_crs,
    settled_crs,
    unique_names,
)
from geo.io.shapefile.dbf_table import DbfLayout, dbf_layout, deleted_records, long_codes
from geo.io.shapefile.dbf_text import table_encoding
from geo.io.shapefile.rings import with_ring_order
from geo.io.shapefile.shape_index import index_fits, rebuilt_index, shape_count
from geo.io.shapefile.side_files import restored_table
from geo.io.side_file_ends import SIDE_FILE_ENDS
from geo.io.staging import put_at
from geo.reading_codes import Fault, Remark

__all__ = ["read_shapefile", "shapefile_parts", "stated_crs"]

DRIVER = "ESRI Shapefile"
READ_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
# header of .shp: ESRI Shapefile Technical Description (1998)
HEADER_BYTES = 100
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
    if ".dbf" not in parts:
        raise _missing(path.name, path.stem + ".dbf")
    index = None
    if ".shx" not in parts and _is_whole(path):
        index = rebuilt_index(path)
        if index is None:
            raise _missing(path.name, path.stem + ".shx")
    return _read(parts, options, limits, index)


def _missing(file: str, part: str) -> UnreadableFileError:
    return UnreadableFileError(Fault.SHAPEFILE_PART_MISSING, file=file, part=part)


def stated_crs(path: Path) -> CRS | None:
    """CRS that the `.prj` of a shapefile names; `None` without one."""
    return _stated_crs(shapefile_parts(path))


def _read(
    parts: Mapping[str, Path], options: ReadOptions, limits: ReadLimits, index: bytes | None
) -> RawFeatures:
    file = parts[".shp"].name
    layout = _checked_table(parts, index, file)
    crs = settled_crs(_stated_crs(parts), options.crs, file=file)
    encoding, notes = table_encoding(parts[".dbf"], parts.get(".cpg"), options.encoding, file=file)
    deleted = deleted_records(layout)
    with _staged(parts, index) as shp:
        layer_facts(shp, driver=DRIVER, layer=None, limits=limits, file=file)
        rows, refused = _rows(shp, encoding, layout.records, file)
    count = int((~deleted).sum())
    if len(rows) + len(refused) != count:
        raise UnreadableFileError(Fault.BROKEN_FILE, file=file, kind=DRIVER)
    rows = _with_long_codes(rows, layout, deleted)
    rows, reordered = with_ring_order(rows, file)
    frame, restored = restored_table(rows, parts, file=file)
    if index is not None:
        reordered += (Note(Remark.INDEX_REBUILT, {"file": file, "count": layout.records}),)
    if deleted.any():
        gone: dict[str, Param] = {"file": file, "count": int(deleted.sum())}
        reordered += (Note(Remark.DELETED_RECORDS, gone),)
    return RawFeatures(
        frame=gpd.GeoDataFrame(frame, geometry=rows.geometry.name).set_crs(crs),
        detected=Detected(
            DRIVER,
            encoding=encoding,
            crs=crs_label(crs),
            notes=(*notes, *reordered, *restored),
        ),
        count=count,
        refused=refused,
    )


def _is_whole(shp: Path) -> bool:
    """Whether the shapes reach to the end that their header states."""
    with shp.open("rb") as stream:
        header = stream.read(HEADER_BYTES)
    stated_bytes = 2 * int.from_bytes(header[24:28], "big")
    return len(header) == HEADER_BYTES and shp.stat().st_size >= stated_bytes


def _checked_table(parts: Mapping[str, Path], index: bytes | None, file: str) -> DbfLayout:
    """Layout of the table, once shapes, index and table are found to be of one shapefile.

    The driver would fill up with missing geometry or missing attributes.
    """
    if not _is_whole(parts[".shp"]):
        raise UnreadableFileError(Fault.BROKEN_FILE, file=file, kind=".shp")
    if index is None and not index_fits(parts[".shp"], parts[".shx"]):
        raise UnreadableFileError(Fault.INDEX_OF_OTHERS, file=file)
    layout = dbf_layout(parts[".dbf"])
    if layout is None:
        raise UnreadableFileError(Fault.BROKEN_FILE, file=file, kind=".dbf")
    shapes = shape_count(parts[".shx"].stat().st_size if index is None else len(index))
    if not shapes == layout.records == layout.stated:
        raise UnreadableFileError(
            Fault.RECORD_COUNTS_DIFFER, file=file, shapes=shapes, records=layout.records
        )
    return layout


def _with_long_codes(
    rows: gpd.GeoDataFrame, layout: DbfLayout, deleted: NDArray[np.bool_]
) -> gpd.GeoDataFrame:
    """Rows with codes of many digits as text, which the driver has made floats."""
    names = [name for name in rows.columns if name not in ("source_index", rows.geometry.name)]
    if len(names) != len(layout.fields):
        return rows
    live = np.flatnonzero(~deleted)[rows["source_index"].to_numpy()]
    codes = {
        names[position]: pd.Series([texts[row] for row in live], index=rows.index, dtype="str")
        for position, texts in long_codes(layout).items()
    }
    return rows.assign(**codes) if codes else rows


def _stated_crs(parts: Mapping[str, Path]) -> CRS | None:
    prj = parts.get(".prj")
    if prj is None:
        return None
    return declared_crs(prj.read_bytes().decode("utf-8", "replace").strip("\ufeff\x00 \r\n"))


@contextmanager
def _staged(parts: Mapping[str, Path], index: bytes | None) -> Iterator[Path]:
    """The parts that the driver needs, spelt alike and with nothing else beside them.

    What it finds beside them (systems, encodings, indexes of others) it would believe.
    """
    with TemporaryDirectory(prefix="plotwise-") as folder:
        for suffix in (".shp", ".shx", ".dbf"):
            target = Path(folder) / f"0{suffix}"
            if suffix == ".shx" and index is not None:
                target.write_bytes(index)
                continue
            put_at(target, parts[suffix])
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
