"""A data set from elsewhere: 2 556 parcels of Cambridge, zoning, overlapping overlay districts."""

from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.intake import ReadOptions
from services.layers.import_layer import add_layer
from services.layers.request import LayerImport
from services.overlay_table import OverlayRequest, overlay_table
from services.workspace import create_workspace

DATA = Path(__file__).parent / "data" / "cambridge_east"
PARCELS = DATA / "parcels_fy2014_east.gpkg"
DAY = date(2026, 1, 1)
CRS = "EPSG:26986"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    made = create_workspace(tmp_path_factory.mktemp("cambridge") / "w", crs=CRS)
    for role, name, field in (
        ("urban_plan", "zoning_districts.geojson", "ZONE_TYPE"),
        ("overlay_districts", "zoning_overlay_districts.geojson", "Name"),
    ):
        imported = add_layer(
            LayerImport(
                role=role,
                paths=(DATA / name,),
                options=ReadOptions(accept_repairs=True),
                version="1",
                valid_from=date(2020, 1, 1),
                class_field=field,
            ),
            made,
        )
        assert imported.version.feature_count + len(imported.refused) == len(
            gpd.read_file(DATA / name)
        )
    return made


def table(workspace, role):
    request = OverlayRequest((PARCELS,), role, ReadOptions(), DAY)
    return overlay_table(request, workspace)


def projected(name):
    frame = gpd.read_file(DATA / name).to_crs(CRS)
    frame.geometry = shapely.make_valid(
        frame.geometry.array, method="structure", keep_collapsed=False
    )
    return frame


def near_origin(shapes):
    return shapely.transform(np.asarray(shapes, dtype=object), lambda xy: xy - (230_000, 900_000))


def test_every_parcel_is_read_or_refused_by_name(workspace):
    found = table(workspace, "urban_plan")
    assert len(found.sites) + len(found.refused) == 2_556
    assert {site.index for site in found.sites}.isdisjoint({r.index for r in found.refused})
    assert found.detected.crs == "EPSG:4326"


def test_areas_by_zone_agree_with_the_general_library_for_every_parcel(workspace):
    found = table(workspace, "urban_plan")
    parcels, zones = projected(PARCELS.name), projected("zoning_districts.geojson")
    ground, plan = near_origin(parcels.geometry), near_origin(zones.geometry)
    parcel, zone = shapely.STRtree(plan).query(ground, predicate="intersects")
    pieces = shapely.intersection(ground[parcel], plan[zone])
    area = shapely.area(pieces)
    expected = {}
    for k in np.flatnonzero(area > 1e-6):
        key = (int(parcel[k]), zones["ZONE_TYPE"].iloc[zone[k]])
        expected.setdefault(key, []).append(pieces[k])
    truth = {key: shapely.union_all(parts).area for key, parts in expected.items()}
    mended = {repair.index for repair in found.repaired}
    measured = {(row.index, row.code): row.area_m2 for row in found.rows if row.index not in mended}
    refused = {refusal.index for refusal in found.refused}
    truth = {k: a for k, a in truth.items() if k[0] not in refused | mended and a > 2e-6}
    assert len(truth) > 2_400
    assert {k: measured[k] for k in truth} == pytest.approx(truth, rel=1e-9, abs=2e-6)


def test_parts_add_up_and_overlay_districts_show_their_overlap(workspace):
    found = table(workspace, "overlay_districts")
    sums = dict.fromkeys((site.index for site in found.sites), 0.0)
    for row in found.rows:
        sums[row.index] += row.area_m2
    for site in found.sites:
        total = sums[site.index] + site.remainder_m2 - site.overlap_m2
        assert total == pytest.approx(site.area_m2, abs=1e-5)
    assert sum(site.overlap_m2 for site in found.sites) > 1_000
