"""A network of its own for a process: one without any connection."""

from __future__ import annotations

import os
from pathlib import Path

from geo.io.sandbox.system_calls import system_call

__all__ = ["leave_network"]

NEW_USER, NEW_NETWORK, NEW_IPC = 0x1000_0000, 0x4000_0000, 0x0800_0000
UNSHARE = {"x86_64": 272, "aarch64": 97}


def leave_network(kind: str) -> str:
    """Enter a network namespace that holds nothing; how it was allowed.

    Without the rights of the administrator a namespace of users comes first, in which this
    user keeps his number. For a process of one thread.

    Raises
    ------
    OSError
        Neither is allowed here.
    """
    try:
        system_call(UNSHARE[kind], NEW_NETWORK | NEW_IPC)
    except PermissionError:
        user, group = os.geteuid(), os.getegid()
        system_call(UNSHARE[kind], NEW_USER | NEW_NETWORK | NEW_IPC)
        own = Path("/proc/self")
        (own / "setgroups").write_text("deny", "ascii")
        (own / "uid_map").write_text(f"{user} {user} 1", "ascii")
        (own / "gid_map").write_text(f"{group} {group} 1", "ascii")
        return "user_namespace"
    return "administrator"
