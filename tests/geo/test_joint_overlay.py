"""Every square metre of a site lies in exactly one cell."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import EngineDisagreementError
from geo.joint_overlay import JointLayer, joint_cells


def layer(name, shapes, codes, *, overlapping=False):
    return JointLayer(
        name,
        np.array(shapes, dtype=object),
        {name: np.array(list(codes), dtype=object)},
        overlapping,
    )


def areas(cells, *names):
    table = {}
    for position, area in enumerate(cells.area_m2):
        key = tuple(cells.columns[name][position] for name in names)
        table[key] = table.get(key, 0.0) + area
    return table


def test_two_exclusive_layers_make_four_cells_on_paper():
    """100 × 100 m, cut at x = 40 by zones and at y = 30 by classes: 40·30, 40·70, 60·30, 60·70."""
    plots = np.array([shapely.box(0, 0, 100, 100)])
    zones = layer("zone", [shapely.box(-9, -9, 40, 200), shapely.box(40, -9, 200, 200)], "AB")
    classes = layer("class", [shapely.box(-9, -9, 200, 30), shapely.box(-9, 30, 200, 200)], "xy")
    cells = joint_cells(plots, [zones, classes])
    assert areas(cells, "zone", "class") == pytest.approx(
        {("A", "x"): 1200, ("A", "y"): 2800, ("B", "x"): 1800, ("B", "y"): 4200}, abs=1e-6
    )


def test_outside_is_an_empty_text():
    plots = np.array([shapely.box(0, 0, 10, 10)])
    cells = joint_cells(plots, [layer("line", [shapely.box(0, 0, 10, 3)], "1")])
    assert areas(cells, "line") == pytest.approx({("1",): 30, ("",): 70}, abs=1e-6)


def test_overlapping_features_join_their_codes():
    plots = np.array([shapely.box(0, 0, 10, 10)])
    hazards = layer(
        "hazard", [shapely.box(0, 0, 6, 10), shapely.box(4, 0, 10, 10)], "ab", overlapping=True
    )
    cells = joint_cells(plots, [hazards])
    assert areas(cells, "hazard") == pytest.approx({("a",): 40, ("a|b",): 20, ("b",): 40}, abs=1e-6)


def test_plots_that_overlap_count_each_metre_once():
    plots = np.array([shapely.box(0, 0, 10, 10), shapely.box(8, 0, 20, 10)])
    cells = joint_cells(plots, [])
    by_plot = dict(zip(cells.plots, cells.area_m2, strict=True))
    assert by_plot == pytest.approx({(0,): 80, (0, 1): 20, (1,): 100}, abs=1e-9)


def test_three_plots_over_each_other_and_one_apart():
    """Strips x 0–10, 5–15, 8–20 of 1 m and one far away: 5, 3+2, … each metre once."""
    strips = [(0, 10), (5, 15), (8, 20), (50, 51)]
    plots = np.array([shapely.box(west, 0, east, 1) for west, east in strips])
    cells = joint_cells(plots, [])
    by_plot = dict(zip(cells.plots, cells.area_m2, strict=True))
    assert by_plot == pytest.approx(
        {(0,): 5, (0, 1): 3, (0, 1, 2): 2, (1, 2): 5, (2,): 5, (3,): 1}, abs=1e-9
    )


def test_a_touching_feature_makes_no_cell():
    plots = np.array([shapely.box(0, 0, 10, 10)])
    cells = joint_cells(plots, [layer("line", [shapely.box(10, 0, 20, 10)], "1")])
    assert list(cells.columns["line"]) == [""]
    assert cells.geometry[0].equals(plots[0])


def test_a_cell_is_one_polygon():
    """A road of 4 m cuts a field of 20 × 10 m in two cells of the same class."""
    plots = np.array([shapely.box(0, 0, 20, 10)])
    road = layer("road", [shapely.box(8, -1, 12, 11)], "1")
    cells = joint_cells(plots, [road])
    assert sorted(cells.area_m2) == pytest.approx([40, 80, 80], abs=1e-9)
    assert {geometry.geom_type for geometry in cells.geometry} == {"Polygon"}


def test_an_exclusive_layer_that_overlaps_is_found_out():
    plots = np.array([shapely.box(0, 0, 10, 10)])
    lying = layer("zone", [shapely.box(0, 0, 6, 10), shapely.box(4, 0, 10, 10)], "ab")
    with pytest.raises(EngineDisagreementError, match="overlay_sum_fails"):
        joint_cells(plots, [lying])


@st.composite
def tilings(draw):
    cuts = sorted(draw(st.sets(st.integers(1, 99), min_size=1, max_size=6)))
    edges = np.array([-5, *cuts, 105], dtype=float)
    return shapely.box(edges[:-1], -5.0, edges[1:], 105.0)


@settings(max_examples=60, deadline=None)
@given(tilings(), tilings(), st.randoms(use_true_random=False))
def test_parts_add_up_in_any_order(columns, rows, random):
    rows = np.array([shapely.transform(row, lambda xy: xy[:, ::-1]) for row in rows])
    site = shapely.Point(50, 50).buffer(45).difference(shapely.Point(60, 60).buffer(7))
    plots = np.array([site])
    layers = [
        layer("column", columns, [str(i) for i in range(len(columns))]),
        layer("row", rows, [str(i) for i in range(len(rows))]),
    ]
    forward = areas(joint_cells(plots, layers), "column", "row")
    random.shuffle(layers)
    other = areas(joint_cells(plots, layers), "column", "row")
    assert sum(forward.values()) == pytest.approx(site.area, abs=1e-5)
    assert other == pytest.approx(forward, abs=2e-5)
