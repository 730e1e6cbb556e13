"""`plotwise issues`: what was wrong with the files of checks and layers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from services.cli.console import Console, write_document
from services.cli.issue_output import issue_line
from services.cli.language import say
from services.cli.options import Run, json_option, pass_run
from services.intake_documents import detected_document
from services.labels import label

if TYPE_CHECKING:
    from services.domain.intake_record import IntakeRecord

__all__ = ["issues"]

LATEST = 20


@click.group(help=say("读入文件时发现的问题。", "What was wrong with the files that were read."))
def issues() -> None:
    """Group of the commands on the issue log."""


@issues.command("list", help=say("列出最近的读入记录。", "List the latest readings."))
@click.option("--last", type=click.IntRange(1), default=LATEST, show_default=True)
@json_option
@pass_run
def list_records(run: Run, /, *, last: int, as_json: bool) -> None:
    """The latest readings with their counts, the refused among them."""
    from services.intake_records import latest_records

    records = latest_records(run.workspace(), last)
    if as_json:
        write_document({"readings": [_record_document(record) for record in records]})
        return
    if not records:
        run.console.note(say("还没有读入记录。", "Nothing has been read yet."))
        return
    head = (
        say("时间", "time"),
        say("用途", "purpose"),
        say("成果", "result"),
        say("文件", "files"),
        say("采用", "kept"),
        say("拒收", "refused"),
        say("修复", "repaired"),
        say("问题", "issues"),
    )
    run.console.table(head, [_row(record, run.console) for record in records])


def _row(record: IntakeRecord, console: Console) -> tuple[object, ...]:
    return (
        record.taken_at,
        console.words(label("purpose", record.purpose)),
        "、".join(record.subjects) or say("未成", "refused"),
        "、".join(record.files),
        record.kept,
        record.refused,
        record.repaired,
        len(record.issues),
    )


@issues.command(
    help=say(
        "显示一次读入的问题。SUBJECT 为核查编号、角色名或 角色/版本。",
        "Issues of one reading. SUBJECT is the number of a result, a role, or role/version.",
    )
)
@click.argument("subject")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help=say("写入 .csv 或 .xlsx", "write a .csv or .xlsx"),
)
@click.option("--overwrite", is_flag=True, help=say("覆盖已有文件", "replace an existing file"))
@json_option
@pass_run
def show(run: Run, /, subject: str, *, out: Path | None, overwrite: bool, as_json: bool) -> None:
    """Print the issues of a reading, or write them to a file."""
    from services.intake_records import record_of_subject
    from services.issue_table import issue_documents, write_issues

    record = record_of_subject(subject, run.workspace())
    language = run.console.language
    if out is not None:
        write_issues(record.issues, out, language=language, overwrite=overwrite)
        run.console.note(str(out))
    if as_json:
        detected = record.detected and detected_document(record.detected, language)
        document = {"detected": detected, "issues": issue_documents(record.issues, language)}
        write_document(_record_document(record) | document)
    elif out is None:
        _print(record, run.console)


def _record_document(record: IntakeRecord) -> dict[str, Any]:
    return {
        "taken_at": record.taken_at,
        "taken_by": record.taken_by,
        "purpose": record.purpose.value,
        "subjects": list(record.subjects),
        "files": list(record.files),
        "sha256": record.sha256,
        "features": record.kept + record.refused,
        "kept": record.kept,
        "refused": record.refused,
        "repaired": record.repaired,
        "issue_count": len(record.issues),
    }


def _print(record: IntakeRecord, console: Console) -> None:
    purpose = console.words(label("purpose", record.purpose))
    console.line(f"{purpose}  {'、'.join(record.files)}  {record.taken_at}  {record.taken_by}")
    read = record.kept + record.refused
    console.line(
        say(
            f"读入 {read} = 采用 {record.kept} + 拒收 {record.refused}，修复 {record.repaired}",
            f"read {read} = kept {record.kept} + refused {record.refused}; "
            f"repaired {record.repaired}",
        )
    )
    for issue in record.issues:
        console.line(issue_line(issue, console))
