"""Files are written beside their place and renamed, so that nobody ever sees half of one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from services.errors import TargetExistsError

__all__ = ["whole_file"]


@contextmanager
def whole_file(path: Path, *, overwrite: bool = False) -> Iterator[Path]:
    """Give a path to write to; it takes the place of `path` when the block ends well.

    Folders on the way are made. An error or an interrupt in the block leaves what was there.

    Raises
    ------
    TargetExistsError
        The file exists and may not be replaced.
    """
    if path.exists() and not overwrite:
        raise TargetExistsError(file=str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(mkdtemp(dir=path.parent, prefix=f".{path.stem}-"))
    beside = folder / path.name
    try:
        yield beside
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
        folder.rmdir()
