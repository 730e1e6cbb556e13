"""Features of a file as plots of projects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from geo.intake import Intake
from services.domain.project import Project
from services.errors import InvalidOptionError
from services.siting.request import CheckRequest
from services.siting.rule_set import RuleSet
from services.siting.uses import require_project_type, require_use, use_named

__all__ = ["PlannedSite", "planned_sites", "stated_use"]

USE_FIELDS = ("use", "地块用途", "用途", "规划用途", "yt", "tdyt", "ghyt")
DEFAULT_PROJECT_TYPE = "industry"
# a check is read by a person; thousands of parcels are a table, not a sheet
MOST_PLOTS = 2_000
MOST_PROJECTS = 2_000


@dataclass(frozen=True, slots=True, eq=False)
class PlannedSite:
    """One project with its plots.

    `geometries` are the p plots in absolute working coordinates; `ids`, `names` and
    `stated_areas_m2` (NaN where the file states none) go with them.
    """

    project: Project
    geometries: NDArray[np.object_]
    ids: tuple[str, ...]
    names: tuple[str, ...]
    stated_areas_m2: NDArray[np.float64]


def planned_sites(intake: Intake, request: CheckRequest, rules: RuleSet) -> Iterator[PlannedSite]:
    """Group the features of an input to projects, in file order.

    Raises
    ------
    InvalidOptionError
        `project_field` is no field of the file, the use or type of the project stands in no
        table of the rules, or there are more plots or projects than one check takes.
    """
    frame = intake.frame
    field = request.project_field
    kind = require_project_type(request.project_type or DEFAULT_PROJECT_TYPE, rules)
    use = require_use(request.use, request.use_scheme, rules) if request.use else None
    if field is not None and field not in frame.columns:
        raise InvalidOptionError(
            "no_such_field",
            field=field,
            file=request.name,
            fields="、".join(map(str, _own_fields(frame))),
        )
    stem = Path(request.name).stem
    projects = len(frame) if request.each else frame[field].astype(str).nunique() if field else 1
    if projects > MOST_PROJECTS:
        raise InvalidOptionError("too_many_projects", found=projects, limit=MOST_PROJECTS)
    if request.each:
        for position in range(len(frame)):
            row = frame.iloc[[position]]
            name = row["site_name"].iloc[0] or row["site_id"].iloc[0] or stem
            title = (str(row["site_id"].iloc[0] or name), str(name))
            yield _planned(row, title, _asked(row, use, kind, request, rules))
    elif field is not None:
        texts = frame[field].astype(str)
        for key in texts.unique():
            rows = frame[texts == key]
            yield _planned(rows, (str(key), str(key)), _asked(rows, use, kind, request, rules))
    else:
        yield _planned(frame, (stem, stem), _asked(frame, use, kind, request, rules))


def _own_fields(frame: gpd.GeoDataFrame) -> list[Any]:
    ours = {"source_index", "site_id", "site_name", "stated_area_m2", "geometry"}
    return [column for column in frame.columns if column not in ours]


def _asked(
    rows: gpd.GeoDataFrame, use: str | None, kind: str, request: CheckRequest, rules: RuleSet
) -> Project:
    """The question about some plots, before they have a title."""
    return Project(
        id="",
        name="",
        use=use or _use_in_file(rows, request, rules),
        use_scheme=request.use_scheme,
        project_type=kind,
        type_assumed=request.project_type is None,
        as_of=request.as_of,
        source=request.name,
    )


def _planned(rows: gpd.GeoDataFrame, title: tuple[str, str], asked: Project) -> PlannedSite:
    project = replace(asked, id=title[0], name=title[1])
    if len(rows) > MOST_PLOTS:
        raise InvalidOptionError("too_many_plots", found=len(rows), limit=MOST_PLOTS)
    return PlannedSite(
        project=project,
        geometries=np.asarray(rows.geometry.array, dtype=object),
        ids=tuple(str(text or "") for text in rows["site_id"]),
        names=tuple(str(text or "") for text in rows["site_name"]),
        stated_areas_m2=rows["stated_area_m2"].to_numpy(dtype=float),
    )


def _use_in_file(rows: gpd.GeoDataFrame, request: CheckRequest, rules: RuleSet) -> str | None:
    stated = stated_use(rows)
    return None if stated is None else use_named(stated, request.use_scheme, rules)


def stated_use(rows: gpd.GeoDataFrame) -> str | None:
    """What all plots name as their use; `None` where they differ or some are silent."""
    for column in rows.columns:
        if str(column).lower() not in USE_FIELDS:
            continue
        uses = {str(value).strip() for value in rows[column].dropna()} - {""}
        if len(uses) == 1 and rows[column].notna().all():
            return uses.pop()
    return None
