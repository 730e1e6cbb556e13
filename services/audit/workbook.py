"""The workbook of an audit: sites, areas by class, totals that add up; split at Excel's limit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from services.audit.columns import CLASS_HEADS, FLAT_HEADS, class_records, spoken_record
from services.audit.rows import AuditRow
from services.audit.totals import AuditTotals
from services.domain.verdict import State
from services.domain.wording import Language, Wording
from services.labels import label
from services.printable import formula_free, printable

__all__ = ["write_workbook"]

# Excel has 1 048 576 rows on a sheet; one is the head
ROWS_A_SHEET = 1_048_575
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
WIDTHS = {"finding": 60, "remedy": 50, "message": 50, "not_checked": 40, "name": 24, "id": 22}
FILLS = {
    State.NONCONFORMING: "#FBE0DD",
    State.UNDECIDED: "#ECEFF2",
    State.PROCEDURE: "#FFF1D6",
    State.CONDITIONAL: "#F6F3D9",
    State.CONFORMS: "#E2F1E4",
}
SITES, AREAS, TOTALS, SOURCE = (
    Wording("地块", "sites"),
    Wording("分类面积", "areas"),
    Wording("汇总", "totals"),
    Wording("来源", "source"),
)


def write_workbook(
    rows: Iterable[AuditRow], path: Path, *, provenance: Mapping[str, str], language: Language
) -> None:
    """Write all sheets in one walk over the rows; memory does not grow with them."""
    totals = AuditTotals()
    with xlsxwriter.Workbook(str(path), OPTIONS) as book:
        looks = _Looks(book)
        sites = _Sheets(book, SITES.in_language(language), FLAT_HEADS, language, looks)
        areas = _Sheets(book, AREAS.in_language(language), CLASS_HEADS, language, looks)
        for row in rows:
            totals.add(row)
            sites.write(spoken_record(row, language), looks.states[row.verdict])
            for record in class_records(row):
                record["role"] = label("role", str(record["role"])).in_language(language)
                areas.write(record, None)
        page = book.add_worksheet(TOTALS.in_language(language))
        for number, line in enumerate(_total_lines(totals, language)):
            _write_line(page, number, line, looks, None)
        page.set_column(0, 2, 30)
        source = book.add_worksheet(SOURCE.in_language(language))
        source.set_column(0, 1, 40)
        for number, (name, text) in enumerate(provenance.items()):
            _write_line(source, number, [name, text], looks, None)


class _Looks:
    """Formats of the book."""

    def __init__(self, book: Workbook) -> None:
        self.head = book.add_format({"bold": True, "bg_color": "#E4E8EC", "text_wrap": True})
        self.area = book.add_format({"num_format": "#,##0.00"})
        self.states = {state: book.add_format({"bg_color": fill}) for state, fill in FILLS.items()}


class _Sheets:
    """One table over as many sheets as it needs, each with its head."""

    def __init__(
        self,
        book: Workbook,
        title: str,
        heads: Mapping[str, Wording],
        language: Language,
        looks: _Looks,
    ) -> None:
        self._book, self._title, self._looks = book, title, looks
        self._heads = {name: head.in_language(language) for name, head in heads.items()}
        self._page = self._next_page(1)
        self._pages, self._row = 1, 0

    def _next_page(self, number: int) -> Worksheet:
        page = self._book.add_worksheet(self._title if number == 1 else f"{self._title}{number}")
        page.freeze_panes(1, 3)
        for column, name in enumerate(self._heads):
            page.set_column(column, column, WIDTHS.get(name, 13))
        page.write_row(0, 0, list(self._heads.values()), self._looks.head)
        return page

    def write(self, record: Mapping[str, Any], verdict: Format | None) -> None:
        """Add a line; `verdict` is the look of the column of that name."""
        if self._row == ROWS_A_SHEET:
            self._pages += 1
            self._page, self._row = self._next_page(self._pages), 0
        self._row += 1
        marked = list(self._heads).index("verdict") if verdict is not None else None
        line = [record[name] for name in self._heads]
        _write_line(self._page, self._row, line, self._looks, (marked, verdict))


def _write_line(
    page: Worksheet,
    number: int,
    line: Iterable[Any],
    looks: _Looks,
    mark: tuple[int | None, Format | None] | None,
) -> None:
    column_marked, look_marked = mark or (None, None)
    for column, cell in enumerate(line):
        if cell is None:
            continue
        if isinstance(cell, str):
            look = look_marked if column == column_marked else None
            page.write_string(number, column, formula_free(printable(cell)), look)
        else:
            page.write_number(number, column, cell, looks.area if isinstance(cell, float) else None)


def _total_lines(totals: AuditTotals, language: Language) -> Iterator[list[Any]]:
    def words(zh: str, en: str) -> str:
        return Wording(zh, en).in_language(language)

    yield [words("结论", "verdict"), words("地块数", "sites"), words("面积(m²)", "area (m²)")]
    for state in State:
        if totals.by_verdict[state]:
            name = label("state", state.value).in_language(language)
            yield [name, totals.by_verdict[state], totals.area_cents[state] / 100]
    yield [words("合计", "total"), totals.by_verdict.total(), totals.measured_cents / 100]
    yield []
    yield [words("图层", "layer"), words("分类", "class"), words("面积(m²)", "area (m²)")]
    for role in dict.fromkeys(role for role, _, _ in sorted(totals.class_cents)):
        yield from _layer_lines(role, totals, language)


def _layer_lines(role: str, totals: AuditTotals, language: Language) -> Iterator[list[Any]]:
    """Classes of a layer with remainder and overlap: they add up to all judged sites."""
    name = label("role", role).in_language(language)
    for (of_role, code, class_name), cents in sorted(totals.class_cents.items()):
        if of_role == role:
            yield [name, f"{code} {class_name}".strip(), cents / 100]
    remainder = Wording("图层之外", "outside the layer").in_language(language)
    yield [name, remainder, totals.remainder_cents[role] / 100]
    overlap = Wording("减：分类间重叠", "less: in more than one class").in_language(language)
    yield [name, overlap, -totals.overlap_cents[role] / 100]
    whole = Wording("合计", "total").in_language(language)
    yield [name, whole, _sum_of_layer(role, totals) / 100]


def _sum_of_layer(role: str, totals: AuditTotals) -> int:
    classes = sum(cents for (of_role, _, _), cents in totals.class_cents.items() if of_role == role)
    return classes + totals.remainder_cents[role] - totals.overlap_cents[role]
