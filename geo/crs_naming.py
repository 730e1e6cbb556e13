"""Names of coordinate reference systems: codes, WKT of every edition, `.prj` files.

A name is believed only as far as it can be checked. The files of desktop programs carry the
names of ESRI, which match a code of the authority with little confidence; such a match counts
only when both put points at the same place on a datum of the same name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from geo.errors import MissingCRSError
from geo.gauss_kruger import GaussKrugerZone, NationalDatum, zone_of_code

__all__ = [
    "LOCAL_GRID",
    "CoordinateStep",
    "Coordinates",
    "conversion",
    "crs_label",
    "datum_code",
    "national_zone_of",
    "normalise_crs",
    "parse_crs",
    "step_of",
    "zone_of",
]

Coordinates = NDArray[np.float64]
CoordinateStep = Callable[[Coordinates], Coordinates]

# the user's word for coordinates of a local grid, which belongs to no datum by itself
LOCAL_WORD = "local"
LOCAL_GRID = CRS.from_wkt(
    'ENGCRS["local grid",EDATUM["local"],CS[Cartesian,2],'
    'AXIS["easting (Y)",east],AXIS["northing (X)",north],LENGTHUNIT["metre",1]]'
)

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
SHOWN_LENGTH = 60
SAME_PLACE_M = 1e-6
# between WGS 84 and GRS 80, not between any two ellipsoids of different datums here
SAME_AXIS_M = 0.5
SAME_FLATTENING = 1e-4


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
    except (CRSError, ValueError) as err:
        # ValueError: signs that PROJ cannot take
        raise MissingCRSError("unknown_crs", crs=ascii(str(value)[:SHOWN_LENGTH])) from err


@lru_cache(maxsize=256)
def _parsed(value: Any) -> CRS:
    if isinstance(value, str) and value.lower() == LOCAL_WORD:
        return LOCAL_GRID
    digits = isinstance(value, str) and value.isdigit()
    crs = _horizontal(CRS.from_user_input(int(value) if digits else value))
    code = _authority_code(crs)
    return crs if code is None else CRS.from_epsg(code)


def _horizontal(crs: CRS) -> CRS:
    """CRS without its heights, and without shift parameters that its file brings along.

    Shift parameters of a file are of unknown origin; the datum has to stand for itself.
    """
    if crs.is_bound and crs.source_crs is not None:
        return _horizontal(crs.source_crs)
    return _horizontal(crs.sub_crs_list[0]) if crs.is_compound else crs


def _authority_code(crs: CRS) -> int | None:
    if crs.to_authority() == ("OGC", "CRS84"):
        return 4326
    sure = crs.to_epsg(min_confidence=SURE)
    if sure is not None:
        return int(sure)
    if crs.is_geographic:
        return datum_code(crs)
    likely = crs.to_epsg(min_confidence=NAME_CONFIDENCE)
    if likely is None:
        return None
    alike = (code for code in _candidates(likely) if _places_alike(crs, CRS.from_epsg(code)))
    return next(alike, None)


def _candidates(code: int) -> Iterator[int]:
    """The code that a name suggests; for a zone all spellings of it, those of 3° first."""
    zone = zone_of_code(code)
    if zone is not None:
        number = zone.central_meridian_deg // 3
        for prefixed in (zone.prefixed, not zone.prefixed):
            same_meridian = GaussKrugerZone(number, 3, prefixed, zone.datum).crs
            if same_meridian is not None:
                yield int(same_meridian.removeprefix("EPSG:"))
    yield code


def _places_alike(crs: CRS, other: CRS) -> bool:
    """Whether both put the points of their area at the same coordinates, to a micrometre."""
    area = other.area_of_use
    if area is None or datum_code(crs) is None or datum_code(crs) != datum_code(other):
        return False
    lon, lat = np.meshgrid(
        np.linspace(area.west, area.east, 3), np.linspace(area.south, area.north, 3)
    )
    points = np.column_stack([lon.ravel(), lat.ravel()])
    here, there = (conversion(each, inverse=False)(points) for each in (crs, other))
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
    code = _code(crs)
    if code is None:
        raise MissingCRSError("unknown_crs", crs=crs.name)
    return f"EPSG:{code}"


def crs_label(value: Any) -> str:
    """Authority code, or the name of a CRS that has none."""
    crs = parse_crs(value)
    code = _code(crs)
    return f"custom: {crs.name}" if code is None else f"EPSG:{code}"


def zone_of(value: Any) -> GaussKrugerZone | None:
    """Gauss-Krüger zone of a CGCS2000 code; `None` for any other CRS."""
    zone = national_zone_of(value)
    return zone if zone is not None and zone.datum is NationalDatum.CGCS2000 else None


def national_zone_of(value: Any) -> GaussKrugerZone | None:
    """Gauss-Krüger zone on any national datum, the old ones too; `None` for any other CRS."""
    code = _code(parse_crs(value))
    return None if code is None else zone_of_code(code)


@lru_cache(maxsize=256)
def _code(crs: CRS) -> int | None:
    """EPSG code; PROJ looks through its tables for it every time it is asked."""
    code = crs.to_epsg()
    return None if code is None else int(code)


@lru_cache(maxsize=256)
def datum_code(crs: CRS) -> int | None:
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
        named = DATUM_NAMES[name]
        return named if _same_shape(geodetic, CRS.from_epsg(named)) else None
    likely = geodetic.to_epsg(min_confidence=NAME_CONFIDENCE)
    if likely is None:
        return None
    datum = CRS.from_epsg(likely).datum
    return int(likely) if datum is not None and _plain_name(datum.name) == name else None


def _same_shape(one: CRS, other: CRS) -> bool:
    """Whether two ellipsoids are one but for the last digits; else a file contradicts itself."""
    first, second = one.ellipsoid, other.ellipsoid
    if first is None or second is None:
        return False
    axes_m = first.semi_major_metre - second.semi_major_metre
    flattenings = first.inverse_flattening - second.inverse_flattening
    return abs(axes_m) <= SAME_AXIS_M and abs(flattenings) <= SAME_FLATTENING


def _plain_name(name: str) -> str:
    letters = "".join(sign for sign in name.lower() if sign.isalnum())
    return letters.removesuffix("ensemble")


def step_of(transformer: Transformer) -> CoordinateStep:
    """Transformation of points `(n, 2)`."""
    return lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))


def conversion(crs: CRS, *, inverse: bool) -> CoordinateStep:
    """Longitude, latitude to the CRS (or back) on its own datum."""
    geodetic = crs.geodetic_crs
    if geodetic is None:
        raise MissingCRSError("unknown_crs", crs=crs.name)
    ends = (crs, geodetic) if inverse else (geodetic, crs)
    try:
        return step_of(Transformer.from_crs(*ends, always_xy=True))
    except ProjError as err:
        raise MissingCRSError("unknown_crs", crs=crs.name) from err
