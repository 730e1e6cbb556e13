"""The issue log of a command: on stderr for people, and in a file on demand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from geo.errors import GeoError
from services.cli.console import Console
from services.cli.language import say
from services.domain.issue import Duty, Issue, Severity
from services.errors import ServiceError
from services.labels import label

__all__ = ["issue_line", "report_issues", "writing_refusals"]

MARKS = {Severity.ERROR: "✗", Severity.WARNING: "!", Severity.INFO: "·"}
# thousands of lines hide the one that matters; the file has them all
LINES_SHOWN = 40


@contextmanager
def writing_refusals(
    file: Path | None, paths: Sequence[Path], console: Console, *, overwrite: bool = False
) -> Iterator[None]:
    """Write the log also when the input in the block is refused as a whole."""
    try:
        yield
    except (GeoError, ServiceError) as error:
        if file is not None:
            from services.issue_log import issues_of_error
            from services.issue_table import write_issues

            issues = issues_of_error(error, [path.name for path in paths])
            write_issues(issues, file, language=console.language, overwrite=overwrite)
            console.note(str(file))
        raise


def report_issues(
    issues: Sequence[Issue],
    file: Path | None,
    console: Console,
    *,
    quiet: bool = False,
    overwrite: bool = False,
) -> None:
    """Print the issues unless `quiet`, and write all of them where a file is named."""
    if not quiet:
        _print(issues, console)
    if file is not None:
        from services.issue_table import write_issues

        write_issues(issues, file, language=console.language, overwrite=overwrite)
        console.note(str(file))


def _print(issues: Sequence[Issue], console: Console) -> None:
    for issue in issues[:LINES_SHOWN]:
        console.note(issue_line(issue, console))
    hidden = len(issues) - LINES_SHOWN
    if hidden > 0:
        console.note(
            say(f"另有 {hidden} 条，用 --issues 写出全部", f"{hidden} more: use --issues FILE")
        )


def issue_line(issue: Issue, console: Console) -> str:
    """One issue as a line with its remedy below."""
    number = "" if issue.feature is None else f"#{issue.feature} "
    site = f"{issue.site}: " if issue.site else ""
    remedy = console.words(issue.remedy)
    arrow = f"\n    → {remedy}" if remedy else ""
    duty = "" if issue.duty is Duty.NOBODY else f"（{console.words(label('duty', issue.duty))}）"
    return f"{MARKS[issue.severity]} {number}{site}{console.words(issue.message)}{duty}{arrow}"
