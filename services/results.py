"""Results: numbered, stored once, never changed."""

from __future__ import annotations

import hashlib
import json

from services.domain.document import restore_result, stored_document
from services.domain.verdict import CheckResult
from services.errors import ResultNotFoundError
from services.repositories import ResultLine, StoredResult, UnitOfWork
from services.workspace import Workspace

__all__ = ["load_result", "next_number", "recent_results", "store_result"]


def next_number(year: int, uow: UnitOfWork) -> str:
    """Number for the next result of a year, `2026-000001`.

    It belongs to the unit of work: what is rolled back gives its number back.
    """
    return uow.results.next_number(year)


def store_result(result: CheckResult, uow: UnitOfWork) -> None:
    """Store a result under its number, with a hash of the document."""
    document = json.dumps(
        stored_document(result), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    uow.results.add(
        StoredResult(
            number=result.number,
            computed_at=result.computed_at,
            as_of=result.as_of,
            site_name=result.site.name,
            verdict=result.verdict,
            outcome=result.outcome,
            document=document,
            sha256=_hash(document),
        )
    )


def load_result(number: str, workspace: Workspace) -> CheckResult:
    """The result with a number, exactly as it was stored.

    Raises
    ------
    ResultNotFoundError
        There is none (`result_not_found`), or what is stored is no longer what was written
        (`result_damaged`).
    """
    with workspace.unit_of_work(read_only=True) as uow:
        stored = uow.results.result(number)
    if stored is None:
        raise ResultNotFoundError(number=number)
    if _hash(stored.document) != stored.sha256:
        raise ResultNotFoundError("result_damaged", number=number)
    return restore_result(json.loads(stored.document))


def recent_results(workspace: Workspace, limit: int) -> tuple[ResultLine, ...]:
    """The results stored last, newest first, without their documents."""
    with workspace.unit_of_work(read_only=True) as uow:
        return uow.results.latest(limit)


def _hash(document: str) -> str:
    return hashlib.sha256(document.encode()).hexdigest()
