"""What follows: the outcome of the transition regime, with the need for plan scale."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from services.domain.facts import PlanFigures
from services.domain.verdict import Outcome, Reason, State, Theme
from services.siting.docket import Docket
from services.siting.land_themes import construction_mask, cultivated_mask
from services.siting.plan_fit import CONDITIONAL, PERMITTED, ZONE, LandFit, UrbanFit
from services.siting.regions import JOINT, Mask, mask_of, touched_mask

__all__ = ["decide_outcome"]

M2_PER_HA = 10_000
LEAST_NEED_M2 = 0.005
SPECIAL = frozenset({"farmland.special", "redline.limited"})
IN_THE_WAY = frozenset(
    {"plan.restricted", "plan.conditional_zone", "plan.contradiction", "urban.incompatible"}
)


def decide_outcome(
    docket: Docket, land: LandFit, urban: UrbanFit, reasons: Mapping[str, Reason | None]
) -> Outcome:
    """Outcome by consistency 3; findings that follow from it are entered."""
    states = {finding.state for finding in docket.findings}
    if State.NONCONFORMING in states:
        return Outcome.RESITE
    if land.fits is None or (urban.applies and urban.fits is None):
        return Outcome.UNDECIDED
    special = any(
        finding.rule in SPECIAL and finding.state is State.PROCEDURE for finding in docket.findings
    )
    if land.fits and (urban.fits or not urban.applies):
        return Outcome.SPECIAL_APPROVAL if special else Outcome.FITS_BOTH_PLANS
    if not land.fits and not (urban.applies and urban.fits):
        return _neither(docket)
    outcome = _scheme(docket, land, reasons)
    if special and outcome in {Outcome.CONSISTENCY_SCHEME, Outcome.SCALE_ADVANCE}:
        return Outcome.SPECIAL_APPROVAL
    return outcome


def _neither(docket: Docket) -> Outcome:
    listed = bool(touched_mask(docket.facts, "key_project").any())
    if docket.rules.switches["neither_fits"] == "plan_adjustment" and listed:
        docket.state("plan.adjustment", Theme.LAND_PLAN, plots=_plots_in_the_way(docket))
        return Outcome.PLAN_ADJUSTMENT
    docket.state("plan.neither_fits", Theme.LAND_PLAN, plots=_plots_in_the_way(docket))
    return Outcome.RESITE


def _plots_in_the_way(docket: Docket) -> tuple[int, ...]:
    return tuple(sorted({p for f in docket.findings if f.rule in IN_THE_WAY for p in f.plots}))


def _need_mask(docket: Docket) -> Mask:
    free = mask_of(docket.facts, ZONE, lambda code: code[:2] not in {PERMITTED, CONDITIONAL})
    approved = touched_mask(docket.facts, "approved_land")
    return free & ~construction_mask(docket) & ~approved


def _scheme(docket: Docket, land: LandFit, reasons: Mapping[str, Reason | None]) -> Outcome:
    plots = _plots_in_the_way(docket)
    need = {} if land.fits else _by_town(docket, _need_mask(docket))
    total = sum(need.values())
    if total < LEAST_NEED_M2:
        docket.state(
            "scheme.due",
            Theme.LAND_PLAN if not land.fits else Theme.URBAN_PLAN,
            plots=plots,
            need_ha="0.0000",
        )
        return Outcome.CONSISTENCY_SCHEME
    if reasons["land_survey"] is not None:
        return Outcome.UNDECIDED
    figures = docket.facts.figures
    if figures is None or "" in need or any(t not in figures.towns for t in need):
        return _no_figures(docket, plots)
    return _scale(docket, need, figures, plots)


def _no_figures(docket: Docket, plots: tuple[int, ...]) -> Outcome:
    docket.state("figures.missing", Theme.LAND_PLAN, plots=plots)
    return Outcome.UNDECIDED


def _scale(
    docket: Docket, need: Mapping[str, float], figures: PlanFigures, plots: tuple[int, ...]
) -> Outcome:
    """C1 and C2 by town: scale left, then the advance of the district (consistency 3 and 5)."""
    broken = _cultivated_keep(docket, figures, plots)
    if broken is not None:
        return broken
    left = {town: figures.towns[town].scale_left_m2 for town in need}
    known = {town: area for town, area in left.items() if area is not None}
    if len(known) < len(need):
        return _no_figures(docket, plots)
    total = sum(need.values())
    if all(need[town] <= known[town] for town in need):
        docket.state("scheme.due", Theme.LAND_PLAN, plots=plots, need_ha=_ha(total))
        return Outcome.CONSISTENCY_SCHEME
    advance = figures.advance_left_m2
    if advance is None:
        return _no_figures(docket, plots)
    short = total > advance
    docket.state(
        "plan.scale_short" if short else "advance.due",
        Theme.LAND_PLAN,
        plots=plots,
        need_ha=_ha(total),
        advance_ha=_ha(advance),
        left_ha=_ha(sum(known.values())),
    )
    return Outcome.RESITE if short else Outcome.SCALE_ADVANCE


def _cultivated_keep(
    docket: Docket, figures: PlanFigures, plots: tuple[int, ...]
) -> Outcome | None:
    """C2: the cultivated land taken may not exceed the margin of its town."""
    for town, area in _by_town(docket, _need_mask(docket) & cultivated_mask(docket)).items():
        margin = figures.towns[town].cultivated_margin_m2
        if margin is None:
            return _no_figures(docket, plots)
        if area > margin:
            docket.state(
                "plan.cultivated_keep",
                Theme.LAND_PLAN,
                plots=plots,
                town=town,
                need_ha=_ha(area),
                left_ha=_ha(margin),
            )
            return Outcome.RESITE
    return None


def _ha(area_m2: float) -> str:
    return f"{area_m2 / M2_PER_HA:,.4f}"


def _by_town(docket: Docket, mask: Mask) -> dict[str, float]:
    towns = docket.facts.cells.column("town")
    areas: dict[str, float] = {}
    for cell in np.flatnonzero(mask):
        town = str(towns[cell]).split(JOINT)[0]
        areas[town] = areas.get(town, 0.0) + float(docket.facts.cells.area_m2[cell])
    return {town: area for town, area in areas.items() if area >= LEAST_NEED_M2}
