"""What is asked of a siting check, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from geo.intake import Detected, ReadOptions, Refusal, Repair
from services.domain.issue import Issue
from services.domain.project import UseScheme
from services.domain.verdict import CheckResult

__all__ = ["CheckRequest", "CheckRun"]


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """Files of one input and the questions about it.

    The features are the plots of one project unless `project_field` groups them or `each`
    makes every feature a project. `source_name` is the name shown; without it the file's.
    """

    paths: tuple[Path, ...]
    options: ReadOptions
    as_of: date
    use: str | None = None
    use_scheme: UseScheme = UseScheme.GB50137
    project_type: str | None = None
    project_field: str | None = None
    each: bool = False
    source_name: str | None = None

    @property
    def name(self) -> str:
        """Name of the input as people know it."""
        return self.source_name or self.paths[0].name


@dataclass(frozen=True, slots=True)
class CheckRun:
    """Results of all projects of an input, with the record of what was read."""

    results: tuple[CheckResult, ...]
    refused: tuple[Refusal, ...]
    repaired: tuple[Repair, ...]
    detected: Detected
    issues: tuple[Issue, ...] = ()
