"""Does the site fit the land-use plan (consistency 3).

A batch site must lie in the permitted zone, and neither use zone nor planned class may
contradict it; a single site may also stand where the plan foresees it. Which combinations
fit is data (land_plan_fit.csv). A cell fits only if every combination of its codes fits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from itertools import product

import numpy as np

from services.domain.facts import OUTSIDE
from services.domain.verdict import Reason, Theme
from services.siting.judging.availability import note_role, unexamined_plots
from services.siting.judging.codes import known_code, planned_class, use_zone
from services.siting.judging.docket import Docket
from services.siting.judging.regions import Mask, Region
from services.siting.judging.site_view import JOINT, SiteView
from services.siting.rule_tables import FitRow

__all__ = ["CONDITIONAL", "PERMITTED", "ZONE", "LandFit", "judge_land_plan"]

ZONE, USE_ZONE, PLANNED, LISTED = (
    "plan_control_zone",
    "plan_use_zone",
    "plan_land_class",
    "key_project",
)
PERMITTED, CONDITIONAL, RESTRICTED, FORBIDDEN = "01", "02", "03", "04"
THEME = Theme.LAND_PLAN


class Misfit(Enum):
    """Why a cell does not fit: the rule that says so and the layer that shows it."""

    RESTRICTED = ("plan.restricted", ZONE)
    CONDITIONAL = ("plan.conditional_zone", ZONE)
    USE_ZONE = ("plan.contradiction", USE_ZONE)
    PLANNED = ("plan.contradiction", PLANNED)

    @property
    def rule(self) -> str:
        """Finding that is entered."""
        return self.value[0]

    @property
    def role(self) -> str:
        """Layer that shows it."""
        return self.value[1]


class Unanswered(Enum):
    """Why a cell cannot be told: an optional layer is needed, or its own code is a gap."""

    NEEDED = "needed"
    GAP = "gap"


Answer = Misfit | Unanswered | None


@dataclass(frozen=True, slots=True, eq=False)
class LandFit:
    """Answer of the land plan.

    Attributes
    ----------
    misfit
        Where the plan does not fit, without the forbidden zone.
    listed
        Whether the site meets the key-project list; `None` where that is not known.
    """

    misfit: Region
    listed: bool | None

    @property
    def fails(self) -> bool:
        """Whether it is proven that the plan does not fit."""
        return self.misfit.solid


@dataclass(frozen=True, slots=True, eq=False)
class _Answers:
    """Masks over the cells: by reason what does not fit, and where an optional layer is needed."""

    causes: dict[Misfit, Mask]
    needed: Mask


def judge_land_plan(docket: Docket) -> LandFit:
    """Enter what is in the way of the land-use plan."""
    view = docket.view
    docket.touch(THEME, view.held(ZONE))
    listed = _listed(docket)
    forbidden = view.where(ZONE, lambda code: code[:2] == FORBIDDEN)
    docket.hit("plan.forbidden", docket.region(THEME, {ZONE: forbidden}))
    answers = _answers(view, listed, forbidden)
    by_role: dict[str, Mask] = {}
    for reason, mask in answers.causes.items():
        by_role[reason.role] = by_role.get(reason.role, view.nowhere()) | mask
    misfit = docket.region(THEME, by_role)
    for reason, mask in answers.causes.items():
        docket.hit(reason.rule, misfit.only(mask), role=reason.role)
    _note_needed_roles(docket, answers.needed, listed)
    return LandFit(misfit, listed)


def _listed(docket: Docket) -> bool | None:
    """Whether the site meets the key-project list: more than a sliver and than its accuracy."""
    view = docket.view
    if not view.usable(LISTED):
        return None
    region = docket.region(THEME, {LISTED: view.held(LISTED)})
    if region.solid:
        return True
    _, role = view.rules.roles[LISTED]
    if region.counted or unexamined_plots(docket, THEME, role):
        return None
    return False


def _answers(view: SiteView, listed: bool | None, forbidden: Mask) -> _Answers:
    rows = _rows(view)
    answers = _Answers({reason: view.nowhere() for reason in Misfit}, view.nowhere())
    columns = [view.column(role) for role in (ZONE, USE_ZONE, PLANNED)]
    known = _Known.of(view)
    memory: dict[tuple[str, str, str], Answer] = {}
    for cell in np.flatnonzero(~forbidden):
        texts = (str(columns[0][cell]), str(columns[1][cell]), str(columns[2][cell]))
        if texts not in memory:
            memory[texts] = _judge(texts, rows, listed, known)
        answer = memory[texts]
        if isinstance(answer, Misfit):
            answers.causes[answer][cell] = True
        elif answer is Unanswered.NEEDED:
            answers.needed[cell] = True
    return answers


def _rows(view: SiteView) -> tuple[FitRow, ...]:
    kind = view.project_type
    fits = view.rules.tables.land_plan_fit
    return fits.get(kind.id) or fits[kind.kind]


@dataclass(frozen=True, slots=True, eq=False)
class _Known:
    """Tests whether a code of zone, use zone or planned class stands in its table."""

    tests: tuple[Callable[[str], bool], ...]

    @classmethod
    def of(cls, view: SiteView) -> _Known:
        rows = [view.rules.roles[role][1] for role in (ZONE, USE_ZONE, PLANNED)]
        tests = [known_code(view, row) for row in rows]
        return cls(tuple(test for test in tests if test is not None))

    def all(self, codes: tuple[str, str, str]) -> bool:
        return all(
            code == OUTSIDE or test(code) for code, test in zip(codes, self.tests, strict=True)
        )


def _judge(
    texts: tuple[str, str, str], rows: tuple[FitRow, ...], listed: bool | None, known: _Known
) -> Answer:
    """Why a cell does not fit, or cannot be told; `None` where it fits."""
    found = {
        _judge_codes((codes[0], codes[1], codes[2]), rows, listed, known)
        for codes in product(*(text.split(JOINT) for text in texts))
    }
    order: tuple[Misfit | Unanswered, ...] = (*Misfit, Unanswered.NEEDED, Unanswered.GAP)
    return next((answer for answer in order if answer in found), None)


def _judge_codes(
    codes: tuple[str, str, str], rows: tuple[FitRow, ...], listed: bool | None, known: _Known
) -> Answer:
    if codes[0] == OUTSIDE or codes[1] == OUTSIDE or not known.all(codes):
        return Unanswered.GAP  # entered with the layer
    zone, use, planned = codes[0][:2], use_zone(codes[1]), planned_class(codes[2])
    answers = [_fits(row, zone, use, planned, listed) for row in rows]
    if any(answer is True for answer in answers):
        return None
    if any(answer is None for answer in answers):
        return Unanswered.NEEDED
    if zone != PERMITTED:
        return Misfit.CONDITIONAL if zone == CONDITIONAL else Misfit.RESTRICTED
    allowed = [row for row in rows if row.control_zone == zone]
    fits_use = any(not row.use_zones or use in row.use_zones for row in allowed if not row.listed)
    return Misfit.PLANNED if fits_use else Misfit.USE_ZONE


def _fits(row: FitRow, zone: str, use: str, planned: str, listed: bool | None) -> bool | None:
    """Whether a row admits the codes; `None` where a layer that it needs says nothing."""
    if row.control_zone != zone or (row.use_zones and use not in row.use_zones):
        return False
    by_class: bool | None
    if planned == OUTSIDE:
        by_class = None if row.planned_needed else True
    else:
        by_class = not row.planned_classes or planned.startswith(row.planned_classes)
    return _either(by_class, listed) if row.listed else by_class


def _either(one: bool | None, other: bool | None) -> bool | None:
    if one is True or other is True:
        return True
    return None if one is None or other is None else False


def _note_needed_roles(docket: Docket, needed: Mask, listed: bool | None) -> None:
    """Enter planned class and list; where the answer hangs on them they are required."""
    view = docket.view
    region = docket.region(THEME, {PLANNED: needed}, positional=False)
    plots = view.plots_of(region.mask(view.size))
    planned = view.column(PLANNED)
    silent = {
        PLANNED: any(planned[cell] == OUTSIDE for cell in region.cells),
        LISTED: listed is None,
    }
    for name in (PLANNED, LISTED):
        _, role = view.rules.roles[name]
        docket.required[name] = bool(plots) and silent[name]
        if docket.required[name] and view.usable(name):
            reason = Reason.WITHIN_ACCURACY if view.held(name).any() else Reason.NOT_COVERED
            docket.gap(THEME, name, reason, plots=plots, decisive=True)
        note_role(docket, THEME, role)
