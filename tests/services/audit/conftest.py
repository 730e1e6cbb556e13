"""Nine squares of 100 m on ground whose classes are known by heart.

West of x = 150 the survey says 0102, east of it 0601; a patch of basic farmland takes the
lower 30 m of the first column. Column by column a square so holds 100 m × 100 m of 0102, half
of each, or 0601.
"""

import itertools
from datetime import date

import geopandas as gpd
import pytest
from shapely import Polygon, box

from geo.intake import ReadOptions
from services.audit.request import AuditRequest, Executor
from services.audit.run import audit_sites
from services.layers.import_layer import add_layer
from services.layers.request import LayerImport
from services.siting.request import CheckRequest
from services.workspace import create_workspace

EAST, NORTH = 39_520_000, 3_850_000
DAY = date(2022, 6, 16)


def square(west, south, side=100):
    return box(EAST + west, NORTH + south, EAST + west + side, NORTH + south + side)


SQUARES = [square(west, south) for south in (0, 100, 200) for west in (0, 100, 200)]
BOW_TIE = Polygon([(EAST, NORTH), (EAST + 90, NORTH + 90), (EAST + 90, NORTH), (EAST, NORTH + 90)])
WHOLE = box(EAST - 1000, NORTH - 1000, EAST + 2000, NORTH + 2000)


@pytest.fixture(scope="session")
def ground(tmp_path_factory):
    """Workspace with survey, basic farmland and a town that covers all of it."""
    folder = tmp_path_factory.mktemp("audit")
    workspace = create_workspace(folder / "workspace")
    west = box(EAST - 1000, NORTH - 1000, EAST + 150, NORTH + 2000)
    layers = {
        "town": ([WHOLE], {"XZQDM": ["370403001"], "XZQMC": ["甲镇"]}),
        "land_survey": ([west, WHOLE.difference(west)], {"DLBM": ["0102", "0601"]}),
        "permanent_farmland": ([box(EAST, NORTH, EAST + 100, NORTH + 30)], {}),
    }
    for role, (shapes, columns) in layers.items():
        path = folder / f"{role}.gpkg"
        gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4527").to_file(path)
        add_layer(
            LayerImport(role, (path,), valid_from=date(2020, 1, 1), coverage="town")
            if role != "town"
            else LayerImport(role, (path,), valid_from=date(2020, 1, 1), coverage="self"),
            workspace,
        )
    return workspace


@pytest.fixture
def parcels(tmp_path):
    """Write parcels to a file, in the order given."""
    count = itertools.count()

    def write(shapes):
        path = tmp_path / f"parcels{next(count)}.gpkg"
        names = [f"地块{n}" for n in range(len(shapes))]
        frame = gpd.GeoDataFrame({"DKMC": names}, geometry=shapes, crs="EPSG:4527")
        frame.to_file(path)
        return path

    return write


@pytest.fixture
def audit(ground, parcels, tmp_path):
    """Audit shapes into a file of some kind; other keywords are those of the request."""
    count = itertools.count()

    def run(shapes, suffix=".parquet", *, path=None, progress=None, **request):
        source = path or parcels(shapes)
        check = CheckRequest((source,), ReadOptions(), as_of=DAY, use="M2")
        out = request.pop("out", tmp_path / f"audit{next(count)}{suffix}")
        asked = AuditRequest(check, out, **{"executor": Executor.SERIAL, **request})
        return audit_sites(asked, ground, progress=progress)

    return run
