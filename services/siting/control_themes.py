"""Control lines, earlier approvals and enforcement: what a touch means."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from services.domain.facts import PlotFacts
from services.domain.verdict import Reason, Theme
from services.siting.docket import Docket
from services.siting.land_themes import collective_mask, new_land
from services.siting.regions import mask_of, touched_mask

__all__ = ["ask_control_themes"]

TOUCHES = {
    Theme.NATURE_RESERVE: ("nature_reserve",),
    Theme.FOREST: ("forest", "public_forest"),
    Theme.WATER: ("water_source", "river_lake", "flood_zone"),
    Theme.HERITAGE: ("heritage",),
    Theme.HAZARD: ("geohazard", "goaf"),
    Theme.MINERAL: ("mineral_right",),
    Theme.INFRASTRUCTURE: ("power_corridor", "pipeline"),
    Theme.FARMLAND_QUALITY: ("high_standard_farmland", "farmland_reserve"),
}
UM2_TOLERANCE = 1_000
# electronic supervision number, contract number
SUPPLY_NUMBERS = ("DZJGH", "HTBH")


def ask_control_themes(docket: Docket, reasons: Mapping[str, Reason | None]) -> None:
    """Enter every touch, in the order of the themes."""
    kind = docket.rules.project_types[docket.facts.project.project_type]
    _line(docket, "permanent_farmland", "farmland", special=kind.may_ask_state_council)
    _line(docket, "eco_redline", "redline", special=kind.redline_permitted)
    _growth_boundary(docket, reasons)
    for theme, roles in TOUCHES.items():
        for role in roles:
            docket.hit(
                f"touch.{role}",
                theme,
                role,
                docket.judge(touched_mask(docket.facts, role), role, theme),
            )
    _prior_approval(docket)
    _area_development(docket, reasons)
    role, theme = "enforcement_patch", Theme.ENFORCEMENT
    docket.hit(
        "enforcement.patch",
        theme,
        role,
        docket.judge(touched_mask(docket.facts, role), role, theme),
    )


def _line(docket: Docket, role: str, prefix: str, *, special: bool) -> None:
    theme = Theme(role)
    judged = docket.judge(touched_mask(docket.facts, role), role, theme)
    veto = {"farmland": "farmland.patch", "redline": "redline.touched"}[prefix]
    admitted = {"farmland": "farmland.special", "redline": "redline.limited"}[prefix]
    docket.hit(admitted if special else veto, theme, role, judged)
    docket.sliver_finding(f"{prefix}.sliver", theme, role, judged)


def _growth_boundary(docket: Docket, reasons: Mapping[str, Reason | None]) -> None:
    role, theme = "growth_boundary", Theme.GROWTH_BOUNDARY
    if reasons[role] is not None:
        return
    judged = docket.judge(~touched_mask(docket.facts, role), role, theme)
    docket.hit("boundary.outside", theme, role, judged)


def _one_supply_holds(docket: Docket, plot: PlotFacts) -> bool:
    """One supply is one contract, in however many features it was drawn."""
    layer = plot.layers.get("supplied_land")
    held: dict[str, int] = {}
    for hit in layer.hits if layer else ():
        contract = str(sorted(hit.attributes.items(), key=lambda item: item[0]))
        numbers = [str(hit.attributes[name]) for name in SUPPLY_NUMBERS if hit.attributes.get(name)]
        key = numbers[0] if numbers else contract
        held[key] = held.get(key, 0) + hit.area_um2
    return any(plot.area_um2 - area <= UM2_TOLERANCE for area in held.values())


def _prior_approval(docket: Docket) -> None:
    """Own supply over the whole plot with nothing due is in order; any other touch is a duty."""
    theme = Theme.PRIOR_APPROVAL
    due = new_land(docket)
    settled = {
        plot.index
        for plot in docket.facts.plots
        if _one_supply_holds(docket, plot)
        and not any(due[k] for k, held in enumerate(docket.facts.cells.plots) if plot.index in held)
    }
    open_cells = np.array(
        [not set(held) <= settled for held in docket.facts.cells.plots], dtype=bool
    )
    for role in ("approved_land", "supplied_land", "reserve_land", "temporary_land"):
        judged = docket.judge(touched_mask(docket.facts, role) & open_cells, role, theme)
        docket.hit(f"touch.{role}", theme, role, judged)


def _area_development(docket: Docket, reasons: Mapping[str, Reason | None]) -> None:
    role, theme = "area_development", Theme.PRIOR_APPROVAL
    kind = docket.rules.project_types[docket.facts.project.project_type]
    if kind.single_site:
        return
    zones = set(docket.rules.switches["area_development_use_zones"])
    urban = mask_of(docket.facts, "plan_use_zone", lambda code: code[:2] in zones)
    collective = collective_mask(docket)
    held = touched_mask(docket.facts, "approved_land", "supplied_land")
    asked = urban & collective & ~held
    if reasons[role] is not None:
        judged = docket.judge(asked, role, theme)
        if judged.counted:
            docket.state("development.unknown", theme, role, plots=judged.plots())
        return
    judged = docket.judge(asked & ~touched_mask(docket.facts, role), role, theme)
    docket.hit("development.outside", theme, role, judged)
