"""The bytes that were given: copied first, then read from the copy.

What is kept is then what was read, even if somebody saves over the file meanwhile.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from geo.errors import UnreadableFileError
from geo.intake import Note
from geo.io.file_kind import FileKind, file_kind
from geo.io.geodatabase.files import geodatabase_parts, is_geodatabase
from geo.io.shapefile.reader import shapefile_parts
from geo.io.vector import input_files
from geo.reading_codes import Fault
from services.layers.manifest import ORIGINAL_FOLDER, OriginalFile

__all__ = ["Originals", "keep_originals"]

# rows of a GeoPackage that its database has not yet moved into the file
DATABASE_TAILS = ("-wal", "-journal")
Originals = tuple[tuple[Path, ...], tuple[OriginalFile, ...], tuple[Note, ...]]


def keep_originals(paths: tuple[Path, ...], folder: Path) -> Originals:
    """Copy the files of an input into the folder of a version, under their names.

    Returns
    -------
    tuple
        The copies to read, in order; every file that was copied with size and hash; notes on
        files of a folder that were passed over.

    Raises
    ------
    UnreadableFileError
        A path does not exist, or a folder holds nothing to read.
    """
    target = folder / ORIGINAL_FOLDER
    files, notes = input_files(paths)
    copies = []
    for position, file in enumerate(files):
        is_folder = file.is_dir() and is_geodatabase(file)
        if not file.is_file() and not is_folder:
            raise UnreadableFileError(Fault.FILE_NOT_FOUND, file=file.name or str(file))
        place = target / f"{position}" if (target / file.name).exists() else target
        place.mkdir(parents=True, exist_ok=True)
        copies.append(place / file.name)
        if is_folder:
            place = place / file.name
            place.mkdir()
        for part in _parts(file):
            shutil.copyfile(part, place / part.name)
    kept = sorted(path for path in target.rglob("*") if path.is_file())
    return tuple(copies), tuple(_described(path, target) for path in kept), notes


def _parts(file: Path) -> Iterator[Path]:
    """A file with the files that belong to it."""
    kind = file_kind(file)
    if kind is FileKind.SHAPEFILE:
        yield from shapefile_parts(file).values()
        return
    if kind is FileKind.GEODATABASE:
        yield from geodatabase_parts(file).values()
        return
    yield file
    for tail in DATABASE_TAILS:
        beside = file.with_name(file.name + tail)
        if beside.is_file():
            yield beside


def _described(path: Path, target: Path) -> OriginalFile:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return OriginalFile(path.relative_to(target).as_posix(), path.stat().st_size, digest)
