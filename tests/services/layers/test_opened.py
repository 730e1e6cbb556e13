"""A damaged version is said to be damaged, never read as if it were whole."""

import json
from datetime import timedelta

import pytest
import shapely

from services.errors import RoleNotFoundError, WorkspaceError
from services.layers.catalogue import roles_on_day, versions_with_manifests
from services.layers.import_layer import add_layer
from services.layers.opened import open_layer
from services.layers.request import LayerImport
from services.workspace import today


@pytest.fixture
def version(add):
    return add("forest", [(0, 0, 10, 10)]).version


def test_a_missing_manifest_is_named(workspace, version):
    (workspace.root / version.folder / "manifest.json").unlink()
    with pytest.raises(WorkspaceError, match=r"layer_damaged.*manifest\.json"):
        open_layer(workspace, version)


def test_a_manifest_of_other_content_is_named(workspace, version):
    path = workspace.root / version.folder / "manifest.json"
    document = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(document | {"sha256": "0" * 64}), "utf-8")
    with pytest.raises(WorkspaceError, match=r"layer_damaged.*manifest\.json"):
        open_layer(workspace, version)


def test_lines_cannot_be_overlaid(workspace, layer_file):
    line = shapely.LineString([(39_520_000, 3_850_000), (39_521_000, 3_850_500)])
    version = add_layer(LayerImport("road", (layer_file("r", [line]),)), workspace).version
    with pytest.raises(WorkspaceError, match="layer_without_areas"):
        open_layer(workspace, version)


def test_every_role_is_listed_on_a_day(add, workspace):
    add("forest", [(0, 0, 10, 10)], coverage=None)
    add("county", [(0, 0, 10, 10)], coverage="self")
    on_day = {entry.role: entry for entry in roles_on_day(workspace, today())}
    assert on_day["forest"].version.role == "forest"
    assert on_day["county"].version.has_coverage
    assert (on_day["town"].version, on_day["town"].loaded) == (None, False)
    assert "imagery" not in on_day
    yesterday = today() - timedelta(days=1)
    before = {entry.role: entry for entry in roles_on_day(workspace, yesterday)}
    assert (before["forest"].version, before["forest"].loaded) == (None, True)


def test_a_role_that_is_not_loaded_cannot_be_shown(workspace):
    with pytest.raises(RoleNotFoundError, match=r"role_not_loaded.*town"):
        versions_with_manifests(workspace, "town")
