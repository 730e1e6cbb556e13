"""Does each layer give an answer over the whole site; if not, why.

`blocked` layers say nothing at all. The others are asked, but where they leave a gap, carry
an unknown code or were not examined, they leave their theme undecided.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from geo.units import UM2_PER_M2
from services.domain.facts import LayerFacts, PlotFacts, SiteFacts
from services.domain.layer import LayerVersion
from services.domain.verdict import Reason, Theme
from services.settings import Settings
from services.siting.judging.codes import known_code
from services.siting.judging.docket import Docket
from services.siting.judging.regions import Mask
from services.siting.judging.site_view import JOINT, SiteView
from services.siting.rule_document import Requirement, RoleRow
from services.siting.rule_set import RuleSet

__all__ = ["blocking_reasons", "note_gaps", "note_role", "unexamined_plots"]

# the kernel and the cells agree to a printed digit, or the layer is not to be trusted
AGREEMENT_M2 = 0.01
AGREEMENT_SHARE = 1e-9


def blocking_reasons(
    facts: SiteFacts, rules: RuleSet, settings: Settings
) -> dict[str, Reason | None]:
    """Per role of the rule set why it gives no answer at all, or `None`."""
    sound = _cells_are_sound(facts)
    return {
        name: _blocking(name, role, facts, rules, settings) or (None if sound else Reason.FAILED)
        for name, (_, role) in rules.roles.items()
    }


def _blocking(
    name: str, role: RoleRow, facts: SiteFacts, rules: RuleSet, settings: Settings
) -> Reason | None:
    known = facts.roles.get(name)
    if known is None or (known.version is None and known.reason is None):
        return Reason.MISSING
    if known.reason is not None:
        return known.reason
    if name in facts.failed_roles or _is_unmeasured(name, facts) or _disagrees(name, facts):
        return Reason.FAILED
    if known.version is None or _is_stale(known.version, role, facts, rules, settings):
        return Reason.STALE
    return None


def _is_unmeasured(name: str, facts: SiteFacts) -> bool:
    return any(name not in plot.layers for plot in (*facts.plots, facts.site))


def _disagrees(name: str, facts: SiteFacts) -> bool:
    """Whether the cells of a layer hold another area than was measured."""
    inside = facts.cells.column(name) != ""
    drawn = float(facts.cells.area_m2[inside].sum())
    measured = facts.site.layers[name].covered_um2 / UM2_PER_M2
    return abs(drawn - measured) > AGREEMENT_M2 + AGREEMENT_SHARE * measured


def _cells_are_sound(facts: SiteFacts) -> bool:
    """Whether the cells make up the site and each lies in a plot."""
    measured = facts.site.area_um2 / UM2_PER_M2
    drawn = float(facts.cells.area_m2.sum())
    if not measured or abs(drawn - measured) > AGREEMENT_M2 + AGREEMENT_SHARE * measured:
        return False
    indexes = {plot.index for plot in facts.plots}
    return all(held and set(held) <= indexes for held in facts.cells.plots)


def _is_stale(
    version: LayerVersion, role: RoleRow, facts: SiteFacts, rules: RuleSet, settings: Settings
) -> bool:
    if role.name in rules.document.dated_roles:
        first = settings.sanqu_sanxian_from
        if first is None or version.valid_from < first:
            return True
    if role.max_age_days is None:
        return False
    return facts.project.as_of - version.valid_from > timedelta(days=role.max_age_days)


def note_gaps(docket: Docket) -> None:
    """Enter the gaps of every role whose need does not depend on the site."""
    for name, (theme, role) in docket.view.rules.roles.items():
        docket.required[name] = role.required is Requirement.ALWAYS
        blocked = docket.view.blocked[name]
        if role.required in {Requirement.ALWAYS, Requirement.NEVER}:
            note_role(docket, theme, role)
        elif role.required is Requirement.SUMMARY and blocked is not None:
            docket.reasons[name] = _absent(blocked)


def note_role(docket: Docket, theme: Theme, role: RoleRow) -> None:
    """Enter the gaps of one role.

    A required role that is silent leaves its theme undecided. So does one that is loaded but
    failed, whatever it is, since it may hide a veto.
    """
    required = docket.required[role.name]
    reason = docket.view.blocked[role.name]
    if reason is not None:
        shown = reason if required else _absent(reason)
        docket.gap(theme, role.name, shown, decisive=required or reason is Reason.FAILED)
        return
    plots = unexamined_plots(docket, theme, role)
    if plots:
        docket.gap(theme, role.name, Reason.NOT_COVERED, plots=plots, decisive=required)
    _note_unknown_codes(docket, theme, role, required=required)
    if role.exclusive:
        _note_overlap(docket, theme, role)


def _absent(reason: Reason) -> Reason:
    return Reason.OPTIONAL_ABSENT if reason is Reason.MISSING else reason


def unexamined_plots(docket: Docket, theme: Theme, role: RoleRow) -> tuple[int, ...]:
    """Plots that a layer does not cover: undeclared ground, and gaps of a gap-free layer."""
    view = docket.view
    tolerance = round(view.rules.switches.coverage_tolerance_m2 * UM2_PER_M2)
    site = _unexamined_um2(view.facts.site, role.name, view)
    missing = {plot.index: _unexamined_um2(plot, role.name, view) for plot in view.facts.plots}
    plots = {plot for plot, area in missing.items() if area > tolerance}
    if not plots and site > tolerance:
        plots = {plot for plot, area in missing.items() if area > 0}
    if role.gap_free:
        gap = docket.region(theme, {role.name: ~view.held(role.name)}, positional=False)
        plots |= set(view.plots_of(gap.mask(view.size)))
    return tuple(sorted(plots))


def _unexamined_um2(plot: PlotFacts, role: str, view: SiteView) -> int:
    known = view.facts.roles[role].version
    if known is not None and _is_confirmed_empty(known):
        return 0  # whoever confirmed that there is nothing vouches for the whole county
    return plot.area_um2 - plot.layers.get(role, LayerFacts()).checked_um2


def _is_confirmed_empty(version: LayerVersion) -> bool:
    empty = not version.feature_count and version.confirmed_empty_by is not None
    return empty and not version.has_coverage


def _note_unknown_codes(docket: Docket, theme: Theme, role: RoleRow, *, required: bool) -> None:
    known = known_code(docket.view, role)
    if known is None:
        return
    strange = docket.view.where(role.name, lambda code: not known(code))
    plots = _plots_beyond_slivers(docket, theme, role.name, strange)
    if plots:
        decisive = required or role.decides
        docket.gap(theme, role.name, Reason.UNKNOWN_CODES, plots=plots, decisive=decisive)


def _plots_beyond_slivers(docket: Docket, theme: Theme, role: str, mask: Mask) -> tuple[int, ...]:
    region = docket.region(theme, {role: mask}, positional=False)
    return docket.view.plots_of(region.mask(docket.view.size))


def _note_overlap(docket: Docket, theme: Theme, role: RoleRow) -> None:
    """Different codes on the same ground of an exclusive layer are a fault of the data."""
    texts = docket.view.column(role.name)
    twice = np.array([JOINT in str(text) for text in texts], dtype=bool)
    region = docket.region(theme, {role.name: twice}, positional=False)
    docket.hit(f"overlap.{theme}", region, role=role.name)
