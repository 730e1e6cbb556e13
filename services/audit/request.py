"""What is asked of an audit, and what comes back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from geo.intake import Detected, Note
from services.domain.issue import Issue
from services.domain.verdict import State
from services.siting.request import CheckRequest

__all__ = ["AuditRequest", "AuditRun", "Executor", "Progress"]

Progress = Callable[[int, int], None]
"""Told how many sites of how many are done."""


class Executor(StrEnum):
    """Who computes the chunks."""

    SERIAL = "serial"
    THREADS = "threads"
    PROCESSES = "processes"
    DASK = "dask"


@dataclass(frozen=True, slots=True)
class AuditRequest:
    """Every feature of an input as a site of its own.

    Attributes
    ----------
    check
        Files and questions, as for a single check; `each` and `project_field` do not apply.
    out
        `.parquet`, `.xlsx`, `.gpkg` or `.csv`.
    workers
        Threads or processes; `None` takes one for each core.
    scheduler
        Address of a dask scheduler; `None` starts one on this machine.
    resume
        Go on where an audit of the same input, layers and rules was broken off.
    chunk_sites
        Sites that one worker takes at a time.
    """

    check: CheckRequest
    out: Path
    executor: Executor = Executor.PROCESSES
    workers: int | None = None
    scheduler: str | None = None
    resume: bool = False
    overwrite: bool = False
    chunk_sites: int = 64


@dataclass(frozen=True, slots=True)
class AuditRun:
    """What became of an audit: sites = judged + refused + failed.

    `area_cents` is the sum of the judged sites by verdict, in 0.01 m²; `resumed` counts sites
    that an earlier run had done.
    """

    out: Path
    sites: int
    judged: int
    refused: int
    failed: int
    resumed: int
    by_verdict: Mapping[State, int]
    area_cents: Mapping[State, int]
    seconds: float
    detected: Detected
    issues: tuple[Issue, ...]
    notes: tuple[Note, ...]
