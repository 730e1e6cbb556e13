"""Outlines as bureaus really send them: what is kept, mended or refused, to the square metre."""

import time

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import (
    GeometryCollection,
    LineString,
    MultiLineString,
    MultiPoint,
    MultiPolygon,
    Point,
    Polygon,
    box,
)

from geo.reading_codes import Fault, Mend, Remark
from geo.validity import NOTES_SHOWN, admit_polygons

E0, N0 = 39_524_000, 3_850_000
BOW_TIE = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
# two triangles that meet at (0, 0): 8 × 16 / 2 = 64 m² and 4 × 8 / 2 = 16 m², turning apart
FIGURE_OF_EIGHT = Polygon([(-8, -8), (4, 4), (4, -4), (-8, 8)])


def frame_of(*geometries):
    moved = [shapely.transform(g, lambda xy: xy + np.array([E0, N0])) for g in geometries]
    return gpd.GeoDataFrame(
        {"source_index": range(len(geometries))}, geometry=moved, crs="EPSG:4527"
    )


def admit(*geometries, accept_repairs=False):
    return admit_polygons(frame_of(*geometries), accept_repairs=accept_repairs)


def codes(admission):
    return [refusal.code for refusal in admission.refused]


def holed(shell, *holes):
    return Polygon(shell.exterior, [hole.exterior for hole in holes])


def test_a_bow_tie_becomes_two_triangles_only_on_the_users_word():
    assert codes(admit(BOW_TIE)) == [Fault.REPAIR_TOO_LARGE]
    admission = admit(BOW_TIE, accept_repairs=True)
    triangles = shapely.get_parts(admission.frame.geometry.iloc[0])
    assert sorted(shapely.area(triangles)) == pytest.approx([25.0, 25.0])
    (repair,) = admission.repaired
    assert (repair.area_before_m2, repair.area_after_m2) == pytest.approx((0.0, 50.0))
    assert repair.place == (E0 + 5, N0 + 5)


def test_unequal_lobes_are_told_with_signed_and_mended_area():
    """Signed 64 − 16 = 48 m², on the ground 80: a change of 32 m² is never silent."""
    (refusal,) = admit(FIGURE_OF_EIGHT).refused
    assert refusal.code == Fault.REPAIR_TOO_LARGE
    facts = [refusal.params[f"{name}_m2"] for name in ("before", "after", "change", "limit")]
    assert facts == ["48.00", "80.00", "32.00", "0.048"]
    (repair,) = admit(FIGURE_OF_EIGHT, accept_repairs=True).repaired
    assert (repair.area_before_m2, repair.area_after_m2) == pytest.approx((48.0, 80.0))
    assert repair.place == (E0, N0)


def comb_of_holes(corners=120_000, holes=400):
    """A circle of 1 km radius with a square lattice of holes of 10 m × 10 m inside."""
    turn = np.linspace(0.0, 2.0 * np.pi, corners, endpoint=False)
    shell = 1000.0 * np.column_stack([np.cos(turn), np.sin(turn)])
    side = int(holes**0.5)
    places = [(x * 30.0 - 300.0, y * 30.0 - 300.0) for x in range(side) for y in range(side)]
    return Polygon(shell, [box(x, y, x + 10, y + 10).exterior for x, y in places])


def test_a_huge_outline_with_hundreds_of_holes_stays_as_it_is():
    outline = comb_of_holes()
    assert shapely.get_num_coordinates(outline) == 122_001
    began = time.process_time()
    admission = admit(outline)
    assert time.process_time() - began < 5.0
    assert admission.refused == admission.repaired == admission.notes == ()
    kept = admission.frame.geometry.iloc[0]
    assert kept.equals_exact(frame_of(outline).geometry.iloc[0], 0)
    assert len(kept.interiors) == 400


def test_one_fault_in_a_huge_outline_leaves_the_rest_of_it_alone():
    """A hole that touches the next along an edge: mended, and no hole is lost."""
    huge = comb_of_holes()
    touching = Polygon(huge.exterior, [*huge.interiors, box(-290, -300, -285, -290).exterior])
    began = time.process_time()
    admission = admit(touching)
    assert time.process_time() - began < 20.0
    (repair,) = admission.repaired
    assert repair.area_after_m2 == pytest.approx(huge.area - 50.0, abs=1e-3)
    assert len(admission.frame.geometry.iloc[0].interiors) == 400


@pytest.mark.parametrize(
    ("outline", "before", "after"),
    [
        # the same hole twice is taken away twice
        (holed(box(0, 0, 100, 100), box(40, 40, 60, 60), box(40, 40, 60, 60)), 9200.0, 9600.0),
        # the shell once more as a part
        (MultiPolygon([box(0, 0, 100, 100), box(0, 0, 100, 100)]), 20_000.0, 10_000.0),
        # a part inside a part
        (MultiPolygon([box(0, 0, 100, 100), box(20, 20, 80, 80)]), 13_600.0, 10_000.0),
        # a hole that lies outside
        (holed(box(0, 0, 100, 100), box(200, 0, 220, 20)), 9600.0, 10_400.0),
        # a hole that reaches out over the edge: 20 × 10 of it lie inside
        (holed(box(0, 0, 100, 100), box(90, 40, 110, 60)), 9600.0, 9800.0),
    ],
)
def test_ground_counted_twice_is_refused_and_on_demand_mended(outline, before, after):
    (refusal,) = admit(outline).refused
    assert refusal.code == Fault.REPAIR_TOO_LARGE
    assert refusal.params["before_m2"] == f"{before:.2f}"
    admission = admit(outline, accept_repairs=True)
    (repair,) = admission.repaired
    assert repair.area_before_m2 == pytest.approx(before)
    assert repair.place is not None
    if after != 9800.0:
        assert repair.area_after_m2 == pytest.approx(after)
    assert admission.frame.area.tolist() == pytest.approx([repair.area_after_m2])


@pytest.mark.parametrize("accept_repairs", [False, True])
def test_a_hole_as_large_as_its_shell_leaves_nothing(accept_repairs):
    outline = holed(box(0, 0, 10, 10), box(0, 0, 10, 10))
    assert codes(admit(outline, accept_repairs=accept_repairs)) == [Fault.ZERO_AREA]


@pytest.mark.parametrize(
    ("outline", "parts"),
    [
        # a way out and back to a second square: a corridor without width
        (Polygon([(0, 0), (10, 0), (10, 5), (50, 5), (50, 0), (60, 0), (60, 10), (50, 10),
                  (50, 5), (10, 5), (10, 10), (0, 10)]), 2),
        # a spike outwards
        (Polygon([(0, 0), (20, 0), (20, 5), (90, 5), (20, 5), (20, 10), (0, 10)]), 1),
        # a cut inwards
        (Polygon([(0, 0), (20, 0), (20, 5), (10, 5), (20, 5), (20, 10), (0, 10)]), 1),
    ],
)  # fmt: skip
def test_ways_without_width_go_and_no_area_with_them(outline, parts):
    admission = admit(outline)
    (repair,) = admission.repaired
    assert repair.code == Mend.SELF_INTERSECTION
    assert repair.area_before_m2 == pytest.approx(200.0)
    assert repair.area_after_m2 == pytest.approx(200.0)
    assert shapely.get_num_geometries(admission.frame.geometry.iloc[0]) == parts


def test_a_mixed_collection_names_what_was_left_out_of_which_feature():
    mixed = GeometryCollection(
        [
            box(0, 0, 10, 10),
            LineString([(0, 0), (50, 50)]),
            MultiLineString([[(0, 0), (1, 1)], [(2, 2), (3, 3)]]),
            Point(5, 5),
            GeometryCollection([MultiPoint([(1, 1), (2, 2)]), box(20, 0, 30, 10)]),
        ]
    )
    admission = admit(box(0, 0, 9, 9), mixed)
    assert admission.frame.area.tolist() == [81.0, 200.0]
    (note,) = admission.notes
    assert (note.code, note.index) == (Remark.COLLECTION_REDUCED, 1)
    assert note.params == {"feature": 2, "lines": 2, "points": 2, "others": 0}


def test_a_collection_of_polygons_alone_loses_nothing_and_says_nothing():
    admission = admit(GeometryCollection([box(0, 0, 10, 10), MultiPolygon([box(20, 0, 30, 10)])]))
    assert admission.notes == ()
    assert admission.frame.area.tolist() == [200.0]


def test_a_clockwise_shell_is_the_same_ground():
    square = box(0, 0, 10, 10)
    admission = admit(square.reverse(), Polygon(square.exterior, [box(4, 4, 6, 6).exterior]))
    assert admission.refused == admission.repaired == admission.notes == ()
    assert admission.frame.area.tolist() == [100.0, 96.0]


@pytest.mark.parametrize(
    ("outline", "fault"),
    [
        (Polygon([(0, 0), (1e-12, 0), (1e-12, 5e-13)]), Fault.ZERO_AREA),
        (box(0, 0, 1e-4, 1e-4), Fault.ZERO_AREA),
    ],
)
def test_specks_are_no_parcels(outline, fault):
    """At an easting of 39 524 000 m such a speck is not even a point of its own."""
    admission = admit_polygons(
        gpd.GeoDataFrame({"source_index": [0]}, geometry=[outline], crs="EPSG:4527"),
        accept_repairs=True,
    )
    assert codes(admission) == [fault]


@pytest.mark.parametrize("size", [1e160, 1e300])
def test_coordinates_beyond_all_measure_are_refused(size):
    huge = box(0, 0, size, size)
    frame = gpd.GeoDataFrame({"source_index": [0]}, geometry=[huge], crs="EPSG:4527")
    assert codes(admit_polygons(frame, accept_repairs=True)) == [Fault.NON_FINITE]


def test_an_empty_part_does_not_spoil_the_rest():
    outline = shapely.from_wkt("MULTIPOLYGON (EMPTY, ((0 0, 10 10, 10 0, 0 10, 0 0)))")
    assert codes(admit(outline)) == [Fault.REPAIR_TOO_LARGE]
    kept = admit(outline, accept_repairs=True)
    assert kept.frame.area.tolist() == pytest.approx([50.0])


def test_repeated_points_are_named_up_to_a_number_and_counted_beyond():
    doubled = Polygon([(0, 0), (10, 0), (10, 0), (10, 0), (10, 10), (0, 10)])
    notes = admit(*[doubled] * (NOTES_SHOWN + 5)).notes
    assert [note.index for note in notes] == [*range(NOTES_SHOWN), None]
    assert notes[0].params == {"feature": 1, "count": 2}
    assert (notes[-1].code, notes[-1].params) == (Remark.REPEATED_POINTS_MORE, {"count": 5})


RINGS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=3, max_size=7)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(RINGS, min_size=1, max_size=3), min_size=1, max_size=4), st.booleans())
def test_every_square_metre_that_came_in_is_accounted_for(features, accept_repairs):
    """Signed area in = area kept before any repair + signed area refused; rings cross freely."""
    outlines = [MultiPolygon([Polygon(ring) for ring in rings]) for rings in features]
    came = np.asarray(shapely.area(np.array(outlines, dtype=object)))
    admission = admit(*outlines, accept_repairs=accept_repairs)
    mended = {repair.index: repair for repair in admission.repaired}
    refused = {refusal.index for refusal in admission.refused}
    kept = admission.frame["source_index"].tolist()
    assert sorted([*kept, *refused]) == list(range(len(outlines)))
    for index, area in zip(kept, admission.frame.area, strict=True):
        before = mended[index].area_before_m2 if index in mended else area
        assert before == pytest.approx(came[index], abs=1e-6)
        if index in mended:
            assert mended[index].area_after_m2 == pytest.approx(area, abs=1e-6)
            assert mended[index].place is not None


def scribble(corners):
    """Corners in no order at all: edges cross each other n² / 5 times or so."""
    places = np.random.default_rng(4).uniform(0.0, 1000.0, (corners, 2))
    return Polygon(np.round(places, 3))


@pytest.mark.parametrize("corners", [3_000, 120_000])
@pytest.mark.parametrize("accept_repairs", [False, True])
def test_a_scribble_is_refused_before_it_takes_all_time(corners, accept_repairs):
    began = time.process_time()
    admission = admit(box(0, 0, 9, 9), scribble(corners), accept_repairs=accept_repairs)
    assert time.process_time() - began < 10.0
    assert [(r.index, r.code) for r in admission.refused] == [(1, Fault.TOO_TANGLED)]
    assert admission.refused[0].bounds is not None


def test_an_outline_traced_twice_is_still_looked_into():
    """A circle of 20 000 corners twice, off by a micrometre: crossed nearly everywhere."""
    turn = np.linspace(0.0, 2.0 * np.pi, 20_000, endpoint=False)
    circle = 500.0 * np.column_stack([np.cos(turn), np.sin(turn)])
    noise = np.random.default_rng(2).uniform(-1e-6, 1e-6, circle.shape)
    began = time.process_time()
    admission = admit(Polygon(np.vstack([circle, circle + noise])))
    assert time.process_time() - began < 20.0
    (refusal,) = admission.refused
    assert refusal.code == Fault.REPAIR_TOO_LARGE
