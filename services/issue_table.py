"""An issue log as CSV, Excel and JSON, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from services.domain.issue import Issue, Severity
from services.domain.wording import Language, Wording
from services.errors import InvalidOptionError
from services.labels import label
from services.printable import formula_free, printable
from services.whole_file import whole_file

__all__ = ["ISSUE_COLUMNS", "issue_documents", "issue_rows", "write_issues"]

Cell = str | int | float | None

ISSUE_COLUMNS = (
    (Wording("严重程度", "severity"), 9),
    (Wording("文件", "file"), 24),
    (Wording("要素序号", "feature"), 9),
    (Wording("地块", "site"), 18),
    (Wording("问题", "issue"), 60),
    (Wording("处理办法", "what to do"), 60),
    (Wording("由谁处理", "who mends it"), 12),
    (Wording("东坐标(m)", "easting (m)"), 14),
    (Wording("北坐标(m)", "northing (m)"), 14),
    (Wording("代码", "code"), 22),
)
WRAPPED = frozenset({4, 5})
PLACE_DIGITS = 3
FILLS = {Severity.ERROR: "#FBE9E7", Severity.WARNING: "#FFF6E0"}
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def issue_rows(issues: Iterable[Issue], language: Language) -> Iterator[list[Cell]]:
    """Cells of each issue in the order of `ISSUE_COLUMNS`.

    The place is the point of the fault, or else the middle of the box of the feature.
    """
    for issue in issues:
        east, north = _point(issue) or (None, None)
        texts = (
            issue.message.in_language(language),
            issue.remedy.in_language(language),
            label("duty", issue.duty).in_language(language),
        )
        yield [
            label("severity", issue.severity).in_language(language),
            issue.file,
            issue.feature,
            issue.site or "",
            *texts,
            east,
            north,
            issue.code,
        ]


def _point(issue: Issue) -> tuple[float, float] | None:
    if issue.place is not None:
        east, north = issue.place
    elif issue.bounds is not None:
        west, south, east_side, north_side = issue.bounds
        east, north = (west + east_side) / 2, (south + north_side) / 2
    else:
        return None
    return round(east, PLACE_DIGITS), round(north, PLACE_DIGITS)


def issue_documents(issues: Iterable[Issue], language: Language) -> list[dict[str, Any]]:
    """Issues as JSON; coordinates in the working CRS."""
    return [
        {
            "code": issue.code,
            "severity": issue.severity.value,
            "duty": issue.duty.value,
            "file": issue.file,
            "feature": issue.feature,
            "site": issue.site,
            "place": issue.place,
            "bounds": issue.bounds,
            "message": issue.message.in_language(language),
            "remedy": issue.remedy.in_language(language),
        }
        for issue in issues
    ]


def write_issues(
    issues: Sequence[Issue], path: Path, *, language: Language, overwrite: bool = False
) -> None:
    """Write an issue log, whole or not at all; without any issue, the head alone.

    Raises
    ------
    InvalidOptionError
        The suffix is neither .csv nor .xlsx (`issues_suffix`).
    TargetExistsError
        The file exists and may not be replaced.
    """
    writers = {".csv": _write_csv, ".xlsx": _write_xlsx}
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise InvalidOptionError("issues_suffix", file=path.name)
    lines = [[_safe(cell) for cell in row] for row in issue_rows(issues, language)]
    with whole_file(path, overwrite=overwrite) as beside:
        writer(issues, lines, beside, language)


def _safe(cell: Cell) -> Cell:
    return formula_free(printable(cell)) if isinstance(cell, str) else cell


def _heads(language: Language) -> list[str]:
    return [head.in_language(language) for head, _ in ISSUE_COLUMNS]


def _write_csv(
    _issues: Sequence[Issue], lines: Sequence[list[Cell]], path: Path, language: Language
) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as target:
        csv.writer(target).writerows([_heads(language), *lines])


def _write_xlsx(
    issues: Sequence[Issue], lines: Sequence[list[Cell]], path: Path, language: Language
) -> None:
    with xlsxwriter.Workbook(str(path), OPTIONS) as book:
        page = book.add_worksheet("问题清单" if language is Language.ZH else "issues")
        look = {"valign": "top", "border": 1, "border_color": "#B8C0C8"}
        head = book.add_format(look | {"bold": True, "bg_color": "#E4E8EC", "text_wrap": True})
        formats = {
            severity: (
                book.add_format(look | _fill(severity)),
                book.add_format(look | _fill(severity) | {"text_wrap": True}),
            )
            for severity in Severity
        }
        _lay_out(page, len(lines))
        page.write_row(0, 0, _heads(language), head)
        for number, (issue, line) in enumerate(zip(issues, lines, strict=True), start=1):
            _write_line(page, number, line, formats[issue.severity])


def _fill(severity: Severity) -> dict[str, object]:
    return {"bg_color": FILLS[severity]} if severity in FILLS else {}


def _lay_out(page: Worksheet, count: int) -> None:
    page.freeze_panes(1, 0)
    page.set_paper(9)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.autofilter(0, 0, max(count, 1), len(ISSUE_COLUMNS) - 1)
    for column, (_, width) in enumerate(ISSUE_COLUMNS):
        page.set_column(column, column, width)


def _write_line(
    page: Worksheet, number: int, line: Sequence[Cell], looks: tuple[Format, Format]
) -> None:
    plain, wrapped = looks
    for column, cell in enumerate(line):
        look = wrapped if column in WRAPPED else plain
        if cell is None:
            page.write_blank(number, column, None, look)
        else:
            page.write(number, column, cell, look)
