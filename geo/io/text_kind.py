"""Whether a plain text is WKT or a list of coordinates, by its first lines."""

from __future__ import annotations

import codecs
import re

from geo.io.coordinate_table.delimited_text import sheet_of_text
from geo.io.coordinate_table.layout import layout_at
from geo.io.coordinate_table.magnitudes import layout_by_magnitude
from geo.io.coordinate_table.values import has_digit
from geo.io.text_encoding import choose_encoding
from geo.io.wkt_text import BEGINNING

__all__ = ["head_text", "looks_like_table", "looks_like_wkt"]

TABLE_SUFFIXES = frozenset({".csv", ".tsv", ".tab", ".txt", ".dat", ".pts", ".asc", ".wkt", ""})
# a line of a parcel in a coordinate TXT, whatever follows the mark
PARCEL_LINE = re.compile(r"[,，\t]\s*[@＠]|[@＠]\s*$", re.MULTILINE)
MARKS = ("@", "＠")


def head_text(head: bytes, *, cut: bool) -> str:
    """Text of the first bytes of a file; of several lines, without one that was cut off."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = head.decode("utf-16", "ignore")
    else:
        chosen = choose_encoding([head])
        text = head.decode(chosen.name if chosen else "utf-8", "ignore")
    text = text.lstrip("\ufeff").lstrip()
    return text.rpartition("\n")[0] or text if cut else text


def looks_like_wkt(text: str) -> bool:
    """Whether a text begins with a geometry in WKT or EWKT."""
    return BEGINNING.match(text) is not None


def looks_like_table(text: str, suffix: str) -> bool:
    """Whether a text has headings of coordinates, or lines that hold a pair of them."""
    if suffix not in TABLE_SUFFIXES or not has_digit(text):
        return False
    if PARCEL_LINE.search(text) or (suffix == ".txt" and any(mark in text for mark in MARKS)):
        return False
    try:
        sheet, _ = sheet_of_text(text, name="", file="")
    except ValueError:
        # a quoted cell that the first bytes cut off; its reader says what is wrong
        return suffix in (".csv", ".tsv")
    rows = range(len(sheet.rows))
    return layout_by_magnitude(sheet, rows) is not None or any(
        layout_at(sheet, row, {}) for row in rows
    )
