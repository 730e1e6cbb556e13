"""The table of an audit as Parquet, GeoPackage, CSV or Excel, row by row in input order."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from geo.io.geopackage.layers import write_geopackage
from services.audit.columns import CLASS_HEADS, FLAT_HEADS, class_records, flat_record
from services.audit.rows import AuditRow
from services.audit.workbook import write_workbook
from services.domain.wording import Language
from services.errors import InvalidOptionError
from services.printable import formula_free, printable
from services.whole_file import whole_file

__all__ = ["AuditTable", "require_suffix", "write_audit"]

ROWS_A_GROUP = 10_000
AREAS_ENDING = "_areas"
REAL, WHOLE, TEXT = pa.float64(), pa.int64(), pa.string()
TYPES = {"index": WHOLE, "findings": WHOLE, "stated_area_m2": REAL}
CLASS_TYPE = pa.struct(
    [
        ("role", TEXT),
        ("code", TEXT),
        ("name", TEXT),
        ("area_m2", REAL),
        ("ellipsoid_area_m2", REAL),
    ]
)
LAYER_TYPE = pa.struct(
    [("role", TEXT), ("checked_share", REAL), ("remainder_m2", REAL), ("overlap_m2", REAL)]
)


@dataclass(frozen=True, slots=True, eq=False)
class AuditTable:
    """What is written: rows that can be walked again and again, and what belongs to them.

    `outlines` has `source_index` and the outlines of the sites in the working CRS, for
    formats that draw; `provenance` are plain texts about input, layers and rules.
    """

    rows: Callable[[], Iterable[AuditRow]]
    outlines: gpd.GeoDataFrame
    provenance: Mapping[str, str]
    language: Language


def require_suffix(out: Path) -> None:
    """Refuse an output of a kind that is not written (`audit_suffix`)."""
    if out.suffix.lower() not in {*WRITERS, CSV}:
        raise InvalidOptionError("audit_suffix", file=out.name)


def write_audit(table: AuditTable, out: Path, *, overwrite: bool) -> tuple[Path, ...]:
    """Write the table, whole or not at all; CSV has a second file with the classes.

    Raises
    ------
    InvalidOptionError
        See `require_suffix`.
    TargetExistsError
        A file exists and may not be replaced.
    """
    require_suffix(out)
    if out.suffix.lower() == CSV:
        areas = out.with_stem(out.stem + AREAS_ENDING)
        with (
            whole_file(areas, overwrite=overwrite) as beside_areas,
            whole_file(out, overwrite=overwrite) as beside,
        ):
            _write_csv(table, beside, beside_areas)
        return (out, areas)
    with whole_file(out, overwrite=overwrite) as beside:
        WRITERS[out.suffix.lower()](table, beside)
    return (out,)


def _write_parquet(table: AuditTable, path: Path) -> None:
    schema = _schema(table.provenance)
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for group in _groups(table.rows()):
            records = [_nested(row, table.language) for row in group]
            writer.write_table(pa.Table.from_pylist(records, schema=schema))


def _schema(provenance: Mapping[str, str]) -> pa.Schema:
    fields = [
        pa.field(name, TYPES.get(name, REAL if name.endswith("_m2") else TEXT))
        for name in FLAT_HEADS
    ]
    nested = [pa.field("layers", pa.list_(LAYER_TYPE)), pa.field("classes", pa.list_(CLASS_TYPE))]
    described = {f"plotwise.{name}": text for name, text in provenance.items()}
    return pa.schema([*fields, *nested], metadata=described)


def _nested(row: AuditRow, language: Language) -> dict[str, Any]:
    classes = [
        {name: value for name, value in record.items() if name not in ("index", "id")}
        for record in class_records(row)
    ]
    layers = [
        {
            "role": layer.role,
            "checked_share": layer.checked_share,
            "remainder_m2": layer.remainder / 100,
            "overlap_m2": layer.overlap / 100,
        }
        for layer in row.layers
    ]
    return {**flat_record(row, language), "layers": layers, "classes": classes}


def _groups(rows: Iterable[AuditRow]) -> Iterator[list[AuditRow]]:
    waiting = iter(rows)
    # an empty audit is a table without rows, not no table
    yield list(islice(waiting, ROWS_A_GROUP))
    while group := list(islice(waiting, ROWS_A_GROUP)):
        yield group


def _write_csv(table: AuditTable, path: Path, areas: Path) -> None:
    with (
        path.open("w", encoding="utf-8-sig", newline="") as sites_file,
        areas.open("w", encoding="utf-8-sig", newline="") as areas_file,
    ):
        sites = csv.DictWriter(sites_file, list(FLAT_HEADS))
        classes = csv.DictWriter(areas_file, list(CLASS_HEADS))
        sites.writeheader()
        classes.writeheader()
        for row in table.rows():
            sites.writerow(_safe(flat_record(row, table.language)))
            classes.writerows(_safe(record) for record in class_records(row))


def _safe(record: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: formula_free(printable(value)) if isinstance(value, str) else value
        for name, value in record.items()
    }


def _write_geopackage(table: AuditTable, path: Path) -> None:
    records = pd.DataFrame(
        [flat_record(row, table.language) for row in table.rows()], columns=list(FLAT_HEADS)
    )
    outlines = table.outlines.set_index("source_index").geometry
    drawn = outlines.reindex(records["index"]).reset_index(drop=True)
    shapes = gpd.GeoSeries(drawn, crs=table.outlines.crs)

    write_geopackage(gpd.GeoDataFrame(records, geometry=shapes), path, layer="audit")


def _write_xlsx(table: AuditTable, path: Path) -> None:
    write_workbook(table.rows(), path, provenance=table.provenance, language=table.language)


WRITERS: dict[str, Callable[[AuditTable, Path], None]] = {
    ".parquet": _write_parquet,
    ".gpkg": _write_geopackage,
    ".xlsx": _write_xlsx,
}
CSV = ".csv"
