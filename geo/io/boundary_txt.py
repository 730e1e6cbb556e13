"""Grammar of coordinate TXT (界址点坐标交换格式): lines to headers, parcels and points.

Belongs to the work of TD/T 1008-2007. Writers differ in nearly everything, so a parcel line
is known by its `@` alone, and its fields by the word for the kind of geometry among them.
What the coordinates mean is decided in `boundary_features`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from geo.reading_codes import Fault

__all__ = ["BoundaryText", "LineFault", "ParcelRecord", "PointRecord", "parse_boundary_text"]

LINE_END = re.compile(r"\r\n|\r|\n")
PLAIN_COMMA = re.compile(r"[,\t]")
COMMA = re.compile(r"[,，\t]")
EQUALS = re.compile(r"[=＝]")
SECTION = re.compile(r"\s*[\[【](.*)[\]】]\s*")
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
COUNT = re.compile(r"\d{1,9}", re.ASCII)
RING_NUMBER = re.compile(r"\d{1,5}", re.ASCII)
NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity)", re.IGNORECASE)
GEOMETRY_WORDS = {"点": "点", "线": "线", "面": "面", "点状": "点", "线状": "线", "面状": "面"}
HEADER_SECTION = "属性描述"
SHOWN_LENGTH = 60


@dataclass(frozen=True, slots=True)
class LineFault:
    """A line that cannot be read; `number` counts from 1."""

    number: int
    text: str
    fault: Fault = Fault.BAD_LINE


@dataclass(frozen=True, slots=True)
class PointRecord:
    """One point in the order of its line: `first` is the northing unless axes are swapped."""

    line: int
    label: str
    ring: str
    first: float
    second: float


@dataclass(slots=True)
class ParcelRecord:
    """A parcel line with its points; the fields that its writer left out are empty."""

    line: int
    dialect: str
    header: dict[str, str]
    stated_count: int | None = None
    area: str = ""
    number: str = ""
    name: str = ""
    geometry: str = "面"
    sheet: str = ""
    use: str = ""
    land_class: str = ""
    points: list[PointRecord] = field(default_factory=list)
    faults: list[LineFault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class BoundaryText:
    """A parsed file: parcels in order, lines outside any parcel that cannot be read."""

    parcels: tuple[ParcelRecord, ...]
    stray_faults: tuple[LineFault, ...]
    unread_header_lines: tuple[LineFault, ...]
    lines_with_extra_fields: tuple[int, ...]


def parse_boundary_text(text: str) -> BoundaryText:
    """Parcels of a coordinate TXT of any dialect, with every line that could not be read."""
    header: dict[str, str] = {}
    in_header = False
    parcels: list[ParcelRecord] = []
    stray: list[LineFault] = []
    unread: list[LineFault] = []
    extra: list[int] = []
    for number, line in _lines(text):
        section = SECTION.fullmatch(line)
        if section is not None:
            in_header = section.group(1).strip() == HEADER_SECTION
            header = {} if in_header else header
        elif "@" in line or "＠" in line:
            in_header = False
            parcels.append(_parcel(number, line, header))
        elif in_header or (EQUALS.search(line) and not parcels):
            if not _header_line(line, header):
                unread.append(LineFault(number, line[:SHOWN_LENGTH]))
        else:
            _add_point(number, line, parcels, stray, extra)
    return BoundaryText(tuple(parcels), tuple(stray), tuple(unread), tuple(extra))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(LINE_END.split(text), start=1):
        if line.strip():
            yield number, line.strip()


def _header_line(line: str, header: dict[str, str]) -> bool:
    key, *value = EQUALS.split(line, maxsplit=1)
    if value:
        header[key.strip()] = value[0].strip()
    return bool(value)


def _add_point(
    number: int,
    line: str,
    parcels: list[ParcelRecord],
    stray: list[LineFault],
    extra: list[int],
) -> None:
    point, has_extra = _point(number, line)
    faults = parcels[-1].faults if parcels else stray
    if isinstance(point, LineFault):
        faults.append(point)
    elif not parcels:
        stray.append(LineFault(number, line[:SHOWN_LENGTH]))
    else:
        parcels[-1].points.append(point)
        if has_extra:
            extra.append(number)


def _point(number: int, line: str) -> tuple[PointRecord | LineFault, bool]:
    """`label, ring, X, Y` or, in 增减挂钩, `label, X, Y, , ring,`; extra fields are told."""
    tokens = [token.strip() for token in COMMA.split(line)]
    found = _point_fields(tokens)
    if found is None:
        return LineFault(number, line[:SHOWN_LENGTH]), False
    label, ring, first, second, rest = found
    values = _number(first), _number(second)
    if values[0] is None or values[1] is None:
        return LineFault(number, line[:SHOWN_LENGTH]), False
    if not all(map(math.isfinite, (values[0], values[1]))):
        return LineFault(number, line[:SHOWN_LENGTH], Fault.NON_FINITE), False
    return PointRecord(number, label, ring, values[0], values[1]), any(rest)


def _point_fields(tokens: list[str]) -> tuple[str, str, str, str, list[str]] | None:
    if len(tokens) >= 4 and RING_NUMBER.fullmatch(tokens[1]):
        return tokens[0], tokens[1], tokens[2], tokens[3], tokens[4:]
    if len(tokens) >= 5 and not tokens[3] and RING_NUMBER.fullmatch(tokens[4]):
        return tokens[0], tokens[4], tokens[1], tokens[2], tokens[5:]
    return None


def _number(token: str) -> float | None:
    if NUMBER.fullmatch(token):
        return float(token)
    return math.nan if NOT_FINITE.fullmatch(token) else None


def _parcel(number: int, line: str, header: dict[str, str]) -> ParcelRecord:
    before, _, _ = line.rpartition("@" if "@" in line else "＠")
    separator = PLAIN_COMMA if len(PLAIN_COMMA.findall(before)) > 2 else COMMA
    fields = [token.strip() for token in separator.split(before)]
    if fields and not fields[-1]:
        # the comma before the @
        fields.pop()
    word = next((at for at in range(2, len(fields)) if fields[at] in GEOMETRY_WORDS), None)
    if word is None and len(fields) > 4:
        return _long_record(number, fields, None, header)
    if word is not None and word >= 3:
        return _long_record(number, fields, word, header)
    return _short_record(number, fields, header)


def _long_record(
    line: int, fields: list[str], word: int | None, header: dict[str, str]
) -> ParcelRecord:
    """点数,面积,编号,名称,类型,图幅号,用途,地类编码; a name may itself hold commas."""
    name_end = word if word is not None else 4
    rest = [*fields[(word + 1 if word is not None else 5) :], "", "", ""]
    sheet, use, land_class = rest[:3]
    dialect = "baopi" if header.get("格式版本号") else "gongdi"
    if word is None and not (fields[2] or sheet or use):
        # 增减挂钩 has no word for the geometry and its use in the eighth field
        dialect, use, land_class = "zengjian", land_class, ""
    return ParcelRecord(
        line,
        dialect,
        header,
        stated_count=_count(fields[0]),
        area=fields[1],
        number=fields[2],
        name=",".join(part for part in fields[3:name_end] if part),
        geometry=GEOMETRY_WORDS[fields[word]] if word is not None else "面",
        sheet=sheet,
        use=use,
        land_class=land_class,
    )


def _short_record(line: int, fields: list[str], header: dict[str, str]) -> ParcelRecord:
    """编号,名称,类型,, (一张图) · 点数,名称,类型,用途 (执法) · 点数,名称,面,类型 (进出平衡).

    The last two cannot be told apart when the third field is 面.
    """
    first, name, geometry, last, *_ = [*fields, "", "", "", ""]
    parcel = ParcelRecord(line, "yizhangtu", header, name=name)
    parcel.geometry = GEOMETRY_WORDS.get(geometry, "面")
    if last:
        parcel.dialect = "zhifa/pinghe" if geometry == "面" else "zhifa"
        parcel.stated_count = _count(first)
        parcel.use = last
    else:
        parcel.number = first
    return parcel


def _count(token: str) -> int | None:
    return int(token) if COUNT.fullmatch(token) else None
