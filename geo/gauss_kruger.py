"""Zones of the Gauss-Krüger projection in China and their EPSG codes.

A zone appears under two codes: with its number before the easting (39 524 000 m) and
without (524 000 m, told apart by the central meridian alone). Codes: EPSG database.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["GaussKrugerZone", "NationalDatum", "zone_of_code", "zone_of_longitude"]

FALSE_EASTING_M = 500_000.0
ZONE_FACTOR_M = 1_000_000.0


class NationalDatum(StrEnum):
    """National datums of China, by the name that officials write."""

    CGCS2000 = "CGCS2000"
    XIAN_80 = "西安80"
    BEIJING_54 = "北京54"
    NEW_BEIJING_54 = "新北京54"


@dataclass(frozen=True, slots=True)
class _Block:
    datum: NationalDatum
    width_deg: int
    first_zone: int
    last_zone: int
    prefixed: bool
    first_code: int


BLOCKS = (
    _Block(NationalDatum.CGCS2000, 3, 25, 45, True, 4513),
    _Block(NationalDatum.CGCS2000, 3, 25, 45, False, 4534),
    _Block(NationalDatum.CGCS2000, 6, 13, 23, True, 4491),
    _Block(NationalDatum.CGCS2000, 6, 13, 23, False, 4502),
    _Block(NationalDatum.XIAN_80, 3, 25, 45, True, 2349),
    _Block(NationalDatum.XIAN_80, 3, 25, 45, False, 2370),
    _Block(NationalDatum.XIAN_80, 6, 13, 23, True, 2327),
    _Block(NationalDatum.XIAN_80, 6, 13, 23, False, 2338),
    _Block(NationalDatum.BEIJING_54, 3, 25, 45, True, 2401),
    _Block(NationalDatum.BEIJING_54, 3, 25, 45, False, 2422),
    _Block(NationalDatum.BEIJING_54, 6, 13, 23, True, 21413),
    _Block(NationalDatum.BEIJING_54, 6, 13, 23, False, 21453),
    _Block(NationalDatum.NEW_BEIJING_54, 3, 25, 29, True, 4652),
    _Block(NationalDatum.NEW_BEIJING_54, 3, 30, 45, True, 4766),
    _Block(NationalDatum.NEW_BEIJING_54, 3, 25, 43, False, 4782),
    _Block(NationalDatum.NEW_BEIJING_54, 3, 44, 44, False, 4812),
    _Block(NationalDatum.NEW_BEIJING_54, 3, 45, 45, False, 4822),
    _Block(NationalDatum.NEW_BEIJING_54, 6, 13, 23, True, 4568),
    _Block(NationalDatum.NEW_BEIJING_54, 6, 13, 23, False, 4579),
)


@dataclass(frozen=True, slots=True)
class GaussKrugerZone:
    """A zone of 3 or 6 degrees; `prefixed` says that its number stands in the easting."""

    number: int
    width_deg: int
    prefixed: bool
    datum: NationalDatum = NationalDatum.CGCS2000

    @property
    def crs(self) -> str | None:
        """Authority code; `None` when there is no such zone over China."""
        wanted = self.datum, self.width_deg, self.prefixed
        for block in BLOCKS:
            if (block.datum, block.width_deg, block.prefixed) != wanted:
                continue
            if block.first_zone <= self.number <= block.last_zone:
                return f"EPSG:{block.first_code + self.number - block.first_zone}"
        return None

    @property
    def central_meridian_deg(self) -> int:
        """Longitude of the central meridian in degrees east."""
        return self.number * 3 if self.width_deg == 3 else self.number * 6 - 3

    @property
    def false_easting_m(self) -> float:
        """Easting of the central meridian in metres."""
        return FALSE_EASTING_M + (self.number * ZONE_FACTOR_M if self.prefixed else 0.0)

    def shares_meridian(self, other: GaussKrugerZone) -> bool:
        """Whether both cover the same ground, whatever their width, prefix and datum."""
        return self.central_meridian_deg == other.central_meridian_deg

    def offset_to_m(self, other: GaussKrugerZone) -> float | None:
        """What to add to eastings to write them as `other`; `None` for another projection.

        A zone of 6 degrees and one of 3 degrees on the same meridian are one projection.
        """
        if self.datum is not other.datum or not self.shares_meridian(other):
            return None
        return other.false_easting_m - self.false_easting_m


def zone_of_code(code: int) -> GaussKrugerZone | None:
    """Zone of an EPSG code; `None` when it is no Gauss-Krüger code of a national datum."""
    for block in BLOCKS:
        number = block.first_zone + code - block.first_code
        if block.first_zone <= number <= block.last_zone:
            return GaussKrugerZone(number, block.width_deg, block.prefixed, block.datum)
    return None


def zone_of_longitude(longitude_deg: float) -> GaussKrugerZone | None:
    """Zone of 3 degrees, with its number in the eastings, around a longitude.

    A longitude between two zones belongs to the eastern one. `None` outside of China's zones.
    """
    zone = GaussKrugerZone(math.floor(longitude_deg / 3.0 + 0.5), 3, prefixed=True)
    return zone if zone.crs is not None else None
