"""`geo.overlay.overlay` beside `geopandas.overlay`: the same rows, columns, order and ground."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box
from shapely.affinity import translate

from geo.errors import GeographicCRSError, InvalidGeometryError, MixedCRSError
from geo.overlay import overlay
from geo.testing import polygons

E0, N0 = 39_524_000.0, 3_850_000.0
CRS = "EPSG:4527"
# of the coordinates with a zone number, 1e-9 of a hectare
SAME_M2 = 1e-5


def frame(shapes, crs=None, **columns):
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=crs)


def documented():
    """The frames of the documentation of geopandas.overlay."""
    left = frame([box(0, 0, 2, 2), box(2, 2, 4, 4)], df1_data=[1, 2])
    right = frame([box(1, 1, 3, 3), box(3, 3, 5, 5)], df2_data=[1, 2])
    return left, right


def like_geopandas(left, right, how, *, keep_geom_type=True):
    ours = overlay(left, right, how, keep_geom_type=keep_geom_type)
    theirs = gpd.overlay(left, right, how, keep_geom_type=keep_geom_type)
    assert list(ours.columns) == list(theirs.columns)
    assert ours.geometry.name == theirs.geometry.name
    pd.testing.assert_frame_equal(
        pd.DataFrame(ours.drop(columns=ours.geometry.name)),
        pd.DataFrame(theirs.drop(columns=theirs.geometry.name)),
        check_index_type=False,
        check_dtype=len(ours) > 0,
    )
    shapes = (np.asarray(each.geometry.array, dtype=object) for each in (ours, theirs))
    assert (shapely.area(shapely.symmetric_difference(*shapes)) < SAME_M2).all()
    assert ours.crs == theirs.crs
    return ours


@pytest.mark.parametrize("how", ["intersection", "difference"])
@pytest.mark.parametrize("keep_geom_type", [True, False])
def test_the_documented_example(how, keep_geom_type):
    like_geopandas(*documented(), how, keep_geom_type=keep_geom_type)


def test_areas_of_the_documented_example_by_hand():
    """Three squares of 1 m² are common; of each left square 4 − 1 and 4 − 2 m² are left."""
    left, right = documented()
    assert overlay(left, right).area.tolist() == [1.0, 1.0, 1.0]
    assert overlay(left, right, "difference").area.tolist() == [3.0, 2.0]


def test_squares_that_only_touch_have_nothing_in_common():
    left, right = frame([box(0, 0, 1, 1)], a=[1]), frame([box(1, 0, 2, 1)], b=[2])
    assert len(overlay(left, right)) == 0
    edge = overlay(left, right, keep_geom_type=False)
    assert (edge.geom_type.tolist(), edge.length.tolist()) == (["LineString"], [1.0])
    assert overlay(left, right, "difference").geometry.tolist() == left.geometry.tolist()


def test_a_polygon_inside_another_stays_as_it_is():
    """Not even the order of its corners changes, with the zone number in its eastings."""
    inner = translate(box(10, 10, 20, 20), E0 + 1 / 3, N0 + 1 / 7)
    left = frame([inner], CRS, a=[1])
    right = frame([box(E0, N0, E0 + 100, N0 + 100)], CRS, b=[2])
    for pair in ((left, right), (right, left)):
        assert overlay(*pair).geometry.iloc[0].equals_exact(inner, 0.0)
    assert len(overlay(left, right, "difference")) == 0
    assert overlay(right, left, "difference").area.iloc[0] == pytest.approx(9_900.0, abs=SAME_M2)


def test_a_sliver_of_a_millimetre_is_ground():
    left = frame([box(E0, N0, E0 + 100, N0 + 100)], CRS)
    right = frame([box(E0 + 99.999, N0, E0 + 200, N0 + 100)], CRS)
    assert overlay(left, right).area.iloc[0] == pytest.approx(0.1, abs=SAME_M2)


@pytest.mark.parametrize("how", ["intersection", "difference"])
def test_names_indexes_and_geometry_columns_follow_geopandas(how):
    left = frame([box(0, 0, 4, 4), box(8, 0, 9, 1)], n=[1, 2], name=["甲", "乙"])
    left.index = [7, 7]
    right = frame([box(2, 2, 6, 6), box(1, 1, 3, 3)], n=[3, 4], DLBM=["0101", None])
    like_geopandas(left, right, how)
    like_geopandas(left.rename_geometry("outline"), right, how)


@pytest.mark.parametrize("how", ["intersection", "difference"])
@pytest.mark.parametrize(
    ("left", "right"),
    [
        ([Polygon(box(0, 0, 9, 9).exterior, [box(3, 3, 6, 6).exterior])], [box(2, 2, 7, 7)]),
        ([MultiPolygon([box(0, 0, 2, 2), box(4, 0, 6, 2)])], [box(1, 1, 5, 5)]),
        ([box(0, 0, 2, 2)], [box(5, 5, 6, 6)]),
        ([box(0, 0, 6, 2)], [box(1, -1, 2, 3), box(3, -1, 4, 3)]),
        ([box(0, 0, 2, 2)], [box(0, 0, 1, 2), box(1, 0, 2, 2)]),
    ],
    ids=["hole", "parts", "apart", "cut in three", "covered by two"],
)
def test_awkward_shapes(left, right, how):
    like_geopandas(frame(left, a=[1]), frame(right, b=range(len(right))), how)


@pytest.mark.parametrize("how", ["intersection", "difference"])
def test_missing_and_empty_geometry_takes_no_part(how):
    left = frame([box(0, 0, 2, 2), None, Polygon()], a=[1, 2, 3])
    right = frame([None, box(1, 1, 3, 3)], b=[4, 5])
    assert overlay(left, right, how)["a"].tolist() == [1]


@pytest.mark.parametrize("how", ["intersection", "difference"])
def test_empty_frames(how):
    left, right = documented()
    assert len(overlay(left.iloc[:0], right, how)) == 0
    assert len(overlay(left, right.iloc[:0], how)) == (0 if how == "intersection" else 2)


def test_frames_of_two_systems_are_refused():
    left, right = frame([box(0, 0, 1, 1)], CRS), frame([box(0, 0, 1, 1)], "EPSG:4528")
    with pytest.raises(MixedCRSError):
        overlay(left, right)


def test_degrees_are_refused():
    left = frame([box(117, 34, 117.1, 34.1)], "EPSG:4490")
    with pytest.raises(GeographicCRSError):
        overlay(left, left)


def test_a_bow_tie_is_refused_and_not_mended():
    bow_tie = frame([Polygon([(0, 0), (9, 9), (9, 0), (0, 9)])])
    with pytest.raises(InvalidGeometryError, match="covers_ground_twice"):
        overlay(bow_tie, documented()[0])


def test_another_how_is_refused():
    with pytest.raises(ValueError, match="union"):
        overlay(*documented(), "union")


@settings(max_examples=60, deadline=None)
@given(st.lists(polygons(), min_size=1, max_size=6), st.lists(polygons(), max_size=6))
def test_stars_agree_with_geopandas_and_add_up(first, second):
    left, right = frame(first, a=range(len(first))), frame(second, b=range(len(second)))
    common = overlay(left, right)
    theirs = gpd.overlay(left, right, keep_geom_type=True) if len(second) else common
    ours_by_pair, theirs_by_pair = (
        each.area.groupby([each["a"], each["b"]]).sum() for each in (common, theirs)
    )
    assert (ours_by_pair.sub(theirs_by_pair, fill_value=0.0).abs() < 1e-6).all()
    rest = overlay(left, right, "difference")
    taken = shapely.union_all(np.array(second, dtype=object)) if second else Polygon()
    whole = float(left.area.sum())
    inside = sum(shapely.area(shapely.intersection(shape, taken)) for shape in first)
    assert float(rest.area.sum()) + inside == pytest.approx(whole, rel=1e-9, abs=1e-6)
