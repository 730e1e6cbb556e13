"""Measure a site against every layer in force, before any rule is applied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.errors import EngineDisagreementError
from geo.joint_overlay import JointCells, JointLayer, joint_cells
from geo.measurement import official_ellipsoid_areas_um2, plane_areas_um2
from geo.overlay import LayerAreas, LayerStack
from services.domain.facts import (
    Cells,
    ClassArea,
    FeatureHit,
    LayerFacts,
    PlanFigures,
    PlotFacts,
    SiteFacts,
)
from services.layers.opened import OpenedLayer
from services.siting.layers_on_day import LayersOnDay
from services.siting.projects import PlannedSite
from services.workspace import Workspace

__all__ = ["gather_facts"]

SITE = -1
UM2 = 1e-6
# a plot that lies on the edge of a coverage is covered: rounding of coordinates, not ground
EDGE_TOLERANCE_M2 = 1e-3
# attributes that rules ask for cell by cell
COLUMNS_OF = {"land_survey": ("QSXZ",)}
# roles that need to be examined only on a part of the site, which other layers tell
COVERAGE_COLUMNS = ("urban_plan",)
# roles whose single features are facts: batch, number, contract
ROLES_WITH_HITS = frozenset(
    {
        "approved_land",
        "supplied_land",
        "reserve_land",
        "temporary_land",
        "enforcement_patch",
        "area_development",
        "key_project",
        "town",
    }
)
# the two engines may differ by rounding, never by a printed digit
AGREEMENT_M2 = 2e-3
UNNAMED_CLASS = "1"


def gather_facts(
    planned: PlannedSite, layers: LayersOnDay, workspace: Workspace, figures: PlanFigures | None
) -> SiteFacts:
    """Areas by class for the site and each plot, and the cells of all layers together.

    A layer whose overlay cannot be trusted is named in `failed_roles` and has no cells.
    """
    frame = _Outlines(planned, workspace)
    areas, doubted = _trusted_areas(frame, layers)
    joint, failed = _joint(frame, layers, areas)
    failed |= doubted
    failed |= _disagreements(joint, areas, site=len(frame.plots))
    features = {role: _hit_features(layers.opened[role], layer) for role, layer in areas.items()}
    measured = [
        _layers_at(position, frame, layers, areas, features)
        for position in range(len(frame.absolute))
    ]
    plots = tuple(
        PlotFacts(
            index=position if position < len(frame.plots) else SITE,
            id=identifier,
            name=name,
            area_um2=int(frame.plane_um2[position]),
            ellipsoid_um2=int(frame.ellipsoid_um2[position]),
            stated_area_m2=stated,
            layers=measured[position],
        )
        for position, (identifier, name, stated) in enumerate(_titles(planned))
    )
    return SiteFacts(
        project=planned.project,
        plots=plots[:-1],
        site=plots[-1],
        roles=layers.roles,
        cells=Cells(joint.plots, joint.columns, joint.area_m2, joint.geometry, workspace.origin),
        figures=figures,
        failed_roles=frozenset(failed),
    )


def _trusted_areas(
    frame: _Outlines, layers: LayersOnDay
) -> tuple[Mapping[str, LayerAreas], set[str]]:
    """Areas of all layers; one that the engine itself doubts is left out and named."""
    stack, doubted = layers.stack, set[str]()
    while True:
        try:
            return stack.areas(frame.absolute), doubted
        except EngineDisagreementError as disagreement:
            role = str(disagreement.params.get("layer"))
            if role not in layers.opened or role in doubted:
                raise
            doubted.add(role)
            stack = LayerStack(
                {name: layer.edges for name, layer in layers.opened.items() if name not in doubted}
            )


class _Outlines:
    """The plots and, last, their union: absolute and local outlines, areas in 1e-6 m²."""

    def __init__(self, planned: PlannedSite, workspace: Workspace) -> None:
        shift = np.array(workspace.origin, dtype=float)
        self.plots = shapely.transform(planned.geometries, lambda xy: xy - shift)
        union = shapely.union_all(self.plots) if len(self.plots) > 1 else self.plots[0]
        self.local = np.array([*self.plots, union], dtype=object)
        self.absolute = shapely.transform(self.local, lambda xy: xy + shift)
        self.shift = shift
        self.plane_um2 = plane_areas_um2(self.absolute, origin=workspace.origin)
        self.ellipsoid_um2 = official_ellipsoid_areas_um2(self.absolute, crs=workspace.settings.crs)
        # layers with one coverage share its geometry
        self._checked_um2: dict[tuple[int, int], int] = {}

    def coverage_knife(self, opened: OpenedLayer) -> JointLayer:
        """The declared coverage as a layer of its own, where a rule asks cell by cell."""
        role = opened.version.role
        ground = opened.coverage
        near = [] if ground is None else [_near(ground, self.absolute[-1])]
        return JointLayer(
            name=role,
            geometries=shapely.transform(np.array(near, dtype=object), lambda xy: xy - self.shift),
            columns={f"{role}.coverage": np.array([UNNAMED_CLASS] * len(near), dtype=object)},
            overlapping=True,
        )

    def checked_um2(self, position: int, coverage: BaseGeometry | None) -> int:
        """Area of one outline inside a declared coverage (absolute); nothing declared is 0."""
        if coverage is None:
            return 0
        key = (position, id(coverage))
        if key not in self._checked_um2:
            self._checked_um2[key] = self._measure_checked(position, coverage)
        return self._checked_um2[key]

    def _measure_checked(self, position: int, coverage: BaseGeometry) -> int:
        whole = int(self.plane_um2[position])
        outline = self.absolute[position]
        if shapely.covers(coverage, outline):
            return whole
        near = shapely.transform(_near(coverage, outline), lambda xy: xy - self.shift)
        inside = shapely.intersection(near, self.local[position])
        missing = whole - round(inside.area / UM2)
        return whole if missing <= EDGE_TOLERANCE_M2 / UM2 else whole - missing


def _near(ground: BaseGeometry, outline: BaseGeometry) -> BaseGeometry:
    """What of a large coverage lies around an outline; to intersect the rest is waste."""
    window = shapely.box(*outline.bounds).buffer(1.0, join_style="mitre")
    return shapely.intersection(ground, window)


def _titles(planned: PlannedSite) -> Iterator[tuple[str, str, float | None]]:
    stated = [None if np.isnan(area) else float(area) for area in planned.stated_areas_m2]
    yield from zip(planned.ids, planned.names, stated, strict=True)
    known = [area for area in stated if area is not None]
    total = sum(known) if len(known) == len(stated) else None
    yield planned.project.id, planned.project.name, total


def _layers_at(
    position: int,
    frame: _Outlines,
    layers: LayersOnDay,
    areas: Mapping[str, LayerAreas],
    features: Mapping[str, _HitFeatures],
) -> dict[str, LayerFacts]:
    whole = int(frame.plane_um2[position])
    measured = {}
    for role, facts in layers.roles.items():
        if role in areas:
            hits = _hits(position, features[role], areas[role])
            measured[role] = _layer_facts(position, layers.opened[role], areas[role], frame, hits)
        elif facts.version is not None and facts.reason is None:
            # whoever confirmed that the role holds nothing vouches for the whole county
            measured[role] = LayerFacts(remainder_um2=whole, checked_um2=whole)
    return measured


def _layer_facts(
    position: int,
    opened: OpenedLayer,
    areas: LayerAreas,
    frame: _Outlines,
    hits: tuple[FeatureHit, ...],
) -> LayerFacts:
    mine = areas.classes.site == position
    classes = tuple(
        ClassArea(
            code=str(opened.class_codes[class_id]) or UNNAMED_CLASS,
            name=str(opened.class_names[class_id]),
            area_um2=int(plane),
            ellipsoid_um2=int(ellipsoid),
        )
        for class_id, plane, ellipsoid in zip(
            areas.classes.class_id[mine],
            areas.classes.area_um2[mine],
            areas.classes.ellipsoid_um2[mine],
            strict=True,
        )
    )
    return LayerFacts(
        classes=classes,
        covered_um2=int(areas.covered_um2[position]),
        remainder_um2=int(areas.remainder_um2[position]),
        overlap_um2=int(areas.overlap_um2[position]),
        checked_um2=frame.checked_um2(position, opened.coverage),
        hits=hits,
    )


def _hits(position: int, hit_features: _HitFeatures, areas: LayerAreas) -> tuple[FeatureHit, ...]:
    mine = areas.hits.site == position
    return tuple(
        FeatureHit(
            int(row), hit_features.codes[int(row)], int(area), hit_features.attributes[int(row)]
        )
        for row, area in zip(areas.hits.feature[mine], areas.hits.area_um2[mine], strict=True)
        if int(row) in hit_features.attributes
    )


@dataclass(frozen=True, slots=True)
class _HitFeatures:
    """Codes and attributes by row of the features that the site touches, read once."""

    codes: Mapping[int, str]
    attributes: Mapping[int, Mapping[str, Any]]


NO_HITS = _HitFeatures({}, {})


def _hit_features(opened: OpenedLayer, areas: LayerAreas) -> _HitFeatures:
    rows = np.unique(areas.hits.feature)
    if opened.version.role not in ROLES_WITH_HITS or not len(rows):
        return NO_HITS
    records = opened.attributes(rows).to_dict("records")
    attributes = {
        int(row): {str(name): value for name, value in record.items()}
        for row, record in zip(rows, records, strict=True)
    }
    return _HitFeatures({int(row): str(opened.codes[row]) for row in rows}, attributes)


def _joint(
    frame: _Outlines, layers: LayersOnDay, areas: Mapping[str, LayerAreas]
) -> tuple[JointCells, set[str]]:
    """Refine the site; a layer that cannot be split safely is left out and named."""
    site = len(frame.plots)
    knives = [
        _knife(layers.opened[role], layer, site)
        for role, layer in areas.items()
        if (layer.hits.site == site).any()
    ]
    knives += [
        frame.coverage_knife(layers.opened[role])
        for role in COVERAGE_COLUMNS
        if role in layers.opened
    ]
    failed: set[str] = set()
    while True:
        try:
            return joint_cells(frame.plots, [k for k in knives if k.name not in failed]), failed
        except EngineDisagreementError as disagreement:
            role = str(disagreement.params["layer"])
            if role not in layers.opened or role in failed:
                raise
            failed.add(role)


def _knife(opened: OpenedLayer, areas: LayerAreas, site: int) -> JointLayer:
    mine = areas.hits.site == site
    rows = areas.hits.feature[mine]
    surplus = int(areas.hits.area_um2[mine].sum()) - int(areas.covered_um2[site])
    role = opened.version.role
    codes = np.array([str(opened.codes[row]) or UNNAMED_CLASS for row in rows], dtype=object)
    columns: dict[str, NDArray[np.object_]] = {role: codes}
    extra = COLUMNS_OF.get(role, ())
    if extra:
        attributes = opened.attributes(rows, extra)
        for name in extra:
            if name in attributes:
                texts = attributes[name].astype(object).where(attributes[name].notna(), "")
                columns[f"{role}.{name}"] = texts.astype(str).to_numpy(dtype=object)
    return JointLayer(
        name=role,
        geometries=opened.edges.geometries(rows),
        columns=columns,
        overlapping=surplus > len(rows),
    )


def _disagreements(joint: JointCells, areas: Mapping[str, LayerAreas], *, site: int) -> set[str]:
    """Roles whose covered area differs between the kernel and the cells by a printed digit."""
    differing = set()
    for role, layer in areas.items():
        texts = joint.columns.get(role)
        if texts is None:
            continue
        covered = float(joint.area_m2[texts != ""].sum())
        if abs(covered - layer.covered_um2[site] * UM2) > AGREEMENT_M2:
            differing.add(role)
    return differing
