"""An input looked at before it is used: what was detected, what is wrong, what to ask.

Nothing is stored: the same files are read again for the check that the user confirms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import geopandas as gpd

from geo.errors import GeoError
from geo.intake import Intake, ReadOptions, SourceFile
from services.datum_files import datum_files
from services.domain.issue import Issue
from services.errors import ServiceError
from services.file_reading import apart
from services.intake import LookedThrough, look_through
from services.issue_log import issues_of, issues_of_error
from services.layers.catalogue import county_envelope
from services.layers.landmarks import county_landmarks
from services.preview_questions import Question, questions_of, troubles
from services.preview_rows import RowState, Sample, sample_of
from services.preview_trials import Trials
from services.siting.projects import stated_use
from services.workspace import Workspace

__all__ = ["Counts", "Preview", "PreviewFile", "preview_input"]


@dataclass(frozen=True, slots=True)
class Counts:
    """Features of an input: `read` = `kept` + `refused`; `repaired` are among the kept."""

    read: int = 0
    kept: int = 0
    refused: int = 0
    repaired: int = 0

    def __post_init__(self) -> None:
        """Raise where a feature would be lost without a word."""
        if self.read != self.kept + self.refused:
            raise AssertionError(f"{self.read} features in, {self.kept} + {self.refused} out")


@dataclass(frozen=True, slots=True)
class PreviewFile:
    """One file that could be read, with what became of its features."""

    source: SourceFile
    counts: Counts


@dataclass(frozen=True, slots=True, eq=False)
class Preview:
    """What a check with the same files and options would take.

    Attributes
    ----------
    files
        Files that could be read; the others stand in `issues`.
    fields
        Columns that plots can be named or grouped by.
    use
        What the file itself says of the use; `None` where it says nothing.
    frame
        Features that would be checked, in the working CRS, with `source_index`.
    repaired
        `source_index` of those whose outline was mended.
    county_known
        Whether there is a county in which a place can be inside or outside.
    """

    files: tuple[PreviewFile, ...]
    counts: Counts
    sample: Sample
    fields: tuple[str, ...]
    use: str | None
    frame: gpd.GeoDataFrame
    repaired: frozenset[int]
    issues: tuple[Issue, ...]
    questions: tuple[Question, ...]
    county_known: bool = True

    @property
    def usable(self) -> bool:
        """Whether anything is left to check."""
        return self.counts.kept > 0

    def index_of(self, issue: Issue) -> int | None:
        """`source_index` of the feature of an issue; `None` where it is of no feature."""
        if issue.feature is None:
            return None
        for file in self.files:
            if file.source.name == issue.file and issue.feature <= file.source.count:
                return file.source.first_index + issue.feature - 1
        return None


def preview_input(paths: Sequence[Path], options: ReadOptions, workspace: Workspace) -> Preview:
    """Look at the files of one input as a check would read them.

    Refusals become part of the preview, those of the input as a whole too.
    """
    envelope = county_envelope(workspace)
    working_crs = workspace.settings.crs
    read = partial(
        look_through,
        paths,
        working_crs=working_crs,
        envelope=envelope,
        limits=workspace.settings.site_limits,
        landmarks=county_landmarks(workspace),
        reading=apart(workspace.settings.site_sandbox),
    )
    looked, error = None, None
    try:
        looked = read(options)
    except (GeoError, ServiceError) as refused:
        error = refused
    found = troubles(looked.intake if looked else None, error)
    questions = questions_of(
        found,
        Trials(read, options),
        working_crs=working_crs,
        parameters=datum_files(workspace).values(),
    )
    if looked is None:
        issues = issues_of_error(error, [path.name for path in paths]) if error else ()
        return _unread(issues, questions, working_crs, county_known=envelope is not None)
    return _previewed(looked, questions, county_known=envelope is not None)


def _unread(
    issues: tuple[Issue, ...],
    questions: tuple[Question, ...],
    working_crs: str,
    *,
    county_known: bool,
) -> Preview:
    return Preview(
        files=(),
        counts=Counts(),
        sample=Sample(),
        fields=(),
        use=None,
        frame=gpd.GeoDataFrame(geometry=gpd.GeoSeries([], crs=working_crs)),
        repaired=frozenset(),
        issues=issues,
        questions=questions,
        county_known=county_known,
    )


def _previewed(
    looked: LookedThrough, questions: tuple[Question, ...], *, county_known: bool
) -> Preview:
    intake = looked.intake
    refused = {refusal.index for refusal in intake.refused if refusal.index is not None}
    repaired = frozenset(repair.index for repair in intake.repaired)
    files = tuple(_file(source, refused, repaired) for source in intake.files)
    counts = Counts(
        read=sum(file.counts.read for file in files),
        kept=len(intake.frame),
        refused=len(refused),
        repaired=len(repaired),
    )
    states = [_states(source, refused, repaired) for source in intake.files]
    frames = [(name, raw.frame) for name, raw in looked.raws]
    return Preview(
        files=files,
        counts=counts,
        sample=sample_of(frames, states, counts.read),
        fields=_fields(intake),
        use=stated_use(intake.frame),
        frame=intake.frame,
        repaired=repaired,
        issues=issues_of(intake),
        questions=questions,
        county_known=county_known,
    )


def _file(source: SourceFile, refused: set[int], repaired: frozenset[int]) -> PreviewFile:
    own = range(source.first_index, source.first_index + source.count)
    lost = sum(index in own for index in refused)
    mended = sum(index in own for index in repaired)
    return PreviewFile(source, Counts(source.count, source.count - lost, lost, mended))


def _states(source: SourceFile, refused: set[int], repaired: frozenset[int]) -> dict[int, RowState]:
    first, end = source.first_index, source.first_index + source.count
    marked = [(index, RowState.REPAIRED) for index in repaired]
    marked += [(index, RowState.REFUSED) for index in refused]
    return {index - first: state for index, state in marked if first <= index < end}


def _fields(intake: Intake) -> tuple[str, ...]:
    ours = {"source_index", "site_id", "site_name", "stated_area_m2", "geometry"}
    return tuple(str(column) for column in intake.frame.columns if column not in ours)
