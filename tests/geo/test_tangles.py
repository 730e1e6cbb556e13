"""Crossings of outlines, counted by head."""

import pytest
from shapely import MultiPolygon, Polygon, box

from geo import tangles
from geo.tangles import crosses_itself_more_than

BOW_TIE = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
# a star of five points drawn in one go crosses itself five times
STAR = Polygon([(0, 0), (4, 12), (8, 0), (-2, 8), (10, 8)])


@pytest.mark.parametrize(
    ("outline", "count"),
    [
        (box(0, 0, 10, 10), 0),
        (BOW_TIE, 1),
        (STAR, 5),
        # parts and holes count against each other too: two squares cross twice
        (MultiPolygon([box(0, 0, 10, 10), box(5, 5, 15, 15)]), 2),
        (Polygon(box(0, 0, 10, 10).exterior, [box(5, 5, 15, 15).exterior]), 2),
        # along each other and touching is no crossing
        (MultiPolygon([box(0, 0, 10, 10), box(10, 0, 20, 10)]), 0),
    ],
)
def test_proper_crossings_are_counted(outline, count):
    assert crosses_itself_more_than(outline, count - 1)
    assert not crosses_itself_more_than(outline, count)


def test_how_many_edges_are_looked_at_together_changes_nothing(monkeypatch):
    monkeypatch.setattr(tangles, "EDGES_AT_ONCE", 1)
    assert crosses_itself_more_than(STAR, 4)
    assert not crosses_itself_more_than(STAR, 5)
