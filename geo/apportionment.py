"""Rounding that adds up (平差): the total is fixed, its parts follow."""

from __future__ import annotations

from collections.abc import Sequence
from operator import index

import numpy as np
from numpy.typing import NDArray

from geo.errors import GeoError

__all__ = ["apportion", "rounded_half_up"]


def rounded_half_up(value: int, unit: int) -> int:
    """Number of whole units nearest to a value; halves away from zero (四舍五入).

    `rounded_half_up(area_um2, 10_000)` is an area in 0.01 m²; exact, as all are integers.
    """
    count = (2 * abs(int(value)) + unit) // (2 * unit)
    return count if value >= 0 else -count


def apportion(total: int, parts: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int64]:
    """Adjust parts so that they add up to a total.

    The difference between total and sum is shared in proportion to the parts, each share
    rounded half up to whole units; what is left goes out one unit at a time, beginning with
    the largest part (procedure published for patches cut by a boundary: ArcGIS-Pro-CCTool,
    GisTool.Adjustment). Equal parts are served in their given order.

    Parameters
    ----------
    total
        What the result adds up to, in units; 0 or more.
    parts
        n parts, 0 or more, in the same or any finer unit: with `total` in 0.01 m² they may
        be 1e-6 m².

    Returns
    -------
    n integers, 0 or more, in the unit of `total`.

    Raises
    ------
    GeoError
        `nothing_to_apportion`: a total above 0, and no part.
    """
    weights = [index(part) for part in parts]
    whole, least = sum(weights), min(weights, default=0)
    if total < 0 or least < 0:
        raise ValueError(f"areas are not negative: total {total}, least part {least}")
    if whole == 0:
        if total:
            raise GeoError("nothing_to_apportion", total=total)
        return np.zeros(len(weights), dtype=np.int64)
    shares = [rounded_half_up(weight * total, whole) for weight in weights]
    largest_first = sorted(range(len(weights)), key=lambda place: -weights[place])
    left = total - sum(shares)
    for place in largest_first[: abs(left)]:
        shares[place] += 1 if left > 0 else -1
    return np.array(shares, dtype=np.int64)
