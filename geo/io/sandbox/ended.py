"""How a reading process ended, and what that says of the file."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from enum import StrEnum

from geo.errors import Param, UnreadableFileError
from geo.io.sandbox.bounds import SandboxLimits
from geo.reading_codes import Fault

__all__ = ["Ended", "Overrun", "refusal_of"]

# so near the bound, a crash was one for want of memory
NEAR_THE_BOUND = 0.8
# codes beyond are exceptions of Windows, such as 0xc0000005
LARGEST_EXIT = 255
FAULT_BY_STATUS = {
    "SIGXCPU": Fault.SANDBOX_CPU,
    "SIGXFSZ": Fault.SANDBOX_WRITTEN,
    # Windows: ERROR_NOT_ENOUGH_QUOTA, over the time of the job
    "0x718": Fault.SANDBOX_CPU,
}
BY_NEED_OF_MEMORY = frozenset({"SIGABRT", "SIGSEGV", "SIGBUS", "SIGTRAP"})


class Overrun(StrEnum):
    """Why the parent ended a child."""

    WALL = "wall"
    WRITTEN = "written"


@dataclass(frozen=True, slots=True)
class Ended:
    """End of a reading process: `status` is its exit code, or minus the signal."""

    status: int
    cpu_s: float = 0.0
    peak_mb: int = 0
    overrun: Overrun | None = None


def refusal_of(ended: Ended, bounds: SandboxLimits, file: str) -> UnreadableFileError | None:
    """Why a file is refused whose process did not end by itself; `None` if it did."""
    fault = _fault_of(ended, bounds)
    if fault is None:
        return None
    facts: dict[Fault, dict[str, Param]] = {
        Fault.SANDBOX_WALL: {"limit_s": bounds.wall_s},
        Fault.SANDBOX_CPU: {"limit_s": bounds.cpu_s},
        Fault.SANDBOX_WRITTEN: {"limit_mb": bounds.written_mb},
        Fault.SANDBOX_MEMORY: {"limit_mb": bounds.memory_mb},
    }
    return UnreadableFileError(
        fault, file=file, **facts.get(fault, {"signal": _status_name(ended.status)})
    )


def _fault_of(ended: Ended, bounds: SandboxLimits) -> Fault | None:
    name = _status_name(ended.status)
    if ended.overrun is not None:
        return Fault.SANDBOX_WALL if ended.overrun is Overrun.WALL else Fault.SANDBOX_WRITTEN
    if name in FAULT_BY_STATUS:
        return FAULT_BY_STATUS[name]
    if 0 <= ended.status <= LARGEST_EXIT:
        return None
    if name == "SIGKILL":
        return Fault.SANDBOX_CPU if ended.cpu_s >= bounds.cpu_s else Fault.SANDBOX_KILLED
    near = ended.peak_mb >= NEAR_THE_BOUND * bounds.memory_mb
    return Fault.SANDBOX_MEMORY if name in BY_NEED_OF_MEMORY and near else Fault.SANDBOX_CRASHED


def _status_name(status: int) -> str:
    """Name of the signal that ended a process, or its code, in the way of its system."""
    try:
        return signal.Signals(-status).name
    except ValueError:
        return hex(status)
