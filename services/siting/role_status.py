"""Does each role give an answer over the whole site; if not, why."""

from __future__ import annotations

from collections.abc import Callable

from services.domain.facts import LayerFacts, PlotFacts
from services.domain.layer import LayerVersion
from services.domain.project import UseScheme
from services.domain.verdict import Reason, Regime
from services.siting.docket import Docket
from services.siting.rule_set import RuleSet

__all__ = ["role_gaps"]

UM2 = 1_000_000
# layers that leave no gap: what lies in no class was not covered
GAP_FREE = frozenset({"land_survey", "plan_control_zone", "plan_use_zone"})
TOLERANCE_UM2 = 1_000


def role_gaps(docket: Docket) -> dict[str, Reason | None]:
    """Enter every role that gives no answer and return the reason by role."""
    reasons: dict[str, Reason | None] = {}
    for rule in docket.rules.themes:
        for role in rule.roles:
            reason, plots = _reason(docket, role)
            if reason is Reason.MISSING and role in rule.optional:
                reason = Reason.OPTIONAL_ABSENT
            reasons[role] = reason
            if reason is not None and role not in rule.inside_planning_area:
                docket.gap(rule.theme, role, reason, required=role in rule.required, plots=plots)
    return reasons


def _reason(docket: Docket, role: str) -> tuple[Reason | None, tuple[int, ...] | None]:
    known = docket.facts.roles.get(role)
    if known is None:
        return Reason.MISSING, None
    if known.reason is not None:
        return known.reason, None
    if role in docket.facts.failed_roles:
        return Reason.FAILED, None
    if _stale(docket, role, known.version):
        return Reason.STALE, None
    if _unknown_codes(docket, role):
        return Reason.UNKNOWN_CODES, None
    open_plots = tuple(p.index for p in docket.facts.plots if not _covered(p, role))
    return (Reason.NOT_COVERED, open_plots) if open_plots else (None, None)


def _stale(docket: Docket, role: str, version: LayerVersion | None) -> bool:
    """Older than the switch to the three lines, or than the age that the rules allow."""
    if version is None:
        return False
    rules, since = docket.rules, docket.settings.sanqu_sanxian_from
    if (
        rules.regime is Regime.THREE_LINES
        and role in rules.switches["three_lines_roles"]
        and since is not None
        and version.valid_from < since
    ):
        return True
    oldest = rules.max_age_days.get(role)
    age = docket.facts.project.as_of - version.valid_from
    return oldest is not None and age.days > oldest


def _covered(plot: PlotFacts, role: str) -> bool:
    layer = plot.layers.get(role, LayerFacts())
    if plot.area_um2 - layer.checked_um2 > TOLERANCE_UM2:
        return False
    return role not in GAP_FREE or layer.remainder_um2 <= TOLERANCE_UM2


def _unknown_codes(docket: Docket, role: str) -> bool:
    """Whether any code on the site stands in no table; codes of free layers are not judged."""
    layer = docket.facts.site.layers.get(role)
    rules, version = docket.rules, docket.facts.roles[role].version
    if layer is None or version is None or role not in KNOWN:
        return False
    return not all(KNOWN[role](rules, line.code, version.scheme) for line in layer.classes)


KNOWN: dict[str, Callable[[RuleSet, str, UseScheme], bool]] = {
    "land_survey": lambda rules, code, _: code in rules.three_classes,
    "plan_control_zone": lambda _rules, code, _: code[:2] in {"01", "02", "03", "04"},
    "urban_plan": lambda rules, code, scheme: rules.urban_class(code, scheme) is not None,
    "urban_control_line": lambda rules, code, _: code in rules.control_lines,
}
