"""The process that is made ahead: it has the readers loaded and forks one child per file.

It opens no foreign file, runs one thread, and is off the network before it loads anything.
The parent sends requests through a socket, each with one end of a pair over which the exit of
the child is told; whoever closes the other end has the child killed. When the parent ends, in
whatever way, the socket closes, and the children and this process end too.
"""

from __future__ import annotations

import gc
import json
import os
import selectors
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NoReturn

from geo.io.sandbox.confinement import network_guard
from geo.io.sandbox.system_calls import CHILD_SUBREAPER, PARENT_DEATH_SIGNAL, process_control
from geo.io.sandbox.work_folder import remove_folder
from geo.process import prepare_process

__all__ = ["main"]

MAX_MESSAGE = 200_000
KILOBYTE = 1_024
MEGABYTE = 1_000_000


@dataclass(slots=True)
class _Child:
    pid: int
    folder: Path
    reply: socket.socket


def main(number: int, reader: str) -> None:
    """Serve requests that come over the socket `number`; `reader` is `module:function`."""
    control = socket.socket(fileno=number)
    network = network_guard()
    prepare_process()
    # only now: a namespace is entered by a process of one thread, and libraries start threads
    from geo.io.sandbox.child import answer_message, reader_named  # noqa: PLC0415  see above
    from geo.io.sandbox.rehearsal import rehearse  # noqa: PLC0415  see above

    work = partial(answer_message, network=network, read=reader_named(reader))
    rehearse()
    gc.freeze()
    control.send(json.dumps({"threads": _threads()}).encode())
    _Zygote(control, work).serve()


def _threads() -> int:
    tasks = Path("/proc/self/task")
    return sum(1 for _ in tasks.iterdir()) if tasks.exists() else 1


class _Zygote:
    """The loop over requests, ends of children, and callers that gave up."""

    def __init__(self, control: socket.socket, work: Callable[[bytes], None]) -> None:
        self._control = control
        self._work = work
        self._children: dict[int, _Child] = {}
        self._selector = selectors.DefaultSelector()
        self._wake = socket.socketpair()
        for end in self._wake:
            end.setblocking(False)

    def serve(self) -> None:
        """Run until the parent is gone."""
        process_control(CHILD_SUBREAPER, 1)
        wake, woken = self._wake
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(woken.fileno(), warn_on_full_buffer=False)
        self._selector.register(self._control, selectors.EVENT_READ)
        self._selector.register(wake, selectors.EVENT_READ)
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is self._control:
                    if not self._take_request():
                        self._end()
                elif key.fileobj is wake:
                    wake.recv(4_096)
                elif isinstance(key.data, _Child):
                    self._give_up(key.data)
            self._bury()

    def _take_request(self) -> bool:
        message, numbers, _, _ = socket.recv_fds(self._control, MAX_MESSAGE, 1)
        if not message or not numbers:
            return False
        reply = socket.socket(fileno=numbers[0])
        zygote = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._be_child(message, reply, zygote)
        child = _Child(pid, Path(json.loads(message)["folder"]), reply)
        self._children[pid] = child
        self._selector.register(reply, selectors.EVENT_READ, child)
        return True

    def _be_child(self, message: bytes, reply: socket.socket, zygote: int) -> NoReturn:
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            reply.close()
            self._cut_ties(zygote)
            self._work(message)
            code = 0
        finally:
            os._exit(code)

    def _give_up(self, child: _Child) -> None:
        """The caller does not want to wait any longer."""
        if not child.reply.recv(1) and child.pid in self._children:
            os.kill(child.pid, signal.SIGKILL)
            self._forget(child)

    def _bury(self) -> None:
        """Take every ended child off the system's list, with all that it started."""
        while True:
            try:
                ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                return
            if ended is None:
                return
            if ended.si_pid in self._children:
                _kill_group(ended.si_pid)
            pid, status, usage = os.wait4(ended.si_pid, 0)
            child = self._children.pop(pid, None)
            if child is not None:
                peak = usage.ru_maxrss * KILOBYTE // MEGABYTE
                self._tell(child, status, usage.ru_utime + usage.ru_stime, peak)

    def _tell(self, child: _Child, status: int, cpu_s: float, peak_mb: int) -> None:
        facts = {
            "status": os.waitstatus_to_exitcode(status),
            "cpu_s": round(cpu_s, 3),
            "peak_mb": peak_mb,
        }
        # a caller that is gone does not want to know
        with suppress(OSError):
            child.reply.send(json.dumps(facts).encode())
        self._forget(child)
        child.reply.close()

    def _forget(self, child: _Child) -> None:
        with suppress(KeyError):
            self._selector.unregister(child.reply)

    def _cut_ties(self, zygote: int) -> None:
        """A group of its own, ended with its parent, without the sockets of others.

        Files that libraries hold open stay: these close them themselves when they find that
        they are in a child, and by then the number may be that of another file.
        """
        process_control(PARENT_DEATH_SIGNAL, signal.SIGKILL)
        if os.getppid() != zygote:
            os._exit(1)
        os.setpgid(0, 0)
        self._selector.close()
        for end in (self._control, *self._wake, *(each.reply for each in self._children.values())):
            end.close()
        nothing = os.open(os.devnull, os.O_RDWR)
        for number in range(3):
            os.dup2(nothing, number)

    def _end(self) -> NoReturn:
        """The parent is gone, and can no longer clear up after its children."""
        for child in self._children.values():
            os.kill(child.pid, signal.SIGKILL)
            _kill_group(child.pid)
            os.waitpid(child.pid, 0)
            remove_folder(child.folder)
        os._exit(0)


def _kill_group(group: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)
