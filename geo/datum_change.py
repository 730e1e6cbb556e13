"""Changes of datum that only the user can name, applied to the features of a file."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from geo.coordinate_range import Envelope
from geo.crs import LONLAT_CRS, CoordinateStep, parse_crs, require_crs, step_between
from geo.errors import Param
from geo.intake import DatumRecord, Note
from geo.reading_codes import Fault, Remark
from geo.refusals import Reason

__all__ = ["DatumChange", "DatumKind", "changed", "datum_note"]


class DatumKind(StrEnum):
    """How coordinates reach the datum of the workspace."""

    GCJ02 = "gcj02"
    BD09 = "bd09"
    FOUR = "four"
    SEVEN = "seven"


HASH_DIGITS = 12
COUNTS = {DatumKind.FOUR: 4, DatumKind.SEVEN: 7}


class DatumChange(Protocol):
    """A change of datum that the user has named."""

    @property
    def extent(self) -> Envelope:
        """Where the change holds: west, south, east, north in degrees of CGCS2000."""

    def step_from(self, crs: CRS) -> tuple[CoordinateStep, CRS]:
        """What leads points `(n, 2)` of a file to another CRS, and that CRS.

        Raises
        ------
        GeoError
            Coordinates of this CRS are not what the change is for.
        """

    def record(self, crs: CRS) -> DatumRecord:
        """What a result keeps of the change of a file in this CRS."""


def datum_note(record: DatumRecord) -> Note:
    """What the user should know of a change that was applied."""
    facts: dict[str, Param] = {
        "source": record.source,
        "datum": record.datum,
        "accuracy_m": f"{record.accuracy_m:.3g}",
    }
    if record.kind in (DatumKind.GCJ02, DatumKind.BD09):
        return Note(Remark.DATUM_TAKEN_BACK, facts)
    facts |= {
        "name": record.name,
        "kind": COUNTS[DatumKind(record.kind)],
        "hash": record.sha256[:HASH_DIGITS],
    }
    if record.rms_m is None or record.max_m is None:
        return Note(Remark.DATUM_BY_PARAMETERS_UNCHECKED, facts)
    facts |= {
        "count": record.points,
        "rms_m": f"{record.rms_m:.3f}",
        "max_m": f"{record.max_m:.3f}",
    }
    return Note(Remark.DATUM_BY_PARAMETERS, facts)


def changed(
    frame: gpd.GeoDataFrame, change: DatumChange
) -> tuple[gpd.GeoDataFrame, dict[int, Reason]]:
    """Frame on the modern datum, and the features (by position) to which that does not reach.

    Missing geometry stays missing; coordinates that are no numbers stay so and are not judged.

    Raises
    ------
    GeoError
        See `DatumChange.step_from`.
    """
    step, crs = change.step_from(parse_crs(require_crs(frame)))
    geometries = np.asarray(frame.geometry.array, dtype=object)
    moved = np.asarray(shapely.transform(geometries, step), dtype=object)
    series = gpd.GeoSeries(moved, index=frame.index, crs=crs)
    return frame.set_geometry(series), _beyond(moved, crs, change.extent)


def _beyond(geometries: np.ndarray, crs: CRS, extent: Envelope) -> dict[int, Reason]:
    to_degrees = step_between(crs, parse_crs(LONLAT_CRS))
    lonlat = geometries if to_degrees is None else shapely.transform(geometries, to_degrees)
    bounds = np.asarray(shapely.bounds(lonlat), dtype=float).reshape(-1, 4)
    west, south, east, north = extent
    inside = (bounds[:, :2] >= (west, south)).all(axis=1)
    inside &= (bounds[:, 2:] <= (east, north)).all(axis=1)
    reasons: dict[int, Reason] = {}
    for position in map(int, np.flatnonzero(np.isfinite(bounds).all(axis=1) & ~inside)):
        lon, lat = bounds[position, :2]
        facts = {"x": f"{lon:.6f}", "y": f"{lat:.6f}"}
        facts |= {"extent": f"{west:g}–{east:g}°E, {south:g}–{north:g}°N"}
        reasons[position] = Fault.DATUM_OUTSIDE_EXTENT, facts
    return reasons
