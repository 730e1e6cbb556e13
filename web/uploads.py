"""Uploaded files on disk, for the time of one check."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath, PureWindowsPath
from tempfile import TemporaryDirectory

from werkzeug.datastructures import FileStorage

__all__ = ["inputs_of", "save_all", "saved_bytes", "saved_uploads", "text_upload"]

# parts of a shapefile that are read through their .shp
SHAPEFILE_PARTS = frozenset({".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".xml"})
# signs of up to three bytes each, within the 255 bytes of a file name
LONGEST_NAME = 72
# names that mean a device on Windows, whatever follows the first dot
DEVICES = frozenset(
    {"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10))}
)
UNSAFE = re.compile(r"[^\w.()（）·+-]+")


@contextmanager
def saved_uploads(files: Sequence[FileStorage]) -> Iterator[tuple[Path, ...]]:
    """The uploads in a folder of their own; parts of a shapefile come along with it."""
    with TemporaryDirectory(prefix="plotwise-") as folder:
        yield inputs_of(save_all(files, Path(folder)))


def save_all(files: Sequence[FileStorage], folder: Path) -> list[Path]:
    """Save uploads under names that are safe everywhere, none over another."""
    paths = []
    for file in files:
        path = _free(folder / _safe_name(file.filename or ""))
        file.save(path)
        paths.append(path)
    return paths


def text_upload(text: str, name: str) -> FileStorage:
    """A text of the form as if it had been uploaded as a file."""
    return FileStorage(io.BytesIO(text.encode("utf-8")), filename=name)


@contextmanager
def saved_bytes(content: bytes, name: str) -> Iterator[tuple[Path, ...]]:
    """One body as a file."""
    with TemporaryDirectory(prefix="plotwise-") as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        yield (path,)


def inputs_of(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Files to read: parts of a shapefile are read through their .shp."""
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
    cleaned = UNSAFE.sub("_", last).strip(".")[-LONGEST_NAME:]
    reserved = cleaned.partition(".")[0].upper() in DEVICES
    return f"_{cleaned}" if reserved else cleaned or "upload"


def _free(path: Path) -> Path:
    if not path.exists():
        return path
    return next(
        candidate
        for number in range(2, 1000)
        if not (candidate := path.with_stem(f"{path.stem}_{number}")).exists()
    )
