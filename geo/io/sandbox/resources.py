"""How much of the machine a process may use (POSIX)."""

from __future__ import annotations

import resource
import signal
from pathlib import Path

from geo.io.limits import MEGABYTE
from geo.io.sandbox.bounds import SandboxLimits

__all__ = ["limit_resources"]

# between the signal that can be told apart and the kill that cannot be held up
GRACE_CPU_S = 2


def limit_resources(bounds: SandboxLimits, *, may_fork: bool) -> None:
    """Set the limits of this process; none of them can be raised again.

    `may_fork` false forbids new processes by number, which counts threads too.

    Raises
    ------
    OSError, ValueError
        The system does not take a limit.
    """
    written = bounds.written_mb * MEGABYTE
    limits = {
        resource.RLIMIT_CPU: (bounds.cpu_s, bounds.cpu_s + GRACE_CPU_S),
        resource.RLIMIT_AS: (_mapped() + bounds.memory_mb * MEGABYTE,) * 2,
        resource.RLIMIT_NOFILE: (bounds.open_files,) * 2,
        resource.RLIMIT_FSIZE: (written, written),
        resource.RLIMIT_CORE: (0, 0),
    }
    if not may_fork:
        limits[resource.RLIMIT_NPROC] = (0, 0)
    for kind, (soft, hard) in limits.items():
        _, most = resource.getrlimit(kind)
        bounded = most if most != resource.RLIM_INFINITY else hard
        resource.setrlimit(kind, (min(soft, bounded), min(hard, bounded)))
    # Python ignores it, and a reader would take a full disk for a broken file
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)


def _mapped() -> int:
    """Bytes of address space in use; 0 where the system does not tell."""
    statistics = Path("/proc/self/statm")
    if not statistics.exists():
        return 0
    return int(statistics.read_text("ascii").split()[0]) * resource.getpagesize()
