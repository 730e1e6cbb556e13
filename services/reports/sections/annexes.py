"""9 附图附表: list of annexes, signatures and disclaimer, then the annexes themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from services.reports.case import CONTROL_THEMES, AnnexTable, Case
from services.reports.content import (
    Block,
    Figure,
    FigureSubject,
    Heading,
    Paragraph,
    Table,
    TextRole,
)
from services.reports.figure_subjects import figure_subjects
from services.reports.tables.class_areas import class_table
from services.reports.tables.findings import criteria_table, sliver_table
from services.reports.tables.plots import plot_result_table
from services.reports.tables.sources import provenance_table

__all__ = ["annexes_section"]

SIGNATURES = ("prepared", "reviewed", "issued", "date")


def _control_lines(case: Case, caption: str) -> Table | None:
    return class_table(case, CONTROL_THEMES, caption, touched_only=True)


BUILDERS: dict[AnnexTable, Callable[[Case, str], Table | None]] = {
    AnnexTable.CONTROL_LINES: _control_lines,
    AnnexTable.PLOTS: plot_result_table,
    AnnexTable.SLIVERS: sliver_table,
    AnnexTable.CRITERIA: criteria_table,
    AnnexTable.PROVENANCE: provenance_table,
}


def annexes_section(case: Case) -> tuple[Block, ...]:
    """List, signatures, disclaimer, figures, tables."""
    words = case.words
    figures = list(_figures(case))
    tables = list(_tables(case))
    names = [caption for caption, _ in figures] + [table.caption for table in tables]
    # a line to write on follows each label; a blank parts it from the next
    signatures = "\t　".join(words(f"sign.{name}") for name in SIGNATURES) + "\t"
    blocks: list[Block] = [Paragraph(words("annex.list_head"), TextRole.LEAD)]
    blocks += [Paragraph(name, TextRole.LISTED) for name in names]
    blocks.append(Paragraph(signatures, TextRole.SIGNATURE))
    blocks.append(Paragraph(words("document.disclaimer"), TextRole.DISCLAIMER))
    for caption, subject in figures:
        blocks += [Heading(caption, new_page=True), Figure(caption, subject)]
    blocks.append(Heading(words("annex.tables"), new_page=True))
    return (*blocks, *tables)


def _figures(case: Case) -> Iterator[tuple[str, FigureSubject]]:
    words = case.words
    for number, subject in enumerate(figure_subjects(case.result), start=1):
        name = words("annex.figure", n=number)
        yield words("annex.caption", name=name, caption=words(f"figure_title.{subject}")), subject


def _tables(case: Case) -> Iterator[Table]:
    words = case.words
    for annex in case.annex_tables():
        name = case.annex_name(annex)
        caption = words("annex.caption", name=name, caption=words(f"annex.{annex}"))
        table = BUILDERS[annex](case, caption)
        if table is not None:
            yield table
