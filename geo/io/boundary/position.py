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
from geo.crs import LOCAL_GRID, crs_label, national_zone_of, parse_crs
from geo.errors import GeoError, MissingCRSError, MixedCRSError
from geo.gauss_kruger import GaussKrugerZone, NationalDatum
from geo.reading_codes import Fault

__all__ = ["Position", "require_datum", "stated_position"]

WIDTH_KEYS = ("几度分带", "分带")
PROJECTION_WORDS = ("高斯", "gauss", "克吕格", "克里格", "横轴墨卡托")
METRE_WORDS = ("", "米", "m", "metre", "meter")
DATUM_WORDS = (
    ("2000", NationalDatum.CGCS2000),
    ("80", NationalDatum.XIAN_80),
    ("西安", NationalDatum.XIAN_80),
    ("新1954", NationalDatum.NEW_BEIJING_54),
    ("新54", NationalDatum.NEW_BEIJING_54),
    ("新北京", NationalDatum.NEW_BEIJING_54),
    ("54", NationalDatum.BEIJING_54),
    ("北京", NationalDatum.BEIJING_54),
)


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
    header: Mapping[str, str],
    eastings: NDArray[np.float64],
    option: str | None,
    *,
    old_datum: bool = False,
) -> Position:
    """CRS by the header and the eastings of one parcel, or by the user's word.

    The user's word outranks the header's zone, but not the name of an old datum: such
    coordinates would land about a hundred metres off.

    Parameters
    ----------
    old_datum
        Parameters were given that lead from an old datum, so that one may be named.

    Raises
    ------
    GeoError
        `old_datum`, `crs_contradicts`, `unknown_projection`, `txt_unit_not_metre`, `no_such_zone`,
        `zone_missing`, `zone_mismatch`.
    MissingCRSError
        The header names no datum.
    """
    _require_metres(header)
    datum = require_datum(header, old_datum=old_datum)
    if option is not None:
        return _given(parse_crs(option), datum)
    in_eastings = _zones_in(eastings)
    number = _zone_number(header, in_eastings)
    found = GaussKrugerZone(
        number,
        _width(header),
        prefixed=bool(in_eastings),
        datum=datum or NationalDatum.CGCS2000,
    )
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


def _given(crs: CRS, datum: NationalDatum | None) -> Position:
    """The user's CRS, unless the header names a datum that it is not on."""
    zone = national_zone_of(crs)
    on = zone.datum if zone is not None else None
    foreign = datum is not None and (crs == LOCAL_GRID or (on is not None and on is not datum))
    if foreign:
        raise MixedCRSError(Fault.CRS_CONTRADICTS, found=datum, given=crs_label(crs))
    return Position(crs, zone)


def require_datum(header: Mapping[str, str], *, old_datum: bool) -> NationalDatum | None:
    """Datum that the header names; `None` where it names nothing that is known.

    Raises
    ------
    GeoError
        It names an old datum (`old_datum`), which parameters must allow.
    """
    name = header.get("坐标系", "")
    datum = next((datum for word, datum in DATUM_WORDS if word in name), None)
    if datum not in (None, NationalDatum.CGCS2000) and not old_datum:
        raise GeoError(Fault.OLD_DATUM, crs=name, datum=datum)
    return datum


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
