"""Slivers and strips: connected pieces and their width, computable in the head."""

import numpy as np
import pytest
import shapely
from shapely import affinity

from geo.pieces import connected_pieces, largest_circle_diameter


def test_width_of_a_rectangle_is_its_short_side():
    assert largest_circle_diameter(shapely.box(0, 0, 30, 0.02)) == pytest.approx(0.02, abs=1e-3)
    assert largest_circle_diameter(shapely.box(0, 0, 40, 8)) == pytest.approx(8, abs=2e-3)


def test_width_of_nothing_is_zero():
    assert largest_circle_diameter(shapely.Polygon()) == 0.0


def test_a_strip_cut_into_334_cells_is_one_piece():
    edges = np.linspace(0.0, 300.0, 335)
    cells = shapely.box(edges[:-1], 0.0, edges[1:], 1.0)
    pieces = connected_pieces(cells, shapely.area(cells), wide_enough_m=1.5)
    assert len(pieces) == 1
    assert pieces[0].area_m2 == pytest.approx(300.0, abs=1e-9)
    assert pieces[0].width_m == pytest.approx(1.0, abs=1e-3)
    assert sorted(pieces[0].cells) == list(range(334))


def test_cells_that_gape_by_nanometres_still_join():
    cells = np.array([shapely.box(0, 0, 10, 1), shapely.box(10 + 1e-9, 0, 20, 1)])
    pieces = connected_pieces(cells, shapely.area(cells), wide_enough_m=0.1)
    assert len(pieces) == 1


def test_cells_that_meet_in_a_point_are_two_pieces():
    cells = np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 1, 2, 2)])
    assert len(connected_pieces(cells, shapely.area(cells), wide_enough_m=0.1)) == 2


def test_cells_thinner_than_the_grid_keep_their_area():
    cells = np.array([shapely.box(0, 0, 100, 2e-5), shapely.box(0, 50, 10, 60)])
    pieces = connected_pieces(cells, shapely.area(cells), wide_enough_m=0.1)
    assert sum(piece.area_m2 for piece in pieces) == pytest.approx(100.002, abs=1e-9)
    assert pieces[-1].width_m == 0.0


def test_width_bound_never_exceeds_the_width():
    star = shapely.Point(0, 0).buffer(10).difference(shapely.box(-11, -0.5, 9, 0.5))
    for turn in range(0, 180, 15):
        shape = affinity.rotate(star, turn)
        piece = connected_pieces(np.array([shape]), np.array([shape.area]), wide_enough_m=0.0)[0]
        assert piece.width_m <= largest_circle_diameter(shape) + 1e-3
        assert piece.width_m == pytest.approx(2 * shape.area / shape.length, rel=1e-3)


def test_no_cells_no_pieces():
    nothing = np.array([], dtype=object)
    assert connected_pieces(nothing, np.array([]), wide_enough_m=0.1) == []
