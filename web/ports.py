"""What the pages ask of the services, as one bundle that tests can replace."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from geo.intake import ReadOptions
from services.domain.intake_record import IntakeRecord
from services.domain.issue import Issue
from services.domain.project import UseScheme
from services.domain.verdict import CheckResult
from services.domain.wording import Language, Wording
from services.preview import Preview
from services.repositories import ResultLine
from services.siting.request import CheckRequest, CheckRun

__all__ = ["Choice", "ReportFiles", "Services", "Surroundings"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a list to choose from."""

    code: str
    name: Wording


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the map of the first page shows: the county, nothing that is protected.

    `bounds` is south, west, north, east in degrees, `None` before the first layer; `towns`
    are names with GeoJSON geometries in longitude and latitude.
    """

    bounds: tuple[float, float, float, float] | None = None
    towns: tuple[tuple[str, dict[str, Any]], ...] = ()


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


class WriteIssues(Protocol):
    """Writes an issue log, as the suffix of the file says."""

    def __call__(self, issues: Sequence[Issue], path: Path, *, language: Language) -> None:
        """Write the file."""
        ...


@dataclass(frozen=True, slots=True)
class Services:
    """The use cases behind the pages, bound to one workspace.

    `preview` looks at files and stores nothing; `check` stores what it finds. `load` raises
    `ResultNotFoundError`, `reading` (how the file of a result was read)
    `IntakeNotFoundError`. `layer_count` tells an empty workspace; `crs` is its working CRS;
    `uploads` is the folder for files that wait to be confirmed. `datum_files` are the names
    of the centre's files of datum parameters, `datum_file` finds one of them.
    """

    crs: str
    uploads: Path
    preview: Callable[[Sequence[Path], ReadOptions], Preview]
    reading: Callable[[str], IntakeRecord]
    write_issues: WriteIssues
    datum_files: Callable[[], tuple[str, ...]]
    datum_file: Callable[[str], Path]
    check: Callable[[CheckRequest], CheckRun]
    load: Callable[[str], CheckResult]
    recent: Callable[[int], tuple[ResultLine, ...]]
    write_report: WriteReport
    uses: Callable[[UseScheme], tuple[Choice, ...]]
    project_types: Callable[[], tuple[Choice, ...]]
    layer_count: Callable[[], int]
    surroundings: Callable[[], Surroundings]
