"""Which datasets the members of an archive make up: shapefiles, geodatabases, lone files."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from geo.io.file_kind import FileKind
from geo.io.geodatabase.files import CATALOGUE_TABLE, is_geodatabase_part
from geo.io.side_file_ends import SIDE_FILE_ENDS

__all__ = ["Dataset", "Member", "catalogue_folders", "datasets_of", "geodatabase_folder"]

SHAPE_SUFFIXES = frozenset({".shp", ".shx", ".dbf", ".prj", ".cpg"})
# what programs put beside a dataset for themselves
SIDECAR_SUFFIXES = frozenset({".sbn", ".sbx", ".qix", ".qpj", ".qmd", ".lock", ".xml", ".atx"})
SYSTEM_NAMES = frozenset({".ds_store", "thumbs.db", "desktop.ini"})
PLAIN_SUFFIX = re.compile(r"\.[a-z0-9]{1,12}")
KMZ_SUFFIX, KMZ_DOCUMENT = ".kmz", "doc.kml"


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive; its kind is by the first bytes."""

    info: zipfile.ZipInfo
    name: PurePosixPath
    kind: FileKind = FileKind.UNKNOWN
    is_boundary_text: bool = False

    @property
    def suffix(self) -> str:
        """End of the name in lower case."""
        return self.name.suffix.lower()


@dataclass(slots=True)
class Dataset:
    """Members that are read as one; `parts` by the ends of their names in the folder."""

    name: str
    path: PurePosixPath
    main: str
    parts: dict[str, Member] = field(default_factory=dict)


def geodatabase_folder(
    name: PurePosixPath, catalogues: Collection[PurePosixPath]
) -> PurePosixPath | None:
    """Folder of the geodatabase that a member belongs to; `None` for other members."""
    if name.parent in catalogues:
        return name.parent
    return next((each for each in name.parents if each.suffix.lower() == ".gdb"), None)


def catalogue_folders(names: Sequence[PurePosixPath]) -> frozenset[PurePosixPath]:
    """Folders with the first table of a geodatabase, whatever they are called."""
    return frozenset(name.parent for name in names if name.name.lower() == CATALOGUE_TABLE)


def datasets_of(
    members: Sequence[Member], readable: Collection[FileKind], archive: PurePosixPath
) -> tuple[list[Dataset], list[Member]]:
    """Datasets in the order of the archive, and members that belong to none of them."""
    geodatabases, rest = _geodatabases(members, archive)
    shapefiles, rest = _shapefiles(rest)
    files, rest = _lone_files(rest, readable, archive)
    datasets = [*geodatabases, *shapefiles, *files]
    if not datasets:
        texts = [each for each in rest if each.kind is FileKind.BOUNDARY_TXT]
        datasets = [_lone(each) for each in texts]
        rest = [each for each in rest if each not in texts]
    _tell_apart(datasets)
    return datasets, [each for each in rest if not _is_sidecar(each)]


def _geodatabases(
    members: Sequence[Member], archive: PurePosixPath
) -> tuple[list[Dataset], list[Member]]:
    catalogues = catalogue_folders([member.name for member in members])
    found: dict[PurePosixPath, Dataset] = {}
    rest = []
    for member in members:
        folder = geodatabase_folder(member.name, catalogues)
        if folder is None:
            rest.append(member)
            continue
        name = folder.name or f"{archive.stem}.gdb"
        dataset = found.setdefault(folder, Dataset(name, folder, ".gdb"))
        # locks, indexes of attributes and deeper members are not needed
        if member.name.parent == folder and is_geodatabase_part(member.name.name):
            dataset.parts[f".gdb/{member.name.name.lower()}"] = member
    return list(found.values()), rest


def _shapefiles(members: Sequence[Member]) -> tuple[list[Dataset], list[Member]]:
    stems: dict[str, Dataset] = {}
    for member in members:
        end = _shapefile_end(member)
        if end is not None:
            path = member.name.with_name(member.name.name[: -len(end)])
            dataset = stems.setdefault(str(path).casefold(), Dataset(path.name, path, ".shp"))
            dataset.parts[end] = member
            if end == ".shp":
                dataset.name, dataset.path = path.name, path
    found = [dataset for dataset in stems.values() if ".shp" in dataset.parts]
    used = [part for dataset in found for part in dataset.parts.values()]
    return found, [member for member in members if member not in used]


def _shapefile_end(member: Member) -> str | None:
    """End of the name of a part or side file of a shapefile; `None` for other members."""
    if member.suffix in SHAPE_SUFFIXES:
        return member.suffix
    name = member.name.name
    return next((end for end in SIDE_FILE_ENDS if name.endswith(end) and name != end), None)


def _lone_files(
    members: Sequence[Member], readable: Collection[FileKind], archive: PurePosixPath
) -> tuple[list[Dataset], list[Member]]:
    document = _kmz_document(members, archive)
    chosen = [
        member
        for member in members
        if member.kind in readable
        and (member.is_boundary_text or member.kind is not FileKind.BOUNDARY_TXT)
        and (document is None or member is document or member.kind is not FileKind.KML)
    ]
    return [_lone(member) for member in chosen], [each for each in members if each not in chosen]


def _kmz_document(members: Sequence[Member], archive: PurePosixPath) -> Member | None:
    """The KML that a KMZ shows; the others in it are what that one links to.

    OGC KML 2.2 (07-147r2): `doc.kml`, or the first KML of the archive.
    """
    documents = [member for member in members if member.kind is FileKind.KML]
    named = [member for member in documents if str(member.name).lower() == KMZ_DOCUMENT]
    if named:
        return named[0]
    return documents[0] if documents and archive.suffix.lower() == KMZ_SUFFIX else None


def _lone(member: Member) -> Dataset:
    end = member.suffix if PLAIN_SUFFIX.fullmatch(member.suffix) else ""
    return Dataset(member.name.name, member.name, end, {end: member})


def _tell_apart(datasets: Sequence[Dataset]) -> None:
    """Give the later ones of one name their whole path."""
    seen: set[str] = set()
    for dataset in datasets:
        if dataset.name in seen:
            dataset.name = str(dataset.path)
        seen.add(dataset.name)


def _is_sidecar(member: Member) -> bool:
    return (
        member.suffix in SIDECAR_SUFFIXES
        or member.suffix in SHAPE_SUFFIXES
        or member.name.name.lower() in SYSTEM_NAMES
    )
