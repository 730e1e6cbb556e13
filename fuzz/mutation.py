"""Bytes spoilt as transfers, editors and attackers spoil them, the same for the same seed."""

from __future__ import annotations

import io
import random
import zipfile

__all__ = ["spoilt", "spoilt_archive"]

SIGNS = b'0123456789.,-@J[]{}()<>"eE \r\n'
PIECES = (
    b"\xff" * 8,
    bytes(8),
    b"\x7f\xff\xff\xff",
    b"\x80\x00\x00\x00",
    b"\x00\x00\x00\x80",
    b"nan,",
    b"inf",
    b"1e999",
    b"@",
    b",",
    b"\r\n",
    b"[",
    b"{",
    b"(",
    b"-1",
    b"\xef\xbb\xbf",
    b"\x1a",
    "，".encode("gbk"),
    "度".encode(),
)
ROUNDS = (1, 1, 2, 4, 16)


def spoilt(data: bytes, rng: random.Random, other: bytes = b"") -> bytes:
    """A few random faults: signs changed, pieces put in, cut, doubled, swapped, or truncated.

    Parameters
    ----------
    other
        Another file, of which pieces are spliced in.
    """
    changed = bytearray(data)
    for _ in range(rng.choice(ROUNDS)):
        if not changed:
            break
        rng.choice(FAULTS)(changed, rng, other)
    return bytes(changed)


def spoilt_archive(data: bytes, rng: random.Random, other: bytes = b"") -> bytes:
    """A sound archive with one spoilt member, which no checksum gives away."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        members = [info for info in source.infolist() if not info.is_dir()]
        victim = rng.choice(members)
        for info in members:
            content = source.read(info)
            target.writestr(info, spoilt(content, rng, other) if info is victim else content)
    return packed.getvalue()


def _change(data: bytearray, rng: random.Random, _other: bytes) -> None:
    at = rng.randrange(len(data))
    data[at] = rng.choice(SIGNS) if rng.random() < 0.6 else rng.randrange(256)


def _put_in(data: bytearray, rng: random.Random, _other: bytes) -> None:
    at, piece = rng.randrange(len(data)), rng.choice(PIECES)
    length = len(piece) if rng.random() < 0.5 else 0
    data[at : at + length] = piece


def _cut_out(data: bytearray, rng: random.Random, _other: bytes) -> None:
    at = rng.randrange(len(data))
    del data[at : at + rng.randrange(1, 64)]


def _cut_off(data: bytearray, rng: random.Random, _other: bytes) -> None:
    del data[rng.randrange(len(data)) :]


def _double(data: bytearray, rng: random.Random, _other: bytes) -> None:
    at = rng.randrange(len(data))
    piece = bytes(data[at : at + rng.randrange(1, 256)])
    data[at:at] = piece * rng.choice((1, 1, 2, 50))


def _splice(data: bytearray, rng: random.Random, other: bytes) -> None:
    if other:
        start = rng.randrange(len(other))
        piece = other[start : start + rng.randrange(1, 512)]
        at = rng.randrange(len(data))
        data[at : at + len(piece)] = piece


def _swap(data: bytearray, rng: random.Random, _other: bytes) -> None:
    one, two = rng.randrange(len(data)), rng.randrange(len(data))
    size = rng.randrange(1, 32)
    first, second = bytes(data[one : one + size]), bytes(data[two : two + size])
    data[one : one + len(second)] = second
    data[two : two + len(first)] = first


def _flip_bit(data: bytearray, rng: random.Random, _other: bytes) -> None:
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


FAULTS = (
    _change,
    _change,
    _put_in,
    _put_in,
    _cut_out,
    _double,
    _splice,
    _swap,
    _flip_bit,
    _cut_off,
)
