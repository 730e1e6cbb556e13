"""Zip archives of shapefiles, unpacked under names of our own and within limits.

The list of members is judged before anything is unpacked, and the bytes are counted while
they come out: what an archive says of its sizes is not believed.
"""

from __future__ import annotations

import errno
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from geo.errors import UnreadableFileError
from geo.io.limits import MEGABYTE
from geo.io.text_encoding import choose_encoding
from geo.reading_codes import Fault

__all__ = ["ArchiveLimits", "unpacked_shapefiles"]

UTF8_NAME_FLAG, ENCRYPTED_FLAG = 0x800, 0x1
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
NESTED_SUFFIXES = frozenset({".zip", ".rar", ".7z", ".gz", ".tar", ".tgz", ".kmz"})
SHAPE_SUFFIXES = frozenset({".shp", ".shx", ".dbf", ".prj", ".cpg"})
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
CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """Most members, bytes unpacked and ratio; small archives may be denser."""

    max_members: int = 100
    max_bytes: int = 1_000 * MEGABYTE
    max_ratio: int = 200
    ratio_counts_from: int = 16 * MEGABYTE


@dataclass(frozen=True, slots=True)
class _Member:
    info: zipfile.ZipInfo
    name: PurePosixPath


@contextmanager
def unpacked_shapefiles(
    path: Path, limits: ArchiveLimits | None = None
) -> Iterator[dict[str, Path]]:
    """Shapefiles of an archive: their names, and where their `.shp` lies while in use.

    Raises
    ------
    UnreadableFileError
        Broken, encrypted, nested, over a limit, with a member that would leave the folder,
        or without any shapefile; each with its own code.
    """
    with TemporaryDirectory(prefix="plotwise-") as folder:
        yield _unpack(path, Path(folder), limits or ArchiveLimits())


def _unpack(path: Path, folder: Path, limits: ArchiveLimits) -> dict[str, Path]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = _judged(archive, path.name, limits)
            return _unpacked(archive, members, folder, path.name, limits)
    except BROKEN as err:
        raise UnreadableFileError(Fault.ZIP_BROKEN, file=path.name) from err
    except OSError as err:
        if err.errno != errno.EINVAL:
            raise
        # an offset in the archive that lies before its begin
        raise UnreadableFileError(Fault.ZIP_BROKEN, file=path.name) from err


def _judged(archive: zipfile.ZipFile, file: str, limits: ArchiveLimits) -> list[_Member]:
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > limits.max_members:
        raise UnreadableFileError(
            Fault.ZIP_TOO_MANY_MEMBERS, file=file, found=len(infos), limit=limits.max_members
        )
    members = [_Member(info, _decoded_name(info, file)) for info in infos]
    for member in members:
        _judge_member(member, file)
    names = [str(member.name).casefold() for member in members]
    for name in names:
        if names.count(name) > 1:
            raise UnreadableFileError(Fault.ZIP_DUPLICATE_NAME, file=file, member=name)
    _judge_size(infos, file, limits)
    return [member for member in members if "__MACOSX" not in member.name.parts]


def _decoded_name(info: zipfile.ZipInfo, file: str) -> PurePosixPath:
    name = info.orig_filename
    if not info.flag_bits & UTF8_NAME_FLAG:
        raw = name.encode("cp437")
        chosen = choose_encoding([raw])
        if chosen is None:
            raise UnreadableFileError(Fault.UNREADABLE_ENCODING, file=file)
        name = raw.decode(chosen.name)
    unsafe = (
        "\\" in name
        or name.startswith("/")
        or name[1:2] == ":"
        or ".." in name.split("/")
        or not name.isprintable()
    )
    if unsafe:
        raise UnreadableFileError(Fault.ZIP_UNSAFE_NAME, file=file, member=ascii(name)[:60])
    return PurePosixPath(name)


def _judge_member(member: _Member, file: str) -> None:
    info = member.info
    if stat.S_ISLNK(info.external_attr >> 16):
        raise UnreadableFileError(Fault.ZIP_LINK, file=file, member=str(member.name))
    if info.flag_bits & ENCRYPTED_FLAG:
        raise UnreadableFileError(Fault.ZIP_ENCRYPTED, file=file, member=str(member.name))
    if member.name.suffix.lower() in NESTED_SUFFIXES:
        raise UnreadableFileError(Fault.ZIP_NESTED, file=file, member=str(member.name))
    if info.compress_type not in METHODS:
        raise UnreadableFileError(Fault.ZIP_BROKEN, file=file)


def _judge_size(infos: Sequence[zipfile.ZipInfo], file: str, limits: ArchiveLimits) -> None:
    unpacked = sum(info.file_size for info in infos)
    packed = max(sum(info.compress_size for info in infos), 1)
    _judge_bytes(unpacked, file, limits)
    if unpacked > limits.ratio_counts_from and unpacked > packed * limits.max_ratio:
        raise UnreadableFileError(
            Fault.ZIP_RATIO, file=file, found=unpacked // packed, limit=limits.max_ratio
        )


def _judge_bytes(unpacked: int, file: str, limits: ArchiveLimits) -> None:
    if unpacked > limits.max_bytes:
        raise UnreadableFileError(
            Fault.ZIP_TOO_LARGE, file=file, limit_mb=limits.max_bytes // MEGABYTE
        )


def _unpacked(
    archive: zipfile.ZipFile,
    members: Sequence[_Member],
    folder: Path,
    file: str,
    limits: ArchiveLimits,
) -> dict[str, Path]:
    """Write the parts of shapefiles as `0.shp`, `0.dbf`, `1.shp` ... into the folder."""
    stems: dict[str, int] = {}
    found: dict[str, Path] = {}
    written = 0
    for member in members:
        suffix = member.name.suffix.lower()
        if suffix not in SHAPE_SUFFIXES:
            continue
        number = stems.setdefault(str(member.name.with_suffix("")).casefold(), len(stems))
        target = folder / f"{number}{suffix}"
        with archive.open(member.info) as source, target.open("wb") as sink:
            while chunk := source.read(CHUNK_BYTES):
                written += len(chunk)
                _judge_bytes(written, file, limits)
                sink.write(chunk)
        if suffix == ".shp":
            name = member.name.stem
            found[name if name not in found else str(member.name.with_suffix(""))] = target
    if not found:
        raise UnreadableFileError(Fault.ZIP_WITHOUT_SHP, file=file)
    return found
