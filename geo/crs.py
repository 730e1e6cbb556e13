"""Coordinate reference systems: checked at the door, changed only by named steps.

Axes are always east, north (or longitude, latitude), whatever order an authority declares.
CGCS2000 and WGS 84 count as one datum: they differ by centimetres to decimetres, less than
what any file of either states. Every other change of datum needs a published operation; the
"ballpark" that PROJ falls back to leaves coordinates where they are and is refused.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Proj, Transformer
from pyproj.exceptions import ProjError
from pyproj.transformer import TransformerGroup

from geo.crs_naming import (
    LOCAL_GRID,
    Coordinates,
    CoordinateStep,
    conversion,
    crs_label,
    datum_code,
    national_zone_of,
    normalise_crs,
    parse_crs,
    step_of,
    zone_of,
)
from geo.errors import GeoError, GeographicCRSError, MissingCRSError, MixedCRSError

__all__ = [
    "LOCAL_GRID",
    "LONLAT_CRS",
    "CoordinateStep",
    "DatumShift",
    "crs_label",
    "datum_shift",
    "in_crs",
    "is_modern",
    "is_same_frame",
    "national_zone_of",
    "normalise_crs",
    "old_datum_name",
    "parse_crs",
    "project_lonlat",
    "require_crs",
    "require_measuring",
    "require_projected",
    "require_same_crs",
    "same_datum",
    "step_between",
    "to_lonlat",
    "to_working",
    "zone_of",
]

MOST_AREAL_CHANGE = 0.05
MOST_LATITUDE_DEG = 85.0
Bounds = tuple[float, float, float, float]
LONLAT_CRS = "EPSG:4490"
WGS84 = "EPSG:4326"
# geodetic codes (2D and 3D) of CGCS2000 and WGS 84, taken as one datum
CGCS2000_AND_WGS84 = frozenset({4490, 4480, 4326, 4979})
# the shift from these to CGCS2000 needs local parameters, which are controlled data
OLD_DATUMS = {4214: "北京54", 4555: "新北京54", 4610: "西安80"}


@dataclass(frozen=True, slots=True)
class DatumShift:
    """A published change of datum that was applied; `accuracy_m` is negative if unknown."""

    description: str
    accuracy_m: float


def is_same_frame(one: Any, other: Any) -> bool:
    """Whether two CRSs differ in nothing but the zone prefix or the name of the datum."""
    first, second = parse_crs(one), parse_crs(other)
    if first == second:
        return True
    if first.is_geographic and second.is_geographic:
        return same_datum(first, second)
    return _prefix_offset_m(first, second) is not None


def _prefix_offset_m(source: CRS, target: CRS) -> float | None:
    zones = national_zone_of(source), national_zone_of(target)
    if zones[0] is None or zones[1] is None:
        return None
    return zones[0].offset_to_m(zones[1])


def require_crs(data: gpd.GeoDataFrame | gpd.GeoSeries) -> CRS:
    """CRS of a frame.

    Raises
    ------
    MissingCRSError
        The frame has none.
    """
    if data.crs is None:
        raise MissingCRSError
    return data.crs


def require_projected(data: Any) -> CRS:
    """CRS of a frame, or a CRS, in which lengths and areas are metres.

    Raises
    ------
    MissingCRSError
        There is none.
    GeographicCRSError
        It counts in degrees (`geographic_crs`) or in another unit (`crs_unit_not_metre`).
    """
    has_own = isinstance(data, (gpd.GeoDataFrame, gpd.GeoSeries))
    crs = require_crs(data) if has_own else parse_crs(data)
    if not crs.is_projected:
        raise GeographicCRSError(crs=crs_label(crs))
    units = {axis.unit_name for axis in crs.axis_info}
    if units != {"metre"}:
        raise GeographicCRSError("crs_unit_not_metre", crs=crs_label(crs), unit="/".join(units))
    return crs


def require_measuring(crs: Any) -> None:
    """Refuse a projected CRS in which areas are far from those on the ground.

    Web maps stretch areas by half in the latitude of the county; a survey projection changes
    them by thousandths. A CRS without a stated area of use passes.

    Raises
    ------
    GeographicCRSError
        Somewhere in its area of use an area is wrong by more than 5 % (`crs_distorts_areas`).
    """
    system = parse_crs(crs)
    area = system.area_of_use
    if area is None:
        return
    south, north = max(area.south, -MOST_LATITUDE_DEG), min(area.north, MOST_LATITUDE_DEG)
    lon, lat = np.meshgrid(np.linspace(area.west, area.east, 3), np.linspace(south, north, 3))
    scale = np.asarray(Proj(system).get_factors(lon.ravel(), lat.ravel()).areal_scale)
    if np.abs(scale - 1.0).max() > MOST_AREAL_CHANGE:
        raise GeographicCRSError("crs_distorts_areas", crs=crs_label(system))


def require_same_crs(*frames: gpd.GeoDataFrame | gpd.GeoSeries) -> CRS:
    """The one CRS of all frames.

    Raises
    ------
    MissingCRSError
        A frame has none.
    MixedCRSError
        Two frames differ.
    """
    first, *others = [parse_crs(require_crs(frame)) for frame in frames]
    for other in others:
        if other != first:
            raise MixedCRSError(found=crs_label(other), needed=crs_label(first))
    return first


def same_datum(one: CRS, other: CRS) -> bool:
    """Whether two CRSs are on one datum, known by name; CGCS2000 and WGS 84 count as one."""
    first, second = datum_code(one), datum_code(other)
    if first is None or second is None:
        return False
    return first == second or {first, second} <= CGCS2000_AND_WGS84


def old_datum_name(crs: CRS) -> str | None:
    """Name of the old national datum that a CRS is on; `None` for any other."""
    return OLD_DATUMS.get(datum_code(crs) or 0)


def is_modern(crs: CRS) -> bool:
    """Whether a CRS is on CGCS2000 or WGS 84."""
    return datum_code(crs) in CGCS2000_AND_WGS84


def step_between(source: CRS, target: CRS) -> CoordinateStep | None:
    """What leads points `(n, 2)` from one CRS to another; `None` where nothing is to do.

    Raises
    ------
    GeoError
        See `datum_shift`.
    """
    return _way(source, target)[0]


def _chained(first: CoordinateStep, second: CoordinateStep) -> CoordinateStep:
    return lambda xy: second(first(xy))


@lru_cache(maxsize=64)
def _way(source: CRS, target: CRS) -> tuple[CoordinateStep | None, DatumShift | None]:
    """The way from one CRS to another (`None`: nothing to do), and its change of datum."""
    if source == target:
        return None, None
    offset_m = _prefix_offset_m(source, target)
    if offset_m is not None:
        # through degrees and back, one outline in two spellings would differ in last digits
        shift = np.array([offset_m, 0.0])
        return (lambda xy: xy + shift), None
    if same_datum(source, target):
        to_target = conversion(target, inverse=False)
        return _chained(conversion(source, inverse=True), to_target), None
    return _way_across_datums(source, target)


def _way_across_datums(source: CRS, target: CRS) -> tuple[CoordinateStep, DatumShift]:
    for crs in (source, target):
        if crs == LOCAL_GRID:
            raise GeoError("local_grid")
        old = old_datum_name(crs)
        if old is not None:
            raise GeoError("old_datum", crs=crs_label(crs), datum=old)
        if not (crs.is_geographic or crs.is_projected):
            raise _no_shift(source, target)
    wgs84 = CRS.from_user_input(WGS84)
    place = target if target.is_projected else source
    try:
        if datum_code(target) in CGCS2000_AND_WGS84:
            published = _published(source, wgs84, place)
            way = _chained(step_of(published), conversion(target, inverse=False))
        elif datum_code(source) in CGCS2000_AND_WGS84:
            published = _published(wgs84, target, place)
            way = _chained(conversion(source, inverse=True), step_of(published))
        else:
            published = _published(source, target, place)
            way = step_of(published)
    except ProjError as err:
        raise _no_shift(source, target) from err
    return way, DatumShift(str(published.description), float(published.accuracy))


def _no_shift(source: CRS, target: CRS) -> GeoError:
    return GeoError("no_datum_shift", source=crs_label(source), target=crs_label(target))


def _published(source: CRS, target: CRS, place: CRS) -> Transformer:
    """The best published operation that holds all over the area that `place` is meant for.

    Left to itself PROJ would pick one by point, also where none was made for the ground.
    """
    area = place.area_of_use
    if area is None:
        raise ProjError(f"{place.name} says nothing of its area")
    with warnings.catch_warnings():
        # a grid that is not on this machine leaves the next best operation, which says so
        warnings.simplefilter("ignore", UserWarning)
        group = TransformerGroup(source, target, always_xy=True, allow_ballpark=False)
    for found in group.transformers:
        held = found.area_of_use
        if held is not None and _holds(held.bounds, area.bounds):
            return found
    raise ProjError(f"no operation from {source.name} to {target.name} holds over {place.name}")


def _holds(outer: Bounds, inner: Bounds) -> bool:
    return (
        outer[0] <= inner[0]
        and outer[1] <= inner[1]
        and outer[2] >= inner[2]
        and outer[3] >= inner[3]
    )


def datum_shift(source: Any, target: Any) -> DatumShift | None:
    """The change of datum that `to_working` applies between two CRSs; `None` for none.

    Raises
    ------
    GeoError
        The datum is an old national one (`old_datum`), or no published operation leads from
        one datum to the other (`no_datum_shift`).
    """
    return _way(parse_crs(source), parse_crs(target))[1]


def to_working(frame: gpd.GeoDataFrame, working_crs: str) -> gpd.GeoDataFrame:
    """Frame in the working CRS, vertex by vertex; missing geometry stays missing.

    Vertices that cannot be projected come out as infinities, for `geo.validity` to refuse.

    Raises
    ------
    MissingCRSError
        The frame has no CRS.
    GeographicCRSError
        The working CRS is not in metres.
    GeoError
        See `datum_shift`.
    """
    require_projected(working_crs)
    return in_crs(frame, working_crs)


def in_crs(frame: gpd.GeoDataFrame, crs: str) -> gpd.GeoDataFrame:
    """Frame in any CRS, in metres or degrees; else as `to_working`.

    Raises
    ------
    MissingCRSError
        The frame has no CRS.
    GeoError
        See `datum_shift`.
    """
    target = parse_crs(crs)
    step, _ = _way(parse_crs(require_crs(frame)), target)
    if step is None and frame.crs == target:
        return frame
    geometries = np.asarray(frame.geometry.array, dtype=object)
    if step is not None:
        geometries = shapely.transform(geometries, step)
    return frame.set_geometry(gpd.GeoSeries(geometries, index=frame.index, crs=crs))


def to_lonlat(geometries: NDArray[np.object_], working_crs: str) -> NDArray[np.object_]:
    """Geometries of the working CRS as longitude, latitude in degrees of EPSG:4490."""
    array = np.array(geometries, dtype=object)
    step, _ = _way(parse_crs(working_crs), parse_crs(LONLAT_CRS))
    return array if step is None else np.asarray(shapely.transform(array, step), dtype=object)


def project_lonlat(lonlat: Coordinates, crs: Any) -> Coordinates:
    """Longitudes, latitudes `(n, 2)` on the datum of a CRS as coordinates of that CRS."""
    return conversion(parse_crs(crs), inverse=False)(lonlat)
