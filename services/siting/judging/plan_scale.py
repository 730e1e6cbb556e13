"""The need for scale of new construction land, by town, against the plan figures (C1, C2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

import numpy as np

from services.domain.facts import PlanFigures
from services.domain.verdict import Theme
from services.domain.wording import Wording
from services.siting.judging.docket import Docket
from services.siting.judging.land_plan import CONDITIONAL, PERMITTED, ZONE
from services.siting.judging.land_status import StatusMasks
from services.siting.judging.phrases import hectares
from services.siting.judging.regions import Mask
from services.siting.judging.site_view import SiteView
from services.siting.rule_document import AdvanceCover

__all__ = ["NO_NEED", "Need", "ScaleAnswer", "need_of", "scale_answer"]

TOWN = "town"
UNKNOWN_TOWN = ""
CENT = 100


class ScaleAnswer(Enum):
    """What the figures say."""

    NOT_ASKED = "not_asked"
    ENOUGH = "enough"
    ADVANCE = "advance"
    SHORT = "short"
    KEEP_BROKEN = "keep_broken"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, eq=False)
class Need:
    """Plan scale that a site asks for, and the cultivated land that it takes there.

    Attributes
    ----------
    mask
        Cells outside 010 and 020 that are neither construction land nor approved, without
        slivers: each square metre once.
    by_town, cultivated_by_town
        Areas in m² by town code; `""` where no town is known.
    """

    mask: Mask
    by_town: Mapping[str, float]
    cultivated_by_town: Mapping[str, float]

    @property
    def area_m2(self) -> float:
        """Sum over the towns."""
        return float(sum(self.by_town.values()))

    def town_phrase(self, areas: Mapping[str, float]) -> Wording:
        """Areas by town in brackets; nothing where there is only one town."""
        if len(areas) < 2:
            return Wording("", "")
        parts = [f"{town or '–'} {hectares(area)}" for town, area in sorted(areas.items())]
        return Wording(f"（{'、'.join(parts)} 公顷）", f" ({', '.join(parts)} ha)")


NO_NEED = Need(np.zeros(0, dtype=bool), {}, {})
"""Of a site that takes no scale."""


def need_of(docket: Docket, masks: StatusMasks) -> Need:
    """Need of a site that does not fit the land-use plan."""
    view = docket.view
    inside = view.throughout(ZONE, lambda code: code[:2] in {PERMITTED, CONDITIONAL})
    asked = view.held(ZONE) & ~inside & ~masks.construction & ~masks.approved
    region = docket.region(Theme.LAND_PLAN, {ZONE: asked}, positional=False)
    mask = region.mask(view.size)
    least = view.thresholds(Theme.LAND_PLAN).min_area_m2
    by_town = _by_town(view, mask, least)
    cultivated = _by_town(view, masks.cultivated & ~masks.approved, least)
    return Need(mask, by_town, {town: cultivated.get(town, 0.0) for town in by_town})


def _by_town(view: SiteView, mask: Mask, least_m2: float) -> dict[str, float]:
    """Areas by town; what is less than a sliver of one town goes to the largest share."""
    towns = view.column(TOWN)
    areas: dict[str, float] = {}
    for cell in np.flatnonzero(mask):
        town = str(towns[cell])
        areas[town] = areas.get(town, 0.0) + float(view.facts.cells.area_m2[cell])
    if not areas:
        return areas
    largest = max(sorted(areas), key=lambda town: areas[town])
    small = [town for town, area in areas.items() if area < least_m2 and town != largest]
    for town in small:
        areas[largest] += areas.pop(town)
    return areas


def scale_answer(need: Need, figures: PlanFigures | None, cover: AdvanceCover) -> ScaleAnswer:
    """Compare a need with the figures; printed digits are compared, not binary fractions.

    Figures that are missing for any town of the need, or for the district where a town is
    short, leave the answer unknown.
    """
    if not need.by_town:
        return ScaleAnswer.NOT_ASKED
    if figures is None or any(town not in figures.towns for town in need.by_town):
        return ScaleAnswer.UNKNOWN
    margins = [
        _fits(area, figures.towns[town].cultivated_margin_m2)
        for town, area in need.cultivated_by_town.items()
    ]
    if False in margins:
        return ScaleAnswer.KEEP_BROKEN
    left = {
        town: _fits(area, figures.towns[town].scale_left_m2) for town, area in need.by_town.items()
    }
    if None in margins or None in left.values():
        return ScaleAnswer.UNKNOWN
    short = [town for town, fits in left.items() if not fits]
    return _advance(need, short, figures, cover) if short else ScaleAnswer.ENOUGH


def _advance(
    need: Need, short: list[str], figures: PlanFigures, cover: AdvanceCover
) -> ScaleAnswer:
    """Whether the district may draw in advance what the towns have not left."""
    asked = list(need.by_town) if cover is AdvanceCover.WHOLE_NEED else short
    enough = _fits(sum(need.by_town[town] for town in asked), figures.advance_left_m2)
    answers = {True: ScaleAnswer.ADVANCE, False: ScaleAnswer.SHORT, None: ScaleAnswer.UNKNOWN}
    return answers[enough]


def _fits(area_m2: float, limit_m2: float | None) -> bool | None:
    if limit_m2 is None:
        return None
    return round(area_m2 * CENT) <= round(limit_m2 * CENT)
