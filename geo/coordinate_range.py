"""Whether coordinates can be what their CRS says: magnitude, zone number, order of axes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS

from geo.crs import crs_label, national_zone_of, parse_crs, project_lonlat
from geo.errors import Param
from geo.gauss_kruger import GaussKrugerZone
from geo.reading_codes import Fault

__all__ = [
    "Envelope",
    "RangeFault",
    "extent_of_use",
    "is_easting",
    "is_kilometres",
    "is_northing",
    "outside",
    "range_faults",
]

Envelope = tuple[float, float, float, float]
Bounds = NDArray[np.float64]

# in China: exchange format, coordinate TXT
NORTHING_M = (1_800_000.0, 6_000_000.0)
BARE_EASTING_M = (100_000.0, 1_000_000.0)
PREFIXED_EASTING_M = (13_000_000.0, 46_000_000.0)
ZONE_M = 1_000_000.0
# beyond the strip a CRS is meant for, a county at its edge may still use it
USE_MARGIN_DEG = 3.0
GRID_POINTS = 9


@dataclass(frozen=True, slots=True)
class RangeFault:
    """A feature, by its position, whose coordinates its CRS cannot have."""

    position: int
    fault: Fault
    params: Mapping[str, Param]


def range_faults(bounds: Bounds, crs: CRS, *, swapped: bool = False) -> tuple[RangeFault, ...]:
    """Features whose coordinates contradict the CRS of their file.

    Parameters
    ----------
    bounds
        `(n, 4)` west, south, east, north as the file has them; NaN is passed over.
    swapped
        The axes were swapped on the user's word; if they now look swapped, they were right.
    """
    zone = national_zone_of(crs)
    if crs.is_geographic:
        found = _degree_faults(bounds)
    elif zone is not None:
        found = _zone_faults(bounds, crs, zone)
    else:
        found = _metre_faults(bounds)
    return tuple(_unswapped(fault) if swapped else fault for fault in found)


def _unswapped(found: RangeFault) -> RangeFault:
    if found.fault is not Fault.AXES_SWAPPED:
        return found
    return replace(found, fault=Fault.SWAP_NOT_NEEDED)


def _place(bound: Bounds) -> dict[str, Param]:
    return {"x": f"{bound[0]:.3f}", "y": f"{bound[1]:.3f}"}


def _looks_like_degrees(bounds: Bounds) -> NDArray[np.bool_]:
    return np.asarray((np.abs(bounds) <= 180.0).all(axis=1))


def _degree_faults(bounds: Bounds) -> Iterator[RangeFault]:
    size = np.abs(bounds)
    fits = (size <= (180.0, 90.0, 180.0, 90.0)).all(axis=1)
    fits_swapped = np.asarray((size <= (90.0, 180.0, 90.0, 180.0)).all(axis=1))
    known = np.isfinite(bounds).all(axis=1)
    for position in map(int, np.flatnonzero(known & ~fits)):
        bound = bounds[position]
        fault = Fault.AXES_SWAPPED if fits_swapped[position] else _no_degrees(bound)
        yield RangeFault(position, fault, _place(bound))


def _no_degrees(bound: Bounds) -> Fault:
    """What numbers are that cannot be longitude, latitude."""
    if is_kilometres(bound[[0, 2]], bound[[1, 3]]):
        return Fault.KILOMETRES_GIVEN
    small = np.abs(bound).max() < BARE_EASTING_M[0]
    return Fault.DEGREES_OUT_OF_RANGE if small else Fault.DEGREES_EXPECTED


def _metre_faults(bounds: Bounds) -> Iterator[RangeFault]:
    for position in map(int, np.flatnonzero(_looks_like_degrees(bounds))):
        yield RangeFault(position, Fault.METRES_EXPECTED, _place(bounds[position]))


def _zone_faults(bounds: Bounds, crs: CRS, zone: GaussKrugerZone) -> Iterator[RangeFault]:
    first_m = zone.number * ZONE_M if zone.prefixed else 0.0
    east, north = bounds[:, [0, 2]], bounds[:, [1, 3]]
    fits = _within(east, (first_m, first_m + ZONE_M)) & _within(north, NORTHING_M)
    known = np.isfinite(bounds).all(axis=1)
    for position in map(int, np.flatnonzero(known & ~fits)):
        yield _zone_fault(position, bounds[position], crs, zone)


def _within(values: Bounds, limits: tuple[float, float]) -> NDArray[np.bool_]:
    return np.asarray(((values >= limits[0]) & (values < limits[1])).all(axis=1))


def _zone_fault(position: int, bound: Bounds, crs: CRS, zone: GaussKrugerZone) -> RangeFault:
    facts = {**_place(bound), "crs": crs_label(crs)}
    fault = _no_zone_coordinates(bound)
    if fault is not None:
        return RangeFault(position, fault, facts)
    other = replace(zone, prefixed=not zone.prefixed)
    if bound[2] < BARE_EASTING_M[1]:
        return RangeFault(position, Fault.ZONE_PREFIX_MISSING, {**facts, "suggestion": other.crs})
    number = int(bound[0] // ZONE_M)
    if number == zone.number and not zone.prefixed:
        unexpected = Fault.ZONE_PREFIX_UNEXPECTED
        return RangeFault(position, unexpected, {**facts, "suggestion": other.crs})
    return RangeFault(
        position, Fault.ZONE_MISMATCH, {**facts, "found": number, "needed": zone.number}
    )


def _no_zone_coordinates(bound: Bounds) -> Fault | None:
    """What numbers are that no Gauss-Krüger zone of China can have; `None` for one's own."""
    east, north = bound[[0, 2]], bound[[1, 3]]
    if _looks_like_degrees(bound.reshape(1, 4)).all():
        return Fault.METRES_EXPECTED
    if is_northing(east) and is_easting(north):
        return Fault.AXES_SWAPPED
    if is_kilometres(east, north):
        return Fault.KILOMETRES_GIVEN
    return None if is_northing(north) and is_easting(east) else Fault.COORDINATES_OUT_OF_RANGE


def is_northing(values: NDArray[np.float64]) -> bool:
    """Whether all values can be northings in China."""
    return bool(((values >= NORTHING_M[0]) & (values < NORTHING_M[1])).all())


def is_easting(values: NDArray[np.float64]) -> bool:
    """Whether all values can be eastings, all with the zone number or all without."""
    bare = (values >= BARE_EASTING_M[0]) & (values < BARE_EASTING_M[1])
    prefixed = (values >= PREFIXED_EASTING_M[0]) & (values < PREFIXED_EASTING_M[1])
    return bool(bare.all() or prefixed.all())


def is_kilometres(one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    """Whether values are a northing and an easting in kilometres, in either order."""
    one_m, other_m = one * 1000.0, other * 1000.0
    return (is_northing(one_m) and is_easting(other_m)) or (
        is_northing(other_m) and is_easting(one_m)
    )


@lru_cache(maxsize=64)
def extent_of_use(crs: str) -> Envelope | None:
    """Where a projected CRS is meant to be used, with a margin, in its own metres."""
    area = parse_crs(crs).area_of_use
    if area is None:
        return None
    lon, lat = np.meshgrid(
        np.linspace(area.west - USE_MARGIN_DEG, area.east + USE_MARGIN_DEG, GRID_POINTS),
        np.linspace(
            max(area.south - USE_MARGIN_DEG, -85.0),
            min(area.north + USE_MARGIN_DEG, 85.0),
            GRID_POINTS,
        ),
    )
    placed = project_lonlat(np.column_stack([lon.ravel(), lat.ravel()]), crs)
    west, south = placed.min(axis=0)
    east, north = placed.max(axis=0)
    return float(west), float(south), float(east), float(north)


def outside(bounds: Bounds, envelope: Envelope) -> NDArray[np.bool_]:
    """Features whose bounds `(n, 4)` have no point in common with the envelope."""
    west, south, east, north = envelope
    touches = (
        (bounds[:, 0] <= east)
        & (bounds[:, 2] >= west)
        & (bounds[:, 1] <= north)
        & (bounds[:, 3] >= south)
    )
    return np.asarray(~touches)
