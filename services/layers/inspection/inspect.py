"""Inspect an imported version of a layer: every check, carried out or said why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from shapely.geometry.base import BaseGeometry

from services.domain.issue import Severity
from services.domain.layer import LayerVersion
from services.domain.wording import Wording
from services.errors import InvalidOptionError, RoleNotFoundError
from services.labels import label
from services.layers.catalogue import loaded_versions
from services.layers.coverage import named_ground
from services.layers.inspection.area_checks import area_checks
from services.layers.inspection.attribute_checks import attribute_checks
from services.layers.inspection.import_checks import import_checks
from services.layers.inspection.phrases import joined, phrase
from services.layers.inspection.report import (
    Check,
    CheckOutcome,
    CheckState,
    Inspection,
    LayerFault,
    Limits,
)
from services.layers.inspection.rulebook import Rulebook, read_rulebook
from services.layers.inspection.subject import Boundary, Found, Subject
from services.layers.inspection.topology_checks import topology_checks
from services.layers.manifest import read_manifest
from services.layers.opened import open_layer
from services.layers.roles import role_named
from services.layers.selection import version_in_force
from services.rule_copy import rules_folder
from services.workspace import Workspace, today

__all__ = ["LayerInspection", "inspect_layer"]

GRAVITY = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class LayerInspection:
    """What is asked of an inspection.

    Attributes
    ----------
    version
        Name of a version; without it the one in force today, else the latest.
    tolerance_m
        Places narrower are counted only; without it the one of the rules.
    boundary
        Role or polygon file that the layer should stay in, and fill if it has no gaps;
        without it the declared coverage.
    """

    role: str
    version: str | None = None
    tolerance_m: float | None = None
    boundary: str | None = None


def inspect_layer(request: LayerInspection, workspace: Workspace) -> Inspection:
    """Carry out all checks on one version; nothing in the workspace is changed.

    Raises
    ------
    RoleNotFoundError
        No version of the role is loaded.
    InvalidOptionError
        The version is not among them (`no_such_version`), the tolerance is not between 0 and
        1 m (`tolerance_range`), or the boundary is neither a file nor a role
        (`boundary_unknown`).
    WorkspaceError
        The version is damaged, has no polygons, or `inspection.toml` is at fault.
    """
    version = _chosen(request, workspace)
    book = read_rulebook(workspace.root)
    opened = open_layer(workspace, version)
    subject = Subject(
        opened=opened,
        manifest=read_manifest(workspace.root / version.folder),
        role=role_named(version.role),
        book=book,
        limits=_limits(request, book, workspace),
        boundary=_boundary(request, version, workspace),
        rules_folder=rules_folder(workspace.root),
    )
    found = _found(subject)
    faults = tuple(fault for check in Check for fault in _gravest_first(found[check]))
    return Inspection(
        version=version,
        crs=subject.manifest.crs,
        limits=subject.limits,
        boundary=None if subject.boundary is None else subject.boundary.name,
        outcomes=tuple(_outcome(check, found[check], subject.limits) for check in Check),
        faults=faults,
        outlines=_outlines(subject, faults),
    )


def _found(subject: Subject) -> Mapping[Check, Found]:
    found = import_checks(subject)
    if not subject.count:
        nothing = Found(not_run=phrase("not_run.empty"))
        return dict.fromkeys(Check, nothing) | found
    return found | topology_checks(subject) | attribute_checks(subject) | area_checks(subject)


def _chosen(request: LayerInspection, workspace: Workspace) -> LayerVersion:
    versions = loaded_versions(workspace, request.role)
    if not versions:
        raise RoleNotFoundError(role=request.role)
    if request.version is None:
        return version_in_force(versions, today()) or versions[-1]
    for version in versions:
        if version.version == request.version:
            return version
    raise InvalidOptionError(
        "no_such_version",
        role=request.role,
        found=request.version,
        versions="、".join(version.version for version in versions),
    )


def _limits(request: LayerInspection, book: Rulebook, workspace: Workspace) -> Limits:
    tolerance = book.tolerance_m if request.tolerance_m is None else request.tolerance_m
    if not 0.0 <= tolerance <= 1.0:
        raise InvalidOptionError("tolerance_range", found=tolerance)
    slivers = workspace.settings.slivers
    return Limits(tolerance, slivers.min_area_m2, slivers.min_width_m, book.hole_m2)


def _boundary(
    request: LayerInspection, version: LayerVersion, workspace: Workspace
) -> Boundary | None:
    if request.boundary is not None:
        days: tuple[date, ...] = (version.valid_from, today())
        try:
            ground = named_ground(request.boundary, workspace, days)
        except InvalidOptionError as err:
            raise InvalidOptionError("boundary_unknown", found=request.boundary) from err
        return (
            None
            if ground is None
            else Boundary(label("role", request.boundary), ground, is_stated=True)
        )
    coverage = open_layer(workspace, version).coverage
    if coverage is None:
        return None
    return Boundary(phrase("boundary.coverage"), coverage, is_stated=False)


def _gravest_first(found: Found) -> list[LayerFault]:
    return sorted(found.faults, key=lambda fault: GRAVITY[fault.severity])


def _outcome(check: Check, found: Found, limits: Limits) -> CheckOutcome:
    if found.not_run is not None:
        return CheckOutcome(check, CheckState.NOT_RUN, 0, found.not_run)
    return CheckOutcome(check, _state(found), _count(found), _sentence(check, found, limits))


def _count(found: Found) -> int:
    return len(found.faults) + len(found.elsewhere)


def _state(found: Found) -> CheckState:
    faults = (*found.faults, *found.elsewhere)
    if not faults:
        return CheckState.PASSED
    if all(fault.severity is Severity.INFO for fault in faults):
        return CheckState.INFORMATION
    return CheckState.FAULTY


def _sentence(check: Check, found: Found, limits: Limits) -> Wording:
    count = _count(found)
    parts = [phrase("result.count", count=count) if count else phrase("result.passed")]
    area = sum(fault.area_m2 or 0.0 for fault in found.faults)
    if area:
        parts.append(phrase("result.area", area=f"{area:,.2f}"))
    slivers = sum(fault.is_sliver for fault in found.faults)
    if slivers and check is not Check.SLIVER:
        parts.append(phrase("result.slivers", count=slivers))
    if found.below_count:
        below = {"count": found.below_count, "area": f"{found.below_m2:.4f}"}
        parts.append(phrase("result.below", tolerance=f"{limits.tolerance_m:g}", **below))
    return joined([*parts, *found.remarks])


def _outlines(subject: Subject, faults: tuple[LayerFault, ...]) -> dict[int, BaseGeometry]:
    """Outlines of the features that are named beside a place of their own."""
    rows = {int(number): row for row, number in enumerate(subject.numbers)}
    named = sorted({number for fault in faults for number in fault.features if number in rows})
    if not named:
        return {}
    positions = [rows[number] for number in named]
    outlines = subject.absolute(subject.shapes.outlines[positions])
    return dict(zip(named, outlines, strict=True))
