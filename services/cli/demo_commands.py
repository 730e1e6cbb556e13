"""`plotwise demo`: the sample county, its planted sites checked, documents to look at."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from services.cli.console import Console
from services.cli.documents import write_documents
from services.cli.language import say
from services.cli.options import Run, pass_run
from services.labels import label

if TYPE_CHECKING:
    from sample_data import Manifest, SiteEntry
    from services.domain.verdict import CheckResult
    from services.workspace import Workspace

__all__ = ["demo"]

AUDITED_ROLE, AUDIT_USE = "supplied_land", "M2"
AUDIT_DAY = date(2022, 6, 16)


@click.command(
    help=say("生成示例县，核查示例项目，输出报告与地图。", "Make and check the sample county.")
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help=say(
        "输出文件夹，默认工作区下的 demo", "folder for documents, else demo/ in the workspace"
    ),
)
@pass_run
def demo(run: Run, /, out: Path | None) -> int:
    """Make the workspace once, check every plain site, audit the plots that were supplied.

    A set of documents is written for each outcome, and one workbook for the audit.
    """
    from geo.io.sandbox import start_ahead

    start_ahead()
    from sample_data import load_manifest
    from services.sample_workspace import sample_workspace

    console, root = run.console, run.workspace_root
    began = time.monotonic()
    manifest = load_manifest()
    console.note(say("导入示例县的图层 …", "Importing the layers of the sample county …"))
    workspace = sample_workspace(root, manifest, stage=lambda name: console.note(f"  {name}"))
    folder = out or root / "demo"
    checked = _check_all(workspace, manifest, console)
    _write_documents(checked, folder, console)
    _audit_supplied_land(workspace, manifest, folder, console)
    seconds = time.monotonic() - began
    console.line(
        say(f"用时 {seconds:.0f} 秒。报告与地图：{folder}", f"{seconds:.0f} s. Documents: {folder}")
    )
    console.line(
        say(
            "打开其中的 .html 看地图，.docx 看报告，.xlsx 看面积表。",
            "Open the .html maps, .docx sheets and .xlsx workbooks there.",
        )
    )
    serve = f"plotwise --workspace {root} serve"
    console.line(say(f"网页：make serve，或 {serve}", f"Web page: make serve, or {serve}"))
    return 0


def _check_all(
    workspace: Workspace, manifest: Manifest, console: Console
) -> list[tuple[SiteEntry, CheckResult]]:
    from sample_data.expectation import Variant
    from services.sample_workspace import request_for
    from services.siting.check import check_sites

    checked = []
    for site in manifest.sites:
        if site.variant != Variant():
            continue
        result = check_sites(request_for(site, manifest), workspace).results[0]
        checked.append((site, result))
    head = (
        say("案例", "case"),
        say("编号", "number"),
        say("结论", "verdict"),
        say("结果", "outcome"),
    )
    console.table(
        (*head, say("项目", "project")),
        [
            (
                site.case,
                result.number,
                console.words(label("state", result.verdict)),
                console.words(label("outcome", result.outcome)),
                say(site.title_zh, site.title_en),
            )
            for site, result in checked
        ],
    )
    return checked


def _audit_supplied_land(
    workspace: Workspace, manifest: Manifest, folder: Path, console: Console
) -> None:
    """Judge every supplied plot as a factory, which shows an audit on real numbers."""
    from geo.intake import ReadOptions
    from services.audit.request import AuditRequest, Executor
    from services.audit.run import audit_sites
    from services.siting.request import CheckRequest

    layer = next(entry for entry in manifest.layers if entry.role == AUDITED_ROLE)
    asked = CheckRequest(
        (manifest.file(layer.path),), ReadOptions(), as_of=AUDIT_DAY, use=AUDIT_USE
    )
    out = folder / "audit.xlsx"
    request = AuditRequest(asked, out, executor=Executor.SERIAL, overwrite=True)
    done = audit_sites(request, workspace, language=console.language)
    console.note(
        say(
            f"  批量核查已供应土地 {done.sites} 宗：{out.name}",
            f"  audit of {done.sites} supplied plots: {out.name}",
        )
    )


def _write_documents(
    checked: list[tuple[SiteEntry, CheckResult]], folder: Path, console: Console
) -> None:
    shown = {result.outcome: result for _, result in reversed(checked)}
    for result in sorted(shown.values(), key=lambda result: result.number):
        paths = write_documents(result, folder, language=console.language, overwrite=True)
        console.note("  " + "  ".join(path.name for path in paths))
