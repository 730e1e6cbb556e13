"""File geodatabases (.gdb folders), read by one driver after their tables were looked at.

The driver leaves out a table whose file is missing and gives no rows for one that was cut, so
the list of tables and the rows of each are checked against what the tables say of themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import fiona
import pyogrio
from fiona.errors import FionaError

from geo.crs import crs_label
from geo.errors import UnreadableFileError
from geo.intake import Detected, Note, ReadOptions
from geo.io.bulk_read import DRIVER_ERRORS, layer_facts, quietly, read_layer
from geo.io.geodatabase.files import (
    geodatabase_parts,
    row_count,
    table_fault,
    table_file,
)
from geo.io.limits import ReadLimits
from geo.io.raw_features import RawFeatures, declared_crs, settled_crs
from geo.io.staging import put_at
from geo.reading_codes import Fault, Remark

__all__ = ["read_geodatabase"]

DRIVER = "OpenFileGDB"
CATALOGUE, CATALOGUE_NUMBER = "GDB_SystemCatalog", 1
# what the driver must have to open it at all; in the form of ArcGIS 9 the fourth has another name
FIRST_TABLES = {CATALOGUE_NUMBER: CATALOGUE, 4: "GDB_Items"}
# without these no layer can be told; other tables of the system may be left out by programs
NEEDED_SYSTEM_TABLES = frozenset({CATALOGUE, "GDB_Items", "GDB_SpatialRefs"})
SYSTEM_PREFIX = "GDB_"
AREAL_WORDS = ("polygon", "surface", "unknown", "geometry")


def read_geodatabase(path: Path, options: ReadOptions, limits: ReadLimits) -> RawFeatures:
    """Features of one layer of a file geodatabase in its own CRS; curves become chords.

    Raises
    ------
    UnreadableFileError
        A table is missing (`gdb_table_missing`) or cut short (`gdb_table_broken`), compressed
        (`gdb_compressed`), not chosen among several, without geometry; too many features.
    MissingCRSError, MixedCRSError
        See `settled_crs`.
    """
    parts = geodatabase_parts(path)
    if any(name.endswith(".cdf") for name in parts):
        raise UnreadableFileError(Fault.GDB_COMPRESSED, file=path.name)
    for number, name in FIRST_TABLES.items():
        _require_table(parts, number, name, path.name)
    with _staged(parts) as folder:
        tables = _tables(folder, path.name)
        for number, name in tables.items():
            _require_table(parts, number, name, path.name)
        layer, notes = _chosen_layer(folder, options.layer, path.name)
        raw = _read(folder, layer, options, limits, path.name)
    _require_all_rows(raw, parts, tables, layer, path.name)
    return RawFeatures(
        frame=raw.frame,
        detected=Detected(DRIVER, encoding="UTF-8", crs=raw.detected.crs, notes=notes),
        count=raw.count,
        refused=raw.refused,
    )


def _require_table(parts: dict[str, Path], number: int, name: str, file: str) -> None:
    fault = table_fault(parts, number)
    if fault is not None:
        code = Fault.GDB_TABLE_MISSING if fault.is_missing else Fault.GDB_TABLE_BROKEN
        raise UnreadableFileError(code, file=file, table=name, part=fault.part)


@contextmanager
def _staged(parts: Mapping[str, Path]) -> Iterator[Path]:
    """A folder with nothing in it but the files of the geodatabase."""
    with TemporaryDirectory(prefix="plotwise-") as folder:
        staged = Path(folder) / "0.gdb"
        staged.mkdir()
        for name, part in parts.items():
            put_at(staged / name, part)
        yield staged


def _tables(folder: Path, file: str) -> dict[int, str]:
    """Tables that must be there by number: those of the user and what tells of them.

    The catalogue is read by the library whose list of drivers is a real one, before any other
    may look at the folder.
    """
    try:
        with (
            quietly(),
            fiona.open(
                folder, layer=CATALOGUE, enabled_drivers=(DRIVER,), LIST_ALL_TABLES="YES"
            ) as catalogue,
        ):
            names = {int(row.id): str(row.properties["Name"]) for row in catalogue}
    except (FionaError, ValueError, KeyError) as err:
        raise UnreadableFileError(
            Fault.GDB_TABLE_BROKEN, file=file, table=CATALOGUE, part=table_file(CATALOGUE_NUMBER)
        ) from err
    return {
        number: name
        for number, name in names.items()
        if name in NEEDED_SYSTEM_TABLES or not name.upper().startswith(SYSTEM_PREFIX)
    }


def _chosen_layer(folder: Path, wanted: str | None, file: str) -> tuple[str, tuple[Note, ...]]:
    try:
        with quietly():
            listed = pyogrio.list_layers(folder)
    except (*DRIVER_ERRORS, UnicodeDecodeError) as err:
        raise UnreadableFileError(Fault.BROKEN_FILE, file=file, kind=DRIVER) from err
    layers = {str(name): kind for name, kind in listed}
    spatial = {name: str(kind) for name, kind in layers.items() if kind is not None}
    names = "、".join(spatial or layers)
    if wanted is not None and wanted not in layers:
        raise UnreadableFileError(
            Fault.LAYER_NOT_FOUND, file=file, layer=wanted, layers="、".join(layers)
        )
    if wanted is not None and wanted in spatial:
        return wanted, ()
    if wanted is not None or (layers and not spatial):
        raise UnreadableFileError(
            Fault.LAYER_WITHOUT_GEOMETRY, file=file, layer=wanted or "、".join(layers)
        )
    areal = [name for name, kind in spatial.items() if _is_areal(kind)]
    if len(layers) == 1 and spatial:
        return next(iter(spatial)), ()
    if not spatial:
        raise UnreadableFileError(Fault.NO_FEATURES, file=file)
    if len(areal) != 1:
        raise UnreadableFileError(Fault.SEVERAL_LAYERS, file=file, layers=names)
    return areal[0], (Note(Remark.LAYER_CHOSEN, {"file": file, "layer": areal[0]}),)


def _is_areal(kind: str) -> bool:
    return any(word in kind.lower() for word in AREAL_WORDS)


def _read(
    folder: Path, layer: str, options: ReadOptions, limits: ReadLimits, file: str
) -> RawFeatures:
    facts = layer_facts(folder, driver=DRIVER, layer=layer, limits=limits, file=file)
    crs = settled_crs(declared_crs(facts["crs"]), options.crs, file=file)
    count = int(facts["features"])
    try:
        frame, refused = read_layer(folder, layer=layer, encoding=None, count=count, file=file)
    except UnicodeDecodeError as err:
        raise UnreadableFileError(Fault.BROKEN_FILE, file=file, kind=DRIVER) from err
    detected = Detected(DRIVER, crs=crs_label(crs))
    return RawFeatures(frame.set_crs(crs), detected, count, refused)


def _require_all_rows(
    raw: RawFeatures, parts: Mapping[str, Path], tables: Mapping[int, str], layer: str, file: str
) -> None:
    """Refuse a layer of which the driver gave fewer rows than its table says it has."""
    for number, name in tables.items():
        if name != layer:
            continue
        part = table_file(number)
        if len(raw.frame) + len(raw.refused) != row_count(parts[part]):
            raise UnreadableFileError(Fault.GDB_TABLE_BROKEN, file=file, table=name, part=part)
