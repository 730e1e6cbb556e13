"""What only the user can answer about an input, with the answers that there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from geo.errors import GeoError, Param
from geo.intake import Intake
from geo.reading_codes import Fault, Remark
from services.errors import ServiceError
from services.preview_trials import Changes, Trial, Trials, crs_candidates

__all__ = [
    "ENCODINGS",
    "SUSPECTED_SHIFTS",
    "Answer",
    "Question",
    "QuestionKind",
    "Trouble",
    "questions_of",
    "troubles",
]

ENCODINGS = ("UTF-8", "GB18030", "Big5")
LIST_MARK = "、"
SUSPECTED_SHIFTS = (
    Remark.DATUM_MAYBE_GCJ02, Remark.DATUM_BESIDE_COUNTY, Remark.DATUM_SURELY_GCJ02,
)  # fmt: skip
CONTRADICTED = frozenset({str(Fault.CRS_CONTRADICTS)})


class QuestionKind(StrEnum):
    """What is asked, in the order in which a page asks it."""

    LAYER = "layer"
    ENCODING = "encoding"
    OLD_DATUM = "old_datum"
    SHIFTED_MAP = "shifted_map"
    CRS = "crs"
    AXES = "axes"
    FIELD = "field"
    REPAIRS = "repairs"
    DUPLICATES = "duplicates"


# codes of refusals, errors and remarks that a user can answer
KINDS: Mapping[str, QuestionKind] = {
    Fault.SEVERAL_LAYERS: QuestionKind.LAYER,
    Fault.LAYER_NOT_FOUND: QuestionKind.LAYER,
    Fault.UNREADABLE_ENCODING: QuestionKind.ENCODING,
    Fault.UNKNOWN_ENCODING: QuestionKind.ENCODING,
    Remark.ENCODING_CONTRADICTED: QuestionKind.ENCODING,
    Fault.OLD_DATUM: QuestionKind.OLD_DATUM,
    Fault.LOCAL_GRID: QuestionKind.OLD_DATUM,
    Fault.DATUM_FILE_UNREADABLE: QuestionKind.OLD_DATUM,
    Fault.DATUM_FILE_KEY_MISSING: QuestionKind.OLD_DATUM,
    Fault.DATUM_FILE_KEY_UNKNOWN: QuestionKind.OLD_DATUM,
    Fault.DATUM_FILE_VALUE: QuestionKind.OLD_DATUM,
    Fault.DATUM_RESIDUALS_TOO_LARGE: QuestionKind.OLD_DATUM,
    Fault.DATUM_NOT_NEEDED: QuestionKind.OLD_DATUM,
    Fault.DATUM_SOURCE_DIFFERS: QuestionKind.OLD_DATUM,
    Fault.DATUM_OUTSIDE_EXTENT: QuestionKind.OLD_DATUM,
    Fault.DATUM_NOT_GEOGRAPHIC: QuestionKind.SHIFTED_MAP,
    **dict.fromkeys(SUSPECTED_SHIFTS, QuestionKind.SHIFTED_MAP),
    Fault.MISSING_CRS: QuestionKind.CRS,
    Fault.UNKNOWN_CRS: QuestionKind.CRS,
    Fault.CRS_CONTRADICTS: QuestionKind.CRS,
    Fault.WRONG_ZONE: QuestionKind.CRS,
    Fault.ZONE_MISSING: QuestionKind.CRS,
    Fault.ZONE_MISMATCH: QuestionKind.CRS,
    Fault.ZONE_PREFIX_MISSING: QuestionKind.CRS,
    Fault.ZONE_PREFIX_UNEXPECTED: QuestionKind.CRS,
    Fault.DEGREES_EXPECTED: QuestionKind.CRS,
    Fault.METRES_EXPECTED: QuestionKind.CRS,
    Fault.DEGREES_OUT_OF_RANGE: QuestionKind.CRS,
    Fault.COORDINATES_OUT_OF_RANGE: QuestionKind.CRS,
    Fault.OUTSIDE_COUNTY: QuestionKind.CRS,
    Fault.OUTSIDE_CRS_AREA: QuestionKind.CRS,
    Fault.AXES_SWAPPED: QuestionKind.AXES,
    Fault.SWAP_NOT_NEEDED: QuestionKind.AXES,
    Fault.FIELD_NOT_FOUND: QuestionKind.FIELD,
    Fault.REPAIR_TOO_LARGE: QuestionKind.REPAIRS,
    Remark.DUPLICATE_NUMBER: QuestionKind.DUPLICATES,
    Remark.TXT_DUPLICATE_PARCEL: QuestionKind.DUPLICATES,
}
# asked only when nothing else was in its place
FAR_AWAY = frozenset({Fault.OUTSIDE_COUNTY, Fault.OUTSIDE_CRS_AREA})


@dataclass(frozen=True, slots=True)
class Answer:
    """One way to answer: options to change, and what reading gives then.

    `trial` is `None` where it was not tried.
    """

    changes: Changes
    trial: Trial | None = None

    @property
    def fits(self) -> bool:
        """Whether something can be used when the input is read so."""
        return self.trial is not None and self.trial.kept > 0


@dataclass(frozen=True, slots=True)
class Question:
    """One question; `count` records of the input raised it, `params` are the first one's."""

    kind: QuestionKind
    code: str
    params: Mapping[str, Param]
    count: int
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Trouble:
    """A code that came up, with its facts."""

    code: str
    params: Mapping[str, Param]


def troubles(intake: Intake | None, error: GeoError | ServiceError | None) -> tuple[Trouble, ...]:
    """Everything that an input was refused for, or remarked with."""
    found = [] if error is None else [Trouble(error.code, error.params)]
    if intake is None:
        return tuple(found)
    placed = len(intake.frame) > 0
    found += [
        Trouble(refusal.code, refusal.params)
        for refusal in intake.refused
        if not (placed and refusal.code in FAR_AWAY)
    ]
    found += [Trouble(note.code, note.params) for note in intake.detected.notes]
    return tuple(found)


def questions_of(
    found: Iterable[Trouble],
    trials: Trials,
    *,
    working_crs: str,
    parameters: Iterable[Path] = (),
) -> tuple[Question, ...]:
    """Questions about an input, one of a kind, in the order of `QuestionKind`.

    A question of which every answer is known to lead nowhere is not asked: its refusal
    stands in the issue log. `parameters` are the centre's files for old and local datums.
    """
    by_kind: dict[QuestionKind, list[Trouble]] = {}
    for trouble in found:
        kind = KINDS.get(trouble.code)
        if kind is not None:
            by_kind.setdefault(kind, []).append(trouble)
    answering: dict[QuestionKind, Callable[[Trouble], Sequence[Answer] | None]] = {
        QuestionKind.LAYER: lambda t: _named("layer", t.params.get("layers"), trials),
        QuestionKind.ENCODING: lambda _: _encodings(trials),
        QuestionKind.OLD_DATUM: lambda t: _datum_files(t, parameters, trials),
        QuestionKind.SHIFTED_MAP: lambda t: _shifted_maps(t, trials),
        QuestionKind.CRS: lambda t: _systems(t, trials, working_crs) or None,
        QuestionKind.AXES: lambda t: _axes(t, trials),
        QuestionKind.FIELD: lambda t: _named("id_field", t.params.get("fields"), trials),
        QuestionKind.REPAIRS: lambda _: (_tried({"accept_repairs": True}, trials),),
        QuestionKind.DUPLICATES: lambda _: (),
    }
    asked = []
    for kind in QuestionKind:
        for first in by_kind.get(kind, [])[:1]:
            answers = answering[kind](first)
            if answers is not None:
                count = len(by_kind[kind])
                asked.append(Question(kind, first.code, first.params, count, tuple(answers)))
    return tuple(asked)


def _tried(changes: Changes, trials: Trials) -> Answer:
    return Answer(changes, trials.of(changes))


def _named(option: str, names: Param, trials: Trials) -> list[Answer]:
    """One answer for each layer or field that the refusal names."""
    listed = [name for name in str(names or "").split(LIST_MARK) if name]
    return [_tried({option: name}, trials) for name in listed]


def _encodings(trials: Trials) -> list[Answer]:
    return [_tried({"encoding": name}, trials) for name in ENCODINGS]


def _datum_files(trouble: Trouble, parameters: Iterable[Path], trials: Trials) -> list[Answer]:
    """One answer for each file of the centre, and none of them where one is in the way."""
    answers = [_tried({"datum_parameters": path, "datum": None}, trials) for path in parameters]
    if trouble.code not in (Fault.OLD_DATUM, Fault.LOCAL_GRID):
        answers.append(_tried({"datum_parameters": None}, trials))
    return answers


def _shifted_maps(trouble: Trouble, trials: Trials) -> list[Answer]:
    datum = trouble.params.get("datum") if trouble.code in SUSPECTED_SHIFTS else None
    return [_tried({"datum": None if datum is None else str(datum)}, trials)]


def _axes(trouble: Trouble, trials: Trials) -> list[Answer]:
    swap = trouble.code == Fault.AXES_SWAPPED
    return [_tried({"swap_axes": swap}, trials)]


def _systems(trouble: Trouble, trials: Trials, working_crs: str) -> list[Answer]:
    """Systems in which the input lands somewhere, those inside the county first.

    A file that states its own system contradicts every other: then there is nothing to
    choose but to leave the choice to the file.
    """
    if trouble.code == Fault.CRS_CONTRADICTS:
        return [_tried({"crs": None}, trials)]
    suggested = trouble.params.get("suggestion")
    codes = dict.fromkeys([*([str(suggested)] if suggested else []), *crs_candidates(working_crs)])
    answers = []
    for code in codes:
        answer = _tried({"crs": code}, trials)
        if answer.trial is not None and answer.trial.code in CONTRADICTED:
            return []
        if answer.trial is not None and answer.trial.code == Fault.AXES_SWAPPED:
            answer = _tried({"crs": code, "swap_axes": True}, trials)
        answers.append(answer)
    if trouble.code in FAR_AWAY and not any(answer.fits for answer in answers):
        return []
    return sorted(answers, key=lambda answer: -answer.trial.kept if answer.trial else 0)
