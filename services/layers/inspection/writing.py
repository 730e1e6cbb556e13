"""An inspection as GeoPackage, CSV or Excel, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from geo.io.place_layers import write_place_layers
from services.domain.issue import Severity
from services.domain.wording import Language, Wording
from services.errors import InvalidOptionError, TargetExistsError
from services.labels import label
from services.layers.inspection.documents import FAULT_COLUMNS, Cell, fault_rows
from services.layers.inspection.report import CheckState, Inspection
from services.printable import formula_free, printable
from services.whole_file import whole_file

__all__ = ["MARKS", "require_writable", "write_inspection"]

MARKS = {
    CheckState.PASSED: "✓",
    CheckState.FAULTY: "✗",
    CheckState.INFORMATION: "·",
    CheckState.NOT_RUN: "–",
}
OUTCOME_COLUMNS = (
    (Wording("", ""), 4),
    (Wording("检查项", "check"), 24),
    (Wording("数量", "count"), 10),
    (Wording("结果", "result"), 90),
)
SUFFIXES = frozenset({".gpkg", ".csv", ".xlsx"})
FIELDS = (
    "severity", "check", "features", "ids", "message", "remedy",
    "area_m2", "width_m", "length_m", "sliver", "east", "north", "code",
)  # fmt: skip
FILLS = {Severity.ERROR: "#FBE9E7", Severity.WARNING: "#FFF6E0"}
LOOK = {"valign": "top", "border": 1, "border_color": "#B8C0C8"}
WRAPPED = frozenset({4, 5})
# a worksheet holds 1 048 576 rows
MOST_ROWS = 1_000_000
LINE_PT = 15.0
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def require_writable(files: Iterable[Path], targets: Iterable[Path], *, overwrite: bool) -> None:
    """Refuse before the work is done what would be refused after it.

    Raises
    ------
    InvalidOptionError
        A file has a suffix that is not written (`inspection_suffix`).
    TargetExistsError
        A target exists and may not be replaced.
    """
    for path in files:
        if path.suffix.lower() not in SUFFIXES:
            raise InvalidOptionError("inspection_suffix", file=path.name)
    for path in targets:
        if path.exists() and not overwrite:
            raise TargetExistsError(file=str(path))


def write_inspection(
    inspection: Inspection, path: Path, *, language: Language, overwrite: bool = False
) -> None:
    """Write the faults, and in Excel also what became of every check.

    A GeoPackage has the places as layers of polygons and points; faults of the layer as a
    whole (missing fields) have no place and stand in the tables alone.

    Raises
    ------
    InvalidOptionError
        The suffix is none of .gpkg, .csv and .xlsx (`inspection_suffix`), or there are more
        faults than a worksheet has rows (`inspection_rows`).
    TargetExistsError
        The file exists and may not be replaced.
    """
    writers = {".gpkg": _write_gpkg, ".csv": _write_csv, ".xlsx": _write_xlsx}
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise InvalidOptionError("inspection_suffix", file=path.name)
    if writer is _write_xlsx and len(inspection.faults) > MOST_ROWS:
        raise InvalidOptionError(
            "inspection_rows", file=path.name, count=len(inspection.faults), most=MOST_ROWS
        )
    with whole_file(path, overwrite=overwrite) as beside:
        writer(inspection, beside, language)


def _safe(cell: Cell) -> Cell:
    return formula_free(printable(cell)) if isinstance(cell, str) else cell


def _write_gpkg(inspection: Inspection, path: Path, language: Language) -> None:
    rows = pd.DataFrame(fault_rows(inspection, language), columns=list(FIELDS))
    places = np.empty(len(inspection.faults), dtype=object)
    places[:] = [fault.geometry for fault in inspection.faults]
    attributes = rows.drop(columns=["east", "north"])
    frame = gpd.GeoDataFrame(attributes, geometry=places, crs=inspection.crs)
    write_place_layers(frame, path, label_field="check")


def _write_csv(inspection: Inspection, path: Path, language: Language) -> None:
    heads = [head.in_language(language) for head, _ in FAULT_COLUMNS]
    with path.open("w", encoding="utf-8-sig", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(heads)
        for row in fault_rows(inspection, language):
            writer.writerow([_safe(cell) for cell in row])


def _write_xlsx(inspection: Inspection, path: Path, language: Language) -> None:
    with xlsxwriter.Workbook(str(path), OPTIONS) as book:
        _write_outcomes(inspection, book, language)
        page = book.add_worksheet(Wording("问题清单", "faults").in_language(language))
        _lay_out(page, [width for _, width in FAULT_COLUMNS], len(inspection.faults))
        head = book.add_format(LOOK | {"bold": True, "bg_color": "#E4E8EC", "text_wrap": True})
        page.write_row(0, 0, [name.in_language(language) for name, _ in FAULT_COLUMNS], head)
        looks = {
            (severity, wrapped): book.add_format(LOOK | _fill(severity) | {"text_wrap": wrapped})
            for severity in Severity
            for wrapped in (False, True)
        }
        rows = zip(inspection.faults, fault_rows(inspection, language), strict=True)
        for number, (fault, row) in enumerate(rows, start=1):
            page.set_row(number, LINE_PT * _lines(row))
            for column, cell in enumerate(row):
                look = looks[fault.severity, column in WRAPPED]
                if cell is None:
                    page.write_blank(number, column, None, look)
                else:
                    page.write(number, column, _safe(cell), look)


def _lines(row: Sequence[Cell]) -> int:
    """Lines that the wrapped texts of a row need: not every program finds the height itself."""
    return max(math.ceil(_columns(str(row[at])) / (FAULT_COLUMNS[at][1] - 2)) for at in WRAPPED)


def _columns(text: str) -> int:
    """Width of a text; Chinese signs count two columns."""
    return sum(2 if "\u2e80" <= sign <= "\uffef" else 1 for sign in text) or 1


def _fill(severity: Severity) -> dict[str, object]:
    return {"bg_color": FILLS[severity]} if severity in FILLS else {}


def _write_outcomes(inspection: Inspection, book: xlsxwriter.Workbook, language: Language) -> None:
    page = book.add_worksheet(Wording("检查结果", "checks").in_language(language))
    _lay_out(page, [width for _, width in OUTCOME_COLUMNS], len(inspection.outcomes))
    head = book.add_format(LOOK | {"bold": True, "bg_color": "#E4E8EC"})
    page.write_row(0, 0, [name.in_language(language) for name, _ in OUTCOME_COLUMNS], head)
    plain = book.add_format(LOOK | {"text_wrap": True})
    for number, outcome in enumerate(inspection.outcomes, start=1):
        page.write(number, 0, MARKS[outcome.state], plain)
        page.write(number, 1, label("layer_check", outcome.check).in_language(language), plain)
        page.write(number, 2, outcome.count, plain)
        page.write(number, 3, _safe(outcome.message.in_language(language)), plain)


def _lay_out(page: Worksheet, widths: Sequence[int], count: int) -> None:
    page.freeze_panes(1, 0)
    page.set_paper(9)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.autofilter(0, 0, max(count, 1), len(widths) - 1)
    for column, width in enumerate(widths):
        page.set_column(column, column, width)
