"""Features of a JSON text one at a time, so that only one of them is held as objects.

Numbers as objects take ten times the room of their digits: a file of 100 MB parsed at once
would need more than 1 GB.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from typing import Any

__all__ = ["JsonDocument", "documents_of"]

FEATURES = "features"
BLANKS = re.compile(r"[ \t\n\r]*")
# record separators may stand before and between the texts of a sequence (RFC 8142)
BETWEEN = re.compile(r"[ \t\n\r\x1e]*")
JsonDocument = dict[str, Any]
FeatureTaker = Callable[[Any], None]
DECODER = json.JSONDecoder()


def documents_of(text: str, take: FeatureTaker, end: Callable[[Any], None]) -> int:
    """Go through the values of a text: usually one, or one a line in a sequence.

    Parameters
    ----------
    take
        Is given every element of a list called `features` at the top, as soon as it is read.
    end
        Is given every value once it is read: an object without what went to `take` (the list
        itself is empty then), or anything else as it is.

    Returns
    -------
    int
        Number of values.

    Raises
    ------
    json.JSONDecodeError
        Where the text is not JSON.
    RecursionError
        It is nested too deep.
    """
    at, count = _end_of(BETWEEN, text, 0), 0
    while at < len(text) or not count:
        if count and text[at] != "{":
            raise json.JSONDecodeError("Extra data", text, at)
        if text[at : at + 1] == "{":
            value, at = _object(text, at, take)
        else:
            value, at = DECODER.raw_decode(text, at)
        end(value)
        at, count = _end_of(BETWEEN, text, at), count + 1
    return count


def _end_of(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _object(text: str, at: int, take: FeatureTaker) -> tuple[JsonDocument, int]:
    """Members of the object that begins at a place, and where it ends."""
    members: JsonDocument = {}
    at = _end_of(BLANKS, text, at + 1)
    if text[at : at + 1] == "}":
        return members, at + 1
    while True:
        name, at = _name(text, at)
        if name == FEATURES and text[at : at + 1] == "[":
            if FEATURES in members:
                raise json.JSONDecodeError("Duplicate list of features", text, at)
            members[name], at = [], _list(text, at, take)
        else:
            members[name], at = DECODER.raw_decode(text, at)
        sign, at = _next_sign(text, at, "}")
        if sign == "}":
            return members, at


def _name(text: str, at: int) -> tuple[str, int]:
    """Name of a member, and where its value begins."""
    if text[at : at + 1] != '"':
        raise json.JSONDecodeError("Expecting property name in double quotes", text, at)
    name, at = DECODER.raw_decode(text, at)
    at = _end_of(BLANKS, text, at)
    if text[at : at + 1] != ":":
        raise json.JSONDecodeError("Expecting ':' delimiter", text, at)
    return sys.intern(name), _end_of(BLANKS, text, at + 1)


def _list(text: str, at: int, take: FeatureTaker) -> int:
    """Hand over the elements of a list; where it ends."""
    at = _end_of(BLANKS, text, at + 1)
    if text[at : at + 1] == "]":
        return at + 1
    while True:
        value, at = DECODER.raw_decode(text, at)
        take(value)
        sign, at = _next_sign(text, at, "]")
        if sign == "]":
            return at


def _next_sign(text: str, at: int, closing: str) -> tuple[str, int]:
    """A comma, or the sign that closes, and the next place to read from."""
    at = _end_of(BLANKS, text, at)
    sign = text[at : at + 1]
    if sign == closing:
        return sign, at + 1
    if sign != ",":
        raise json.JSONDecodeError("Expecting ',' delimiter", text, at)
    return sign, _end_of(BLANKS, text, at + 1)
