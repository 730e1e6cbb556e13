"""One parcel of a coordinate TXT: its rings, and what their coordinates mean."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.coordinate_range import is_easting, is_kilometres, is_northing
from geo.crs import LOCAL_GRID, parse_crs
from geo.errors import Param
from geo.intake import ReadOptions
from geo.io.boundary.grammar import ParcelRecord
from geo.io.boundary.position import Position, stated_position
from geo.io.boundary.rings import BoundaryFaultError, ParcelRings, closed_rings
from geo.io.limits import ReadLimits
from geo.reading_codes import Fault
from geo.ring_nesting import assembled

__all__ = ["BoundaryParcel", "boundary_parcel"]

DEGREES_MOST = 360.0


@dataclass(frozen=True, slots=True, eq=False)
class BoundaryParcel:
    """A parcel that could be read; its geometry is east, north and may be invalid."""

    record: ParcelRecord
    rings: ParcelRings
    geometry: BaseGeometry
    position: Position


def boundary_parcel(
    record: ParcelRecord, options: ReadOptions, limits: ReadLimits
) -> BoundaryParcel:
    """Geometry and place of one parcel.

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
    corners = np.concatenate(found.rings)
    north, east = (1, 0) if options.swap_axes else (0, 1)
    if options.crs is None or parse_crs(options.crs) != LOCAL_GRID:
        _judge_axes(corners[:, north], corners[:, east], swapped=options.swap_axes)
    position = stated_position(
        record.header,
        corners[:, east],
        options.crs,
        old_datum=options.datum_parameters is not None,
    )
    outline = assembled([ring[:, [east, north]] for ring in found.rings])
    return BoundaryParcel(record, found, outline, position)


def _judge_axes(north: NDArray[np.float64], east: NDArray[np.float64], *, swapped: bool) -> None:
    if is_northing(north) and is_easting(east):
        return
    found: dict[str, Param] = {"x": f"{north[0]:.3f}", "y": f"{east[0]:.3f}"}
    if is_northing(east) and is_easting(north):
        raise BoundaryFaultError(Fault.SWAP_NOT_NEEDED if swapped else Fault.AXES_SWAPPED, **found)
    if (np.abs([north, east]) <= DEGREES_MOST).all():
        raise BoundaryFaultError(Fault.METRES_EXPECTED, **found)
    if is_kilometres(north, east):
        raise BoundaryFaultError(Fault.KILOMETRES_GIVEN, **found)
    raise BoundaryFaultError(Fault.COORDINATES_OUT_OF_RANGE, **found)
