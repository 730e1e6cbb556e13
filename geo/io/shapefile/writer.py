"""Writing shapefiles that the desktop programs of land bureaus open without a question.

Texts are GBK with a `.cpg` that says so, the `.prj` has the names of ESRI, and what the format
is too narrow for goes to side files, never away.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from geo.crs import parse_crs, require_crs
from geo.errors import Param
from geo.intake import Note
from geo.io.part_files import replace_together, written_beside
from geo.io.shapefile.dbf_writer import MOST_TEXT_BYTES, DbfField, dbf_field, write_dbf
from geo.io.shapefile.names import short_names
from geo.io.shapefile.shp_writer import write_shapes
from geo.io.shapefile.side_files import write_alias_table, write_long_texts
from geo.io.side_file_ends import ALIAS_END, SIDE_FILE_ENDS, TEXT_END
from geo.reading_codes import Remark

__all__ = ["shapefile_files", "write_shapefile", "write_zipped_shapefile"]

# parts and what programs put beside them: an old index beside new shapes is believed
PART_ENDS = (
    ".shp", ".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".qpj", ".ain", ".aih",
    ".atx", ".fbn", ".fbx", ".ixs", ".mxs", ".shp.xml", ".idm", ".ind",
)  # fmt: skip
SPELT_ENDS = tuple(spelt for end in (*PART_ENDS, *SIDE_FILE_ENDS) for spelt in (end, end.upper()))
# members of a zip have a fixed time: the same frame gives the same bytes
MEMBER_TIME = (2000, 1, 1, 0, 0, 0)
SHOWN_NAMES = 5


@dataclass(frozen=True, slots=True)
class _Table:
    """Attributes as fields of the table by their short names, in the order of `full_names`."""

    encoding: str
    fields: dict[str, DbfField]
    full_names: tuple[str, ...]

    @property
    def aliases(self) -> dict[str, str]:
        """Full names by short ones, where they differ."""
        pairs = zip(self.fields, self.full_names, strict=True)
        return {short: full for short, full in pairs if short != full}

    @property
    def long_texts(self) -> list[tuple[int, str, str]]:
        """Row (from 1), short name and whole text of every cell that was cut."""
        return [
            (row + 1, name, text)
            for name, field in self.fields.items()
            for row, text in field.long_texts.items()
        ]


def shapefile_files(path: Path) -> tuple[Path, ...]:
    """Everything that lies beside a `.shp` under its name: parts, indexes, side files."""
    # both spellings of an end: one file where names of files have no case
    places = {os.path.normcase(f"{path.with_suffix('')}{end}"): None for end in SPELT_ENDS}
    return tuple(Path(place) for place in places if os.path.lexists(place))


def write_shapefile(frame: gpd.GeoDataFrame, path: Path) -> tuple[Note, ...]:
    """Write a frame of polygons as a shapefile, in place of any older one.

    All parts appear or none. Signs that GBK lacks turn the whole table to UTF-8; names longer
    than ten bytes and texts longer than 254 are told in full by side files.

    Returns
    -------
    tuple
        Remarks on what reads differently from the frame.

    Raises
    ------
    MissingCRSError
        The frame has no CRS.
    GeoError
        The attributes do not fit into a table (`shapefile_too_wide`).
    """
    with _written(frame, path) as (parts, notes):
        replace_together(parts, path.parent, old=shapefile_files(path))
    return notes


def write_zipped_shapefile(frame: gpd.GeoDataFrame, path: Path) -> tuple[Note, ...]:
    """Write a frame as the only shapefile of a zip; see `write_shapefile`."""
    with (
        _written(frame, path.with_suffix(".shp")) as (parts, notes),
        written_beside(path) as beside,
        zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for part in parts:
            member = zipfile.ZipInfo(part.name, MEMBER_TIME)
            member.external_attr = 0o644 << 16
            archive.writestr(member, part.read_bytes(), zipfile.ZIP_DEFLATED)
    return notes


@contextmanager
def _written(frame: gpd.GeoDataFrame, path: Path) -> Iterator[tuple[list[Path], tuple[Note, ...]]]:
    """Parts of the shapefile in a folder of their own beside its place, while in use."""
    crs = parse_crs(require_crs(frame))
    table, notes = _table(pd.DataFrame(frame.drop(columns=frame.geometry.name)), path.name)
    with TemporaryDirectory(
        dir=path.parent, prefix=".plotwise-", ignore_cleanup_errors=True
    ) as own:
        folder = Path(own)
        target = folder / path.name
        shapes = np.asarray(frame.geometry.array, dtype=object)
        write_shapes(target.with_suffix(".shp"), target.with_suffix(".shx"), shapes)
        write_dbf(
            target.with_suffix(".dbf"), table.fields, count=len(frame), encoding=table.encoding
        )
        target.with_suffix(".cpg").write_text(table.encoding, encoding="ascii")
        target.with_suffix(".prj").write_text(_esri_text(crs), encoding="utf-8")
        if table.aliases:
            write_alias_table(folder / f"{path.stem}{ALIAS_END}", table.aliases)
        if table.long_texts:
            write_long_texts(folder / f"{path.stem}{TEXT_END}", table.long_texts)
        yield sorted(folder.iterdir()), notes


@lru_cache(maxsize=32)
def _esri_text(crs: CRS) -> str:
    return crs.to_wkt("WKT1_ESRI")


def _table(attributes: pd.DataFrame, file: str) -> tuple[_Table, tuple[Note, ...]]:
    notes = []
    try:
        table = _encoded(attributes, "GBK")
    except UnicodeEncodeError as err:
        table = _encoded(attributes, "UTF-8")
        sign = err.object[err.start]
        notes.append(Note(Remark.SHAPEFILE_UTF8, {"file": file, "sign": sign}))
    if table.aliases:
        notes.append(Note(Remark.NAMES_SHORTENED, {"file": file, **_listed(table.aliases)}))
    if table.long_texts:
        row, name, _ = table.long_texts[0]
        facts: dict[str, Param] = {"count": len(table.long_texts), "row": row, "field": name}
        notes.append(Note(Remark.TEXTS_TOO_LONG, {"file": file, "most": MOST_TEXT_BYTES, **facts}))
    return table, (*notes, *_digit_notes(attributes, table, file))


def _encoded(attributes: pd.DataFrame, encoding: str) -> _Table:
    names = [str(name) for name in attributes.columns]
    short = short_names(names, encoding)
    fields = {name: dbf_field(attributes.iloc[:, at], encoding) for at, name in enumerate(short)}
    return _Table(encoding, fields, tuple(names))


def _digit_notes(attributes: pd.DataFrame, table: _Table, file: str) -> Iterator[Note]:
    """Remark on whole numbers that became text."""
    kinds = zip(attributes.dtypes, table.fields.items(), strict=True)
    changed = [
        name
        for dtype, (name, field) in kinds
        if field.kind == "C" and pd.api.types.is_integer_dtype(dtype) and len(attributes)
    ]
    if changed:
        yield Note(
            Remark.INTEGERS_AS_TEXT, {"file": file, "fields": "、".join(changed[:SHOWN_NAMES])}
        )


def _listed(aliases: Mapping[str, str]) -> dict[str, Param]:
    pairs: Sequence[str] = [f"{full} → {short}" for short, full in aliases.items()]
    more = "…" if len(pairs) > SHOWN_NAMES else ""
    return {"count": len(pairs), "names": "、".join(pairs[:SHOWN_NAMES]) + more}
