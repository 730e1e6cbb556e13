"""8 结论与建议: the verdict in words, the findings, and what was not checked."""

from __future__ import annotations

from services.domain.verdict import CheckResult, Finding, State
from services.reports.case import AnnexTable, Case
from services.reports.content import Block, Paragraph, TextRole
from services.reports.tables.findings import (
    findings_table,
    gap_sentence,
    is_optional,
    unchecked_table,
)

__all__ = ["conclusion_section", "deciding_sentence", "verdict_text"]


def verdict_text(case: Case) -> str:
    """Mark, state and outcome."""
    words, result = case.words, case.result
    state = words.label("state", result.verdict)
    outcome = words.label("outcome", result.outcome)
    mark = words(f"mark.{result.verdict}")
    if outcome == state:
        return words("summary.verdict_plain", mark=mark, state=state)
    return words("summary.verdict_value", mark=mark, state=state, outcome=outcome)


def deciding_sentence(case: Case) -> str:
    """What decides: the gravest finding, else the gap, else that nothing is due."""
    words, result = case.words, case.result
    decisive = [f for f in case.findings() if f.state is result.verdict]
    if result.verdict is State.UNDECIDED:
        gap = _first_gap(result, case)
        if gap:
            return gap
    if decisive:
        return _cited(decisive[0], case)
    if result.verdict is State.CONFORMS:
        return words("conclusion.nothing_due")
    return words("plans.state", state=words.label("state", result.verdict))


def _first_gap(result: CheckResult, case: Case) -> str:
    required = (gap for gap in result.not_checked if gap.required)
    return next((gap_sentence(gap.role, gap.reason, case) for gap in required), "")


def _cited(finding: Finding, case: Case) -> str:
    words = case.words
    message, document = words.of(finding.message), words.of(finding.document)
    clause = words.of(finding.clause)
    if not document:
        return message
    if not clause:
        return words("conclusion.cited_whole", message=message, document=document)
    return words("conclusion.cited", message=message, document=document, clause=clause)


def conclusion_section(case: Case) -> tuple[Block, ...]:
    """Verdict, what decides it, findings, gaps."""
    words, result = case.words, case.result
    blocks: list[Block] = [
        Paragraph(words("conclusion.verdict", verdict=verdict_text(case)), TextRole.VERDICT),
        Paragraph(deciding_sentence(case)),
    ]
    if result.verdict is State.CONDITIONAL:
        blocks.append(Paragraph(words("conclusion.duty_only")))
    if len(result.plots) > 1:
        annex = case.annex_name(AnnexTable.PLOTS)
        text = words("conclusion.plots", count=len(result.plots), annex=annex)
        blocks.append(Paragraph(text))
    if result.findings:
        blocks.append(findings_table(case))
    gaps = unchecked_table(case, words("conclusion.unchecked"), optional=False)
    if gaps.rows:
        blocks.append(gaps)
    absent = dict.fromkeys(gap.role for gap in result.not_checked if is_optional(gap))
    if absent:
        names = words.listed(words.label("role", role) for role in absent)
        blocks.append(Paragraph(words("conclusion.absent", layers=names)))
    return tuple(blocks)
