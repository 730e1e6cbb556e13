"""The reference names every command and every option that there is."""

import re
from pathlib import Path

import click
import pytest

from services.cli.main import COMMANDS, cli

ROOT = Path(__file__).parents[1]
REFERENCE = (ROOT / "docs" / "cli.md").read_text("utf-8")


def commands():
    context = click.Context(cli)
    for name in COMMANDS:
        command = cli.get_command(context, name)
        if isinstance(command, click.Group):
            for child, leaf in command.commands.items():
                yield f"{name} {child}", leaf
        else:
            yield name, command


def section(name):
    level = "###" if " " in name else "##"
    found = re.search(rf"^{level} {name}$(.*?)(?=^##|\Z)", REFERENCE, re.M | re.S)
    assert found, f"docs/cli.md has no heading for {name}"
    return found.group(1)


@pytest.mark.parametrize(("name", "command"), list(commands()), ids=str)
def test_the_reference_names_every_option(name, command):
    text = section(name)
    options = [p for p in command.params if isinstance(p, click.Option) and not p.hidden]
    missing = [o.opts[0] for o in options if f"{o.opts[0]}" not in text]
    assert missing == []


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_links_of_the_readme_lead_somewhere(readme):
    text = (ROOT / readme).read_text("utf-8")
    targets = [t for t in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in t]
    assert [target for target in targets if not (ROOT / target).exists()] == []


def shell_lines(name):
    blocks = re.findall(r"^```sh$(.*?)^```$", (ROOT / name).read_text("utf-8"), re.M | re.S)
    lines = [line.split("#")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line]


def test_both_readmes_show_the_same_commands():
    lines = shell_lines("README.md")
    assert "make demo" in lines
    assert lines == shell_lines("README.zh-CN.md")
