"""How deep the parts of a WKB geometry lie in each other, without building it.

GEOS 3.14 follows nested collections by calling itself, and some ten thousand levels end the
process (libgeos/geos issue 1487, mended in 3.15).
"""

from __future__ import annotations

import struct

__all__ = ["SMALLEST_DEEP", "require_shallow"]

MAX_LEVELS = 100
# a level takes nine bytes; whatever is shorter cannot be deep enough to do harm
SMALLEST_DEEP = 9 * 5_000
POINT, LINE, POLYGON, CIRCULAR = 1, 2, 3, 8
COLLECTIONS = frozenset({4, 5, 6, 7, 9, 10, 11, 12})
HAS_Z, HAS_M = 0x8000_0000, 0x4000_0000
HEADER, COUNT = struct.Struct("<BI"), struct.Struct("<I")


def require_shallow(wkb: bytes) -> None:
    """Refuse WKB that nests beyond `MAX_LEVELS` or is not in the form that shapely writes.

    Raises
    ------
    ValueError
        Too deep, cut off, of an unknown type, or not in the byte order of this machine's kind.
    """
    at, open_parts = 0, [1]
    try:
        while open_parts:
            if open_parts[-1] == 0:
                open_parts.pop()
                continue
            open_parts[-1] -= 1
            order, kind = HEADER.unpack_from(wkb, at)
            at += HEADER.size
            width = 8 * (2 + bool(kind & HAS_Z) + bool(kind & HAS_M))
            kind &= ~(HAS_Z | HAS_M)
            if order != 1:
                raise ValueError("byte order of WKB")
            if kind in COLLECTIONS:
                open_parts.append(COUNT.unpack_from(wkb, at)[0])
                at += COUNT.size
                if len(open_parts) > MAX_LEVELS:
                    raise ValueError(f"WKB nests deeper than {MAX_LEVELS}")
            else:
                at = _after(kind, wkb, at, width)
    except struct.error as err:
        raise ValueError("WKB breaks off") from err
    if at != len(wkb):
        raise ValueError("WKB of another length")


def _after(kind: int, wkb: bytes, at: int, width: int) -> int:
    """Where a geometry without parts ends that begins at `at`, behind its header."""
    if kind == POINT:
        return at + width
    if kind in (LINE, CIRCULAR):
        return at + COUNT.size + width * int(COUNT.unpack_from(wkb, at)[0])
    if kind == POLYGON:
        (rings,) = COUNT.unpack_from(wkb, at)
        at += COUNT.size
        for _ in range(rings):
            at += COUNT.size + width * int(COUNT.unpack_from(wkb, at)[0])
        return at
    raise ValueError(f"WKB of type {kind}")
