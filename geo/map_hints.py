"""Words in a file that speak of a public map, whose coordinates are shifted."""

from __future__ import annotations

import re
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from geo.datum_change import DatumKind

__all__ = ["MapHint", "map_hint"]

BAIDU = re.compile(r"百度|baidu|(?<![a-z])bd-?_?09", re.IGNORECASE)
AMAP = re.compile(r"高德|火星坐标|(?<![a-z])amap|autonavi|gcj-?_?02|腾讯地图", re.IGNORECASE)
# DataV.GeoAtlas (Aliyun) marks the outlines of AMap by these fields
DATAV_FIELDS = frozenset({"acroutes", "subFeatureIndex", "childrenNum"})
MOST_ROWS = 1000


@dataclass(frozen=True, slots=True)
class MapHint:
    """Which map the file speaks of, and the word that says so."""

    kind: DatumKind
    word: str


def map_hint(frame: gpd.GeoDataFrame, file: str) -> MapHint | None:
    """The first word of a public map in the name of a file, its fields or its texts."""
    names = [str(name) for name in frame.columns if name != frame.geometry.name]
    for text in (file, *names):
        found = _named(text)
        if found is not None:
            return found
    datav = sorted(DATAV_FIELDS.intersection(names))
    if datav and "adcode" in names:
        return MapHint(DatumKind.GCJ02, datav[0])
    for name in names:
        column = frame[name].iloc[:MOST_ROWS]
        if pd.api.types.is_string_dtype(column.dtype):
            for text in column.dropna().astype(str).unique():
                found = _named(text)
                if found is not None:
                    return found
    return None


def _named(text: str) -> MapHint | None:
    for kind, pattern in ((DatumKind.BD09, BAIDU), (DatumKind.GCJ02, AMAP)):
        found = pattern.search(text)
        if found is not None:
            return MapHint(kind, found.group())
    return None
