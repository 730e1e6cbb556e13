"""Features brought to their place in the working CRS, or refused when they lie elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo.coordinate_range import Envelope, extent_of_use, outside, range_faults
from geo.crs import (
    crs_label,
    datum_shift,
    national_zone_of,
    parse_crs,
    require_crs,
    to_working,
    zone_of,
)
from geo.datum_change import DatumChange, changed, datum_note
from geo.errors import Param
from geo.intake import DatumRecord, Note, Refusal
from geo.reading_codes import Fault, Remark
from geo.refusals import Reason, refusals

__all__ = ["Placement", "place_features", "swapped"]


@dataclass(frozen=True, slots=True, eq=False)
class Placement:
    """Features in the working CRS; every feature is in the frame or refused, never both."""

    frame: gpd.GeoDataFrame
    refused: tuple[Refusal, ...]
    notes: tuple[Note, ...]
    datum: DatumRecord | None = None


def place_features(
    frame: gpd.GeoDataFrame,
    *,
    working_crs: str,
    envelope: Envelope | None,
    swap_axes: bool,
    change: DatumChange | None = None,
) -> Placement:
    """Features of a file in the working CRS.

    Refused are features whose coordinates their CRS cannot have, and those wholly outside
    the envelope (without one, outside the area that the working CRS is meant for). Features
    without geometry, or with coordinates that are no numbers, pass on to `geo.validity`.

    Parameters
    ----------
    frame
        In the CRS of the file, with `source_index`.
    envelope
        West, south, east, north in the working CRS.
    swap_axes
        The file gives its coordinates in the other order, on the user's word.
    change
        How the coordinates reach the modern datum, on the user's word.

    Raises
    ------
    GeoError
        See `geo.crs.to_working` and `geo.datum_change.changed`.
    """
    frame, flattened = _flat(frame)
    if swap_axes:
        frame = swapped(frame)
    crs = parse_crs(require_crs(frame))
    reasons: dict[int, Reason] = {
        found.position: (found.fault, found.params)
        for found in range_faults(_bounds(frame), crs, swapped=swap_axes)
    }
    modern, beyond = (frame, {}) if change is None else changed(frame, change)
    reasons = beyond | reasons
    moved = to_working(modern, working_crs)
    for position in _elsewhere(moved, working_crs, envelope):
        if position not in reasons:
            reasons[position] = _elsewhere_reason(
                frame.iloc[[position]], working_crs, envelope, swap_axes=swap_axes, change=change
            )
    kept = np.ones(len(frame), dtype=bool)
    kept[list(reasons)] = False
    datum = None if change is None else change.record(crs)
    notes = (*flattened, *_shift_notes(parse_crs(require_crs(modern)), working_crs))
    return Placement(
        moved.loc[kept].reset_index(drop=True) if reasons else moved,
        refusals(moved, reasons, _bounds(moved)),
        notes if datum is None else (*notes, datum_note(datum)),
        datum,
    )


def _shift_notes(crs: object, working_crs: str) -> tuple[Note, ...]:
    shift = datum_shift(crs, working_crs)
    if shift is None:
        return ()
    accuracy = f"{shift.accuracy_m:g} m" if shift.accuracy_m >= 0 else "–"
    facts: dict[str, Param] = {"source": crs_label(crs), "accuracy": accuracy}
    return (Note(Remark.DATUM_SHIFTED, facts),)


def _flat(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, tuple[Note, ...]]:
    """Frame without heights and measures."""
    geometries = np.asarray(frame.geometry.array, dtype=object)
    high = np.asarray(shapely.has_z(geometries) | shapely.has_m(geometries))
    if not high.any():
        return frame, ()
    flat = gpd.GeoSeries(shapely.force_2d(geometries), index=frame.index, crs=frame.crs)
    note = Note(Remark.HEIGHTS_DROPPED, {"count": int(high.sum())})
    return frame.set_geometry(flat), (note,)


def swapped(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Frame with the two coordinates of every point in each other's place."""
    geometries = np.asarray(frame.geometry.array, dtype=object)
    swapped = shapely.transform(geometries, lambda xy: xy[:, ::-1])
    return frame.set_geometry(gpd.GeoSeries(swapped, index=frame.index, crs=frame.crs))


def _bounds(frame: gpd.GeoDataFrame) -> NDArray[np.float64]:
    geometries = np.asarray(frame.geometry.array, dtype=object)
    return np.asarray(shapely.bounds(geometries), dtype=float).reshape(-1, 4)


def _elsewhere(moved: gpd.GeoDataFrame, working_crs: str, envelope: Envelope | None) -> list[int]:
    """Positions of features that lie wholly outside; what has no finite bounds passes."""
    extent = envelope or extent_of_use(working_crs)
    if extent is None:
        return []
    bounds = _bounds(moved)
    known = np.asarray(~np.isnan(bounds).any(axis=1))
    return [int(position) for position in np.flatnonzero(known & outside(bounds, extent))]


def _elsewhere_reason(
    feature: gpd.GeoDataFrame,
    working_crs: str,
    envelope: Envelope | None,
    *,
    swap_axes: bool,
    change: DatumChange | None,
) -> Reason:
    """Why one feature lies elsewhere: its axes, its zone, or because it does."""

    def placed(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        return to_working(frame if change is None else changed(frame, change)[0], working_crs)

    if not _elsewhere(placed(swapped(feature)), working_crs, envelope):
        x, y = _bounds(feature)[0, :2]
        fault = Fault.SWAP_NOT_NEEDED if swap_axes else Fault.AXES_SWAPPED
        return fault, {"x": f"{x:.6f}", "y": f"{y:.6f}"}
    if _is_mirrored(feature, placed, working_crs, envelope):
        x, y = _bounds(feature)[0, :2]
        return Fault.WRONG_HEMISPHERE, {"x": f"{x:.6f}", "y": f"{y:.6f}"}
    zone, needed = national_zone_of(feature.crs), zone_of(working_crs)
    if zone is not None and needed is not None and not zone.shares_meridian(needed):
        facts = {"found": zone.number, "needed": needed.number, "suggestion": zone.crs}
        return Fault.WRONG_ZONE, facts
    if envelope is None:
        return Fault.OUTSIDE_CRS_AREA, {"crs": working_crs}
    return Fault.OUTSIDE_COUNTY, _distance(_bounds(placed(feature))[0], envelope)


def _is_mirrored(
    feature: gpd.GeoDataFrame,
    placed: Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame],
    working_crs: str,
    envelope: Envelope | None,
) -> bool:
    """Whether degrees lie in the county once one of their signs, or both, are turned."""
    if not parse_crs(feature.crs).is_geographic:
        return False
    for east, north in ((-1.0, 1.0), (1.0, -1.0), (-1.0, -1.0)):
        turned = feature.scale(east, north, origin=(0, 0))
        if not _elsewhere(placed(feature.set_geometry(turned)), working_crs, envelope):
            return True
    return False


def _distance(bound: NDArray[np.float64], envelope: Envelope) -> dict[str, Param]:
    east_m = max(envelope[0] - bound[2], bound[0] - envelope[2], 0.0)
    north_m = max(envelope[1] - bound[3], bound[1] - envelope[3], 0.0)
    distance_m = float(np.hypot(east_m, north_m))
    return {"distance_km": f"{distance_m / 1000:.1f}" if np.isfinite(distance_m) else "–"}
