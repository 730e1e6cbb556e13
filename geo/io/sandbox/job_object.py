"""Job objects: limits on a process and all that it starts (Windows).

Microsoft, Win32 API, "Job Objects" and JOBOBJECT_EXTENDED_LIMIT_INFORMATION. Written by the
documentation; the tests of this project run where there is no Windows.
"""

from __future__ import annotations

import ctypes
import subprocess
from typing import Any

from geo.io.limits import MEGABYTE
from geo.io.sandbox.bounds import SandboxLimits

__all__ = ["JobObject", "job_for"]

EXTENDED_LIMITS, UI_RESTRICTIONS = 9, 4
PROCESS_TIME, ACTIVE_PROCESSES, PROCESS_MEMORY = 0x2, 0x8, 0x100
DIE_ON_EXCEPTION, KILL_ON_CLOSE = 0x400, 0x2000
# desktop, display, clipboard, handles, global atoms and the rest
ALL_UI = 0xFF
# time is counted in steps of 100 ns
STEPS_A_SECOND = 10_000_000


class _BasicLimits(ctypes.Structure):
    _fields_ = (
        ("per_process_user_time", ctypes.c_int64),
        ("per_job_user_time", ctypes.c_int64),
        ("limit_flags", ctypes.c_uint32),
        ("minimum_working_set", ctypes.c_size_t),
        ("maximum_working_set", ctypes.c_size_t),
        ("active_process_limit", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t),
        ("priority_class", ctypes.c_uint32),
        ("scheduling_class", ctypes.c_uint32),
    )


class _ExtendedLimits(ctypes.Structure):
    _fields_ = (
        ("basic", _BasicLimits),
        ("io_counters", ctypes.c_uint64 * 6),
        ("process_memory_limit", ctypes.c_size_t),
        ("job_memory_limit", ctypes.c_size_t),
        ("peak_process_memory", ctypes.c_size_t),
        ("peak_job_memory", ctypes.c_size_t),
    )


class JobObject:
    """A job of one process; closing it ends whatever is left in it."""

    def __init__(self, library: Any, process: subprocess.Popen[bytes]) -> None:
        self._library = library
        library.CreateJobObjectW.restype = ctypes.c_void_p
        self._handle = ctypes.c_void_p(library.CreateJobObjectW(None, None))
        self._require(self._handle.value)
        self._set(_BasicLimits(limit_flags=KILL_ON_CLOSE | ACTIVE_PROCESSES))
        everything = ctypes.c_uint32(ALL_UI)
        self._inform(UI_RESTRICTIONS, everything)
        handle = ctypes.c_void_p(int(process._handle))  # type: ignore[attr-defined]  # Windows only
        self._require(library.AssignProcessToJobObject(self._handle, handle))

    def limit(self, bounds: SandboxLimits) -> None:
        """Set processor time and memory; no second process may be started."""
        basic = _BasicLimits(
            per_process_user_time=bounds.cpu_s * STEPS_A_SECOND,
            limit_flags=KILL_ON_CLOSE
            | ACTIVE_PROCESSES
            | PROCESS_TIME
            | PROCESS_MEMORY
            | DIE_ON_EXCEPTION,
        )
        self._set(basic, memory=bounds.memory_mb * MEGABYTE)

    def close(self) -> None:
        """End every process of the job."""
        self._library.CloseHandle(self._handle)

    def _set(self, basic: _BasicLimits, memory: int = 0) -> None:
        basic.active_process_limit = 1
        self._inform(EXTENDED_LIMITS, _ExtendedLimits(basic=basic, process_memory_limit=memory))

    def _inform(self, kind: int, facts: Any) -> None:
        size = ctypes.c_uint32(ctypes.sizeof(facts))
        done = self._library.SetInformationJobObject(
            self._handle, ctypes.c_int(kind), ctypes.byref(facts), size
        )
        self._require(done)

    @staticmethod
    def _require(done: object) -> None:
        if not done:
            raise OSError("the system takes no job object")


def job_for(process: subprocess.Popen[bytes]) -> JobObject | None:
    """The job that a new process is put in; `None` where the system has none."""
    load = getattr(ctypes, "WinDLL", None)
    return None if load is None else JobObject(load("kernel32", use_last_error=True), process)
