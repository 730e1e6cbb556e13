"""The issue log of an input as lines of a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.domain.issue import Issue, Severity
from services.domain.wording import Language
from services.issue_log import counted_by_severity
from services.labels import label
from web.numbers import metres
from web.texts import text

__all__ = ["IssueLine", "IssueTable", "SeverityCount", "issue_table"]

PLACE_DIGITS = 2


@dataclass(frozen=True, slots=True)
class IssueLine:
    """One issue; `shape` names what the map shows of it, empty where it has no place."""

    severity: str
    word: str
    code: str
    file: str
    feature: str
    place: str
    message: str
    remedy: str
    duty: str
    shape: str = ""


@dataclass(frozen=True, slots=True)
class SeverityCount:
    """How many issues of one severity there are."""

    severity: str
    word: str
    count: int


@dataclass(frozen=True, slots=True)
class IssueTable:
    """The lines that are shown, and how many there are of each severity in all."""

    lines: tuple[IssueLine, ...]
    counts: tuple[SeverityCount, ...]
    total: int

    @property
    def serious(self) -> bool:
        """Whether anything is more than information."""
        return any(item.count for item in self.counts if item.severity != Severity.INFO)


def issue_table(
    issues: Sequence[Issue],
    language: Language,
    *,
    most: int,
    shapes: Iterable[str] | None = None,
) -> IssueTable:
    """Lines of the first `most` issues; `shapes` are the names of their shapes on a map."""
    shown = issues[:most]
    names = [""] * len(shown) if shapes is None else list(shapes)
    lines = tuple(_line(issue, name, language) for issue, name in zip(shown, names, strict=True))
    counts = counted_by_severity(issues)
    return IssueTable(
        lines,
        tuple(
            SeverityCount(severity, label("severity", severity).in_language(language), count)
            for severity, count in counts.items()
        ),
        len(issues),
    )


def _line(issue: Issue, shape: str, language: Language) -> IssueLine:
    feature = []
    if issue.feature is not None:
        feature.append(text("preview.feature", language, number=issue.feature))
    if issue.site:
        feature.append(issue.site)
    return IssueLine(
        severity=issue.severity,
        word=label("severity", issue.severity).in_language(language),
        code=issue.code,
        file=issue.file,
        feature=" ".join(feature),
        place=_place(issue, language),
        message=issue.message.in_language(language),
        remedy=issue.remedy.in_language(language),
        duty=label("duty", issue.duty).in_language(language),
        shape=shape,
    )


def _place(issue: Issue, language: Language) -> str:
    """Northing and easting, as Chinese tables have them: X, Y."""
    if issue.place is not None:
        east, north = issue.place
    elif issue.bounds is not None:
        west, south, east_side, north_side = issue.bounds
        east, north = (west + east_side) / 2, (south + north_side) / 2
    else:
        return ""
    facts = {"north": _plain(north), "east": _plain(east)}
    return text("issues.place", language, **facts)


def _plain(value: float) -> str:
    return metres(value, PLACE_DIGITS).replace(",", "")
