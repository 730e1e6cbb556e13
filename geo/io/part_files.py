"""Files take the place of older ones whole and together, or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["replace_together", "written_beside"]


@contextmanager
def written_beside(path: Path) -> Iterator[Path]:
    """Give a path to write to; it takes the place of `path` when the block ends well."""
    beside = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    try:
        yield beside
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def replace_together(
    new: Iterable[Path], folder: Path, *, old: Iterable[Path], stash: Path
) -> None:
    """Move files into a folder after the older ones have left it.

    An error or an interrupt on the way puts everything back.

    Parameters
    ----------
    new
        Files somewhere else on the same volume.
    old
        Files of the folder to go, whether or not a new one has their name.
    stash
        An empty folder on the same volume; it has the old files afterwards.
    """
    moves = [(path, stash / path.name) for path in old]
    moves += [(path, folder / path.name) for path in new]
    done: list[tuple[Path, Path]] = []
    try:
        for source, target in moves:
            source.replace(target)
            done.append((source, target))
    except BaseException:
        for source, target in reversed(done):
            target.replace(source)
        raise
