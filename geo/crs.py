"""Coordinate reference systems: checked at the door, changed only by named steps.

Axes are always east, north (or longitude, latitude), whatever order an authority declares.
CGCS2000 and WGS 84 count as one datum: they differ by centimetres to decimetres, less than
what any file of either states. Every other change of datum needs a published operation; the
"ballpark" that PROJ falls back to leaves coordinates where they are and is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from geo.errors import GeoError, GeographicCRSError, MissingCRSError, MixedCRSError
from geo.gauss_kruger import GaussKrugerZone, zone_of_code

__all__ = [
    "LONLAT_CRS",
    "DatumShift",
    "crs_label",
    "datum_shift",
    "is_same_frame",
    "normalise_crs",
    "parse_crs",
    "project_lonlat",
    "require_crs",
    "require_projected",
    "require_same_crs",
    "to_lonlat",
    "to_working",
    "zone_of",
]

Coordinates = NDArray[np.float64]
CoordinateStep = Callable[[Coordinates], Coordinates]

LONLAT_CRS = "EPSG:4490"
WGS84 = "EPSG:4326"
# geodetic codes (2D and 3D) of CGCS2000 and WGS 84, taken as one datum
CGCS2000_AND_WGS84 = frozenset({4490, 4480, 4326, 4979})
# the shift from these to CGCS2000 needs local parameters, which are controlled data
OLD_DATUMS = {4214: "北京54", 4555: "新北京54", 4610: "西安80"}
# spellings of datum names in .prj files made by hand, without spaces and in lower case
DATUM_NAMES = {
    "china2000": 4490,
    "dchina2000": 4490,
    "cgcs2000": 4490,
    "dcgcs2000": 4490,
    "chinageodeticcoordinatesystem2000": 4490,
    "wgs84": 4326,
    "wgs1984": 4326,
    "dwgs1984": 4326,
    "worldgeodeticsystem1984": 4326,
    "xian1980": 4610,
    "xian80": 4610,
    "dxian1980": 4610,
    "beijing1954": 4214,
    "beijing54": 4214,
    "dbeijing1954": 4214,
}
# an ESRI .prj matches an authority code only with low confidence, and then counts only if
# it projects alike
NAME_CONFIDENCE = 20
SURE = 100
SAME_PLACE_M = 1e-6


@dataclass(frozen=True, slots=True)
class DatumShift:
    """A published change of datum that was applied; `accuracy_m` is negative if unknown."""

    description: str
    accuracy_m: float


def parse_crs(value: Any) -> CRS:
    """CRS from a code, WKT, `.prj` text or object, as the EPSG object where there is one.

    Raises
    ------
    MissingCRSError
        Nothing is given (`missing_crs`) or it cannot be understood (`unknown_crs`).
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        raise MissingCRSError
    try:
        return _parsed(value.strip() if isinstance(value, str) else value)
    except CRSError as err:
        raise MissingCRSError("unknown_crs", crs=str(value)[:80]) from err


@lru_cache(maxsize=256)
def _parsed(value: Any) -> CRS:
    digits = isinstance(value, str) and value.isdigit()
    crs = CRS.from_user_input(int(value) if digits else value)
    code = _authority_code(crs)
    return crs if code is None else CRS.from_epsg(code)


def _authority_code(crs: CRS) -> int | None:
    if crs.to_authority() == ("OGC", "CRS84"):
        return 4326
    sure = crs.to_epsg()
    if sure is not None:
        return int(sure)
    if crs.is_geographic:
        return _datum(crs)
    likely = crs.to_epsg(min_confidence=NAME_CONFIDENCE)
    if likely is None:
        return None
    alike = (code for code in _candidates(likely) if _places_alike(crs, CRS.from_epsg(code)))
    return next(alike, None)


def _candidates(code: int) -> Iterator[int]:
    """A code that a name suggests, then its zone spelt the other way."""
    yield code
    zone = zone_of_code(code)
    if zone is not None:
        other = replace(zone, prefixed=not zone.prefixed).crs
        if other is not None:
            yield int(other.removeprefix("EPSG:"))


def _places_alike(crs: CRS, other: CRS) -> bool:
    """Whether both put the points of their area at the same coordinates, to a micrometre."""
    area = other.area_of_use
    if area is None or _datum(crs) is None or _datum(crs) != _datum(other):
        return False
    lon, lat = np.meshgrid(
        np.linspace(area.west, area.east, 3), np.linspace(area.south, area.north, 3)
    )
    points = np.column_stack([lon.ravel(), lat.ravel()])
    here, there = (_conversion(each, inverse=False)(points) for each in (crs, other))
    return bool(np.allclose(here, there, rtol=0, atol=SAME_PLACE_M))


def normalise_crs(value: Any) -> str:
    """Authority code `EPSG:n` of anything that names a CRS.

    Raises
    ------
    MissingCRSError
        Nothing is given (`missing_crs`), or the authority knows nothing like it
        (`unknown_crs`).
    """
    crs = parse_crs(value)
    code = crs.to_epsg()
    if code is None:
        raise MissingCRSError("unknown_crs", crs=crs.name)
    return f"EPSG:{code}"


def crs_label(value: Any) -> str:
    """Authority code, or the name of a CRS that has none."""
    crs = parse_crs(value)
    code = crs.to_epsg()
    return f"custom: {crs.name}" if code is None else f"EPSG:{code}"


def zone_of(value: Any) -> GaussKrugerZone | None:
    """Gauss-Krüger zone of a CGCS2000 code; `None` for any other CRS."""
    code = parse_crs(value).to_epsg()
    return None if code is None else zone_of_code(code)


def is_same_frame(one: Any, other: Any) -> bool:
    """Whether two CRSs differ in nothing but the zone prefix or the name of the datum."""
    first, second = parse_crs(one), parse_crs(other)
    if first == second:
        return True
    if first.is_geographic and second.is_geographic:
        return _share_datum(first, second)
    return _prefix_offset_m(first, second) is not None


def _prefix_offset_m(source: CRS, target: CRS) -> float | None:
    zones = zone_of(source), zone_of(target)
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


@lru_cache(maxsize=256)
def _datum(crs: CRS) -> int | None:
    """Geodetic code that stands for the datum; `None` where the datum is not known by name.

    The ellipsoid alone proves nothing: a likely match counts only with the same datum name.
    """
    geodetic = crs.geodetic_crs
    if geodetic is None or geodetic.datum is None:
        return None
    sure = geodetic.to_epsg(min_confidence=SURE)
    if sure is not None:
        return int(sure)
    name = _plain_name(geodetic.datum.name)
    if name in DATUM_NAMES:
        return DATUM_NAMES[name]
    likely = geodetic.to_epsg(min_confidence=NAME_CONFIDENCE)
    if likely is None:
        return None
    datum = CRS.from_epsg(likely).datum
    return int(likely) if datum is not None and _plain_name(datum.name) == name else None


def _plain_name(name: str) -> str:
    letters = "".join(sign for sign in name.lower() if sign.isalnum())
    return letters.removesuffix("ensemble")


def _share_datum(one: CRS, other: CRS) -> bool:
    first, second = _datum(one), _datum(other)
    if first is None or second is None:
        return False
    return first == second or {first, second} <= CGCS2000_AND_WGS84


def _step(transformer: Transformer) -> CoordinateStep:
    return lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))


def _conversion(crs: CRS, *, inverse: bool) -> CoordinateStep:
    """Longitude, latitude to the CRS (or back) on its own datum."""
    geodetic = crs.geodetic_crs
    if geodetic is None:
        raise MissingCRSError("unknown_crs", crs=crs.name)
    ends = (crs, geodetic) if inverse else (geodetic, crs)
    return _step(Transformer.from_crs(*ends, always_xy=True))


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
    if _share_datum(source, target):
        to_target = _conversion(target, inverse=False)
        return _chained(_conversion(source, inverse=True), to_target), None
    return _way_across_datums(source, target)


def _way_across_datums(source: CRS, target: CRS) -> tuple[CoordinateStep, DatumShift]:
    for crs in (source, target):
        old = OLD_DATUMS.get(_datum(crs) or 0)
        if old is not None:
            raise GeoError("old_datum", crs=crs_label(crs), datum=old)
    wgs84 = CRS.from_user_input(WGS84)
    try:
        if _datum(target) in CGCS2000_AND_WGS84:
            published = _published(source, wgs84)
            way = _chained(_step(published), _conversion(target, inverse=False))
        elif _datum(source) in CGCS2000_AND_WGS84:
            published = _published(wgs84, target)
            way = _chained(_conversion(source, inverse=True), _step(published))
        else:
            published = _published(source, target)
            way = _step(published)
    except ProjError as err:
        raise GeoError(
            "no_datum_shift", source=crs_label(source), target=crs_label(target)
        ) from err
    return way, DatumShift(str(published.description), float(published.accuracy))


def _published(source: CRS, target: CRS) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True, allow_ballpark=False)


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
    step, _ = _way(parse_crs(require_crs(frame)), require_projected(working_crs))
    geometries = np.asarray(frame.geometry.array, dtype=object)
    if step is not None:
        geometries = shapely.transform(geometries, step)
    return frame.set_geometry(gpd.GeoSeries(geometries, index=frame.index, crs=working_crs))


def to_lonlat(geometries: NDArray[np.object_], working_crs: str) -> NDArray[np.object_]:
    """Geometries of the working CRS as longitude, latitude in degrees of EPSG:4490."""
    array = np.array(geometries, dtype=object)
    step, _ = _way(parse_crs(working_crs), parse_crs(LONLAT_CRS))
    return array if step is None else np.asarray(shapely.transform(array, step), dtype=object)


def project_lonlat(lonlat: Coordinates, crs: Any) -> Coordinates:
    """Longitudes, latitudes `(n, 2)` on the datum of a CRS as coordinates of that CRS."""
    return _conversion(parse_crs(crs), inverse=False)(lonlat)
