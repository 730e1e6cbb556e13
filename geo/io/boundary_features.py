"""Coordinate TXT as features: rings closed and nested, axes and zone judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.coordinate_range import is_easting, is_northing
from geo.crs import is_same_frame
from geo.errors import GeoError, MixedCRSError, Param, UnreadableFileError
from geo.intake import Detected, Note, ReadOptions, Refusal
from geo.io.boundary_fields import (
    AREA_COLUMN,
    CLASS_COLUMN,
    NAME_COLUMN,
    NUMBER_COLUMN,
    SHEET_COLUMN,
    USE_COLUMN,
)
from geo.io.boundary_position import Position, stated_position
from geo.io.boundary_rings import BoundaryFaultError, ParcelRings, closed_rings, counts_points
from geo.io.boundary_txt import BoundaryText, LineFault, ParcelRecord, parse_boundary_text
from geo.io.limits import ReadLimits
from geo.io.raw_features import RawFeatures
from geo.io.text_encoding import decode_text
from geo.reading_codes import Fault, Remark
from geo.ring_nesting import assembled

__all__ = ["BOUNDARY_DRIVER", "read_boundary_txt"]

BOUNDARY_DRIVER = "CoordinateTXT"
DEGREES_MOST = 360.0
# a file of another kind may be all lines that cannot be read
MOST_STRAY_LINES = 20


@dataclass(frozen=True, slots=True, eq=False)
class _Parcel:
    record: ParcelRecord
    geometry: BaseGeometry
    position: Position


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
    text, encoding = decode_text(path.read_bytes(), encoding=options.encoding, file=path.name)
    parsed = parse_boundary_text(text)
    _require_parcels(parsed, path.name, limits)
    parcels: dict[int, _Parcel] = {}
    refused = [_stray(fault) for fault in parsed.stray_faults[:MOST_STRAY_LINES]]
    notes: list[Note] = []
    for index, record in enumerate(parsed.parcels):
        try:
            parcels[index] = _parcel(record, options, limits, notes)
        except (BoundaryFaultError, GeoError) as err:
            params = {"line": record.line, "feature": index + 1, **err.params}
            refused.append(
                Refusal(index, record.fields.number or record.fields.name or None, err.code, params)
            )
    position = _one_position(parcels.values(), path.name)
    return RawFeatures(
        frame=_frame(parcels, position),
        detected=Detected(
            BOUNDARY_DRIVER,
            dialect=" + ".join(dict.fromkeys(record.dialect for record in parsed.parcels)),
            encoding=encoding,
            crs=None if position is None else position.label,
            axis_order="east_north" if options.swap_axes else "north_east",
            notes=(*_file_notes(parsed), *notes),
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


def _parcel(
    record: ParcelRecord, options: ReadOptions, limits: ReadLimits, notes: list[Note]
) -> _Parcel:
    """Geometry of one parcel in east, north.

    Raises
    ------
    BoundaryFaultError, GeoError
        See their codes.
    """
    if record.fields.geometry != "面":
        raise BoundaryFaultError(Fault.NO_POLYGON, found=record.fields.geometry)
    for fault in record.faults[:1]:
        raise BoundaryFaultError(fault.fault, line=fault.number, text=fault.text)
    if len(record.points) > limits.max_vertices:
        raise BoundaryFaultError(
            Fault.TOO_MANY_VERTICES, found=len(record.points), limit=limits.max_vertices
        )
    found = closed_rings(record)
    notes.extend(_ring_notes(record, found))
    rings = found.rings
    corners = np.concatenate(rings)
    north, east = (1, 0) if options.swap_axes else (0, 1)
    _judge_axes(corners[:, north], corners[:, east], swapped=options.swap_axes)
    position = stated_position(record.header, corners[:, east], options.crs)
    return _Parcel(record, assembled([ring[:, [east, north]] for ring in rings]), position)


def _ring_notes(record: ParcelRecord, found: ParcelRings) -> Iterator[Note]:
    for ring in found.split:
        yield Note(Remark.RING_SPLIT, {"line": record.line, "ring": ring})
    if not counts_points(record, found):
        facts = {"line": record.line, "stated": record.fields.count, "found": found.corners}
        yield Note(Remark.POINT_COUNT_DIFFERS, facts)


def _judge_axes(north: NDArray[np.float64], east: NDArray[np.float64], *, swapped: bool) -> None:
    if is_northing(north) and is_easting(east):
        return
    found: dict[str, Param] = {"x": f"{north[0]:.3f}", "y": f"{east[0]:.3f}"}
    if is_northing(east) and is_easting(north):
        raise BoundaryFaultError(Fault.SWAP_NOT_NEEDED if swapped else Fault.AXES_SWAPPED, **found)
    if (np.abs([north, east]) <= DEGREES_MOST).all():
        raise BoundaryFaultError(Fault.METRES_EXPECTED, **found)
    raise BoundaryFaultError(Fault.COORDINATES_OUT_OF_RANGE, **found)


def _one_position(parcels: Iterable[_Parcel], file: str) -> Position | None:
    """Where all parcels lie; `None` when there is no parcel left."""
    first: Position | None = None
    for parcel in parcels:
        here = parcel.position
        if first is None:
            first = here
        elif not is_same_frame(first.crs, here.crs):
            raise MixedCRSError(file=file, found=here.label, needed=first.label)
    return first


def _frame(parcels: dict[int, _Parcel], position: Position | None) -> gpd.GeoDataFrame:
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
    geometries = [_spelt_as(parcel, position) for parcel in parcels.values()]
    crs = None if position is None else position.crs
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(geometries, crs=crs))


def _spelt_as(parcel: _Parcel, wanted: Position | None) -> BaseGeometry:
    """Geometry with the zone number in its eastings, or without, as the first parcel has it."""
    zone = parcel.position.zone
    if zone is None or wanted is None or wanted.zone is None:
        return parcel.geometry
    offset = np.array([zone.offset_to_m(wanted.zone) or 0.0, 0.0])
    return shapely.transform(parcel.geometry, lambda xy: xy + offset)


def _file_notes(parsed: BoundaryText) -> Iterable[Note]:
    for fault in parsed.unread_header_lines:
        yield Note(Remark.HEADER_LINE_UNREAD, {"line": fault.number, "text": fault.text})
    if parsed.lines_with_extra_fields:
        lines = parsed.lines_with_extra_fields
        yield Note(Remark.EXTRA_FIELDS, {"line": lines[0], "count": len(lines)})
    numbers = Counter(record.fields.number for record in parsed.parcels if record.fields.number)
    for number, count in numbers.items():
        if count > 1:
            yield Note(Remark.DUPLICATE_NUMBER, {"number": number, "count": count})
    if any(_shifts(record.header) for record in parsed.parcels):
        yield Note(Remark.PARAMETERS_IGNORED)


def _shifts(header: dict[str, str]) -> bool:
    """Whether the header carries transformation parameters other than blanks and zeros."""
    return any(part.strip() not in ("", "0", "0.0") for part in _parameters(header))


def _parameters(header: dict[str, str]) -> Sequence[str]:
    return header.get("转换参数", "").replace("，", ",").split(",")
