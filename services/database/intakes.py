"""The records of readings on tables."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, insert, select

from geo.intake import Detected
from services.database import tables
from services.domain.intake_record import IntakeRecord, Purpose
from services.domain.issue import Duty, Issue, Severity
from services.issue_log import issue_of
from services.messages import catalogue

__all__ = ["SqlIntakes"]


@cache
def _detected() -> TypeAdapter[Detected]:
    return TypeAdapter(Detected)


class SqlIntakes:
    """Records of readings; sentences are made of codes and facts when they are read."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, record: IntakeRecord) -> None:
        """Store a record under all its subjects."""
        detected = record.detected and _detected().dump_json(record.detected).decode()
        names = ("taken_at", "taken_by", "purpose", "sha256", "kept", "refused", "repaired")
        values = {name: getattr(record, name) for name in names}
        values |= {"files": json.dumps(record.files), "detected": detected}
        entered = self._connection.execute(insert(tables.intakes).values(values))
        (intake_id,) = entered.inserted_primary_key or (None,)
        if record.subjects:
            self._connection.execute(
                insert(tables.intake_subjects),
                [{"intake_id": intake_id, "subject": subject} for subject in record.subjects],
            )
        if record.issues:
            self._connection.execute(
                insert(tables.issues),
                [
                    {"intake_id": intake_id, "position": position, **_stored(issue)}
                    for position, issue in enumerate(record.issues)
                ],
            )

    def of(self, subject: str) -> IntakeRecord | None:
        """Record of the reading that a result or a layer version came of."""
        found = self._connection.execute(
            select(tables.intakes)
            .join(tables.intake_subjects)
            .where(tables.intake_subjects.c.subject == subject)
            .order_by(tables.intakes.c.id.desc())
        ).first()
        return None if found is None else self._record(found)

    def latest(self, limit: int) -> tuple[IntakeRecord, ...]:
        """The records stored last, newest first."""
        rows = self._connection.execute(
            select(tables.intakes).order_by(tables.intakes.c.id.desc()).limit(limit)
        )
        return tuple(self._record(row) for row in rows)

    def _record(self, row: Row[Any]) -> IntakeRecord:
        subjects = self._connection.execute(
            select(tables.intake_subjects.c.subject)
            .where(tables.intake_subjects.c.intake_id == row.id)
            .order_by(tables.intake_subjects.c.subject)
        ).scalars()
        issues = self._connection.execute(
            select(tables.issues)
            .where(tables.issues.c.intake_id == row.id)
            .order_by(tables.issues.c.position)
        )
        return IntakeRecord(
            taken_at=row.taken_at,
            taken_by=row.taken_by,
            purpose=Purpose(row.purpose),
            subjects=tuple(subjects),
            files=tuple(json.loads(row.files)),
            sha256=row.sha256,
            kept=row.kept,
            refused=row.refused,
            repaired=row.repaired,
            detected=row.detected and _detected().validate_json(row.detected),
            issues=tuple(_issue(line) for line in issues),
        )


def _stored(issue: Issue) -> dict[str, Any]:
    facts = {"params": dict(issue.params), "place": issue.place, "bounds": issue.bounds}
    names = ("code", "severity", "duty", "file", "feature", "site")
    return {name: getattr(issue, name) for name in names} | {"facts": json.dumps(facts)}


def _issue(row: Row[Any]) -> Issue:
    facts = json.loads(row.facts)
    known = row.code in catalogue()
    return issue_of(
        row.code if known else "retired_code",
        facts["params"] if known else {"code": row.code},
        severity=Severity(row.severity),
        duty=Duty(row.duty),
        file=row.file,
        feature=row.feature,
        site=row.site,
        place=facts["place"] and tuple(facts["place"]),
        bounds=facts["bounds"] and tuple(facts["bounds"]),
    )
