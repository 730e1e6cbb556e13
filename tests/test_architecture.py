"""The house keeps its shape: sizes, names and words that no page may carry."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("geo", "services", "web", "sample_data")
GRAB_BAGS = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager", "core"}
LONGEST_MODULE = 500
LONGEST_TEMPLATE = 150
STATUTORY_TITLE = "选址意见"


def modules():
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def named(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", modules(), ids=named)
def test_a_module_is_short_and_has_a_name_of_the_field(path):
    assert path.stem not in GRAB_BAGS
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST_MODULE
    assert path.read_text("utf-8").startswith('"""'), "a module opens with one line of purpose"


def test_templates_are_short():
    lengths = {
        named(path): len(path.read_text("utf-8").splitlines())
        for path in (ROOT / "web" / "templates").rglob("*.html")
    }
    assert lengths
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_TEMPLATE} == {}


def test_test_folders_are_no_packages():
    assert list((ROOT / "tests").rglob("__init__.py")) == []


def test_nothing_carries_the_title_of_the_statutory_opinion():
    """The sheet must not read like the 用地预审与选址意见书 (report forms)."""
    sources = [*modules(), *(ROOT / "web" / "templates").rglob("*.html")]
    sources += [*(ROOT / "services").rglob("*.toml"), *(ROOT / "web").rglob("*.toml")]
    carrying = [named(path) for path in sources if STATUTORY_TITLE in path.read_text("utf-8")]
    assert carrying == []
