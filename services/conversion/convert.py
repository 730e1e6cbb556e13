"""Converting files: read with the care of every input, judged, placed, and written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from pyproj import CRS

from geo.crs import normalise_crs
from geo.errors import GeoError
from geo.intake import Note, Refusal
from services.conversion.columns import own_attributes
from services.conversion.formats import TargetFormat
from services.conversion.placing import measuring_crs, placed_for
from services.conversion.planning import Job, planned
from services.conversion.record import InputRecord, one_record, record_of
from services.conversion.request import ConversionRequest, Converted, Written
from services.conversion.workers import outcomes
from services.conversion.writing import Content, output_crs, write_content
from services.errors import ServiceError
from services.file_reading import LAYERS_APART
from services.intake import LAYER_LIMITS, LookedThrough, look_through, require_usable

__all__ = ["convert"]

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class _Done:
    """What came of a job; nothing was written where no feature was left."""

    record: InputRecord
    notes: tuple[Note, ...]
    written: Written | None = None


def convert(
    request: ConversionRequest,
    *,
    tell: Progress = lambda _done, _all: None,
    workers: int = 1,
) -> Converted:
    """Convert files, all into one or each for itself.

    Into a folder, a file that cannot be converted is refused and the others go on.

    Parameters
    ----------
    tell
        Is told how many files are done, and how many there are.
    workers
        Processes that share the files when there are many; with more than one the main module
        of the caller must be safe to import.

    Raises
    ------
    GeoError, ServiceError
        Nothing could be written: the input or the output is refused as a whole, with the
        reason of its only file, or with those of all (`nothing_usable`).
    """
    if request.to_crs is not None:
        request = replace(request, to_crs=normalise_crs(request.to_crs))
    plan = planned(request)
    count = len(plan.jobs)
    if count == 1:
        return _answer([_converted(plan.jobs[0], plan.target_format, request)], ())
    work = partial(_attempted, target_format=plan.target_format, request=request)
    done = []
    for each in outcomes(work, plan.jobs, workers=workers):
        done.append(each)
        tell(len(done), count)
    return _answer(done, plan.notes)


def _answer(done: Sequence[_Done], skipped: Sequence[Note]) -> Converted:
    """What is told of all jobs; `skipped` are remarks on files of folders left aside."""
    written = tuple(each.written for each in done if each.written is not None)
    intake = one_record([each.record for each in done], skipped)
    if not written:
        require_usable(intake)
    return Converted(written, intake, tuple(note for each in done for note in each.notes))


def _attempted(job: Job, target_format: TargetFormat, request: ConversionRequest) -> _Done:
    """A job among others, whose failure is a refusal of its file."""
    file = job.sources[0].name
    try:
        return _converted(job, target_format, request)
    except (GeoError, ServiceError) as error:
        refusal = Refusal(None, None, error.code, {"file": file, **error.params})
        return _Done(InputRecord(refused=(refusal,)), ())


def _converted(job: Job, target_format: TargetFormat, request: ConversionRequest) -> _Done:
    try:
        return _written_of(job, target_format, request)
    except GeoError as error:
        error.params.setdefault("file", job.sources[0].name)
        raise


def _written_of(job: Job, target_format: TargetFormat, request: ConversionRequest) -> _Done:
    looked = look_through(
        job.sources,
        request.options,
        working_crs=partial(measuring_crs, to_crs=request.to_crs),
        limits=LAYER_LIMITS,
        reading=LAYERS_APART,
    )
    placed = placed_for(looked.intake, _source_crs(looked), target_format, request.to_crs)
    frame = placed.intake.frame
    record = record_of(placed.intake)
    if not len(frame):
        return _Done(record, placed.notes)
    content = Content(
        sites=frame,
        attributes=own_attributes(looked, frame),
        to_crs=request.to_crs,
        txt=request.txt,
    )
    notes = write_content(content, job.target, target_format, overwrite=request.overwrite)
    written = Written(
        path=job.target,
        target_format=target_format,
        features=len(frame),
        crs=output_crs(content, target_format),
        sources=tuple(source.name for source in job.sources),
    )
    return _Done(record, _named((*placed.notes, *notes), written), written)


def _source_crs(looked: LookedThrough) -> CRS | None:
    """CRS of the inputs as they were read; they share one, but for the zone prefix."""
    if looked.intake.detected.datum is not None:
        return None
    return next((raw.frame.crs for _, raw in looked.raws if raw.frame.crs is not None), None)


def _named(notes: Sequence[Note], written: Written) -> tuple[Note, ...]:
    """Notes with the file that they are about."""
    return tuple(replace(note, params={"file": written.path.name, **note.params}) for note in notes)
