"""The words of lists of coordinates: what a heading, a unit or a line of text means.

They stand in `coordinate_table.toml`, for they are customs and no standard.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files

__all__ = [
    "Heading",
    "Role",
    "Unit",
    "column_name",
    "datum_in",
    "facts_in",
    "heading_of",
    "is_note",
    "named_in_title",
    "names_a_parcel",
    "plain",
    "unit_of",
]

BRACKETS = re.compile(r"[(\[（【〔]([^)\]）】〕]*)[)\]）】〕]?$")
PUNCTUATION = re.compile(r"[\s_\-—:：,，、.。/\\*#()（）\[\]【】]+")
LONGEST_NAME = 40
DATUMS = (
    (
        "2000",
        re.compile(r"2000国家|国家2000|CGCS\s*2000|大地2000|2000\s*(?:坐标)?系", re.IGNORECASE),
    ),
    ("WGS84", re.compile(r"WGS\s*-?_?\s*(?:19)?84", re.IGNORECASE)),
    ("西安80", re.compile(r"西安\s*(?:19)?80|(?:19)?80\s*西安|80\s*坐标系|80\s*国家")),
    ("北京54", re.compile(r"北京\s*(?:19)?54|(?:19)?54\s*北京|54\s*坐标系")),
)
SYSTEM = re.compile(r"坐标系统?\s*[:：]\s*([^\s,，;；、(（]{2,24})")
NUMBERED = r"[\w\-－—#号()（）.·]{0,20}"


class Role(StrEnum):
    """What a column is."""

    LABEL = "label"
    SERIAL = "serial"
    NORTH = "north"
    EAST = "east"
    LETTER_X = "letter_x"
    LETTER_Y = "letter_y"
    LONGITUDE = "longitude"
    LATITUDE = "latitude"
    DECIMAL_LONGITUDE = "decimal_longitude"
    DECIMAL_LATITUDE = "decimal_latitude"
    RING = "ring"
    EDGE = "edge"
    HEIGHT = "height"
    PARCEL_NUMBER = "parcel_number"
    PARCEL_NAME = "parcel_name"
    AREA = "area"
    GEOMETRY = "geometry"


class Unit(StrEnum):
    """Unit of a heading; `PACKED` is degrees, minutes and seconds in one number."""

    METRE = "metre"
    DECIMAL = "decimal"
    PACKED = "packed"
    M2 = "m2"
    HA = "ha"
    MU = "mu"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that is understood."""

    role: Role
    unit: Unit | None = None


@cache
def _words() -> Mapping[str, Mapping[str, object]]:
    source = files(__package__).joinpath("coordinate_table.toml")
    return tomllib.loads(source.read_text("utf-8"))


@cache
def _by_alias(table: str) -> Mapping[str, str]:
    """Key of the table for each of its words; the first of two keys that share one."""
    found: dict[str, str] = {}
    for key, aliases in _words()[table].items():
        for alias in aliases if isinstance(aliases, list) else ():
            found.setdefault(plain(str(alias)), key)
    return found


@cache
def _titles(key: str) -> tuple[str, ...]:
    """Words of titles, the longest first."""
    words = _words()["titles"][key]
    listed = map(str, words) if isinstance(words, list) else ()
    return tuple(sorted(listed, key=len, reverse=True))


def plain(text: str) -> str:
    """Text for comparing: half-width, lower case, without blanks and punctuation."""
    return PUNCTUATION.sub("", unicodedata.normalize("NFKC", text)).lower()


def unit_of(text: str) -> Unit | None:
    """Unit that a text is; `None` for any other text."""
    key = _by_alias("units").get(plain(text))
    return None if key is None else Unit(key)


@lru_cache(maxsize=10_000)
def heading_of(text: str) -> Heading | None:
    """Meaning of a heading, with the unit in its brackets; `None` where it is unknown."""
    joined = "".join(text.split())
    bracket = BRACKETS.search(joined)
    inside = bracket.group(1) if bracket else ""
    roles = _by_alias("headings")
    unit = unit_of(inside) if inside else None
    bare = plain(joined[: bracket.start()]) if bracket else plain(joined)
    whole = plain(joined)
    key = roles.get(whole) or (roles.get(bare) if unit or bracket else None)
    if key is None:
        key, unit = _with_unit_behind(bare if bracket else whole, unit)
    return None if key is None else Heading(Role(key), unit)


def _with_unit_behind(text: str, unit: Unit | None) -> tuple[str | None, Unit | None]:
    """A heading that ends with its unit without brackets: 面积公顷, X坐标米, 经度度分秒."""
    roles = _by_alias("headings")
    for alias, key in _by_alias("units").items():
        head = text.removesuffix(alias) if alias else text
        if head != text and head in roles:
            return roles[head], unit or Unit(key)
    return None, unit


def column_name(heading: str) -> str:
    """Name of a column of attributes in the result."""
    return _by_alias("columns").get(plain(heading), " ".join(heading.split()))


@cache
def _fact_pattern() -> re.Pattern[str]:
    keys = sorted(_by_alias("facts"), key=len, reverse=True)
    return re.compile(
        rf"({'|'.join(map(re.escape, keys))})(?:[(（][^)）:：]{{0,12}}[)）])?\s*[:：＝=]"
    )


def facts_in(text: str) -> dict[str, str]:
    """Facts of a line such as `地块编号：A-01　面积：1.2345公顷`, by key."""
    marks = list(_fact_pattern().finditer(text))
    facts: dict[str, str] = {}
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    for mark, end in zip(marks, ends, strict=False):
        value = text[mark.end() : end]
        unit = re.search(r"[(（]([^)）]*)[)）]\s*[:：＝=]$", mark.group())
        _add_fact(facts, mark.group(1), value, unit.group(1) if unit else "")
    return facts


def _add_fact(facts: dict[str, str], word: str, value: str, unit: str) -> None:
    value = value.strip().strip("，,;；、。 \u3000")
    if value:
        facts.setdefault(_by_alias("facts")[plain(word)], f"{value}{unit}")


def fact_key(text: str) -> tuple[str, str] | None:
    """Key and unit of a cell that holds nothing but the word for a fact."""
    bracket = BRACKETS.search("".join(text.split()).rstrip(":："))
    unit = bracket.group(1) if bracket and unit_of(bracket.group(1)) else ""
    bare = "".join(text.split()).rstrip(":：")
    key = _by_alias("facts").get(plain(bare[: bracket.start()] if bracket and unit else bare))
    return None if key is None else (key, unit)


def fact_column(key: str) -> str | None:
    """Column of the result for a fact that describes a parcel."""
    column = _words()["fact_columns"].get(key)
    return None if column is None else str(column)


def names_a_parcel(text: str) -> bool:
    """Whether a line by itself names a parcel: 地块1, 宗地 A-02, 3号地块."""
    line = "".join(text.split())
    if len(line) > LONGEST_NAME or is_note(line) or fact_key(line) is not None:
        return False
    return _parcel_pattern().fullmatch(line) is not None


@cache
def _parcel_pattern() -> re.Pattern[str]:
    words = "|".join(map(re.escape, _titles("parcel_words")))
    return re.compile(rf"(?:{words}){NUMBERED}|{NUMBERED}号?(?:{words})")


def is_note(text: str) -> bool:
    """Whether a line holds a word of totals, pages, signatures or remarks."""
    return any(word in text for word in _titles("notes"))


def named_in_title(text: str) -> str | None:
    """What a title of a list names, which may be nothing; `None` when it is no such title."""
    line = "".join(text.split())
    for ending in _titles("endings"):
        head, found, rest = line.rpartition(ending)
        if found and (not rest or re.fullmatch(r"[(（].*[)）]", rest)):
            return head
    return None


def datum_in(text: str) -> str | None:
    """The one datum that a text names; of several, the one that stands behind 坐标系：."""
    keyed = SYSTEM.search(text)
    for each in (keyed.group(1) if keyed else "", text):
        found = {name for name, pattern in DATUMS if pattern.search(each)}
        if len(found) == 1:
            return found.pop()
    return None
