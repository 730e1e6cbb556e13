"""The kernel against exact rational arithmetic, in absolute coordinates as files have them."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon, box

from geo.edge_index import indexed
from geo.exact_area import exact_area, exact_common_area
from geo.measurement import plane_areas_um2
from geo.pair_areas import Forest
from geo.rings import rings_of
from geo.subdivision import subdivide
from geo.testing import (
    ORIGIN,
    county_scale,
    moved,
    multiparts,
    nearly_the_same,
    polygons,
    slivers,
    stars,
)

# 1e-11 of the area; where that is next to nothing, the rounding of doubles: 2⁻⁵³ × 100 m × 100 m
# for each of a dozen edges, a hundred-thousandth of the unit that areas are rounded to
RELATIVE, ABSOLUTE_M2 = Fraction(1, 10**11), Fraction(1, 10**11)

# the zone prefix leaves 7.5e-9 m of resolution; the county may lie away from the origin
PLACES = st.tuples(
    st.sampled_from((0.0, 12_345.6789, -23_456.789)), st.sampled_from((0.0, 9_876.54321))
)


def common_area(one, other):
    """What the kernel says in double precision, before anything is rounded."""
    left, right = (
        subdivide(rings_of(np.array([shape], dtype=object), ORIGIN)) for shape in (one, other)
    )
    pairs = Forest([indexed(right)]).areas(left, county_scale())
    return float(pairs.areas_m2[:, 0].sum())


def assert_exact(one, other, place=(0.0, 0.0)):
    east, north = ORIGIN[0] + place[0], ORIGIN[1] + place[1]
    one, other = moved(one, east, north), moved(other, east, north)
    exact = exact_common_area(one, other)
    error = abs(Fraction(common_area(one, other)) - exact)
    assert error <= RELATIVE * exact + ABSOLUTE_M2, (float(error), float(exact))


def test_rational_areas_are_those_known_by_heart():
    square = box(0, 0, 10, 10)
    assert exact_area(square.difference(box(4, 4, 6, 6))) == 96
    assert exact_area(Polygon([(0, 0), (10, 0), (0, 10)])) == 50
    assert exact_common_area(square, box(5, 5, 15, 15)) == 25
    assert exact_common_area(square, box(10, 0, 20, 10)) == 0
    assert exact_common_area(square, Polygon([(0, 0), (10, 0), (5, 10)])) == 50
    diamond = Polygon([(5, -5), (15, 5), (5, 15), (-5, 5)])
    assert exact_common_area(diamond, square) == 100
    thirds = Polygon([(0, 0), (1, 0), (1, 3)])
    assert exact_common_area(thirds, box(0, 0, 1, 1)) == Fraction(5, 6)


@settings(max_examples=300)
@given(one=polygons(), other=polygons(), place=PLACES)
def test_any_two_polygons(one, other, place):
    assert_exact(one, other, place)


@settings(max_examples=300)
@given(pair=nearly_the_same(), place=PLACES)
def test_nearly_coincident_outlines(pair, place):
    assert_exact(*pair, place)


@settings(max_examples=150)
@given(sliver=slivers(), other=st.one_of(slivers(), stars()), place=PLACES)
def test_slivers(sliver, other, place):
    assert_exact(sliver, other, place)


@given(parts=multiparts(), other=polygons(200.0), place=PLACES)
def test_several_parts(parts, other, place):
    assert_exact(parts, other, place)


@given(star=stars(), cut=st.floats(-0.5, 0.5), place=PLACES)
def test_triangles_that_share_an_edge(star, cut, place):
    """A fan around some point: neighbours touch, or overlap where the point lies outside."""
    ring = shapely.get_coordinates(star)[:-1]
    middle = ring.mean(axis=0) + cut
    fan = [Polygon([middle, ring[k], ring[(k + 1) % len(ring)]]) for k in range(len(ring))]
    fan = [part for part in fan if part.is_valid and part.area > 0]
    for one, other in pairwise(fan):
        assert_exact(one, other, place)


@given(pair=nearly_the_same())
def test_pieces_of_large_polygons_measure_as_the_whole(pair):
    """Every edge bent into twenty: both sides are cut into several pieces."""
    dense = [shapely.segmentize(shape, max_segment_length=5.0) for shape in pair]
    assert_exact(*dense)


@given(shape=st.one_of(polygons(), multiparts()), place=PLACES)
def test_whole_areas_round_to_the_nearest_unit(shape, place):
    there = moved(shape, ORIGIN[0] + place[0], ORIGIN[1] + place[1])
    found = int(plane_areas_um2(np.array([there], dtype=object), origin=ORIGIN)[0])
    exact = exact_area(there) * 1_000_000
    assert abs(found - exact) <= Fraction(1, 2) + RELATIVE * exact


@pytest.mark.parametrize("height", [1e-9, 1e-6, 1.0])
def test_almost_level_edges_of_great_length(height):
    long = Polygon([(0, 0), (30_000, height), (30_000, 10), (0, 10)])
    assert_exact(long, box(10_000.5, -5, 20_000.25, 7))
    assert_exact(long, Polygon([(0, height), (30_000, 0), (30_000, -10), (0, -10)]))


def test_a_small_site_on_the_corner_of_a_square_of_thirty_kilometres():
    assert_exact(box(0, 0, 30_000, 30_000), box(29_999.5, 29_999.25, 30_010, 30_010))
