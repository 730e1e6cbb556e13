"""One record of inputs that were taken in apart, with indexes that run through all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from geo.intake import Intake, Note, Refusal
from services.joined_intake import joined_detected, joined_files
from services.settings import DEFAULT_CRS

__all__ = ["one_record"]

Record = TypeVar("Record", Refusal, Note)


def one_record(
    intakes: Sequence[Intake], failed: Sequence[Refusal], notes: Sequence[Note]
) -> Intake:
    """Record of several intakes, without features.

    Parameters
    ----------
    failed
        Files that could not be converted at all.
    notes
        Remarks on the inputs as a whole.
    """
    refused, repaired, files = list(failed), [], []
    remarks = list(notes)
    offset = 0
    for intake in intakes:
        refused += [_moved(each, offset) for each in intake.refused]
        repaired += [replace(each, index=each.index + offset) for each in intake.repaired]
        remarks += [_moved(each, offset) for each in intake.detected.notes]
        files += [replace(each, first_index=each.first_index + offset) for each in intake.files]
        offset += sum(each.count for each in intake.files)
    detected = joined_detected([intake.detected for intake in intakes], ())
    return Intake(
        frame=joined_files([], [], [], DEFAULT_CRS).frame,
        detected=replace(detected, notes=tuple(remarks)),
        refused=tuple(refused),
        repaired=tuple(repaired),
        files=tuple(files),
    )


def _moved(record: Record, offset: int) -> Record:
    return record if record.index is None else replace(record, index=record.index + offset)
