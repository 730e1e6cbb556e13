"""What the use cases ask of the store, without saying how it is stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from types import TracebackType
from typing import Protocol, Self

from services.domain.intake_record import IntakeRecord
from services.domain.layer import LayerVersion

__all__ = [
    "Bounds",
    "FigureFile",
    "FigureRepository",
    "FigureRow",
    "FrameRepository",
    "IntakeRepository",
    "LayerRepository",
    "ResultLine",
    "ResultRepository",
    "StoredResult",
    "UnitOfWork",
]

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class StoredResult:
    """A result as it lies in the store: the columns that are searched, and the document."""

    number: str
    computed_at: str
    as_of: str
    site_name: str
    verdict: str
    outcome: str
    document: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ResultLine:
    """A stored result without its document, for lists."""

    number: str
    computed_at: str
    as_of: str
    site_name: str
    verdict: str
    outcome: str


@dataclass(frozen=True, slots=True)
class FigureFile:
    """A loaded file of plan figures."""

    name: str
    sha256: str
    added_at: str
    added_by: str


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One line of plan figures; areas in 1e-6 m², `None` where the line is silent.

    A line with a figure of the 2019 plan or of the advance is the district's.
    """

    date: date
    town_code: str
    scale_left_um2: int | None
    cultivated_margin_um2: int | None
    plan_2019_um2: int | None
    advance_left_um2: int | None
    source: str

    @property
    def of_district(self) -> bool:
        """Whether the line speaks of the district and not of a town."""
        return self.plan_2019_um2 is not None or self.advance_left_um2 is not None


class FrameRepository(Protocol):
    """The coordinate frame that all stores of a workspace share."""

    def crs(self) -> str:
        """Working CRS that the workspace was made with."""
        ...

    def origin(self) -> tuple[int, int] | None:
        """Integer easting and northing of local coordinates; `None` before the first layer."""
        ...

    def settle_origin(self, origin: tuple[int, int]) -> None:
        """Fix the origin for good."""
        ...


class LayerRepository(Protocol):
    """The catalogue of layer versions."""

    def versions(self, role: str | None = None) -> tuple[LayerVersion, ...]:
        """Versions of one role, or of all, by role and first day."""
        ...

    def version(self, role: str, version: str) -> LayerVersion | None:
        """One version, if it is loaded."""
        ...

    def add(
        self, version: LayerVersion, *, bounds: Bounds | None, imported_by: str, confirmed_at: str
    ) -> None:
        """Enter a version whose folder is complete."""
        ...

    def extent(self) -> Bounds | None:
        """Box around all versions and their coverages; `None` when there is no ground yet."""
        ...


class ResultRepository(Protocol):
    """Numbers and documents of results; nothing is ever changed."""

    def next_number(self, year: int) -> str:
        """Next number of a year, `2026-000001`; given back when the unit of work fails."""
        ...

    def add(self, result: StoredResult) -> None:
        """Store a result under its number."""
        ...

    def result(self, number: str) -> StoredResult | None:
        """One stored result, if there is one."""
        ...

    def latest(self, limit: int) -> tuple[ResultLine, ...]:
        """The results stored last, newest first."""
        ...


class IntakeRepository(Protocol):
    """Records of readings with their issue logs; nothing is ever changed."""

    def add(self, record: IntakeRecord) -> None:
        """Store a record under all its subjects."""
        ...

    def of(self, subject: str) -> IntakeRecord | None:
        """Record of the reading that a result or a layer version came of."""
        ...

    def latest(self, limit: int) -> tuple[IntakeRecord, ...]:
        """The records stored last, newest first."""
        ...


class FigureRepository(Protocol):
    """Plan figures by day and town; nothing is ever changed."""

    def add(self, file: FigureFile, rows: tuple[FigureRow, ...]) -> None:
        """Store the lines of one file."""
        ...

    def rows(self, *, until: date | None = None) -> tuple[FigureRow, ...]:
        """Lines dated up to a day, inclusive, oldest first."""
        ...


class UnitOfWork(Protocol):
    """One transaction; leaving the block without `commit` undoes everything."""

    frame: FrameRepository
    layers: LayerRepository
    results: ResultRepository
    intakes: IntakeRepository
    figures: FigureRepository

    def __enter__(self) -> Self:
        """Begin."""
        ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Roll back what was not committed."""
        ...

    def commit(self) -> None:
        """Make it last."""
        ...
