"""State of every theme for a plot or the site, from what stands in the docket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.domain.verdict import State, Theme, worst
from services.siting.judging.docket import Docket
from services.siting.rule_document import Requirement, RoleRow, ThemeRow

__all__ = ["ThemeVerdict", "theme_verdicts"]


@dataclass(frozen=True, slots=True)
class ThemeVerdict:
    """State of one theme. `touched` is 涉及 / 不涉及; `None` where that is not known.

    A theme of optional layers of which none gives an answer is `not_applicable` and not
    touched-or-not: its layers are listed as not checked, and it lowers no verdict.
    """

    theme: Theme
    state: State
    touched: bool | None
    roles: tuple[str, ...]


def theme_verdicts(
    docket: Docket, plot: int | None, not_applicable: Mapping[Theme, frozenset[int]]
) -> tuple[ThemeVerdict, ...]:
    """All themes in the order of the sheet; `plot` None is the site."""
    return tuple(
        _verdict(docket, row, plot, not_applicable.get(row.id, frozenset()))
        for row in docket.view.rules.themes
    )


def _verdict(
    docket: Docket, row: ThemeRow, plot: int | None, outside: frozenset[int]
) -> ThemeVerdict:
    concerned = set(docket.view.plots) if plot is None else {plot}
    states = [
        finding.state
        for finding in docket.findings
        if finding.theme is row.id and concerned & set(finding.plots)
    ]
    if concerned & docket.open_plots.get(row.id, set()):
        states.append(State.UNDECIDED)
    base = State.CONFORMS
    if concerned <= outside or not _answers(docket, row):
        base = State.NOT_APPLICABLE
    touched = _touched(docket, row, plot, concerned)
    roles = tuple(role.name for role in row.roles)
    return ThemeVerdict(row.id, worst([base, *states]), touched, roles)


def _asked(row: ThemeRow) -> list[RoleRow]:
    return [role for role in row.roles if role.required is not Requirement.SUMMARY]


def _answers(docket: Docket, row: ThemeRow) -> bool:
    """Whether any role of a theme gives an answer, or had to."""
    return any(
        docket.view.usable(role.name) or docket.required.get(role.name) for role in _asked(row)
    )


def _touched(docket: Docket, row: ThemeRow, plot: int | None, concerned: set[int]) -> bool | None:
    cells = docket.touched.get(row.id)
    if cells is not None:
        here = cells if plot is None else cells & docket.view.in_plot(plot)
        if here.any():
            return True
    for role in _asked(row):
        if not docket.view.usable(role.name) and not _is_idle(docket, role):
            return None
        if concerned & docket.silent_plots.get(role.name, set()):
            return None
    return False


def _is_idle(docket: Docket, role: RoleRow) -> bool:
    """Whether a role was not asked: the urban plan outside the planning area."""
    return role.required is Requirement.INSIDE_PLANNING_AREA and not docket.required[role.name]
