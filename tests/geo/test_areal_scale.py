"""Ellipsoid per plane area as a polynomial, held against PROJ and against geodesics."""

import numpy as np
import pytest
import shapely
from pyproj import Proj

from geo.areal_scale import excess_areas, fit_areal_scale
from geo.errors import GeoError
from geo.measurement import geodesic_areas_m2
from geo.rings import plane_areas, rings_of
from geo.testing import CRS, ORIGIN, county_scale, in_county

# zone edge, 118.5° E, 137 km from the central meridian
EDGE = (39_630_000, 3_850_000)


def around(place, reach):
    east, north = place
    return (east - reach, north - reach, east + reach, north + reach)


@pytest.mark.parametrize("reach", [30_000.0, 150_000.0])
@pytest.mark.parametrize("place", [ORIGIN, EDGE], ids=["county", "edge of the zone"])
def test_the_polynomial_agrees_with_proj_between_its_nodes(place, reach):
    scale = fit_areal_scale(CRS, around(place, reach), origin=place)
    local = np.random.default_rng(4).uniform(-reach, reach, (500, 2))
    projection = Proj(CRS)
    lonlat = projection(local[:, 0] + place[0], local[:, 1] + place[1], inverse=True)
    factors = projection.get_factors(*lonlat).areal_scale
    assert scale.at(local) == pytest.approx(1.0 / np.asarray(factors) - 1.0, abs=2e-10)
    assert scale.residual < 1e-10


def test_on_the_central_meridian_plane_and_ellipsoid_agree():
    place = (39_500_000, 3_850_000)
    scale = fit_areal_scale(CRS, around(place, 20_000.0), origin=place)
    assert scale.at(np.zeros((1, 2))) == pytest.approx([0.0], abs=1e-10)


@pytest.mark.parametrize("crs", ["EPSG:4527", "EPSG:32650", "EPSG:26986", "EPSG:6933"])
def test_any_projection_in_metres_will_do(crs):
    """Transverse Mercator with and without 0.9996, conic, cylindrical equal-area."""
    place = {"EPSG:26986": (236_000, 901_000), "EPSG:6933": (11_300_000, 4_160_000)}.get(
        crs, (39_520_000, 3_850_000) if crs == CRS else (520_000, 3_850_000)
    )
    scale = fit_areal_scale(crs, around(place, 20_000.0), origin=place)
    shape = shapely.Point(place).buffer(1_500.0, quad_segs=3)
    shapes = np.array([shape.difference(shapely.Point(place).buffer(300.0))], dtype=object)
    rings = rings_of(shapes, place)
    ellipsoid = plane_areas(rings) + excess_areas(rings, scale)
    assert ellipsoid == pytest.approx(geodesic_areas_m2(shapes, crs=crs), rel=1e-9)


def test_a_small_workspace_is_fitted_to_its_surroundings():
    scale = fit_areal_scale(CRS, around(ORIGIN, 10.0), origin=ORIGIN)
    far = np.array([[15_000.0, -15_000.0]])
    assert scale.at(far) == pytest.approx(county_scale().at(far), abs=1e-10)


def test_an_extent_that_no_polynomial_fits_is_refused():
    with pytest.raises(GeoError, match=r"areal_scale_too_wide\(crs='EPSG:4527', half_side_km=2000"):
        fit_areal_scale(CRS, around(ORIGIN, 2_000_000.0), origin=ORIGIN)


def test_excess_of_a_feature_is_that_of_its_parts_less_its_hole():
    whole, hole, part = shapely.box(0, 0, 900, 900), shapely.box(200, 200, 600, 600), None
    part = shapely.box(5_000, 0, 6_000, 1_000)
    together = shapely.MultiPolygon([whole.difference(hole), part])
    shapes = in_county(together, whole, hole, part, shapely.Polygon())
    excess = excess_areas(rings_of(shapes, ORIGIN), county_scale())
    assert excess[0] == pytest.approx(excess[1] - excess[2] + excess[3], rel=1e-12)
    assert excess[4] == 0.0
