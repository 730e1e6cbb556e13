"""Nesting is counted before GEOS follows it; ordinary geometry passes."""

import struct

import numpy as np
import pytest
import shapely

from geo.io.sandbox.wkb_nesting import MAX_LEVELS, require_shallow


def nested(levels):
    """Collections in each other, as GEOS 3.14.1 dies of from 100 000 levels on."""
    return struct.pack("<BII", 1, 7, 1) * levels + shapely.to_wkb(shapely.Point(1, 2))


@pytest.mark.parametrize(
    "wkt",
    [
        "POINT Z (1 2 3)",
        "LINESTRING ZM (0 0 1 2, 1 1 3 4)",
        "POLYGON ((0 0, 4 0, 4 4, 0 0), (1 1, 2 1, 2 2, 1 1))",
        "POLYGON EMPTY",
        "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((5 5, 6 5, 6 6, 5 5)))",
        "GEOMETRYCOLLECTION (POINT (1 1), GEOMETRYCOLLECTION (LINESTRING (0 0, 1 1)))",
        "GEOMETRYCOLLECTION EMPTY",
    ],
)
def test_ordinary_geometry_passes(wkt):
    require_shallow(shapely.to_wkb(shapely.from_wkt(wkt)))


def test_levels_are_counted():
    require_shallow(nested(MAX_LEVELS - 1))
    with pytest.raises(ValueError, match="deeper"):
        require_shallow(nested(MAX_LEVELS))
    with pytest.raises(ValueError, match="deeper"):
        require_shallow(nested(200_000))


@pytest.mark.parametrize(
    "wkb",
    [
        b"",
        b"\x01",
        nested(3)[:-1],
        nested(3) + b"\x00",
        struct.pack(">BII", 0, 7, 0),
        struct.pack("<BII", 1, 99, 0),
        struct.pack("<BII", 1, 6, 4_000_000_000),
    ],
    ids=["empty", "cut", "short", "long", "big_endian", "unknown", "count"],
)
def test_what_is_no_geometry_of_ours_is_refused(wkb):
    with pytest.raises(ValueError, match="WKB"):
        require_shallow(wkb)


def test_a_large_outline_with_holes_passes_quickly():
    holes = [shapely.box(x, 0.5, x + 0.5, 1).exterior for x in np.arange(1, 20_000)]
    wkb = shapely.to_wkb(shapely.Polygon(shapely.box(0, 0, 30_000, 2).exterior, holes))
    require_shallow(wkb)
