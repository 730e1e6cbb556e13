"""The report of a siting check, from the frozen result to files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from services.domain.verdict import CheckResult
from services.domain.wording import Language
from services.printable import shortened
from services.reports.case import Case
from services.reports.content import Block, ReportContent, Section, Table
from services.reports.figure_subjects import figure_subjects
from services.reports.sections.annexes import annexes_section
from services.reports.sections.approvals import approvals_section
from services.reports.sections.conclusion import conclusion_section
from services.reports.sections.controls import controls_section
from services.reports.sections.needs import needs_section
from services.reports.sections.plans import plans_section
from services.reports.sections.project import project_section
from services.reports.sections.sources import sources_section
from services.reports.sections.status import status_section
from services.reports.sections.summary import summary_lines
from services.reports.sheet_docx import write_sheet
from services.reports.site_figure import draw_site_figure
from services.reports.words import Words
from services.reports.workbook_content import workbook_sheets
from services.reports.workbook_xlsx import write_workbook
from services.whole_file import whole_file

__all__ = ["ReportFiles", "build_report", "write_site_report"]

# order of the report forms
SECTIONS: dict[str, Callable[[Case], tuple[Block, ...]]] = {
    "project": project_section,
    "sources": sources_section,
    "status": status_section,
    "plans": plans_section,
    "controls": controls_section,
    "approvals": approvals_section,
    "needs": needs_section,
    "conclusion": conclusion_section,
    "annexes": annexes_section,
}


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """The two files of a report."""

    sheet: Path
    workbook: Path


def build_report(result: CheckResult, language: Language) -> ReportContent:
    """Everything that sheet and workbook print of a result.

    Raises
    ------
    InconsistentResultError
        Areas of the result do not add up.
    """
    words = Words(language)
    case = Case(result, words)
    summary = summary_lines(case)
    return ReportContent(
        title=words("document.title"),
        number=result.number,
        stage=words("document.stage_draft"),
        language=language,
        verdict=result.verdict,
        created=datetime.fromisoformat(result.computed_at),
        header=words("document.header", number=result.number, name=shortened(result.site.name)),
        page_words=_page_words(words),
        disclaimer=words("document.disclaimer"),
        summary=summary,
        sections=tuple(_sections(case)),
        sheets=workbook_sheets(case, summary),
    )


def _page_words(words: Words) -> tuple[str, str, str]:
    before, between, after = words("document.page", page="\t", pages="\t").split("\t")
    return before, between, after


def _sections(case: Case) -> Iterator[Section]:
    """Sections with their tables numbered through; annexes have numbers of their own."""
    words = case.words
    tables = 0
    for number, (name, build) in enumerate(SECTIONS.items(), start=1):
        blocks: list[Block] = []
        for block in build(case):
            if isinstance(block, Table) and name != "annexes":
                tables += 1
                caption = words("document.table", n=tables, caption=block.caption)
                blocks.append(replace(block, caption=caption))
            else:
                blocks.append(block)
        yield Section(number, words(f"section.{name}"), tuple(blocks))


def write_site_report(
    result: CheckResult, folder: Path, *, language: Language, overwrite: bool = False
) -> ReportFiles:
    """Write sheet and workbook of a result, both or none, named by its number.

    Raises
    ------
    TargetExistsError
        One of the files exists and may not be replaced.
    InconsistentResultError
        Areas of the result do not add up.
    """
    files = ReportFiles(folder / f"{result.number}.docx", folder / f"{result.number}.xlsx")
    with ExitStack() as stack:
        sheet = stack.enter_context(whole_file(files.sheet, overwrite=overwrite))
        workbook = stack.enter_context(whole_file(files.workbook, overwrite=overwrite))
        content = build_report(result, language)
        figures = {
            subject: draw_site_figure(result, language=language, subject=subject)
            for subject in figure_subjects(result)
        }
        write_sheet(content, figures, sheet)
        write_workbook(content, workbook)
    return files
