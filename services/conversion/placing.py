"""In which CRS an input is judged, and in which it is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
from pyproj import CRS

from geo.crs import LONLAT_CRS, crs_label, in_crs, parse_crs, require_crs, zone_of
from geo.errors import GeoError, Param
from geo.gauss_kruger import zone_of_longitude
from geo.intake import Intake, Note
from geo.placement import place_features
from geo.reading_codes import Fault, Remark
from services.conversion.formats import IN_DEGREES, TargetFormat
from services.settings import DEFAULT_CRS

__all__ = ["Placed", "measuring_crs", "placed_for"]

# projections that stretch areas by the latitude: nothing is judged in them
STRETCHING = ("mercator (variant", "popular visualisation pseudo mercator", "mercator (1sp)")
LONGITUDES_DEG = (-180.0, 180.0)


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """An input in the CRS of its output, with what happened to it on the way."""

    intake: Intake
    notes: tuple[Note, ...]


def measuring_crs(frames: Sequence[gpd.GeoDataFrame], to_crs: str | None) -> str:
    """The CRS in metres to judge an input in: its own, or the 3° zone around it.

    Where no zone lies around it, that of the output if it is in metres; where its
    coordinates are no degrees, the usual one, so that every feature is refused with what is
    wrong with it.

    Raises
    ------
    GeoError
        The input lies outside the zones of China, and no system was named
        (`outside_zones`).
    """
    frame = next((frame for frame in frames if len(frame) and frame.crs is not None), None)
    if frame is None:
        return DEFAULT_CRS
    crs = parse_crs(frame.crs)
    if _measures(crs):
        return crs.to_wkt() if crs.to_epsg() is None else crs_label(crs)
    longitude = _longitude(frame)
    if not LONGITUDES_DEG[0] <= longitude <= LONGITUDES_DEG[1]:
        return DEFAULT_CRS
    if zone_of_longitude(longitude) is None and to_crs and _measures(parse_crs(to_crs)):
        return to_crs
    return _zone_around(longitude)


def _measures(crs: CRS) -> bool:
    if not crs.is_projected or {axis.unit_name for axis in crs.axis_info} != {"metre"}:
        return False
    method = crs.coordinate_operation.method_name.lower() if crs.coordinate_operation else ""
    return not method.startswith(STRETCHING)


def _longitude(frame: gpd.GeoDataFrame) -> float:
    """Longitude in the middle of a frame; not a number where it has no finite bounds."""
    west, south, east, north = frame.total_bounds
    middle = gpd.points_from_xy([(west + east) / 2.0], [(south + north) / 2.0])
    if not parse_crs(frame.crs).is_projected:
        return float(middle.x[0])
    placed = in_crs(gpd.GeoDataFrame(geometry=middle, crs=frame.crs), LONLAT_CRS)
    return float(placed.total_bounds[0])


def placed_for(
    intake: Intake, source: CRS | None, target_format: TargetFormat, to_crs: str | None
) -> Placed:
    """Input in the CRS of its output; features that lie outside of that are refused.

    Parameters
    ----------
    source
        CRS of the input as it was read; `None` where another note tells of its change.
    to_crs
        Code of the CRS that the user wants.

    Raises
    ------
    GeoError
        No published way leads there (`old_datum`, `no_datum_shift`), or the format needs a
        zone and none lies around the input (`outside_zones`).
    """
    own = crs_label(require_crs(intake.frame))
    crs = to_crs or _needed_crs(intake.frame, own, target_format)
    notes = tuple(_crs_notes(source, crs, target_format, chosen=to_crs is None))
    if crs == own:
        return Placed(intake, notes)
    if not parse_crs(crs).is_projected:
        return Placed(replace(intake, frame=in_crs(intake.frame, crs)), notes)
    placed = place_features(intake.frame, working_crs=crs, envelope=None, swap_axes=False)
    refused = (*intake.refused, *placed.refused)
    return Placed(replace(intake, frame=placed.frame, refused=refused), (*notes, *placed.notes))


def _needed_crs(frame: gpd.GeoDataFrame, own: str, target_format: TargetFormat) -> str:
    """The CRS of the input, but a Gauss-Krüger zone where the format knows nothing else."""
    if target_format is not TargetFormat.TXT or zone_of(frame.crs) is not None or frame.empty:
        return own
    return _zone_around(_longitude(frame))


def _zone_around(longitude: float) -> str:
    zone = zone_of_longitude(longitude)
    if zone is None or zone.crs is None:
        raise GeoError(Fault.OUTSIDE_ZONES, longitude=f"{longitude:.3f}")
    return zone.crs


def _crs_notes(
    source: CRS | None, crs: str, target_format: TargetFormat, *, chosen: bool
) -> Iterator[Note]:
    """Remark on coordinates that come out in another system than they went in."""
    if source is None or crs_label(source) == crs or (chosen and target_format in IN_DEGREES):
        return
    facts: dict[str, Param] = {"source": crs_label(source), "target": crs}
    zone = zone_of(crs)
    if chosen and zone is not None:
        yield Note(Remark.ZONE_CHOSEN, {**facts, "zone": zone.number})
    else:
        yield Note(Remark.CONVERTED_CRS, facts)
