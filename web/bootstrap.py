"""The services behind the pages, bound to one workspace."""

from __future__ import annotations

from datetime import date
from functools import lru_cache, partial
from typing import Any

import numpy as np
import shapely
from shapely.geometry import mapping

from geo.crs import to_lonlat
from services.datum_files import datum_files, named_datum_file
from services.domain.layer import LayerVersion
from services.domain.project import UseScheme
from services.domain.verdict import Regime
from services.domain.wording import Wording
from services.errors import AmbiguousVersionError, WorkspaceError
from services.intake_records import record_of_subject
from services.issue_table import write_issues
from services.layers.catalogue import county_envelope, loaded_versions
from services.layers.opened import open_layer
from services.layers.selection import version_in_force
from services.preview import preview_input
from services.reports import write_site_report
from services.results import load_result, recent_results
from services.siting.check import check_sites
from services.siting.rule_set import RuleSet, load_rule_set
from services.workspace import Workspace
from web.forms import today
from web.ports import Choice, Services, Surroundings

__all__ = ["bind_services"]

TOWN = "town"
OUTLINE_TOLERANCE_M = 20.0
# pieces of a side of the box: its sides are curves in degrees
STEPS = 8


def bind_services(workspace: Workspace) -> Services:
    """Use cases of a workspace for `create_app`."""
    return Services(
        crs=workspace.settings.crs,
        uploads=workspace.root / "uploads",
        preview=partial(preview_input, workspace=workspace),
        reading=partial(record_of_subject, workspace=workspace),
        write_issues=write_issues,
        datum_files=lambda: tuple(datum_files(workspace)),
        datum_file=partial(named_datum_file, workspace=workspace),
        check=partial(check_sites, workspace=workspace),
        load=partial(load_result, workspace=workspace),
        recent=partial(recent_results, workspace),
        write_report=write_site_report,
        uses=lambda scheme: _uses(_rules(workspace), scheme),
        project_types=lambda: _project_types(_rules(workspace)),
        layer_count=lambda: len(loaded_versions(workspace)),
        surroundings=lambda: _surroundings(workspace, today()),
    )


def _rules(workspace: Workspace) -> RuleSet:
    copy = workspace.root / "rules"
    return load_rule_set(Regime.TRANSITION_2019, folder=copy if copy.is_dir() else None)


def _uses(rules: RuleSet, scheme: UseScheme) -> tuple[Choice, ...]:
    names = rules.codes.get(scheme, {})
    return tuple(Choice(code, Wording(zh=name, en=name)) for code, name in names.items())


def _project_types(rules: RuleSet) -> tuple[Choice, ...]:
    return tuple(Choice(item.id, item.name) for item in rules.project_types.values())


def _surroundings(workspace: Workspace, day: date) -> Surroundings:
    extent = county_envelope(workspace, margin_m=0.0)
    if extent is None:
        return Surroundings()
    west, south, east, north = extent
    box = shapely.segmentize(shapely.box(*extent), max(east - west, north - south, 1.0) / STEPS)
    (outline,) = to_lonlat(np.array([box], dtype=object), workspace.settings.crs)
    west, south, east, north = shapely.bounds(outline).tolist()
    return Surroundings((south, west, north, east), _towns(workspace, day))


def _towns(workspace: Workspace, day: date) -> tuple[tuple[str, dict[str, Any]], ...]:
    """Outlines of the towns in force, unless they are protected."""
    try:
        version = version_in_force(loaded_versions(workspace, TOWN), day)
        return () if version is None or version.secrecy else _outlines(workspace, version)
    except (AmbiguousVersionError, WorkspaceError):
        # only for orientation here: a check that needs the layer says what is wrong with it
        return ()


@lru_cache(maxsize=4)
def _outlines(
    workspace: Workspace, version: LayerVersion
) -> tuple[tuple[str, dict[str, Any]], ...]:
    layer = open_layer(workspace, version)
    outlines = shapely.simplify(layer.features(), OUTLINE_TOLERANCE_M)
    attributes = layer.attributes(np.arange(len(outlines)))
    names = attributes[version.name_field] if version.name_field else [""] * len(outlines)
    drawn = to_lonlat(outlines, workspace.settings.crs)
    return tuple((str(name or ""), mapping(item)) for name, item in zip(names, drawn, strict=True))
