"""What was read from the files of a run: detected, repaired, refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from geo.intake import Detected, Refusal
from services.domain.intake_record import IntakeRecord
from services.domain.wording import Language
from services.intake_documents import refused_documents
from web.presentation.detected import dialect_names, driver_name, system_name
from web.presentation.issues import IssueTable, issue_table
from web.texts import entries, text

__all__ = ["Reading", "RefusalLine", "reading_of", "refusal_lines"]

ISSUES_SHOWN = 200


@dataclass(frozen=True, slots=True)
class RefusalLine:
    """A refusal as sentences; `field` is the input of the form that it is about."""

    message: str
    remedy: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """How the file of a result was read: one line of summary, counts, and the issue log."""

    summary: str
    counts: str
    files: str
    issues: IssueTable


def reading_of(record: IntakeRecord, language: Language) -> Reading:
    """The record of a reading in one language."""
    counts = text(
        "preview.count_line",
        language,
        read=record.kept + record.refused,
        kept=record.kept,
        refused=record.refused,
        repaired=record.repaired,
    )
    detected = record.detected
    return Reading(
        summary="" if detected is None else _summary(detected, language),
        counts=counts,
        files=text("card.list_mark", language).join(record.files),
        issues=issue_table(record.issues, language, most=ISSUES_SHOWN),
    )


def refusal_lines(refused: Iterable[Refusal], language: Language) -> tuple[RefusalLine, ...]:
    """Refused features: what, where, and what to do."""
    return tuple(
        RefusalLine(f"{_place(item, language)}{item['message']}", item["remedy"], field="files")
        for item in refused_documents(refused, language)
    )


def _place(item: dict[str, Any], language: Language) -> str:
    if item["index"] is None:
        return ""
    return text("reading.where", language, number=item["index"] + 1, name=item["site"] or "")


def _summary(detected: Detected, language: Language) -> str:
    key = f"reading.{detected.axis_order}"
    order = text(key, language) if key in entries() else detected.axis_order
    parts = (
        driver_name(detected, language),
        dialect_names(detected.dialect, language) if detected.dialect else None,
        detected.encoding,
        system_name(detected, language),
        order,
        detected.area_unit,
    )
    return " · ".join(part for part in parts if part)
