"""How deep the geometries of a WKB lie in one another, found without recursion.

GEOS follows nested collections with its own stack and falls when there are 100 000 of them
(libgeos issue 1487), so what is deeper than any real file never reaches it.
"""

from __future__ import annotations

import struct

__all__ = ["MAX_WKB_DEPTH", "is_too_deep"]

MAX_WKB_DEPTH = 32
POINT, LINE, POLYGON, CIRCULAR, TRIANGLE = 1, 2, 3, 8, 17
# flags of the extended form (PostGIS); the ISO form counts in thousands
HAS_Z, HAS_M, HAS_SRID = 0x80000000, 0x40000000, 0x20000000


def is_too_deep(wkb: bytes, limit: int = MAX_WKB_DEPTH) -> bool:
    """Whether geometries lie more than `limit` deep; false for bytes that break off before."""
    try:
        return _is_too_deep(wkb, limit)
    except (struct.error, IndexError):
        return False


def _is_too_deep(wkb: bytes, limit: int) -> bool:
    at, open_counts = 0, [1]
    while open_counts:
        if not open_counts[-1]:
            open_counts.pop()
            continue
        open_counts[-1] -= 1
        order = "<" if wkb[at] else ">"
        (kind,) = struct.unpack_from(f"{order}I", wkb, at + 1)
        at += 9 if kind & HAS_SRID else 5
        base, width = _base_and_width(kind)
        if base == POINT:
            at += 8 * width
            continue
        (count,) = struct.unpack_from(f"{order}I", wkb, at)
        at += 4
        if base in (LINE, CIRCULAR):
            at += count * 8 * width
        elif base in (POLYGON, TRIANGLE):
            for _ in range(count):
                (size,) = struct.unpack_from(f"{order}I", wkb, at)
                at += 4 + size * 8 * width
        else:
            open_counts.append(count)
            if len(open_counts) > limit:
                return True
    return False


def _base_and_width(kind: int) -> tuple[int, int]:
    plain = kind & 0xFFFF
    thousands = plain // 1000
    has_z = bool(kind & HAS_Z) or thousands in (1, 3)
    has_m = bool(kind & HAS_M) or thousands in (2, 3)
    return plain % 1000, 2 + has_z + has_m
