"""The siting check, from files to stored results."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache

import pyproj
import shapely

from geo.intake import Intake
from services.domain.facts import RoleFacts
from services.domain.intake_record import Purpose
from services.domain.verdict import Provenance
from services.figures import figures_on
from services.file_reading import apart
from services.intake import take_in
from services.intake_records import record_of, recording_refusal
from services.layers.catalogue import county_envelope
from services.layers.landmarks import county_landmarks
from services.plot_overlaps import plot_overlaps
from services.reading_choices import choice_settings
from services.results import next_number, store_result
from services.rule_copy import rules_folder
from services.siting.assemble import Stamp, assemble_result
from services.siting.evaluation import evaluate
from services.siting.gather import gather_facts
from services.siting.layers_on_day import layers_on_day
from services.siting.projects import planned_sites
from services.siting.regime import select_regime
from services.siting.request import CheckRequest, CheckRun
from services.siting.rule_set import RuleSet, load_rule_set
from services.workspace import Workspace

__all__ = ["check_sites"]

LIBRARIES = ("plotwise", "geopandas", "shapely", "pyproj", "pyogrio", "numba", "numpy")


def check_sites(request: CheckRequest, workspace: Workspace) -> CheckRun:
    """Check every project of an input and store the results.

    Either all results of the input are stored or none.

    Raises
    ------
    GeoError, ServiceError
        Nothing usable is left of the input, or an option is not on its list.
    """
    rules = _rules_on(request, workspace)
    with recording_refusal(Purpose.CHECK, request.paths, workspace):
        intake = take_in(
            request.paths,
            request.options,
            working_crs=workspace.settings.crs,
            envelope=county_envelope(workspace),
            limits=workspace.settings.site_limits,
            reading=apart(workspace.settings.site_sandbox),
            landmarks=county_landmarks(workspace),
        )
    sites = list(planned_sites(intake, request, rules))
    layers = layers_on_day(workspace, request.as_of)
    figures = figures_on(request.as_of, workspace)
    computed_at = datetime.now(UTC).astimezone()
    judged = []
    for planned in sites:
        facts = gather_facts(planned, layers, workspace, figures)
        judged.append((facts, evaluate(facts, rules, workspace.settings)))
    results = []
    with workspace.unit_of_work() as uow:
        for facts, evaluation in judged:
            stamp = Stamp(
                number=next_number(computed_at.year, uow),
                computed_at=computed_at.isoformat(timespec="seconds"),
                crs=workspace.settings.crs,
                provenance=_provenance(request, intake, layers.roles, rules),
            )
            result = assemble_result(facts, evaluation, rules, stamp)
            store_result(result, uow)
            results.append(result)
        numbers = [result.number for result in results]
        record = record_of(intake, Purpose.CHECK, numbers, plot_overlaps(intake.frame))
        uow.intakes.add(record)
        uow.commit()
    return CheckRun(tuple(results), intake.refused, intake.repaired, intake.detected, record.issues)


def _rules_on(request: CheckRequest, workspace: Workspace) -> RuleSet:
    regime = select_regime(request.as_of, workspace.settings)
    return load_rule_set(regime, folder=rules_folder(workspace.root))


def _provenance(
    request: CheckRequest, intake: Intake, roles: Mapping[str, RoleFacts], rules: RuleSet
) -> Provenance:
    layers = {
        role: {
            "version": facts.version.version,
            "sha256": facts.version.sha256,
            "date": facts.version.valid_from.isoformat(),
        }
        for role, facts in roles.items()
        if facts.version is not None
    }
    return Provenance(
        site_sha256=intake.sha256,
        layers=layers,
        rule_set_sha256=rules.sha256,
        libraries=_libraries(),
        settings={
            "repaired": [repair.index for repair in intake.repaired],
            "crs_of_file": intake.detected.crs,
            "axis_order": intake.detected.axis_order,
            **choice_settings(request.options, intake.detected),
        },
    )


@cache
def _libraries() -> dict[str, str]:
    versions = {name: importlib.metadata.version(name) for name in LIBRARIES}
    geos = ".".join(map(str, shapely.geos_version))
    return {**versions, "GEOS": geos, "PROJ": pyproj.proj_version_str}
