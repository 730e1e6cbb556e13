"""How much a process that reads one file may use."""

from __future__ import annotations

import os
from dataclasses import dataclass

__all__ = ["LAYER_SANDBOX", "SITE_SANDBOX", "SandboxLimits"]


@dataclass(frozen=True, slots=True)
class SandboxLimits:
    """Bounds of one reading process; `children` of them may run at a time.

    Attributes
    ----------
    cpu_s, wall_s
        Seconds of processor time, and seconds by the clock on the wall.
    memory_mb
        Address space on top of what the process has mapped before it sees the file.
    written_mb
        All that it may write into its work folder: unpacked archives and its answer.
    open_files
        Files open at a time.
    """

    cpu_s: int = 120
    wall_s: int = 180
    memory_mb: int = 4_000
    written_mb: int = 3_000
    open_files: int = 512
    children: int = max(2, os.cpu_count() or 1)


SITE_SANDBOX = SandboxLimits()
LAYER_SANDBOX = SandboxLimits(cpu_s=1_800, wall_s=3_600, memory_mb=24_000, written_mb=24_000)
