"""Workspaces with the sample county; one per variant, made when first asked for."""

import re

import pytest

from sample_data import load_manifest, load_truth
from sample_data.expectation import Variant
from services.rule_copy import RULES_FOLDER, copy_rules
from services.sample_workspace import load_county
from services.settings import SETTINGS_FILE
from services.workspace import create_workspace, open_workspace


@pytest.fixture(scope="session")
def manifest():
    return load_manifest()


@pytest.fixture(scope="session")
def truth():
    return load_truth()


@pytest.fixture(scope="session")
def workspace_for(tmp_path_factory, manifest):
    made = {}

    def workspace(variant: Variant):
        key = repr(variant)
        if key not in made:
            root = tmp_path_factory.mktemp("county") / "workspace"
            load_county(create_workspace(root), manifest, variant)
            settings = root / SETTINGS_FILE
            lines = [f"{name} = {value}\n" for name, value in variant.settings.items()]
            settings.write_text("".join(lines) + settings.read_text("utf-8"), "utf-8")
            _switch_rules(root, variant)
            made[key] = open_workspace(root)
        return made[key]

    return workspace


def _switch_rules(root, variant):
    """The centre's own copy of the rules, with some switches set."""
    if not variant.rules:
        return
    copy_rules(root)
    rule_set = root / RULES_FOLDER / "transition_2019.toml"
    text = rule_set.read_text("utf-8")
    for name, value in variant.rules.items():
        text, found = re.subn(rf'^{name} = ".*"$', f'{name} = "{value}"', text, flags=re.M)
        assert found == 1
    rule_set.write_text(text, "utf-8")
