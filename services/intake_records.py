"""Keep what was read, and what was wrong with it, in the workspace.

Taken inputs are kept in the transaction that stores what came of them; a refused input is
kept on its own, so that the next person sees what was tried.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from geo.errors import GeoError
from geo.intake import Intake, Note
from services.domain.intake_record import IntakeRecord, Purpose
from services.errors import IntakeNotFoundError, ServiceError
from services.issue_log import issues_of, issues_of_error
from services.workspace import Workspace, now_text, user_name

__all__ = ["latest_records", "layer_subject", "record_of", "record_of_subject", "recording_refusal"]


def layer_subject(role: str, version: str) -> str:
    """What a record calls a layer version."""
    return f"{role}/{version}"


def record_of(
    intake: Intake, purpose: Purpose, subjects: Sequence[str], notes: Sequence[Note] = ()
) -> IntakeRecord:
    """Record of an input that was taken; `notes` were made after reading."""
    return IntakeRecord(
        taken_at=now_text(),
        taken_by=user_name(),
        purpose=purpose,
        subjects=tuple(subjects),
        files=tuple(file.name for file in intake.files),
        sha256=intake.sha256,
        kept=len(intake.frame),
        refused=sum(refusal.index is not None for refusal in intake.refused),
        repaired=len(intake.repaired),
        detected=intake.detected,
        issues=issues_of(intake, notes),
    )


@contextmanager
def recording_refusal(
    purpose: Purpose, paths: Sequence[Path], workspace: Workspace
) -> Iterator[None]:
    """Keep a record when the reading in the block is refused; the refusal goes on its way."""
    try:
        yield
    except (GeoError, ServiceError) as error:
        names = [path.name for path in paths]
        issues = issues_of_error(error, names)
        record = IntakeRecord(
            taken_at=now_text(),
            taken_by=user_name(),
            purpose=purpose,
            subjects=(),
            files=tuple(names),
            sha256="",
            kept=0,
            refused=sum(issue.feature is not None for issue in issues),
            repaired=0,
            detected=None,
            issues=issues,
        )
        with workspace.unit_of_work() as uow:
            uow.intakes.add(record)
            uow.commit()
        raise


def record_of_subject(subject: str, workspace: Workspace) -> IntakeRecord:
    """Record behind a result or a layer.

    Parameters
    ----------
    subject
        Number of a result, `role/version`, or a role, which means its newest version.

    Raises
    ------
    IntakeNotFoundError
        There is none: no such subject, or one of before the log was kept.
    """
    with workspace.unit_of_work(read_only=True) as uow:
        record = uow.intakes.of(subject)
        if record is None:
            newest = [version.version for version in uow.layers.versions(subject)][-1:]
            found = [uow.intakes.of(layer_subject(subject, version)) for version in newest]
            record = next(iter(found), None)
    if record is None:
        raise IntakeNotFoundError(subject=subject)
    return record


def latest_records(workspace: Workspace, limit: int) -> tuple[IntakeRecord, ...]:
    """The records kept last, newest first, the refused among them."""
    with workspace.unit_of_work(read_only=True) as uow:
        return uow.intakes.latest(limit)
