"""What the header of a FlatGeobuf says of the number of features, against those there are.

FlatGeobuf specification 3.0: eight bytes of magic, the header and every feature with its
length in front, and between them an index (packed Hilbert R-tree) of 40 bytes a node. Tables
are those of FlatBuffers: a table points back to the list of places of its fields.
"""

from __future__ import annotations

import struct
from mmap import ACCESS_READ, mmap
from pathlib import Path

__all__ = ["counted_features"]

MAGIC_BYTES, LENGTH_BYTES, NODE_BYTES = 8, 4, 40
# numbers of the fields in the table of the header, and the size of a node if none is given
FEATURES_COUNT, INDEX_NODE_SIZE, USUAL_NODE_SIZE = 8, 9, 16


def counted_features(path: Path) -> int | None:
    """Features of a file counted one by one.

    `None` when the file breaks off, does not end with a feature, or its header gives another
    number (0 stands for an unknown one).
    """
    try:
        with path.open("rb") as stream, mmap(stream.fileno(), 0, access=ACCESS_READ) as data:
            return _counted(data)
    except (struct.error, ValueError, OverflowError):
        return None


def _counted(data: mmap) -> int | None:
    (header_bytes,) = struct.unpack_from("<I", data, MAGIC_BYTES)
    start = MAGIC_BYTES + LENGTH_BYTES
    stated = _field(data, start, FEATURES_COUNT, "<Q", 0)
    node_size = _field(data, start, INDEX_NODE_SIZE, "<H", USUAL_NODE_SIZE)
    at = start + header_bytes + _index_bytes(stated, node_size)
    count = 0
    while at < len(data):
        (size,) = struct.unpack_from("<I", data, at)
        at, count = at + LENGTH_BYTES + size, count + 1
    return count if at == len(data) and stated in (0, count) else None


def _field(data: mmap, buffer: int, number: int, form: str, default: int) -> int:
    """A number in the root table of a buffer."""
    table = buffer + struct.unpack_from("<I", data, buffer)[0]
    places = table - struct.unpack_from("<i", data, table)[0]
    (size,) = struct.unpack_from("<H", data, places)
    entry = 4 + 2 * number
    place = struct.unpack_from("<H", data, places + entry)[0] if entry < size else 0
    return int(struct.unpack_from(form, data, table + place)[0]) if place else default


def _index_bytes(features: int, node_size: int) -> int:
    if not features or node_size < 2:
        return 0
    level = -(-features // node_size)
    nodes = features + level
    while level > 1:
        level = -(-level // node_size)
        nodes += level
    return nodes * NODE_BYTES
