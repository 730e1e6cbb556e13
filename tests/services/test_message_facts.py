"""Facts of a message come from foreign files; none of their signs may steer a terminal."""

import pytest

from services.messages import message_of


@pytest.mark.parametrize("sign", ["\x1a", "\x1b[31m", "\u202e", "\x00", "\x7f", "\x9b"])
def test_control_signs_are_replaced(sign):
    words = message_of("bad_line", {"file": "a.txt", "line": 3, "text": f"J1{sign}2"})
    for text in (words.zh, words.en):
        assert sign[0] not in text
        assert "J1\ufffd" in text


def test_a_fact_stays_on_one_line():
    words = message_of("bad_line", {"file": "a\nb.txt", "line": 3, "text": "J1\t2"})
    assert "a b.txt" in words.en
    assert "J1 2" in words.en
