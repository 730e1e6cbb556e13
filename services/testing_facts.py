"""Facts of a site made of rectangles, for tests of the rules: areas are known on paper.

The ground is a square of 1 km around a plain factory site on which nothing is due. A case names
only what differs from it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.joint_overlay import JointLayer, joint_cells
from services.domain.facts import (
    Cells,
    ClassArea,
    FeatureHit,
    LayerFacts,
    PlanFigures,
    PlotFacts,
    RoleFacts,
    SiteFacts,
    TownFigures,
)
from services.domain.layer import LayerVersion
from services.domain.project import Project, UseScheme
from services.domain.verdict import Reason
from services.layers.roles import POLYGON_ROLES

__all__ = ["GROUND", "Patch", "Scene", "plain_layers", "scene_facts"]

Box = tuple[float, float, float, float]
GROUND: Box = (0.0, 0.0, 1000.0, 1000.0)
FAR: Box = (900.0, 900.0, 950.0, 950.0)
UM2 = 1_000_000


@dataclass(frozen=True, slots=True)
class Patch:
    """A rectangular feature: west, south, east, north; code and attributes."""

    box: Box
    code: str = "1"
    attributes: Mapping[str, str] = field(default_factory=dict)


def plain_layers() -> dict[str, tuple[Patch, ...]]:
    """Every required layer, so that a factory anywhere on the ground has nothing due."""
    return {
        "land_survey": (Patch(GROUND, "0601", {"QSXZ": "20"}),),
        "plan_control_zone": (Patch(GROUND, "010"),),
        "plan_use_zone": (Patch(GROUND, "030"),),
        "plan_land_class": (Patch(GROUND, "211"),),
        "planning_area": (Patch(GROUND),),
        "urban_plan": (Patch(GROUND, "M2"),),
        "urban_control_line": (Patch(FAR, "green"),),
        "permanent_farmland": (Patch(FAR),),
        "eco_redline": (Patch(FAR),),
        "growth_boundary": (Patch(GROUND, "01"),),
        "area_development": (Patch(GROUND),),
        "town": (Patch(GROUND, "T1"),),
    }


@dataclass(frozen=True, slots=True)
class Scene:
    """What is asked, where, and what differs from the plain ground.

    `layers` replaces layers of `plain_layers`; `absent` gives the reason why a role has no
    version in force; `coverage` is the examined ground of a role, else all of it.
    """

    plots: tuple[Box, ...] = ((100.0, 100.0, 300.0, 200.0),)
    layers: Mapping[str, tuple[Patch, ...]] = field(default_factory=dict)
    use: str | None = "M2"
    project_type: str = "industry"
    as_of: date = date(2022, 6, 16)
    accuracy_m: Mapping[str, float] = field(default_factory=dict)
    absent: Mapping[str, Reason] = field(default_factory=dict)
    coverage: Mapping[str, Box] = field(default_factory=dict)
    valid_from: Mapping[str, date] = field(default_factory=dict)
    failed: frozenset[str] = frozenset()
    scale_left_m2: Mapping[str, float | None] | None = None
    cultivated_margin_m2: float | None = 1e9
    advance_left_m2: float | None = None


def scene_facts(scene: Scene) -> SiteFacts:
    """Measure a scene by rectangles."""
    layers = {**plain_layers(), **scene.layers}
    layers = {role: patches for role, patches in layers.items() if role not in scene.absent}
    plots = np.array([shapely.box(*box) for box in scene.plots], dtype=object)
    union = shapely.union_all(plots)
    return SiteFacts(
        project=Project(
            id="P",
            name="示例项目",
            use=scene.use,
            use_scheme=UseScheme.GB50137,
            project_type=scene.project_type,
            type_assumed=False,
            as_of=scene.as_of,
            source="scene",
        ),
        plots=tuple(_plot(k, plots[k], layers, scene) for k in range(len(plots))),
        site=_plot(-1, union, layers, scene),
        roles={role: _role(role, layers, scene) for role in POLYGON_ROLES},
        cells=_cells(plots, layers, scene),
        figures=_figures(scene),
        failed_roles=scene.failed,
    )


def _role(role: str, layers: Mapping[str, Sequence[Patch]], scene: Scene) -> RoleFacts:
    if role not in layers:
        return RoleFacts(role, None, scene.absent.get(role, Reason.MISSING))
    scheme = {"land_survey": UseScheme.SANDIAO, "urban_plan": UseScheme.GB50137}
    version = LayerVersion(
        role=role,
        version="1",
        valid_from=scene.valid_from.get(role, date(2020, 1, 1)),
        valid_to=None,
        imported_at="",
        sha256="",
        folder="",
        source_name="",
        crs="EPSG:4527",
        class_field=None,
        name_field=None,
        scheme=scheme.get(role, UseScheme.NONE),
        accuracy_m=scene.accuracy_m.get(role),
        secrecy=None,
        feature_count=len(layers[role]),
        has_coverage=True,
    )
    return RoleFacts(role, version)


def _plot(
    index: int,
    outline: BaseGeometry,
    layers: Mapping[str, Sequence[Patch]],
    scene: Scene,
) -> PlotFacts:
    area = _um2(outline.area)
    measured = {
        role: _layer(outline, patches, scene.coverage.get(role, GROUND))
        for role, patches in layers.items()
    }
    return PlotFacts(index, str(index), f"地块{index + 1}", area, area, None, measured)


def _um2(area_m2: float) -> int:
    return round(area_m2 * UM2)


def _layer(outline: BaseGeometry, patches: Sequence[Patch], examined: Box) -> LayerFacts:
    inside = [shapely.intersection(outline, shapely.box(*patch.box)) for patch in patches]
    hits = tuple(
        FeatureHit(row, patch.code, _um2(piece.area), dict(patch.attributes))
        for row, (patch, piece) in enumerate(zip(patches, inside, strict=True))
        if piece.area > 0
    )
    classes = []
    for code in dict.fromkeys(hit.code for hit in hits):
        pieces = [p for patch, p in zip(patches, inside, strict=True) if patch.code == code]
        area = _um2(shapely.union_all(pieces).area)
        classes.append(ClassArea(code, code, area, area))
    covered = _um2(shapely.union_all(inside).area)
    whole = _um2(outline.area)
    return LayerFacts(
        classes=tuple(classes),
        covered_um2=covered,
        remainder_um2=whole - covered,
        overlap_um2=sum(line.area_um2 for line in classes) - covered,
        checked_um2=_um2(shapely.intersection(outline, shapely.box(*examined)).area),
        hits=hits,
    )


def _cells(
    plots: NDArray[np.object_], layers: Mapping[str, Sequence[Patch]], scene: Scene
) -> Cells:
    knives = [_examined("urban_plan", scene)]
    for role, patches in layers.items():
        columns = {role: [patch.code for patch in patches]}
        if role == "land_survey":
            columns["land_survey.QSXZ"] = [patch.attributes.get("QSXZ", "") for patch in patches]
        knives.append(
            JointLayer(
                name=role,
                geometries=np.array([shapely.box(*p.box) for p in patches], dtype=object),
                columns={name: np.array(texts, dtype=object) for name, texts in columns.items()},
                overlapping=True,
            )
        )
    joint = joint_cells(plots, knives)
    return Cells(joint.plots, joint.columns, joint.area_m2, joint.geometry, (0, 0))


def _examined(role: str, scene: Scene) -> JointLayer:
    ground = shapely.box(*scene.coverage.get(role, GROUND))
    return JointLayer(
        name=role,
        geometries=np.array([ground], dtype=object),
        columns={f"{role}.coverage": np.array(["1"], dtype=object)},
        overlapping=True,
    )


def _figures(scene: Scene) -> PlanFigures | None:
    if scene.scale_left_m2 is None:
        return None
    return PlanFigures(
        date=scene.as_of,
        towns={
            town: TownFigures(left, scene.cultivated_margin_m2)
            for town, left in scene.scale_left_m2.items()
        },
        plan_2019_m2=None,
        advance_left_m2=scene.advance_left_m2,
        source="scene",
    )
