"""The centre's own files of datum parameters, kept in the workspace for everyone to choose."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from services.errors import InvalidOptionError
from services.workspace import Workspace

__all__ = ["datum_files", "named_datum_file"]

FOLDER = "datum"


def datum_files(workspace: Workspace) -> Mapping[str, Path]:
    """Files in `datum/` of the workspace by name; none where there is no such folder."""
    folder = workspace.root / FOLDER
    if not folder.is_dir():
        return {}
    found = (path for path in sorted(folder.iterdir()) if path.suffix.lower() == ".toml")
    return {path.name: path for path in found if path.is_file()}


def named_datum_file(name: str, workspace: Workspace) -> Path:
    """One of these files.

    Raises
    ------
    InvalidOptionError
        There is none of this name (`datum_file_not_kept`).
    """
    files = datum_files(workspace)
    if name not in files:
        raise InvalidOptionError("datum_file_not_kept", name=name)
    return files[name]
