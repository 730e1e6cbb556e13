"""Datasets in zip archives, unpacked under names of our own and within limits.

The list of members is judged before anything is unpacked, and the bytes are counted while
they come out: what an archive says of its sizes is not believed.
"""

from __future__ import annotations

import stat
import zipfile
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from geo.errors import UnreadableFileError
from geo.io.archive.datasets import (
    Dataset,
    Member,
    catalogue_folders,
    datasets_of,
    geodatabase_folder,
)
from geo.io.archive.directory import opened_zip
from geo.io.file_kind import HEAD_BYTES, FileKind, head_kind, looks_like_boundaries
from geo.io.limits import MEGABYTE
from geo.io.text_encoding import choose_encoding
from geo.reading_codes import Fault

__all__ = ["ArchiveLimits", "Unpacked", "judged_members", "unpacked_datasets"]

UTF8_NAME_FLAG, ENCRYPTED_FLAG = 0x800, 0x1
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# APPNOTE 6.3.10, section 4.4.5; Deflate64 goes through code of zlib that has had holes
METHOD_NAMES = {
    6: "Implode", 9: "Deflate64", 12: "BZIP2", 14: "LZMA", 20: "Zstandard", 93: "Zstandard",
    95: "XZ", 97: "WavPack", 98: "PPMd", 99: "AES",
}  # fmt: skip
NESTED_SUFFIXES = frozenset({".zip", ".rar", ".7z", ".gz", ".tar", ".tgz", ".kmz"})
# tables with wide fields and plain rasters are mostly blanks
DENSE_SUFFIXES = frozenset({".dbf", ".tif"})
WORKBOOK_SUFFIX = ".xlsx"
OFFICE_SUFFIXES = frozenset({WORKBOOK_SUFFIX, ".docx", ".pptx"})
CHUNK_BYTES = 1 << 20
SHOWN_MEMBERS = 5


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """Most members, bytes unpacked and ratio; small archives may be denser.

    A geodatabase has four to eight files for every table and index, so hundreds are usual;
    its files are counted apart from the rest. `max_dense_ratio` is for tables of shapefiles.
    """

    max_members: int = 100
    max_geodatabase_files: int = 5_000
    max_bytes: int = 1_000 * MEGABYTE
    max_ratio: int = 100
    max_dense_ratio: int = 200
    ratio_counts_from: int = 16 * MEGABYTE

    def ratio_for(self, name: PurePosixPath) -> int:
        """Most bytes out of one byte packed."""
        return self.max_dense_ratio if name.suffix.lower() in DENSE_SUFFIXES else self.max_ratio


@dataclass(frozen=True, slots=True)
class Unpacked:
    """Datasets by name with where their main file lies, and names of members left out."""

    datasets: dict[str, Path]
    skipped: tuple[str, ...] = ()


@contextmanager
def unpacked_datasets(
    path: Path, readable: Collection[FileKind], limits: ArchiveLimits | None = None
) -> Iterator[Unpacked]:
    """Datasets of an archive while in use.

    Parameters
    ----------
    readable
        Kinds of lone files that are datasets; shapefiles and geodatabases always are.

    Raises
    ------
    UnreadableFileError
        Broken, encrypted, nested, over a limit, with a member that would leave the folder,
        or without any dataset; each with its own code.
    """
    with TemporaryDirectory(prefix="plotwise-") as folder:
        yield _unpack(path, readable, Path(folder), limits or ArchiveLimits())


def _unpack(
    path: Path, readable: Collection[FileKind], folder: Path, limits: ArchiveLimits
) -> Unpacked:
    with opened_zip(path) as archive:
        judged = judged_members(archive, path.name, limits)
        catalogues = catalogue_folders([member.name for member in judged])
        members = [
            # in geodatabases the names of files tell what they are
            member if geodatabase_folder(member.name, catalogues) else _with_kind(archive, member)
            for member in judged
        ]
        datasets, skipped = datasets_of(members, readable, PurePosixPath(path.name))
        if not datasets:
            raise UnreadableFileError(
                Fault.ZIP_WITHOUT_DATA, file=path.name, members=_shown(members)
            )
        _extract(archive, datasets, folder, path.name, limits)
    return Unpacked(
        {each.name: folder / f"{number}{each.main}" for number, each in enumerate(datasets)},
        tuple(str(member.name) for member in skipped),
    )


def _shown(members: Sequence[Member]) -> str:
    names = [str(member.name) for member in members[:SHOWN_MEMBERS]]
    return "、".join(names) + ("…" if len(members) > SHOWN_MEMBERS else "") or "0"


def judged_members(archive: zipfile.ZipFile, file: str, limits: ArchiveLimits) -> list[Member]:
    """Files of an archive, none of which breaks a rule.

    Raises
    ------
    UnreadableFileError
        See `unpacked_datasets`.
    """
    infos = [info for info in archive.infolist() if not info.is_dir()]
    most = limits.max_members + limits.max_geodatabase_files
    _require_count(len(infos), most, file)
    members = [Member(info, _decoded_name(info, file)) for info in infos]
    catalogues = catalogue_folders([member.name for member in members])
    others = sum(geodatabase_folder(member.name, catalogues) is None for member in members)
    _require_count(others, limits.max_members, file)
    _require_count(len(members) - others, limits.max_geodatabase_files, file)
    for member in members:
        _judge_member(member, file)
    names = Counter(str(member.name).casefold() for member in members)
    for name, count in names.items():
        if count > 1:
            raise UnreadableFileError(Fault.ZIP_DUPLICATE_NAME, file=file, member=name)
    _judge_size(members, file, limits)
    return [member for member in members if "__MACOSX" not in member.name.parts]


def _require_count(found: int, limit: int, file: str) -> None:
    if found > limit:
        raise UnreadableFileError(Fault.ZIP_TOO_MANY_MEMBERS, file=file, found=found, limit=limit)


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


def _judge_member(member: Member, file: str) -> None:
    info = member.info
    if stat.S_ISLNK(info.external_attr >> 16):
        raise UnreadableFileError(Fault.ZIP_LINK, file=file, member=str(member.name))
    if info.flag_bits & ENCRYPTED_FLAG:
        raise UnreadableFileError(Fault.ZIP_ENCRYPTED, file=file, member=str(member.name))
    if member.suffix in NESTED_SUFFIXES:
        raise UnreadableFileError(Fault.ZIP_NESTED, file=file, member=str(member.name))
    if info.compress_type not in METHODS:
        method = METHOD_NAMES.get(info.compress_type, str(info.compress_type))
        raise UnreadableFileError(
            Fault.ZIP_METHOD, file=file, member=str(member.name), method=method
        )


def _judge_size(members: Sequence[Member], file: str, limits: ArchiveLimits) -> None:
    """Refuse what unpacks to too much, as a whole or one member of it."""
    _judge_bytes(sum(member.info.file_size for member in members), file, limits)
    for group in (members, *([member] for member in members)):
        unpacked = sum(member.info.file_size for member in group)
        allowed = sum(
            max(member.info.compress_size, 1) * limits.ratio_for(member.name) for member in group
        )
        if unpacked > limits.ratio_counts_from and unpacked > allowed:
            packed = max(sum(member.info.compress_size for member in group), 1)
            ratio = max(map(limits.ratio_for, (member.name for member in group)))
            raise UnreadableFileError(
                Fault.ZIP_RATIO, file=file, found=unpacked // packed, limit=ratio
            )


def _judge_bytes(unpacked: int, file: str, limits: ArchiveLimits) -> None:
    if unpacked > limits.max_bytes:
        raise UnreadableFileError(
            Fault.ZIP_TOO_LARGE, file=file, limit_mb=limits.max_bytes // MEGABYTE
        )


def _with_kind(archive: zipfile.ZipFile, member: Member) -> Member:
    """Member with its kind; an archive under another name is one all the same."""
    with archive.open(member.info) as source:
        head = source.read(HEAD_BYTES)
    kind = head_kind(head, member.name.name)
    if kind is FileKind.ZIP:
        if member.suffix not in OFFICE_SUFFIXES:
            file = Path(archive.filename or "").name
            raise UnreadableFileError(Fault.ZIP_NESTED, file=file, member=str(member.name))
        is_workbook = member.suffix == WORKBOOK_SUFFIX
        kind = FileKind.XLSX if is_workbook else FileKind.DOCUMENT
    return replace(member, kind=kind, is_boundary_text=looks_like_boundaries(head))


def _extract(
    archive: zipfile.ZipFile,
    datasets: Sequence[Dataset],
    folder: Path,
    file: str,
    limits: ArchiveLimits,
) -> None:
    """Write the parts of datasets as `0.shp`, `0.dbf`, `1.gdb/...` into the folder."""
    written = 0
    for number, dataset in enumerate(datasets):
        for end, member in dataset.parts.items():
            target = folder / f"{number}{end}"
            target.parent.mkdir(exist_ok=True)
            with archive.open(member.info) as source, target.open("wb") as sink:
                while chunk := source.read(CHUNK_BYTES):
                    written += len(chunk)
                    _judge_bytes(written, file, limits)
                    sink.write(chunk)
