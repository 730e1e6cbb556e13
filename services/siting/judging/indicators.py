"""Indicator needs and status of a site, each in exact m², for section 7 of the sheet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from services.domain.project import UseScheme
from services.domain.verdict import State
from services.siting.judging.docket import Docket
from services.siting.judging.land_plan import CONDITIONAL, ZONE
from services.siting.judging.land_status import SURVEY, LandStatus
from services.siting.judging.outcome import Decision
from services.siting.judging.plan_scale import TOWN, ScaleAnswer
from services.siting.judging.regions import Mask
from services.siting.rule_tables import CONSTRUCTION, FARMLAND, UNUSED, LandClass

__all__ = ["indicators"]

KCXS = "land_survey.KCXS"
M2_DIGITS = 6
DISPUTED = "0404"
RETURNABLE = "K"
# conditions that only the plan figures answer, and only where scale is asked for
FIGURE_CONDITIONS = frozenset({"C1", "C2"})
# layers that answer the others; a condition of which none is loaded was not tested
CONDITION_ROLES = {
    "C3": ("permanent_farmland",),
    "C4": ("eco_redline",),
    "C5": ("plan_control_zone",),
    "C6": ("urban_control_line",),
    "C7": ("growth_boundary",),
}
DUTIES = {State.PROCEDURE: "special", State.CONDITIONAL: "duty"}
FIGURE_ANSWERS = {ScaleAnswer.NOT_ASKED: "not_tested", ScaleAnswer.UNKNOWN: "unknown"}


def indicators(docket: Docket, status: LandStatus, decision: Decision) -> dict[str, Any]:
    """Everything as plain JSON values; 0 where the survey gives no answer.

    A square metre is counted once in each area. Slivers are part of these sums: they describe
    the site, while findings leave slivers out.
    """
    view = docket.view
    masks = status.masks
    known = view.usable(SURVEY)

    def area_of(mask: Mask) -> float:
        return round(view.area_m2(mask), M2_DIGITS)

    def area(mask: Mask) -> float:
        return area_of(mask) if known else 0.0

    unknown = view.held(SURVEY) & ~masks.state_owned & ~masks.collective
    return {
        "main_class": _main_classes(docket),
        "cultivated_codes": _cultivated_codes(docket),
        "three_class": {
            FARMLAND: area(masks.farmland),
            "耕地": area(masks.cultivated),
            CONSTRUCTION: area(masks.construction),
            UNUSED: area(masks.unused),
        },
        "ownership": {
            "国有": area(masks.state_owned),
            "集体": area(masks.collective),
            "未载明": area(unknown),
        },
        "conversion_m2": area(masks.farmland & ~masks.approved),
        "cultivated_m2": area(masks.cultivated & ~masks.approved),
        "expropriation_m2": area(masks.collective & ~masks.approved),
        "new_construction_m2": area(masks.new),
        "ridge_m2": _ridge_m2(docket, masks.cultivated) if known else 0.0,
        "returnable_m2": area(view.where(SURVEY, lambda code: code.endswith(RETURNABLE))),
        "permanent_farmland_m2": _held(docket, "permanent_farmland"),
        "approved_m2": _held(docket, "approved_land"),
        "supplied_m2": _held(docket, "supplied_land"),
        "conditional_zone_m2": area_of(view.where(ZONE, lambda code: code[:2] == CONDITIONAL)),
        "need_m2": round(decision.need.area_m2, M2_DIGITS),
        "need_by_town_m2": _rounded(decision.need.by_town),
        "scale": decision.scale.value,
        "by_town": _by_town(docket, status),
        "other_grassland": {
            "code": DISPUTED,
            "counted_as": view.rules.switches.other_grassland.value,
            "area_m2": area(view.where(SURVEY, lambda code: code == DISPUTED)),
        },
        "accuracy_unstated": _unstated(docket),
        "conditions": _conditions(docket, decision),
    }


def _land_classes(docket: Docket) -> Mapping[str, LandClass]:
    scheme = docket.view.scheme(SURVEY, UseScheme.SANDIAO)
    return docket.view.rules.tables.land_classes.get(scheme, {})


def _survey_codes(docket: Docket) -> list[str]:
    survey = docket.view.facts.site.layers.get(SURVEY)
    return [line.code for line in survey.classes] if survey else []


def _main_classes(docket: Docket) -> dict[str, str]:
    """农用地, 建设用地 or 未利用地 of every survey code at the site."""
    known = _land_classes(docket)
    pairs = {code: known[code].three_class for code in _survey_codes(docket) if code in known}
    return {code: three for code, three in pairs.items() if three is not None}


def _cultivated_codes(docket: Docket) -> list[str]:
    known = _land_classes(docket)
    return sorted(c for c in _survey_codes(docket) if c in known and known[c].cultivated)


def _held(docket: Docket, role: str) -> float | None:
    view = docket.view
    return round(view.area_m2(view.held(role)), M2_DIGITS) if view.usable(role) else None


def _rounded(areas: Mapping[str, float]) -> dict[str, float]:
    return {town: round(area, M2_DIGITS) for town, area in sorted(areas.items())}


def _ridge_m2(docket: Docket, cultivated: Mask) -> float:
    """Ridges (1203) inside cultivated patches: area × KCXS, where the survey states it.

    TBDLMJ = TBMJ − round(TBMJ × KCXS): pro rata inside a range (layers and codes 2).
    """
    view = docket.view
    shares = view.column(KCXS)
    ridge = 0.0
    for cell in np.flatnonzero(cultivated):
        text = str(shares[cell])
        try:
            share = float(text) if text else 0.0
        except ValueError:
            continue  # patches that overlap with two coefficients: nothing is deducted
        if 0.0 < share < 1.0:
            ridge += share * float(view.facts.cells.area_m2[cell])
    return round(ridge, M2_DIGITS)


def _by_town(docket: Docket, status: LandStatus) -> dict[str, dict[str, float]]:
    """Site, new construction land and cultivated land taken, by town; sums give the whole."""
    view = docket.view
    masks = status.masks
    towns = view.column(TOWN)
    wanted = {
        "area_m2": np.ones(view.size, dtype=bool),
        "new_construction_m2": masks.new,
        "cultivated_m2": masks.cultivated,
    }
    return {
        str(town): {
            key: round(view.area_m2(mask & (towns == town)), M2_DIGITS)
            for key, mask in wanted.items()
        }
        for town in sorted(set(towns.tolist()))
    }


def _unstated(docket: Docket) -> list[str]:
    """Roles in use whose layer states no accuracy (未注明)."""
    view = docket.view
    roles = view.facts.roles
    return [
        role
        for role in view.rules.roles
        if view.usable(role) and (known := roles[role].version) and known.accuracy_m is None
    ]


def _conditions(docket: Docket, decision: Decision) -> dict[str, str]:
    """C1 to C7: kept, broken, special, duty, not_tested or unknown."""
    rules = docket.view.rules
    return {key: _condition(docket, decision, key) for key in rules.document.conditions}


def _condition(docket: Docket, decision: Decision, key: str) -> str:
    states = {finding.state for finding in docket.findings if finding.condition == key}
    if State.NONCONFORMING in states:
        return "broken"
    if key in FIGURE_CONDITIONS:
        return FIGURE_ANSWERS.get(decision.scale, "kept")
    themes = {row.theme for row in docket.view.rules.findings.values() if row.condition == key}
    if State.UNDECIDED in states or any(docket.open_plots.get(theme) for theme in themes):
        return "unknown"
    if not any(docket.view.usable(role) for role in CONDITION_ROLES.get(key, ())):
        return "not_tested"
    return next((word for state, word in DUTIES.items() if state in states), "kept")
