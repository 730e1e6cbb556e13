"""A stored layer gives the same digits; a spoilt one is refused before it is mapped."""

import json

import numpy as np
import pytest
import shapely

from geo.errors import GeoError
from geo.io.edge_store import open_edge_store, write_edge_store
from geo.overlay import layer_areas
from geo.testing import gap_free_cells, in_county, layer_of


@pytest.fixture
def layer():
    cells = gap_free_cells(6, 6, cell_m=60, corners_between=4, seed=2)
    return layer_of(*cells, classes=[k % 3 for k in range(36)])


@pytest.fixture
def folder(layer, tmp_path):
    write_edge_store(tmp_path / "edges", layer)
    return tmp_path / "edges"


def largest(folder):
    return max((p for p in folder.iterdir() if p.suffix == ".npy"), key=lambda p: p.stat().st_size)


def test_the_stored_layer_measures_the_same(layer, folder):
    site = in_county(shapely.Point(170, 170).buffer(120))
    before, after = layer_areas(site, layer), layer_areas(site, open_edge_store(folder))
    assert (before.hits.area_um2 == after.hits.area_um2).all()
    assert (before.hits.ellipsoid_um2 == after.hits.ellipsoid_um2).all()
    assert before.remainder_um2[0] == after.remainder_um2[0]


def test_a_truncated_store_is_refused(folder):
    path = largest(folder)
    path.write_bytes(path.read_bytes()[:-64])
    with pytest.raises(GeoError, match="edge_store"):
        open_edge_store(folder)


def test_a_changed_store_is_refused(folder):
    path = largest(folder)
    content = bytearray(path.read_bytes())
    content[-9] ^= 0xFF
    path.write_bytes(bytes(content))
    with pytest.raises(GeoError, match="edge_store"):
        open_edge_store(folder)


def test_a_store_of_another_release_is_refused(folder):
    manifest = next(p for p in folder.iterdir() if p.suffix == ".json")
    document = json.loads(manifest.read_text("utf-8"))
    key = next(name for name in document if "version" in name or "format" in name)
    document[key] = 999
    manifest.write_text(json.dumps(document), "utf-8")
    with pytest.raises(GeoError, match="edge_store"):
        open_edge_store(folder)


def test_a_missing_file_is_named(folder):
    (folder / "features_xy.npy").unlink()
    with pytest.raises(GeoError, match=r"edge_store_missing.*file='features_xy.npy'"):
        open_edge_store(folder)
    with pytest.raises(GeoError, match=r"edge_store_missing.*file='manifest.json'"):
        open_edge_store(folder.parent)


def test_sizes_are_compared_even_when_hashes_are_not(folder):
    path = largest(folder)
    path.write_bytes(path.read_bytes()[:-64])
    with pytest.raises(GeoError, match="edge_store_damaged"):
        open_edge_store(folder, verify=False)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"format": "plotwise edge store 1"}'])
def test_a_spoilt_manifest_is_refused(folder, text):
    (folder / "manifest.json").write_text(text, "utf-8")
    with pytest.raises(GeoError, match="edge_store"):
        open_edge_store(folder)


def test_an_array_of_another_type_is_refused(folder):
    """The manifest agrees with the file in size and hash, not in what it holds."""
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    manifest["arrays"]["area_um2"]["dtype"] = "<f8"
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(GeoError, match=r"edge_store_damaged.*file='area_um2.npy'"):
        open_edge_store(folder)


def test_a_store_is_never_overwritten(layer, folder):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(FileExistsError):
        write_edge_store(folder, layer)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_the_same_layer_is_stored_in_the_same_bytes(layer, folder, tmp_path):
    write_edge_store(tmp_path / "again", layer)
    again = {path.name: path.read_bytes() for path in (tmp_path / "again").iterdir()}
    assert again == {path.name: path.read_bytes() for path in folder.iterdir()}


def test_overlaps_and_classes_survive(tmp_path):
    discs = shapely.buffer(shapely.points([[0, 0], [50, 0], [0, 50]]), 40.0)
    layer = layer_of(*discs, classes=[0, 1, 0])
    write_edge_store(tmp_path / "discs", layer)
    opened = open_edge_store(tmp_path / "discs")
    site = in_county(shapely.box(-10, -10, 40, 40))
    assert layer_areas(site, opened).class_table.tolist() == (
        layer_areas(site, layer).class_table.tolist()
    )
    other = np.array([2, 2, 2], dtype=np.int32)
    assert layer_areas(site, opened.regrouped(other)).class_table.tolist() == (
        layer_areas(site, layer.regrouped(other)).class_table.tolist()
    )
    drawn = opened.geometries([2, 0])
    assert shapely.equals_exact(drawn, discs[[2, 0]], tolerance=1e-8).all()


def test_a_layer_without_features_can_be_stored(tmp_path):
    write_edge_store(tmp_path / "empty", layer_of())
    areas = layer_areas(in_county(shapely.box(0, 0, 5, 5)), open_edge_store(tmp_path / "empty"))
    assert areas.remainder_um2.tolist() == [25_000_000]
