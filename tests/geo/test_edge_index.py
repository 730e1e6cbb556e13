"""The packed tree finds exactly the boxes that share area."""

import numpy as np
import pytest

from geo.edge_index import candidate_pairs, hilbert_order, indexed
from geo.pair_areas import Forest
from geo.rings import rings_of
from geo.subdivision import subdivide
from geo.testing import county_scale, gap_free_cells

CELLS = gap_free_cells(40, 40, cell_m=50.0, corners_between=2, seed=11)


def pieces_of(shapes):
    return subdivide(rings_of(shapes, (0, 0)))


def found(tree, queries):
    return candidate_pairs(
        tree.nodes, np.array([0]), np.array([len(tree.pieces)]), np.asarray(queries, dtype=float)
    )


def sharing(boxes, query):
    inside = (boxes[:, :2] < query[2:]).all(axis=1) & (query[:2] < boxes[:, 2:]).all(axis=1)
    return np.flatnonzero(inside)


def test_neighbours_on_a_grid_follow_one_another():
    """On the full grid the Hilbert curve moves one cell at a time."""
    x, y = np.meshgrid(np.arange(32.0), np.arange(32.0))
    boxes = np.stack([x, y, x, y], axis=-1).reshape(-1, 4)
    walk = boxes[hilbert_order(boxes)]
    assert np.abs(np.diff(walk[:, :2], axis=0)).sum(axis=1).tolist() == [1.0] * 1023


def test_order_of_one_place_is_kept():
    assert hilbert_order(np.zeros((5, 4))).tolist() == [0, 1, 2, 3, 4]
    assert hilbert_order(np.zeros((0, 4))).tolist() == []


@pytest.mark.parametrize("count", [1, 2, 16, 17, 256, 257, 1600])
def test_a_search_finds_what_a_scan_finds(count):
    tree = indexed(pieces_of(CELLS[:count]))
    random = np.random.default_rng(count)
    low = random.uniform(-100, 2_000, (60, 2))
    queries = np.hstack([low, low + random.uniform(0, 300, (60, 2))])
    _, query, leaf = found(tree, queries)
    for number, box in enumerate(queries):
        assert sorted(leaf[query == number]) == sharing(tree.pieces.boxes, box).tolist()


def test_boxes_that_only_touch_are_not_found():
    tree = indexed(pieces_of(CELLS[:1]))
    x0, y0, x1, y1 = tree.pieces.boxes[0]
    touching = [[x1, y0, x1 + 9, y1], [x0, y1, x1, y1 + 9], [x0 - 9, y0, x0, y1]]
    assert found(tree, touching).shape == (3, 0)
    assert found(tree, [[x1 - 1e-9, y0, x1 + 9, y1]]).shape == (3, 1)


def test_many_hits_outgrow_the_first_buffer():
    tree = indexed(pieces_of(CELLS))
    everything = [-1e3, -1e3, 1e4, 1e4]
    _, query, leaf = found(tree, [everything] * 3)
    assert np.bincount(query).tolist() == [1600] * 3
    assert sorted(leaf[:1600]) == list(range(1600))


def test_trees_of_a_forest_answer_one_after_another():
    """One of them empty; the positions of features are those within their tree."""
    trees = [indexed(pieces_of(part)) for part in (CELLS[:40], CELLS[:0], CELLS[40:80])]
    site = pieces_of(CELLS[20:21])
    pairs = Forest(trees).areas(site, county_scale())
    own = (pairs.tree == 0) & (pairs.right == 20)
    assert pairs.areas_m2[own, 0] == pytest.approx([plane(CELLS[20])], rel=1e-12)
    assert set(pairs.tree) == {0, 2}
    assert pairs.areas_m2[~own, 0] == pytest.approx(0.0, abs=1e-9)


def plane(shape):
    return shape.area
