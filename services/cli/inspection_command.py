"""`plotwise layers check`: what is wrong with an imported layer, and where."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from services.cli.console import Console, write_document
from services.cli.exit_codes import DONE, REFUSED
from services.cli.language import say
from services.cli.options import Run, json_option, pass_run
from services.labels import label

if TYPE_CHECKING:
    from services.layers.inspection.report import CheckOutcome, Inspection

__all__ = ["check"]

# thousands of lines hide the one that matters; files have them all
FAULTS_SHOWN = 3


@click.command(
    help=say(
        "检查已导入图层的拓扑、字段、代码和面积。ROLE 为角色名，如 land_survey。",
        "Check topology, fields, codes and areas of a loaded layer. ROLE is like land_survey.",
    )
)
@click.argument("role")
@click.option("--version", help=say("版本名，默认当前有效的", "version, else the one in force"))
@click.option(
    "--tolerance",
    type=float,
    metavar="M",
    help=say("容差（米），更窄的只计数", "in metres; narrower places are only counted"),
)
@click.option(
    "--boundary",
    metavar="ROLE|FILE",
    help=say("边界：角色或面文件，默认声明的覆盖范围", "role or polygon file, else the coverage"),
)
@click.option(
    "--out",
    "files",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help=say("写出 .gpkg、.csv 或 .xlsx，可多次", "write .gpkg, .csv or .xlsx; may be repeated"),
)
@click.option(
    "--map",
    "page",
    type=click.Path(path_type=Path, dir_okay=False),
    help=say("写出离线地图 .html", "write an offline map, .html"),
)
@click.option("--overwrite", is_flag=True, help=say("覆盖已有文件", "replace existing files"))
@click.option(
    "--strict",
    is_flag=True,
    help=say("有“错误”级问题时退出码为 2", "end with code 2 when a fault is an error"),
)
@json_option
@pass_run
def check(run: Run, /, role: str, **options: Any) -> int:
    """Inspect a version, write the files asked for, and print the result of every check."""
    from services.layers.inspection.inspect import LayerInspection, inspect_layer
    from services.layers.inspection.writing import require_writable, write_inspection

    page, overwrite = options["page"], options["overwrite"]
    targets = [*options["files"], *([page] if page else [])]
    require_writable(options["files"], targets, overwrite=overwrite)
    request = LayerInspection(
        role=role,
        version=options["version"],
        tolerance_m=options["tolerance"],
        boundary=options["boundary"],
    )
    inspection = inspect_layer(request, run.workspace())
    language = run.console.language
    for path in options["files"]:
        write_inspection(inspection, path, language=language, overwrite=overwrite)
    if page:
        from web.layer_maps import write_inspection_map

        write_inspection_map(inspection, page, language=language, overwrite=overwrite)
    if options["as_json"]:
        write_document(_document(inspection, run.console))
    else:
        _print(inspection, run.console)
    for path in targets:
        run.console.note(str(path))
    return REFUSED if options["strict"] and inspection.has_errors else DONE


def _document(inspection: Inspection, console: Console) -> dict[str, Any]:
    from services.cli.layer_commands import version_document
    from services.layers.inspection.documents import inspection_document

    return {
        "layer": version_document(inspection.version),
        **inspection_document(inspection, console.language),
    }


def _print(inspection: Inspection, console: Console) -> None:
    from services.layers.inspection.writing import MARKS

    version, limits = inspection.version, inspection.limits
    name = console.words(label("role", version.role))
    count = say(f"{version.feature_count} 个要素", f"{version.feature_count} features")
    console.line(f"{name} {version.role} {version.version}: {count}")
    sliver = f"{limits.sliver_area_m2:g} m², {limits.sliver_width_m:g} m"
    thresholds = say(
        f"容差 {limits.tolerance_m:g} 米；狭长：面积与宽度均小于 {sliver}",
        f"tolerance {limits.tolerance_m:g} m; sliver: below both {sliver}",
    )
    console.line(thresholds)
    rows = [
        (
            MARKS[outcome.state],
            console.words(label("layer_check", outcome.check)),
            outcome.count or "",
            console.words(outcome.message),
        )
        for outcome in inspection.outcomes
    ]
    console.table(("", say("检查项", "check"), say("数量", "count"), say("结果", "result")), rows)
    for outcome in inspection.outcomes:
        _print_first(inspection, outcome, console)


def _print_first(inspection: Inspection, outcome: CheckOutcome, console: Console) -> None:
    from services.layers.inspection.documents import place_of

    faults = inspection.of(outcome.check)
    for fault in faults[:FAULTS_SHOWN]:
        place = place_of(fault)
        where = "" if place is None else f" ({place[0]:.3f}, {place[1]:.3f})"
        severity = console.words(label("severity", fault.severity))
        console.line(f"  [{severity}] {console.words(fault.message)}{where}")
    hidden = len(faults) - FAULTS_SHOWN
    if hidden > 0:
        more = f"{hidden} 处同类问题，用 --out 写出全部"
        console.line(say(f"      另有 {more}", f"      {hidden} more of this kind: use --out"))
