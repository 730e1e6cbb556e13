"""6 用地手续: what was approved, supplied, reserved or complained of before."""

from __future__ import annotations

from services.domain.verdict import Theme
from services.reports.case import Case
from services.reports.content import Block, Paragraph, TextRole
from services.reports.tables.controls import control_table

__all__ = ["approvals_section"]

THEMES = (Theme.PRIOR_APPROVAL, Theme.ENFORCEMENT)


def approvals_section(case: Case) -> tuple[Block, ...]:
    """Table of the layers, then what was found."""
    words = case.words
    table = control_table(case, THEMES, words("approvals.table"), head="layer")
    if table is None:
        return (Paragraph(words("approvals.none")),)
    findings = [
        Paragraph(
            words(
                "plans.finding",
                n=case.finding_number(finding),
                message=words.of(finding.message),
            ),
            TextRole.ITEM,
        )
        for theme in THEMES
        for finding in case.findings_of(theme)
    ]
    return (table, *_dealings(case), *findings)


def _dealings(case: Case) -> tuple[Paragraph, ...]:
    """One line for each approval or supply that the site carries: numbers and area."""
    words = case.words
    language = words.language.value
    return tuple(
        Paragraph(
            words(
                "approvals.dealing",
                layer=words.label("role", dealing["role"]),
                numbers=words.listed(
                    f"{number[language]} {number['value']}" for number in dealing["numbers"]
                )
                or "–",
                area=f"{dealing['area_m2']:,.2f}",
            ),
            TextRole.ITEM,
        )
        for dealing in case.result.facts.get("earlier_land", ())
    )
