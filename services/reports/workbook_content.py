"""Sheets of the workbook: the tables of the sheet in full, and the long ones for filtering."""

from __future__ import annotations

from services.domain.verdict import Theme
from services.reports.case import CONTROL_THEMES, Case
from services.reports.content import Row, Sheet, SummaryLine, Table
from services.reports.tables.class_areas import long_class_table
from services.reports.tables.columns import text
from services.reports.tables.controls import control_table
from services.reports.tables.findings import full_findings_table, sliver_table, unchecked_table
from services.reports.tables.land_status import land_status, land_status_table
from services.reports.tables.plots import plot_area_table, plot_class_table
from services.reports.tables.sources import (
    documents_table,
    full_source_table,
    provenance_table,
)

__all__ = ["workbook_sheets"]

PLAN_THEMES = (Theme.LAND_PLAN, Theme.URBAN_PLAN)
APPROVAL_THEMES = (Theme.PRIOR_APPROVAL, Theme.ENFORCEMENT)


def workbook_sheets(case: Case, summary: tuple[SummaryLine, ...]) -> tuple[Sheet, ...]:
    """All sheets, also those that have nothing to list, so that the order never changes."""
    words = case.words
    controls = (
        control_table(case, CONTROL_THEMES, words("controls.table")),
        long_class_table(case, CONTROL_THEMES, words("workbook.controls_table")),
        control_table(case, APPROVAL_THEMES, words("approvals.table"), head="layer"),
        sliver_table(case, words("annex.slivers")),
    )
    sources = (
        full_source_table(case, words("sources.layers")),
        documents_table(case, words("sources.documents")),
        provenance_table(case, words("annex.provenance")),
    )
    zones = long_class_table(case, PLAN_THEMES, words("workbook.zones_table"))
    unchecked = unchecked_table(case, words("conclusion.unchecked"))
    plots = (
        plot_area_table(case, words("project.plots"), full_names=True),
        plot_class_table(case, words("workbook.plot_classes")),
    )
    return (
        Sheet(words("workbook.summary"), (_summary(case, summary),)),
        Sheet(words("workbook.status"), _status(case)),
        Sheet(words("workbook.zones"), (zones,)),
        Sheet(words("workbook.controls"), tuple(table for table in controls if table)),
        Sheet(words("workbook.plots"), plots),
        Sheet(words("workbook.findings"), (full_findings_table(case),)),
        Sheet(words("workbook.unchecked"), (unchecked,)),
        Sheet(words("workbook.sources"), tuple(table for table in sources if table)),
    )


def _summary(case: Case, summary: tuple[SummaryLine, ...]) -> Table:
    words = case.words
    columns = (text(words, "item", 24), text(words, "content", 90))
    caption = words("document.book_title", title=words("document.title"))
    rows = tuple(Row((line.label, line.value)) for line in summary)
    return Table(caption, columns, rows, words("document.disclaimer"))


def _status(case: Case) -> tuple[Table, ...]:
    status = land_status(case)
    caption = case.words("status.table")
    return (land_status_table(case, status, caption),) if status else ()
