"""The workspace's own copy of the rules, for the centre to correct."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from services.whole_file import whole_file

__all__ = ["RULES_FOLDER", "changed_rules", "copy_rules", "rules_folder"]

RULES_FOLDER = "rules"
RULE_SUFFIXES = (".toml", ".csv")


def rules_folder(root: Path) -> Path | None:
    """Folder of a workspace's copy; `None` where the shipped rules hold."""
    folder = root / RULES_FOLDER
    return folder if folder.is_dir() else None


def _shipped() -> Iterator[tuple[str, bytes]]:
    for source in sorted(files("services.rules").iterdir(), key=lambda item: item.name):
        if source.name.endswith(RULE_SUFFIXES):
            yield source.name, source.read_bytes()


def copy_rules(root: Path, *, overwrite: bool = False) -> tuple[Path, ...]:
    """Copy the shipped rules into a workspace.

    Raises
    ------
    TargetExistsError
        A file of the copy exists and may not be replaced.
    """
    written = []
    for name, content in _shipped():
        target = root / RULES_FOLDER / name
        with whole_file(target, overwrite=overwrite) as beside:
            beside.write_bytes(content)
        written.append(target)
    return tuple(written)


def changed_rules(root: Path) -> tuple[str, ...]:
    """Files of the copy whose content differs from the shipped set."""
    folder = rules_folder(root)
    if folder is None:
        return ()
    return tuple(
        name
        for name, content in _shipped()
        if (folder / name).exists() and (folder / name).read_bytes() != content
    )
