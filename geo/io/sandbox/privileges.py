"""Rights of the administrator that a reader of files has no use for."""

from __future__ import annotations

import ctypes

from geo.io.sandbox.system_calls import NO_NEW_PRIVILEGES, c_library, process_control, system_call

__all__ = ["drop_capabilities", "forbid_new_privileges"]

CAPSET = {"x86_64": 126, "aarch64": 91}
VERSION_3 = 0x2008_0522
# an administrator goes on reading files of others; everything else is given up
READ_ALL_FILES = (1 << 1) | (1 << 2)


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Rights(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


def forbid_new_privileges() -> None:
    """No program started from here may have more rights than this process."""
    process_control(NO_NEW_PRIVILEGES, 1)


def drop_capabilities(kind: str) -> None:
    """Give up all capabilities but those of reading files.

    Raises
    ------
    OSError
        The kernel refuses.
    """
    header = _Header(VERSION_3, 0)
    held = _held(header)
    kept = held & READ_ALL_FILES
    rights = (_Rights * 2)(_Rights(kept, kept, 0), _Rights(0, 0, 0))
    system_call(CAPSET[kind], ctypes.byref(header), ctypes.byref(rights))


def _held(header: _Header) -> int:
    rights = (_Rights * 2)()
    c_library().capget(ctypes.byref(header), ctypes.byref(rights))
    return int(rights[0].permitted)
