"""Files of a file geodatabase, and whether its tables are whole.

The form is not published by its maker; what is used here follows the description by E. Rouault
("FGDB reverse-engineered specification", dump_gdbtable), which the OpenFileGDB driver is built
on. The driver leaves out tables whose file is missing and gives no rows for one cut short, so
both are looked for here.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

__all__ = [
    "CATALOGUE_TABLE",
    "TableFault",
    "geodatabase_parts",
    "is_geodatabase",
    "is_geodatabase_part",
    "row_count",
    "table_fault",
    "table_file",
]

# table 1 lists all tables
CATALOGUE_TABLE = "a00000001.gdbtable"
PART = re.compile(
    r"a[0-9a-f]{8}\.(gdbtable|gdbtablx|gdbindexes|spx|freelist|horizon|cdf)|gdb|timestamps"
)
HEADER_BYTES = 40
# version of the form with row numbers of 32 bits, and of 64 (ArcGIS Pro 3.2)
SHORT_ROWS, LONG_ROWS = 3, 4
INDEX_HEADER_BYTES, ROWS_A_BLOCK = 16, 1024
OFFSET_BYTES = (4, 5, 6)


@dataclass(frozen=True, slots=True)
class TableFault:
    """Which file of a table is at fault, and whether it is there at all."""

    part: str
    is_missing: bool


def is_geodatabase(folder: Path) -> bool:
    """Whether a folder is meant as a file geodatabase, broken or not."""
    return folder.suffix.lower() == ".gdb" or (folder / CATALOGUE_TABLE).is_file()


def is_geodatabase_part(name: str) -> bool:
    """Whether a file of this name is needed to read a geodatabase."""
    return PART.fullmatch(name.lower()) is not None


def geodatabase_parts(folder: Path) -> dict[str, Path]:
    """Files of a geodatabase by name in lower case; locks and attribute indexes left out."""
    return {
        part.name.lower(): part
        for part in sorted(folder.iterdir())
        if part.is_file() and is_geodatabase_part(part.name)
    }


def table_file(number: int, suffix: str = ".gdbtable") -> str:
    """Name of a file of a table; tables are counted from 1."""
    return f"a{number:08x}{suffix}"


def table_fault(parts: dict[str, Path], number: int) -> TableFault | None:
    """Fault of the files of a table: missing, no table, or shorter than they say."""
    name, index = table_file(number), table_file(number, ".gdbtablx")
    if name not in parts:
        return TableFault(name, is_missing=True)
    if not _table_is_whole(parts[name]):
        return TableFault(name, is_missing=False)
    rows = row_count(parts[name])
    if rows and index not in parts:
        return TableFault(index, is_missing=True)
    if rows and not (_index_is_whole(parts[index]) and _listed_rows(parts[index]) <= rows):
        return TableFault(index, is_missing=False)
    return None


def row_count(table: Path) -> int:
    """Rows that a table says it has, without deleted ones."""
    header = _head(table, HEADER_BYTES)
    if _version(header) == LONG_ROWS:
        return int(struct.unpack_from("<Q", header, 16)[0])
    return int(struct.unpack_from("<I", header, 4)[0])


def _version(header: bytes) -> int:
    return int.from_bytes(header[:4], "little")


def _table_is_whole(path: Path) -> bool:
    header = _head(path, HEADER_BYTES)
    if len(header) < HEADER_BYTES or _version(header) not in (SHORT_ROWS, LONG_ROWS):
        return False
    (stated_bytes,) = struct.unpack_from("<Q", header, 24)
    return path.stat().st_size >= int(stated_bytes)


def _index_is_whole(path: Path) -> bool:
    header = _head(path, INDEX_HEADER_BYTES)
    if len(header) < INDEX_HEADER_BYTES:
        return False
    _, blocks, _, width = struct.unpack("<4I", header)
    needed = INDEX_HEADER_BYTES + blocks * ROWS_A_BLOCK * width
    return width in OFFSET_BYTES and path.stat().st_size >= needed


def _listed_rows(index: Path) -> int:
    """Rows to which an index has a way; deleted ones have the place 0.

    The driver reads as many rows as the table says it has, and would leave the others.
    """
    _, blocks, _, width = struct.unpack("<4I", _head(index, INDEX_HEADER_BYTES))
    places = np.fromfile(
        index, dtype=np.uint8, count=blocks * ROWS_A_BLOCK * width, offset=INDEX_HEADER_BYTES
    )
    return int(places.reshape(-1, width).any(axis=1).sum())


def _head(path: Path, size: int) -> bytes:
    with path.open("rb") as stream:
        return stream.read(size)
