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
from typing import NamedTuple

from geo.io.boundary.lines import (
    ParcelFields,
    PointFields,
    PointLayout,
    Separator,
    parcel_fields,
    point_fields,
)
from geo.reading_codes import Fault

__all__ = ["BoundaryText", "LineFault", "ParcelRecord", "PointRecord", "parse_boundary_text"]

LINE_END = re.compile(r"\r\n|\r|\n")
EQUALS = re.compile(r"[=＝]")
SECTION = re.compile(r"[\[【［](.*)[\]】］]")
COMMENT_STARTS = ("#", "//")
HEADER_SECTION = "属性描述"
SHOWN_LENGTH = 60
# 执法 and 进出平衡 cannot be told apart when the third field is 面
DIALECTS = {
    "nameless": "zengjian",
    "short": "yizhangtu",
    "short_use": "zhifa",
    "short_either": "zhifa/pinghe",
}


@dataclass(frozen=True, slots=True)
class LineFault:
    """A line that cannot be read; `number` counts from 1."""

    number: int
    text: str
    fault: Fault = Fault.BAD_LINE


class PointRecord(NamedTuple):
    """One point in the order of its line: `first` is the northing unless axes are swapped.

    A tuple, because there is one for every point of a file.
    """

    line: int
    label: str
    ring: str
    first: float
    second: float


@dataclass(slots=True)
class ParcelRecord:
    """A parcel line with its points; `layout` and `separator` are those of its first point."""

    line: int
    dialect: str
    header: dict[str, str]
    fields: ParcelFields
    layout: PointLayout | None = None
    separator: Separator | None = None
    decimals: int = 0
    points: list[PointRecord] = field(default_factory=list)
    faults: list[LineFault] = field(default_factory=list)


@dataclass(slots=True)
class BoundaryText:
    """A parsed file: parcels in order, and every line that says nothing of a parcel.

    Lists of lines with more fields than known, of comments, and of lines in full-width signs
    hold their numbers.
    """

    parcels: list[ParcelRecord] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    stray_faults: list[LineFault] = field(default_factory=list)
    unread_header_lines: list[LineFault] = field(default_factory=list)
    lines_with_extra_fields: list[int] = field(default_factory=list)
    comments: list[int] = field(default_factory=list)
    wide_lines: list[int] = field(default_factory=list)


def parse_boundary_text(text: str) -> BoundaryText:
    """Parcels of a coordinate TXT of any dialect, with every line that could not be read."""
    parsed = BoundaryText(headers=[{}])
    in_header = False
    for number, line in _lines(text):
        header = parsed.headers[-1]
        section = SECTION.fullmatch(line.strip())
        if section is not None:
            in_header = section.group(1).strip() == HEADER_SECTION
            if in_header and (header or parsed.parcels):
                parsed.headers.append({})
        elif line.startswith(COMMENT_STARTS):
            parsed.comments.append(number)
        elif in_header and _header_line(line, header):
            continue
        elif "@" in line or "＠" in line:
            in_header = False
            parsed.parcels.append(_parcel(number, line, header))
        elif in_header or (not parsed.parcels and EQUALS.search(line)):
            if not _header_line(line, header):
                parsed.unread_header_lines.append(LineFault(number, line[:SHOWN_LENGTH]))
        else:
            _add_point(number, line, parsed)
    return parsed


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(LINE_END.split(text), start=1):
        if line.strip():
            yield number, line.strip(" ") if "\t" in line else line.strip()


def _header_line(line: str, header: dict[str, str]) -> bool:
    """Take `key=value`; a parcel whose name holds an equals sign has commas before it."""
    key, *value = EQUALS.split(line, maxsplit=1)
    if not value or "," in key or "，" in key:
        return False
    header[key.strip()] = value[0].strip()
    return True


def _parcel(number: int, line: str, header: dict[str, str]) -> ParcelRecord:
    fields = parcel_fields(line)
    return ParcelRecord(number, _dialect(fields, header), header, fields)


def _dialect(fields: ParcelFields, header: dict[str, str]) -> str:
    """Name of the dialect; a record of eight fields is 供地 where the version is blank."""
    if fields.kind == "long":
        return "baopi" if header.get("格式版本号") else "gongdi"
    return DIALECTS[fields.kind]


def _add_point(number: int, line: str, parsed: BoundaryText) -> None:
    parcel = parsed.parcels[-1] if parsed.parcels else None
    found = point_fields(line)
    fault = _point_fault(found, parcel)
    if fault is not None or found is None or parcel is None:
        faults = parsed.stray_faults if parcel is None else parcel.faults
        faults.append(LineFault(number, line[:SHOWN_LENGTH], fault or Fault.BAD_LINE))
        return
    if parcel.layout is None:
        parcel.layout, parcel.separator = found.layout, found.separator
    parcel.decimals = max(parcel.decimals, found.decimals)
    parcel.points.append(PointRecord(number, found.label, found.ring, found.first, found.second))
    if found.more:
        parsed.lines_with_extra_fields.append(number)
    if found.wide:
        parsed.wide_lines.append(number)


def _point_fault(found: PointFields | None, parcel: ParcelRecord | None) -> Fault | None:
    if found is None:
        return Fault.BAD_LINE
    if not (math.isfinite(found.first) and math.isfinite(found.second)):
        return Fault.NON_FINITE
    if parcel is not None and parcel.layout not in (None, found.layout):
        # a field is missing here: without its ring number a point would open another ring
        return Fault.BAD_LINE
    return None
