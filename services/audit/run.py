"""An audit from files to table: read, share out, judge, keep, write.

Rows that are ready are kept beside the output; an audit that was broken off goes on from
there, with the layers that it began with.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from functools import cache

import geopandas as gpd
import numpy as np
from pydantic import TypeAdapter

from geo._version import __version__
from geo.intake import Intake, Note, Refusal
from geo.io.limits import LAYER_LIMITS
from services.audit.executors import judged_chunks
from services.audit.job import AuditJob
from services.audit.request import AuditRequest, AuditRun, Progress
from services.audit.rows import AuditRow, Status, unjudged_row
from services.audit.store import AuditStore, facts_text, store_beside
from services.audit.totals import AuditTotals
from services.audit.writers import AuditTable, require_suffix, write_audit
from services.domain.facts import RoleFacts
from services.domain.intake_record import Purpose
from services.domain.wording import Language
from services.errors import InvalidOptionError, TargetExistsError
from services.figures import figures_on
from services.file_reading import apart
from services.intake import take_in
from services.intake_records import recording_refusal
from services.issue_log import issues_of
from services.layers.catalogue import county_envelope
from services.layers.landmarks import county_landmarks
from services.messages import message_of
from services.rule_copy import rules_folder
from services.siting.layers_on_day import roles_in_force
from services.siting.projects import planned_sites
from services.siting.regime import select_regime
from services.siting.rule_set import RuleSet, load_rule_set
from services.workspace import Workspace

__all__ = ["audit_sites"]


def audit_sites(
    request: AuditRequest,
    workspace: Workspace,
    *,
    language: Language = Language.ZH,
    progress: Progress | None = None,
) -> AuditRun:
    """Judge every feature of an input and write one table.

    Every feature is a row: judged, refused with its reason, or failed with its reason. The
    order is that of the input, and the digits are those that single checks print.

    Raises
    ------
    GeoError, ServiceError
        Nothing usable is left of the input, an option is not on its list, the output exists,
        or there is nothing to resume (`audit_nothing_to_resume`, `audit_changed`).
    """
    began = time.monotonic()
    require_suffix(request.out)
    if request.out.exists() and not request.overwrite:
        raise TargetExistsError(file=str(request.out))
    intake = _taken_in(request, workspace)
    rules = _rules(request, workspace)
    _require_sound_options(intake, request, rules)
    store, roles = _store(request, workspace, intake, rules)
    try:
        job = AuditJob(
            root=workspace.root,
            check=request.check,
            roles=roles,
            figures=figures_on(request.check.as_of, workspace),
            rule_set_sha256=rules.sha256,
            source_sha256=intake.sha256,
        )
        done = store.done()
        _judge(request, job, intake, store, progress)
        table = AuditTable(
            rows=store.rows,
            outlines=gpd.GeoDataFrame(intake.frame[["source_index", "geometry"]]),
            provenance=_provenance(request, intake, roles, rules),
            language=language,
        )
        write_audit(table, request.out, overwrite=request.overwrite)
        totals = AuditTotals()
        for row in store.rows():
            totals.add(row)
    except BaseException:
        # what is done stays for --resume
        store.close()
        raise
    store.remove()
    return AuditRun(
        out=request.out,
        sites=totals.by_verdict.total(),
        judged=totals.by_status[Status.JUDGED],
        refused=totals.by_status[Status.REFUSED],
        failed=totals.by_status[Status.FAILED],
        resumed=len(done),
        by_verdict=dict(totals.by_verdict),
        area_cents=dict(totals.area_cents),
        seconds=time.monotonic() - began,
        detected=intake.detected,
        issues=issues_of(intake),
        notes=tuple(_changes(roles, request, workspace)),
    )


def _taken_in(request: AuditRequest, workspace: Workspace) -> Intake:
    with recording_refusal(Purpose.CHECK, request.check.paths, workspace):
        return take_in(
            request.check.paths,
            request.check.options,
            working_crs=workspace.settings.crs,
            envelope=county_envelope(workspace),
            limits=LAYER_LIMITS,
            landmarks=county_landmarks(workspace),
            allow_empty=True,
            reading=apart(workspace.settings.layer_sandbox),
        )


def _rules(request: AuditRequest, workspace: Workspace) -> RuleSet:
    regime = select_regime(request.check.as_of, workspace.settings)
    return load_rule_set(regime, folder=rules_folder(workspace.root))


def _require_sound_options(intake: Intake, request: AuditRequest, rules: RuleSet) -> None:
    """Let a use or a type that no table has be refused before a worker meets it."""
    for _ in planned_sites(Intake(intake.frame.iloc[:1], intake.detected), request.check, rules):
        return


@cache
def _roles_adapter() -> TypeAdapter[dict[str, RoleFacts]]:
    return TypeAdapter(dict[str, RoleFacts])


def _store(
    request: AuditRequest, workspace: Workspace, intake: Intake, rules: RuleSet
) -> tuple[AuditStore, dict[str, RoleFacts]]:
    """Store of a new audit, or of the one to go on with, and the layers that belong to it."""
    path = store_beside(request.out)
    asked = _asked(request, intake, rules)
    if request.resume:
        if not path.exists():
            raise InvalidOptionError("audit_nothing_to_resume", file=str(request.out))
        store = AuditStore(path)
        if store.fact("asked") != asked:
            store.close()
            raise InvalidOptionError("audit_changed", file=str(request.out))
        return store, _roles_adapter().validate_json(store.fact("roles"))
    path.parent.mkdir(parents=True, exist_ok=True)
    roles = roles_in_force(workspace, request.check.as_of)
    kept = _roles_adapter().dump_json(roles).decode()
    store = AuditStore(path, facts={"asked": asked, "roles": kept})
    store.add(_refused_rows(intake.refused))
    return store, roles


def _asked(request: AuditRequest, intake: Intake, rules: RuleSet) -> str:
    """Everything that must be the same for the rows of two runs to belong together."""
    check = asdict(request.check)
    check.pop("paths")
    return facts_text(
        {
            "check": check,
            "input": intake.sha256,
            "sites": len(intake.frame),
            "rules": rules.sha256,
            "version": __version__,
        }
    )


def _refused_rows(refused: Iterable[Refusal]) -> Iterator[AuditRow]:
    for refusal in refused:
        if refusal.index is not None:
            words = message_of(refusal.code, refusal.params)
            yield unjudged_row(
                refusal.index, "", refusal.site or "", Status.REFUSED, refusal.code, words
            )


def _judge(
    request: AuditRequest,
    job: AuditJob,
    intake: Intake,
    store: AuditStore,
    progress: Progress | None,
) -> None:
    done = store.done()
    waiting = intake.frame[~intake.frame["source_index"].isin(done)]
    count, total = len(done), len(done) + len(waiting)
    for rows in judged_chunks(job, _chunks(waiting, request.chunk_sites), request):
        store.add(rows)
        count += len(rows)
        if progress is not None:
            progress(count, total)


def _chunks(frame: gpd.GeoDataFrame, size: int) -> Iterator[gpd.GeoDataFrame]:
    """Sites that lie together, so that a worker finds the same ground in its cache."""
    if not len(frame):
        return
    order = np.argsort(frame.geometry.hilbert_distance().to_numpy(), kind="stable")
    for start in range(0, len(frame), size):
        yield gpd.GeoDataFrame(frame.iloc[order[start : start + size]])


def _provenance(
    request: AuditRequest, intake: Intake, roles: dict[str, RoleFacts], rules: RuleSet
) -> dict[str, str]:
    layers = {
        role: f"{facts.version.version} {facts.version.sha256}"
        for role, facts in roles.items()
        if facts.version is not None
    }
    return {
        "version": __version__,
        "source": request.check.name,
        "source_sha256": intake.sha256,
        "as_of": request.check.as_of.isoformat(),
        "use": request.check.use or "",
        "project_type": request.check.project_type or "",
        "rule_set": rules.id,
        "rule_set_sha256": rules.sha256,
        **{f"layer.{role}": text for role, text in layers.items()},
    }


def _changes(
    roles: dict[str, RoleFacts], request: AuditRequest, workspace: Workspace
) -> Iterator[Note]:
    """Layers that were replaced while the audit ran."""
    for role, now in roles_in_force(workspace, request.check.as_of).items():
        before = roles[role].version
        if before != now.version:
            yield Note(
                "audit_layer_replaced",
                {
                    "role": role,
                    "version": before.version if before else "–",
                    "newer": now.version.version if now.version else "–",
                },
            )
