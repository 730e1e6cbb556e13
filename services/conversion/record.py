"""One record of inputs that were taken in apart, with indexes that run through all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from geo.intake import Detected, Intake, Note, Refusal, Repair, SourceFile
from services.joined_intake import joined_detected, joined_files, moved_on
from services.settings import DEFAULT_CRS

__all__ = ["InputRecord", "one_record", "record_of"]


@dataclass(frozen=True, slots=True)
class InputRecord:
    """An intake without its features; it may come from another process."""

    detected: Detected | None = None
    refused: tuple[Refusal, ...] = ()
    repaired: tuple[Repair, ...] = ()
    files: tuple[SourceFile, ...] = ()


def record_of(intake: Intake) -> InputRecord:
    """What is told of an intake."""
    return InputRecord(intake.detected, intake.refused, intake.repaired, intake.files)


def one_record(records: Sequence[InputRecord], skipped: Sequence[Note]) -> Intake:
    """Intake of all inputs, without features.

    Parameters
    ----------
    skipped
        Remarks on the inputs as a whole.
    """
    refused, repaired, files = [], [], []
    notes = list(skipped)
    offset = 0
    for record in records:
        refused += [moved_on(each, offset) for each in record.refused]
        repaired += [replace(each, index=each.index + offset) for each in record.repaired]
        files += [replace(each, first_index=each.first_index + offset) for each in record.files]
        if record.detected is not None:
            notes += [moved_on(each, offset) for each in record.detected.notes]
        offset += sum(each.count for each in record.files)
    read = [record.detected for record in records if record.detected is not None]
    return Intake(
        frame=joined_files([], [], [], DEFAULT_CRS).frame,
        detected=replace(joined_detected(read, ()), notes=tuple(notes)),
        refused=tuple(refused),
        repaired=tuple(repaired),
        files=tuple(files),
    )
