"""GeoParquet 1.0 and 1.1, read column by column once its list of contents was judged."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from pyproj import CRS

from geo.crs import crs_label
from geo.errors import GeoError, UnreadableFileError
from geo.intake import Detected, Note, ReadOptions, Refusal
from geo.io.bulk_read import unbuildable_refusal
from geo.io.columnar.arrow_columns import table_of_arrow
from geo.io.columnar.geoarrow_shapes import NATIVE_LEVELS, BadShape, Shape, shapes_of_arrow
from geo.io.columnar.wkb_depth import MAX_WKB_DEPTH, is_too_deep
from geo.io.limits import MEGABYTE, ReadLimits
from geo.io.raw_features import RawFeatures, declared_crs, settled_crs
from geo.reading_codes import Fault, Remark

__all__ = ["PARQUET_DRIVER", "read_geoparquet"]

PARQUET_DRIVER = "GeoParquet"
GEO_KEY = b"geo"
# GeoParquet 1.1.0, "crs": a key that is missing stands for longitude, latitude on WGS 84
DEFAULT_CRS = "OGC:CRS84"
WKB = "WKB"
INDEX_PREFIX = "__index_level_"
# as for archives; the pages of a file are packed too
MAX_UNPACKED_BYTES = 1_000 * MEGABYTE
# few enough that one batch of long values fits while it is counted
BATCH_ROWS = 256
BROKEN = (pa.ArrowException, OSError, ValueError, TypeError, KeyError, AttributeError)
BINARY_TYPES = (pa.types.is_binary, pa.types.is_large_binary)


@dataclass(frozen=True, slots=True)
class _Contents:
    """What the metadata `geo` says: the column of geometry, its encoding and CRS."""

    column: str
    encoding: str
    spec: Mapping[str, Any]
    others: tuple[str, ...]
    derived: tuple[str, ...]


def read_geoparquet(path: Path, options: ReadOptions, limits: ReadLimits) -> RawFeatures:
    """Features of a GeoParquet file in its own CRS.

    Raises
    ------
    UnreadableFileError
        Plain Parquet without geometry (`parquet_without_geo`), broken, too many features
        (counted before anything is read), too large unpacked, an unknown encoding.
    MissingCRSError, MixedCRSError
        The file says that its CRS is unknown (null), or see `settled_crs`.
    """
    with _opened(path) as file:
        contents = _contents(file.schema_arrow, path.name)
        _require_limits(file, limits, path.name)
        crs = _crs(contents.spec, options.crs, path.name)
        table = _table(file, path.name)
        shapes, refused = _shapes(table.column(contents.column), contents, path.name)
        attributes = table_of_arrow(
            table,
            leave_out=(
                contents.column,
                *contents.others,
                *contents.derived,
                *(name for name in table.column_names if name.startswith(INDEX_PREFIX)),
            ),
        )
    frame = gpd.GeoDataFrame(attributes, geometry=gpd.GeoSeries(shapes, crs=crs), crs=crs)
    frame.insert(0, "source_index", np.arange(len(frame), dtype="int64"))
    kept = ~frame["source_index"].isin([refusal.index for refusal in refused])
    notes = []
    if contents.others:
        facts = {"file": path.name, "columns": "、".join(contents.others)}
        notes.append(Note(Remark.GEOMETRY_COLUMNS_SKIPPED, facts))
    return RawFeatures(
        frame=frame.loc[kept].reset_index(drop=True),
        detected=Detected(PARQUET_DRIVER, encoding="UTF-8", crs=crs_label(crs), notes=tuple(notes)),
        count=len(frame),
        refused=refused,
    )


@contextmanager
def _opened(path: Path) -> Iterator[pq.ParquetFile]:
    try:
        with pq.ParquetFile(path) as file:
            yield file
    except GeoError:
        raise
    except BROKEN as err:
        raise UnreadableFileError(Fault.BROKEN_FILE, file=path.name, kind=PARQUET_DRIVER) from err


def _contents(schema: pa.Schema, file: str) -> _Contents:
    stated = (schema.metadata or {}).get(GEO_KEY)
    if stated is None:
        raise UnreadableFileError(
            Fault.PARQUET_WITHOUT_GEO, file=file, columns="、".join(schema.names[:20])
        )
    try:
        geo = json.loads(stated)
        column, columns = geo["primary_column"], geo["columns"]
        spec = columns[column]
        encoding = str(spec["encoding"])
        derived = _derived(spec)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as err:
        raise UnreadableFileError(Fault.BROKEN_FILE, file=file, kind=PARQUET_DRIVER) from err
    if column not in schema.names or (encoding != WKB and encoding not in NATIVE_LEVELS):
        raise UnreadableFileError(
            Fault.PARQUET_ENCODING, file=file, column=str(column)[:60], encoding=encoding[:60]
        )
    others = tuple(name for name in columns if name != column and name in schema.names)
    return _Contents(column, encoding, spec, others, derived)


def _derived(spec: Mapping[str, Any]) -> tuple[str, ...]:
    """Columns that repeat the bounds of the geometry for faster searching."""
    covering = spec.get("covering") or {}
    ways = (covering.get("bbox") or {}).values()
    return tuple({str(way[0]) for way in ways})


def _require_limits(file: pq.ParquetFile, limits: ReadLimits, name: str) -> None:
    metadata = file.metadata
    if metadata.num_rows > limits.max_features:
        raise UnreadableFileError(
            Fault.TOO_MANY_FEATURES, file=name, found=metadata.num_rows, limit=limits.max_features
        )
    groups = range(metadata.num_row_groups)
    _require_bytes(sum(metadata.row_group(group).total_byte_size for group in groups), name)


def _require_bytes(unpacked: int, file: str) -> None:
    if unpacked > MAX_UNPACKED_BYTES:
        raise UnreadableFileError(
            Fault.PARQUET_TOO_LARGE, file=file, limit_mb=MAX_UNPACKED_BYTES // MEGABYTE
        )


def _table(file: pq.ParquetFile, name: str) -> pa.Table:
    """All rows, counted while they come out: a value may stand for many."""
    batches, unpacked = [], 0
    for batch in file.iter_batches(batch_size=BATCH_ROWS):
        batches.append(_spelt_out(batch))
        unpacked += batches[-1].nbytes
        _require_bytes(unpacked, name)
    table = pa.Table.from_batches(
        batches, schema=_spelt_out(file.schema_arrow.empty_table()).schema
    )
    if table.num_rows != file.metadata.num_rows:
        raise UnreadableFileError(Fault.BROKEN_FILE, file=name, kind=PARQUET_DRIVER)
    return table


def _spelt_out(rows: Any) -> Any:
    """Rows with every value in its own place, where the file has it by its number in a list."""
    for at, kind in enumerate(rows.schema.types):
        if pa.types.is_dictionary(kind):
            rows = rows.set_column(at, rows.schema.names[at], rows.column(at).cast(kind.value_type))
    return rows


def _crs(spec: Mapping[str, Any], option: str | None, file: str) -> CRS:
    if "crs" not in spec:
        return settled_crs(None, option or DEFAULT_CRS, file=file)
    stated = spec["crs"]
    # PROJJSON by the standard; the first writers put WKT
    text = stated if stated is None or isinstance(stated, str) else json.dumps(stated)
    return settled_crs(declared_crs(text), option, file=file)


def _shapes(
    column: pa.ChunkedArray, contents: _Contents, file: str
) -> tuple[list[Any], tuple[Refusal, ...]]:
    if contents.encoding == WKB:
        if not any(is_type(column.type) for is_type in BINARY_TYPES):
            raise UnreadableFileError(
                Fault.PARQUET_ENCODING, file=file, column=contents.column, encoding=str(column.type)
            )
        return _shapes_of_wkb(column.to_pylist())
    found: list[Shape] = shapes_of_arrow(column, contents.encoding)
    refused = [
        Refusal(row, None, bad.fault.fault, {"feature": row + 1, **bad.fault.params}, bad.bounds)
        for row, bad in enumerate(found)
        if isinstance(bad, BadShape)
    ]
    return [None if isinstance(each, BadShape) else each for each in found], tuple(refused)


def _shapes_of_wkb(blobs: list[bytes | None]) -> tuple[list[Any], tuple[Refusal, ...]]:
    refused = []
    safe: list[bytes | None] = list(blobs)
    for row, blob in enumerate(blobs):
        if blob is not None and is_too_deep(blob):
            safe[row] = None
            facts = {"feature": row + 1, "limit": MAX_WKB_DEPTH}
            refused.append(Refusal(row, None, Fault.GEOMETRY_TOO_DEEP, facts))
    shapes = shapely.from_wkb(np.array(safe, dtype=object), on_invalid="ignore")
    for row, (blob, shape) in enumerate(zip(safe, shapes, strict=True)):
        if blob is not None and shape is None:
            refused.append(unbuildable_refusal(row, blob))
    return list(shapes), tuple(sorted(refused, key=lambda refusal: refusal.index or 0))
