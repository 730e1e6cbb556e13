"""Files put where a driver may look at them and at nothing beside them."""

from __future__ import annotations

import shutil
from pathlib import Path

__all__ = ["put_at"]


def put_at(target: Path, source: Path) -> None:
    """Let a file be found under another name, by a link or else by a copy."""
    try:
        target.symlink_to(source.resolve())
    except OSError:
        # Windows lets only administrators link
        shutil.copyfile(source, target)
