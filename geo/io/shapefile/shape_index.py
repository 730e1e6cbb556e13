"""The index (.shx) of a shapefile: held against the shapes, or made anew from them.

ESRI Shapefile Technical Description (1998): a header of 100 bytes; in the `.shp` records of a
number, a length in words of two bytes and that many words; in the `.shx` place and length of
each record.
"""

from __future__ import annotations

import struct
from mmap import ACCESS_READ, mmap
from pathlib import Path

import numpy as np

__all__ = ["index_fits", "rebuilt_index", "shape_count"]

HEADER_BYTES, ENTRY_BYTES, RECORD_HEADER_BYTES = 100, 8, 8
LENGTH_AT = 24


def shape_count(index_bytes: int) -> int:
    """Shapes that an index of so many bytes lists."""
    return max(index_bytes - HEADER_BYTES, 0) // ENTRY_BYTES


def index_fits(shp: Path, shx: Path) -> bool:
    """Whether every entry points to a record of the length that it states.

    An index of another shapefile would give other shapes to the rows of the table. Entries
    of zeros stand for shapes that were taken out.
    """
    count = shape_count(shx.stat().st_size)
    if not count:
        return True
    entries = np.fromfile(shx, dtype=">i4", count=2 * count, offset=HEADER_BYTES).reshape(-1, 2)
    places, lengths = (2 * column.astype(np.int64) for column in entries.T)
    used = (places != 0) | (lengths != 0)
    places, lengths = places[used], lengths[used]
    size = shp.stat().st_size
    if (lengths < 0).any() or (places < HEADER_BYTES).any():
        return False
    if (places + RECORD_HEADER_BYTES + lengths > size).any():
        return False
    data = np.memmap(shp, dtype=np.uint8, mode="r")
    words = data[places[:, None] + np.arange(4, 8)].astype(np.int64) @ [1 << 24, 1 << 16, 1 << 8, 1]
    return bool((2 * words == lengths).all())


def rebuilt_index(shp: Path) -> bytes | None:
    """Index of the records in their order; `None` where they do not follow each other.

    Records must be numbered from 1 and fill the file to its stated end, so that none can be
    missed.
    """
    entries: list[bytes] = []
    with shp.open("rb") as stream, mmap(stream.fileno(), 0, access=ACCESS_READ) as data:
        end = 2 * struct.unpack_from(">i", data, LENGTH_AT)[0]
        at = HEADER_BYTES
        while at < end:
            if at + RECORD_HEADER_BYTES > len(data):
                return None
            number, words = struct.unpack_from(">ii", data, at)
            if number != len(entries) + 1 or words < 2:
                return None
            entries.append(struct.pack(">ii", at // 2, words))
            at += RECORD_HEADER_BYTES + 2 * words
        if at != end or end > len(data):
            return None
        header = bytearray(data[:HEADER_BYTES])
    struct.pack_into(">i", header, LENGTH_AT, (HEADER_BYTES + ENTRY_BYTES * len(entries)) // 2)
    return bytes(header) + b"".join(entries)
