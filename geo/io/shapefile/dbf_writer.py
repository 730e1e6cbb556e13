"""Writing dBASE tables (.dbf) of shapefiles: every value exact, every sign whole.

The layout is that of dBASE III. Numbers are written with as many digits as tell them apart,
so that they read back as they were.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geo.errors import GeoError
from geo.reading_codes import Fault

__all__ = [
    "MOST_FIELDS",
    "MOST_NAME_BYTES",
    "MOST_TEXT_BYTES",
    "DbfField",
    "cut_to_bytes",
    "dbf_field",
    "write_dbf",
]

MOST_NAME_BYTES, MOST_TEXT_BYTES = 10, 254
# the shortest form of a double is at most as long as -1.2345678901234567e-300
MOST_NUMBER_BYTES = 24
DAY_BYTES = 8
MOST_FIELDS = 255
# the length of a record is a number of two bytes
MOST_RECORD_BYTES = 65_535
MOST_BYTES = 2**31 - 1
DBASE_III, FIELDS_END, FILE_END = 0x03, b"\x0d", b"\x1a"
HEADER_BYTES, FIELD_BYTES = 32, 32
# language driver ids: code page 936; none where the .cpg says UTF-8
LANGUAGE_IDS = {"GBK": 0x4D, "UTF-8": 0x00}
# a fixed day of change (years from 1900 on): the same frame gives the same bytes
CHANGED_ON = bytes((100, 1, 1))
LARGEST_EXACT_FLOAT = 2**53


@dataclass(frozen=True, slots=True)
class DbfField:
    """One column: its type (C, N, L or D) and one cell for each row.

    `long_texts` are the texts that had to be cut, whole, by row.
    """

    kind: str
    cells: list[bytes]
    decimals: int = 0
    long_texts: dict[int, str] = field(default_factory=dict)

    @property
    def width(self) -> int:
        """Bytes of a cell."""
        least = self.decimals + 2 if self.decimals else 1
        return max(least, max(map(len, self.cells), default=0))


def dbf_field(values: pd.Series, encoding: str) -> DbfField:
    """Column of a frame as a column of the table; missing values become blanks.

    Whole numbers beyond 2⁵³ become text, for many programs read the numbers of a table as
    doubles; days are dates, moments with a time of day are text.

    Raises
    ------
    UnicodeEncodeError
        A text has a sign that the encoding lacks.
    """
    rows = [None if _is_missing(value) else value for value in values]
    present = [value for value in rows if value is not None]
    if present and all(isinstance(value, (bool, np.bool_)) for value in present):
        return _ascii_field("L", ["" if row is None else "FT"[bool(row)] for row in rows])
    if present and all(_is_exact_integer(value) for value in present):
        return _ascii_field("N", ["" if row is None else str(int(row)) for row in rows])
    if pd.api.types.is_float_dtype(values.dtype):
        return _decimal_field([None if row is None else float(row) for row in rows])
    if present and all(_is_day(value) for value in present):
        days = ["" if row is None else f"{row.year:04}{row:%m%d}" for row in rows]
        return _ascii_field("D", [day.rjust(DAY_BYTES) for day in days])
    return _text_field([None if row is None else str(row) for row in rows], encoding)


def _is_missing(value: Any) -> bool:
    if value is None or value is pd.NaT or value is pd.NA:
        return True
    return isinstance(value, (float, np.floating)) and not math.isfinite(value)


def _is_exact_integer(value: Any) -> bool:
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    return whole and abs(int(value)) <= LARGEST_EXACT_FLOAT


def _is_day(value: Any) -> bool:
    if isinstance(value, datetime):
        return value.tzinfo is None and value == datetime(value.year, value.month, value.day)  # noqa: DTZ001  moments of a file have no zone
    return isinstance(value, date)


def _ascii_field(kind: str, cells: Sequence[str], decimals: int = 0) -> DbfField:
    return DbfField(kind, [cell.encode("ascii") for cell in cells], decimals)


def _decimal_field(values: Sequence[float | None]) -> DbfField:
    """Numbers with the decimals that the longest of them needs, so that columns line up."""
    exact = [None if value is None else _positional(value) for value in values]
    decimals = max((len(text.partition(".")[2]) for text in exact if text), default=1)
    cells = []
    for value, shortest in zip(values, exact, strict=True):
        text = "" if value is None else f"{value:.{decimals}f}" if shortest else repr(value)
        cells.append(text if len(text) <= MOST_NUMBER_BYTES else shortest or repr(value))
    return _ascii_field("N", cells, decimals)


def _positional(value: float) -> str:
    """Shortest exact form without exponent, with one decimal at least; empty if too long."""
    text = np.format_float_positional(value, trim="0")
    return text if len(text) <= MOST_NUMBER_BYTES else ""


def _text_field(texts: Sequence[str | None], encoding: str) -> DbfField:
    cells, long_texts = [], {}
    for row, text in enumerate(texts):
        cell = (text or "").encode(encoding)
        if text is not None and len(cell) > MOST_TEXT_BYTES:
            long_texts[row] = text
            cell = cut_to_bytes(text, MOST_TEXT_BYTES, encoding)
        cells.append(cell)
    return DbfField("C", cells, long_texts=long_texts)


def cut_to_bytes(text: str, most: int, encoding: str) -> bytes:
    """The longest beginning of a text that takes no more bytes, with its last sign whole."""
    cut = text.encode(encoding)[:most]
    return cut.decode(encoding, "ignore").encode(encoding)


def write_dbf(path: Path, fields: dict[str, DbfField], *, count: int, encoding: str) -> None:
    """Write a table of `count` rows; the names take ten bytes at most.

    Raises
    ------
    GeoError
        More columns, or longer rows, than a table can have (`shapefile_too_wide`), or more
        than 2 GB (`shapefile_too_large`).
    """
    width = 1 + sum(each.width for each in fields.values())
    if len(fields) > MOST_FIELDS or width > MOST_RECORD_BYTES:
        raise GeoError(Fault.SHAPEFILE_TOO_WIDE, fields=len(fields), most=MOST_FIELDS, width=width)
    start = HEADER_BYTES + FIELD_BYTES * len(fields) + len(FIELDS_END)
    if start + count * width > MOST_BYTES:
        raise GeoError(Fault.SHAPEFILE_TOO_LARGE, part=path.suffix)
    with path.open("wb") as table:
        table.write(bytes((DBASE_III,)) + CHANGED_ON + struct.pack("<IHH", count, start, width))
        table.write(bytes(17) + bytes((LANGUAGE_IDS[encoding], 0, 0)))
        for name, each in fields.items():
            table.write(_descriptor(name.encode(encoding), each))
        table.write(FIELDS_END)
        padded = [_padded(each) for each in fields.values()]
        # a blank in front says that the row is not deleted
        table.writelines(b" " + b"".join(row) for row in zip(*padded, strict=True))
        if not fields:
            table.write(b" " * count)
        table.write(FILE_END)


def _padded(each: DbfField) -> list[bytes]:
    width = each.width
    if each.kind == "N":
        return [cell.rjust(width) for cell in each.cells]
    return [cell.ljust(width) for cell in each.cells]


def _descriptor(name: bytes, each: DbfField) -> bytes:
    kind = each.kind.encode("ascii")
    return struct.pack("<11sc4xBB14x", name, kind, each.width, each.decimals)
