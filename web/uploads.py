"""Uploaded files on disk, for the time of one check."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath, PureWindowsPath
from tempfile import TemporaryDirectory

from werkzeug.datastructures import FileStorage

__all__ = ["saved_bytes", "saved_uploads"]

# parts of a shapefile that are read through their .shp
SHAPEFILE_PARTS = frozenset({".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".xml"})
# signs of up to three bytes each, within the 255 bytes of a file name
LONGEST_NAME = 72
UNSAFE = re.compile(r"[^\w.()（）·+-]+")


@contextmanager
def saved_uploads(files: Sequence[FileStorage]) -> Iterator[tuple[Path, ...]]:
    """The uploads in a folder of their own; parts of a shapefile come along with it."""
    with TemporaryDirectory(prefix="plotwise-") as folder:
        paths = []
        for file in files:
            path = _free(Path(folder) / _safe_name(file.filename or ""))
            file.save(path)
            paths.append(path)
        yield _inputs(paths)


@contextmanager
def saved_bytes(content: bytes, name: str) -> Iterator[tuple[Path, ...]]:
    """One body as a file."""
    with TemporaryDirectory(prefix="plotwise-") as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        yield (path,)


def _inputs(paths: Sequence[Path]) -> tuple[Path, ...]:
    stems = {path.stem for path in paths if path.suffix.lower() == ".shp"}
    return tuple(
        path
        for path in paths
        if path.suffix.lower() not in SHAPEFILE_PARTS
        or not any(path.name.startswith(f"{stem}.") for stem in stems)
    )


def _safe_name(name: str) -> str:
    """The name without folders and without signs that a file system could misread."""
    last = PurePosixPath(PureWindowsPath(name).as_posix()).name
    cleaned = UNSAFE.sub("_", last).lstrip(".")
    return cleaned[-LONGEST_NAME:] or "upload"


def _free(path: Path) -> Path:
    if not path.exists():
        return path
    return next(
        candidate
        for number in range(2, 1000)
        if not (candidate := path.with_stem(f"{path.stem}_{number}")).exists()
    )
