"""Control layers: a touch means what the rule set says; never 符合, only 涉及 or 不涉及."""

from __future__ import annotations

from services.domain.verdict import Theme
from services.siting.judging.docket import Docket
from services.siting.rule_document import RoleRow, ThemeRow
from services.siting.rule_tables import ProjectType

__all__ = ["judge_control_layers", "judge_growth_boundary"]

BOUNDARY = "growth_boundary"


def judge_control_layers(docket: Docket) -> None:
    """Enter every touch of a layer for which the rule set names a finding."""
    for theme in docket.view.rules.themes:
        for role in theme.roles:
            if role.touch is not None:
                _touch(docket, theme, role, role.touch)


def _touch(docket: Docket, theme: ThemeRow, role: RoleRow, rule: str) -> None:
    view = docket.view
    region = docket.region(theme.id, {role.name: view.held(role.name)})
    docket.touch(theme.id, region.mask(view.size))
    asks = role.special is not None and _may_ask(docket, role.name)
    if asks and role.special is not None:
        rule = role.special
    doubtful = asks and view.project_type.unverified
    docket.hit(rule, region, role=role.name, unverified=doubtful)
    if theme.sliver is not None and region.slivers:
        docket.touch(theme.id, view.held(role.name))
        docket.sliver_duties(theme.sliver, region)


def _may_ask(docket: Docket, role: str) -> bool:
    """Whether the type of the project may ask for what the layer forbids to others."""
    kind: ProjectType = docket.view.project_type
    if role == Theme.ECO_REDLINE:
        return kind.redline_permitted
    if role != Theme.PERMANENT_FARMLAND or not kind.may_ask_state_council:
        return False
    if not docket.view.rules.switches.special_approval_needs_listing:
        return True
    view = docket.view
    listed = docket.region(Theme.LAND_PLAN, {"key_project": view.held("key_project")})
    return listed.solid


def judge_growth_boundary(docket: Docket) -> None:
    """Enter the statement (C7) that a site owes where it is not wholly inside."""
    view = docket.view
    if not view.usable(BOUNDARY):
        return
    inside = view.held(BOUNDARY)
    docket.touch(Theme.GROWTH_BOUNDARY, inside)
    if view.project_type.kind in view.rules.switches.statement_outside_boundary:
        outside = docket.region(Theme.GROWTH_BOUNDARY, {BOUNDARY: ~inside})
        docket.hit("boundary.outside", outside, role=BOUNDARY)
