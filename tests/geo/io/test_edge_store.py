"""A stored layer gives the same digits; a spoilt one is refused before it is mapped."""

import json

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
