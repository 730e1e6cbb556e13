"""平差: parts follow a fixed total, by the published procedure."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.apportionment import apportion, rounded_half_up
from geo.errors import GeoError

CENT = 10_000


@pytest.mark.parametrize(
    ("value", "units"),
    [(0, 0), (4_999, 0), (5_000, 1), (14_999, 1), (15_000, 2), (-5_000, -1), (-4_999, 0)],
)
def test_halves_are_rounded_away_from_zero(value, units):
    assert rounded_half_up(value, CENT) == units


def test_rounding_is_exact_where_doubles_are_not():
    assert rounded_half_up(2**62 + 5_000, CENT) == (2**62 + 10_000) // CENT


@pytest.mark.parametrize(
    ("total", "parts", "expected"),
    [
        (100, [50, 30, 20], [50, 30, 20]),
        # one unit is missing: the largest gets it
        (101, [50, 30, 20], [51, 30, 20]),
        # thirds: 33.3 each is rounded to 33, the first of the equals takes the rest
        (100, [1, 1, 1], [34, 33, 33]),
        # halves are rounded up, the one too many is taken from the largest
        (3, [2, 1, 1], [1, 1, 1]),
        (1, [3, 3, 3], [1, 0, 0]),
        (10, [0, 5, 0], [0, 10, 0]),
        (0, [7, 3], [0, 0]),
        (0, [0, 0], [0, 0]),
        (0, [], []),
    ],
)
def test_shares_by_hand(total, parts, expected):
    assert apportion(total, parts).tolist() == expected


def test_parts_may_be_in_a_finer_unit_than_the_total():
    """1 234.565 m² and 765.435 m² of 2 000 m², printed in 0.01 m²."""
    parts = np.array([1_234_565_000, 765_435_000])
    assert apportion(200_000, parts).tolist() == [123_456, 76_544]


def test_a_total_without_parts_is_refused():
    with pytest.raises(GeoError, match=r"nothing_to_apportion\(total=5\)"):
        apportion(5, [0, 0])


def test_negative_areas_and_fractions_are_programming_errors():
    with pytest.raises(ValueError, match="not negative"):
        apportion(5, [3, -1])
    with pytest.raises(ValueError, match="not negative"):
        apportion(-1, [])
    with pytest.raises(TypeError, match="float"):
        apportion(5, [2.5, 2.5])


areas = st.lists(st.integers(0, 10**15), min_size=1, max_size=40).filter(any)


@given(parts=areas, total=st.integers(0, 10**12))
def test_shares_add_up_and_stay_near_their_part(parts, total):
    shares = apportion(total, parts).tolist()
    assert sum(shares) == total
    whole = sum(parts)
    for part, share in zip(parts, shares, strict=True):
        assert share >= 0
        # half a unit of rounding, and at most one handed out
        assert abs(2 * share * whole - 2 * part * total) <= 3 * whole
        assert part > 0 or share == 0


@given(parts=areas, total=st.integers(0, 10**6))
def test_a_larger_part_never_gets_less(parts, total):
    shares = apportion(total, parts).tolist()
    ranked = sorted(zip(parts, shares, strict=True))
    for (small, less), (large, more) in pairwise(ranked):
        assert small == large or less <= more
