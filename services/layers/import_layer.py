"""Import a layer: read, check, index, write beside, enter in the catalogue.

A version is immutable: it gets a folder of its own, and one row makes it count.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.edges import build_edge_layer
from geo.intake import Intake, Note
from geo.io.edge_store import write_edge_store
from services.domain.intake_record import IntakeRecord, Purpose
from services.domain.layer import LayerVersion
from services.errors import InvalidOptionError, NothingUsableError
from services.file_reading import apart
from services.intake_records import layer_subject, record_of, recording_refusal
from services.layers.classes import LayerClasses, layer_classes
from services.layers.coverage import declared_coverage, without_refused
from services.layers.manifest import EDGES_FOLDER, Manifest, OriginalFile, write_manifest
from services.layers.originals import keep_originals
from services.layers.plan import ImportPlan, plan_import, require_free_place
from services.layers.reading import read_layer_files
from services.layers.record import class_table, plain_notes, write_coverage, write_record
from services.layers.request import COVERAGE_SELF, LayerImport, LayerImported, Stage
from services.layers.version_folder import move_into_place, unfinished_version
from services.repositories import Bounds
from services.workspace import REACH_M, Workspace, now_text, origin_of, user_name

__all__ = ["add_layer"]


@dataclass(frozen=True, slots=True, eq=False)
class _Content:
    """What was read of the files of a version, and the ground that it covers.

    `bounds` is the box around features and coverage, `None` for nothing at all.
    """

    intake: Intake
    originals: tuple[OriginalFile, ...]
    classes: LayerClasses
    geometries: NDArray[np.object_]
    coverage: BaseGeometry | None
    bounds: Bounds | None
    notes: tuple[Note, ...]

    @property
    def count(self) -> int:
        """Number of features."""
        return len(self.geometries)


def add_layer(
    request: LayerImport, workspace: Workspace, *, stage: Stage | None = None
) -> LayerImported:
    """Import one version of a role.

    Nothing of an import that fails or is killed is ever seen: the versions that were in force
    stay in force.

    Raises
    ------
    GeoError, ServiceError
        The files are refused, an option is not possible, or the version exists.
    """
    tell = stage or _tell_nobody
    plan = plan_import(request, workspace)
    with unfinished_version(workspace) as folder:
        tell("read")
        with recording_refusal(Purpose.LAYER, request.paths, workspace):
            content = _content(plan, workspace, folder)
        _settle_origin(content, plan, workspace)
        tell("index")
        content = _write_edges(content, plan, workspace, folder)
        tell("write")
        manifest = _write_files(content, plan, workspace, folder)
        tell("publish")
        version = _version(content, plan, manifest)
        subject = layer_subject(version.role, version.version)
        record = record_of(content.intake, Purpose.LAYER, [subject], content.notes)
        _enter(version, content.bounds, record, plan, workspace, folder)
    return LayerImported(
        version=version,
        detected=content.intake.detected,
        refused=content.intake.refused,
        repaired=content.intake.repaired,
        notes=content.notes,
        issues=record.issues,
    )


def _tell_nobody(_stage: str) -> None:
    return


def _content(plan: ImportPlan, workspace: Workspace, folder: Path) -> _Content:
    request = plan.request
    copies, originals, skipped = keep_originals(request.paths, folder)
    intake = read_layer_files(
        copies,
        plan,
        working_crs=workspace.settings.crs,
        reading=apart(workspace.settings.layer_sandbox),
    )
    if request.strict and intake.refused:
        raise NothingUsableError(
            "layer_not_whole", refused=intake.refused, file=request.paths[0].name
        )
    if request.confirm_empty and len(intake.frame):
        raise InvalidOptionError(
            "confirmed_empty_is_not", file=request.paths[0].name, count=len(intake.frame)
        )
    classes = layer_classes(intake.frame, plan.role, request)
    features = np.asarray(intake.frame.geometry.array, dtype=object)
    declared = declared_coverage(
        request, plan.role, features, workspace, valid_from=plan.valid_from
    )
    coverage, cut = without_refused(
        declared,
        intake.refused,
        leave_holes=plan.role.exclusive and request.coverage == COVERAGE_SELF,
    )
    remarks = _remarks(plan, len(features))
    return _Content(
        intake=intake,
        originals=originals,
        classes=classes,
        geometries=features,
        coverage=coverage,
        bounds=_bounds([*features, coverage]),
        notes=(*plan.notes, *skipped, *classes.notes, *cut, *remarks),
    )


def _bounds(ground: list[BaseGeometry | None]) -> Bounds | None:
    present = [geometry for geometry in ground if geometry is not None]
    if not present:
        return None
    west, south, east, north = map(float, shapely.total_bounds(np.array(present, dtype=object)))
    return west, south, east, north


def _remarks(plan: ImportPlan, count: int) -> Iterator[Note]:
    """What will make verdicts undecided, said before anybody wonders."""
    if not count and not plan.request.confirm_empty:
        yield Note("layer_empty", {"role": plan.role.name})
    vouched = plan.request.confirm_empty or plan.request.coverage is not None
    if plan.is_polygonal and plan.role.known and not vouched:
        yield Note("coverage_none", {"role": plan.role.name})


def _settle_origin(content: _Content, plan: ImportPlan, workspace: Workspace) -> None:
    """Fix the origin of the workspace by its first layer; later ones must lie around it.

    Raises
    ------
    InvalidOptionError
        The layer lies farther from the origin than a county reaches (`layer_too_far`).
    """
    bounds = content.bounds
    if bounds is None:
        return
    with workspace.unit_of_work() as uow:
        origin = uow.frame.origin()
        if origin is None:
            origin = origin_of(bounds)
            uow.frame.settle_origin(origin)
        reach = max(abs(side - middle) for side, middle in zip(bounds, origin * 2, strict=True))
        if reach > REACH_M:
            raise InvalidOptionError(
                "layer_too_far",
                file=plan.request.paths[0].name,
                found_km=round(reach / 1000),
                most_km=round(REACH_M / 1000),
            )
        uow.commit()


def _write_edges(
    content: _Content, plan: ImportPlan, workspace: Workspace, folder: Path
) -> _Content:
    """Write the searchable form; what its making has found comes along as a remark."""
    if not plan.is_polygonal:
        return content
    edges = build_edge_layer(
        content.geometries,
        content.classes.ids,
        origin=workspace.origin,
        scale=workspace.areal_scale,
    )
    write_edge_store(folder / EDGES_FOLDER, edges)
    if not plan.role.exclusive or not len(edges.overlaps):
        return content
    overlapping = Note("layer_overlaps", {"role": plan.role.name, "count": len(edges.overlaps)})
    return replace(content, notes=(*content.notes, overlapping))


def _write_files(
    content: _Content, plan: ImportPlan, workspace: Workspace, folder: Path
) -> Manifest:
    features_sha256, fields = write_record(content.intake.frame, folder, role=plan.role.name)
    shift = np.array(workspace.origin, dtype=float)
    areas_m2 = shapely.area(shapely.transform(content.geometries, lambda xy: xy - shift))
    manifest = Manifest(
        role=plan.role.name,
        version=plan.version,
        features_sha256=features_sha256,
        coverage_sha256=write_coverage(content.coverage, folder),
        crs=workspace.settings.crs,
        origin=workspace.origin,
        class_field=content.classes.class_field,
        scheme=plan.scheme,
        accuracy_m=plan.request.accuracy_m,
        fields=fields,
        classes=class_table(content.classes, np.asarray(areas_m2, dtype=float)),
        coverage_area_m2=_area_m2(content.coverage, shift),
        bounds=content.bounds,
        originals=content.originals,
        **plain_notes(content.intake, content.notes),
    )
    write_manifest(folder, manifest)
    return manifest


def _area_m2(coverage: BaseGeometry | None, shift: NDArray[np.float64]) -> float:
    if coverage is None:
        return 0.0
    return round(float(shapely.area(shapely.transform(coverage, lambda xy: xy - shift))), 2)


def _version(content: _Content, plan: ImportPlan, manifest: Manifest) -> LayerVersion:
    request = plan.request
    return LayerVersion(
        role=plan.role.name,
        version=plan.version,
        valid_from=plan.valid_from,
        valid_to=request.valid_to,
        imported_at=now_text(),
        sha256=manifest.sha256,
        folder=f"layers/{plan.role.name}/{plan.version}",
        source_name=", ".join(path.name for path in request.paths),
        crs=content.intake.detected.crs or manifest.crs,
        class_field=manifest.class_field,
        name_field=content.classes.name_field,
        scheme=manifest.scheme,
        accuracy_m=manifest.accuracy_m,
        secrecy=request.secrecy,
        feature_count=content.count,
        has_coverage=content.coverage is not None,
        confirmed_empty_by=user_name() if request.confirm_empty else None,
    )


def _enter(
    version: LayerVersion,
    bounds: Bounds | None,
    record: IntakeRecord,
    plan: ImportPlan,
    workspace: Workspace,
    folder: Path,
) -> None:
    """Move the folder into place and enter the rows, all or none."""
    with workspace.unit_of_work() as uow:
        require_free_place(uow, plan)
        move_into_place(folder, workspace.root / version.folder)
        uow.layers.add(
            version, bounds=bounds, imported_by=user_name(), confirmed_at=version.imported_at
        )
        uow.intakes.add(record)
        uow.commit()
