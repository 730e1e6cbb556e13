"""Zones of the CGCS2000 Gauss-Krüger projection and their EPSG codes.

A zone appears under two codes: with its number before the easting (39 524 000 m) and
without (524 000 m, told apart by the central meridian alone). Codes: EPSG database.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["GaussKrugerZone", "zone_of_code"]

FALSE_EASTING_M = 500_000.0
ZONE_FACTOR_M = 1_000_000.0


@dataclass(frozen=True, slots=True)
class _Block:
    width_deg: int
    first_zone: int
    last_zone: int
    prefixed: bool
    first_code: int


BLOCKS = (
    _Block(3, 25, 45, True, 4513),
    _Block(3, 25, 45, False, 4534),
    _Block(6, 13, 23, True, 4491),
    _Block(6, 13, 23, False, 4502),
)


@dataclass(frozen=True, slots=True)
class GaussKrugerZone:
    """A zone of 3 or 6 degrees; `prefixed` says that its number stands in the easting."""

    number: int
    width_deg: int
    prefixed: bool

    @property
    def crs(self) -> str | None:
        """Authority code; `None` when there is no such zone over China."""
        for block in BLOCKS:
            if (block.width_deg, block.prefixed) != (self.width_deg, self.prefixed):
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

    def offset_to_m(self, other: GaussKrugerZone) -> float | None:
        """What to add to eastings to write them as `other`; `None` for another projection.

        A zone of 6 degrees and one of 3 degrees on the same meridian are one projection.
        """
        if self.central_meridian_deg != other.central_meridian_deg:
            return None
        return other.false_easting_m - self.false_easting_m


def zone_of_code(code: int) -> GaussKrugerZone | None:
    """Zone of an EPSG code; `None` when it is no CGCS2000 Gauss-Krüger code."""
    for block in BLOCKS:
        number = block.first_zone + code - block.first_code
        if block.first_zone <= number <= block.last_zone:
            return GaussKrugerZone(number, block.width_deg, block.prefixed)
    return None
