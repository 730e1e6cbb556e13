"""7 指标需求与拟办手续: what the facts of the check ask for."""

from __future__ import annotations

from collections.abc import Iterator

from services.domain.verdict import State
from services.reports.areas import area_cells, cents
from services.reports.case import CHECKED, Case
from services.reports.content import Block, Paragraph, Row, Table, TextRole
from services.reports.tables.columns import area_columns, text
from services.reports.tables.findings import gap_sentence
from services.reports.tables.land_status import SURVEY

__all__ = ["needs_section"]

# need in the facts, and the finding that asks for it
NEEDS = {
    "new_construction_m2": None,
    "conversion_m2": "conversion.due",
    "cultivated_m2": "replenishment.due",
    "expropriation_m2": "expropriation.due",
}
# a finding about one class prints that class's digits; fact and finding are then one number
SAME_NUMBER_CENTS = 2
STEPS = frozenset({State.CONDITIONAL, State.PROCEDURE})


def needs_section(case: Case) -> tuple[Block, ...]:
    """Indicators and steps; without the survey no indicator is stated."""
    words = case.words
    steps = tuple(_steps(case))
    lead = Paragraph(words("needs.steps_intro"), TextRole.LEAD)
    blocks: list[Block] = [*_indicators(case), *((lead, *steps) if steps else ())]
    if any(gap.required for gap in case.result.not_checked):
        blocks.append(Paragraph(words("needs.steps_open")))
    elif not steps:
        blocks.append(Paragraph(words("needs.no_steps")))
    return tuple(blocks)


def _indicators(case: Case) -> Iterator[Block]:
    words = case.words
    line = case.layer(SURVEY)
    if line is None or line.state != CHECKED:
        if line is not None:
            yield Paragraph(gap_sentence(SURVEY, line.state, case))
        return
    needs = {name: _need(case, name) for name in NEEDS if name in case.result.facts}
    if not any(needs.values()):
        yield Paragraph(words("needs.none"))
        return
    yield Paragraph(words("needs.intro"))
    columns = (text(words, "item", 88), *area_columns(words))
    rows = tuple(
        Row((words(f"need.{name}"), *area_cells(area, case.site_cents).row))
        for name, area in needs.items()
    )
    yield Table(words("needs.table"), columns, rows, words("needs.note"))


def _need(case: Case, name: str) -> int:
    """Area of one need, 0.01 m², with the digits of the finding that asks for it."""
    area = cents(case.result.facts[name])
    for finding in case.result.findings:
        asked = cents(finding.area_m2)
        if finding.rule == NEEDS[name] and abs(asked - area) < SAME_NUMBER_CENTS:
            return asked
    return area


def _steps(case: Case) -> Iterator[Paragraph]:
    """Duties of the findings, each once."""
    words = case.words
    remedies: dict[str, list[str]] = {}
    for number, finding in enumerate(case.findings(), start=1):
        if finding.state in STEPS:
            remedies.setdefault(words.of(finding.remedy), []).append(str(number))
    for remedy, numbers in remedies.items():
        text_of_step = words("needs.step", remedy=remedy, findings=words.listed(numbers))
        yield Paragraph(text_of_step, TextRole.ITEM)
