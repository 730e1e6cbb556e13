"""The issue log of an input: one row for everything that was refused, mended or remarked.

How much a code weighs, and who must mend it, stands with its words in `services/messages`
where it is not what the kind of the record says already: a refusal is an error, a repair a
warning, a note information.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from operator import attrgetter

from geo.errors import GeoError, Param
from geo.intake import Intake, Note, Refusal, Repair, SourceFile
from services.domain.issue import Duty, Issue, Severity
from services.errors import ServiceError
from services.messages import catalogue, message_of, remedy_of

__all__ = ["counted_by_severity", "issue_of", "issues_of", "issues_of_error"]

SEVEREST_FIRST = tuple(Severity)
Bounds = tuple[float, float, float, float]


def issues_of(intake: Intake, notes: Iterable[Note] = ()) -> tuple[Issue, ...]:
    """Issues of an input, the severest first, then in the order of the file.

    Parameters
    ----------
    notes
        What was remarked after reading, such as on the classes of a layer.
    """
    remarks = (*intake.detected.notes, *notes)
    boxes = _boxes(intake, {note.index for note in remarks} - {None})
    found = [
        *(_refused(refusal, intake.files) for refusal in intake.refused),
        *(_repaired(repair, intake.files) for repair in intake.repaired),
        *(_noted(note, intake.files, boxes) for note in remarks),
    ]
    return _in_order(found)


def issues_of_error(error: GeoError | ServiceError, files: Sequence[str]) -> tuple[Issue, ...]:
    """Issues of an input that was refused as a whole.

    The single faults behind the refusal stand for it; without any it is one issue.
    """
    refused: tuple[Refusal, ...] = getattr(error, "refused", ())
    name = "、".join(files)
    if not refused:
        refused = (Refusal(None, None, error.code, {"file": name, **error.params}),)
    return _in_order([_refused(refusal, (), file=name) for refusal in refused])


def counted_by_severity(issues: Iterable[Issue]) -> dict[Severity, int]:
    """How many issues there are of each severity, all of them named."""
    counts = dict.fromkeys(Severity, 0)
    for issue in issues:
        counts[issue.severity] += 1
    return counts


def issue_of(  # noqa: PLR0913  a row of the log has these columns
    code: str,
    params: Mapping[str, Param],
    *,
    severity: Severity,
    duty: Duty,
    file: str = "",
    feature: int | None = None,
    site: str | None = None,
    place: tuple[float, float] | None = None,
    bounds: tuple[float, float, float, float] | None = None,
) -> Issue:
    """An issue with the words of its code; the entry of the code outranks the defaults."""
    entry = catalogue()[code]
    facts = {"file": file, "feature": feature, "number": feature, "site": site or "–", **params}
    return Issue(
        code=code,
        severity=Severity(entry.get("severity", severity)),
        duty=Duty(entry.get("duty", duty)),
        file=file,
        feature=feature,
        site=site,
        place=place,
        bounds=bounds,
        message=message_of(code, facts),
        remedy=remedy_of(code, facts),
        params=dict(params),
    )


def _refused(refusal: Refusal, files: Sequence[SourceFile], file: str = "") -> Issue:
    name, number = _origin(refusal.index, files)
    return issue_of(
        refusal.code,
        refusal.params,
        severity=Severity.ERROR,
        duty=Duty.SUPPLIER,
        file=str(refusal.params.get("file") or name or file),
        feature=number,
        site=refusal.site,
        bounds=refusal.bounds,
    )


def _repaired(repair: Repair, files: Sequence[SourceFile]) -> Issue:
    name, number = _origin(repair.index, files)
    areas: dict[str, Param] = {
        "before": f"{repair.area_before_m2:.2f}",
        "after": f"{repair.area_after_m2:.2f}",
    }
    return issue_of(
        repair.code,
        areas,
        severity=Severity.WARNING,
        duty=Duty.SUPPLIER,
        file=name,
        feature=number,
        site=repair.site,
        place=repair.place,
    )


def _boxes(intake: Intake, indexes: Set[int | None]) -> dict[int | None, Bounds]:
    """Boxes of features that were kept, by their index."""
    if not indexes:
        return {}
    kept = intake.frame["source_index"]
    outlines = intake.frame.loc[kept.isin(list(indexes))]
    return {
        int(index): (float(west), float(south), float(east), float(north))
        for index, (west, south, east, north) in zip(
            outlines["source_index"], outlines.bounds.to_numpy(), strict=True
        )
    }


def _noted(note: Note, files: Sequence[SourceFile], boxes: Mapping[int | None, Bounds]) -> Issue:
    name, number = _origin(note.index, files)
    return issue_of(
        note.code,
        note.params,
        severity=Severity.INFO,
        duty=Duty.NOBODY,
        file=str(note.params.get("file") or name or (files[0].name if len(files) == 1 else "")),
        feature=number,
        bounds=boxes.get(note.index),
    )


def _origin(index: int | None, files: Sequence[SourceFile]) -> tuple[str, int | None]:
    """File of a feature, and its number in it, counted from 1."""
    if index is None:
        return "", None
    at = bisect_right(files, index, key=attrgetter("first_index")) - 1
    if at < 0:
        return "", index + 1
    return files[at].name, index - files[at].first_index + 1


def _in_order(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    return tuple(_ranked(list(issues)))


def _ranked(issues: list[Issue]) -> Iterator[Issue]:
    for severity in SEVEREST_FIRST:
        yield from (issue for issue in issues if issue.severity is severity)
