"""Calls of the Linux kernel that Python has no name for."""

from __future__ import annotations

import ctypes
import os
import platform
import sys
from functools import cache

__all__ = [
    "CHILD_SUBREAPER",
    "NO_NEW_PRIVILEGES",
    "PARENT_DEATH_SIGNAL",
    "SECCOMP",
    "c_library",
    "machine",
    "process_control",
    "system_call",
]

PARENT_DEATH_SIGNAL, SECCOMP, CHILD_SUBREAPER, NO_NEW_PRIVILEGES = 1, 22, 36, 38


@cache
def c_library() -> ctypes.CDLL:
    """The C library of this process."""
    library = ctypes.CDLL(None, use_errno=True)
    library.syscall.restype = ctypes.c_long
    return library


@cache
def machine() -> str | None:
    """Kind of processor whose numbers of calls are known here; `None` for any other system."""
    names = {"x86_64": "x86_64", "AMD64": "x86_64", "aarch64": "aarch64", "arm64": "aarch64"}
    return names.get(platform.machine()) if sys.platform == "linux" else None


def system_call(number: int, *arguments: object) -> int:
    """Call the kernel by number; pointers are given by `ctypes.byref`.

    Raises
    ------
    OSError
        With the reason of the kernel.
    """
    library = c_library()
    plain = [ctypes.c_long(item) if isinstance(item, int) else item for item in arguments]
    answer = int(library.syscall(ctypes.c_long(number), *plain))
    if answer < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return answer


def process_control(option: int, *arguments: object) -> None:
    """`prctl` with up to four arguments.

    Raises
    ------
    OSError
        With the reason of the kernel.
    """
    library = c_library()
    padded = [*arguments, *[0] * (4 - len(arguments))]
    plain = [ctypes.c_ulong(item) if isinstance(item, int) else item for item in padded]
    if library.prctl(ctypes.c_int(option), *plain) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
