"""GeoPackage: reading the layers of others with care, reading and writing our own.

A GeoPackage is a database: views and virtual tables are code of whoever made it, so only
plain tables are read.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from geo.crs import crs_label, require_crs
from geo.errors import UnreadableFileError
from geo.intake import Detected, Note, ReadOptions
from geo.io.bulk_read import layer_facts, quietly, read_layer, require_feature_count
from geo.io.limits import ReadLimits
from geo.io.raw_features import RawFeatures, declared_crs, settled_crs, unique_names
from geo.reading_codes import Fault, Remark

__all__ = [
    "list_layers",
    "read_attributes",
    "read_geopackage",
    "read_geopackage_sites",
    "storable",
    "write_geopackage",
]

DRIVER = "GPKG"
EVERY_ROW = "1 = 1"
LAYERS_QUERY = """
    SELECT contents.table_name, columns.geometry_type_name
    FROM gpkg_contents AS contents
    JOIN gpkg_geometry_columns AS columns ON columns.table_name = contents.table_name
    WHERE contents.data_type = 'features'
    ORDER BY contents.rowid
"""
QUOTED_NAME = re.compile(r'"[^"]*"|`[^`]*`|\[[^\]]*\]|\'[^\']*\'')
VIRTUAL_TABLE = re.compile(r"\s*create\s+virtual\s+table")
MODULE = re.compile(r"\busing\s+(\w*)")
POLYGON_TYPES = frozenset(
    {
        "POLYGON",
        "MULTIPOLYGON",
        "GEOMETRY",
        "GEOMETRYCOLLECTION",
        "SURFACE",
        "CURVEPOLYGON",
        "MULTISURFACE",
    }
)


def list_layers(path: Path) -> tuple[tuple[str, str], ...]:
    """Names and geometry types of the feature layers, in the order of the file.

    Raises
    ------
    UnreadableFileError
        The file is no GeoPackage, or a layer is no plain table (`unsafe_geopackage`).
    """
    with _database(path) as database:
        layers = database.execute(LAYERS_QUERY).fetchall()
        objects = database.execute("SELECT name, type, sql FROM sqlite_master").fetchall()
    named = {str(name).lower() for name, _ in layers}
    for name, kind, sql in objects:
        foreign = _modules(str(sql)) - {"rtree"}
        if foreign or (kind == "view" and str(name).lower() in named):
            raise UnreadableFileError(Fault.UNSAFE_GEOPACKAGE, file=path.name, table=str(name))
    return tuple((str(name), str(kind)) for name, kind in layers)


@contextmanager
def _database(path: Path) -> Iterator[sqlite3.Connection]:
    """The file as a database that cannot be written to."""
    address = f"file:{quote(str(path.resolve()))}?mode=ro"
    if not path.with_name(path.name + "-wal").exists():
        address += "&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as database:
            yield database
    except sqlite3.Error as err:
        raise UnreadableFileError(Fault.BROKEN_FILE, file=path.name, kind="GeoPackage") from err


def _row_count(path: Path, layer: str) -> int:
    """Rows that are there: what the file says of their number may be out of date."""
    name = layer.replace('"', '""')
    with _database(path) as database:
        (count,) = database.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()
    return int(count)


def _modules(sql: str) -> set[str]:
    """Modules behind a virtual table; those of a plain table or view are none."""
    bare = QUOTED_NAME.sub(" ", sql).lower()
    return set(MODULE.findall(bare)) if VIRTUAL_TABLE.match(bare) else set()


def read_geopackage_sites(path: Path, options: ReadOptions, limits: ReadLimits) -> RawFeatures:
    """Features of one layer of a GeoPackage in its own CRS.

    Raises
    ------
    UnreadableFileError
        Broken, no or several layers of polygons without a choice, too many features.
    MissingCRSError, MixedCRSError
        See `settled_crs`.
    """
    try:
        return _read(path, options, limits)
    except UnicodeError as err:
        raise UnreadableFileError(Fault.BROKEN_FILE, file=path.name, kind="GeoPackage") from err


def _read(path: Path, options: ReadOptions, limits: ReadLimits) -> RawFeatures:
    layer, notes = _chosen_layer(path, options.layer)
    facts = layer_facts(path, driver=DRIVER, layer=layer, limits=limits, file=path.name)
    crs = settled_crs(declared_crs(facts["crs"]), options.crs, file=path.name)
    count = _row_count(path, layer)
    require_feature_count(count, limits, path.name)
    frame, refused = read_layer(
        path,
        layer=layer,
        encoding=None,
        count=count,
        file=path.name,
        where=EVERY_ROW if count != facts["features"] else None,
    )
    if len(frame) + len(refused) != count:
        raise UnreadableFileError(Fault.BROKEN_FILE, file=path.name, kind="GeoPackage")
    return RawFeatures(
        frame=frame.set_crs(crs),
        detected=Detected(DRIVER, encoding="UTF-8", crs=crs_label(crs), notes=notes),
        count=count,
        refused=refused,
    )


def _chosen_layer(path: Path, wanted: str | None) -> tuple[str, tuple[Note, ...]]:
    layers = dict(list_layers(path))
    names = "、".join(layers)
    if wanted is not None:
        if wanted not in layers:
            raise UnreadableFileError(
                Fault.LAYER_NOT_FOUND, file=path.name, layer=wanted, layers=names
            )
        return wanted, ()
    if not layers:
        raise UnreadableFileError(Fault.NO_FEATURES, file=path.name)
    if len(layers) == 1:
        return next(iter(layers)), ()
    areal = [name for name, kind in layers.items() if kind.upper() in POLYGON_TYPES]
    if len(areal) != 1:
        raise UnreadableFileError(Fault.SEVERAL_LAYERS, file=path.name, layers=names)
    return areal[0], (Note(Remark.LAYER_CHOSEN, {"file": path.name, "layer": areal[0]}),)


def read_geopackage(
    path: Path,
    *,
    layer: str | None = None,
    columns: Sequence[str] | None = None,
    rows: Sequence[int] | None = None,
) -> gpd.GeoDataFrame:
    """Features of a GeoPackage that we wrote.

    Parameters
    ----------
    columns
        Attributes to read; `None` for all. Geometry always comes along.
    rows
        0-based positions, in the order wanted; `None` for all.

    Raises
    ------
    UnreadableFileError
        The file or the layer is missing or broken.
    """
    few = rows is not None
    fids = np.asarray(rows, dtype="int64") + 1 if few else None
    if fids is not None and not len(fids):
        return read_geopackage(path, layer=layer, columns=columns, rows=[0]).iloc[:0]
    try:
        with quietly():
            frame = pyogrio.read_dataframe(
                path,
                layer=layer,
                columns=list(columns) if columns is not None else None,
                fids=fids,
                use_arrow=not few,
            )
    except (DataSourceError, DataLayerError) as err:
        raise UnreadableFileError(Fault.BROKEN_FILE, file=path.name, kind="GeoPackage") from err
    return gpd.GeoDataFrame(frame.reset_index(drop=True))


def read_attributes(
    path: Path, *, layer: str | None = None, columns: Sequence[str] | None = None
) -> pd.DataFrame:
    """Attributes of all features of a GeoPackage that we wrote, without their geometry.

    Raises
    ------
    UnreadableFileError
        The file or the layer is missing or broken.
    """
    wanted = list(columns) if columns is not None else None
    try:
        with quietly():
            table = pyogrio.read_dataframe(
                path, layer=layer, columns=wanted, read_geometry=False, use_arrow=True
            )
    except (DataSourceError, DataLayerError) as err:
        raise UnreadableFileError(Fault.BROKEN_FILE, file=path.name, kind="GeoPackage") from err
    return pd.DataFrame(table.reset_index(drop=True))


def write_geopackage(frame: gpd.GeoDataFrame, path: Path, *, layer: str) -> None:
    """Write a frame as the only layer of a new GeoPackage, in place of any older file.

    The file appears whole or not at all. Row n has the FID n + 1.

    Raises
    ------
    MissingCRSError
        The frame has no CRS.
    """
    require_crs(frame)
    fid, geometry = unique_names(("fid", "geom"), taken=map(str, frame.columns))
    beside = path.with_name(f".{path.name}.{os.getpid()}.gpkg")
    try:
        pyogrio.write_dataframe(
            storable(frame),
            beside,
            layer=layer,
            driver=DRIVER,
            layer_options={
                "FID": fid,
                "GEOMETRY_NAME": geometry,
            },
        )
        beside.replace(path)
    finally:
        for leftover in ("", "-journal", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                beside.with_name(beside.name + leftover).unlink()


def storable(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Columns of mixed types as text; SQLite tells no upper from lower case in names."""
    attributes = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    for name in attributes.columns:
        if _is_mixed(attributes[name]):
            attributes[name] = attributes[name].map(str, na_action="ignore")
    attributes.columns = pd.Index(unique_names(map(str, attributes.columns)))
    return gpd.GeoDataFrame(attributes, geometry=frame.geometry, crs=frame.crs)


def _is_mixed(values: pd.Series) -> bool:
    if values.dtype != object:
        return False
    return {type(value) for value in values.dropna()} - {str} != set()
