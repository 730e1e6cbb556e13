"""`plotwise audit`: every parcel of a file checked, in one table."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from services.cli.console import Console, write_document
from services.cli.issue_output import report_issues, writing_refusals
from services.cli.language import say
from services.cli.options import (
    Day,
    Run,
    issues_option,
    json_option,
    pass_run,
    reading_options,
    strict_option,
)
from services.cli.progress import count_shown
from services.domain.project import UseScheme
from services.domain.verdict import State
from services.intake_documents import detected_document, note_documents
from services.labels import label

if TYPE_CHECKING:
    from geo.intake import ReadOptions
    from services.audit.request import AuditRun

__all__ = ["audit"]

REFUSED = 2


@click.command(
    help=say(
        "批量核查：文件中每个要素为一个地块，结果写成一张表。",
        "Check every feature of a file and write one table.",
    )
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help=say("输出 .parquet、.xlsx、.gpkg 或 .csv", "write .parquet, .xlsx, .gpkg or .csv"),
)
@click.option("--date", "as_of", type=Day(), help=say("核查日期，默认今天", "day, else today"))
@click.option("--use", help=say("项目用途代码，如 M2", "use code, e.g. M2"))
@click.option(
    "--use-scheme",
    type=click.Choice([UseScheme.GB50137.value, "ydyh", UseScheme.YDYH_2023.value]),
    default=UseScheme.GB50137.value,
    help=say("用途代码的分类标准", "code table of the use"),
)
@click.option("--project-type", help=say("项目类型，默认 industry", "project type, else industry"))
@click.option(
    "--executor",
    type=click.Choice(["serial", "threads", "processes", "dask"]),
    default="processes",
    show_default=True,
    help=say("由谁计算", "who computes"),
)
@click.option("--workers", type=click.IntRange(1), help=say("并行数，默认核数", "else the cores"))
@click.option("--scheduler", metavar="ADDRESS", help=say("dask 调度器地址", "dask scheduler"))
@click.option("--resume", is_flag=True, help=say("接着中断的那次做", "go on after a break"))
@click.option("--overwrite", is_flag=True, help=say("覆盖已有文件", "replace an existing file"))
@issues_option
@reading_options
@strict_option
@json_option
@pass_run
def audit(run: Run, /, paths: tuple[Path, ...], reading: ReadOptions, **options: Any) -> int:
    """Judge, keep, write; an interrupt keeps what is done."""
    from services.audit.request import AuditRequest, Executor
    from services.audit.run import audit_sites
    from services.siting.request import CheckRequest

    scheme = options["use_scheme"]
    request = AuditRequest(
        check=CheckRequest(
            paths=paths,
            options=reading,
            as_of=options["as_of"] or date.today(),  # noqa: DTZ011  the official's own calendar day
            use=options["use"],
            use_scheme=UseScheme.YDYH_2023 if scheme == "ydyh" else UseScheme(scheme),
            project_type=options["project_type"],
        ),
        out=options["out"],
        executor=Executor(options["executor"]),
        workers=options["workers"],
        scheduler=options["scheduler"],
        resume=options["resume"],
        overwrite=options["overwrite"],
    )
    console = run.console
    with (
        writing_refusals(options["issues_file"], paths, console, overwrite=request.overwrite),
        count_shown("已核查地块", "sites judged") as progress,
    ):
        try:
            done = audit_sites(
                request, run.workspace(), language=console.language, progress=progress
            )
        except KeyboardInterrupt:
            console.note(say("已中断；加 --resume 接着做。", "Stopped; go on by adding --resume."))
            raise
    if options["as_json"]:
        write_document(_document(done, console))
    else:
        _print(done, console)
    report_issues(
        done.issues,
        options["issues_file"],
        console,
        quiet=options["as_json"],
        overwrite=request.overwrite,
    )
    return REFUSED if options["strict"] and done.refused + done.failed else 0


def _document(done: AuditRun, console: Console) -> dict[str, Any]:
    return {
        "out": str(done.out),
        "sites": done.sites,
        "judged": done.judged,
        "refused": done.refused,
        "failed": done.failed,
        "resumed": done.resumed,
        "by_verdict": {state.value: count for state, count in done.by_verdict.items()},
        "area_m2": {state.value: cents / 100 for state, cents in done.area_cents.items()},
        "seconds": round(done.seconds, 3),
        "detected": detected_document(done.detected, console.language),
        "notes": note_documents(done.notes, console.language),
    }


def _print(done: AuditRun, console: Console) -> None:
    rows = [
        (
            console.words(label("state", state)),
            done.by_verdict[state],
            f"{done.area_cents.get(state, 0) / 100:,.2f}",
        )
        for state in State
        if state in done.by_verdict
    ]
    total = sum(done.area_cents.values()) / 100
    rows.append((say("合计", "total"), done.sites, f"{total:,.2f}"))
    console.table((say("结论", "verdict"), say("地块数", "sites"), "m²"), rows)
    console.line(
        say(
            f"{done.sites} = 判定 {done.judged} + 拒收 {done.refused} + 失败 {done.failed}；"
            f"{done.seconds:.1f} 秒",
            f"{done.sites} = judged {done.judged} + refused {done.refused} "
            f"+ failed {done.failed}; {done.seconds:.1f} s",
        )
    )
    console.line(str(done.out))
    console.notes(done.notes)
