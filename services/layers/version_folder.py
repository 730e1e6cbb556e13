"""The folder of a layer version: written beside, then moved into place in one transaction.

A killed import leaves a folder among the unfinished ones and the catalogue as it was; what was
moved but not entered is no version and gives way to the next import of that name.
"""

from __future__ import annotations

import os
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.errors import InvalidOptionError
from services.workspace import Workspace

__all__ = ["folder_name", "move_into_place", "unfinished_version"]

UNFINISHED = ".unfinished"
# an import that takes longer than a day was killed
STALE_AFTER_S = 24 * 3600
LONGEST_NAME = 80
UNSAFE_SIGNS = frozenset('<>:"/\\|?*')
DEVICE_NAMES = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in range(10)}
)


def folder_name(version: str) -> str:
    """Name of a version, if it can name a folder on every system.

    Raises
    ------
    InvalidOptionError
        `version_name`.
    """
    unsafe = (
        not version
        or len(version) > LONGEST_NAME
        or version != version.strip()
        or version.startswith(".")
        or version.endswith(".")
        or any(sign in UNSAFE_SIGNS or not sign.isprintable() for sign in version)
        or version.partition(".")[0].lower() in DEVICE_NAMES
    )
    if unsafe:
        raise InvalidOptionError("version_name", found=version, most=LONGEST_NAME)
    return version


@contextmanager
def unfinished_version(workspace: Workspace) -> Iterator[Path]:
    """A new folder to write a version in; it is gone afterwards unless it was moved."""
    unfinished = workspace.layers_folder / UNFINISHED
    _clear_stale(unfinished)
    folder = unfinished / uuid.uuid4().hex
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _clear_stale(unfinished: Path) -> None:
    if not unfinished.is_dir():
        return
    for folder in unfinished.iterdir():
        try:
            stale = time.time() - folder.stat().st_mtime > STALE_AFTER_S
        except FileNotFoundError:
            continue
        if stale:
            shutil.rmtree(folder, ignore_errors=True)


def move_into_place(folder: Path, target: Path) -> None:
    """Make a finished folder the version; only inside the transaction that enters it.

    Whoever else wants this place waits for the transaction, so what stands there was never
    entered.
    """
    for path in folder.rglob("*"):
        if path.is_file():
            _sync(path)
    if target.exists():
        shutil.rmtree(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    folder.rename(target)


def _sync(path: Path) -> None:
    """Push a file to the disk before the catalogue says that it is there."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
