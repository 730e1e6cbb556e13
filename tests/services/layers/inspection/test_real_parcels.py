"""Parcels of a real city, with the faults they were published with, against plain GEOS."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
import shapely

from geo.intake import ReadOptions
from services.layers.import_layer import add_layer
from services.layers.inspection.inspect import LayerInspection, inspect_layer
from services.layers.inspection.report import Check
from services.layers.opened import open_layer
from services.layers.request import LayerImport
from services.workspace import create_workspace

PARCELS = Path(__file__).parents[3] / "data" / "cambridge_east" / "parcels_fy2014_east.gpkg"


@pytest.fixture(scope="module")
def parcels(tmp_path_factory):
    """The report, and the outlines that were imported, relative to the origin."""
    workspace = create_workspace(tmp_path_factory.mktemp("city") / "w", crs="EPSG:26986")
    request = LayerImport("cadastre", (PARCELS,), ReadOptions(), "1", date(2014, 1, 1))
    version = add_layer(request, workspace).version
    edges = open_layer(workspace, version).edges
    inspection = inspect_layer(LayerInspection("cadastre"), workspace)
    return inspection, edges.geometries(np.arange(edges.n_features)), edges.origin


def test_no_parcel_is_lost_between_file_and_report(parcels):
    inspection, outlines, _ = parcels
    assert len(outlines) + len(inspection.of(Check.REFUSED)) == 2556
    assert len(inspection.of(Check.REPAIRED)) == 7


def test_overlaps_are_those_of_plain_intersections(parcels):
    inspection, outlines, _ = parcels
    first, second = shapely.STRtree(outlines).query(outlines, predicate="intersects")
    once = first < second
    common = shapely.area(shapely.intersection(outlines[first[once]], outlines[second[once]]))
    listed = [*inspection.of(Check.OVERLAP), *inspection.of(Check.NESTED)]
    found = sorted(fault.area_m2 for fault in listed)
    assert len(found) == 21
    assert found == pytest.approx(sorted(common)[-21:], abs=1e-5)
    # the rest is rounding: a boundary of a kilometre times a nanometre
    assert sorted(common)[-22] < 1e-5


def test_cracks_are_ground_that_no_parcel_covers(parcels):
    inspection, outlines, origin = parcels
    gaps = inspection.of(Check.GAP)
    union = shapely.union_all(outlines)
    assert len(gaps) == 4
    for gap in gaps:
        ground = shapely.transform(gap.geometry, lambda xy: xy - np.array(origin))
        assert gap.width_m <= 0.1
        assert shapely.difference(ground, union).area == pytest.approx(gap.area_m2, abs=1e-5)
