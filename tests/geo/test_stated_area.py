"""Stated areas: unit by text, or by comparison with the outlines."""

import numpy as np
import pytest

from geo.stated_area import differs, stated_areas


@pytest.mark.parametrize(
    ("texts", "measured", "expected", "unit"),
    [
        (["2.0000"], [20_000.0], [20_000.0], "ha"),
        (["20000.00"], [20_000.0], [20_000.0], "m2"),
        (["0.7655公顷"], [7_655.0], [7_655.0], "ha"),
        (["7655平方米"], [7_655.0], [7_655.0], "m2"),
        (["7655 ㎡"], [7_655.0], [7_655.0], "m2"),
        (["7655m²"], [7_655.0], [7_655.0], "m2"),
        (["30亩"], [20_000.0], [20_000.0], "mu"),
        # one parcel with a wrong number does not turn the unit of the file
        (["2.0", "3.0", "0.0001"], [20_000.0, 30_000.0, 10_000.0], [20_000, 30_000, 1.0], "ha"),
        # bare and named numbers in one file
        (["2.0", "5000平方米"], [20_000.0, 5_000.0], [20_000.0, 5_000.0], "ha/m2"),
        (["", "0", "0.0000", "无", "-3", "1e3"], [1.0] * 6, [np.nan] * 6, None),
        ([], [], [], None),
    ],
)
def test_areas_in_square_metres(texts, measured, expected, unit):
    found = stated_areas(texts, np.array(measured, dtype=float))
    np.testing.assert_allclose(found.area_m2, np.array(expected, dtype=float), rtol=1e-12)
    assert found.unit == unit


@pytest.mark.parametrize(
    ("stated", "measured", "apart"),
    [
        (1_000.9, 1_000.0, False),
        (1_001.1, 1_000.0, True),
        # 0.05 % of 20 000 m² is 10 m²
        (20_009.9, 20_000.0, False),
        (20_010.1, 20_000.0, True),
        (np.nan, 20_000.0, False),
    ],
)
def test_tolerance_is_the_larger_of_one_metre_and_half_a_permille(stated, measured, apart):
    assert differs(np.array([stated]), np.array([measured])).tolist() == [apart]
