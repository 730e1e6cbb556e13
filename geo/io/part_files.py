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


def replace_together(new: Iterable[Path], folder: Path, *, old: Iterable[Path]) -> None:
    """Move files into a folder after the older ones have left it.

    An error or an interrupt on the way puts everything back.

    Parameters
    ----------
    new
        Files somewhere else on the same volume.
    old
        Files of the folder to go, whether or not a new one has their name.
    """
    leaving = [(path, path.with_name(f".{path.name}.{os.getpid()}.old")) for path in old]
    done: list[tuple[Path, Path]] = []
    try:
        for source, target in (*leaving, *((path, folder / path.name) for path in new)):
            source.replace(target)
            done.append((source, target))
    except BaseException:
        for source, target in reversed(done):
            target.replace(source)
        raise
    for _, gone in leaving:
        gone.unlink()
