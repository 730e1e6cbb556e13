"""`plotwise overlay`: exact area cross table of polygons against a layer."""

from __future__ import annotations

from dataclasses import asdict
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
from services.intake_documents import detected_document, refused_documents, repaired_documents

if TYPE_CHECKING:
    from geo.intake import ReadOptions
    from services.overlay_table import OverlayTable

__all__ = ["overlay"]

REFUSED = 2
ROWS_SHOWN = 40


@click.command(
    help=say("任意图形与图层叠加的精确面积交叉表。", "Exact areas of polygons by class.")
)
@click.argument("path", type=click.Path(path_type=Path))
@click.argument("role")
@click.option(
    "--by", multiple=True, help=say("汇总字段，最多三个", "field to group by, up to three")
)
@click.option("--date", "as_of", type=Day(), help=say("图层有效日期，默认今天", "day, else today"))
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help=say("输出 .csv 或 .xlsx", "write a .csv or .xlsx"),
)
@click.option("--overwrite", is_flag=True, help=say("覆盖已有文件", "replace an existing file"))
@issues_option
@reading_options
@strict_option
@json_option
@pass_run
def overlay(run: Run, /, path: Path, role: str, reading: ReadOptions, **options: Any) -> int:
    """Tabulate and print, or write the table to a file."""
    from services.overlay_table import OverlayRequest, overlay_table
    from services.overlay_writer import write_overlay_table

    request = OverlayRequest(
        paths=(path,),
        role=role,
        options=reading,
        as_of=options["as_of"] or date.today(),  # noqa: DTZ011  the official's own calendar day
        by=options["by"],
    )
    with writing_refusals(
        options["issues_file"], (path,), run.console, overwrite=options["overwrite"]
    ):
        table = overlay_table(request, run.workspace())
    if options["out"]:
        write_overlay_table(table, options["out"], overwrite=options["overwrite"])
        run.console.note(str(options["out"]))
    if options["as_json"]:
        write_document(_document(table, run.console))
    else:
        _print(table, run.console)
    report_issues(
        table.issues,
        options["issues_file"],
        run.console,
        quiet=options["as_json"],
        overwrite=options["overwrite"],
    )
    return REFUSED if options["strict"] and table.refused else 0


def _document(table: OverlayTable, console: Console) -> dict[str, Any]:
    return {
        "rows": [asdict(row) for row in table.rows],
        "sites": [asdict(site) for site in table.sites],
        "refused": refused_documents(table.refused, console.language),
        "repaired": repaired_documents(table.repaired, console.language),
        "detected": detected_document(table.detected, console.language),
    }


def _print(table: OverlayTable, console: Console) -> None:
    head = ("#", say("地块", "site"), say("代码", "code"), say("分组", "by"), "m²")
    rows = [
        (row.index + 1, row.site, row.code, "/".join(row.by.values()), f"{row.area_m2:,.2f}")
        for row in table.rows[:ROWS_SHOWN]
    ]
    console.table(head, rows)
    hidden = len(table.rows) - ROWS_SHOWN
    if hidden > 0:
        console.note(say(f"另有 {hidden} 行，用 --out 输出全部", f"{hidden} more rows: use --out"))
