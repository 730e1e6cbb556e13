"""What was read in the latest runs, for the pages of their results.

Results are frozen and stored; the record of the reading is shown while the server runs.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from services.siting.request import CheckRun

__all__ = ["RunNotes"]


class RunNotes:
    """The latest runs by the numbers of their results; the oldest are forgotten."""

    def __init__(self, limit: int = 500) -> None:
        self._limit = limit
        self._runs: OrderedDict[str, CheckRun] = OrderedDict()
        self._lock = Lock()

    def keep(self, run: CheckRun) -> None:
        """Remember a run under each of its results, without the results themselves."""
        record = CheckRun((), run.refused, run.repaired, run.detected)
        with self._lock:
            for result in run.results:
                self._runs[result.number] = record
            while len(self._runs) > self._limit:
                self._runs.popitem(last=False)

    def of(self, number: str) -> CheckRun | None:
        """The record behind a result, while it is remembered."""
        with self._lock:
            return self._runs.get(number)
