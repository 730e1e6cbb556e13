"""What an import is going to be, checked before anything is read."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from geo.intake import Note
from services.domain.project import UseScheme
from services.errors import AmbiguousVersionError, InvalidOptionError, TargetExistsError
from services.layers.request import LayerImport
from services.layers.roles import GeometryKind, Role, role_named, similar_roles
from services.layers.version_folder import folder_name
from services.repositories import UnitOfWork
from services.workspace import Workspace, today

__all__ = ["ImportPlan", "plan_import", "require_free_place"]

COARSEST_ACCURACY_M = 1000.0
LONGEST_SECRECY = 40


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """An import whose options are sound: role, name and first day are settled."""

    request: LayerImport
    role: Role
    version: str
    valid_from: date
    notes: tuple[Note, ...]

    @property
    def scheme(self) -> UseScheme:
        """Code table of the classes."""
        return self.request.scheme or self.role.scheme

    @property
    def is_polygonal(self) -> bool:
        """Whether the features cover ground and can be overlaid."""
        return self.role.geometry is GeometryKind.POLYGON


def plan_import(request: LayerImport, workspace: Workspace) -> ImportPlan:
    """Settle role, name and first day of an import.

    Raises
    ------
    InvalidOptionError
        A role that is no role (`role_form`) or not yet read (`role_not_yet`), a validity that
        ends before it begins (`validity_order`), accuracy or secrecy out of range, a version
        name that no folder can have.
    TargetExistsError
        The version exists (`version_exists`).
    AmbiguousVersionError
        Another version begins on the same day.
    """
    role = role_named(request.role)
    if role.geometry is GeometryKind.RASTER:
        raise InvalidOptionError("role_not_yet", role=role.name)
    valid_from = request.valid_from or today()
    if request.valid_to is not None and request.valid_to <= valid_from:
        raise InvalidOptionError(
            "validity_order", first=valid_from.isoformat(), end=request.valid_to.isoformat()
        )
    _require_accuracy(request.accuracy_m)
    if request.secrecy is not None and len(request.secrecy) > LONGEST_SECRECY:
        raise InvalidOptionError("secrecy_length", most=LONGEST_SECRECY)
    version = folder_name(request.version or valid_from.isoformat())
    plan = ImportPlan(request, role, version, valid_from, tuple(_notes(role, request)))
    with workspace.unit_of_work(read_only=True) as uow:
        require_free_place(uow, plan)
    return plan


def require_free_place(uow: UnitOfWork, plan: ImportPlan) -> None:
    """Refuse a version whose name or first day is taken."""
    for existing in uow.layers.versions(plan.role.name):
        # folder names of Windows do not tell upper from lower case
        if existing.version.lower() == plan.version.lower():
            raise TargetExistsError("version_exists", role=plan.role.name, version=existing.version)
        if existing.valid_from == plan.valid_from:
            raise AmbiguousVersionError(
                role=plan.role.name,
                day=plan.valid_from.isoformat(),
                versions=f"{existing.version}, {plan.version}",
            )


def _require_accuracy(accuracy_m: float | None) -> None:
    if accuracy_m is None:
        return
    if not math.isfinite(accuracy_m) or not 0 <= accuracy_m <= COARSEST_ACCURACY_M:
        raise InvalidOptionError("accuracy_range", found=accuracy_m, most=COARSEST_ACCURACY_M)


def _notes(role: Role, request: LayerImport) -> list[Note]:
    notes = []
    if not role.known:
        similar = ", ".join(similar_roles(role.name)) or "–"
        notes.append(Note("role_unknown", {"role": role.name, "similar": similar}))
    if role.scheme_uncertain and request.scheme is None:
        notes.append(Note("scheme_assumed", {"role": role.name, "scheme": role.scheme.value}))
    return notes
