"""An overlay table as CSV or Excel, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import xlsxwriter

from services.errors import InvalidOptionError
from services.overlay_table import OverlayTable
from services.printable import formula_free
from services.whole_file import whole_file

__all__ = ["write_overlay_table"]

AREA_COLUMNS = ("area_m2", "ellipsoid_area_m2")
SITE_COLUMNS = ("index", "site", *AREA_COLUMNS, "covered_m2", "remainder_m2", "overlap_m2")
Cell = str | int | float


def write_overlay_table(table: OverlayTable, path: Path, *, overwrite: bool = False) -> None:
    """Write the rows (and, in Excel, the sites with their remainders).

    Raises
    ------
    InvalidOptionError
        The suffix is neither .csv nor .xlsx.
    TargetExistsError
        The file exists and may not be replaced.
    """
    writers = {".csv": _write_csv, ".xlsx": _write_xlsx}
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise InvalidOptionError("table_suffix", file=path.name)
    with whole_file(path, overwrite=overwrite) as beside:
        writer(table, beside)


def _rows(table: OverlayTable) -> Iterator[list[Cell]]:
    fields = list(table.rows[0].by) if table.rows else []
    yield ["index", "site", "code", *(formula_free(field) for field in fields), *AREA_COLUMNS]
    for row in table.rows:
        texts = (row.site, row.code, *row.by.values())
        yield [row.index, *map(formula_free, texts), row.area_m2, row.ellipsoid_area_m2]


def _sites(table: OverlayTable) -> Iterator[list[Cell]]:
    yield list(SITE_COLUMNS)
    for site in table.sites:
        yield [
            site.index,
            formula_free(site.site),
            site.area_m2,
            site.ellipsoid_area_m2,
            site.covered_m2,
            site.remainder_m2,
            site.overlap_m2,
        ]


def _write_csv(table: OverlayTable, path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as target:
        csv.writer(target).writerows(_rows(table))


def _write_xlsx(table: OverlayTable, path: Path) -> None:
    with xlsxwriter.Workbook(
        path, {"strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        area = book.add_format({"num_format": "#,##0.00"})
        bold = book.add_format({"bold": True})
        for name, lines in (("areas", _rows(table)), ("sites", _sites(table))):
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            for number, line in enumerate(lines):
                for column, cell in enumerate(line):
                    shape = bold if number == 0 else area if isinstance(cell, float) else None
                    sheet.write(number, column, cell, shape)
            sheet.autofit()
