"""Which file becomes which: all inputs one file, or each a file of its own in a folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from geo.intake import Note
from geo.io.raw_features import unique_names
from geo.io.vector import input_files
from services.conversion.formats import TargetFormat, format_of, is_known_suffix
from services.conversion.request import ConversionRequest
from services.conversion.writing import existing_files
from services.errors import InvalidOptionError, TargetExistsError

__all__ = ["Job", "Plan", "planned"]


@dataclass(frozen=True, slots=True)
class Job:
    """Inputs that become one file."""

    sources: tuple[Path, ...]
    target: Path


@dataclass(frozen=True, slots=True)
class Plan:
    """Jobs in the order of the inputs; `notes` tell of files in folders that were skipped."""

    jobs: tuple[Job, ...]
    target_format: TargetFormat
    notes: tuple[Note, ...] = ()


def planned(request: ConversionRequest) -> Plan:
    """Jobs of a request, once every one of them may be done.

    Raises
    ------
    InvalidOptionError
        The format is not known, not written, or contradicts the name; or an input would be
        replaced by an output (`convert_onto_input`).
    TargetExistsError
        A file exists and may not be replaced.
    UnreadableFileError
        See `input_files`.
    """
    sources, notes = input_files(request.sources)
    if _is_folder(request):
        target_format = _format_in_folder(request)
        stems = unique_names([source.stem for source in sources])
        targets = [request.target / f"{stem}.{target_format}" for stem in stems]
        jobs = tuple(Job((each,), to) for each, to in zip(sources, targets, strict=True))
    else:
        target_format = _format_of_file(request)
        jobs = (Job(sources, request.target),)
    _require_free(jobs, target_format, sources, overwrite=request.overwrite)
    return Plan(jobs, target_format, notes)


def _is_folder(request: ConversionRequest) -> bool:
    if request.target.is_dir():
        return True
    return request.target_format is not None and not is_known_suffix(request.target)


def _format_in_folder(request: ConversionRequest) -> TargetFormat:
    if request.target_format is None:
        raise InvalidOptionError("convert_format_needed", folder=str(request.target))
    return request.target_format


def _format_of_file(request: ConversionRequest) -> TargetFormat:
    found = format_of(request.target)
    if request.target_format not in (None, found):
        raise InvalidOptionError(
            "convert_format_contradicts", file=request.target.name, format=request.target_format
        )
    return found


def _require_free(
    jobs: tuple[Job, ...],
    target_format: TargetFormat,
    sources: tuple[Path, ...],
    *,
    overwrite: bool,
) -> None:
    inputs = {source.resolve() for source in sources}
    for job in jobs:
        existing = existing_files(job.target, target_format)
        if inputs & {path.resolve() for path in (job.target, *existing)}:
            raise InvalidOptionError("convert_onto_input", file=str(job.target))
        if existing and not overwrite:
            raise TargetExistsError(file=str(existing[0]))
