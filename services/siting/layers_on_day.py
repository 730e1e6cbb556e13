"""The layers in force on the day of a check, opened together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from geo.overlay import LayerStack
from services.domain.facts import RoleFacts
from services.domain.layer import LayerVersion
from services.domain.verdict import Reason
from services.layers.opened import OpenedLayer, open_layer
from services.layers.roles import POLYGON_ROLES
from services.layers.selection import version_in_force
from services.workspace import Workspace

__all__ = ["LayersOnDay", "layers_of", "layers_on_day", "roles_in_force"]

STACKS_KEPT = 4


@dataclass(frozen=True, slots=True, eq=False)
class LayersOnDay:
    """Every polygon role with the version in force, or the reason why there is none.

    `opened` and `stack` hold the roles that have features.
    """

    roles: Mapping[str, RoleFacts]
    opened: Mapping[str, OpenedLayer]
    stack: LayerStack


def layers_on_day(workspace: Workspace, day: date) -> LayersOnDay:
    """Open what is in force on a day; the same set of versions is opened once a process.

    Raises
    ------
    AmbiguousVersionError
        Two versions of a role begin on the same day.
    """
    return layers_of(workspace, roles_in_force(workspace, day))


def roles_in_force(workspace: Workspace, day: date) -> dict[str, RoleFacts]:
    """Every polygon role with the version in force on a day, or the reason why there is none.

    Raises
    ------
    AmbiguousVersionError
        Two versions of a role begin on the same day.
    """
    loaded: dict[str, tuple[LayerVersion, ...]] = dict.fromkeys(POLYGON_ROLES, ())
    with workspace.unit_of_work(read_only=True) as uow:
        for version in uow.layers.versions():
            if version.role in loaded:
                loaded[version.role] += (version,)
    return {role: _role_facts(role, versions, day) for role, versions in loaded.items()}


def layers_of(workspace: Workspace, roles: Mapping[str, RoleFacts]) -> LayersOnDay:
    """Open given versions, whatever is in force by now."""
    present = tuple(
        facts.version
        for facts in roles.values()
        if facts.version is not None and facts.version.feature_count
    )
    opened, stack = _opened(workspace, present)
    return LayersOnDay(roles, opened, stack)


def _role_facts(role: str, versions: tuple[LayerVersion, ...], day: date) -> RoleFacts:
    if not versions:
        return RoleFacts(role, None, Reason.MISSING)
    version = version_in_force(versions, day)
    if version is None:
        return RoleFacts(role, None, Reason.NOT_IN_FORCE)
    if not version.feature_count and version.confirmed_empty_by is None:
        return RoleFacts(role, version, Reason.EMPTY)
    return RoleFacts(role, version)


@lru_cache(maxsize=STACKS_KEPT)
def _opened(
    workspace: Workspace, versions: tuple[LayerVersion, ...]
) -> tuple[Mapping[str, OpenedLayer], LayerStack]:
    opened = {version.role: open_layer(workspace, version) for version in versions}
    stack = LayerStack({role: layer.edges for role, layer in opened.items()})
    return opened, stack
