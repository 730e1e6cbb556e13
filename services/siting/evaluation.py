"""From facts to verdict: ask every theme, then both plans together, and take the worst.

Pure: no file, no clock, no setting but those given. Verdict and outcome always agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.domain.facts import SiteFacts
from services.domain.verdict import (
    PRECEDENCE,
    NotChecked,
    Outcome,
    Reason,
    State,
    Theme,
    worst,
)
from services.settings import Settings
from services.siting.earlier_land import earlier_land
from services.siting.judging.availability import blocking_reasons, note_gaps
from services.siting.judging.control_layers import judge_control_layers, judge_growth_boundary
from services.siting.judging.docket import Docket, JudgedFinding, JudgedSliver
from services.siting.judging.indicators import indicators
from services.siting.judging.land_plan import judge_land_plan
from services.siting.judging.land_status import judge_land_status
from services.siting.judging.outcome import decide
from services.siting.judging.prior_approval import judge_prior_approval
from services.siting.judging.site_view import SiteView
from services.siting.judging.theme_states import ThemeVerdict, theme_verdicts
from services.siting.judging.urban_plan import judge_urban_plan
from services.siting.rule_set import RuleSet

__all__ = [
    "Evaluation",
    "JudgedFinding",
    "JudgedSliver",
    "PlotVerdict",
    "ThemeVerdict",
    "evaluate",
]

DEFAULT_SETTINGS = Settings()


@dataclass(frozen=True, slots=True)
class PlotVerdict:
    """State of one plot: the worst of its themes."""

    index: int
    state: State
    themes: tuple[ThemeVerdict, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """Everything the rules say about a site.

    Attributes
    ----------
    findings
        The largest legal obstacle first: by state, then in the legal order of the themes.
    facts
        Plain values for the sheet (see `judging.indicators`).
    required_roles, role_reasons
        Whether a role had to answer for this site, and why it does not.
    """

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


def evaluate(facts: SiteFacts, rules: RuleSet, settings: Settings = DEFAULT_SETTINGS) -> Evaluation:
    """Judge a site by a rule set.

    Raises
    ------
    InvalidOptionError
        The project's type stands in no row of the rule set, or in none of that day.
    """
    blocked = blocking_reasons(facts, rules, settings)
    docket = Docket(SiteView(facts, rules, settings, blocked))
    note_gaps(docket)
    status = judge_land_status(docket)
    land = judge_land_plan(docket)
    urban = judge_urban_plan(docket)
    judge_control_layers(docket)
    judge_growth_boundary(docket)
    judge_prior_approval(docket, status)
    decision = decide(docket, status, land, urban)
    not_applicable = {Theme.URBAN_PLAN: frozenset(urban.outside_plots)}
    themes = theme_verdicts(docket, None, not_applicable)
    plots = tuple(_plot(docket, plot, not_applicable) for plot in docket.view.plots)
    verdict = worst([theme.state for theme in themes])
    return Evaluation(
        verdict=verdict,
        outcome=_agreeing(verdict, decision.outcome),
        themes=themes,
        plots=plots,
        findings=_ordered(docket),
        not_checked=_gaps_in_order(docket),
        slivers=tuple(docket.slivers),
        facts={**indicators(docket, status, decision), "earlier_land": earlier_land(facts)},
        required_roles={role: docket.required.get(role, False) for role in rules.roles},
        role_reasons={role: docket.reasons.get(role) for role in rules.roles},
    )


def _plot(docket: Docket, plot: int, not_applicable: Mapping[Theme, frozenset[int]]) -> PlotVerdict:
    themes = theme_verdicts(docket, plot, not_applicable)
    return PlotVerdict(plot, worst([theme.state for theme in themes]), themes)


def _agreeing(verdict: State, outcome: Outcome) -> Outcome:
    """Outcome that goes with a verdict: any veto means another site, any gap no outcome."""
    if verdict is State.NONCONFORMING:
        return Outcome.RESITE
    if verdict is State.UNDECIDED:
        return Outcome.UNDECIDED
    return outcome


def _ordered(docket: Docket) -> tuple[JudgedFinding, ...]:
    rules = docket.view.rules
    themes = list(Theme)
    return tuple(
        sorted(
            docket.findings,
            key=lambda finding: (
                -PRECEDENCE.index(finding.state),
                themes.index(finding.theme),
                rules.finding_order[finding.rule],
            ),
        )
    )


def _gaps_in_order(docket: Docket) -> tuple[NotChecked, ...]:
    """Required gaps first, then in the order of the sheet."""
    themes = list(Theme)
    return tuple(sorted(docket.gaps, key=lambda gap: (not gap.required, themes.index(gap.theme))))
