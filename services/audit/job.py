"""The part of an audit that a worker does: chunks of sites to rows, the same everywhere."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import geopandas as gpd

from geo.errors import GeoError
from geo.intake import Detected, Intake
from geo.process import prepare_process
from services.audit.rows import AuditRow, Status, judged_row, unjudged_row
from services.domain.facts import PlanFigures, RoleFacts
from services.errors import ServiceError
from services.messages import message_of
from services.rule_copy import rules_folder
from services.siting.evaluation import evaluate
from services.siting.gather import gather_facts
from services.siting.layers_on_day import LayersOnDay, layers_of
from services.siting.projects import PlannedSite, planned_sites
from services.siting.regime import select_regime
from services.siting.request import CheckRequest
from services.siting.rule_set import RuleSet, load_rule_set
from services.workspace import Workspace, open_workspace

__all__ = ["AuditJob", "failed_chunk", "judge_chunk"]

LOG = logging.getLogger("plotwise.services.audit")


@dataclass(frozen=True, slots=True, eq=False)
class AuditJob:
    """What all chunks of an audit have in common; goes to workers in other processes.

    `roles` are the versions that the audit began with. `rule_set_sha256` is of the rules that
    it began with; a worker that finds others refuses.
    """

    root: Path
    check: CheckRequest
    roles: Mapping[str, RoleFacts]
    figures: PlanFigures | None
    rule_set_sha256: str
    source_sha256: str


@dataclass(frozen=True, slots=True, eq=False)
class _Bench:
    """A workspace with what the job needs of it, open."""

    workspace: Workspace
    layers: LayersOnDay
    rules: RuleSet


@lru_cache(maxsize=2)
def _bench(root: Path, source: str, rule_set: str, versions: tuple[str, ...]) -> list[_Bench]:
    """Place for the bench of one job in this process."""
    del root, source, rule_set, versions
    return []


def _opened(job: AuditJob) -> _Bench:
    versions = tuple(
        f"{role}:{facts.version.sha256 if facts.version else facts.reason}"
        for role, facts in sorted(job.roles.items())
    )
    place = _bench(job.root, job.source_sha256, job.rule_set_sha256, versions)
    if not place:
        prepare_process()
        workspace = open_workspace(job.root)
        regime = select_regime(job.check.as_of, workspace.settings)
        rules = load_rule_set(regime, folder=rules_folder(workspace.root))
        if rules.sha256 != job.rule_set_sha256:
            raise ServiceError("audit_rules_changed", rule_set=rules.id)
        place.append(_Bench(workspace, layers_of(workspace, job.roles), rules))
    return place[0]


def judge_chunk(job: AuditJob, sites: gpd.GeoDataFrame) -> list[AuditRow]:
    """Rows of some sites; one that cannot be judged is a row that says why.

    Raises
    ------
    ServiceError
        The rules of the workspace are not those that the audit began with.
    """
    bench = _opened(job)
    intake = Intake(sites, Detected(""))
    planned = planned_sites(intake, replace(job.check, each=True, project_field=None), bench.rules)
    indexes = sites["source_index"].tolist()
    return [
        _judged(int(index), site, job, bench) for index, site in zip(indexes, planned, strict=True)
    ]


def _judged(index: int, site: PlannedSite, job: AuditJob, bench: _Bench) -> AuditRow:
    try:
        facts = gather_facts(site, bench.layers, bench.workspace, job.figures)
        return judged_row(index, facts, evaluate(facts, bench.rules, bench.workspace.settings))
    except (GeoError, ServiceError) as error:
        words = message_of(error.code, error.params)
        return unjudged_row(index, site.ids[0], site.names[0], Status.FAILED, error.code, words)
    except Exception as error:
        # a fault of ours with one site must not cost the night's work on all others
        LOG.exception("site %s", index)
        words = message_of("failure", {"reason": f"{type(error).__name__}: {error}"})
        return unjudged_row(index, site.ids[0], site.names[0], Status.FAILED, "failure", words)


def failed_chunk(sites: gpd.GeoDataFrame, code: str) -> list[AuditRow]:
    """Rows of sites whose worker did not come back."""
    return [
        unjudged_row(
            int(index), str(identifier), str(name), Status.FAILED, code, message_of(code, {})
        )
        for index, identifier, name in zip(
            sites["source_index"], sites["site_id"], sites["site_name"], strict=True
        )
    ]
