"""Coordinate TXT as features: rings closed and nested, axes and zone judged."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geo.crs import is_same_frame
from geo.errors import GeoError, MixedCRSError, UnreadableFileError
from geo.intake import Detected, Note, ReadOptions, Refusal
from geo.io.boundary.fields import (
    AREA_COLUMN,
    CLASS_COLUMN,
    MORE_COLUMN,
    NAME_COLUMN,
    NUMBER_COLUMN,
    SHEET_COLUMN,
    USE_COLUMN,
)
from geo.io.boundary.grammar import BoundaryText, LineFault, parse_boundary_text
from geo.io.boundary.notes import boundary_notes
from geo.io.boundary.parcel import BoundaryParcel, boundary_parcel
from geo.io.boundary.position import Position
from geo.io.boundary.profile import Trait, boundary_profile, reasons, text_facts
from geo.io.boundary.rings import BoundaryFaultError
from geo.io.limits import ReadLimits
from geo.io.raw_features import RawFeatures
from geo.io.text_encoding import UTF8, decode_text
from geo.reading_codes import Fault, Remark

__all__ = ["BOUNDARY_DRIVER", "read_boundary_txt"]

BOUNDARY_DRIVER = "CoordinateTXT"
# a file of another kind may be all lines that cannot be read
MOST_STRAY_LINES = 20


def read_boundary_txt(path: Path, options: ReadOptions, limits: ReadLimits) -> RawFeatures:
    """Parcels of a coordinate TXT, in the zone that its header and eastings tell.

    Parameters
    ----------
    options
        `crs` outranks the zone of the header; `swap_axes` says that the file gives the
        easting before the northing.

    Raises
    ------
    UnreadableFileError
        No encoding fits, or no parcel in it, or too many.
    MixedCRSError
        Parcels lie in two zones.
    """
    data = path.read_bytes()
    text, encoding = decode_text(data, encoding=options.encoding, file=path.name)
    parsed = parse_boundary_text(text)
    _require_parcels(parsed, path.name, limits)
    parcels: dict[int, BoundaryParcel] = {}
    refused = [_stray(fault) for fault in parsed.stray_faults[:MOST_STRAY_LINES]]
    for index, record in enumerate(parsed.parcels):
        try:
            parcels[index] = boundary_parcel(record, options, limits)
        except (BoundaryFaultError, GeoError) as err:
            params = {"line": record.line, "feature": index + 1, **err.params}
            refused.append(
                Refusal(index, record.fields.number or record.fields.name or None, err.code, params)
            )
    position = _one_position(parcels.values(), path.name)
    facts = text_facts(data, text, encoding, options.encoding)
    profile = boundary_profile(parsed, list(parcels.values()), facts, options)
    notes = boundary_notes(parsed, parcels)
    if facts.encoding_trait is Trait.ENCODING_AGAINST_MARK:
        claim = {"claimed": UTF8, "found": encoding}
        notes = (Note(Remark.ENCODING_CONTRADICTED, claim), *notes)
    return RawFeatures(
        frame=_frame(parcels, position),
        detected=Detected(
            BOUNDARY_DRIVER,
            dialect=" + ".join(dict.fromkeys(record.dialect for record in parsed.parcels)),
            encoding=encoding,
            crs=None if position is None else position.label,
            axis_order="east_north" if options.swap_axes else "north_east",
            notes=notes,
            reasons=reasons(profile),
        ),
        count=len(parsed.parcels),
        refused=tuple(refused),
    )


def _require_parcels(parsed: BoundaryText, file: str, limits: ReadLimits) -> None:
    if not parsed.parcels:
        for fault in parsed.stray_faults[:1]:
            raise UnreadableFileError(fault.fault, file=file, line=fault.number, text=fault.text)
        raise UnreadableFileError(Fault.NO_FEATURES, file=file)
    if len(parsed.parcels) > limits.max_features:
        raise UnreadableFileError(
            Fault.TOO_MANY_FEATURES,
            file=file,
            found=len(parsed.parcels),
            limit=limits.max_features,
        )


def _stray(fault: LineFault) -> Refusal:
    return Refusal(None, None, fault.fault, {"line": fault.number, "text": fault.text})


def _one_position(parcels: Iterable[BoundaryParcel], file: str) -> Position | None:
    """Where all parcels lie; `None` when there is no parcel left."""
    first: Position | None = None
    for parcel in parcels:
        here = parcel.position
        if first is None:
            first = here
        elif here.crs is not first.crs and not is_same_frame(first.crs, here.crs):
            raise MixedCRSError(file=file, found=here.label, needed=first.label)
    return first


def _frame(parcels: dict[int, BoundaryParcel], position: Position | None) -> gpd.GeoDataFrame:
    records = [parcel.record for parcel in parcels.values()]
    table = pd.DataFrame(
        {
            "source_index": np.array(list(parcels), dtype="int64"),
            NUMBER_COLUMN: [record.fields.number for record in records],
            NAME_COLUMN: [record.fields.name for record in records],
            AREA_COLUMN: [record.fields.area for record in records],
            SHEET_COLUMN: [record.fields.sheet for record in records],
            USE_COLUMN: [record.fields.use for record in records],
            CLASS_COLUMN: [record.fields.land_class for record in records],
        }
    )
    if any(record.fields.more for record in records):
        table[MORE_COLUMN] = [record.fields.more for record in records]
    geometries = [_spelt_as(parcel, position) for parcel in parcels.values()]
    crs = None if position is None else position.crs
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(geometries, crs=crs))


def _spelt_as(parcel: BoundaryParcel, wanted: Position | None) -> BaseGeometry:
    """Geometry with the zone number in its eastings, or without, as the first parcel has it."""
    zone = parcel.position.zone
    if zone is None or wanted is None or wanted.zone is None:
        return parcel.geometry
    offset = np.array([zone.offset_to_m(wanted.zone) or 0.0, 0.0])
    return shapely.transform(parcel.geometry, lambda xy: xy + offset)
