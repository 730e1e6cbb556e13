"""Land status: what the survey says is there, and which routine steps are due."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.domain.verdict import Reason, Theme
from services.siting.docket import Docket
from services.siting.regions import Mask, mask_of, touched_mask

__all__ = [
    "ask_land_status",
    "collective_mask",
    "construction_mask",
    "cultivated_mask",
    "indicator_needs",
    "new_land",
]

SURVEY = "land_survey"
OWNERSHIP = "land_survey.QSXZ"
FARMLAND, CONSTRUCTION, UNUSED = "农用地", "建设用地", "未利用地"


def _class_mask(docket: Docket, three_class: str) -> Mask:
    known = docket.rules.three_classes
    return mask_of(docket.facts, SURVEY, lambda code: known.get(code) == three_class)


def construction_mask(docket: Docket) -> Mask:
    """Cells that the survey shows as construction land and nothing else."""
    known = docket.rules.three_classes
    other = mask_of(docket.facts, SURVEY, lambda code: known.get(code) != CONSTRUCTION)
    return _class_mask(docket, CONSTRUCTION) & ~other


def cultivated_mask(docket: Docket) -> Mask:
    """Cells with cultivated land."""
    return mask_of(docket.facts, SURVEY, lambda code: code in docket.rules.cultivated)


def new_land(docket: Docket) -> Mask:
    """Cells that become construction land: not built on, not approved, not supplied."""
    return ~construction_mask(docket) & ~touched_mask(
        docket.facts, "approved_land", "supplied_land"
    )


def collective_mask(docket: Docket) -> Mask:
    """Cells whose ownership code is collective (QSXZ 30 to 40)."""
    return mask_of(docket.facts, OWNERSHIP, lambda code: code[:1] in {"3", "4"})


def _ownership_unknown(docket: Docket) -> Mask:
    state = mask_of(docket.facts, OWNERSHIP, lambda code: code[:1] in {"1", "2"})
    return ~state & ~collective_mask(docket)


def ask_land_status(docket: Docket, reasons: Mapping[str, Reason | None]) -> None:
    """Enter conversion, replenishment, expropriation and the use of unused land."""
    if reasons[SURVEY] not in {None, Reason.NOT_COVERED}:
        return
    fresh = new_land(docket)
    held = touched_mask(docket.facts, "approved_land", "supplied_land")
    steps = {
        "conversion.due": fresh & _class_mask(docket, FARMLAND),
        "replenishment.due": fresh & cultivated_mask(docket),
        "unused_land.due": fresh & _class_mask(docket, UNUSED),
        "expropriation.due": collective_mask(docket) & ~held,
        "ownership.unknown": _ownership_unknown(docket) & ~held,
    }
    for rule, mask in steps.items():
        judged = docket.judge(mask, SURVEY, Theme.LAND_STATUS)
        docket.hit(rule, Theme.LAND_STATUS, SURVEY, judged)


def _survey_codes(docket: Docket) -> list[str]:
    survey = docket.facts.site.layers.get(SURVEY)
    return [line.code for line in survey.classes] if survey else []


def _main_classes(docket: Docket) -> dict[str, str]:
    """Main class of every survey code at the site, as this rule set has it."""
    known = docket.rules.three_classes
    return {code: known[code] for code in _survey_codes(docket) if code in known}


def indicator_needs(docket: Docket) -> dict[str, Any]:
    """Areas that the sheet lists under indicator needs and status, m²."""
    area = docket.facts.cells.area_m2
    fresh = new_land(docket)

    def total(mask: Mask) -> float:
        return round(float(area[mask].sum()), 2)

    collective = collective_mask(docket)
    unknown = _ownership_unknown(docket)
    held = touched_mask(docket.facts, "approved_land", "supplied_land")
    return {
        "main_class": _main_classes(docket),
        "cultivated_codes": sorted(docket.rules.cultivated & set(_survey_codes(docket))),
        "three_class": {
            FARMLAND: total(_class_mask(docket, FARMLAND)),
            "耕地": total(cultivated_mask(docket)),
            CONSTRUCTION: total(construction_mask(docket)),
            UNUSED: total(_class_mask(docket, UNUSED)),
        },
        "ownership": {
            "集体": total(collective),
            "国有": total(~collective & ~unknown),
            "未载明": total(unknown),
        },
        "conversion_m2": total(fresh & _class_mask(docket, FARMLAND)),
        "expropriation_m2": total(collective & ~held),
        "new_construction_m2": total(fresh),
        "cultivated_m2": total(fresh & cultivated_mask(docket)),
    }
