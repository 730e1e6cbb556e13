"""Reading a file in a process of its own: the parent's side."""

from __future__ import annotations

import logging
from pathlib import Path

from geo.errors import GeoError, SandboxUnavailableError, UnreadableFileError
from geo.intake import ReadOptions
from geo.io.limits import SITE_LIMITS, ReadLimits
from geo.io.raw_features import RawFeatures
from geo.io.sandbox.answer import ChildFailure, read_answer
from geo.io.sandbox.bounds import SITE_SANDBOX, SandboxLimits
from geo.io.sandbox.ended import refusal_of
from geo.io.sandbox.guards import Confinement
from geo.io.sandbox.nursery import Nursery, nursery
from geo.io.sandbox.request import Request, Task, request_message
from geo.io.sandbox.work_folder import work_folder
from geo.reading_codes import Fault

__all__ = ["confinement_in_force", "read_apart"]

LOG = logging.getLogger("plotwise.geo.sandbox")


def read_apart(
    path: Path,
    options: ReadOptions,
    limits: ReadLimits = SITE_LIMITS,
    *,
    bounds: SandboxLimits = SITE_SANDBOX,
    source: Nursery | None = None,
) -> RawFeatures:
    """`geo.io.vector.read_features` in a confined process that is used for this file alone.

    The frame and everything found out are what reading in this process gives, and so are the
    refusals. Threads may call this at the same time.

    Parameters
    ----------
    bounds
        What the process may use.
    source
        Where the process comes from, if not from the nursery of this process.

    Raises
    ------
    GeoError
        What the readers refuse.
    UnreadableFileError
        The process went over a bound (`sandbox_cpu`, `sandbox_wall`, `sandbox_memory`,
        `sandbox_written`), crashed or was killed, or left no sound answer.
    SandboxUnavailableError
        No process can be had; the file was not read.
    """
    found = _worked_off(Task.READ, path, options, limits, bounds, source)
    if not isinstance(found, RawFeatures):
        raise _broken_answer(path, type(found).__name__)
    return found


def confinement_in_force(
    bounds: SandboxLimits = SITE_SANDBOX, *, source: Nursery | None = None
) -> Confinement:
    """What a reading process of this machine cannot do, tried out in one.

    Raises
    ------
    SandboxUnavailableError
        No process can be had.
    """
    found = _worked_off(Task.PROBE, None, ReadOptions(), SITE_LIMITS, bounds, source)
    if not isinstance(found, Confinement):
        raise SandboxUnavailableError(reason=type(found).__name__)
    return found


def _worked_off(
    task: Task,
    path: Path | None,
    options: ReadOptions,
    limits: ReadLimits,
    bounds: SandboxLimits,
    source: Nursery | None,
) -> RawFeatures | Confinement:
    with work_folder() as folder:
        file = path.absolute() if path is not None else folder / "probe"
        request = Request(task, file, folder, options, limits, bounds)
        ended = (source or nursery()).run(request_message(request), folder, bounds)
        refusal = refusal_of(ended, bounds, file.name)
        if refusal is not None:
            raise refusal
        try:
            found = read_answer(folder)
        except ValueError as err:
            raise _broken_answer(file, str(err)) from err
    if isinstance(found, GeoError):
        raise found
    if isinstance(found, ChildFailure):
        raise _failure(file, found, bounds)
    return found


def _failure(path: Path, failure: ChildFailure, bounds: SandboxLimits) -> UnreadableFileError:
    if failure.kind == MemoryError.__name__:
        return UnreadableFileError(Fault.SANDBOX_MEMORY, file=path.name, limit_mb=bounds.memory_mb)
    LOG.error("reading %s failed:\n%s", path.name, failure.text)
    return UnreadableFileError(Fault.SANDBOX_FAILED, file=path.name, reason=failure.kind)


def _broken_answer(path: Path, reason: str) -> UnreadableFileError:
    LOG.error("no sound answer of reading %s: %s", path.name, reason)
    return UnreadableFileError(Fault.SANDBOX_ANSWER, file=path.name, reason=reason[:200])
