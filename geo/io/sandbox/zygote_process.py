"""The parent's side of the zygote (Linux)."""

from __future__ import annotations

import json
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geo.errors import SandboxUnavailableError
from geo.io.sandbox.bounds import SandboxLimits
from geo.io.sandbox.ended import Ended, Overrun
from geo.io.sandbox.launch import START_SECONDS, launched, said_last
from geo.io.sandbox.work_folder import overrun_of

__all__ = ["ZygoteProcess"]

MESSAGE_BYTES = 65_536
# how often the work folder is looked at while a child runs
LOOK_SECONDS = 0.25
END_SECONDS = 5


class ZygoteProcess:
    """A running zygote; threads may ask it for children at the same time."""

    def __init__(self, reader: str) -> None:
        self._control, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  lives as long as the process
        with other:
            self._process = launched(
                "geo.io.sandbox.zygote",
                (other.fileno(), reader),
                sockets=(other.fileno(),),
                errors=self._errors,
            )
        self._turn = threading.Condition()
        self._running = 0
        self._ready = False

    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def close(self) -> None:
        """End the zygote and, with it, all of its children."""
        self._control.close()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._errors):
            if stream is not None:
                stream.close()

    def run(self, message: bytes, folder: Path, bounds: SandboxLimits) -> Ended:
        """Have a request worked off by a child, and say how that ended.

        Raises
        ------
        SandboxUnavailableError
            The zygote does not start, or it went away.
        """
        self._await_ready()
        with self._place(bounds.children):
            own, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with own:
                try:
                    with other:
                        socket.send_fds(self._control, [message], [other.fileno()])
                    return self._awaited(own, folder, bounds)
                except (BrokenPipeError, ConnectionResetError) as err:
                    raise self._gone() from err

    @contextmanager
    def _place(self, most: int) -> Iterator[None]:
        with self._turn:
            self._turn.wait_for(lambda: self._running < most)
            self._running += 1
        try:
            yield
        finally:
            with self._turn:
                self._running -= 1
                self._turn.notify_all()

    def _awaited(self, own: socket.socket, folder: Path, bounds: SandboxLimits) -> Ended:
        """End of a child; one that goes beyond its bounds is ended by closing the pair."""
        deadline = time.monotonic() + bounds.wall_s
        overrun = None
        while True:
            own.settimeout(LOOK_SECONDS if overrun is None else END_SECONDS)
            try:
                facts = own.recv(MESSAGE_BYTES)
            except TimeoutError:
                if overrun is not None:
                    raise self._gone() from None
                overrun = overrun_of(folder, bounds, deadline)
                if overrun is not None:
                    own.shutdown(socket.SHUT_WR)
                continue
            if not facts:
                raise self._gone()
            return _ended(facts, overrun)

    def _await_ready(self) -> None:
        with self._turn:
            if self._ready:
                return
            self._control.settimeout(START_SECONDS)
            try:
                if not self._control.recv(MESSAGE_BYTES):
                    raise self._gone()
            except OSError as err:
                raise self._gone() from err
            self._control.settimeout(None)
            self._ready = True

    def _gone(self) -> SandboxUnavailableError:
        """What to say of a zygote that does not answer."""
        return SandboxUnavailableError(reason=said_last(self._errors))


def _ended(facts: bytes, overrun: Overrun | None) -> Ended:
    found = json.loads(facts)
    return Ended(found["status"], found["cpu_s"], found["peak_mb"], overrun)
