"""Foreign text made fit for documents: it stays text and stays in its place."""

from __future__ import annotations

import unicodedata

__all__ = ["NAME_LENGTH", "formula_free", "one_line", "printable", "shortened"]

NAME_LENGTH = 60
REPLACEMENT = "\ufffd"
KEPT_CONTROLS = frozenset("\n\t")
# marks that turn the reading direction of what follows them
DIRECTION_MARKS = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
UNPRINTABLE = frozenset({"Cc", "Cs", "Cn"})
FORMULA_STARTS = frozenset("=+-@\t\r＝＋－＠")


def printable(text: str) -> str:
    """Replace what XML cannot hold and what would reorder the line by U+FFFD."""
    return "".join(_shown(sign) for sign in text)


def _shown(sign: str) -> str:
    if sign in KEPT_CONTROLS:
        return sign
    if sign in DIRECTION_MARKS or unicodedata.category(sign) in UNPRINTABLE:
        return REPLACEMENT
    return sign


def one_line(text: str) -> str:
    """Printable text on one line; a single line keeps its blanks."""
    return printable(text.replace("\n", " ").replace("\t", " "))


def shortened(text: str, length: int = NAME_LENGTH) -> str:
    """One line of at most `length` signs; what is cut off leaves an ellipsis."""
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[: length - 1]}…"


def formula_free(text: str) -> str:
    """Text that no spreadsheet takes for a formula, also after a detour through CSV."""
    starts = text[:1] in FORMULA_STARTS or text.lstrip()[:1] in FORMULA_STARTS
    return f"'{text}" if starts else text
