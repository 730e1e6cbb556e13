"""Does the site fit the land plan, does it fit the urban-rural plan (consistency 3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from services.domain.project import UseScheme
from services.domain.verdict import Reason, Theme
from services.labels import label
from services.siting.docket import Docket
from services.siting.regions import Mask, mask_of, touched_mask
from services.siting.rule_set import ProjectType
from services.siting.uses import urban_use

__all__ = ["LandFit", "UrbanFit", "ask_land_plan", "ask_urban_plan"]

ZONE, USE_ZONE, PLANNED = "plan_control_zone", "plan_use_zone", "plan_land_class"
PERMITTED, CONDITIONAL, RESTRICTED, FORBIDDEN = "01", "02", "03", "04"
TOURISM = "tourism"
URBAN_PLAN, LINES, SPACE = "urban_plan", "urban_control_line", "plan_space_zone"


@dataclass(frozen=True, slots=True)
class LandFit:
    """`fits` is None where it cannot be decided."""

    fits: bool | None


@dataclass(frozen=True, slots=True)
class UrbanFit:
    """`fits` is None where it cannot be decided; `applies` is false outside the planning area."""

    fits: bool | None
    applies: bool
    outside_plots: tuple[int, ...] = ()


def ask_land_plan(docket: Docket, reasons: Mapping[str, Reason | None]) -> LandFit:
    """Enter what is in the way of the land plan."""
    theme = Theme.LAND_PLAN
    zone = {code: _zone(docket, code) for code in (CONDITIONAL, RESTRICTED, FORBIDDEN)}
    docket.hit("plan.forbidden", theme, ZONE, docket.judge(zone[FORBIDDEN], ZONE, theme))
    kind = docket.rules.project_types[docket.facts.project.project_type]
    admitted = _admitted_single_site(docket) if kind.single_site else _none(docket)
    blocked = [
        ("plan.restricted", ZONE, zone[RESTRICTED] & ~zone[FORBIDDEN] & ~admitted),
        (
            "plan.conditional_zone",
            ZONE,
            zone[CONDITIONAL] & ~zone[RESTRICTED] & ~zone[FORBIDDEN] & ~admitted,
        ),
    ]
    if not kind.single_site:
        permitted = ~zone[CONDITIONAL] & ~zone[RESTRICTED] & ~zone[FORBIDDEN]
        blocked += [
            ("plan.contradiction", USE_ZONE, permitted & _wrong_use_zone(docket, kind)),
            (
                "plan.contradiction",
                PLANNED,
                permitted & ~_wrong_use_zone(docket, kind) & _wrong_class(docket),
            ),
        ]
    fits: bool | None = True
    for rule, role, mask in blocked:
        judged = docket.judge(mask, role, theme)
        if docket.hit(rule, theme, role, judged):
            fits = False if judged.decided else (fits and None)
    unknown = any(reasons[role] is not None for role in (ZONE, USE_ZONE))
    if unknown and fits is not False:
        fits = None
    return LandFit(fits)


def _zone(docket: Docket, kind: str) -> Mask:
    """Cells of one control zone; local subdivisions share the first two digits (codes 1)."""
    return mask_of(docket.facts, ZONE, lambda code: code[:2] == kind)


def _none(docket: Docket) -> Mask:
    return np.zeros(len(docket.facts.cells.area_m2), dtype=bool)


def _admitted_single_site(docket: Docket) -> Mask:
    """Single sites may stand outside 010 where the plan foresees them."""
    foreseen = tuple(docket.rules.switches["single_site_planned_classes"])
    classes = mask_of(docket.facts, PLANNED, lambda code: code.startswith(foreseen))
    others = mask_of(docket.facts, PLANNED, lambda code: not code.startswith(foreseen))
    listed = touched_mask(docket.facts, "key_project")
    return (classes & ~others) | listed


def _wrong_use_zone(docket: Docket, kind: ProjectType) -> Mask:
    switches = docket.rules.switches
    allowed = set(switches["batch_use_zones"])
    if kind.id == TOURISM:
        allowed |= set(switches["tourism_use_zones"])
    return mask_of(docket.facts, USE_ZONE, lambda code: code[:2] not in allowed)


def _wrong_class(docket: Docket) -> Mask:
    agreeing = tuple(docket.rules.switches["batch_planned_classes"])
    return mask_of(docket.facts, PLANNED, lambda code: not code.startswith(agreeing))


def ask_urban_plan(docket: Docket, reasons: Mapping[str, Reason | None]) -> UrbanFit:
    """Enter what is in the way of the urban-rural plan and its mandatory contents."""
    theme = Theme.URBAN_PLAN
    inside = touched_mask(docket.facts, "planning_area")
    judged = docket.judge(inside, "planning_area", theme)
    plots_inside = set(judged.plots())
    outside_plots = tuple(plot for plot in docket.every_plot if plot not in plots_inside)
    area_known = reasons["planning_area"] is None
    applies = bool(judged.counted) or not area_known
    _space_zone(docket)
    lines_open = _control_lines(docket, applies=applies)
    _village_plan(docket, ~inside)
    if not applies:
        return UrbanFit(None, applies=False, outside_plots=outside_plots)
    fits = _classes_fit(docket, inside, reasons)
    if not area_known or reasons[LINES] is not None or lines_open:
        fits = False if fits is False else None
    return UrbanFit(fits, applies=True, outside_plots=outside_plots if area_known else ())


def _village_plan(docket: Docket, outside: Mask) -> None:
    """Outside the planning area the village plan speaks; the officer compares its uses."""
    role, theme = "village_plan", Theme.URBAN_PLAN
    mask = outside & touched_mask(docket.facts, role)
    docket.hit("touch.village_plan", theme, role, docket.judge(mask, role, theme))


def _space_zone(docket: Docket) -> None:
    mask = mask_of(docket.facts, SPACE, lambda code: "禁" in code)
    docket.hit(
        "urban.space_zone", Theme.URBAN_PLAN, SPACE, docket.judge(mask, SPACE, Theme.URBAN_PLAN)
    )


def _control_lines(docket: Docket, *, applies: bool) -> bool:
    """Ask the lines; return whether an answer is missing because the use is not named."""
    use, theme = urban_use(docket.facts.project, docket.rules), Theme.URBAN_PLAN
    lines = docket.rules.control_lines
    touched = touched_mask(docket.facts, LINES)
    if use is None:
        judged = docket.judge(touched, LINES, theme)
        if not judged.counted:
            return False
        name = label("role", LINES)
        if applies:
            docket.hit("use.missing", theme, LINES, judged, name=name.zh)
        else:
            docket.hit("use.to_name", theme, LINES, judged)
        return applies
    mask = mask_of(
        docket.facts, LINES, lambda code: not any(use.startswith(u) for u in lines.get(code, ()))
    )
    docket.hit("urban.control_line", theme, LINES, docket.judge(mask, LINES, theme))
    return False


def _classes_fit(docket: Docket, inside: Mask, reasons: Mapping[str, Reason | None]) -> bool | None:
    theme, use = Theme.URBAN_PLAN, urban_use(docket.facts.project, docket.rules)
    examined = touched_mask(docket.facts, f"{URBAN_PLAN}.coverage")
    open_ground = inside & ~(touched_mask(docket.facts, URBAN_PLAN) & examined)
    empty = docket.judge(open_ground, "planning_area", theme)
    reason = reasons[URBAN_PLAN]
    if reason in {None, Reason.NOT_COVERED}:
        reason = Reason.NOT_COVERED if empty.counted else None
    if reason is not None:
        plots = empty.plots() if reason is Reason.NOT_COVERED else None
        docket.gap(theme, URBAN_PLAN, reason, required=True, plots=plots)
    if use is None:
        docket.state("use.missing", theme, URBAN_PLAN, name=label("role", URBAN_PLAN).zh)
        return None
    classes = docket.rules.use_classes.get(use[:1])
    if classes is None:
        docket.gap(theme, URBAN_PLAN, Reason.NO_STANDARD_LOADED, required=True)
        return None
    version = docket.facts.roles[URBAN_PLAN].version
    scheme = version.scheme if version else UseScheme.GB50137

    def unfit(code: str) -> bool:
        known = docket.rules.urban_class(code, scheme)
        return known is not None and not known.startswith(classes)

    mask = inside & mask_of(docket.facts, URBAN_PLAN, unfit)
    judged = docket.judge(mask, URBAN_PLAN, theme)
    if docket.hit("urban.incompatible", theme, URBAN_PLAN, judged):
        return False if judged.decided else None
    return True if reason is None else None
