"""Rings without a flag: holes, parts and islands by containment."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from geo.ring_nesting import assembled


def ring(west, south, east, north):
    return shapely.get_coordinates(box(west, south, east, north))[:-1]


@pytest.mark.parametrize(
    ("rings", "parts", "area_m2"),
    [
        ([ring(0, 0, 100, 200)], 1, 20_000),
        # a hole
        ([ring(0, 0, 100, 100), ring(20, 20, 40, 40)], 1, 9_600),
        # a further part
        ([ring(0, 0, 50, 50), ring(100, 0, 150, 50)], 2, 5_000),
        # hole and part in one parcel, in either order
        ([ring(0, 0, 100, 100), ring(20, 20, 40, 40), ring(200, 0, 250, 50)], 2, 12_100),
        ([ring(0, 0, 100, 100), ring(200, 0, 250, 50), ring(20, 20, 40, 40)], 2, 12_100),
        # an island in the hole, and a pond in the island
        ([ring(0, 0, 100, 100), ring(20, 20, 80, 80), ring(40, 40, 60, 60)], 2, 6_800),
        (
            [
                ring(0, 0, 100, 100),
                ring(20, 20, 80, 80),
                ring(40, 40, 60, 60),
                ring(45, 45, 55, 55),
            ],
            2,
            6_700,
        ),
        # a hole of the second part
        ([ring(0, 0, 50, 50), ring(100, 0, 200, 100), ring(120, 20, 140, 40)], 2, 12_100),
        # a hole whose corner touches the edge
        ([ring(0, 0, 100, 100), np.array([(0, 50), (20, 40), (20, 60)])], 1, 9_800),
    ],
)
def test_area_of_rings_put_together(rings, parts, area_m2):
    parcel = assembled(rings)
    assert parcel.is_valid
    assert len(shapely.get_parts(parcel)) == parts
    assert parcel.area == area_m2


def test_a_part_that_fills_a_notch_is_no_hole():
    """All its corners lie on the edge of the first ring, its inside does not."""
    notched = np.array([(0, 0), (90, 0), (90, 90), (60, 90), (60, 30), (30, 30), (30, 90), (0, 90)])
    parcel = assembled([notched, ring(30, 30, 60, 90)])
    assert len(shapely.get_parts(parcel)) == 2
    assert parcel.area == 90 * 90


def test_crossing_rings_are_left_for_validity_to_judge():
    parcel = assembled([ring(0, 0, 100, 100), ring(50, 50, 150, 150)])
    assert not parcel.is_valid


@given(st.integers(0, 3), st.booleans(), st.integers(0, 3))
def test_start_and_direction_of_a_ring_do_not_matter(start, backwards, hole_start):
    outer = np.roll(ring(0, 0, 100, 100), start, axis=0)
    hole = np.roll(ring(20, 20, 40, 40), hole_start, axis=0)
    parcel = assembled([outer[::-1] if backwards else outer, hole])
    assert parcel.area == 9_600
