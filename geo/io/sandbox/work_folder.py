"""The folder of one reading process: made by the parent, gone when the reading is over."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geo.io.limits import MEGABYTE
from geo.io.sandbox.bounds import SandboxLimits
from geo.io.sandbox.ended import Overrun

__all__ = ["overrun_of", "remove_folder", "work_folder"]


@contextmanager
def work_folder() -> Iterator[Path]:
    """A new empty folder that nobody else may see; removed with all that is in it."""
    folder = Path(tempfile.mkdtemp(prefix="plotwise_reading_")).resolve()
    try:
        yield folder
    finally:
        remove_folder(folder)


def remove_folder(folder: Path) -> None:
    """Remove a folder and all below it, also what its writer closed to itself."""
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        return
    except PermissionError:
        for place, names, _ in os.walk(folder):
            for name in names:
                (Path(place) / name).chmod(stat.S_IRWXU)
        shutil.rmtree(folder)


def overrun_of(folder: Path, bounds: SandboxLimits, deadline: float) -> Overrun | None:
    """The bound that a process at work has gone over, as seen from outside.

    `deadline` is a moment of `time.monotonic`.
    """
    if time.monotonic() > deadline:
        return Overrun.WALL
    if _written_bytes(folder) > bounds.written_mb * MEGABYTE:
        return Overrun.WRITTEN
    return None


def _written_bytes(folder: Path) -> int:
    """Bytes on the disk of everything below a folder that a child is writing to."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(place, name)).st_size  # noqa: PTH118  many files
            except FileNotFoundError:
                continue
    return total
