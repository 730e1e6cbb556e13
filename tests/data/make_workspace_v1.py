"""Made `workspace_v1`, once, with the first release; it is opened by tests, never made again.

    LOGNAME=clerk python tests/data/make_workspace_v1.py

The ground is 200 m × 100 m at easting 39 520 000, northing 3 850 000 of EPSG:4527.
"""

import json
import tempfile
from datetime import date
from pathlib import Path

import geopandas as gpd
import shapely

from geo.io.vector import write_geopackage
from services.figures import add_figures
from services.layers.import_layer import add_layer
from services.layers.request import LayerImport
from services.results import next_number, store_result
from services.testing import example_result
from services.workspace import create_workspace

TARGET = Path(__file__).with_name("workspace_v1")
EAST, NORTH = 39_520_000, 3_850_000
FIGURES = """\
date,town_code,scale_left_m2,cultivated_margin_m2,plan_2019_m2,advance_left_m2,source
2022-01-01,370403,,,120000,30000,台账
2022-01-01,370403001,250000,600000,,,台账
"""


def ring(west, south, east, north):
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return [[EAST + x, NORTH + y] for x, y in corners]


def polygon(*sides):
    return {"type": "Polygon", "coordinates": [ring(*sides)]}


LAYERS = (
    (
        "town",
        [(polygon(0, 0, 100, 100), {"XZQDM": "370403001", "XZQMC": "东镇"}),
         (polygon(100, 0, 200, 100), {"XZQDM": "370403002", "XZQMC": "西镇"})],
        {"version": "2020", "valid_from": date(2021, 1, 1), "coverage": "self"},
    ),
    (
        "land_survey",
        [(polygon(0, 0, 150, 100), {"DLBM": "0102", "DLMC": "水浇地", "QSXZ": "30"}),
         (polygon(150, 0, 200, 100), {"DLBM": "0601", "DLMC": "工业用地", "QSXZ": "20"})],
        {"version": "2020", "valid_from": date(2021, 9, 1), "valid_to": date(2022, 9, 1),
         "coverage": "self", "accuracy_m": 0.5},
    ),
    (
        "permanent_farmland",
        [(polygon(20, 20, 60, 60), {"YJJBNTTBBH": "00001"})],
        {"version": "2017", "valid_from": date(2017, 12, 31), "coverage": "town",
         "accuracy_m": 2.0, "secrecy": "内部"},
    ),
    (
        "eco_redline",
        [],
        {"version": "2018", "valid_from": date(2018, 12, 31), "confirm_empty": True},
    ),
)  # fmt: skip


def write_layer(path, features):
    document = {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4527"}},
        "features": [
            {"type": "Feature", "properties": properties, "geometry": geometry}
            for geometry, properties in features
        ],
    }
    path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")


def road(folder):
    path = folder / "road.gpkg"
    line = shapely.LineString([(EAST, NORTH), (EAST + 200, NORTH + 100)])
    frame = gpd.GeoDataFrame({"type": ["县道"]}, geometry=[line], crs="EPSG:4527")
    write_geopackage(frame, path, layer="road")
    return LayerImport("road", (path,), version="2020", valid_from=date(2021, 1, 1))


def make(folder):
    workspace = create_workspace(TARGET)
    for role, features, request in LAYERS:
        path = folder / f"{role}.geojson"
        write_layer(path, features)
        add_layer(LayerImport(role, (path,), **request), workspace)
    add_layer(road(folder), workspace)
    figures = folder / "plan_figures.csv"
    figures.write_text(FIGURES, "utf-8")
    add_figures(figures, workspace)
    with workspace.unit_of_work() as uow:
        store_result(example_result(number=next_number(2026, uow)), uow)
        uow.commit()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        make(Path(name))
