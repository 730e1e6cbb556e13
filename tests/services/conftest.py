"""Small layers made of rectangles, in a workspace of their own."""

import itertools
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from geo.io.vector import write_geopackage
from services.layers.import_layer import add_layer
from services.layers.request import LayerImport
from services.workspace import create_workspace

EAST, NORTH = 39_520_000, 3_850_000


def rectangle(west, south, east, north):
    """Rectangle in metres from the corner of the test ground."""
    return shapely.box(EAST + west, NORTH + south, EAST + east, NORTH + north)


@pytest.fixture
def workspace(tmp_path):
    return create_workspace(tmp_path / "workspace")


@pytest.fixture
def layer_file(tmp_path):
    """Write rectangles (or geometries) with columns to a GeoPackage."""

    def write(name, shapes, crs="EPSG:4527", **columns):
        geometries = [rectangle(*shape) if isinstance(shape, tuple) else shape for shape in shapes]
        path = Path(tmp_path / f"{name}.gpkg")
        write_geopackage(gpd.GeoDataFrame(columns, geometry=geometries, crs=crs), path, layer=name)
        return path

    return write


@pytest.fixture
def add(workspace, layer_file):
    """Import rectangles as a role; other keywords are those of `LayerImport`."""
    count = itertools.count()

    def import_shapes(role, shapes, columns=None, **request):
        path = layer_file(f"{role}_{next(count)}", shapes, **columns or {})
        return add_layer(LayerImport(role=role, paths=(path,), **request), workspace)

    return import_shapes
