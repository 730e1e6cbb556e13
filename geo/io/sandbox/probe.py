"""Try the doors from inside: a guard that does not hold is not in force, whatever it says."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

from geo.io.sandbox.guards import Confinement, Guard, GuardState

__all__ = ["tried_doors"]

NOBODY_LISTENS = 9


def tried_doors(confinement: Confinement, folder: Path) -> Confinement:
    """The confinement, with every guard off behind which a door was found open."""
    doors: dict[str, Callable[[Path], str | None]] = {
        Guard.NETWORK: _network_reached,
        Guard.FILES: _files_reached,
        Guard.CALLS: _process_made,
    }

    def tried(state: GuardState) -> GuardState:
        door = doors.get(state.guard) if state.on else None
        reached = door(folder) if door else None
        return state if reached is None else replace(state, on=False, how=reached)

    return Confinement(tuple(map(tried, confinement.guards)))


def _network_reached(_folder: Path) -> str | None:
    """Whether this machine can be called: a refusal by the other side is an answer."""
    with suppress(OSError), closing(socket.socket()) as caller:
        caller.settimeout(1)
        with suppress(ConnectionRefusedError):
            caller.connect(("127.0.0.1", NOBODY_LISTENS))
        return "a connection was made"
    return None


def _files_reached(folder: Path) -> str | None:
    """Whether a neighbour of the work folder can be written, or another folder be seen."""
    with suppress(OSError):
        os.listdir(folder.parent)  # noqa: PTH208  pathlib hides when it fails
        return f"{folder.parent} can be seen"
    return None


def _process_made(_folder: Path) -> str | None:
    with suppress(OSError):
        made = os.fork()
        if made == 0:
            os._exit(0)
        os.waitpid(made, 0)
        return "a process was made"
    return None
