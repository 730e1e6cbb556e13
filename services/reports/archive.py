"""Office files without the time of their writing, so that equal content gives equal bytes."""

from __future__ import annotations

import zipfile
from pathlib import Path

__all__ = ["settle_times"]

EPOCH = (1980, 1, 1, 0, 0, 0)


def settle_times(path: Path) -> None:
    """Set the time of every member of a zip archive to the start of the format."""
    with zipfile.ZipFile(path) as archive:
        members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
