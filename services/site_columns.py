"""Columns of a file that say which parcel a feature is and what area it is said to have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.errors import Param, UnreadableFileError
from geo.intake import Note
from geo.reading_codes import Fault, Remark
from geo.stated_area import differs, stated_areas

__all__ = ["OUR_COLUMNS", "named_sites", "with_stated_areas"]

OUR_COLUMNS = ("source_index", "site_id", "site_name", "stated_area_m2")
# in order of preference, compared in lower case; a shapefile in UTF-8 cuts names at 3 signs
ID_FIELDS = (
    "site_id", "地块编号", "地块编", "dkbh", "dkbm", "宗地代码", "宗地代", "zddm", "项目编号",
    "项目编", "xmbh", "图斑编号", "图斑编", "tbbh", "编号", "标识码", "bsm", "id", "objectid",
    "fid",
)  # fmt: skip
NAME_FIELDS = (
    "site_name", "地块名称", "地块名", "dkmc", "项目名称", "项目名", "xmmc", "名称", "mc", "name",
)  # fmt: skip
AREA_FIELDS = ("stated_area_m2", "地块面积", "地块面", "dkmj")
OWN_AREA_FIELD = "stated_area_m2"
MOST_AREA_NOTES = 20


def named_sites(frame: gpd.GeoDataFrame, *, id_field: str | None, file: str) -> gpd.GeoDataFrame:
    """Frame with `site_id` and `site_name` as text (empty where unknown) in front.

    Raises
    ------
    UnreadableFileError
        `id_field` is no column of the file (`field_not_found`).
    """
    columns = [name for name in frame.columns if name not in ("source_index", "geometry")]
    if id_field is not None and id_field not in columns:
        raise UnreadableFileError(
            Fault.FIELD_NOT_FOUND, file=file, field=id_field, fields="、".join(map(str, columns))
        )
    identifier = id_field or _first_of(ID_FIELDS, columns)
    name = _first_of(NAME_FIELDS, [column for column in columns if column != identifier])
    texts = {"site_id": _texts(frame, identifier), "site_name": _texts(frame, name)}
    rest = frame.drop(columns=[column for column in texts if column in frame.columns])
    return rest.assign(**texts)


def _first_of(wanted: Sequence[str], columns: Sequence[Any]) -> Any | None:
    by_name = {str(column).lower(): column for column in reversed(columns)}
    return next((by_name[name] for name in wanted if name in by_name), None)


def _texts(frame: gpd.GeoDataFrame, column: Any | None) -> pd.Series:
    if column is None:
        return pd.Series("", index=frame.index, dtype="str")
    return pd.Series([_text(value) for value in frame[column]], index=frame.index, dtype="str")


def _text(value: Any) -> str:
    """Text of a cell; whole numbers that a missing neighbour made floats lose their `.0`."""
    if value is None or value is pd.NaT or (isinstance(value, float) and not np.isfinite(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def with_stated_areas(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, str | None, list[Note]]:
    """Frame with `stated_area_m2`, the unit found, and remarks on areas that disagree.

    The frame has valid polygons in metres and comes from one file.
    """
    columns = [name for name in frame.columns if name not in ("source_index", "geometry")]
    field = _first_of(AREA_FIELDS, columns)
    measured = np.asarray(shapely.area(np.asarray(frame.geometry.array, dtype=object)))
    if field is None:
        return frame.assign(stated_area_m2=np.nan), None, []
    if field == OWN_AREA_FIELD:
        stated = pd.to_numeric(frame[field], errors="coerce").to_numpy(dtype=float)
        unit = "m2" if np.isfinite(stated).any() else None
    else:
        found = stated_areas([_text(value) for value in frame[field]], measured)
        stated, unit = found.area_m2, found.unit
    notes = list(_mismatches(frame, stated, measured))
    return frame.assign(stated_area_m2=stated), unit, notes


def _mismatches(
    frame: gpd.GeoDataFrame, stated: np.ndarray, measured: np.ndarray
) -> Sequence[Note]:
    apart = np.flatnonzero(differs(stated, measured))
    notes = []
    for at in apart[:MOST_AREA_NOTES]:
        facts: dict[str, Param] = {
            "feature": int(frame["source_index"].iloc[at]) + 1,
            "site": str(frame["site_id"].iloc[at] or frame["site_name"].iloc[at] or "–"),
            "stated_m2": f"{stated[at]:.2f}",
            "measured_m2": f"{measured[at]:.2f}",
        }
        notes.append(Note(Remark.AREA_MISMATCH, facts, int(frame["source_index"].iloc[at])))
    if len(apart) > MOST_AREA_NOTES:
        notes.append(Note(Remark.AREA_MISMATCHES_MORE, {"count": len(apart) - MOST_AREA_NOTES}))
    return notes
