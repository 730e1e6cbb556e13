"""Lists of coordinates in workbooks and texts as features."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
from shapely.geometry.base import BaseGeometry

from geo.crs import is_same_frame, to_working
from geo.errors import MixedCRSError, Param, UnreadableFileError
from geo.intake import Detected, Note, ReadOptions
from geo.io.boundary.position import Position
from geo.io.coordinate_table.attributes import parcel_record
from geo.io.coordinate_table.delimited_text import sheet_of_text
from geo.io.coordinate_table.notes import dialect_of, table_notes, understood
from geo.io.coordinate_table.parcels import parse_table
from geo.io.coordinate_table.plots import PlacedPlot, Plot, PlotReading
from geo.io.coordinate_table.records import CoordinateTable
from geo.io.coordinate_table.rings import jumps_in
from geo.io.coordinate_table.sheet import Sheet
from geo.io.coordinate_table.xlsx_workbook import read_workbook
from geo.io.limits import ReadLimits
from geo.io.raw_features import RawFeatures, attribute_table
from geo.io.text_encoding import decode_text
from geo.io.wkt_features import WktRecord, features_of_wkt
from geo.io.wkt_text import Statement
from geo.reading_codes import Fault, Remark

__all__ = [
    "CSV_DRIVER",
    "XLSX_DRIVER",
    "features_of_tables",
    "read_coordinate_text",
    "read_coordinate_workbook",
]

XLSX_DRIVER, CSV_DRIVER = "XLSX", "CSV"


def read_coordinate_workbook(path: Path, options: ReadOptions, limits: ReadLimits) -> RawFeatures:
    """Parcels of all sheets of an .xlsx workbook, or of the sheet that `layer` names.

    Raises
    ------
    UnreadableFileError
        Not a sound workbook, without coordinates, over a limit; two sheets hold the same
        outline (`several_layers`), or `layer` is no sheet of it (`layer_not_found`).
    MixedCRSError
        Parcels lie in two systems.
    """
    sheets, notes = read_workbook(path)
    chosen = _chosen(sheets, options.layer, path.name)
    tables = [parse_table(sheet) for sheet in chosen]
    geometries = [
        table for table in tables if any(each.geometry is not None for each in table.layouts)
    ]
    if geometries:
        return _with_geometries(geometries[0], XLSX_DRIVER, None, options, limits, path.name)
    shown = [table for table in tables if table.parcels and not table.sheet.hidden]
    skipped = [t for t in tables if t.parcels and t.sheet.hidden and shown and not options.layer]
    tables = [table for table in tables if table not in skipped]
    notes = (*notes, *(Note(Remark.SHEET_SKIPPED, {"sheet": t.sheet.name}) for t in skipped))
    return features_of_tables(
        tables, Detected(XLSX_DRIVER, notes=notes), options, limits, path.name
    )


def _chosen(sheets: list[Sheet], layer: str | None, file: str) -> list[Sheet]:
    if layer is None:
        return sheets
    chosen = [sheet for sheet in sheets if sheet.name == layer]
    if not chosen:
        names = "、".join(sheet.name for sheet in sheets)
        raise UnreadableFileError(Fault.LAYER_NOT_FOUND, file=file, layer=layer, layers=names)
    return chosen


def read_coordinate_text(path: Path, options: ReadOptions, limits: ReadLimits) -> RawFeatures:
    """Parcels of a list as text (`.csv`, `.tsv`, `.txt`), or features of its column of WKT.

    Raises
    ------
    UnreadableFileError
        No encoding fits, no coordinates, over a limit.
    MixedCRSError
        Parcels lie in two systems.
    """
    text, encoding = decode_text(path.read_bytes(), encoding=options.encoding, file=path.name)
    sheet, delimiter = sheet_of_text(text, name=path.stem, file=path.name)
    table = parse_table(sheet)
    if any(layout.geometry is not None for layout in table.layouts):
        return _with_geometries(table, CSV_DRIVER, encoding, options, limits, path.name)
    shown = {"\t": "tab", " ": "blanks"}.get(delimiter, delimiter)
    detected = Detected(CSV_DRIVER, dialect=shown, encoding=encoding)
    return features_of_tables([table], detected, options, limits, path.name)


def _with_geometries(
    table: CoordinateTable,
    driver: str,
    encoding: str | None,
    options: ReadOptions,
    limits: ReadLimits,
    file: str,
) -> RawFeatures:
    """Features of a column of WKT, with the other columns as attributes."""
    layout = next(each for each in table.layouts if each.geometry is not None)
    sheet = table.sheet
    names = [str(cell) for cell in sheet.rows[layout.row]]
    records = []
    for row in range(layout.row + 1, len(sheet.rows)):
        cells = sheet.rows[row]
        if not any(cell != "" for cell in cells):
            continue
        attributes: dict[str, Any] = {
            name or f"列{at + 1}": cell if isinstance(cell, (int, float)) else str(cell)
            for at, (name, cell) in enumerate(zip(names, cells, strict=False))
            if at != layout.geometry
        }
        text = str(sheet.cell(row, layout.geometry))
        records.append(WktRecord(Statement(text, sheet.number_of(row)), attributes))
    raw = features_of_wkt(records, Detected("WKT", encoding=encoding), options, limits, file=file)
    dialect = f"{driver} + {raw.detected.dialect}"
    return replace(raw, detected=replace(raw.detected, dialect=dialect))


def features_of_tables(
    tables: Sequence[CoordinateTable],
    detected: Detected,
    options: ReadOptions,
    limits: ReadLimits,
    file: str,
) -> RawFeatures:
    """Features of parsed sheets; every row of a point is in one of them, kept or refused.

    Raises
    ------
    UnreadableFileError
        No coordinates, two sets of them, too many features; sheets with the same outline.
    MixedCRSError
        Parcels lie in two systems.
    """
    found = [table for table in tables if table.parcels]
    if not found:
        raise UnreadableFileError(Fault.TABLE_NO_COORDINATES, file=file)
    for table in found:
        for layout in table.layouts:
            if layout.unclear:
                row = table.sheet.number_of(max(layout.row, 0))
                raise UnreadableFileError(
                    Fault.TWO_SETS_OF_COORDINATES, file=file, sheet=table.sheet.name, line=row
                )
    reading = PlotReading(found, options, limits)
    plots = reading.plots()
    if len(plots) > limits.max_features:
        raise UnreadableFileError(
            Fault.TOO_MANY_FEATURES, file=file, found=len(plots), limit=limits.max_features
        )
    for index, plot in enumerate(plots):
        reading.place(index, plot)
    _require_different_sheets(reading.placed.values(), file)
    frame = _frame(reading.placed, _one_position(reading.placed.values(), file), len(found) > 1)
    first = next(iter(reading.placed.values()), None)
    return RawFeatures(
        frame=frame,
        detected=replace(
            detected,
            dialect=" · ".join(filter(None, (detected.dialect, dialect_of(found)))),
            crs=first.position.label if first else None,
            axis_order=_axis_order(found, options),
            notes=(*detected.notes, *table_notes(found), *_jumps(plots, file)),
            reasons=tuple(map(understood, found)),
        ),
        count=len(plots),
        refused=tuple(reading.refused),
    )


def _jumps(plots: Sequence[Plot], file: str) -> Iterator[Note]:
    """The first place where numbers of points are left out, and how many there are."""
    found = [(plot, *pair) for plot in plots for loop in plot.loops for pair in jumps_in(loop)]
    for plot, before, after in found[:1]:
        facts: dict[str, Param] = {"file": file, "sheet": plot.table.sheet.name}
        facts |= {"row": after.row, "before": before.label, "after": after.label}
        yield Note(Remark.POINT_NUMBERS_JUMP, {**facts, "count": len(found)})


def _axis_order(tables: Iterable[CoordinateTable], options: ReadOptions) -> str:
    """Order of the columns in the file, as they were understood."""
    block = next(block for table in tables for layout in table.layouts for block in layout.blocks)
    north_first = (block.north < block.east) != options.swap_axes
    return "north_east" if north_first else "east_north"


def _require_different_sheets(placed_plots: Iterable[PlacedPlot], file: str) -> None:
    """Refuse sheets that hold the same outline: one is a copy, perhaps an older one."""
    seen: dict[bytes, str] = {}
    for each in placed_plots:
        sheet = each.plot.table.sheet.name
        other = seen.setdefault(each.geometry.normalize().wkb, sheet)
        if other != sheet:
            raise UnreadableFileError(Fault.SEVERAL_LAYERS, file=file, layers=f"{other}、{sheet}")


def _one_position(placed_plots: Iterable[PlacedPlot], file: str) -> Position | None:
    first: Position | None = None
    for each in placed_plots:
        if first is None:
            first = each.position
        elif not is_same_frame(first.crs, each.position.crs):
            raise MixedCRSError(file=file, found=each.position.label, needed=first.label)
    return first


def _frame(
    placed_plots: dict[int, PlacedPlot], position: Position | None, by_sheet: bool
) -> gpd.GeoDataFrame:
    records = [
        parcel_record(each.plot.parcel, sheet=each.plot.table.sheet.name if by_sheet else "")
        for each in placed_plots.values()
    ]
    geometries = [_spelt_as(each, position) for each in placed_plots.values()]
    crs = None if position is None else position.crs
    frame = gpd.GeoDataFrame(
        attribute_table(records), geometry=gpd.GeoSeries(geometries, crs=crs), crs=crs
    )
    frame.insert(0, "source_index", np.array(list(placed_plots), dtype="int64"))
    return frame


def _spelt_as(each: PlacedPlot, wanted: Position | None) -> BaseGeometry:
    """Outline in the system of the first parcel, which is the same or spelt another way."""
    if wanted is None or each.position.crs == wanted.crs:
        return each.geometry
    single = gpd.GeoDataFrame(geometry=[each.geometry], crs=each.position.crs)
    return to_working(single, wanted.label).geometry.iloc[0]
