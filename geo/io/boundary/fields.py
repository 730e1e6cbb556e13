"""Texts of the parcel line of a coordinate TXT, taken from a frame and made safe for it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import pandas as pd

__all__ = [
    "AREA_COLUMN",
    "CLASS_COLUMN",
    "MORE_COLUMN",
    "NAME_COLUMN",
    "NUMBER_COLUMN",
    "SHEET_COLUMN",
    "USE_COLUMN",
    "ParcelTexts",
    "parcel_texts",
    "plain_text",
]

NUMBER_COLUMN, NAME_COLUMN, AREA_COLUMN = "地块编号", "地块名称", "地块面积"
SHEET_COLUMN, USE_COLUMN, CLASS_COLUMN = "图幅号", "地块用途", "地类编码"
# what stands between the eighth field and the @, in dialects that have more fields
MORE_COLUMN = "其他字段"
# columns that fill a field, in order of preference
SOURCES = {
    NUMBER_COLUMN: ("site_id", NUMBER_COLUMN),
    NAME_COLUMN: ("site_name", NAME_COLUMN),
    SHEET_COLUMN: (SHEET_COLUMN,),
    USE_COLUMN: (USE_COLUMN,),
    CLASS_COLUMN: (CLASS_COLUMN,),
}
# these say again what the outline, or the order of the file, says
NOT_ATTRIBUTES = frozenset({"geometry", "source_index", "stated_area_m2", AREA_COLUMN})
# the comma separates fields and the @ ends them; their full-width forms read alike
SEPARATORS = str.maketrans({",": "，", "@": "＠"})
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
HALF_SIGN = re.compile("[\ud800-\udfff]")


@dataclass(slots=True)
class ParcelTexts:
    """Fields of n parcels by column; `changed` are texts before and after, with their row."""

    texts: dict[str, list[str]]
    changed: list[tuple[int, str, str]] = field(default_factory=list)
    left_out: tuple[str, ...] = ()


def plain_text(text: str) -> str:
    """Text on one line without what separates fields; no sign is lost without a trace."""
    shown = HALF_SIGN.sub("\ufffd", UNPRINTABLE.sub(" ", text.translate(SEPARATORS)))
    return " ".join(shown.split())


def parcel_texts(frame: gpd.GeoDataFrame) -> ParcelTexts:
    """Number, name, sheet, use and class of each row; blank where the frame has none.

    `left_out` names columns with a value that the format has no field for.
    """
    columns = [name for name in frame.columns if name not in NOT_ATTRIBUTES]
    found = ParcelTexts({})
    written = []
    for wanted, sources in SOURCES.items():
        column = next((name for name in sources if name in columns), None)
        originals = [""] * len(frame) if column is None else _texts(frame[column])
        written.append(originals)
        found.texts[wanted] = [plain_text(text) for text in originals]
        pairs = enumerate(zip(originals, found.texts[wanted], strict=True))
        found.changed += [(row, *pair) for row, pair in pairs if pair[0].strip() != pair[1]]
    found.left_out = tuple(_left_out(frame, columns, written))
    return found


def _left_out(
    frame: gpd.GeoDataFrame, columns: Sequence[object], written: Sequence[list[str]]
) -> list[str]:
    texts = {str(name): _texts(frame[name]) for name in columns}
    return [name for name, values in texts.items() if any(values) and values not in written]


def _texts(values: pd.Series) -> list[str]:
    return [_text(value) for value in values]


def _text(value: Any) -> str:
    """Text of a cell; whole numbers that a missing neighbour made floats lose their `.0`."""
    if isinstance(value, str):
        return value
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
