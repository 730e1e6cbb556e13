"""Workspaces with the sample county; one per variant, made when first asked for."""

import pytest

from sample_data import load_manifest, load_truth
from sample_data.expectation import Variant
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
            made[key] = open_workspace(root)
        return made[key]

    return workspace
