"""Does the site fit the urban-rural plan, and does it keep its mandatory contents.

Inside the planning area every parcel of the plan must go with the use; outside it the plan
does not apply, and a village plan is looked at where one is loaded. Control lines and the
forbidden area hold everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from geo.units import UM2_PER_M2
from services.domain.project import UseScheme
from services.domain.verdict import Reason, Theme
from services.domain.wording import Wording
from services.siting.judging.codes import known_code
from services.siting.judging.compatibility import admitted, as_gb50137, goes_with
from services.siting.judging.docket import Docket
from services.siting.judging.regions import Mask, Region
from services.siting.judging.site_view import SiteView

__all__ = ["UrbanFit", "judge_urban_plan"]

AREA, PLAN, LINES, SPACE, VILLAGE = (
    "planning_area",
    "urban_plan",
    "urban_control_line",
    "plan_space_zone",
    "village_plan",
)
# declared coverage cell by cell, where it was measured so
EXAMINED = "urban_plan.coverage"
THEME = Theme.URBAN_PLAN
Answer = bool | None


@dataclass(frozen=True, slots=True, eq=False)
class UrbanFit:
    """Answer of the urban-rural plan.

    Attributes
    ----------
    misfit
        Where the use does not go with the plan, or outside it with a village plan.
    applicable
        Cells where a plan applies: inside the planning area, or under a village plan that
        could be compared.
    outside_plots
        Plots that lie wholly outside the planning area, as far as that is known.
    """

    misfit: Region
    applicable: Mask
    outside_plots: tuple[int, ...]

    @property
    def fails(self) -> bool:
        """Whether it is proven that the plan does not fit."""
        return self.misfit.solid


def judge_urban_plan(docket: Docket) -> UrbanFit:
    """Enter what is in the way of the urban-rural plan and its control lines."""
    view = docket.view
    inside = _inside(docket)
    use = _use(view)
    _forbidden_area(docket)
    _control_lines(docket, inside, use)
    misfit = _classes(docket, inside, use)
    village, covered = _village_plan(docket, inside, use)
    region = docket.region(THEME, {PLAN: misfit, VILLAGE: village})
    docket.hit("urban.incompatible", region.only(misfit), role=PLAN)
    docket.hit("village.incompatible", region.only(village), role=VILLAGE)
    outside = _outside_plots(docket, inside)
    if view.facts.project.use is None:
        _use_to_name(docket, outside)
    return UrbanFit(region, inside | covered, outside)


def _inside(docket: Docket) -> Mask:
    """Cells inside the planning area, without slivers along its edge."""
    view = docket.view
    region = docket.region(THEME, {AREA: view.held(AREA)}, positional=False)
    inside = region.mask(view.size)
    docket.touch(THEME, inside)
    return inside


def _outside_plots(docket: Docket, inside: Mask) -> tuple[int, ...]:
    """Plots of which the planning area is known and holds nothing."""
    view = docket.view
    silent = docket.silent_plots.get(AREA, set())
    within = set(view.plots_of(inside))
    return tuple(plot for plot in view.plots if plot not in within and plot not in silent)


def _use(view: SiteView) -> str | None:
    project = view.facts.project
    if project.use is None:
        return None
    return as_gb50137(project.use, project.use_scheme, view.rules.tables)


def _forbidden_area(docket: Docket) -> None:
    view = docket.view
    zones = view.rules.tables.space_zones
    mask = view.where(SPACE, lambda code: zones.get(code, False))
    region = docket.region(THEME, {SPACE: mask})
    docket.touch(THEME, region.mask(view.size))
    docket.hit("urban.space_zone", region)


def _control_lines(docket: Docket, inside: Mask, use: str | None) -> None:
    """Enter lines that do not admit the use, and lines of which that cannot be told."""
    view = docket.view
    lines = view.rules.tables.control_lines

    def answers(wanted: Answer) -> Mask:
        return view.where(
            LINES, lambda code: code in lines and admitted(use, lines[code].uses) is wanted
        )

    broken = docket.region(THEME, {LINES: answers(False)})
    docket.touch(THEME, docket.region(THEME, {LINES: view.held(LINES)}).mask(view.size))
    docket.hit("urban.control_line", broken, names=_line_names(view, broken))
    untold = docket.region(THEME, {LINES: answers(None)}, positional=False)
    if not untold.counted:
        return
    if view.facts.project.use is not None:
        plots = view.plots_of(untold.mask(view.size))
        docket.gap(THEME, LINES, Reason.NO_STANDARD_LOADED, plots=plots, decisive=True)
    elif inside.any() or not docket.view.usable(AREA):
        # outside the planning area naming the use is a duty, entered for the site
        docket.hit("use.missing", untold, role=LINES)


def _line_names(view: SiteView, region: Region) -> Wording:
    lines = view.rules.tables.control_lines
    names = [lines[code].name for code in view.codes_at(LINES, region.cells) if code in lines]
    return Wording("、".join(name.zh for name in names), ", ".join(name.en for name in names))


def _classes(docket: Docket, inside: Mask, use: str | None) -> Mask:
    """Cells inside the planning area whose class does not go with the use."""
    view = docket.view
    _, role = view.rules.roles[PLAN]
    docket.required[PLAN] = bool(inside.any())
    if not docket.required[PLAN]:
        docket.reasons[PLAN] = view.blocked[PLAN]
        return view.nowhere()
    if not view.usable(PLAN):
        plots = view.plots_of(inside)
        reason = view.blocked[PLAN] or Reason.MISSING
        docket.gap(THEME, PLAN, reason, plots=plots, decisive=True)
        return view.nowhere()
    _coverage(docket, inside)
    scheme = view.scheme(PLAN, UseScheme.GB50137)
    known = known_code(view, role) or _no_code
    tables = view.rules.tables

    def answers(wanted: Answer) -> Mask:
        return inside & view.where(
            PLAN,
            lambda code: (
                known(code) and goes_with(use, as_gb50137(code, scheme, tables), tables) is wanted
            ),
        )

    misfit, untold = answers(False), answers(None)
    _note(docket, inside & view.where(PLAN, lambda code: not known(code)), Reason.UNKNOWN_CODES)
    if view.facts.project.use is None:
        region = docket.region(THEME, {PLAN: inside & ~misfit}, positional=False)
        docket.hit("use.missing", region, role=PLAN)
    else:
        _note(docket, untold & ~misfit, Reason.NO_STANDARD_LOADED)
    return misfit


def _no_code(_: str) -> bool:
    return False


def _note(docket: Docket, mask: Mask, reason: Reason) -> None:
    view = docket.view
    region = docket.region(THEME, {PLAN: mask}, positional=False)
    if region.counted:
        plots = view.plots_of(region.mask(view.size))
        docket.gap(THEME, PLAN, reason, plots=plots, decisive=True)


def _coverage(docket: Docket, inside: Mask) -> None:
    """Enter ground inside the planning area without a parcel, or outside the coverage."""
    view = docket.view
    examined = view.held(PLAN)
    if EXAMINED in view.facts.cells.columns:
        examined &= view.held(EXAMINED)
    _note(docket, inside & ~examined, Reason.NOT_COVERED)
    tolerance = view.rules.switches.coverage_tolerance_m2
    short = []
    for plot in view.facts.plots:
        asked = view.area_m2(inside & view.in_plot(plot.index))
        if asked - plot.layers[PLAN].checked_um2 / UM2_PER_M2 > tolerance:
            short.append(plot.index)
    if short:
        docket.gap(THEME, PLAN, Reason.NOT_COVERED, plots=short, decisive=True)


def _village_plan(docket: Docket, inside: Mask, use: str | None) -> tuple[Mask, Mask]:
    """Cells outside the planning area that a village plan denies, and that it answers for."""
    view = docket.view
    tables = view.rules.tables
    scheme = view.scheme(VILLAGE, UseScheme.NONE)
    asked = view.held(VILLAGE) & ~inside

    def answers(wanted: Answer) -> Mask:
        return asked & view.where(
            VILLAGE,
            lambda code: goes_with(use, as_gb50137(code, scheme, tables), tables) is wanted,
        )

    denied = answers(False)
    untold = answers(None) & ~denied
    region = docket.region(THEME, {VILLAGE: untold}, positional=False)
    docket.hit("village.verify", region)
    return denied, asked & ~untold


def _use_to_name(docket: Docket, outside: tuple[int, ...]) -> None:
    """Where the urban plan does not apply, naming the use is a duty."""
    if outside:
        docket.state("use.to_name", plots=outside)
