"""Outlines admitted, mended or refused; every number can be worked out in the head."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import GeometryCollection, LineString, MultiPolygon, Point, Polygon, box

from geo.errors import GeographicCRSError
from geo.reading_codes import Fault, Mend, Remark
from geo.validity import admit_polygons

E0, N0 = 39_524_000, 3_850_000


def with_hole_in_its_numbers(value):
    with np.errstate(invalid="ignore"):
        return Polygon([(0, 0), (value, 5), (5, 5)])


def placed(geometry):
    return shapely.transform(geometry, lambda xy: xy + np.array([E0, N0]))


def admit(*geometries, accept_repairs=False, **limits):
    frame = gpd.GeoDataFrame(
        {
            "source_index": range(len(geometries)),
            "site_id": [f"S{n}" for n in range(len(geometries))],
        },
        geometry=[None if g is None else placed(g) for g in geometries],
        crs="EPSG:4527",
    )
    return admit_polygons(frame, accept_repairs=accept_repairs, **limits)


def reasons(admission):
    return [(refusal.index, refusal.code) for refusal in admission.refused]


def test_a_sound_polygon_passes_unchanged():
    square = box(0, 0, 100, 100).difference(box(40, 40, 60, 60))
    admission = admit(square)
    assert admission.refused == admission.repaired == admission.notes == ()
    assert admission.frame.area.tolist() == [9600.0]
    assert admission.frame.geometry.iloc[0].normalize().equals_exact(placed(square).normalize(), 0)


@pytest.mark.parametrize(
    ("geometry", "fault"),
    [
        (None, Fault.NO_GEOMETRY),
        (Polygon(), Fault.EMPTY_GEOMETRY),
        (MultiPolygon(), Fault.EMPTY_GEOMETRY),
        (Point(1, 1), Fault.NO_POLYGON),
        (LineString([(0, 0), (1, 1)]), Fault.NO_POLYGON),
        (GeometryCollection([Point(1, 1), LineString([(0, 0), (9, 9)])]), Fault.NO_POLYGON),
        (with_hole_in_its_numbers(np.nan), Fault.NON_FINITE),
        (with_hole_in_its_numbers(np.inf), Fault.NON_FINITE),
        (Polygon([(0, 0), (5, 5), (0, 0), (5, 5)]), Fault.TOO_FEW_POINTS),
        (Polygon([(3, 3), (3, 3), (3, 3), (3, 3)]), Fault.TOO_FEW_POINTS),
        (Polygon([(0, 0), (10, 10), (20, 20), (5, 5)]), Fault.ZERO_AREA),
        (Polygon([(0, 0), (100, 0), (100, 1e-9), (0, 0)]), Fault.ZERO_AREA),
    ],
)
def test_what_is_no_area_is_refused_and_the_rest_kept(geometry, fault):
    admission = admit(box(0, 0, 10, 10), geometry, box(20, 0, 30, 10))
    assert reasons(admission) == [(1, fault)]
    assert admission.refused[0].site == "S1"
    assert admission.refused[0].params["feature"] == 2
    assert admission.frame["source_index"].tolist() == [0, 2]


def test_refusals_tell_the_ground_only_where_it_is_known():
    crossed, missing = admit(Polygon([(0, 0), (10, 10), (10, 0), (0, 10)]), None).refused
    assert crossed.bounds == (E0, N0, E0 + 10, N0 + 10)
    assert missing.bounds is None


def test_vertices_are_limited():
    admission = admit(box(0, 0, 1, 1).buffer(5, quad_segs=50), box(0, 0, 9, 9), max_vertices=100)
    assert reasons(admission) == [(0, Fault.TOO_MANY_VERTICES)]
    assert admission.refused[0].params["limit"] == 100


def test_a_bow_tie_is_refused_because_its_signed_area_is_zero():
    """Two triangles of 25 m² wind against each other: 0 before, 50 after."""
    admission = admit(Polygon([(0, 0), (10, 10), (10, 0), (0, 10)]))
    (refusal,) = admission.refused
    assert refusal.code == Fault.REPAIR_TOO_LARGE
    assert refusal.params["before_m2"] == "0.00"
    assert refusal.params["after_m2"] == "50.00"
    assert (refusal.params["x"], refusal.params["y"]) == ("39524005.000", "3850005.000")


def test_a_bow_tie_is_mended_on_the_users_word():
    admission = admit(Polygon([(0, 0), (10, 10), (10, 0), (0, 10)]), accept_repairs=True)
    assert admission.refused == ()
    assert admission.frame.area.tolist() == pytest.approx([50.0], abs=1e-6)
    (repair,) = admission.repaired
    assert (repair.index, repair.site, repair.code) == (0, "S0", Mend.SELF_INTERSECTION)
    assert (repair.area_before_m2, repair.area_after_m2) == pytest.approx((0.0, 50.0), abs=1e-6)


@pytest.mark.parametrize(
    ("side", "overlap", "mended"),
    [
        # 0.1 % of 10 000 m² is 10 m²: both limits at once; the parts share a strip of 100 m
        (100, 0.099, True),
        (100, 0.101, False),
        # 0.1 % of 40 000 m² would be 40 m², but 10 m² is the limit
        (200, 0.049, True),
        (200, 0.051, False),
    ],
)
def test_the_limit_of_a_repair_is_the_smaller_of_share_and_area(side, overlap, mended):
    """Two halves that overlap by a strip side × overlap: that much is counted twice."""
    halves = MultiPolygon([box(0, 0, side / 2, side), box(side / 2 - overlap, 0, side, side)])
    admission = admit(halves)
    assert bool(admission.repaired) is mended
    assert bool(admission.refused) is not mended
    if mended:
        assert admission.repaired[0].area_after_m2 == pytest.approx(side * side, abs=1e-4)
        assert admission.repaired[0].area_before_m2 == pytest.approx(
            side * (side + overlap), abs=1e-4
        )


def test_lobes_that_cancel_in_the_signed_area_are_not_overlooked():
    """A part of 40 m² on top of 10 000 counts twice, a hole of 20 m² outside becomes ground.

    Signed area 10 000 + 40 − 20 = 10 020, and 10 020 after: no change, but 80 m² decided on.
    """
    holed = Polygon(box(0, 0, 100, 100).exterior, [box(200, 0, 210, 2).exterior])
    outline = MultiPolygon([holed, box(50, 50, 60, 54)])
    admission = admit(outline)
    assert reasons(admission) == [(0, Fault.REPAIR_TOO_LARGE)]
    facts = admission.refused[0].params
    assert (facts["before_m2"], facts["after_m2"]) == ("10020.00", "10020.00")
    assert facts["change_m2"] == "80.00"


def test_a_library_that_gives_up_is_a_refusal(monkeypatch):
    def gives_up(*_, **__):
        raise shapely.GEOSException("TopologyException: side location conflict")

    monkeypatch.setattr(shapely, "make_valid", gives_up)
    admission = admit(box(0, 0, 9, 9), Polygon([(0, 0), (10, 10), (10, 0), (0, 10)]))
    assert reasons(admission) == [(1, Fault.BROKEN_GEOMETRY)]
    assert len(admission.frame) == 1


@pytest.mark.parametrize(
    ("outline", "mend", "area_m2"),
    [
        # a hole that shares the shell's edge
        (Polygon(box(0, 0, 100, 100).exterior, [box(0, 40, 20, 60).exterior]),
         Mend.SELF_INTERSECTION, 9600.0),
        # two parts that share an edge
        (MultiPolygon([box(0, 0, 50, 100), box(50, 0, 100, 100)]),
         Mend.SELF_INTERSECTION, 10_000.0),
        # a tiny hole outside becomes a part: signed area 9 999
        (Polygon(box(0, 0, 100, 100).exterior, [box(200, 0, 201, 1).exterior]),
         Mend.HOLE_OUTSIDE, 10_001.0),
        # a tiny part inside the big one
        (MultiPolygon([box(0, 0, 100, 100), box(50, 50, 51, 51)]), Mend.NESTED_PARTS, 10_000.0),
        # a spike that goes out and back
        (Polygon([(0, 0), (100, 0), (100, 50), (150, 50), (100, 50), (100, 100), (0, 100)]),
         Mend.SELF_INTERSECTION, 10_000.0),
    ],
)  # fmt: skip
def test_small_faults_are_mended_and_named(outline, mend, area_m2):
    admission = admit(outline)
    assert admission.refused == ()
    assert [repair.code for repair in admission.repaired] == [mend]
    assert admission.frame.area.tolist() == pytest.approx([area_m2], abs=1e-6)
    assert admission.frame.is_valid.all()


def test_repetitions_go_with_a_remark():
    admission = admit(box(0, 0, 9, 9), Polygon([(0, 0), (10, 0), (10, 0), (10, 10), (0, 10)]))
    (note,) = admission.notes
    assert (note.code, note.index, note.params["count"]) == (Remark.REPEATED_POINTS, 1, 1)
    assert shapely.get_num_coordinates(admission.frame.geometry.iloc[1]) == 5


def test_the_outcome_is_flat():
    tall = Polygon([(E0, N0, 5), (E0 + 10, N0, 5), (E0 + 10, N0 + 10, 5)])
    frame = gpd.GeoDataFrame({"source_index": [0]}, geometry=[tall], crs="EPSG:4527")
    assert not admit_polygons(frame, accept_repairs=False).frame.has_z.any()


def test_a_collection_gives_its_polygons_with_a_remark():
    nested = GeometryCollection([GeometryCollection([box(0, 0, 10, 10)]), Point(50, 50)])
    admission = admit(nested)
    assert admission.frame.geom_type.tolist() == ["MultiPolygon"]
    assert admission.frame.area.tolist() == [100.0]
    (note,) = admission.notes
    assert (note.code, note.index) == (Remark.COLLECTION_REDUCED, 0)
    assert note.params == {"feature": 1, "lines": 0, "points": 1, "others": 0}


def test_degrees_are_no_measure():
    frame = gpd.GeoDataFrame({"source_index": [0]}, geometry=[box(117, 34, 118, 35)], crs=4490)
    with pytest.raises(GeographicCRSError, match="geographic_crs"):
        admit_polygons(frame, accept_repairs=False)


def test_the_frame_given_is_not_changed():
    outline = placed(MultiPolygon([box(0, 0, 50, 100), box(50, 0, 100, 100)]))
    frame = gpd.GeoDataFrame({"source_index": [0]}, geometry=[outline], crs="EPSG:4527")
    admit_polygons(frame, accept_repairs=False)
    assert frame.geometry.iloc[0].equals_exact(outline, 0)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=3, max_size=7),
        min_size=1,
        max_size=4,
    ),
    st.booleans(),
)
def test_every_outline_is_either_kept_valid_or_refused(rings, accept_repairs):
    """Random rings on a small grid are crossed in every way."""
    admission = admit(*(Polygon(ring) for ring in rings), accept_repairs=accept_repairs)
    kept = admission.frame["source_index"].tolist()
    refused = [refusal.index for refusal in admission.refused]
    assert sorted([*kept, *refused]) == list(range(len(rings)))
    assert admission.frame.is_valid.all()
    assert (admission.frame.area > 0).all()
    for repair in admission.repaired:
        limit = min(0.001 * repair.area_before_m2, 10.0)
        change = abs(repair.area_after_m2 - repair.area_before_m2)
        assert accept_repairs or change <= limit


def test_an_outline_that_geos_mends_wrongly_is_mended_once_more():
    """A spike of 0.25 m² folded over the upper edge: 140 × 110 m and the spike above it."""
    corners = [(0, 0), (140, 0), (140, 110), (70, 110), (70.5, 111), (70, 111), (70.5, 110)]
    ring = [(39_524_280 + x, 3_849_300 + y) for x, y in [*corners, (0, 110)]]
    once = shapely.make_valid(Polygon(ring), method="structure", keep_collapsed=False)
    assert not once.is_valid
    frame = gpd.GeoDataFrame({"source_index": [0]}, geometry=[Polygon(ring)], crs="EPSG:4527")
    admitted = admit_polygons(frame, accept_repairs=True)
    assert admitted.refused == ()
    assert admitted.frame.is_valid.all()
    assert admitted.frame.area.iloc[0] == pytest.approx(15_400.25, abs=1e-6)
