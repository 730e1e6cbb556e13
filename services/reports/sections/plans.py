"""4 规划符合性: land-use plan, urban-rural plan, and the three lines in words."""

from __future__ import annotations

from collections.abc import Iterator

from services.domain.verdict import State, Theme, ThemeResult
from services.reports.areas import area_cells
from services.reports.case import CHECKED, AnnexTable, Case, has_areas
from services.reports.content import Block, Heading, Paragraph, TextRole
from services.reports.tables.class_areas import class_table
from services.reports.tables.controls import covered
from services.reports.tables.findings import gap_sentence

__all__ = ["line_sentences", "plans_section"]

THREE_LINES = (Theme.PERMANENT_FARMLAND, Theme.ECO_REDLINE, Theme.GROWTH_BOUNDARY)


def plans_section(case: Case) -> tuple[Block, ...]:
    """The two plans apart, then the three lines."""
    words = case.words
    lines = [
        Paragraph(sentence) for wanted in THREE_LINES for sentence in line_sentences(case, wanted)
    ]
    return (
        Heading(words("plans.land")),
        *_plan(case, Theme.LAND_PLAN, words("plans.land_table")),
        Heading(words("plans.urban")),
        *_plan(case, Theme.URBAN_PLAN, words("plans.urban_table")),
        Heading(words("plans.lines")),
        *lines,
    )


def _plan(case: Case, wanted: Theme, caption: str) -> Iterator[Block]:
    words = case.words
    theme = case.theme(wanted)
    if theme is None:
        yield Paragraph(words("plans.not_asked"))
        return
    yield Paragraph(words("plans.state", state=words.label("state", theme.state)))
    if theme.state is State.NOT_APPLICABLE:
        yield Paragraph(words("plans.not_applicable"))
    for gap in _gaps(case, theme):
        yield Paragraph(gap)
    for finding in case.findings_of(wanted):
        text = words(
            "plans.finding",
            n=case.finding_number(finding),
            message=words.of(finding.message),
        )
        yield Paragraph(text, TextRole.ITEM)
    table = class_table(case, (wanted,), caption)
    if table is not None:
        yield table


def _gaps(case: Case, theme: ThemeResult) -> list[str]:
    """Why the theme lacks an answer, by its layers and by what the rules add."""
    noted = [
        gap_sentence(gap.role, gap.reason, case)
        for gap in case.result.not_checked
        if gap.theme is theme.theme and gap.required
    ]
    return list(dict.fromkeys(noted))


def line_sentences(case: Case, wanted: Theme) -> Iterator[str]:
    """涉及, 不涉及 or why that is not known; an undecided line is never called free."""
    words = case.words
    name = words.label("theme", wanted)
    theme = case.theme(wanted)
    if theme is None:
        yield f"{name}：{words('plans.not_asked')}"
        return
    gaps = _gaps(case, theme)
    yield from _touches(case, theme)
    yield from gaps
    absent = [line for line in theme.layers if line.state != CHECKED and not line.required]
    for line in absent:
        yield gap_sentence(line.role, line.state, case)
    if theme.touched is None and not gaps and not absent:
        yield words("gap.theme", theme=name)


def _touches(case: Case, theme: ThemeResult) -> Iterator[str]:
    words = case.words
    name = words.label("theme", theme.theme)
    known = [line for line in theme.layers if has_areas(line)]
    if theme.theme is Theme.GROWTH_BOUNDARY:
        for line in known:
            if line.state == CHECKED:
                yield _boundary(case, covered(line, case.site_cents))
        return
    if theme.touched is False and theme.state is not State.UNDECIDED:
        yield words("controls.free", theme=name)
    hits = [line for line in known if line.classes] if theme.touched is not False else []
    for line in hits:
        cells = area_cells(covered(line, case.site_cents), case.site_cents)
        suspected = case.only_suspected(theme.theme, line.role)
        yield words(
            "controls.suspected_hit" if suspected else "controls.hit",
            theme=words.label("role", line.role),
            ha=cells.ha.text,
            m2=cells.m2.text,
            share=cells.share.text,
            annex=case.annex_name(AnnexTable.CONTROL_LINES),
        )
    if theme.touched and not hits:
        yield words("controls.touched_only", theme=name)
    count = sum(len(line.slivers) for line in known)
    if count:
        annex = case.annex_name(AnnexTable.SLIVERS)
        yield words("controls.slivers", count=count, annex=annex)


def _boundary(case: Case, inside: int) -> str:
    site = case.site_cents
    return case.words(
        "controls.boundary",
        inside=area_cells(inside, site).ha.text,
        outside=area_cells(site - inside, site).ha.text,
    )
