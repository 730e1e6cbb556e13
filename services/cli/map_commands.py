"""`plotwise map`: one self-contained offline map of a result, or of a file that is checked."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from services.cli.console import write_document
from services.cli.documents import write_map
from services.cli.language import say
from services.cli.options import Day, Run, json_option, pass_run, reading_options

if TYPE_CHECKING:
    from geo.intake import ReadOptions
    from services.domain.verdict import CheckResult

__all__ = ["map_command"]

NUMBER = re.compile(r"\d{4}-\d{6}")


@click.command(
    "map", help=say("输出一个自包含的离线地图文件。", "Write one self-contained offline map.")
)
@click.argument("source")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help=say("输出的 .html 文件", "the .html file to write"),
)
@click.option("--date", "as_of", type=Day(), help=say("核查日期，默认今天", "day, else today"))
@click.option("--use", help=say("项目用途代码，如 M2", "use code, e.g. M2"))
@click.option("--project-type", help=say("项目类型", "project type"))
@click.option("--overwrite", is_flag=True, help=say("覆盖已有文件", "replace an existing file"))
@reading_options
@json_option
@pass_run
def map_command(run: Run, /, source: str, reading: ReadOptions, **options: Any) -> None:
    """Draw a stored result by its number, or check a file and draw its first project."""
    result = (
        _stored(run, source)
        if NUMBER.fullmatch(source)
        else _checked(run, Path(source), reading, options)
    )
    write_map(result, options["out"], language=run.console.language, overwrite=options["overwrite"])
    if options["as_json"]:
        write_document({"number": result.number, "file": str(options["out"])})
    else:
        run.console.line(str(options["out"]))


def _stored(run: Run, number: str) -> CheckResult:
    from services.results import load_result

    return load_result(number, run.workspace())


def _checked(run: Run, path: Path, reading: ReadOptions, options: dict[str, Any]) -> CheckResult:
    from services.siting.check import check_sites
    from services.siting.request import CheckRequest

    request = CheckRequest(
        paths=(path,),
        options=reading,
        as_of=options["as_of"] or date.today(),  # noqa: DTZ011  the official's own calendar day
        use=options["use"],
        project_type=options["project_type"],
    )
    return check_sites(request, run.workspace()).results[0]
