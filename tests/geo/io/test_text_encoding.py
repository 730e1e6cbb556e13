"""Encodings found from the bytes."""

import pytest

from geo.errors import UnreadableFileError
from geo.io.text_encoding import choose_encoding, decode_text, encoding_named

CHINESE = "薛城区陶庄镇工业用地"


@pytest.mark.parametrize(
    ("data", "claimed", "found", "contradicted"),
    [
        ([b"plain"], None, "UTF-8", False),
        ([b"plain"], "GB18030", "GB18030", False),
        ([], None, "UTF-8", False),
        ([CHINESE.encode("utf-8")], None, "UTF-8", False),
        ([CHINESE.encode("gbk")], None, "GB18030", False),
        ([CHINESE.encode("gbk")], "GB18030", "GB18030", False),
        # wrong claims
        ([CHINESE.encode("utf-8")], "GB18030", "UTF-8", True),
        ([CHINESE.encode("gbk")], "UTF-8", "GB18030", True),
        ([CHINESE.encode("gbk")], "ISO8859-1", "GB18030", True),
        ([CHINESE.encode("gbk")], "CP1252", "GB18030", True),
        # GBK that happens to be valid UTF-8 of two bytes a sign: 联 is not, 省 and 市 are
        (["省市".encode("gbk")], None, "GB18030", False),
        # Western text keeps its claim
        (["Café Müller".encode("latin-1")], "ISO8859-1", "ISO8859-1", False),
        # cut inside a sign, as at the width of a field
        ([CHINESE.encode("utf-8")[:-1]], None, "UTF-8", False),
        ([CHINESE.encode("gbk")[:-1]], None, "GB18030", False),
    ],
)
def test_bytes_against_claims(data, claimed, found, contradicted):
    chosen = choose_encoding(data, claimed)
    assert (chosen.name, chosen.contradicted) == (found, contradicted)


def test_bytes_that_are_no_text():
    assert choose_encoding([b"\xff\xff\xfe\x00"]) is None


@pytest.mark.parametrize("name", ["gbk", "GB2312", "cp936", " gb18030 "])
def test_the_chinese_family_is_read_as_its_largest_member(name):
    assert encoding_named(name) == "GB18030"


@pytest.mark.parametrize("name", ["klingon", "", "utf\x008", "克林贡"])
def test_a_name_that_is_no_encoding(name):
    with pytest.raises(UnreadableFileError, match="unknown_encoding"):
        encoding_named(name)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk"])
def test_text_of_a_file(encoding):
    text, _ = decode_text(CHINESE.encode(encoding), encoding=None, file="a.txt")
    assert text == CHINESE


def test_the_users_word_is_taken_strictly():
    data = CHINESE.encode("gbk")
    assert decode_text(data, encoding="gbk", file="a.txt") == (CHINESE, "GB18030")
    with pytest.raises(UnreadableFileError, match="unreadable_encoding"):
        decode_text(data, encoding="utf-8", file="a.txt")


@pytest.mark.parametrize("data", [b"\x00\x01\x02", b"a\xff\xff\xffb", b"MZ\x90\x00\x03"])
def test_binary_is_no_text(data):
    with pytest.raises(UnreadableFileError, match="unreadable_encoding"):
        decode_text(data, encoding=None, file="a.txt")
