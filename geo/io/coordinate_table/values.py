"""One cell as a coordinate: metres, decimal degrees, or degrees, minutes and seconds."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from geo.reading_codes import Fault

__all__ = ["CoordinateFaultError", "Form", "Reading", "coordinate_of", "has_digit", "unpacked"]

NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?", re.ASCII)
SPACED = re.compile(r"[+-]?\d{1,3}(?: \d{3})+(?:\.\d+)?", re.ASCII)
DECIMAL_COMMA = re.compile(r"[+-]?[\d.]+,\d+", re.ASCII)
NOT_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity|#num!)", re.IGNORECASE)
METRES = re.compile(r"\s*(?:m|米)$", re.IGNORECASE)
DEGREES_ALONE = re.compile(r"([+-]?\d+(?:\.\d*)?)\s*°")
PARTED = re.compile(
    r"(\d{1,3})\s*[°\-:\s]\s*(\d{1,2}(?:\.\d+)?)\s*(?:['\-:\s]\s*(?:(\d{1,2}(?:\.\d+)?)\s*\"?)?)?",
    re.ASCII,
)
HEMISPHERE = re.compile(r"(东经|北纬|西经|南纬|[NSEW])", re.IGNORECASE)
HEMISPHERES = {
    "东经": ("E", 1), "北纬": ("N", 1), "西经": ("E", -1), "南纬": ("N", -1),
    "E": ("E", 1), "N": ("N", 1), "W": ("E", -1), "S": ("N", -1),
}  # fmt: skip
# marks of degrees, minutes and seconds as keyboards and fonts write them
MARKS = str.maketrans(
    {
        "º": "°", "˚": "°", "度": "°", "′": "'", "’": "'", "‘": "'", "´": "'", "`": "'", "＇": "'",
        "分": "'", "″": '"', "”": '"', "“": '"', "＂": '"', "秒": '"', "：": ":", "－": "-",
        "—": "-", "–": "-", "‐": "-", "−": "-",
    }
)  # fmt: skip
INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff]")
SIXTY = 60.0


class CoordinateFaultError(Exception):
    """A cell that cannot be a coordinate."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


class Form(StrEnum):
    """How a value is written."""

    NUMBER = "number"
    DEGREES = "degrees"
    PARTED = "parted"


@dataclass(frozen=True, slots=True)
class Reading:
    """A value; `axis` is `E` or `N` where a word or letter of the cell tells it."""

    value: float
    form: Form
    axis: str | None = None


def has_digit(text: str) -> bool:
    """Whether there is any digit in a text, full-width ones included."""
    return any(sign.isdigit() for sign in text)


def _tidy(text: str) -> str:
    # before NFKC, which takes some of the marks apart
    marked = INVISIBLE.sub("", text).translate(MARKS)
    return " ".join(unicodedata.normalize("NFKC", marked).replace("''", '"').split())


def coordinate_of(cell: str | int | float) -> Reading:
    """Value of a cell.

    Raises
    ------
    CoordinateFaultError
        `bad_cell`, `non_finite`, `decimal_comma`, or `sixty_exceeded` for minutes or seconds
        of 60 and more.
    """
    if isinstance(cell, (int, float)):
        return _finite(float(cell))
    text = _tidy(cell)
    if NOT_FINITE.fullmatch(text):
        raise CoordinateFaultError(Fault.NON_FINITE)
    bare = METRES.sub("", text)
    if THOUSANDS.fullmatch(bare):
        bare = bare.replace(",", "")
    elif SPACED.fullmatch(bare) and len(bare) > len("117 150 250"):
        bare = bare.replace(" ", "")
    if NUMBER.fullmatch(bare):
        return _finite(float(bare))
    if DECIMAL_COMMA.fullmatch(bare):
        raise CoordinateFaultError(Fault.DECIMAL_COMMA)
    return _degrees(text)


def _finite(value: float) -> Reading:
    if not math.isfinite(value):
        raise CoordinateFaultError(Fault.NON_FINITE)
    return Reading(value, Form.NUMBER)


def _degrees(text: str) -> Reading:
    axis, sign, rest = _without_hemisphere(text)
    alone = DEGREES_ALONE.fullmatch(rest)
    if alone or (axis and NUMBER.fullmatch(rest)):
        return Reading(sign * float(alone.group(1) if alone else rest), Form.DEGREES, axis)
    parts = PARTED.fullmatch(rest)
    if parts is None:
        raise CoordinateFaultError(Fault.BAD_CELL)
    degrees, minutes, seconds = (float(part or 0.0) for part in parts.groups())
    if minutes >= SIXTY or seconds >= SIXTY:
        raise CoordinateFaultError(Fault.SIXTY_EXCEEDED)
    if parts.group(3) and "." in parts.group(2):
        raise CoordinateFaultError(Fault.BAD_CELL)
    return Reading(sign * (degrees + minutes / 60.0 + seconds / 3600.0), Form.PARTED, axis)


def _without_hemisphere(text: str) -> tuple[str | None, int, str]:
    found = HEMISPHERE.findall(text)
    if len(found) != 1:
        return None, 1, text
    axis, sign = HEMISPHERES[found[0].upper()]
    start, end = text.startswith(found[0]), text.endswith(found[0])
    if not (start or end):
        return None, 1, text
    rest = text.removeprefix(found[0]) if start else text.removesuffix(found[0])
    return axis, sign, rest.strip(" :,")


def unpacked(value: float) -> float | None:
    """Degrees of `DDD.MMSSssss`; `None` when minutes or seconds would be 60 or more."""
    sign = -1.0 if value < 0 else 1.0
    # the digits are what was written; a binary fraction of 117.15 lies below it
    whole, _, fraction = f"{abs(value):.10f}".partition(".")
    minutes, seconds = int(fraction[:2]), int(fraction[2:]) / 1e6
    if minutes >= SIXTY or seconds >= SIXTY:
        return None
    return sign * (int(whole) + minutes / 60.0 + seconds / 3600.0)
