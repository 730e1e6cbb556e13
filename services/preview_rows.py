"""The first rows of an input as cells of text, as far as a page shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from services.printable import one_line

__all__ = ["RowState", "Sample", "SampleColumn", "SampleRow", "cell_text", "sample_of"]

ROWS_SHOWN = 20
COLUMNS_SHOWN = 60
CELL_SIGNS = 120
NOT_ATTRIBUTES = frozenset({"source_index", "geometry"})


class RowState(StrEnum):
    """What became of a feature."""

    KEPT = "kept"
    REPAIRED = "repaired"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class SampleColumn:
    """One attribute; numbers stand right, all else (codes of many digits too) is text."""

    name: str
    is_number: bool


@dataclass(frozen=True, slots=True)
class SampleRow:
    """One feature; `number` counts from 1 in its file."""

    file: str
    number: int
    state: RowState
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """The first rows; `total` features were read, `columns_left` columns are not shown."""

    columns: tuple[SampleColumn, ...] = ()
    rows: tuple[SampleRow, ...] = ()
    total: int = 0
    columns_left: int = 0


def sample_of(
    files: Sequence[tuple[str, gpd.GeoDataFrame]], states: Iterable[dict[int, RowState]], total: int
) -> Sample:
    """First rows over all files, with the columns of all of them.

    Parameters
    ----------
    files
        Name and features of each file, with `source_index` from 0 in each.
    states
        For each file, what became of its features; those not named were kept.
    total
        Features in all files, those without a row included.
    """
    heads, left = [], ROWS_SHOWN
    for (name, frame), state in zip(files, states, strict=True):
        head = frame.head(left)
        left -= len(head)
        if len(head):
            heads.append((name, head, state))
    names = list(dict.fromkeys(str(c) for _, head, _ in heads for c in _attributes(head)))
    shown = names[:COLUMNS_SHOWN]
    columns = tuple(
        SampleColumn(one_line(name), all(_is_number(head, name) for _, head, _ in heads))
        for name in shown
    )
    rows = tuple(row for name, head, state in heads for row in _rows(name, head, state, shown))
    return Sample(columns, rows, total, len(names) - len(shown))


def _attributes(frame: gpd.GeoDataFrame) -> list[Any]:
    return [column for column in frame.columns if column not in NOT_ATTRIBUTES]


def _is_number(frame: gpd.GeoDataFrame, name: str) -> bool:
    """Whether a column holds numbers; one that a file does not have speaks for neither."""
    if name not in frame.columns:
        return True
    dtype = frame[name].dtype
    return pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_bool_dtype(dtype)


def _rows(
    file: str, head: gpd.GeoDataFrame, state: dict[int, RowState], names: Sequence[str]
) -> Iterable[SampleRow]:
    values = {name: head[name].tolist() for name in names if name in head.columns}
    for at, index in enumerate(head["source_index"].tolist()):
        cells = tuple(cell_text(values[name][at]) if name in values else "" for name in names)
        yield SampleRow(file, int(index) + 1, state.get(int(index), RowState.KEPT), cells)


def cell_text(value: Any) -> str:
    """A cell as text: whole numbers without `.0`, nothing for what is missing."""
    if value is None or value is pd.NaT or value is pd.NA:
        return ""
    if isinstance(value, float):
        return np.format_float_positional(value, trim="-") if np.isfinite(value) else ""
    text = one_line(str(value))
    return text if len(text) <= CELL_SIGNS else f"{text[:CELL_SIGNS]}…"
