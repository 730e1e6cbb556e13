"""Text on figures: the shipped font, and what to do with signs that it lacks."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from functools import cache
from importlib.resources import files
from itertools import accumulate

from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font

from services.printable import printable

__all__ = ["drawable", "fitted", "font"]

FONT_FILE = "NotoSansCJKsc-GBK-Regular.otf"
# the geta mark, which printers set for a type that they lack
MISSING = "〓"
ELLIPSIS = "…"
MM_PER_POINT = 25.4 / 72
# of the size of the type
FULL_WIDTH, HALF_WIDTH = 1.0, 0.58


@cache
def _font_path() -> str:
    return str(files("services.reports").joinpath("fonts", FONT_FILE))


@cache
def _known_signs() -> frozenset[int]:
    return frozenset(FT2Font(_font_path()).get_charmap())


def font(size: float) -> FontProperties:
    """The font of the figures, `size` in points."""
    return FontProperties(fname=_font_path(), size=size)


def drawable(text: str) -> str:
    """One line of text in signs that the font has."""
    line = " ".join(printable(text).split())
    return "".join(sign if ord(sign) in _known_signs() else MISSING for sign in line)


def fitted(text: str, width_mm: float, size: float) -> str:
    """The text, cut with an ellipsis where it would be wider than `width_mm`."""
    line = drawable(text)
    ends = list(accumulate(_width(sign, size) for sign in line))
    if not ends or ends[-1] <= width_mm:
        return line
    kept = bisect_right(ends, width_mm - _width(ELLIPSIS, size))
    return f"{line[:kept]}{ELLIPSIS}"


def _width(sign: str, size: float) -> float:
    """Width in millimetres, full or half; for narrow signs a little more than the drawn one."""
    width = FULL_WIDTH if unicodedata.east_asian_width(sign) in "WFA" else HALF_WIDTH
    return width * size * MM_PER_POINT
