"""Printed areas: 1 ha = 10 000 m² = 15 mu, and every column adds up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.errors import InconsistentResultError
from services.reports.areas import AreaCells, area_cells, balance, cents, shared_areas


def texts(cells):
    return [cell.text for cell in cells.row]


def test_one_area_in_four_units():
    """30 m² of 20 000 m²: 0.0030 ha; 30 × 0.0015 = 0.045 mu, half up 0.05; 0.15 %."""
    assert texts(area_cells(30_00, 20_000_00)) == ["30.00", "0.0030", "0.05", "0.15"]


def test_mu_does_not_come_from_rounded_hectares():
    """36.60 m² = 0.0549 mu; from 0.0037 ha it would be 0.0555, printed 0.06."""
    assert area_cells(36_60, 20_000_00).mu.text == "0.05"


def test_what_is_above_nothing_is_never_printed_as_nothing():
    """0.42 m² of 20 000 m² is 0.00004 ha, 0.0006 mu, 0.002 %."""
    assert texts(area_cells(42, 20_000_00)) == ["0.42", "<0.0001", "<0.01", "<0.01"]
    assert texts(area_cells(0, 20_000_00)) == ["0.00", "0.0000", "0.00", "0.00"]


def test_thousands_are_grouped():
    assert area_cells(123_456_789_01, 123_456_789_01).m2.text == "123,456,789.01"


def test_thirds_add_up():
    """10 000 m² in thirds: 0.3333 + 0.3333 + 0.3334 ha, 33.33 + 33.33 + 33.34 %."""
    parts = balance([[3333_33, 3333_33, 3333_34]], total=10_000_00, overlap=0, place="x")
    assert [cells.ha.text for cells in parts.rows[0]] == ["0.3333", "0.3333", "0.3334"]
    assert [cells.share.text for cells in parts.rows[0]] == ["33.33", "33.33", "33.34"]
    assert parts.total.ha.text == "1.0000"


def test_four_halves_of_a_unit_are_two_units():
    """Four times 0.5 m² is 2 m²: 0.0002 ha, not four times 0.0001."""
    parts = balance([[50, 50, 50, 50]], total=2_00, overlap=0, place="x")
    assert sum(cells.ha.units for cells in parts.rows[0]) == 2


def test_overlap_is_taken_off():
    """6 000 + 6 000 − 2 000 = 10 000 m²."""
    parts = balance([[6000_00, 6000_00]], total=10_000_00, overlap=2000_00, place="x")
    assert [cells.share.text for cells in parts.rows[0]] == ["60.00", "60.00"]
    assert parts.overlap.share.text == "20.00"


def test_parts_that_do_not_add_up_are_refused():
    with pytest.raises(InconsistentResultError, match=r"found='30\.00'.*needed='30\.01'") as caught:
        balance([[10_00, 20_00]], total=30_01, overlap=0, place="地类图斑")
    assert caught.value.params["place"] == "地类图斑"


def test_parts_with_roundings_of_their_own_are_brought_to_the_site():
    """0.01 m² too much in the parts does not reach the total."""
    cells = shared_areas([12_000_01, 8_000_00], 20_000_00)
    assert sum(cell.m2.units for cell in cells) == 20_000_00


def test_a_sum_of_printed_cells():
    parts = [area_cells(10_00, 100_00), area_cells(20_00, 100_00)]
    assert texts(AreaCells.summed(parts)) == ["30.00", "0.0030", "0.05", "30.00"]


@pytest.mark.parametrize(("area", "units"), [(0.29, 29), (1234.57, 123_457), (0.0, 0)])
def test_printed_square_metres_are_whole_hundredths(area, units):
    assert cents(area) == units


areas = st.integers(min_value=0, max_value=10**11)
groups = st.lists(st.lists(areas, min_size=1, max_size=6), min_size=1, max_size=5)


@given(groups, st.integers(min_value=0, max_value=10**9))
def test_every_column_adds_up(groups, overlap):
    total = sum(map(sum, groups)) - overlap
    if total <= 0:
        return
    parts = balance(groups, total=total, overlap=overlap, place="x")
    for column in range(4):
        whole = parts.total.row[column].units + parts.overlap.row[column].units
        assert sum(group.row[column].units for group in parts.groups) == whole
        for rows, group in zip(parts.rows, parts.groups, strict=True):
            assert sum(row.row[column].units for row in rows) == group.row[column].units


@given(groups)
def test_square_metres_stay_as_they_are(groups):
    parts = balance(groups, total=sum(map(sum, groups)), overlap=0, place="x")
    assert [[row.m2.units for row in rows] for rows in parts.rows] == groups


@given(groups)
def test_hectares_move_by_few_units(groups):
    """Rounding half a unit and adjusting one, for the group and again for the row: below 4."""
    parts = balance(groups, total=sum(map(sum, groups)), overlap=0, place="x")
    for group, rows in zip(groups, parts.rows, strict=True):
        for area, row in zip(group, rows, strict=True):
            assert abs(row.ha.units - area / 100) < 4
