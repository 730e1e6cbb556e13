"""The features of a layer through the same door as every other file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from geo.errors import UnreadableFileError
from geo.intake import Intake, Refusal
from geo.io.limits import LAYER_LIMITS
from geo.placement import place_features
from geo.reading_codes import Fault
from geo.refusals import Reason, refusals
from services.datum_choice import chosen_change
from services.errors import NothingUsableError
from services.file_reading import LAYERS_APART, FileReading
from services.intake import take_in
from services.joined_intake import TakenFile, joined_files
from services.layers.plan import ImportPlan

__all__ = ["read_layer_files"]

# the readers of the other formats build polygons alone
LINE_DRIVERS = frozenset({"GPKG", "ESRI Shapefile", "OpenFileGDB", "FlatGeobuf", "GeoParquet"})


def read_layer_files(
    paths: tuple[Path, ...],
    plan: ImportPlan,
    *,
    working_crs: str,
    reading: FileReading = LAYERS_APART,
) -> Intake:
    """Features of the files in the working CRS, with the record of what was refused.

    A file without features is an empty layer. Lines and points are taken as they are.

    Raises
    ------
    GeoError, ServiceError
        Nothing usable is left of the files, or a format that holds polygons alone was given
        for lines (`lines_in_polygon_format`).
    """
    options = plan.request.options
    if plan.is_polygonal:
        return take_in(
            paths,
            options,
            working_crs=working_crs,
            limits=LAYER_LIMITS,
            allow_empty=True,
            reading=reading,
        )
    taken = [_lines_and_points(path, plan, working_crs, reading) for path in paths]
    intake = joined_files(taken, (), (), working_crs)
    if intake.refused and not len(intake.frame):
        raise NothingUsableError(
            refused=intake.refused, file=paths[0].name, count=len(intake.refused)
        )
    return intake


def _lines_and_points(
    path: Path, plan: ImportPlan, working_crs: str, reading: FileReading
) -> TakenFile:
    options, change = chosen_change(plan.request.options)
    raw = reading.read(path, options, LAYER_LIMITS)
    if raw.detected.driver not in LINE_DRIVERS:
        raise UnreadableFileError(
            "lines_in_polygon_format", file=path.name, kind=raw.detected.driver
        )
    placed = place_features(
        raw.frame,
        working_crs=working_crs,
        envelope=None,
        swap_axes=options.swap_axes,
        change=change,
    )
    frame, unusable = _usable(placed.frame)
    refused = tuple(
        replace(refusal, params={"file": path.name, **refusal.params})
        for refusal in (*raw.refused, *placed.refused, *unusable)
    )
    notes = (*raw.detected.notes, *placed.notes)
    detected = replace(raw.detected, notes=notes, datum=placed.datum)
    return TakenFile(
        name=path.name,
        frame=frame,
        count=raw.count,
        detected=detected,
        refused=refused,
        repaired=(),
        sha256=raw.sha256,
    )


def _usable(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, tuple[Refusal, ...]]:
    """Features that are somewhere, without heights."""
    geometries = shapely.force_2d(np.asarray(frame.geometry.array, dtype=object))
    corners, owners = shapely.get_coordinates(geometries, return_index=True)
    reasons: dict[int, Reason] = {
        int(position): (Fault.NON_FINITE, {})
        for position in np.unique(owners[~np.isfinite(corners).all(axis=1)])
    }
    for marked, fault in (
        (shapely.is_empty(geometries), Fault.EMPTY_GEOMETRY),
        (shapely.is_missing(geometries), Fault.NO_GEOMETRY),
    ):
        reasons |= {int(position): (fault, {}) for position in np.flatnonzero(marked)}
    kept = np.ones(len(frame), dtype=bool)
    kept[list(reasons)] = False
    flat = frame.set_geometry(gpd.GeoSeries(geometries, index=frame.index, crs=frame.crs))
    bounds = np.full((len(frame), 4), np.nan)
    return flat.loc[kept].reset_index(drop=True), refusals(frame, reasons, bounds)
