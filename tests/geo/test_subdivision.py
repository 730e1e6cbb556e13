"""Cut pieces are the region again: same area, few vertices, small boxes."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box

from geo.rings import plane_areas, rings_of
from geo.subdivision import subdivide
from geo.testing import multiparts, polygons, stars_with_hole

BRIDGED = 50


def pieces_of(*shapes, side=None):
    return subdivide(rings_of(np.array(shapes, dtype=object), (0, 0)), longest_side_m=side)


def areas_of(pieces):
    """Shoelace area of each piece; pieces are closed."""
    runs = [pieces.xy[a:b] for a, b in zip(pieces.offsets[:-1], pieces.offsets[1:], strict=True)]
    local = [run - run[0] for run in runs]
    return np.array([0.5 * np.sum(r[:-1, 0] * r[1:, 1] - r[1:, 0] * r[:-1, 1]) for r in local])


def totals(pieces, count):
    return np.bincount(pieces.owner, areas_of(pieces), count)


def test_a_small_polygon_is_one_piece_as_it_is():
    pieces = pieces_of(box(0, 0, 10, 20))
    assert pieces.xy.tolist() == [[10, 0], [10, 20], [0, 20], [0, 0], [10, 0]]
    assert pieces.boxes.tolist() == [[0, 0, 10, 20]]
    assert pieces.owner.tolist() == [0]


def test_a_hole_hangs_on_a_bridge_without_area():
    pieces = pieces_of(box(0, 0, 10, 10).difference(box(4, 4, 6, 6)))
    assert len(pieces) == 1
    assert len(pieces.xy) == 5 + 5 + 1
    assert areas_of(pieces).tolist() == [96.0]


def test_a_large_disc_becomes_many_pieces():
    disc = shapely.Point(0, 0).buffer(1_000.0, quad_segs=5_000)
    pieces = pieces_of(disc)
    assert np.diff(pieces.offsets).max() <= BRIDGED
    assert len(pieces) > 20_000 / 48
    assert areas_of(pieces).sum() == pytest.approx(disc.area, rel=1e-13)
    assert areas_of(pieces).min() >= 0.0


def test_no_piece_is_longer_than_asked_nor_a_64th_of_the_whole():
    corridor = box(0, 0, 30_000, 20)
    assert (pieces_of(corridor, side=2_000.0).boxes[:, 2:] <= [30_000, 20]).all()
    widths = np.ptp(pieces_of(corridor, side=2_000.0).boxes[:, [0, 2]], axis=1)
    assert widths.max() <= 2_000.0
    widths = np.ptp(pieces_of(box(0, 0, 1e6, 20), side=2_000.0).boxes[:, [0, 2]], axis=1)
    assert widths.max() <= 1e6 / 64
    assert len(widths) == 64


def test_what_no_cut_makes_smaller_stays_one_piece():
    """A star of 300 rays around one point: every cut near it crosses half of its edges."""
    angles = np.linspace(0, 2 * np.pi, 600, endpoint=False)
    reach = np.where(np.arange(600) % 2, 1.0, 100.0)
    star = Polygon(np.stack([reach * np.cos(angles), reach * np.sin(angles)], axis=1))
    pieces = pieces_of(star)
    assert areas_of(pieces).sum() == pytest.approx(star.area, rel=1e-13)
    assert len(pieces.xy) < 3 * 600


def test_a_comb_does_not_explode():
    """2 000 teeth 1 km long and 10 cm apart: cut between teeth, not across them."""
    x = np.repeat(np.arange(4_000) * 0.05, 2)
    y = np.tile([1.0, 1_000.0, 1_000.0, 1.0], 2_000)
    comb = Polygon([*zip(x, y, strict=True), (200.0, 0.0), (0.0, 0.0)])
    assert comb.is_valid
    pieces = pieces_of(comb)
    assert areas_of(pieces).sum() == pytest.approx(comb.area, rel=1e-12)
    assert len(pieces.xy) < 3 * 8_000
    assert np.diff(pieces.offsets).max() <= 60


def test_ten_thousand_holes():
    x, y = np.meshgrid(np.arange(100) * 10.0, np.arange(100) * 10.0)
    holes = [
        [(a, b), (a + 4, b), (a + 4, b + 5), (a, b + 5)]
        for a, b in zip(x.flat, y.flat, strict=True)
    ]
    sieve = Polygon([(-5, -5), (1_000, -5), (1_000, 1_000), (-5, 1_000)], holes)
    pieces = pieces_of(sieve)
    assert areas_of(pieces).sum() == pytest.approx(1_005**2 - 10_000 * 20, rel=1e-12)
    assert np.diff(pieces.offsets).max() <= 70


shapes = st.lists(st.one_of(polygons(), multiparts(), stars_with_hole()), min_size=1, max_size=4)


@given(shapes=shapes, dense=st.booleans(), side=st.sampled_from((None, 7.0, 30.0)))
def test_pieces_add_up_to_their_feature(shapes, dense, side):
    if dense:
        shapes = [shapely.segmentize(shape, max_segment_length=2.0) for shape in shapes]
    pieces = pieces_of(*shapes, side=side)
    whole = plane_areas(rings_of(np.array(shapes, dtype=object), (0, 0)))
    assert totals(pieces, len(shapes)) == pytest.approx(whole, rel=1e-12, abs=1e-10)
    assert (np.diff(pieces.owner) >= 0).all()
    closed = pieces.xy[pieces.offsets[:-1]] == pieces.xy[pieces.offsets[1:] - 1]
    assert closed.all()


@given(shapes=shapes, side=st.sampled_from((None, 20.0)))
def test_pieces_of_a_feature_depend_on_it_alone(shapes, side):
    together = pieces_of(*shapes, side=side)
    for position, shape in enumerate(shapes):
        alone = pieces_of(shape, side=side)
        mine = np.flatnonzero(together.owner == position)
        assert together.chosen(mine).xy.tobytes() == alone.xy.tobytes()


def test_nothing_has_no_pieces():
    pieces = pieces_of(Polygon(), MultiPolygon())
    assert len(pieces) == 0
    assert pieces.boxes.shape == (0, 4)
