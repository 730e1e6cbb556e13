"""WKT and EWKT parsed here, bracket by bracket, so that no nesting reaches the geometry engine.

100 000 nested levels end the process inside GEOS 3.14 (libgeos issue 1487). Grammar: OGC
06-103r4, clause 7; `SRID=n;` in front is the habit of PostGIS.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

__all__ = [
    "BEGINNING",
    "MOST_LEVELS",
    "Statement",
    "WktFaultError",
    "geometry_member",
    "statements",
]

MOST_LEVELS = 32
SHOWN_LENGTH = 40
GEOMETRY_WORD = (
    r"(?:POINT|LINESTRING|POLYGON|MULTIPOINT|MULTILINESTRING|MULTIPOLYGON|GEOMETRYCOLLECTION|"
    r"CIRCULARSTRING|COMPOUNDCURVE|CURVEPOLYGON|MULTICURVE|MULTISURFACE|TRIANGLE|TIN|"
    r"POLYHEDRALSURFACE)"
)
BEGINNING = re.compile(rf"\s*(?:SRID\s*=\s*\d+\s*;\s*)?{GEOMETRY_WORD}\b", re.IGNORECASE)
COLLECTION = re.compile(r"\s*(?:SRID\s*=\s*\d+\s*;\s*)?GEOMETRYCOLLECTION\b", re.IGNORECASE)
PREFIX = re.compile(r"\s*SRID\s*=\s*(\d{1,9})\s*;", re.IGNORECASE)
WORD = re.compile(r"\s*([A-Za-z]+)")
DIMENSIONS = re.compile(r"\s*(?:ZM|Z|M)\b", re.IGNORECASE)
EMPTY = re.compile(r"\s*EMPTY\b", re.IGNORECASE)
BLANK = re.compile(r"\s*")
FLAT_LIST = re.compile(r"[^()]*")
NUMBER = re.compile(
    r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]?(?:nan|inf(?:inity)?)", re.I
)
NAMES = {
    "POINT": "Point",
    "LINESTRING": "LineString",
    "POLYGON": "Polygon",
    "MULTIPOINT": "MultiPoint",
    "MULTILINESTRING": "MultiLineString",
    "MULTIPOLYGON": "MultiPolygon",
    "GEOMETRYCOLLECTION": "GeometryCollection",
}


class WktFaultError(Exception):
    """Where a text stops being WKT: position of the sign from the start of the statement."""

    def __init__(self, position: int, *, deep: bool = False) -> None:
        super().__init__(position)
        self.position = position
        self.deep = deep


@dataclass(frozen=True, slots=True)
class Statement:
    """One geometry as written; `line` and `column` of its first sign count from 1."""

    text: str
    line: int
    column: int = 1

    def place(self, position: int) -> tuple[int, int]:
        """Line and column of a position in the text."""
        before = self.text[:position]
        breaks = before.count("\n")
        if not breaks:
            return self.line, self.column + position
        return self.line + breaks, position - before.rfind("\n")


def statements(text: str) -> Iterator[Statement]:
    """Geometries of a text, one a line; a line break inside brackets ends none.

    A line that begins a geometry of its own ends one whose brackets were never closed, so
    that a missing bracket costs one feature and not all that follow.
    """
    lines: list[str] = []
    first, depth = 1, 0
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        unclosed = depth > 0 and BEGINNING.match(line) and not COLLECTION.match(lines[0])
        if lines and (depth <= 0 or unclosed) and not _continues(line, lines, depth):
            yield Statement("\n".join(lines), first)
            lines, depth = [], 0
        if not lines:
            if not line.strip():
                continue
            first = number
        lines.append(line)
        depth += line.count("(") - line.count(")")
    if lines:
        yield Statement("\n".join(lines), first)


def _continues(line: str, lines: list[str], depth: int) -> bool:
    """Whether a line goes on with a geometry whose first bracket has not come yet."""
    opened = any("(" in earlier for earlier in lines)
    return depth == 0 and not opened and line.lstrip().startswith("(")


def geometry_member(text: str) -> tuple[str | None, dict[str, Any]]:
    """Code of the CRS (`None`: none stated) and the geometry as a GeoJSON object.

    Heights and measures stay in the positions, for the reader of GeoJSON to leave out.

    Raises
    ------
    WktFaultError
        At the first sign that cannot stand where it stands.
    """
    prefix = PREFIX.match(text)
    at = prefix.end() if prefix else 0
    member, at = _geometry(text, at, 0)
    at = _skip(text, at)
    if text[at : at + 1] == ";":
        at = _skip(text, at + 1)
    if at < len(text):
        raise WktFaultError(at)
    code = prefix.group(1) if prefix else None
    return (None if code is None or int(code) == 0 else f"EPSG:{int(code)}"), member


def _skip(text: str, at: int) -> int:
    match = BLANK.match(text, at)
    return match.end() if match else at


def _geometry(text: str, at: int, level: int) -> tuple[dict[str, Any], int]:
    word = WORD.match(text, at)
    if word is None:
        raise WktFaultError(_skip(text, at))
    name, at = word.group(1).upper(), word.end()
    # POLYGONZ, POLYGON Z and POLYGON ZM are all written
    bare = name.rstrip("ZM") if name not in NAMES else name
    if not re.fullmatch(GEOMETRY_WORD, bare):
        raise WktFaultError(word.start(1))
    dimensions = DIMENSIONS.match(text, at)
    at = dimensions.end() if dimensions else at
    empty = EMPTY.match(text, at)
    if empty:
        return _member(bare, []), empty.end()
    if bare == "GEOMETRYCOLLECTION":
        return _collection(text, at, level)
    body, at = _body(text, at, level, typed=bare not in NAMES)
    return _member(bare, body), at


def _member(name: str, body: list[Any]) -> dict[str, Any]:
    kind = NAMES.get(name, name)
    key = "geometries" if kind == "GeometryCollection" else "coordinates"
    return {"type": kind, key: body}


def _opened(text: str, at: int, level: int) -> int:
    at = _skip(text, at)
    if text[at : at + 1] != "(":
        raise WktFaultError(at)
    if level >= MOST_LEVELS:
        raise WktFaultError(at, deep=True)
    return at + 1


def _closed(text: str, at: int) -> tuple[bool, int]:
    """Whether a bracket closes here (else a comma goes on), and the position behind."""
    at = _skip(text, at)
    sign = text[at : at + 1]
    if sign not in (",", ")"):
        raise WktFaultError(at)
    return sign == ")", at + 1


def _collection(text: str, at: int, level: int) -> tuple[dict[str, Any], int]:
    at = _opened(text, at, level)
    members, closed = [], False
    while not closed:
        member, at = _geometry(text, at, level + 1)
        members.append(member)
        closed, at = _closed(text, at)
    return _member("GEOMETRYCOLLECTION", members), at


def _body(text: str, at: int, level: int, *, typed: bool) -> tuple[list[Any], int]:
    """Nested lists of a bracket; parts of curves may have their own word in front."""
    at = _opened(text, at, level)
    start = _skip(text, at)
    word = WORD.match(text, start) if typed else None
    if text[start : start + 1] != "(" and word is None and not EMPTY.match(text, start):
        return _positions(text, at)
    parts: list[Any] = []
    closed = False
    while not closed:
        at = _skip(text, at)
        empty = EMPTY.match(text, at)
        if empty:
            parts.append([])
            at = empty.end()
        else:
            word = WORD.match(text, at) if typed else None
            part, at = _body(text, word.end() if word else at, level + 1, typed=typed)
            parts.append(part)
        closed, at = _closed(text, at)
    return parts, at


def _positions(text: str, at: int) -> tuple[list[list[float]], int]:
    match = FLAT_LIST.match(text, at)
    end = match.end() if match else at
    if text[end : end + 1] != ")":
        raise WktFaultError(end)
    positions = []
    for written in text[at:end].split(","):
        numbers = written.split()
        if not 2 <= len(numbers) <= 4 or not all(map(NUMBER.fullmatch, numbers)):
            raise WktFaultError(_fault_in(written, at))
        positions.append([float(number) for number in numbers])
        at += len(written) + 1
    return positions, end + 1


def _fault_in(written: str, at: int) -> int:
    """Position of the first word that is no number, or of the end where one is missing."""
    for word in re.finditer(r"\S+", written):
        if not NUMBER.fullmatch(word.group()):
            return at + word.start()
    return at + len(written)
