"""The one source of reading processes of this process, made when first wanted or ahead."""

from __future__ import annotations

import atexit
import os
import platform
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from geo.io.sandbox.bounds import SandboxLimits
    from geo.io.sandbox.ended import Ended

__all__ = ["PRODUCT_READER", "Nursery", "nursery", "start_ahead"]

PRODUCT_READER = "geo.io.vector:read_features"


class Nursery(Protocol):
    """Where reading processes come from."""

    def run(self, message: bytes, folder: Path, bounds: SandboxLimits) -> Ended:
        """Have a request worked off by a process of its own, and say how that ended."""

    def alive(self) -> bool:
        """Whether it can still give processes."""

    def close(self) -> None:
        """End every process of it."""


class _Own:
    """The nursery of this process; a process forked from here makes another."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Begin without any; the processes belong to another."""
        self.lock = threading.Lock()
        self.nursery: Nursery | None = None
        self.owner = 0


_own = _Own()


def start_ahead() -> None:
    """Have a reading process made ready in the background; returns at once."""
    nursery()


def nursery() -> Nursery:
    """The nursery of this process, made anew if its processes are gone."""
    with _own.lock:
        if _own.nursery is not None and _own.owner == os.getpid() and _own.nursery.alive():
            return _own.nursery
        if _own.nursery is not None and _own.owner == os.getpid():
            _own.nursery.close()
        _own.nursery, _own.owner = _made(), os.getpid()
        return _own.nursery


def _made() -> Nursery:
    if platform.system() == "Linux":
        from geo.io.sandbox.zygote_process import ZygoteProcess  # noqa: PLC0415  Linux only

        return ZygoteProcess(PRODUCT_READER)
    from geo.io.sandbox.spare_processes import SpareProcesses  # noqa: PLC0415  where none forks

    return SpareProcesses(PRODUCT_READER)


def _close() -> None:
    if _own.nursery is not None and _own.owner == os.getpid():
        _own.nursery.close()
        _own.nursery = None


atexit.register(_close)
if hasattr(os, "register_at_fork"):
    # the lock may be held by a thread that the fork does not have
    os.register_at_fork(after_in_child=_own.forget)
