"""Every pair of survey parcel and feature of the shipped county, beside the general library."""

from importlib.resources import files

import numpy as np
import pytest
import shapely

from geo.edges import build_edge_layer
from geo.io.geopackage.layers import read_geopackage
from geo.overlay import LayerStack, layer_areas
from geo.testing import CRS, ORIGIN, county_scale

COUNTY = files("sample_data") / "county"
LAYERS = (
    "approved_land",
    "eco_redline",
    "geohazard",
    "growth_boundary",
    "land_survey",
    "permanent_farmland",
    "plan_control_zone",
    "plan_land_class",
    "plan_use_zone",
    "supplied_land",
    "town",
    "urban_plan",
    "village",
)
UM2 = 1e-6


def shapes_of(role):
    frame = read_geopackage(COUNTY / f"{role}.gpkg", layer=role)
    assert frame.crs == CRS
    return np.asarray(frame.geometry.array, dtype=object)


def local(shapes):
    return shapely.transform(shapes, lambda xy: xy - np.array(ORIGIN, dtype=float))


@pytest.fixture(scope="module")
def parcels():
    return shapes_of("land_survey")


@pytest.mark.parametrize("role", LAYERS)
def test_every_pair_with_area_to_nine_digits(role, parcels):
    shapes = shapes_of(role)
    classes = np.zeros(len(shapes), dtype=np.int32)
    layer = build_edge_layer(shapes, classes, origin=ORIGIN, scale=county_scale())
    hits = layer_areas(parcels, layer).hits
    found = {
        (int(site), int(feature)): area * UM2
        for site, feature, area in zip(hits.site, hits.feature, hits.area_um2, strict=True)
    }
    ground, features = local(parcels), local(shapes)
    one, other = shapely.STRtree(features).query(ground)
    areas = shapely.area(shapely.intersection(ground[one], features[other]))
    # half a unit of rounding decides what counts as a pair
    expected = {
        (int(a), int(b)): area for a, b, area in zip(one, other, areas, strict=True) if area > UM2
    }
    assert len(expected) >= 10
    assert {key: found.get(key, 0.0) for key in expected} == pytest.approx(
        expected, rel=1e-9, abs=1e-6
    )
    assert all(found[key] <= 2 * UM2 for key in found.keys() - expected.keys())


def test_the_survey_covers_every_town_without_gap_or_overlap(parcels):
    """The county is gap-free by construction: parcels inside a town sum to the town."""
    classes = np.arange(len(parcels), dtype=np.int32) % 7
    survey = build_edge_layer(parcels, classes, origin=ORIGIN, scale=county_scale())
    assert len(survey.overlaps) == 0
    areas = LayerStack({"land_survey": survey}).areas(shapes_of("town"))["land_survey"]
    assert areas.remainder_um2.max() == 0
    assert areas.overlap_um2.max() == 0
