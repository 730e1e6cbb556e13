"""Processes spawned ahead, each used for one file, where none can be forked.

Windows and macOS; it works on every system and is tested on Linux.
"""

from __future__ import annotations

import subprocess
import tempfile
import threading
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from geo.errors import SandboxUnavailableError
from geo.io.sandbox.bounds import SandboxLimits
from geo.io.sandbox.ended import Ended, Overrun
from geo.io.sandbox.job_object import JobObject, job_for
from geo.io.sandbox.launch import START_SECONDS, launched, said_last
from geo.io.sandbox.spare import READY
from geo.io.sandbox.work_folder import overrun_of

__all__ = ["SpareProcesses"]

LOOK_SECONDS = 0.1
SPARES = 2


@dataclass(frozen=True, slots=True, eq=False)
class _Spare:
    process: subprocess.Popen[bytes]
    errors: IO[bytes]
    job: JobObject | None

    def close(self) -> None:
        """End the process, whatever it does, and everything that it started."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if self.job is not None:
            self.job.close()
        for stream in (self.process.stdin, self.process.stdout, self.errors):
            if stream is not None:
                stream.close()


class SpareProcesses:
    """A few processes that have the readers loaded; a used one is replaced."""

    def __init__(self, reader: str) -> None:
        self._reader = reader
        self._turn = threading.Condition()
        self._running = 0
        self._closed = False
        self._spares = deque(self._spawned() for _ in range(SPARES))

    def alive(self) -> bool:
        """Whether it can still give processes."""
        return not self._closed

    def close(self) -> None:
        """End the processes that wait; those at work are ended by their callers."""
        with self._turn:
            self._closed = True
            spares = list(self._spares)
            self._spares.clear()
        for spare in spares:
            spare.close()

    def run(self, message: bytes, folder: Path, bounds: SandboxLimits) -> Ended:
        """Have a request worked off by a process of its own, and say how that ended.

        Raises
        ------
        SandboxUnavailableError
            No process starts.
        """
        with self._turn:
            self._turn.wait_for(lambda: self._running < bounds.children)
            self._running += 1
            spare = self._spares.popleft() if self._spares else self._spawned()
            if not self._closed:
                self._spares.append(self._spawned())
        try:
            return self._worked_off(spare, message, folder, bounds)
        finally:
            spare.close()
            with self._turn:
                self._running -= 1
                self._turn.notify_all()

    def _spawned(self) -> _Spare:
        errors = tempfile.TemporaryFile()  # noqa: SIM115  lives as long as the process
        process = launched("geo.io.sandbox.spare", (self._reader,), errors=errors)
        return _Spare(process, errors, job_for(process))

    @staticmethod
    def _worked_off(spare: _Spare, message: bytes, folder: Path, bounds: SandboxLimits) -> Ended:
        _require_ready(spare)
        if spare.job is not None:
            spare.job.limit(bounds)
        deadline = time.monotonic() + bounds.wall_s
        overrun: Overrun | None = None
        try:
            if spare.process.stdin is not None:
                spare.process.stdin.write(message + b"\n")
                spare.process.stdin.close()
        except OSError as err:
            raise SandboxUnavailableError(reason=said_last(spare.errors)) from err
        while True:
            try:
                return Ended(spare.process.wait(LOOK_SECONDS), overrun=overrun)
            except subprocess.TimeoutExpired:
                overrun = overrun_of(folder, bounds, deadline)
                if overrun is not None:
                    spare.process.kill()


def _require_ready(spare: _Spare) -> None:
    """Wait until a process has said that it is ready, but not for ever."""
    stopped = threading.Timer(START_SECONDS, spare.process.kill)
    stopped.start()
    try:
        said = spare.process.stdout.readline() if spare.process.stdout is not None else b""
    finally:
        stopped.cancel()
    if said.strip() != READY.strip():
        spare.process.kill()
        spare.process.wait()
        raise SandboxUnavailableError(reason=said_last(spare.errors))
