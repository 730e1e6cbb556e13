"""The bytes of a dBASE table: its layout, deleted records, and codes of many digits."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

__all__ = ["DbfField", "DbfLayout", "dbf_layout", "deleted_records", "long_codes"]

HEADER_BYTES, FIELD_BYTES = 32, 32
FIELDS_END, DELETED = 0x0D, ord("*")
NUMBER_KINDS = (b"N", b"F")
# the driver makes floats of whole numbers from this width on, and a float has 15 digits
FLOAT_FROM_WIDTH = 19


@dataclass(frozen=True, slots=True)
class DbfField:
    """One field: where it stands in a record, which begins with its deletion flag."""

    name: bytes
    kind: bytes
    at: int
    width: int
    decimals: int


@dataclass(frozen=True, slots=True)
class DbfLayout:
    """Where records lie; `records` are those that are there whole, `stated` those promised."""

    path: Path
    stated: int
    records: int
    start: int
    width: int
    language: int
    fields: tuple[DbfField, ...]

    def rows(self) -> NDArray[np.uint8]:
        """Bytes of the records `(records, width)`."""
        if not self.records:
            return np.empty((0, self.width), dtype=np.uint8)
        data = np.memmap(self.path, dtype=np.uint8, mode="r")
        return data[self.start : self.start + self.records * self.width].reshape(-1, self.width)


def dbf_layout(path: Path) -> DbfLayout | None:
    """Layout of a table; `None` when it breaks off in its header."""
    with path.open("rb") as stream:
        header = stream.read(HEADER_BYTES)
        stated, start, width = (
            int.from_bytes(header[at:to], "little") for at, to in ((4, 8), (8, 10), (10, 12))
        )
        block = stream.read(max(start - HEADER_BYTES, 0))
    if len(header) < HEADER_BYTES or start < HEADER_BYTES or not width:
        return None
    whole = max(path.stat().st_size - start, 0) // width
    return DbfLayout(
        path, stated, min(stated, whole), start, width, header[29], tuple(_fields(block))
    )


def _fields(block: bytes) -> list[DbfField]:
    fields, place = [], 1
    for at in range(0, len(block) - FIELD_BYTES + 1, FIELD_BYTES):
        if block[at] == FIELDS_END:
            break
        name = block[at : at + 11].split(b"\x00")[0]
        width, decimals = block[at + 16], block[at + 17]
        fields.append(DbfField(name, block[at + 11 : at + 12], place, width, decimals))
        place += width
    return fields


def deleted_records(layout: DbfLayout) -> NDArray[np.bool_]:
    """Which records carry the mark of deletion; the driver passes over them."""
    return np.asarray(layout.rows()[:, 0] == DELETED)


def long_codes(layout: DbfLayout) -> dict[int, list[str | None]]:
    """Digits of whole numbers too long for the driver, by position of their field.

    Fields whose every value fits a float are left to the driver. A value that is no whole
    number (blank, or stars for an overflow) is missing.
    """
    rows = layout.rows()
    found = {}
    for position, field in enumerate(layout.fields):
        is_whole = field.kind in NUMBER_KINDS and not field.decimals
        if not is_whole or field.width < FLOAT_FROM_WIDTH or field.at + field.width > layout.width:
            continue
        cells = rows[:, field.at : field.at + field.width]
        texts = [bytes(cell).strip(b" \x00").decode("ascii", "replace") for cell in cells]
        codes = [text if text.lstrip("+-").isdigit() else None for text in texts]
        if any(code is not None and abs(int(code)) > 2**53 for code in codes):
            found[position] = codes
    return found
