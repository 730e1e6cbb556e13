"""Help pages and usage errors in the language of the run; the words of click are English."""

from __future__ import annotations

from collections.abc import Iterable

import click
from click import exceptions

from services.cli.language import say

__all__ = ["BilingualFormatter", "usage_message", "usage_remedy"]

HEADINGS = {"Options": "选项", "Commands": "命令"}
TEXTS = {
    "Show this message and exit.": "显示本说明",
    "Show the version and exit.": "显示版本",
}
WHOLE_SENTENCES = {"Missing command.": "缺少命令。"}


class BilingualFormatter(click.HelpFormatter):
    """Help pages whose headings speak the language of the run."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """First line of a page."""
        super().write_usage(prog, args, prefix or say("用法：", "Usage: "))

    def write_heading(self, heading: str) -> None:
        """Head of a part of a page."""
        super().write_heading(say(HEADINGS.get(heading, heading), heading))

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Names with their explanations."""
        spoken = [(name, say(TEXTS.get(text, text), text)) for name, text in rows]
        super().write_dl(spoken, col_max, col_spacing)


def usage_message(wrong: click.ClickException) -> str:
    """What is wrong with the arguments."""
    return say(_in_chinese(wrong), wrong.format_message())


def usage_remedy(wrong: click.ClickException) -> str:
    """Where the right usage stands."""
    context = getattr(wrong, "ctx", None)
    path = context.command_path if context else "plotwise"
    return say(f"用法见：{path} --help", f"See: {path} --help")


def _in_chinese(wrong: click.ClickException) -> str:
    match wrong:
        case exceptions.NoSuchOption():
            near = "、".join(wrong.possibilities or ())
            return f"没有选项 {wrong.option_name}。" + (f"是否指 {near}？" if near else "")
        case exceptions.NoSuchCommand():
            return f"没有命令 {wrong.command_name}。"
        case exceptions.MissingParameter():
            return f"缺少{_kind(wrong)} {_hint(wrong)}。"
        case exceptions.BadParameter():
            return f"{_kind(wrong)} {_hint(wrong)} 的值不可用：{_what(wrong)}"
        case exceptions.BadOptionUsage():
            return f"选项 {wrong.option_name} 缺少值，或不能带值。"
    return WHOLE_SENTENCES.get(wrong.message, wrong.format_message())


def _what(wrong: exceptions.BadParameter) -> str:
    kind = None if wrong.param is None else wrong.param.type
    if isinstance(kind, click.Choice):
        return "可选 " + "、".join(str(choice) for choice in kind.choices) + "。"
    return wrong.message


def _kind(wrong: exceptions.BadParameter) -> str:
    return "选项" if isinstance(wrong.param, click.Option) else "参数"


def _hint(wrong: exceptions.BadParameter) -> str:
    return "" if wrong.param is None else wrong.param.get_error_hint(wrong.ctx).replace("'", "")
