"""What follows from the two plans (consistency 3, outcome).

The order is that of the rules: a hard condition broken, an answer of a plan missing, a
special approval, both plans fit, one plan fits, neither fits.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.domain.verdict import Outcome, Reason, State, Theme
from services.domain.wording import Wording
from services.siting.judging.docket import Docket
from services.siting.judging.land_plan import LandFit, Misfit
from services.siting.judging.land_status import LandStatus
from services.siting.judging.phrases import Phrase, hectares
from services.siting.judging.plan_scale import NO_NEED, Need, ScaleAnswer, need_of, scale_answer
from services.siting.judging.urban_plan import UrbanFit
from services.siting.rule_document import NeitherFits

__all__ = ["Decision", "decide"]

SPECIAL = frozenset({"farmland.special", "redline.limited"})
# findings that say where a plan does not fit
LAND_DETAILS = frozenset({reason.rule for reason in Misfit})
URBAN_DETAILS = frozenset({"urban.incompatible", "village.incompatible"})
FIGURES, TOWN, PLANNING_AREA = "plan_figures", "town", "planning_area"
NOT_DEDUCTED = Wording(
    "（未载入已批准用地，已批面积未扣除）",
    " (the layer of approved land is not loaded, so nothing is deducted)",
)


@dataclass(frozen=True, slots=True, eq=False)
class Decision:
    """Outcome by the plans, before what other themes leave undecided."""

    outcome: Outcome
    need: Need = NO_NEED
    scale: ScaleAnswer = ScaleAnswer.NOT_ASKED


def decide(docket: Docket, status: LandStatus, land: LandFit, urban: UrbanFit) -> Decision:
    """Enter the findings that follow from both plans together, and name the outcome."""
    special = any(f.rule in SPECIAL and f.state is State.PROCEDURE for f in docket.findings)
    if any(f.state is State.NONCONFORMING for f in docket.findings):
        return Decision(Outcome.RESITE)
    neither = _neither_fits(docket, land, urban)
    if neither and not special and _is_vetoed(docket, land):
        _enter_for_plans(docket, "neither_fits", land, urban)
        return Decision(Outcome.RESITE)
    if any(docket.open_plots.get(plan) for plan in (Theme.LAND_PLAN, Theme.URBAN_PLAN)):
        return Decision(Outcome.UNDECIDED)
    if special:
        return _special(docket, status, land, urban)
    if neither:
        return _adjustment(docket, land, urban)
    return _by_fit(docket, status, land, urban)


def _by_fit(docket: Docket, status: LandStatus, land: LandFit, urban: UrbanFit) -> Decision:
    """Both plans fit, or exactly one does."""
    if land.fails:
        return _scheme(docket, status)
    if not urban.fails:
        return Decision(Outcome.FITS_BOTH_PLANS)
    docket.state("urban.scheme_due", plots=docket.plots_with(URBAN_DETAILS))
    return Decision(Outcome.CONSISTENCY_SCHEME)


def _neither_fits(docket: Docket, land: LandFit, urban: UrbanFit) -> bool:
    """Whether it is proven that the land plan fails and no urban plan makes up for it.

    Judged for the whole site; and where the land plan fails on ground to which no urban-rural
    plan applies, neither plan fits there.
    """
    if not land.fails:
        return False
    if urban.fails:
        return True
    if docket.silent_plots.get(PLANNING_AREA):
        return False
    view = docket.view
    mask = land.misfit.mask(view.size) & ~urban.applicable
    alone = docket.region(Theme.URBAN_PLAN, {PLANNING_AREA: mask})
    if alone.counted and not alone.solid:
        plots = view.plots_of(alone.mask(view.size))
        reason = Reason.WITHIN_ACCURACY
        docket.gap(Theme.URBAN_PLAN, PLANNING_AREA, reason, plots=plots, decisive=True)
    return alone.solid


def _is_vetoed(docket: Docket, land: LandFit) -> bool:
    """Whether neither plan fitting means another site, whatever else is missing."""
    if docket.view.rules.switches.neither_fits is NeitherFits.RESITE:
        return True
    return land.listed is False


def _adjustment(docket: Docket, land: LandFit, urban: UrbanFit) -> Decision:
    if land.listed is None:
        plots = docket.plots_with(_details(land, urban))
        role = "key_project"
        docket.required[role] = True
        docket.gap(Theme.LAND_PLAN, role, _why_unlisted(docket, role), plots=plots, decisive=True)
        return Decision(Outcome.UNDECIDED)
    _enter_for_plans(docket, "adjustment", land, urban)
    return Decision(Outcome.PLAN_ADJUSTMENT)


def _why_unlisted(docket: Docket, role: str) -> Reason:
    return docket.view.blocked[role] or Reason.NOT_COVERED


def _details(land: LandFit, urban: UrbanFit) -> set[str]:
    """Rules of the findings that say where a plan does not fit."""
    rules: set[str] = set()
    if land.fails:
        rules |= LAND_DETAILS
    if urban.fails:
        rules |= URBAN_DETAILS
    return rules


def _enter_for_plans(docket: Docket, rule: str, land: LandFit, urban: UrbanFit) -> None:
    """Enter a finding for each plan that does not fit."""
    plots = docket.plots_with(_details(land, urban))
    if land.fails:
        docket.state(f"plan.{rule}", plots=plots)
    if urban.fails:
        docket.state(f"urban.{rule}", plots=plots)


def _scheme(docket: Docket, status: LandStatus) -> Decision:
    """Only the urban plan fits: is there scale for what the land plan does not foresee."""
    need = need_of(docket, status.masks)
    figures = docket.view.facts.figures
    cover = docket.view.rules.switches.advance_must_cover
    scale = scale_answer(need, figures, cover)
    plots = docket.plots_with(LAND_DETAILS)
    if need.by_town and _survey_is_open(docket):
        # existing construction land is not known everywhere, so neither is the need
        return Decision(Outcome.UNDECIDED, need, ScaleAnswer.UNKNOWN)
    advance = None if figures is None else figures.advance_left_m2
    params: dict[str, Phrase] = {
        "need_ha": hectares(need.area_m2),
        "by_town": need.town_phrase(need.by_town),
        "advance_ha": "–" if advance is None else hectares(advance),
        "approved_note": Wording("", "") if _approvals_known(docket) else NOT_DEDUCTED,
    }
    match scale:
        case ScaleAnswer.NOT_ASKED | ScaleAnswer.ENOUGH:
            docket.state("scheme.due", plots=plots, **params)
            outcome = Outcome.CONSISTENCY_SCHEME
        case ScaleAnswer.ADVANCE:
            docket.state("advance.due", plots=plots, **params)
            outcome = Outcome.SCALE_ADVANCE
        case ScaleAnswer.KEEP_BROKEN:
            cultivated = need.town_phrase(need.cultivated_by_town)
            docket.state("plan.cultivated_keep", plots=plots, by_town=cultivated)
            outcome = Outcome.RESITE
        case ScaleAnswer.SHORT:
            docket.state("plan.scale_short", plots=plots, **params)
            outcome = Outcome.RESITE
        case ScaleAnswer.UNKNOWN:
            docket.state("figures.missing", plots=plots, **params)
            _missing_figures(docket, need, plots)
            outcome = Outcome.UNDECIDED
    return Decision(outcome, need, scale)


def _survey_is_open(docket: Docket) -> bool:
    return bool(docket.silent_plots.get("land_survey"))


def _approvals_known(docket: Docket) -> bool:
    return docket.view.usable("approved_land")


def _missing_figures(docket: Docket, need: Need, plots: tuple[int, ...]) -> None:
    view = docket.view
    docket.required[FIGURES] = True
    docket.gap(Theme.LAND_PLAN, FIGURES, Reason.MISSING, plots=plots, decisive=True)
    if "" in need.by_town or not view.usable(TOWN):
        docket.required[TOWN] = True
        reason = view.blocked[TOWN] or Reason.NOT_COVERED
        docket.gap(Theme.LAND_PLAN, TOWN, reason, plots=plots, decisive=True)


def _special(docket: Docket, status: LandStatus, land: LandFit, urban: UrbanFit) -> Decision:
    """A higher approval leads; a scheme that is also due is a finding beside it."""
    need = need_of(docket, status.masks) if land.fails else NO_NEED
    if land.fails:
        docket.state(
            "scheme.also_due",
            plots=docket.plots_with(LAND_DETAILS),
            need_ha=hectares(need.area_m2),
            by_town=need.town_phrase(need.by_town),
        )
    if urban.fails:
        plots = docket.plots_with(URBAN_DETAILS)
        docket.state("urban.scheme_also_due", plots=plots)
    cover = docket.view.rules.switches.advance_must_cover
    scale = scale_answer(need, docket.view.facts.figures, cover)
    if scale is ScaleAnswer.KEEP_BROKEN:
        docket.state(
            "plan.cultivated_keep",
            plots=docket.plots_with(LAND_DETAILS),
            by_town=need.town_phrase(need.cultivated_by_town),
        )
        return Decision(Outcome.RESITE, need, scale)
    return Decision(Outcome.SPECIAL_APPROVAL, need, scale)
