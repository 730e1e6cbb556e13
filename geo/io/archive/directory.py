"""The list of members of a zip, looked at before anything else believes in it.

The whole list is held in memory by whatever opens the archive, so its size is judged first:
a file of 200 MB can list four million members that hold nothing.
"""

from __future__ import annotations

import errno
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geo.errors import UnreadableFileError
from geo.reading_codes import Fault

__all__ = ["member_names", "opened_zip"]

# end of central directory record, plain and zip64: .ZIP File Format Specification (APPNOTE)
# 6.3.10, sections 4.3.16 and 4.3.14; where each states the bytes of the directory
END_MARK, END_SIZE_AT, END_SIZE_FORM = b"PK\x05\x06", 12, "<I"
END64_MARK, END64_SIZE_AT, END64_SIZE_FORM = b"PK\x06\x06", 40, "<Q"
# the end records and the longest comment
TAIL_BYTES = 22 + 20 + 56 + 65_535
SIZE_IN_ZIP64 = 0xFFFFFFFF
# 5 000 members with names and extra fields of 400 bytes each
MAX_DIRECTORY_BYTES = 2_000_000
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    IndexError,
    NotImplementedError,
    OverflowError,
    UnicodeError,
)


@contextmanager
def opened_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    """An archive whose list of members is short enough to be held.

    Raises
    ------
    UnreadableFileError
        Broken, when opened or within the block (`zip_broken`), or with a list of more than
        2 MB (`zip_too_many_members`).
    """
    try:
        _require_short_list(path)
        with zipfile.ZipFile(path) as archive:
            yield archive
    except BROKEN as err:
        raise UnreadableFileError(Fault.ZIP_BROKEN, file=path.name) from err
    except OSError as err:
        if err.errno != errno.EINVAL:
            raise
        # an offset in the archive that lies before its begin
        raise UnreadableFileError(Fault.ZIP_BROKEN, file=path.name) from err


def member_names(path: Path) -> tuple[str, ...]:
    """Names in an archive as they are stored; empty for one that cannot be opened."""
    try:
        with opened_zip(path) as archive:
            return tuple(archive.namelist())
    except UnreadableFileError:
        return ()


def _require_short_list(path: Path) -> None:
    with path.open("rb") as stream:
        file_bytes = stream.seek(0, os.SEEK_END)
        stream.seek(max(file_bytes - TAIL_BYTES, 0))
        tail = stream.read()
    stated = [
        _stated(tail, END_MARK, END_SIZE_AT, END_SIZE_FORM),
        _stated(tail, END64_MARK, END64_SIZE_AT, END64_SIZE_FORM),
    ]
    size = max((each for each in stated if each != SIZE_IN_ZIP64), default=0)
    # a list longer than the file is no list: whoever opens the archive says that it is broken
    if MAX_DIRECTORY_BYTES < size <= file_bytes:
        raise UnreadableFileError(
            Fault.ZIP_TOO_MANY_MEMBERS,
            file=path.name,
            # an entry of the list has 46 bytes and a name
            found=size // 47,
            limit=MAX_DIRECTORY_BYTES // 400,
        )


def _stated(tail: bytes, mark: bytes, at: int, form: str) -> int:
    start = tail.rfind(mark)
    if start < 0 or start + at + struct.calcsize(form) > len(tail):
        return 0
    (size,) = struct.unpack_from(form, tail, start + at)
    return int(size)
