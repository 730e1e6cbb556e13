"""`plotwise convert`: files of sites from one format to another."""

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
from services.conversion.formats import TargetFormat
from services.intake_documents import (
    detected_document,
    note_documents,
    refused_documents,
    repaired_documents,
)

if TYPE_CHECKING:
    from geo.intake import ReadOptions
    from services.conversion.request import Converted, Written

__all__ = ["convert"]

REFUSED = 2
LINES_SHOWN = 20


@click.command(
    help=say(
        "转换文件格式。IN 为文件或文件夹；OUT 为文件（全部合并，按后缀定格式），"
        "或文件夹（逐个转换，用 --format 定格式）。不需要工作区。",
        "Convert files. IN are files or folders; OUT is a file, which joins them all and whose "
        "ending tells the format, or a folder for one file each, with --format.",
    )
)
@click.argument(
    "sources", metavar="IN...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.argument("target", metavar="OUT", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "target_format",
    type=click.Choice([each.value for each in TargetFormat]),
    help=say("输出到文件夹时的格式", "format of the files in a folder"),
)
@click.option(
    "--to-crs",
    metavar="EPSG",
    help=say("输出坐标系，如 4527", "coordinate system of the output, e.g. 4527"),
)
@click.option(
    "--dialect",
    type=click.Choice(["baopi", "gongdi"]),
    default="baopi",
    help=say("TXT 方言：报批或供地", "dialect of a TXT: approval or supply"),
)
@click.option(
    "--area-unit",
    type=click.Choice(["ha", "m2"]),
    default="ha",
    help=say("TXT 面积单位", "unit of area in a TXT"),
)
@click.option("--producer", default="", help=say("TXT 数据产生单位", "producer named in a TXT"))
@click.option("--day", type=Day(), help=say("TXT 日期，默认今天", "day in a TXT, else today"))
@click.option(
    "--txt-encoding",
    type=click.Choice(["GB18030", "UTF-8", "UTF-8-SIG"], case_sensitive=False),
    default="GB18030",
    help=say("TXT 编码，GB18030 兼容 GBK", "encoding of a TXT; GB18030 holds GBK"),
)
@click.option(
    "--profile", is_flag=True, help=say("逐条说明输入是何种写法", "say how the input is written")
)
@click.option("--overwrite", is_flag=True, help=say("覆盖已有文件", "replace existing files"))
@issues_option
@reading_options
@strict_option
@json_option
@pass_run
def convert(
    run: Run, /, sources: tuple[Path, ...], target: Path, reading: ReadOptions, **options: Any
) -> int:
    """Convert, and print what was written."""
    from services.conversion.convert import convert as convert_files
    from services.conversion.request import ConversionRequest, TxtForm
    from services.conversion.workers import usable_cores

    day = options["day"] or date.today()  # noqa: DTZ011  the official's own calendar day
    chosen = options["target_format"]
    request = ConversionRequest(
        sources=sources,
        target=target,
        options=reading,
        target_format=None if chosen is None else TargetFormat(chosen),
        to_crs=options["to_crs"],
        txt=TxtForm(
            options["dialect"],
            options["area_unit"],
            options["producer"],
            day.isoformat(),
            options["txt_encoding"],
        ),
        overwrite=options["overwrite"],
    )
    log = {"overwrite": options["overwrite"]}
    with (
        writing_refusals(options["issues_file"], sources, run.console, **log),
        count_shown("转换", "converting") as tell,
    ):
        converted = convert_files(request, tell=tell, workers=usable_cores())
    if options["as_json"]:
        write_document(_document(converted, run.console))
    else:
        _print(converted, run.console)
        if options["profile"]:
            _print_profile(converted, run.console)
    report_issues(
        converted.issues, options["issues_file"], run.console, quiet=options["as_json"], **log
    )
    return REFUSED if options["strict"] and converted.refused else 0


def _document(converted: Converted, console: Console) -> dict[str, Any]:
    language = console.language
    return {
        "written": [
            {
                "file": str(each.path),
                "format": each.target_format.value,
                "features": each.features,
                "crs": each.crs,
                "sources": list(each.sources),
            }
            for each in converted.written
        ],
        "detected": detected_document(converted.detected, language),
        "refused": refused_documents(converted.refused, language),
        "repaired": repaired_documents(converted.repaired, language),
        "notes": note_documents(converted.notes, language),
    }


def _print(converted: Converted, console: Console) -> None:
    for each in converted.written[:LINES_SHOWN]:
        console.line(f"✓ {_written_line(each)}")
    count, features = len(converted.written), sum(each.features for each in converted.written)
    if count > 1:
        failed = sum(refusal.index is None for refusal in converted.refused)
        console.line(
            say(
                f"共写出 {count} 个文件、{features} 个地块；{failed} 个文件未能转换。",
                f"{count} files with {features} parcels; {failed} files were not converted.",
            )
        )


def _print_profile(converted: Converted, console: Console) -> None:
    for source in converted.intake.files:
        for reason in note_documents(source.detected.reasons, console.language):
            console.line(f"{source.name}: {reason['message']}")


def _written_line(written: Written) -> str:
    parcels = say(f"{written.features} 个地块", f"{written.features} parcels")
    return f"{written.path}: {parcels}, {written.crs}"
