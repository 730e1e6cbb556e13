"""`plotwise init`, `doctor` and `figures`: the workspace itself."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from services.cli.console import Console, write_document
from services.cli.guard_output import guard_documents, print_guards
from services.cli.language import say
from services.cli.options import Day, Run, json_option, pass_run
from services.errors import WorkspaceError
from services.intake_documents import note_documents
from services.labels import label

if TYPE_CHECKING:
    from services.doctor import Diagnosis
    from services.layers.catalogue import RoleOnDay

__all__ = ["doctor", "figures", "init"]

FAILED = 1


@click.command(help=say("新建工作区。", "Make a workspace."))
@click.option(
    "--crs",
    default="EPSG:4527",
    show_default=True,
    help=say("工作坐标系（投影、米）", "working system, projected, in metres"),
)
@json_option
@pass_run
def init(run: Run, /, crs: str, *, as_json: bool) -> None:
    """Make the folder, the settings and the empty catalogue."""
    from geo.warm_up import warm_up
    from services.workspace import create_workspace

    workspace = create_workspace(run.workspace_root, crs=crs)
    warm_up()
    if as_json:
        write_document({"workspace": str(workspace.root), "crs": workspace.settings.crs})
        return
    run.console.line(f"✓ {workspace.root}  {workspace.settings.crs}")
    run.console.note(
        say(
            "下一步：plotwise layers add 导入图层；设置见 plotwise.toml。",
            "Next: plotwise layers add; the settings are in plotwise.toml.",
        )
    )


@click.command(
    help=say("检查安装、文件安检与图层。", "Check installation, file sandbox and layers.")
)
@click.option("--date", "day", type=Day(), help=say("图层有效日期，默认今天", "day, else today"))
@json_option
@pass_run
def doctor(run: Run, /, day: date | None, *, as_json: bool) -> int:
    """Print versions, faults and what each role says; end with 1 on any fault."""
    from geo.io.sandbox import start_ahead

    start_ahead()
    from services.doctor import diagnose
    from services.workspace import today

    on_day = day or today()
    try:
        workspace, refusal = run.workspace(), None
    except WorkspaceError as err:
        if err.code != "workspace_missing":
            raise
        workspace, refusal = None, err
    diagnosis = diagnose(workspace, day=on_day, foreign_variables=run.foreign_variables)
    if as_json:
        root = None if workspace is None else str(workspace.root)
        write_document({"workspace": root} | _document(diagnosis, on_day, run.console))
    else:
        _print(diagnosis, run.console)
        if refusal is not None:
            run.console.note(
                say(
                    f"没有工作区 {run.workspace_root}，只检查了安装。",
                    f"No workspace {run.workspace_root}: only the installation was checked.",
                )
            )
    return FAILED if diagnosis.faults else 0


def _document(diagnosis: Diagnosis, day: date, console: Console) -> dict[str, Any]:
    return {
        "date": day.isoformat(),
        "versions": diagnosis.versions,
        "faults": note_documents(diagnosis.faults, console.language),
        "remarks": note_documents(diagnosis.remarks, console.language),
        "sandbox": guard_documents(diagnosis.confinement),
        "layers": [
            {
                "role": entry.role,
                "version": entry.version.version if entry.version else None,
                "loaded": entry.loaded,
                "in_force": entry.version is not None,
                "features": entry.version.feature_count if entry.version else None,
                "coverage": entry.version.has_coverage if entry.version else False,
            }
            for entry in diagnosis.layers
        ],
    }


def _print(diagnosis: Diagnosis, console: Console) -> None:
    console.table(
        (say("组件", "component"), say("版本", "version")), list(diagnosis.versions.items())
    )
    console.line()
    if diagnosis.layers:
        head = (
            say("角色", "role"),
            say("名称", "name"),
            say("有效版本", "in force"),
            say("要素", "features"),
            say("覆盖", "coverage"),
        )
        console.table(head, [_layer_row(entry, console) for entry in diagnosis.layers])
        console.line()
    if diagnosis.confinement is not None:
        print_guards(diagnosis.confinement, console)
        console.line()
    console.notes(diagnosis.remarks)
    for entry in note_documents(diagnosis.faults, console.language):
        console.line(f"✗ {entry['message']}\n  → {entry['remedy']}")
    if not diagnosis.faults:
        console.line(say("✓ 未发现问题。", "✓ No faults found."))


def _layer_row(entry: RoleOnDay, console: Console) -> tuple[str, ...]:
    name = console.words(label("role", entry.role))
    version = entry.version
    if version is None:
        absent = say("不在有效期", "not in force") if entry.loaded else say("未导入", "not loaded")
        return entry.role, name, absent, "–", "–"
    covered = say("有", "yes") if version.has_coverage else say("无", "no")
    return entry.role, name, version.version, str(version.feature_count), covered


@click.group(help=say("导入规划指标。", "Load plan figures."))
def figures() -> None:
    """Group of the commands for plan figures."""


@figures.command(
    help=say(
        "导入规划指标 CSV：date,town_code,scale_left_m2,cultivated_margin_m2,"
        "plan_2019_m2,advance_left_m2,source。",
        "Load a CSV: date,town_code,scale_left_m2,cultivated_margin_m2,"
        "plan_2019_m2,advance_left_m2,source.",
    )
)
@click.argument("file", type=click.Path(path_type=Path))
@json_option
@pass_run
def add(run: Run, /, file: Path, *, as_json: bool) -> None:
    """Load all lines of a file or none."""
    from services.figures import add_figures

    added = add_figures(file, run.workspace())
    if as_json:
        write_document({"file": file.name, "added": added.added, "known": added.known})
        return
    run.console.line(
        say(
            f"✓ {file.name}：导入 {added.added} 行，{added.known} 行此前已导入。",
            f"✓ {file.name}: {added.added} lines loaded, {added.known} were known.",
        )
    )
