"""Columns of Arrow as columns of text, numbers, truth values and dates."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
import pyarrow as pa

from geo.io.raw_features import attribute_table, plain_columns, unique_names

__all__ = ["table_of_arrow"]


def table_of_arrow(table: pa.Table, *, leave_out: Iterable[str] = ()) -> pd.DataFrame:
    """Attributes of a table; whole numbers stay exact, what is nested becomes JSON text.

    Long whole numbers beside missing ones, decimal fractions of fixed digits and times of day
    become text rather than lose digits.
    """
    left_out = set(leave_out)
    kept = [at for at, name in enumerate(table.column_names) if name not in left_out]
    names = unique_names(
        [str(table.column_names[at]) for at in kept], taken=("geometry", "source_index")
    )
    columns = {name: _series(table.column(at)) for name, at in zip(names, kept, strict=True)}
    return plain_columns(pd.DataFrame(columns, index=pd.RangeIndex(table.num_rows)))


def _series(column: pa.ChunkedArray) -> pd.Series:
    kind = column.type
    if pa.types.is_floating(kind):
        return pd.Series(column.cast(pa.float64()).to_pandas())
    if column.null_count == 0 and (pa.types.is_boolean(kind) or pa.types.is_signed_integer(kind)):
        return pd.Series(column.to_pandas())
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return _moments(column)
    return attribute_table([{"value": _plain(value)} for value in column.to_pylist()]).get(
        "value", pd.Series([None] * len(column), dtype="str")
    )


def _moments(column: pa.ChunkedArray) -> pd.Series:
    """Dates; as text where one of them lies beyond what a date can hold."""
    try:
        return pd.Series(column.to_pandas(date_as_object=False))
    except (pa.ArrowException, ValueError, OverflowError):
        return pd.Series(column.cast(pa.string()).to_pandas(), dtype="str")


def _plain(value: Any) -> Any:
    """A value that JSON knows; bytes as hexadecimal text, the rest as it prints."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)
