"""What the coordinates of a TXT mean: datum, zone, order of axes.

Gates by magnitude (exchange format): in China a northing lies between 1.8 and 6.0 million
metres; an easting has eight digits with the zone number in front, or six without. The
ranges do not meet, so swapped axes show themselves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS

from geo.coordinate_range import PREFIXED_EASTING_M, ZONE_M
from geo.crs import crs_label, parse_crs, zone_of
from geo.errors import GeoError, MissingCRSError
from geo.gauss_kruger import GaussKrugerZone
from geo.reading_codes import Fault

__all__ = ["Position", "stated_position"]

WIDTH_KEYS = ("几度分带", "分带")
PROJECTION_WORDS = ("高斯", "gauss", "克吕格", "克里格", "横轴墨卡托")
METRE_WORDS = ("", "米", "m", "metre", "meter")
OLD_DATUM_WORDS = (("80", "西安80"), ("西安", "西安80"), ("54", "北京54"), ("北京", "北京54"))


@dataclass(frozen=True, slots=True)
class Position:
    """CRS of a parcel's coordinates; `zone` is `None` for a CRS without Gauss-Krüger zone."""

    crs: CRS
    zone: GaussKrugerZone | None

    @property
    def label(self) -> str:
        """Authority code or name."""
        return crs_label(self.crs)


def _zones_in(eastings: NDArray[np.float64]) -> tuple[int, ...]:
    """Zone numbers in front of the eastings; none when these have six digits."""
    if not (eastings >= PREFIXED_EASTING_M[0]).all():
        return ()
    return tuple(int(zone) for zone in np.unique(eastings // ZONE_M))


def stated_position(
    header: Mapping[str, str], eastings: NDArray[np.float64], option: str | None
) -> Position:
    """CRS by the header and the eastings of one parcel, or by the user's word.

    The user's word outranks the header's zone, but not the name of an old datum: such
    coordinates would land about a hundred metres off.

    Raises
    ------
    GeoError
        `old_datum`, `unknown_projection`, `txt_unit_not_metre`, `no_such_zone`,
        `zone_missing`, `zone_mismatch`.
    MissingCRSError
        The header names no datum.
    """
    _require_metres(header)
    datum = _datum(header)
    if option is not None:
        crs = parse_crs(option)
        return Position(crs, zone_of(crs))
    in_eastings = _zones_in(eastings)
    number = _zone_number(header, in_eastings)
    found = GaussKrugerZone(number, _width(header), prefixed=bool(in_eastings))
    if found.crs is None:
        raise GeoError(Fault.NO_SUCH_ZONE, zone=number, width=found.width_deg)
    if datum is None:
        raise MissingCRSError(suggestion=found.crs)
    return Position(parse_crs(found.crs), found)


def _require_metres(header: Mapping[str, str]) -> None:
    unit = header.get("计量单位", "")
    if unit.strip().lower() not in METRE_WORDS:
        raise GeoError(Fault.TXT_UNIT_NOT_METRE, unit=unit)
    projection = header.get("投影类型", "").lower().replace(" ", "")
    if projection and not any(word in projection for word in PROJECTION_WORDS):
        raise GeoError(Fault.UNKNOWN_PROJECTION, projection=projection)


def _datum(header: Mapping[str, str]) -> str | None:
    """`CGCS2000`, or `None` where the header names nothing that is known."""
    name = header.get("坐标系", "")
    if "2000" in name:
        return "CGCS2000"
    for word, datum in OLD_DATUM_WORDS:
        if word in name:
            raise GeoError(Fault.OLD_DATUM, crs=name, datum=datum)
    return None


def _width(header: Mapping[str, str]) -> int:
    texts = (header.get(key, "") for key in WIDTH_KEYS)
    digits = next((found.group() for text in texts if (found := re.search(r"\d+", text))), "3")
    return int(digits)


def _zone_number(header: Mapping[str, str], in_eastings: tuple[int, ...]) -> int:
    """Zone by header and eastings, which must agree where both tell it."""
    digits = re.search(r"\d+", header.get("带号", ""))
    in_header: tuple[int, ...] = (int(digits.group()),) if digits else ()
    if not in_eastings and not in_header:
        raise GeoError(Fault.ZONE_MISSING)
    told: set[int] = {*in_eastings, *in_header}
    if len(told) > 1:
        raise GeoError(
            Fault.ZONE_MISMATCH,
            found="/".join(map(str, in_eastings)),
            needed="/".join(map(str, in_header)) or "?",
        )
    return told.pop()
