"""The catalogue of layers: what is loaded, and where the county lies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.domain.layer import LayerVersion
from services.errors import RoleNotFoundError
from services.layers.manifest import Manifest, read_manifest
from services.layers.roles import GeometryKind, roles
from services.layers.selection import version_in_force
from services.repositories import Bounds
from services.workspace import Workspace

__all__ = [
    "RoleOnDay",
    "county_envelope",
    "loaded_versions",
    "roles_on_day",
    "versions_with_manifests",
]

# a site may reach over the county's edge; one beyond this is in the wrong place
MARGIN_M = 1000.0


@dataclass(frozen=True, slots=True)
class RoleOnDay:
    """What a role can say on a day: its version in force, or whether any is loaded."""

    role: str
    version: LayerVersion | None
    loaded: bool


def loaded_versions(workspace: Workspace, role: str | None = None) -> tuple[LayerVersion, ...]:
    """Versions of a role, or of all, by role and first day."""
    with workspace.unit_of_work(read_only=True) as uow:
        return uow.layers.versions(role)


def versions_with_manifests(
    workspace: Workspace, role: str
) -> tuple[tuple[LayerVersion, Manifest], ...]:
    """Versions of a role, newest first, with what their folders say.

    Raises
    ------
    RoleNotFoundError
        None is loaded.
    WorkspaceError
        A folder is damaged.
    """
    versions = loaded_versions(workspace, role)
    if not versions:
        raise RoleNotFoundError(role=role)
    return tuple(
        (version, read_manifest(workspace.root / version.folder)) for version in versions[::-1]
    )


def roles_on_day(workspace: Workspace, day: date) -> tuple[RoleOnDay, ...]:
    """Every vector role of the table, and the free ones that are loaded, on a day."""
    by_role: dict[str, list[LayerVersion]] = {
        name: [] for name, role in roles().items() if role.geometry is not GeometryKind.RASTER
    }
    for version in loaded_versions(workspace):
        by_role.setdefault(version.role, []).append(version)
    return tuple(
        RoleOnDay(role, version_in_force(versions, day), loaded=bool(versions))
        for role, versions in by_role.items()
    )


def county_envelope(workspace: Workspace, *, margin_m: float = MARGIN_M) -> Bounds | None:
    """Box around all loaded layers and their coverages, with a margin.

    `None` before the first layer: then no place is known to be outside.
    """
    with workspace.unit_of_work(read_only=True) as uow:
        extent = uow.layers.extent()
    if extent is None:
        return None
    west, south, east, north = extent
    return west - margin_m, south - margin_m, east + margin_m, north + margin_m
