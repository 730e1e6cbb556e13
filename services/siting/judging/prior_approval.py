"""Earlier approvals and supplies, and the area development scheme (成片开发方案)."""

from __future__ import annotations

import numpy as np

from geo.units import UM2_PER_M2
from services.domain.facts import FeatureHit, PlotFacts
from services.domain.verdict import Theme
from services.siting.judging.codes import use_zone
from services.siting.judging.docket import Docket
from services.siting.judging.land_status import SURVEY, LandStatus
from services.siting.rule_document import ProjectClass

__all__ = ["judge_prior_approval"]

APPROVED, SUPPLIED, SCHEME, USE_ZONE = (
    "approved_land",
    "supplied_land",
    "area_development",
    "plan_use_zone",
)
THEME = Theme.PRIOR_APPROVAL
# electronic supervision number, contract number
NUMBERS = ("DZJGH", "DZJGHM", "电子监管号", "HTBH", "合同编号")


def judge_prior_approval(docket: Docket, status: LandStatus) -> None:
    """Enter what was approved or supplied before.

    One supply over the whole plot with nothing due is a fact that conforms; any other touch
    is to be checked.
    """
    view = docket.view
    settled = {plot.index for plot in view.facts.plots if _is_settled(docket, plot, status)}
    in_order = np.array([set(held) <= settled for held in view.facts.cells.plots], dtype=bool)
    held = {role: view.held(role) for role in (APPROVED, SUPPLIED)}
    for role, mask in held.items():
        docket.touch(THEME, docket.region(THEME, {role: mask}).mask(view.size))
    whole = docket.region(THEME, {SUPPLIED: held[SUPPLIED] & in_order}, positional=False)
    docket.hit("supply.whole", whole, role=SUPPLIED)
    for role, rule in ((SUPPLIED, "touch.supplied_land"), (APPROVED, "touch.approved_land")):
        docket.hit(rule, docket.region(THEME, {role: held[role] & ~in_order}), role=role)
    _area_development(docket, status)


def _is_settled(docket: Docket, plot: PlotFacts, status: LandStatus) -> bool:
    view = docket.view
    if not view.usable(SUPPLIED) or not view.usable(SURVEY):
        return False
    if plot.index in docket.silent_plots.get(SURVEY, set()):
        return False
    least_um2 = view.thresholds(THEME).min_area_m2 * UM2_PER_M2
    supplies = plot.layers[SUPPLIED]
    if plot.area_um2 - supplies.covered_um2 >= least_um2:
        return False
    if len({_contract(hit) for hit in supplies.hits if hit.area_um2 >= least_um2}) != 1:
        return False
    due = (status.new_land, status.expropriation)
    return all(plot.index not in view.plots_of(region.mask(view.size)) for region in due)


def _contract(hit: FeatureHit) -> tuple[str, ...]:
    """What tells one supply from another: its number, else all that is known of the feature.

    One contract may be drawn as several features.
    """
    numbers = [str(hit.attributes[name]) for name in NUMBERS if hit.attributes.get(name)]
    if numbers:
        return (numbers[0],)
    known = sorted((str(name), str(value)) for name, value in hit.attributes.items())
    return tuple(f"{name}={value}" for name, value in known) or (f"row {hit.row}",)


def _area_development(docket: Docket, status: LandStatus) -> None:
    """A batch site on collective land in the urban zone must lie in a scheme."""
    view = docket.view
    if view.project_type.kind is not ProjectClass.BATCH:
        return
    zones = {code[:2] for code in view.rules.switches.area_development_use_zones}
    asked = status.masks.collective & view.where(USE_ZONE, lambda code: use_zone(code) in zones)
    if view.usable(SCHEME):
        outside = docket.region(THEME, {SCHEME: asked & ~view.held(SCHEME)})
        docket.hit("development.outside", outside, role=SCHEME)
        return
    unknown = docket.region(THEME, {SCHEME: asked}, positional=False)
    docket.hit("development.unknown", unknown, role=SCHEME)
