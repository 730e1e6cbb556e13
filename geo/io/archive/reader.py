"""The dataset in a zip, by the reader of its own kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from geo.errors import GeoError, Param, UnreadableFileError
from geo.intake import Note, ReadOptions
from geo.io.archive.unpacking import ArchiveLimits, Unpacked, unpacked_datasets
from geo.io.file_kind import FileKind, file_kind
from geo.io.limits import MEGABYTE, ReadLimits
from geo.io.raw_features import RawFeatures, require_one_crs
from geo.io.shapefile.reader import stated_crs
from geo.reading_codes import Fault, Remark

__all__ = ["Reader", "archive_reader"]

Reader = Callable[[Path, ReadOptions, ReadLimits], RawFeatures]

SHOWN_MEMBERS = 5


def archive_reader(
    readers: Mapping[FileKind, Reader], archive_limits: ArchiveLimits | None = None
) -> Reader:
    """Reader of archives that hold a dataset of one of the kinds given.

    Of several datasets `options.layer` names one, or one and a layer in it
    (`规划.gdb/地块`); of a single one it names the layer.
    """

    def read(path: Path, options: ReadOptions, limits: ReadLimits) -> RawFeatures:
        with unpacked_datasets(path, readers.keys(), archive_limits) as unpacked:
            name, layer = _chosen(unpacked.datasets, options.layer, path.name)
            inner = unpacked.datasets[name]
            with _named_after(path.name, name, inner):
                kind = file_kind(inner)
                if kind not in readers:
                    raise UnreadableFileError(Fault.UNSUPPORTED_FORMAT, kind=kind.value)
                _require_size(inner, limits)
                raw = readers[kind](inner, replace(options, layer=layer), limits)
        return _as_of(path.name, raw, unpacked)

    return read


def _chosen(datasets: Mapping[str, Path], wanted: str | None, file: str) -> tuple[str, str | None]:
    """Name of the dataset, and what is left of `wanted` for its own layers."""
    if wanted in datasets and wanted is not None:
        return wanted, None
    names = "、".join(datasets)
    first, *others = datasets
    if wanted is None:
        if others:
            require_one_crs(
                (stated_crs(main) for main in datasets.values() if main.suffix == ".shp"),
                file=file,
            )
            raise UnreadableFileError(Fault.SEVERAL_LAYERS, file=file, layers=names)
        return first, None
    for name in datasets:
        if wanted.startswith(f"{name}/"):
            return name, wanted.removeprefix(f"{name}/")
    if not others and datasets[first].suffix != ".shp":
        return first, wanted
    raise UnreadableFileError(Fault.LAYER_NOT_FOUND, file=file, layer=wanted, layers=names)


@contextmanager
def _named_after(file: str, dataset: str, inner: Path) -> Iterator[None]:
    """Tell of faults by the name of the archive instead of our own name of the dataset."""
    try:
        yield
    except GeoError as err:
        params = {**err.params, "file": file}
        if "part" in params and inner.suffix == ".shp":
            params["part"] = str(params["part"]).replace(inner.stem, dataset, 1)
        raise type(err)(err.code, **params) from err


def _require_size(inner: Path, limits: ReadLimits) -> None:
    size = inner.stat().st_size if inner.is_file() else 0
    if size > limits.max_bytes:
        raise UnreadableFileError(
            Fault.FILE_TOO_LARGE,
            found_mb=size // MEGABYTE,
            limit_mb=limits.max_bytes // MEGABYTE,
        )


def _as_of(file: str, raw: RawFeatures, unpacked: Unpacked) -> RawFeatures:
    """What was read, with its remarks under the name of the archive."""
    notes = [replace(note, params=_renamed(note.params, file)) for note in raw.detected.notes]
    if unpacked.skipped:
        shown = "、".join(unpacked.skipped[:SHOWN_MEMBERS])
        more = "…" if len(unpacked.skipped) > SHOWN_MEMBERS else ""
        facts: dict[str, Param] = {
            "file": file,
            "count": len(unpacked.skipped),
            "members": shown + more,
        }
        notes.append(Note(Remark.ZIP_MEMBERS_SKIPPED, facts))
    refused = [replace(each, params=_renamed(each.params, file)) for each in raw.refused]
    return replace(raw, detected=replace(raw.detected, notes=tuple(notes)), refused=tuple(refused))


def _renamed(params: Mapping[str, Param], file: str) -> Mapping[str, Param]:
    return {**params, "file": file} if "file" in params else params
