"""Cross table of any polygons against a layer: areas by class and by up to three fields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.intake import Detected, ReadOptions, Refusal, Repair
from geo.measurement import official_ellipsoid_areas_um2, plane_areas_um2
from geo.overlay import LayerAreas, layer_areas
from geo.units import UM2_PER_M2
from services.domain.issue import Issue
from services.errors import InvalidOptionError, RoleNotFoundError
from services.file_reading import apart
from services.intake import take_in
from services.issue_log import issues_of
from services.layers.landmarks import county_landmarks
from services.layers.opened import OpenedLayer, open_layer
from services.layers.selection import version_in_force
from services.workspace import Workspace

__all__ = ["OverlayRequest", "OverlayRow", "OverlaySite", "OverlayTable", "overlay_table"]

MOST_FIELDS = 3


@dataclass(frozen=True, slots=True)
class OverlayRequest:
    """Polygons of a file against the version of a role that is in force on a day."""

    paths: tuple[Path, ...]
    role: str
    options: ReadOptions
    as_of: date
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OverlayRow:
    """Area of one class (and one combination of the `by` fields) inside one feature."""

    index: int
    site: str
    code: str
    by: dict[str, str]
    area_m2: float
    ellipsoid_area_m2: float


@dataclass(frozen=True, slots=True)
class OverlaySite:
    """One feature: Σ rows + remainder − overlap = its area, to 1e-6 m²."""

    index: int
    site: str
    area_m2: float
    ellipsoid_area_m2: float
    covered_m2: float
    remainder_m2: float
    overlap_m2: float


@dataclass(frozen=True, slots=True)
class OverlayTable:
    """Rows by feature and class in file order, with the record of what was read."""

    rows: tuple[OverlayRow, ...]
    sites: tuple[OverlaySite, ...]
    refused: tuple[Refusal, ...]
    repaired: tuple[Repair, ...]
    detected: Detected
    issues: tuple[Issue, ...] = ()


def overlay_table(request: OverlayRequest, workspace: Workspace) -> OverlayTable:
    """Exact areas of every feature by the classes of a layer.

    A field of `by` is looked for in the file first, then in the layer.

    Raises
    ------
    RoleNotFoundError
        No version of the role is in force.
    InvalidOptionError
        More than three fields, or one that neither file nor layer has.
    GeoError, ServiceError
        Nothing usable in the file.
    """
    if len(request.by) > MOST_FIELDS:
        raise InvalidOptionError("too_many_fields", most=MOST_FIELDS, found=len(request.by))
    opened = _opened(request, workspace)
    intake = take_in(
        request.paths,
        request.options,
        working_crs=workspace.settings.crs,
        limits=workspace.settings.site_limits,
        reading=apart(workspace.settings.site_sandbox),
        landmarks=county_landmarks(workspace),
    )
    in_layer = [field for field in request.by if field not in intake.frame.columns]
    groups = _grouped(opened, in_layer, request)
    geometries = np.asarray(intake.frame.geometry.array, dtype=object)
    areas = layer_areas(geometries, opened.edges.regrouped(groups.ids))
    return OverlayTable(
        rows=tuple(_rows(intake.frame, areas, groups, request.by)),
        sites=tuple(_sites(intake.frame, areas, geometries, workspace)),
        refused=intake.refused,
        repaired=intake.repaired,
        detected=intake.detected,
        issues=issues_of(intake),
    )


def _opened(request: OverlayRequest, workspace: Workspace) -> OpenedLayer:
    with workspace.unit_of_work() as uow:
        versions = tuple(uow.layers.versions(request.role))
    version = version_in_force(versions, request.as_of)
    if version is None:
        code = "role_not_in_force" if versions else "role_not_loaded"
        raise RoleNotFoundError(code, role=request.role, day=request.as_of.isoformat())
    return open_layer(workspace, version)


@dataclass(frozen=True, slots=True, eq=False)
class _Groups:
    """Features of a layer by class and layer fields: group id per feature, key per group."""

    ids: NDArray[np.int32]
    keys: pd.DataFrame


def _grouped(opened: OpenedLayer, fields: Sequence[str], request: OverlayRequest) -> _Groups:
    table = pd.DataFrame({"code": [str(code) for code in opened.codes]})
    if fields:
        attributes = opened.attributes(np.arange(len(table)))
        missing = [field for field in fields if field not in attributes.columns]
        if missing:
            raise InvalidOptionError(
                "no_such_field",
                field="、".join(missing),
                file=request.role,
                fields="、".join(map(str, attributes.columns)),
            )
        for field in fields:
            texts = attributes[field].astype(object)
            table[field] = texts.where(texts.notna(), "").astype(str).to_numpy()
    keyed = table.groupby(list(table.columns), sort=True)
    ids = np.asarray(keyed.ngroup(), dtype=np.int32)
    keys = table.assign(group=ids).drop_duplicates("group").set_index("group").sort_index()
    return _Groups(ids, keys)


def _labels(frame: gpd.GeoDataFrame) -> list[str]:
    return [
        str(identifier or name or "")
        for identifier, name in zip(frame["site_id"], frame["site_name"], strict=True)
    ]


def _rows(
    frame: gpd.GeoDataFrame, areas: LayerAreas, groups: _Groups, by: tuple[str, ...]
) -> list[OverlayRow]:
    index = frame["source_index"].to_numpy()
    labels = _labels(frame)
    own = {field: frame[field].astype(str).to_numpy() for field in by if field in frame.columns}
    rows = []
    classes = areas.classes
    for site, group, plane, ellipsoid in zip(
        classes.site, classes.class_id, classes.area_um2, classes.ellipsoid_um2, strict=True
    ):
        key = groups.keys.loc[group]
        rows.append(
            OverlayRow(
                index=int(index[site]),
                site=labels[site],
                code=str(key["code"]),
                by={field: str(own[field][site] if field in own else key[field]) for field in by},
                area_m2=int(plane) / UM2_PER_M2,
                ellipsoid_area_m2=int(ellipsoid) / UM2_PER_M2,
            )
        )
    return rows


def _sites(
    frame: gpd.GeoDataFrame,
    areas: LayerAreas,
    geometries: NDArray[np.object_],
    workspace: Workspace,
) -> list[OverlaySite]:
    plane = plane_areas_um2(geometries, origin=workspace.origin)
    ellipsoid = official_ellipsoid_areas_um2(geometries, crs=workspace.settings.crs)
    return [
        OverlaySite(
            index=int(index),
            site=text,
            area_m2=int(plane[position]) / UM2_PER_M2,
            ellipsoid_area_m2=int(ellipsoid[position]) / UM2_PER_M2,
            covered_m2=int(areas.covered_um2[position]) / UM2_PER_M2,
            remainder_m2=int(areas.remainder_um2[position]) / UM2_PER_M2,
            overlap_m2=int(areas.overlap_um2[position]) / UM2_PER_M2,
        )
        for position, (index, text) in enumerate(
            zip(frame["source_index"], _labels(frame), strict=True)
        )
    ]
