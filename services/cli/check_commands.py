"""`plotwise check`: the siting check of the projects in a file."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from services.cli.console import Console, write_document
from services.cli.documents import write_documents
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
from services.domain.project import UseScheme
from services.domain.verdict import PRECEDENCE, CheckResult, Finding, State
from services.intake_documents import detected_document, refused_documents, repaired_documents
from services.labels import label

if TYPE_CHECKING:
    from geo.intake import ReadOptions
    from services.siting.request import CheckRun

__all__ = ["check"]

REFUSED = 2
VERDICT_CODES = {
    State.NOT_APPLICABLE: 0,
    State.CONFORMS: 0,
    State.CONDITIONAL: 10,
    State.PROCEDURE: 11,
    State.NONCONFORMING: 12,
    State.UNDECIDED: 20,
}
MARKS = {
    State.CONFORMS: "✓",
    State.CONDITIONAL: "✓•",
    State.PROCEDURE: "→",
    State.NONCONFORMING: "✗",
    State.UNDECIDED: "?",
}


@click.command(
    help=say("选址核查：文件中项目红线与各类规划、控制线套合。", "Siting check of a file.")
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--date", "as_of", type=Day(), help=say("核查日期，默认今天", "day, else today"))
@click.option("--use", help=say("项目用途代码，如 M2", "use code, e.g. M2"))
@click.option(
    "--use-scheme",
    type=click.Choice([UseScheme.GB50137.value, "ydyh", UseScheme.YDYH_2023.value]),
    default=UseScheme.GB50137.value,
    help=say("用途代码的分类标准", "code table of the use"),
)
@click.option("--project-type", help=say("项目类型，默认 industry", "project type, else industry"))
@click.option("--project-field", help=say("按字段分项目", "field that groups plots to projects"))
@click.option("--each", is_flag=True, help=say("每个要素一个项目", "every feature is a project"))
@click.option(
    "--report",
    type=click.Path(path_type=Path, file_okay=False),
    help=say("输出报告、面积表和地图的文件夹", "folder for sheet, workbook and map"),
)
@click.option("--overwrite", is_flag=True, help=say("覆盖已有文件", "replace existing files"))
@click.option("--geometry", is_flag=True, help=say("JSON 含图形", "put geometry into the JSON"))
@click.option("--exit-verdict", is_flag=True, help=say("退出码表示结论", "exit code by verdict"))
@issues_option
@reading_options
@strict_option
@json_option
@pass_run
def check(run: Run, /, paths: tuple[Path, ...], reading: ReadOptions, **options: Any) -> int:
    """Check, store, print; write the documents when asked for."""
    from services.siting.check import check_sites
    from services.siting.request import CheckRequest

    scheme = options["use_scheme"]
    request = CheckRequest(
        paths=paths,
        options=reading,
        as_of=options["as_of"] or date.today(),  # noqa: DTZ011  the official's own calendar day
        use=options["use"],
        use_scheme=UseScheme.YDYH_2023 if scheme == "ydyh" else UseScheme(scheme),
        project_type=options["project_type"],
        project_field=options["project_field"],
        each=options["each"],
    )
    with writing_refusals(
        options["issues_file"], paths, run.console, overwrite=options["overwrite"]
    ):
        checked = check_sites(request, run.workspace())
    if options["report"]:
        for result in checked.results:
            for path in write_documents(
                result,
                options["report"],
                language=run.console.language,
                overwrite=options["overwrite"],
            ):
                run.console.note(str(path))
    if options["as_json"]:
        write_document(_document(checked, run.console, geometry=options["geometry"]))
    else:
        for result in checked.results:
            _print_result(result, run.console)
    report_issues(
        checked.issues,
        options["issues_file"],
        run.console,
        quiet=options["as_json"],
        overwrite=options["overwrite"],
    )
    if options["strict"] and checked.refused:
        return REFUSED
    return _verdict_code(checked) if options["exit_verdict"] else 0


def _verdict_code(checked: CheckRun) -> int:
    states = [result.verdict for result in checked.results]
    if checked.refused:
        states.append(State.UNDECIDED)
    return VERDICT_CODES[max(states, key=PRECEDENCE.index)]


def _document(checked: CheckRun, console: Console, *, geometry: bool) -> dict[str, Any]:
    from services.domain.document import contract_json

    language = console.language
    return {
        "results": [
            contract_json(result, language=language, geometry=geometry)
            for result in checked.results
        ],
        "refused": refused_documents(checked.refused, language),
        "repaired": repaired_documents(checked.repaired, language),
        "detected": detected_document(checked.detected, language),
    }


def _print_result(result: CheckResult, console: Console) -> None:
    verdict = console.words(label("state", result.verdict))
    outcome = console.words(label("outcome", result.outcome))
    console.line(f"{result.number}  {result.site.name}  {result.site.area_m2:,.2f} m²")
    console.line(f"{MARKS[result.verdict]} {verdict} · {outcome}")
    for finding in result.findings:
        console.line(f"  {_finding_line(finding, console)}")
    for gap in result.not_checked:
        role = console.words(label("role", gap.role))
        console.line(f"  ? {role}: {console.words(label('reason', gap.reason))}")
    console.line()


def _finding_line(finding: Finding, console: Console) -> str:
    clause = console.words(finding.document) + console.words(finding.clause)
    source = f"（{clause}）" if clause else ""
    mark = "※" if finding.unverified else ""
    remedy = console.words(finding.remedy)
    arrow = f"\n      → {remedy}" if remedy else ""
    return f"{MARKS[finding.state]} {console.words(finding.message)}{source}{mark}{arrow}"
