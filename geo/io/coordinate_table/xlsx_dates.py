"""Which number formats of a workbook show dates, and the date that a number is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

__all__ = ["date_styles", "date_text"]

# ECMA-376 part 1, 18.8.30; 27-36 and 50-58 are dates in Chinese editions
BUILT_IN = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
DATE_LETTER = re.compile(r"[ymdhs年月日]", re.IGNORECASE)
# day 60 of the first system is a 29 February 1900 that never was
START_1900, START_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 - no zone
LATEST_DAY = 2_958_465


def date_styles(styles: Sequence[int], formats: Mapping[int, str]) -> frozenset[int]:
    """Positions in `styles` (numbers of formats) that show a number as a date."""
    return frozenset(
        at for at, number in enumerate(styles) if _shows_date(number, formats.get(number))
    )


def _shows_date(number: int, code: str | None) -> bool:
    if code is None:
        return number in BUILT_IN
    first, *_ = QUOTED.sub("", code).split(";")
    return bool(DATE_LETTER.search(first)) and "general" not in first.lower()


def date_text(days: float, *, from_1904: bool) -> str | float:
    """Date as `2024-03-01`, with the time of day where there is one.

    The number itself where no date is so far away.
    """
    if not 0.0 < days < LATEST_DAY:
        return days
    start = START_1904 if from_1904 else START_1900
    moment = start + timedelta(days=round(days * 86_400) / 86_400)
    return moment.date().isoformat() if days.is_integer() else moment.isoformat(" ", "seconds")
