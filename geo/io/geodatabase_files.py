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
    header = _head(parts[name], HEADER_BYTES)
    if len(header) < HEADER_BYTES or _version(header) not in (SHORT_ROWS, LONG_ROWS):
        return TableFault(name, is_missing=False)
    (stated_bytes,) = struct.unpack_from("<Q", header, 24)
    if parts[name].stat().st_size < stated_bytes:
        return TableFault(name, is_missing=False)
    if not row_count(parts[name]):
        return None
    if index not in parts:
        return TableFault(index, is_missing=True)
    return None if _index_is_whole(parts[index]) else TableFault(index, is_missing=False)


def row_count(table: Path) -> int:
    """Rows that a table says it has, without deleted ones."""
    header = _head(table, HEADER_BYTES)
    if _version(header) == LONG_ROWS:
        return int(struct.unpack_from("<Q", header, 16)[0])
    return int(struct.unpack_from("<I", header, 4)[0])


def _version(header: bytes) -> int:
    return int.from_bytes(header[:4], "little")


def _index_is_whole(path: Path) -> bool:
    header = _head(path, INDEX_HEADER_BYTES)
    if len(header) < INDEX_HEADER_BYTES:
        return False
    _, blocks, _, width = struct.unpack("<4I", header)
    needed = INDEX_HEADER_BYTES + blocks * ROWS_A_BLOCK * width
    return width in OFFSET_BYTES and path.stat().st_size >= needed


def _head(path: Path, size: int) -> bytes:
    with path.open("rb") as stream:
        return stream.read(size)
