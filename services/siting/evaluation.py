"""From facts to verdict: ask every theme, then the outcome, and take the worst."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.domain.facts import SiteFacts
from services.domain.verdict import PRECEDENCE, NotChecked, Outcome, Reason, State, Theme, worst
from services.settings import Settings
from services.siting.control_themes import ask_control_themes
from services.siting.docket import Docket, JudgedFinding, JudgedSliver
from services.siting.earlier_land import earlier_land
from services.siting.land_themes import ask_land_status, indicator_needs
from services.siting.plan_fit import ask_land_plan, ask_urban_plan
from services.siting.plan_outcome import decide_outcome
from services.siting.role_status import role_gaps
from services.siting.rule_set import RuleSet, ThemeRule

__all__ = ["Evaluation", "JudgedFinding", "JudgedSliver", "PlotVerdict", "ThemeVerdict", "evaluate"]


@dataclass(frozen=True, slots=True)
class ThemeVerdict:
    """State of one theme for a plot or the site."""

    theme: Theme
    state: State
    touched: bool | None
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlotVerdict:
    """State of one plot."""

    index: int
    state: State
    themes: tuple[ThemeVerdict, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """Everything the rules say about a site."""

    verdict: State
    outcome: Outcome
    themes: tuple[ThemeVerdict, ...]
    plots: tuple[PlotVerdict, ...]
    findings: tuple[JudgedFinding, ...]
    not_checked: tuple[NotChecked, ...]
    slivers: tuple[JudgedSliver, ...]
    facts: Mapping[str, Any]
    required_roles: Mapping[str, bool]
    role_reasons: Mapping[str, Reason | None]


def evaluate(facts: SiteFacts, rules: RuleSet, settings: Settings) -> Evaluation:
    """Judge a site; pure.

    The verdict is the worst of all themes: a proven veto first, then what cannot be decided,
    then duties. Verdict and outcome always agree (product contract).
    """
    docket = Docket(facts, rules, settings)
    reasons = role_gaps(docket)
    ask_land_status(docket, reasons)
    land = ask_land_plan(docket, reasons)
    urban = ask_urban_plan(docket, reasons)
    ask_control_themes(docket, reasons)
    outcome = decide_outcome(docket, land, urban, reasons)
    not_applicable = {Theme.URBAN_PLAN: set(urban.outside_plots)}
    themes = _themes(docket, None, not_applicable)
    verdict = worst([theme.state for theme in themes])
    return Evaluation(
        verdict=verdict,
        outcome=Outcome.UNDECIDED if verdict is State.UNDECIDED else outcome,
        themes=themes,
        plots=tuple(_plot(docket, index, not_applicable) for index in docket.every_plot),
        findings=tuple(_ordered(docket.findings, rules)),
        not_checked=tuple(docket.gaps),
        slivers=tuple(docket.slivers),
        facts={**indicator_needs(docket), "earlier_land": earlier_land(facts)},
        required_roles={
            role: role in rule.required or role in rule.inside_planning_area
            for rule in rules.themes
            for role in rule.roles
        },
        role_reasons=reasons,
    )


def _plot(docket: Docket, index: int, not_applicable: Mapping[Theme, set[int]]) -> PlotVerdict:
    themes = _themes(docket, index, not_applicable)
    return PlotVerdict(index, worst([theme.state for theme in themes]), themes)


def _themes(
    docket: Docket, plot: int | None, not_applicable: Mapping[Theme, set[int]]
) -> tuple[ThemeVerdict, ...]:
    return tuple(_theme(docket, rule, plot, not_applicable) for rule in docket.rules.themes)


def _theme(
    docket: Docket, rule: ThemeRule, plot: int | None, not_applicable: Mapping[Theme, set[int]]
) -> ThemeVerdict:
    findings = [
        finding
        for finding in docket.findings
        if finding.theme is rule.theme and (plot is None or plot in finding.plots)
    ]
    states = [finding.state for finding in findings]
    gaps = docket.undecided.get(rule.theme, set())
    if gaps if plot is None else plot in gaps:
        states.append(State.UNDECIDED)
    known = [role for role in rule.roles if docket.facts.roles.get(role) is not None]
    silent = {gap.role for gap in docket.gaps if gap.theme is rule.theme}
    answering = [role for role in known if role not in silent]
    base = State.CONFORMS if answering or rule.required else State.NOT_APPLICABLE
    outside = not_applicable.get(rule.theme, set())
    whole = set(docket.every_plot)
    if (plot in outside if plot is not None else outside == whole) and outside:
        base = State.NOT_APPLICABLE
    return ThemeVerdict(
        rule.theme,
        worst([base, *states]),
        _touched(docket, rule, findings, answering, base),
        rule.roles,
    )


def _touched(
    docket: Docket,
    rule: ThemeRule,
    findings: list[JudgedFinding],
    answering: list[str],
    base: State,
) -> bool | None:
    if any(finding.area_m2 > 0 for finding in findings):
        return True
    if not answering or docket.undecided.get(rule.theme):
        return None
    if any(docket.facts.site.layers[r].classes for r in answering if r in docket.facts.site.layers):
        return rule.theme in {
            Theme.LAND_STATUS,
            Theme.LAND_PLAN,
            Theme.URBAN_PLAN,
            Theme.GROWTH_BOUNDARY,
            Theme.PRIOR_APPROVAL,
        }
    return False


def _ordered(findings: Iterable[JudgedFinding], rules: RuleSet) -> list[JudgedFinding]:
    """Largest legal obstacle first: by state, then in the legal order of themes."""
    order = {rule.theme: position for position, rule in enumerate(rules.themes)}
    return sorted(
        findings, key=lambda finding: (-PRECEDENCE.index(finding.state), order[finding.theme])
    )
