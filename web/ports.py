"""What the pages ask of the services, as one bundle that tests can replace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from services.domain.verdict import CheckResult
from services.domain.wording import Language, Wording
from services.siting.request import CheckRequest, CheckRun

__all__ = ["Choice", "RecentResult", "ReportFiles", "Services"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a list to choose from."""

    code: str
    name: Wording


@dataclass(frozen=True, slots=True)
class RecentResult:
    """A stored result as a line of a list."""

    number: str
    name: str
    verdict: str
    as_of: str


class ReportFiles(Protocol):
    """Documents of one result."""

    @property
    def sheet(self) -> Path:
        """The sheet, .docx."""
        ...

    @property
    def workbook(self) -> Path:
        """The workbook of areas, .xlsx."""
        ...


class WriteReport(Protocol):
    """Writes sheet and workbook of a result into a folder."""

    def __call__(self, result: CheckResult, folder: Path, *, language: Language) -> ReportFiles:
        """Write both files."""
        ...


@dataclass(frozen=True, slots=True)
class Services:
    """The use cases behind the pages, bound to one workspace.

    `check` stores what it finds. `load` raises `ResultNotFoundError`. `layer_count` tells an
    empty workspace; `crs` is its working CRS. `first_view` is south, west, north, east of the
    loaded layers in degrees, `None` when there are none.
    """

    crs: str
    check: Callable[[CheckRequest], CheckRun]
    load: Callable[[str], CheckResult]
    recent: Callable[[int], tuple[RecentResult, ...]]
    write_report: WriteReport
    uses: Callable[[], tuple[Choice, ...]]
    project_types: Callable[[], tuple[Choice, ...]]
    layer_count: Callable[[], int]
    first_view: Callable[[], list[list[float]] | None]
