"""The features of a file before any judgement on their shape or place."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from geo.crs import crs_label, parse_crs
from geo.errors import MissingCRSError, MixedCRSError
from geo.intake import Detected, Refusal
from geo.reading_codes import Fault

__all__ = [
    "LARGEST_EXACT_FLOAT",
    "RawFeatures",
    "attribute_table",
    "declared_crs",
    "plain_columns",
    "require_one_crs",
    "settled_crs",
    "unique_names",
]

GEOMETRY = "geometry"
SOURCE_INDEX = "source_index"
LARGEST_INT64 = 2**63 - 1
LARGEST_EXACT_FLOAT = 2**53


@dataclass(frozen=True, slots=True, eq=False)
class RawFeatures:
    """What a reader found: `count` features = rows of the frame + refused with an index.

    Attributes
    ----------
    frame
        In the CRS of the file, with `source_index`; geometry may be missing or invalid.
    """

    frame: gpd.GeoDataFrame
    detected: Detected
    count: int
    refused: tuple[Refusal, ...] = ()
    sha256: str = ""


def declared_crs(text: Any) -> CRS | None:
    """CRS that a file states; `None` where it states none or an undefined local one."""
    if text is None or not str(text).strip():
        return None
    crs = parse_crs(text)
    # GeoPackage has ids for undefined Cartesian (-1) and undefined geographic (0) systems
    defined = "undefined" not in crs.name.lower()
    return crs if defined and (crs.is_geographic or crs.is_projected) else None


def settled_crs(declared: CRS | None, option: str | None, *, file: str) -> CRS:
    """CRS of a file from what it states and what the user says.

    Raises
    ------
    MissingCRSError
        Neither names one.
    MixedCRSError
        They name different ones (`crs_contradicts`).
    """
    if option is None:
        if declared is None:
            raise MissingCRSError(file=file)
        return declared
    given = parse_crs(option)
    if declared is not None and declared != given:
        raise MixedCRSError(
            Fault.CRS_CONTRADICTS, file=file, found=crs_label(declared), given=crs_label(given)
        )
    return given


def require_one_crs(stated: Iterable[CRS | None], *, file: str) -> None:
    """Refuse layers of different CRSs (`mixed_crs`) where one input is wanted."""
    known = [crs for crs in stated if crs is not None]
    for crs in known[1:]:
        if crs != known[0]:
            raise MixedCRSError(file=file, found=crs_label(crs), needed=crs_label(known[0]))


def attribute_table(records: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Columns of one type each from records of any; what does not fit becomes text.

    Codes of many digits are never turned into floats; nested values become JSON text; a
    name that the frame needs for itself gets a figure.
    """
    names = list(dict.fromkeys(name for record in records for name in record))
    free = unique_names(names, taken=(GEOMETRY, SOURCE_INDEX))
    columns = {
        column: _column([record.get(name) for record in records])
        for name, column in zip(names, free, strict=True)
    }
    return pd.DataFrame(columns, index=pd.RangeIndex(len(records)))


def unique_names(names: Iterable[str], *, taken: Iterable[str] = ()) -> list[str]:
    """Names told apart by a figure where they differ in nothing but case, or are taken."""
    used = {name.lower() for name in taken}
    unique = []
    for name in names:
        free, figure = name, 1
        while free.lower() in used:
            free, figure = f"{name}_{figure}", figure + 1
        used.add(free.lower())
        unique.append(free)
    return unique


def plain_columns(table: pd.DataFrame) -> pd.DataFrame:
    """Columns of text, numbers, truth values and dates only.

    Bytes become hexadecimal text, lists and records JSON text, times of day text; moments
    with a zone become moments of UTC without one.
    """
    for name in table.columns:
        values = table[name]
        if isinstance(values.dtype, pd.DatetimeTZDtype):
            table[name] = values.dt.tz_convert("UTC").dt.tz_localize(None)
        elif values.dtype == object:
            table[name] = pd.Series(
                [_plain_text(value) for value in values], index=table.index, dtype="str"
            )
    return table


def _plain_text(value: Any) -> str | None:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False, default=str)
    return None if value is None or pd.isna(value) else str(value)


def _column(values: list[Any]) -> pd.Series:
    kinds = {type(value) for value in values if value is not None}
    complete = None not in values
    if kinds == {int} and _fits(values, complete=complete):
        return pd.Series(values, dtype="int64" if complete else "float64")
    if kinds and kinds <= {int, float} and float in kinds:
        return pd.Series(values, dtype="float64")
    if kinds == {bool} and complete:
        return pd.Series(values, dtype="bool")
    return pd.Series([_as_text(value) for value in values], dtype="str")


def _fits(values: list[Any], *, complete: bool) -> bool:
    largest = max(abs(value) for value in values if value is not None)
    return bool(largest <= (LARGEST_INT64 if complete else LARGEST_EXACT_FLOAT))


def _as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
