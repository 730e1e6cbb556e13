"""`plotwise rules`: show the rule set in force, or copy it into the workspace."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from services.cli.console import Console, write_document
from services.cli.language import say
from services.cli.options import Day, Run, json_option, pass_run
from services.labels import label

if TYPE_CHECKING:
    from services.siting.rule_set import RuleSet

__all__ = ["rules"]


@click.group(help=say("查看或复制规则。", "Show or copy the rules."))
def rules() -> None:
    """Hold the commands about rules."""


@rules.command(
    help=say("显示某日生效的规则；※ 表示条文待核。", "Show the rules; ※ marks unverified ones.")
)
@click.option("--date", "day", type=Day(), help=say("日期，默认今天", "day, else today"))
@json_option
@pass_run
def show(run: Run, /, day: date | None, *, as_json: bool) -> None:
    """Print themes, roles and findings of the regime of a day."""
    from services.rule_copy import changed_rules, rules_folder
    from services.siting.regime import select_regime
    from services.siting.rule_set import load_rule_set

    workspace = run.workspace()
    today = day or date.today()  # noqa: DTZ011  the official's own calendar day
    regime = select_regime(today, workspace.settings)
    rule_set = load_rule_set(regime, folder=rules_folder(workspace.root))
    if as_json:
        changed = list(changed_rules(workspace.root))
        write_document(_document(rule_set, run.console) | {"changed_files": changed})
        return
    _print(rule_set, run.console)


@rules.command(help=say("把规则复制到工作区，供中心修改。", "Copy the rules into the workspace."))
@click.option("--overwrite", is_flag=True, help=say("覆盖已有副本", "replace an existing copy"))
@json_option
@pass_run
def copy(run: Run, /, *, overwrite: bool, as_json: bool) -> None:
    """Copy the shipped files; from then on the copy holds."""
    from services.rule_copy import copy_rules

    written = copy_rules(run.workspace().root, overwrite=overwrite)
    if as_json:
        write_document({"files": [str(path) for path in written]})
        return
    for path in written:
        run.console.line(str(path))


def _document(rule_set: RuleSet, console: Console) -> dict[str, Any]:
    return {
        "id": rule_set.id,
        "regime": rule_set.regime.value,
        "sha256": rule_set.sha256,
        "themes": [
            {
                "theme": rule.theme.value,
                "required": [*rule.required, *rule.inside_planning_area],
                "optional": list(rule.optional),
            }
            for rule in rule_set.themes
        ],
        "findings": [
            {
                "rule": finding.id,
                "state": finding.state.value,
                "document": console.words(finding.document),
                "clause": console.words(finding.clause),
                "remedy": console.words(finding.remedy),
                "unverified": finding.unverified,
            }
            for finding in rule_set.findings.values()
        ],
        "project_types": list(rule_set.project_types),
    }


def _print(rule_set: RuleSet, console: Console) -> None:
    console.line(f"{rule_set.id}  {console.words(label('regime', rule_set.regime))}")
    console.line()
    console.table(
        (say("主题", "theme"), say("必查", "required"), say("可选", "optional")),
        [
            (
                console.words(label("theme", rule.theme)),
                " ".join((*rule.required, *rule.inside_planning_area)) or "–",
                " ".join(rule.optional) or "–",
            )
            for rule in rule_set.themes
        ],
    )
    console.line()
    console.table(
        (say("规则", "rule"), say("结论", "state"), say("依据", "source")),
        [
            (
                finding.id,
                console.words(label("state", finding.state)),
                console.words(finding.document)
                + console.words(finding.clause)
                + (" ※" if finding.unverified else ""),
            )
            for finding in rule_set.findings.values()
        ],
    )
