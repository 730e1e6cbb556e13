"""A damaged version is said to be damaged, never read as if it were whole."""

import json
import shutil
from datetime import timedelta

import numpy as np
import pytest
import shapely

from geo.io.vector import read_geopackage, write_geopackage
from services.errors import RoleNotFoundError, WorkspaceError
from services.layers.catalogue import roles_on_day, versions_with_manifests
from services.layers.import_layer import add_layer
from services.layers.opened import open_layer
from services.layers.request import LayerImport
from services.workspace import open_workspace, today


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
    path.write_text(json.dumps(document | {"accuracy_m": 5.0}), "utf-8")
    with pytest.raises(WorkspaceError, match=r"layer_damaged.*manifest\.json"):
        open_layer(workspace, version)


@pytest.mark.parametrize("wider", [b"", shapely.to_wkb(shapely.box(0, 0, 5e7, 5e7))])
def test_a_coverage_that_was_changed_is_named(add, workspace, wider):
    version = add("land_survey", [(0, 0, 10, 10)], {"DLBM": ["0102"]}, coverage="self").version
    path = workspace.root / version.folder / "coverage.wkb"
    path.write_bytes(wider)
    with pytest.raises(WorkspaceError, match=r"layer_damaged.*coverage\.wkb"):
        open_layer(workspace, version)


def test_features_come_back_to_the_last_digit(workspace, layer_file):
    shape = shapely.Polygon(
        [
            (39_520_000.1234, 3_850_000.4321),
            (39_520_100.7, 3_850_000.1),
            (39_520_050.3, 3_850_099.9),
        ]
    )
    path = layer_file("f", [shape])
    version = add_layer(LayerImport("forest", (path,)), workspace).version
    (feature,) = open_layer(workspace, version).features()
    assert shapely.equals_exact(feature, shape, tolerance=0.0)


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


COLUMNS = {"DLBM": ["0103", "0102", None]}
FIELDS = [(0, 0, 100, 100), (100, 0, 200, 100), (0, 100, 200, 110)]


@pytest.fixture
def survey(add):
    return add("land_survey", FIELDS, COLUMNS, coverage="self").version


def reopened(workspace, version, path):
    """Open in a copy of the workspace, so that no earlier opening answers."""
    shutil.copytree(workspace.root, path)
    return open_layer(open_workspace(path), version)


def spoil_nothing(folder):
    """The store as it was written."""


def remove(folder):
    shutil.rmtree(folder / "edges")


def write_another_form(folder):
    path = folder / "edges" / "manifest.json"
    path.write_text(path.read_text("utf-8").replace("edge store 1", "edge store 9"), "utf-8")


def cut_off(folder):
    path = folder / "edges" / "features_xy.npy"
    path.write_bytes(path.read_bytes()[:-8])


def change_a_digit(folder):
    path = folder / "edges" / "features_xy.npy"
    content = bytearray(path.read_bytes())
    content[-3] ^= 0x10
    path.write_bytes(content)


@pytest.mark.parametrize(
    "spoil", [spoil_nothing, remove, write_another_form, cut_off, change_a_digit]
)
def test_edges_are_as_imported_however_their_store_was_spoilt(workspace, survey, tmp_path, spoil):
    corners = np.array(open_layer(workspace, survey).edges.features.pieces.xy)
    spoil(workspace.root / survey.folder)
    again = reopened(workspace, survey, tmp_path / "copy")
    assert again.codes.tolist() == ["0103", "0102", "?"]
    assert again.edges.area_um2.tolist() == [10_000_000_000, 10_000_000_000, 2_000_000_000]
    np.testing.assert_array_equal(again.edges.features.pieces.xy, corners)
    third = reopened(open_workspace(tmp_path / "copy"), survey, tmp_path / "third")
    assert third.codes.tolist() == ["0103", "0102", "?"]
    assert sorted(p.name for p in (tmp_path / "copy" / survey.folder).iterdir()) == [
        "coverage.wkb", "edges", "layer.gpkg", "manifest.json", "original",
    ]  # fmt: skip


def test_edges_are_never_built_from_a_record_that_was_changed(workspace, survey, tmp_path):
    """Somebody edited the layer of record in a desktop GIS: no verdict may come of it."""
    folder = workspace.root / survey.folder
    remove(folder)
    record = read_geopackage(folder / "layer.gpkg", layer="land_survey")
    record.loc[0, "DLBM"] = "0601"
    write_geopackage(record, folder / "layer.gpkg", layer="land_survey")
    with pytest.raises(WorkspaceError, match=r"layer_damaged.*layer\.gpkg"):
        open_layer(workspace, survey)
