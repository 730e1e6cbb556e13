"""What a list says of a parcel beside its points, as one record of text."""

from __future__ import annotations

import re
from typing import Any

from geo.io.coordinate_table.records import TableParcel
from geo.io.coordinate_table.sheet import EXACT_DIGITS_BELOW, Cell, text_of
from geo.io.coordinate_table.words import column_name, fact_column

__all__ = ["is_damaged_code", "parcel_record", "varying_columns"]

NUMBER_COLUMN, NAME_COLUMN, AREA_COLUMN = "地块编号", "地块名称", "地块面积"
AMOUNT = re.compile(
    r"\s*约?\s*(\d[\d,]*(?:\.\d+)?)\s*(平方米|平米|㎡|m²|m2|公顷|hm²|hm2|ha|亩)?", re.IGNORECASE
)
GUARDED = re.compile(r"'\s*[=+\-@＝＋－＠]")
EXPONENT = re.compile(r"\d(?:\.\d+)?[eE]\+?\d{2}")


def parcel_record(parcel: TableParcel, *, sheet: str) -> dict[str, Any]:
    """Number, name and stated area, and every column that is the same for all its points.

    Parameters
    ----------
    sheet
        Name of the sheet where it stands for the name of the parcel; empty otherwise.
    """
    facts = {key: _unguarded(value) for key, value in parcel.facts.items()}
    record: dict[str, Any] = {
        NUMBER_COLUMN: facts.get("parcel_number", ""),
        NAME_COLUMN: facts.get("parcel_name") or facts.get("title") or sheet,
        AREA_COLUMN: _amount(facts.get("area", "")),
    }
    for key, value in facts.items():
        column = fact_column(key)
        if column is not None:
            record.setdefault(column, value)
    for heading, values in parcel.values.items():
        name = AREA_COLUMN if heading == "area" else column_name(heading)
        texts = {text_of(value) for value in values}
        if len(texts) == 1 and not record.get(name):
            text = texts.pop()
            record[name] = _amount(text) if heading == "area" else text
    return record


def _unguarded(text: str) -> str:
    """Text without the mark that keeps spreadsheets from taking it for a formula."""
    return text[1:] if GUARDED.match(text) else text


def _amount(text: str) -> str:
    """The first area of a text such as `18,900.00 平方米　1.8900 公顷`."""
    found = AMOUNT.match(text)
    return f"{found.group(1).replace(',', '')}{found.group(2) or ''}" if found else text


def varying_columns(parcel: TableParcel) -> list[str]:
    """Headings of columns whose values differ from point to point."""
    return [
        heading
        for heading, values in parcel.values.items()
        if len({text_of(value) for value in values}) > 1
    ]


def is_damaged_code(cell: Cell) -> bool:
    """Whether a cell holds a code of more digits than a spreadsheet's number keeps."""
    if isinstance(cell, (int, float)):
        return abs(cell) >= EXACT_DIGITS_BELOW
    return isinstance(cell, str) and bool(EXPONENT.fullmatch(cell.strip()))
