"""Side files of a shapefile: what its table is too narrow for.

`<stem>_字段对照.csv` tells the full names of fields whose names had to be cut, and
`<stem>_超长文本.csv` has the texts that are longer than 254 bytes. People open them in a
spreadsheet; our reader puts both back where they belong.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from geo.errors import Param
from geo.intake import Note
from geo.io.side_file_ends import ALIAS_END, SIDE_FILE_ENDS, TEXT_END
from geo.reading_codes import Remark

__all__ = [
    "is_side_file",
    "restored_table",
    "write_alias_table",
    "write_long_texts",
]

ALIAS_HEAD = ("字段", "原名")
TEXT_HEAD = ("行", "字段", "全文")
ENCODING = "utf-8-sig"
SHOWN_NAMES = 5


def is_side_file(path: Path) -> bool:
    """Whether a file lies beside the shapefile that it belongs to."""
    for end in SIDE_FILE_ENDS:
        if path.name.endswith(end):
            return path.with_name(path.name.removesuffix(end) + ".shp").exists()
    return False


def write_alias_table(path: Path, names: Mapping[str, str]) -> None:
    """Write short names with the full ones."""
    _write(path, [ALIAS_HEAD, *names.items()])


def write_long_texts(path: Path, texts: Iterable[tuple[int, str, str]]) -> None:
    """Write whole texts with their row (from 1) and the short name of their field."""
    _write(path, [TEXT_HEAD, *((str(row), name, text) for row, name, text in texts)])


def _write(path: Path, rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding=ENCODING, newline="") as target:
        csv.writer(target).writerows(rows)


def restored_table(
    table: pd.DataFrame, parts: Mapping[str, Path], *, file: str
) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    """Attributes with their full names and texts, as far as the side files know them.

    Parameters
    ----------
    table
        With `source_index`.
    parts
        Parts of the shapefile; those named by `SIDE_FILE_ENDS` are read.

    Returns
    -------
    tuple
        The table, and a remark on everything that was put back or could not be read. What
        does not fit the table (a field that it lacks, a text that its cell is no beginning
        of) is left alone.
    """
    notes: list[Note] = []
    if TEXT_END in parts:
        table = _with_long_texts(table, parts[TEXT_END], notes, file)
    if ALIAS_END in parts:
        table = _with_full_names(table, parts[ALIAS_END], notes, file)
    return table, tuple(notes)


def _rows_of(
    path: Path, head: Sequence[str], notes: list[Note], file: str
) -> Sequence[Sequence[str]]:
    """Rows below the head; none, with a remark, when the file is not as we write it."""
    try:
        with path.open(encoding=ENCODING, newline="") as source:
            first, *rows = list(csv.reader(source, strict=True)) or [[]]
    except (UnicodeDecodeError, csv.Error):
        first, rows = [], []
    if tuple(first) != tuple(head):
        notes.append(Note(Remark.SIDE_FILE_UNREAD, {"file": file, "side_file": path.name}))
        return []
    return [row for row in rows if len(row) == len(head)]


def _with_full_names(table: pd.DataFrame, path: Path, notes: list[Note], file: str) -> pd.DataFrame:
    full = {short: name for short, name in _rows_of(path, ALIAS_HEAD, notes, file) if name}
    wanted = [full.get(str(column), str(column)) for column in table.columns]
    changed = [name for name, column in zip(wanted, table.columns, strict=True) if name != column]
    if not changed or len({name.casefold() for name in wanted}) < len(wanted):
        return table
    notes.append(Note(Remark.NAMES_RESTORED, _listed(changed, file)))
    return table.set_axis(wanted, axis=1)


def _with_long_texts(table: pd.DataFrame, path: Path, notes: list[Note], file: str) -> pd.DataFrame:
    whole: dict[str, dict[int, str]] = {}
    positions = {str(index + 1): at for at, index in enumerate(table["source_index"])}
    for row, name, text in _rows_of(path, TEXT_HEAD, notes, file):
        at = positions.get(row, -1)
        cell = table[name].iloc[at] if name in table.columns and at >= 0 else None
        if isinstance(cell, str) and cell and text.startswith(cell):
            whole.setdefault(name, {})[at] = text
    if not whole:
        return table
    table = table.copy()
    for name, texts in whole.items():
        cells = table[name].tolist()
        for at, text in texts.items():
            cells[at] = text
        table[name] = pd.Series(cells, index=table.index, dtype=table[name].dtype)
    count = sum(map(len, whole.values()))
    notes.append(Note(Remark.TEXTS_RESTORED, {"file": file, "count": count}))
    return table


def _listed(names: Sequence[str], file: str) -> dict[str, Param]:
    more = "…" if len(names) > SHOWN_NAMES else ""
    return {"file": file, "count": len(names), "names": "、".join(names[:SHOWN_NAMES]) + more}
