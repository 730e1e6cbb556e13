"""Land status: what the survey says is there, and which routine steps are due."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from services.domain.facts import OUTSIDE
from services.domain.project import UseScheme
from services.domain.verdict import Theme
from services.domain.wording import Wording
from services.siting.judging.docket import Docket
from services.siting.judging.regions import Mask, Region
from services.siting.judging.site_view import SiteView
from services.siting.rule_tables import CONSTRUCTION, FARMLAND, UNUSED, LandClass

__all__ = ["OWNERSHIP", "SURVEY", "LandStatus", "StatusMasks", "judge_land_status", "status_masks"]

SURVEY, OWNERSHIP = "land_survey", "land_survey.QSXZ"
UNSTATED = Wording("未注明", "not stated")


@dataclass(frozen=True, slots=True, eq=False)
class StatusMasks:
    """Cells by what the survey says of them.

    Where patches overlap with different codes the stricter one counts: farmland before
    unused land before construction land, collective before state land.
    """

    farmland: Mask
    cultivated: Mask
    construction: Mask
    unused: Mask
    collective: Mask
    state_owned: Mask
    approved: Mask

    @property
    def surveyed(self) -> Mask:
        """Cells with a known class."""
        return self.farmland | self.construction | self.unused

    @property
    def new(self) -> Mask:
        """Cells that become construction land: neither built on nor approved before."""
        return (self.farmland | self.unused) & ~self.approved


@dataclass(frozen=True, slots=True, eq=False)
class LandStatus:
    """The masks, and the steps that are due, as regions without slivers."""

    masks: StatusMasks
    new_land: Region
    expropriation: Region


def status_masks(view: SiteView) -> StatusMasks:
    """Read survey, ownership and approvals."""
    classes = view.rules.tables.land_classes.get(view.scheme(SURVEY, UseScheme.SANDIAO), {})

    def is_a(three_class: str) -> Callable[[str], bool]:
        return lambda code: code in classes and classes[code].three_class == three_class

    farmland = view.where(SURVEY, is_a(FARMLAND))
    unused = view.where(SURVEY, is_a(UNUSED)) & ~farmland
    ownership = view.rules.tables.ownership
    return StatusMasks(
        farmland=farmland,
        cultivated=view.where(SURVEY, lambda code: _cultivated(classes.get(code))),
        construction=view.throughout(SURVEY, is_a(CONSTRUCTION)),
        unused=unused,
        collective=view.where(OWNERSHIP, lambda code: ownership.get(code) == "collective"),
        state_owned=view.throughout(OWNERSHIP, lambda code: ownership.get(code) == "state"),
        approved=view.held("approved_land"),
    )


def _cultivated(row: LandClass | None) -> bool:
    return row is not None and row.cultivated


def judge_land_status(docket: Docket) -> LandStatus:
    """Enter conversion, replenishment, unused land and expropriation.

    Land under an earlier approval owes none of them. A supply alone proves no approval, so
    it is not deducted.
    """
    view = docket.view
    masks = status_masks(view)
    docket.touch(Theme.LAND_STATUS, view.held(SURVEY))
    if not view.project_type.on_cultivated:
        _hit(docket, "cultivated.banned", masks.cultivated)
    # one region for all new land: farmland beside unused land is no two slivers
    new = docket.region(Theme.LAND_STATUS, {SURVEY: masks.new})
    docket.hit("conversion.due", new.only(masks.farmland), role=SURVEY)
    docket.hit("replenishment.due", new.only(masks.cultivated), role=SURVEY)
    docket.hit("unused_land.due", new.only(masks.unused), role=SURVEY)
    expropriation = _hit(docket, "expropriation.due", masks.collective & ~masks.approved)
    _unknown_ownership(docket, masks)
    return LandStatus(masks, new, expropriation)


def _hit(docket: Docket, rule: str, mask: Mask) -> Region:
    region = docket.region(Theme.LAND_STATUS, {SURVEY: mask})
    docket.hit(rule, region, role=SURVEY)
    return region


def _unknown_ownership(docket: Docket, masks: StatusMasks) -> None:
    view = docket.view
    mask = view.held(SURVEY) & ~masks.collective & ~masks.state_owned & ~masks.approved
    region = docket.region(Theme.LAND_STATUS, {SURVEY: mask}, positional=False)
    found = view.codes_at(OWNERSHIP, region.cells)
    silent = any(view.column(OWNERSHIP)[cell] == OUTSIDE for cell in region.cells)
    names = "、".join(found)
    codes = Wording(
        "、".join((*found, UNSTATED.zh) if silent else found) or UNSTATED.zh,
        ", ".join((*found, UNSTATED.en) if silent else found) or names,
    )
    docket.hit("ownership.unknown", region, role=SURVEY, codes=codes)
