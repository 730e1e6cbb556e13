"""Encodings of Chinese files: UTF-8, GB18030 and what a file claims of itself.

GB18030 contains GBK and GB2312. A claim is believed only when the bytes agree with it:
UTF-8 with multi-byte signs hardly ever arises by chance, while GBK decodes nearly anything.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from geo.errors import UnreadableFileError
from geo.reading_codes import Fault

__all__ = [
    "GB18030",
    "ChosenEncoding",
    "choose_encoding",
    "decode_text",
    "encoding_named",
    "is_cut",
]

UTF8, GB18030 = "UTF-8", "GB18030"
CHINESE_FAMILY = frozenset({"gbk", "gb2312", "gb18030", "hz"})
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", UTF8),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
# two-byte UTF-8 ends below this code point; GBK pairs may look like it, e.g. 陇 or ʡ
FIRST_THREE_BYTE = 0x0800
# share of everyday signs (GB2312 level 1) above which a text is taken for Chinese
EVERYDAY_SHARE = 0.5
SIGNS_LOOKED_AT = 2_000
RUNS_LOOKED_AT = 500
CONTROL_SIGN = re.compile(r"[\x00-\x08\x0b\x0e-\x19\x1b-\x1f]")
BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")


@dataclass(frozen=True, slots=True)
class ChosenEncoding:
    """Encoding that fits the bytes; `contradicted` when the file claims another."""

    name: str
    contradicted: bool = False


def encoding_named(name: str) -> str:
    """Name of an encoding as Python knows it.

    Raises
    ------
    UnreadableFileError
        There is no such encoding (`unknown_encoding`).
    """
    try:
        codec = codecs.lookup(name.strip())
    except (LookupError, ValueError) as err:
        raise UnreadableFileError(Fault.UNKNOWN_ENCODING, encoding=ascii(name)) from err
    return GB18030 if codec.name in CHINESE_FAMILY else codec.name.upper()


def choose_encoding(samples: Sequence[bytes], claimed: str | None = None) -> ChosenEncoding | None:
    """Encoding in which all samples can be read; `None` when there is none.

    A sample may end inside a sign, as text cut at a field's width does.
    """
    samples = [sample for sample in samples if not sample.isascii()]
    if not samples:
        return ChosenEncoding(claimed or UTF8)
    as_utf8 = _decoded(samples, UTF8)
    as_chinese = _decoded(samples, GB18030)
    if as_utf8 is not None and any(ord(sign) >= FIRST_THREE_BYTE for sign in as_utf8):
        return _against(UTF8, claimed)
    if claimed is not None and claimed not in (UTF8, GB18030):
        chinese = as_chinese is not None and _everyday_share(as_chinese) > EVERYDAY_SHARE
        if not chinese and _decoded(samples, claimed) is not None:
            return ChosenEncoding(claimed)
    if as_chinese is not None and (
        as_utf8 is None or claimed == GB18030 or _everyday_share(as_chinese) > EVERYDAY_SHARE
    ):
        return _against(GB18030, claimed)
    return _against(UTF8, claimed) if as_utf8 is not None else None


def _against(found: str, claimed: str | None) -> ChosenEncoding:
    return ChosenEncoding(found, contradicted=claimed is not None and claimed != found)


def _decoded(samples: Sequence[bytes], encoding: str) -> str | None:
    """Signs outside ASCII of all samples; `None` when one of them does not decode."""
    decode = codecs.getincrementaldecoder(encoding)
    signs: list[str] = []
    for sample in samples:
        try:
            text = decode("strict").decode(sample, final=False)
        except UnicodeDecodeError:
            return None
        if CONTROL_SIGN.search(text):
            return None
        signs.extend(match.group() for match in islice(BEYOND_ASCII.finditer(text), RUNS_LOOKED_AT))
    return "".join(signs)


def is_cut(sample: bytes, encoding: str) -> bool:
    """Whether a text ends inside a sign."""
    decoder = codecs.getincrementaldecoder(encoding)("ignore")
    decoder.decode(sample, final=False)
    return bool(decoder.getstate()[0])


def _everyday_share(signs: str) -> float:
    looked_at = signs[:SIGNS_LOOKED_AT]
    return sum(map(_is_everyday, looked_at)) / len(looked_at) if looked_at else 0.0


def _is_everyday(sign: str) -> bool:
    try:
        row = sign.encode("gb2312")[0]
    except UnicodeEncodeError:
        return False
    return row <= 0xA3 or 0xB0 <= row <= 0xD7


def decode_text(data: bytes, *, encoding: str | None, file: str) -> tuple[str, str]:
    """Text of a file and the name of its encoding; byte order marks are taken out.

    Parameters
    ----------
    encoding
        What the user says; `None` tries UTF-8 strictly, then GB18030.

    Raises
    ------
    UnreadableFileError
        No encoding fits, or not the one given (`unreadable_encoding`, `unknown_encoding`).
    """
    for mark, codec, name in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _below_mark(data, codec, name, file=file)
    if encoding is not None:
        name = encoding_named(encoding)
        return _strictly(data, name, file=file), name
    chosen = choose_encoding([data])
    if chosen is None:
        raise UnreadableFileError(Fault.UNREADABLE_ENCODING, file=file)
    return _strictly(data, chosen.name, file=file), chosen.name


def _below_mark(data: bytes, codec: str, name: str, *, file: str) -> tuple[str, str]:
    """Text under a byte order mark; some editors put that of UTF-8 before GBK."""
    try:
        return _strictly(data, codec, file=file), name
    except UnreadableFileError:
        rest = data[len(codecs.BOM_UTF8) :]
        chosen = choose_encoding([rest]) if name == UTF8 else None
        if chosen is None or chosen.name != GB18030:
            raise
        return _strictly(rest, GB18030, file=file), GB18030


def _strictly(data: bytes, codec: str, *, file: str) -> str:
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as err:
        raise UnreadableFileError(Fault.UNREADABLE_ENCODING, file=file) from err
    if CONTROL_SIGN.search(text):
        raise UnreadableFileError(Fault.UNREADABLE_ENCODING, file=file)
    # joined files carry a mark in the middle, and DOS files end with a Ctrl-Z
    return text.replace("\ufeff", "").rstrip("\x1a")
