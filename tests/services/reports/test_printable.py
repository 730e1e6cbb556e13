"""Foreign text stays text."""

import pytest

from services.printable import formula_free, printable, shortened


@pytest.mark.parametrize("start", "=+-@\t\r＝＋－＠")
def test_a_formula_gets_an_apostrophe(start):
    assert formula_free(f"{start}1+1") == f"'{start}1+1"


def test_a_formula_behind_blanks_gets_one_too():
    assert formula_free("  =1+1") == "'  =1+1"


@pytest.mark.parametrize("text", ["地块1", "1-2", "", "a=b", "3702020000000000001"])
def test_other_text_stays(text):
    assert formula_free(text) == text


@pytest.mark.parametrize("sign", ["\x00", "\x0b", "\x1b", "\u202e", "\u2066", "\ud800", "\uffff"])
def test_signs_that_break_files_or_lines_are_replaced(sign):
    assert printable(f"a{sign}b") == "a\ufffdb"


def test_lines_and_rare_signs_stay():
    assert printable("甲\n乙\t㙍𠮷") == "甲\n乙\t㙍𠮷"


def test_long_names_end_with_an_ellipsis():
    assert shortened("长" * 10_000, 10) == "长" * 9 + "…"
    assert shortened("一 行\n两 行") == "一 行 两 行"
