"""Areas that a file states, in whatever unit, beside the areas of its outlines."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["StatedAreas", "differs", "stated_areas"]

M2_PER_UNIT = {"m2": 1.0, "ha": 10_000.0, "mu": 10_000.0 / 15.0}
UNIT_WORDS = {
    "": "",
    "公顷": "ha",
    "ha": "ha",
    "hm2": "ha",
    "平方米": "m2",
    "平米": "m2",
    "m2": "m2",
    "亩": "mu",
}
AMOUNT = re.compile(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*(\D.*)?", re.ASCII | re.DOTALL)
# hectares and square metres lie 10⁴ apart; the middle of that on a logarithmic scale
BETWEEN_UNITS = 100.0
# tolerance of 勘测定界 against the stated area: exchange format, checks on import
TOLERANCE_M2 = 1.0
TOLERANCE_SHARE = 0.0005


@dataclass(frozen=True, slots=True, eq=False)
class StatedAreas:
    """Areas in m² (NaN: none stated) and the unit they were written in (`None`: none)."""

    area_m2: NDArray[np.float64]
    unit: str | None


def stated_areas(texts: list[str], measured_m2: NDArray[np.float64]) -> StatedAreas:
    """Areas in m² from the texts of n features and the areas of their outlines.

    A unit in the text counts. Without one, all bare numbers of a file share one unit, m² or
    ha, whichever comes nearer to the outlines of most of them. Zero, blank and anything that
    is no number states nothing.
    """
    amounts, units = _amounts(texts)
    bare = (
        np.array([unit == "" for unit in units], dtype=bool) & (amounts > 0.0) & (measured_m2 > 0.0)
    )
    if bare.any():
        ratio = float(np.median(measured_m2[bare] / amounts[bare]))
        assumed = "ha" if ratio > BETWEEN_UNITS else "m2"
    else:
        assumed = "m2"
    named = [unit or assumed for unit in units]
    factors = np.array([M2_PER_UNIT[unit] for unit in named], dtype=float)
    used = sorted({unit for unit, amount in zip(named, amounts, strict=True) if amount > 0.0})
    return StatedAreas(np.where(amounts > 0.0, amounts * factors, np.nan), "/".join(used) or None)


def _amounts(texts: list[str]) -> tuple[NDArray[np.float64], list[str]]:
    amounts = np.full(len(texts), np.nan)
    units = [""] * len(texts)
    for at, text in enumerate(texts):
        match = AMOUNT.fullmatch(text)
        unit = UNIT_WORDS.get(_plain(match.group(2) or "")) if match else None
        if match is not None and unit is not None:
            amounts[at] = float(match.group(1))
            units[at] = unit
    return amounts, units


def is_area(text: str) -> bool:
    """Whether a text is an amount, zero included, in a unit that is known or in none."""
    match = AMOUNT.fullmatch(text)
    return match is not None and _plain(match.group(2) or "") in UNIT_WORDS


def _plain(unit: str) -> str:
    return unit.strip().lower().replace("²", "2").replace("㎡", "m2")


def differs(stated_m2: NDArray[np.float64], measured_m2: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Where both are known and differ by more than max(1 m², 0.05 % of the measured)."""
    limit = np.maximum(TOLERANCE_M2, TOLERANCE_SHARE * measured_m2)
    return np.asarray(np.abs(stated_m2 - measured_m2) > limit)
