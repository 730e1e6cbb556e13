"""Plots on each other: told by pair and area, the largest first, and no touching neighbours."""

import geopandas as gpd
from shapely import box

from services.plot_overlaps import plot_overlaps


def frame_of(*plots, names=None):
    names = names or [""] * len(plots)
    columns = {"source_index": range(len(plots)), "site_id": names, "site_name": names}
    return gpd.GeoDataFrame(columns, geometry=list(plots), crs="EPSG:4527")


def test_neighbours_share_nothing():
    assert plot_overlaps(frame_of(box(0, 0, 10, 10), box(10, 0, 20, 10))) == ()
    assert plot_overlaps(frame_of(box(0, 0, 10, 10), box(9.9996, 0, 20, 10))) == ()
    assert plot_overlaps(frame_of()) == ()


def test_pairs_by_area():
    plots = [box(0, 0, 10, 10), box(9, 0, 20, 10), box(5, 5, 8, 8)]
    found = plot_overlaps(frame_of(*plots, names=["甲", "", "丙"]))
    assert [note.params["area_m2"] for note in found] == ["10.00", "9.00"]
    assert [(note.params["one"], note.params["other"]) for note in found] == [
        ("甲", "–"), ("甲", "丙"),
    ]  # fmt: skip
    assert [note.index for note in found] == [1, 2]


def test_only_the_largest_are_listed():
    found = plot_overlaps(frame_of(*[box(0, 0, 1, 1)] * 8))
    assert len(found) == 21
    assert found[-1].params == {"count": 8}
