"""Many tasks done by several processes, their outcomes in the order of the tasks."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

from geo.io.sandbox import start_ahead
from geo.process import prepare_process

__all__ = ["outcomes", "usable_cores"]

Task = TypeVar("Task")
Outcome = TypeVar("Outcome")

# a process takes about a second to start: fewer tasks are done sooner by this one
FEWEST_TASKS = 100
MOST_WORKERS = 8
TASKS_AT_ONCE = 8


def usable_cores() -> int:
    """Cores that this process may use, as far as more of them help."""
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:
        # Windows and macOS
        cores = os.cpu_count() or 1
    return min(cores, MOST_WORKERS)


def outcomes(
    work: Callable[[Task], Outcome], tasks: Sequence[Task], *, workers: int
) -> Iterator[Outcome]:
    """What `work` makes of each task, as soon as it and those before it are done.

    Parameters
    ----------
    work
        With several workers a function of a module, or a `partial` of one.
    workers
        Processes to share many tasks; few are done by this one alone.
    """
    if workers <= 1 or len(tasks) < FEWEST_TASKS:
        yield from map(work, tasks)
        return
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_ready)
    try:
        yield from pool.map(work, tasks, chunksize=TASKS_AT_ONCE)
    finally:
        # what is being written is finished; what was not begun is left
        pool.shutdown(wait=True, cancel_futures=True)


def _ready() -> None:
    """Set up a worker: an interrupt is for the process that started it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    prepare_process()
    start_ahead()
