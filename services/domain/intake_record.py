"""The record of one reading: what for, which files, how many features, what was wrong."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from geo.intake import Detected
from services.domain.issue import Issue

__all__ = ["IntakeRecord", "Purpose"]


class Purpose(StrEnum):
    """What an input was read for."""

    CHECK = "check"
    LAYER = "layer"


@dataclass(frozen=True, slots=True)
class IntakeRecord:
    """One reading and its issue log.

    `subjects` are what came of it: numbers of results, or `role/version` of a layer; empty
    when the input was refused. Features read = `kept` + `refused`. `detected` is what was
    found out about the files, `None` where none could be read.
    """

    taken_at: str
    taken_by: str
    purpose: Purpose
    subjects: tuple[str, ...]
    files: tuple[str, ...]
    sha256: str
    kept: int
    refused: int
    repaired: int
    detected: Detected | None
    issues: tuple[Issue, ...]
