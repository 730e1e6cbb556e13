"""Options that several commands share."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from services.cli.console import Console
from services.cli.language import say

if TYPE_CHECKING:
    from services.workspace import Workspace

__all__ = [
    "Day",
    "Run",
    "issues_option",
    "json_option",
    "pass_run",
    "reading_options",
    "strict_option",
]

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Run:
    """What the global options say, and which foreign variables were set at the start."""

    workspace_root: Path
    console: Console
    foreign_variables: tuple[str, ...] = ()

    def workspace(self) -> Workspace:
        """Open the workspace of this run."""
        from services.workspace import open_workspace

        return open_workspace(self.workspace_root)


pass_run = click.make_pass_decorator(Run)


class Day(click.ParamType[date]):
    """A calendar day, `2022-06-16`."""

    name = "date"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """Read the day or fail with the form that is wanted."""
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(str(value), "%Y-%m-%d").date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            self.fail(
                say(f"“{value}”不是日期，写法：2022-06-16", f"{value} is no day; write 2022-06-16")
            )


json_option = click.option(
    "--json", "as_json", is_flag=True, help=say("只输出一个 JSON 文档", "print one JSON document")
)
issues_option = click.option(
    "--issues",
    "issues_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help=say("问题清单写入 .csv 或 .xlsx", "write the issue log as .csv or .xlsx"),
)
strict_option = click.option(
    "--strict",
    is_flag=True,
    help=say("有要素被拒收时退出码为 2", "end with code 2 when any feature was refused"),
)

READING = (
    click.option("--layer", help=say("文件中的图层名", "layer inside the file")),
    click.option("--crs", help=say("坐标系，如 4527", "coordinate system, e.g. 4527")),
    click.option("--encoding", help=say("文字编码，如 GBK", "text encoding, e.g. GBK")),
    click.option("--id-field", help=say("编号字段", "field with the identifier")),
    click.option("--swap-axes", is_flag=True, help=say("对调坐标轴", "swap the axes")),
    click.option(
        "--accept-repairs",
        is_flag=True,
        help=say("接受超限的图形修复", "accept repairs beyond the limit"),
    ),
    click.option(
        "--datum",
        type=click.Choice(["gcj02", "bd09"]),
        help=say(
            "去除公开地图的偏移（高德 gcj02、百度 bd09），仅供参考",
            "take back the shift of a public map; for reference only",
        ),
    ),
    click.option(
        "--datum-parameters",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help=say(
            "西安80、北京54 或地方坐标系的四/七参数文件（TOML）",
            "four or seven parameters (TOML) from an old or local datum",
        ),
    ),
)


def reading_options(command: Command) -> Command:
    """Add the options for reading a file; the command gets them as `reading`."""

    @functools.wraps(command)
    def with_reading(*args: Any, **options: Any) -> Any:
        from geo.io.sandbox import start_ahead

        # the readers load while this process loads what it needs itself
        start_ahead()
        from geo.intake import ReadOptions

        crs = options.pop("crs")
        reading = ReadOptions(
            layer=options.pop("layer"),
            crs=f"EPSG:{crs}" if crs and crs.isdigit() else crs,
            encoding=options.pop("encoding"),
            id_field=options.pop("id_field"),
            swap_axes=options.pop("swap_axes"),
            accept_repairs=options.pop("accept_repairs"),
            datum=options.pop("datum"),
            datum_parameters=options.pop("datum_parameters"),
        )
        return command(*args, reading=reading, **options)

    for option in reversed(READING):
        with_reading = option(with_reading)
    return cast(Command, with_reading)
