"""Lines of a coordinate TXT taken to fields: point lines and parcel lines of every dialect."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

__all__ = [
    "ParcelFields",
    "PointFields",
    "PointLayout",
    "Separator",
    "parcel_fields",
    "point_fields",
]

PLAIN_COMMA = re.compile(r"[,\t]")
COMMA = re.compile(r"[,，\t]")
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
COUNT = re.compile(r"\d{1,9}", re.ASCII)
RING_NUMBER = re.compile(r"\d{1,5}", re.ASCII)
# most lines of most files; all others are taken apart step by step, with the same outcome
USUAL_POINT = re.compile(r"([\w-]*),(\d{1,5}),(\d+(?:\.\d*)?),(\d+(?:\.\d*)?),*", re.ASCII)
NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity)", re.IGNORECASE)
GEOMETRY_WORDS = {
    "点": "点", "线": "线", "面": "面", "点状": "点", "线状": "线", "面状": "面", "多边形": "面",
    "point": "点", "polyline": "线", "line": "线", "polygon": "面",
}  # fmt: skip
# 点数,面积,编号,名称,类型: where the word stands that tells a parcel line of eight fields
WORD_AT = 4


class PointLayout(StrEnum):
    """Order of the fields of a point line."""

    RING_SECOND = "ring_second"
    RING_LAST = "ring_last"
    WITHOUT_RING = "without_ring"
    PAIR = "pair"


class Separator(StrEnum):
    """What parts the fields of a point line."""

    COMMA = "comma"
    WIDE_COMMA = "wide_comma"
    TAB = "tab"
    SPACE = "space"


class PointFields(NamedTuple):
    """Fields of a point line; a coordinate that is no finite number is NaN or infinite.

    `more` says that the line has more fields than its layout; `wide` that it was written
    with full-width digits or signs. A tuple, because there is one for every point of a file.
    """

    label: str
    ring: str
    first: float
    second: float
    layout: PointLayout
    separator: Separator
    decimals: int
    more: bool
    wide: bool


@dataclass(frozen=True, slots=True)
class ParcelFields:
    """Fields of a parcel line; what its writer left out is empty, `count` `None`.

    `kind` is `long` for the record of eight fields, `nameless` for the one without a word
    for the geometry and without a number (增减挂钩), `short` for the one of four fields that
    begins with a number of the parcel (一张图), `short_use` for the one that begins with the
    count (执法), `short_either` where it may also be that of 进出平衡. `more` is what stands
    beyond the known fields.
    """

    kind: str
    count: int | None = None
    area: str = ""
    number: str = ""
    name: str = ""
    geometry: str = "面"
    sheet: str = ""
    use: str = ""
    land_class: str = ""
    more: str = ""


def point_fields(line: str) -> PointFields | None:
    """Fields of a point line; `None` when it is none.

    Known are `label, ring, X, Y`; `label, X, Y, , ring` (增减挂钩); and, without rings,
    `label, X, Y` and `X, Y`.
    """
    usual = USUAL_POINT.fullmatch(line)
    if usual is not None:
        label, ring, first, second = usual.groups()
        return PointFields(
            label,
            ring,
            float(first),
            float(second),
            PointLayout.RING_SECOND,
            Separator.COMMA,
            max(_decimals(first), _decimals(second)),
            more=False,
            wide=False,
        )
    return _odd_point_fields(line)


def _decimals(token: str) -> int:
    point = token.find(".")
    return 0 if point < 0 else len(token) - point - 1


def _odd_point_fields(line: str) -> PointFields | None:
    plain = unicodedata.normalize("NFKC", line)
    separator, tokens = _split(line, plain)
    if not tokens[0] and len(tokens) > 4 and not RING_NUMBER.fullmatch(tokens[1]):
        # a separator in front of the line
        tokens = tokens[1:]
    found = _in_layout(tokens)
    if found is None:
        return None
    layout, label, ring, pair, rest = found
    numbers = [_number(token) for token in pair]
    if numbers[0] is None or numbers[1] is None:
        return None
    decimals = max(map(_decimals, pair))
    wide = plain != line and separator is not Separator.WIDE_COMMA
    return PointFields(
        label, ring, numbers[0], numbers[1], layout, separator, decimals, any(rest), wide
    )


def _split(line: str, plain: str) -> tuple[Separator, list[str]]:
    if "," in plain:
        separator = Separator.COMMA if "," in line else Separator.WIDE_COMMA
        tokens = COMMA.split(plain)
    elif "\t" in plain:
        separator, tokens = Separator.TAB, plain.split("\t")
    else:
        separator, tokens = Separator.SPACE, plain.split()
    return separator, [token.strip() for token in tokens] or [""]


def _in_layout(
    tokens: Sequence[str],
) -> tuple[PointLayout, str, str, Sequence[str], Sequence[str]] | None:
    if len(tokens) >= 4 and RING_NUMBER.fullmatch(tokens[1]):
        return PointLayout.RING_SECOND, tokens[0], tokens[1], tokens[2:4], tokens[4:]
    if len(tokens) >= 5 and not tokens[3] and RING_NUMBER.fullmatch(tokens[4]):
        return PointLayout.RING_LAST, tokens[0], tokens[4], tokens[1:3], tokens[5:]
    if len(tokens) >= 3 and all(map(_is_coordinate, tokens[1:3])):
        return PointLayout.WITHOUT_RING, tokens[0], "", tokens[1:3], tokens[3:]
    if len(tokens) >= 2 and all(map(_is_coordinate, tokens[:2])):
        return PointLayout.PAIR, "", "", tokens[:2], tokens[2:]
    return None


def _is_coordinate(token: str) -> bool:
    return bool(NUMBER.fullmatch(token)) and not RING_NUMBER.fullmatch(token)


def _number(token: str) -> float | None:
    if NUMBER.fullmatch(token):
        return float(token)
    return math.nan if NOT_FINITE.fullmatch(token) else None


def parcel_fields(line: str) -> ParcelFields:
    """Fields of a line with `@`; what stands after the last `@` counts as a field too."""
    before, _, after = line.rpartition("@" if "@" in line else "＠")
    fields = _parcel_tokens(before)
    if fields and not fields[-1]:
        # the comma before the @
        fields.pop()
    word = _word_at(fields)
    if word is None and len(fields) > WORD_AT:
        return _long_record(fields, None, after)
    if word is not None and word >= 3:
        return _long_record(fields, word, after)
    return _short_record(fields, after)


def _parcel_tokens(text: str) -> list[str]:
    if len(PLAIN_COMMA.findall(text)) > 2:
        tokens = PLAIN_COMMA.split(text)
    elif COMMA.search(text):
        tokens = COMMA.split(text)
    else:
        tokens = text.split()
    return [token.strip() for token in tokens]


def _word_at(fields: Sequence[str]) -> int | None:
    """Where the word for the geometry stands: a name before it may hold commas, or be one."""
    found = [at for at in range(2, len(fields)) if fields[at].lower() in GEOMETRY_WORDS]
    if WORD_AT in found:
        return WORD_AT
    return next((at for at in found if at > WORD_AT), found[0] if found else None)


def _long_record(fields: list[str], word: int | None, after: str) -> ParcelFields:
    """点数,面积,编号,名称,类型,图幅号,用途,地类编码; a name may itself hold commas."""
    at = WORD_AT if word is None else word
    sheet, use, land_class, *more = [*fields[at + 1 :], "", "", ""]
    kind = "long"
    if word is None and not (fields[2] or sheet or use):
        # 增减挂钩 has no word for the geometry and its use in the eighth field
        kind, use, land_class = "nameless", land_class, ""
    return ParcelFields(
        kind,
        count=_count(fields[0]),
        area=unicodedata.normalize("NFKC", fields[1]),
        number=fields[2],
        name=",".join(part for part in fields[3:at] if part),
        geometry="面" if word is None else GEOMETRY_WORDS[fields[word].lower()],
        sheet=sheet,
        use=use,
        land_class=land_class,
        more=_joined([*more, after]),
    )


def _short_record(fields: list[str], after: str) -> ParcelFields:
    """编号,名称,类型,, (一张图) · 点数,名称,类型,用途 (执法) · 点数,名称,面,类型 (进出平衡)."""
    first, name, geometry, use, *more = [*fields, "", "", "", ""]
    kind = "short"
    if use:
        kind = "short_either" if geometry == "面" else "short_use"
    return ParcelFields(
        kind,
        count=_count(first) if use else None,
        number="" if use else first,
        name=name,
        geometry=GEOMETRY_WORDS.get(geometry.lower(), "面"),
        use=use,
        more=_joined([*more, after]),
    )


def _joined(more: Sequence[str]) -> str:
    return ",".join(part.strip() for part in more if part.strip())


def _count(token: str) -> int | None:
    plain = unicodedata.normalize("NFKC", token)
    return int(plain) if COUNT.fullmatch(plain) else None
