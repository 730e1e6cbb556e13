"""Entry point: global options, lazily loaded commands, every refusal printed."""

from __future__ import annotations

import importlib
import io
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from geo._version import __version__
from geo.errors import GeoError
from geo.process import prepare_process
from services.cli.console import Console, write_document
from services.cli.exit_codes import DONE, FAILED, REFUSED, exit_code_of
from services.cli.language import cli_language, say
from services.cli.options import Run
from services.cli.usage import BilingualFormatter, usage_message, usage_remedy
from services.domain.wording import Language
from services.errors import ServiceError
from services.intake_documents import refused_documents
from services.messages import message_of, remedy_of

__all__ = ["COMMANDS", "main", "run"]

DEFAULT_WORKSPACE = "plotwise-workspace"

# command: module and attribute, what it does in Chinese and English
COMMANDS: dict[str, tuple[str, str, str]] = {
    "demo": (
        "demo_commands:demo",
        "生成示例县并完整演示",
        "make the sample county and try everything",
    ),
    "init": ("workspace_commands:init", "新建工作区", "make a workspace"),
    "doctor": ("workspace_commands:doctor", "检查环境与图层", "check environment and layers"),
    "layers": ("layer_commands:layers", "导入与查看图层", "import and list layers"),
    "figures": ("workspace_commands:figures", "导入规划指标", "load plan figures"),
    "check": ("check_commands:check", "选址核查", "siting check"),
    "overlay": ("overlay_commands:overlay", "叠加面积交叉表", "exact area cross table"),
    "convert": ("convert_commands:convert", "转换文件格式", "convert files between formats"),
    "audit": ("audit_commands:audit", "批量核查", "check parcels by the thousand"),
    "issues": ("issue_commands:issues", "查看读入问题清单", "show what was wrong with files"),
    "map": ("map_commands:map_command", "输出离线地图", "write an offline map"),
    "rules": ("rule_commands:rules", "查看或复制规则", "show or copy the rules"),
    "serve": ("serve_commands:serve", "启动网页服务", "serve the web page"),
}


class LazyGroup(click.Group):
    """Commands by table; a command's module is loaded when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(
            importlib.import_module(f"services.cli.{module}"), attribute
        )
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the table, without loading them."""
        rows = [(name, say(zh, en)) for name, (_, zh, en) in COMMANDS.items()]
        with formatter.section(say("命令", "Commands")):
            formatter.write_dl(rows)


click.Context.formatter_class = BilingualFormatter


@click.group(
    cls=LazyGroup,
    help=say(
        "地块智审：选址核查、精确叠加、离线地图。", "Siting checks, exact overlay, offline maps."
    ),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "--workspace",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="PLOTWISE_WORKSPACE",
    default=DEFAULT_WORKSPACE,
    help=say(f"工作区文件夹，默认 ./{DEFAULT_WORKSPACE}", f"workspace, else ./{DEFAULT_WORKSPACE}"),
)
@click.option(
    "--lang",
    type=click.Choice([language.value for language in Language]),
    help=say("语言", "language"),
)
@click.version_option(__version__, prog_name="plotwise")
@click.pass_context
def cli(ctx: click.Context, workspace: Path, lang: str | None) -> None:
    """Remember the global options for the command."""
    language = Language(lang) if lang else cli_language()
    ctx.obj = Run(workspace, Console(language), foreign_variables=ctx.obj or ())


def main() -> None:
    """Run the command of this process and end it with its exit code."""
    foreign = prepare_process()
    for stream in (sys.stdout, sys.stderr):
        # a Chinese sentence must never end a run because the console has another code page
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    sys.exit(run(sys.argv[1:], foreign_variables=foreign))


def run(arguments: Sequence[str], *, foreign_variables: tuple[str, ...] = ()) -> int:
    """Run a command and return its exit code; every refusal is printed, none escapes."""
    try:
        answer = cli.main(
            args=list(arguments),
            prog_name="plotwise",
            standalone_mode=False,
            obj=foreign_variables,
        )
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except Exception as error:  # noqa: BLE001  the outermost edge: nothing escapes unsaid
        return _ended_by(error, arguments)
    return answer if isinstance(answer, int) else DONE


def _ended_by(error: Exception, arguments: Sequence[str]) -> int:
    """Say why the command ended, and give its exit code."""
    code = FAILED
    match error:
        case click.Abort():
            click.echo(say("已中止。", "Stopped."), err=True)
        case click.exceptions.NoArgsIsHelpError():
            click.echo(error.format_message(), err=True)
            code = REFUSED
        case click.ClickException():
            _refuse("usage", usage_message(error), usage_remedy(error), arguments)
            code = REFUSED
        case GeoError() | ServiceError():
            _refuse_error(error, arguments)
            code = exit_code_of(error)
        case BrokenPipeError():
            # whoever read the output has seen enough; nothing must be flushed into the pipe
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        case OSError():
            _refuse_code("system_failure", {"reason": str(error)}, arguments)
        case _:
            traceback.print_exception(error, file=sys.stderr)
            reason = f"{type(error).__name__}: {error}"
            _refuse_code("failure", {"reason": reason}, arguments)
    return code


def _refuse_error(refusal: GeoError | ServiceError, arguments: Sequence[str]) -> None:
    refused = refused_documents(getattr(refusal, "refused", ()), cli_language(arguments))
    _refuse_code(refusal.code, refusal.params, arguments, refused)


def _refuse_code(
    code: str,
    params: Mapping[str, object],
    arguments: Sequence[str],
    refused: Sequence[dict[str, Any]] = (),
) -> None:
    language = cli_language(arguments)
    message = message_of(code, params).in_language(language)
    remedy = remedy_of(code, params).in_language(language)
    _refuse(code, message, remedy, arguments, refused)


def _refuse(
    code: str,
    message: str,
    remedy: str,
    arguments: Sequence[str],
    refused: Sequence[dict[str, Any]] = (),
) -> None:
    if "--json" in arguments:
        write_document(
            {
                "error": {
                    "code": code,
                    "message": message,
                    "remedy": remedy,
                    "refused": list(refused),
                }
            }
        )
        return
    # faults of the refusal's own kind say all that it says
    if not refused or any(entry["code"] != code for entry in refused):
        click.echo(f"✗ {message}", err=True)
        if remedy:
            click.echo(f"  → {remedy}", err=True)
    for entry in refused:
        place = "" if entry["index"] is None else f"#{entry['index'] + 1} "
        click.echo(f"  ✗ {place}{entry['message']}\n    → {entry['remedy']}", err=True)
