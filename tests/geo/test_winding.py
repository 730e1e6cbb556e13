"""Ground that a repair decides on, worked out by hand."""

import pytest
import shapely
from shapely import MultiPolygon, Polygon, box

from geo.winding import disputed_area

PENTAGRAM = [(0, 0), (4, 0), (0, 4), (4, 4), (2, -1)]


def structured(outline):
    return shapely.make_valid(outline, method="structure", keep_collapsed=False)


@pytest.mark.parametrize(
    ("outline", "area"),
    [
        (box(0, 0, 10, 10), 0.0),
        (box(0, 0, 10, 10).difference(box(2, 2, 4, 4)), 0.0),
        # a hole on the shell's edge takes away what it says
        (Polygon(box(0, 0, 10, 10).exterior, [box(0, 4, 2, 6).exterior]), 0.0),
        # two parts that meet along an edge
        (MultiPolygon([box(0, 0, 5, 10), box(5, 0, 10, 10)]), 0.0),
        # a bow-tie: one of two triangles of 25 has −1 and is given +1
        (Polygon([(0, 0), (10, 10), (10, 0), (0, 10)]), 50.0),
        # two parts that overlap by 1 × 10, which had 2 and is given 1
        (MultiPolygon([box(0, 0, 6, 10), box(5, 0, 10, 10)]), 10.0),
        # a part inside another: 4 had 2, is given 1
        (MultiPolygon([box(0, 0, 10, 10), box(1, 1, 3, 3)]), 4.0),
        # the same ring twice
        (MultiPolygon([box(0, 0, 10, 10), box(0, 0, 10, 10)]), 100.0),
    ],
)
def test_disputed_ground(outline, area):
    assert disputed_area(outline, structured(outline)) == pytest.approx(area, abs=1e-9)


@pytest.mark.parametrize("turned", [False, True])
def test_direction_of_the_ring_does_not_matter(turned):
    corners = [(0, 0), (10, 0), (10, 10), (-1, 10), (0, 11)]
    outline = Polygon(corners[::-1] if turned else corners)
    small_lobe = disputed_area(outline, structured(outline))
    change = abs(structured(outline).area - outline.area)
    assert small_lobe == pytest.approx(change, abs=1e-9)
    assert small_lobe > 0


def test_changes_that_cancel_are_counted():
    """A nested part of 20 (counted twice) and a hole of 20 outside: −20 becomes +20."""
    holed = Polygon(box(0, 0, 100, 100).exterior, [box(200, 0, 210, 2).exterior])
    outline = MultiPolygon([holed, box(50, 50, 60, 52)])
    assert outline.area == 10_000.0
    assert disputed_area(outline, structured(outline)) == pytest.approx(60.0, abs=1e-9)
