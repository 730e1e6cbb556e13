"""Printed numbers, by the rule of the report forms: m² 2, ha 4, mu 2 decimals, half up."""

import pytest

from web import numbers


@pytest.mark.parametrize(
    ("area_m2", "m2", "ha", "mu"),
    [
        (20000.0, "20,000.00", "2.0000", "30.00"),
        (30.0, "30.00", "0.0030", "0.05"),  # 30 × 0.0015 = 0.045, half up
        (666.67, "666.67", "0.0667", "1.00"),
        (0.0, "0.00", "0.0000", "0.00"),
        (1234567.89, "1,234,567.89", "123.4568", "1,851.85"),
        (-30.0, "-30.00", "-0.0030", "-0.05"),
    ],
)
def test_an_area_in_three_units(area_m2, m2, ha, mu):
    assert numbers.square_metres(area_m2) == m2
    assert numbers.hectares(area_m2) == ha
    assert numbers.mu(area_m2) == mu


def test_hectares_and_mu_do_not_round_twice():
    """0.35 m² is 0.000035 ha; from m² rounded it would be the same, from ha 0 mu would differ."""
    assert numbers.mu(3.34) == "0.01"  # 0.00501 mu; through 0.0003 ha it would print 0.00


@pytest.mark.parametrize(
    ("share", "printed"),
    [(1.0, "100.00"), (0.0015, "0.15"), (0.0, "0.00"), (0.00001, "<0.01"), (None, "–")],
)
def test_a_share_above_nothing_is_never_printed_as_nothing(share, printed):
    assert numbers.percent(share) == printed


@pytest.mark.parametrize(
    ("area_m2", "printed"), [(0.42, "0.42"), (0.000001, "0.000001"), (0.1, "0.10"), (0.0, "0.00")]
)
def test_a_sliver_keeps_its_digits(area_m2, printed):
    assert numbers.sliver_area(area_m2) == printed


def test_what_is_not_known_is_a_dash():
    assert numbers.square_metres(None) == numbers.hectares(None) == numbers.mu(None) == "–"
    assert numbers.metres(None) == "–"
