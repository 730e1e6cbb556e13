"""The sample county passes its inspection; a spoilt twin shows every fault that was planted."""

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import Polygon, box

from geo.io.geopackage.layers import read_geopackage, write_geopackage
from sample_data.expectation import Variant
from services.domain.issue import Severity
from services.layers.import_layer import add_layer
from services.layers.inspection.inspect import LayerInspection, inspect_layer
from services.layers.inspection.report import Check
from services.layers.request import LayerImport
from services.layers.roles import GeometryKind, roles
from services.workspace import create_workspace


@pytest.fixture(scope="module")
def county(workspace_for):
    return workspace_for(Variant())


@pytest.mark.parametrize(
    "role",
    ["land_survey", "plan_control_zone", "plan_use_zone", "permanent_farmland", "town",
     "growth_boundary"],
)  # fmt: skip
def test_the_sample_county_has_no_fault(county, role):
    assert roles()[role].geometry is GeometryKind.POLYGON
    inspection = inspect_layer(LayerInspection(role), county)
    assert [f for f in inspection.faults if f.severity is not Severity.INFO] == []
    by_area = {Check.SMALLEST_AREA, Check.FIELDS, Check.UNMATCHED_VERTEX}
    assert {fault.check for fault in inspection.faults} <= by_area


def spoilt(frame):
    """The survey with one fault of each kind; returns what was done to which identifier."""
    outlines = np.asarray(frame.geometry.array, dtype=object).copy()
    # away from the county's edge
    middle = shapely.union_all(outlines).centroid
    near = np.argsort(shapely.distance(outlines, middle))
    lost, shrunk, bulged, split, *rest = near[::7][:20].tolist()
    ids = frame["BSM"].to_numpy(dtype=object)
    outlines[shrunk] = outlines[shrunk].buffer(-0.005, join_style="mitre")
    corners = shapely.get_coordinates(outlines[bulged])
    away = corners[2] - corners.mean(axis=0)
    corners[2] += 3.0 * away / np.hypot(*away)
    outlines[bulged] = Polygon(corners)
    corners = shapely.get_coordinates(outlines[split])
    outlines[split] = Polygon(np.insert(corners, 1, corners[:2].mean(axis=0), axis=0))
    frame = frame.set_geometry(gpd.GeoSeries(outlines, crs=frame.crs))
    frame.loc[rest[0], "DLBM"] = f"{frame.loc[rest[0], 'DLBM']} "
    frame.loc[rest[1], "DLBM"] = "9999"
    frame.loc[rest[2], "DLMC"] = "错名"
    frame.loc[rest[3], "TBMJ"] = 12.5
    frame.loc[rest[4], "QSXZ"] = "77"
    frame.loc[rest[5], "ZLDWMC"] = ""
    frame.loc[rest[6], "BSM"] = ids[rest[7]]
    twin = frame.iloc[[rest[8]]].assign(BSM="twin")
    inside = outlines[rest[9]].representative_point()
    strip = frame.iloc[[rest[9]]].assign(BSM="strip")
    strip.geometry = [box(inside.x, inside.y, inside.x + 10, inside.y + 0.03)]
    east, south = frame.total_bounds[2], frame.total_bounds[1]
    far = frame.iloc[[rest[10]]].assign(BSM="far")
    far.geometry = [box(east + 50, south, east + 90, south + 40)]
    whole = pd.concat([frame.drop(index=lost), twin, strip, far], ignore_index=True)
    return gpd.GeoDataFrame(whole, crs=frame.crs), {
        "lost_m2": shapely.area(outlines[lost]),
        "ids": {name: ids[at] for name, at in
                (("shrunk", shrunk), ("bulged", bulged), ("split", split))},
        "rest": [ids[at] for at in rest],
    }  # fmt: skip


@pytest.fixture(scope="module")
def twin(manifest, tmp_path_factory):
    folder = tmp_path_factory.mktemp("twin")
    entry = next(e for e in manifest.layers_for(Variant()) if e.role == "land_survey")
    survey = read_geopackage(manifest.file(entry.path), layer=entry.layer or None)
    frame, planted = spoilt(survey)
    write_geopackage(frame, folder / "survey.gpkg", layer="land_survey")
    made = create_workspace(folder / "w")
    towns = next(e for e in manifest.layers_for(Variant()) if e.role == "town")
    files = {"town": manifest.file(towns.path), "land_survey": folder / "survey.gpkg"}
    for role, path in files.items():
        first = date(2020, 1, 1)
        coverage = "self" if role == "town" else "town"
        add_layer(
            LayerImport(role, (path,), version="1", valid_from=first, coverage=coverage), made
        )
    return inspect_layer(LayerInspection("land_survey"), made), planted


def test_the_spoilt_twin_shows_the_places_that_were_spoilt(twin):
    inspection, planted = twin
    ids, rest = planted["ids"], planted["rest"]
    gaps = sorted(fault.area_m2 for fault in inspection.of(Check.GAP))
    assert gaps[-1] == pytest.approx(planted["lost_m2"], abs=1e-4)
    widths = [fault.width_m for fault in inspection.of(Check.GAP)]
    assert any(width == pytest.approx(0.005, abs=5e-4) for width in widths)
    assert all(ids["bulged"] in fault.ids for fault in inspection.of(Check.OVERLAP))
    assert inspection.of(Check.OVERLAP)
    assert [fault.ids for fault in inspection.of(Check.NESTED)] == [("strip", rest[9])]
    assert [set(fault.ids) for fault in inspection.of(Check.DUPLICATE)] == [{rest[8], "twin"}]
    assert [fault.ids for fault in inspection.of(Check.OUTSIDE)] == [("far",)]
    assert [fault.ids for fault in inspection.of(Check.SLIVER)] == [("strip",)]
    assert ids["split"] in {fault.ids[0] for fault in inspection.of(Check.UNMATCHED_VERTEX)}


def test_the_spoilt_twin_shows_the_attributes_that_were_spoilt(twin):
    inspection, planted = twin
    rest = planted["rest"]
    found = {check: {fault.ids[0] for fault in inspection.of(check)} for check in Check if check
             not in (Check.FIELDS, Check.REFUSED)}  # fmt: skip
    assert found[Check.CODES] == {rest[0], rest[1]}
    assert found[Check.CLASS_NAMES] == {rest[2]}
    assert rest[3] in found[Check.STATED_AREA]
    assert found[Check.VALUES] == {rest[4]}
    assert found[Check.EMPTY_VALUES] == {rest[5]}
    (repeated,) = inspection.of(Check.DUPLICATE_ID)
    assert set(repeated.ids) == {rest[7]}
