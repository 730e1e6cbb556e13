"""Numbers as they are printed: half-up, fixed digits, grouped thousands.

m² with 2 decimals, ha with 4, mu with 2 (1 ha = 15 mu = 10 000 m²). Hectares and mu come
from square metres, never from each other.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from geo.units import MU_PER_M2

__all__ = ["hectares", "metres", "mu", "percent", "sliver_area", "square_metres"]

HECTARES_PER_M2 = Decimal("0.0001")
DASH = "–"


def _printed(value: Decimal, decimals: int) -> str:
    rounded = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return f"{rounded:,}"


def _exact(value: float) -> Decimal:
    """The shortest decimal that means this float: what the result document prints."""
    return Decimal(repr(value))


def square_metres(area_m2: float | None, decimals: int = 2) -> str:
    """Area in m²; a dash where none is stated."""
    return DASH if area_m2 is None else _printed(_exact(area_m2), decimals)


def hectares(area_m2: float | None) -> str:
    """Area in ha, from m²."""
    return DASH if area_m2 is None else _printed(_exact(area_m2) * HECTARES_PER_M2, 4)


def mu(area_m2: float | None) -> str:
    """Area in mu, from m²."""
    return DASH if area_m2 is None else _printed(_exact(area_m2) * MU_PER_M2, 2)


def percent(share: float | None) -> str:
    """Share of 0 to 1 as a percentage; above nothing it is never printed as 0.00."""
    if share is None:
        return DASH
    printed = _printed(_exact(share) * 100, 2)
    return "<0.01" if share > 0 and printed == "0.00" else printed


def metres(length_m: float | None, decimals: int = 2) -> str:
    """Length in m; a dash where it is not known."""
    return DASH if length_m is None else _printed(_exact(length_m), decimals)


def sliver_area(area_m2: float) -> str:
    """Area of a sliver in m², to the digits that it is kept with, at least two."""
    digits = _printed(_exact(area_m2), 6)
    whole, fraction = digits.split(".")
    return f"{whole}.{fraction.rstrip('0').ljust(2, '0')}"
