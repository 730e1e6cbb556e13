"""Areas of rectangles that can be done in the head."""

import pytest

from sample_data.rectangles import Box, Part, Plot, box, rectangle_plot
from sample_data.stage import Survey, urban
from sample_data.truth import areas_by_class, site_area_um2

SQUARE_METRE = 1_000_000


def test_box_is_in_millimetres() -> None:
    assert box(0, 0, 200, 100) == Box(0, 0, 200_000, 100_000)
    assert box(0, 0, 200, 100).area_um2 == 20_000 * SQUARE_METRE
    assert box(100, 20, 130, 50.02).north == 50_020


def test_finer_than_a_millimetre_is_refused() -> None:
    with pytest.raises(ValueError, match="finer than a millimetre"):
        box(0, 0, 1, 0.0005)


def test_no_rectangle_is_refused() -> None:
    with pytest.raises(ValueError, match="not a rectangle"):
        Box(0, 0, 0, 10)


def test_hole_and_second_part_count_once() -> None:
    # 120 × 100 less 20 × 15, and 40 × 30
    outer, hole, yard = box(0, 0, 120, 100), box(50, 40, 70, 55), box(200, 0, 240, 30)
    plot = Plot("学校", (Part(outer.ring, (hole.ring,)), Part(yard.ring)))
    assert site_area_um2((plot,)) == 12_900 * SQUARE_METRE


def test_overlapping_plots_are_not_counted_twice() -> None:
    plots = (rectangle_plot("1", box(0, 0, 120, 100)), rectangle_plot("2", box(100, 0, 200, 100)))
    assert site_area_um2(plots) == 20_000 * SQUARE_METRE
    assert sum(site_area_um2((plot,)) for plot in plots) == 22_000 * SQUARE_METRE


def test_later_paint_covers_earlier_and_overlapping_layers_may_overlap() -> None:
    stage = (
        urban("test")
        .paint("land_survey", Survey("0102", "30"), box(0, 0, 100, 100))
        .paint("land_survey", Survey("1006", "30"), box(40, 0, 50, 100))
        .lay("goaf", box(0, 0, 20, 20), type="采空区")
        .lay("goaf", box(10, 0, 30, 20), type="采空区")
        .lay("goaf", box(10, 0, 30, 20), type="沉陷区")
    )
    areas = areas_by_class(stage, (rectangle_plot("1", box(0, 0, 120, 100)),))
    assert areas["land_survey"] == {
        "0102": 9_000 * SQUARE_METRE,
        "1006": 1_000 * SQUARE_METRE,
        "0601": 2_000 * SQUARE_METRE,
    }
    assert areas["goaf"] == {"采空区": 600 * SQUARE_METRE, "沉陷区": 400 * SQUARE_METRE}


def test_a_plot_beyond_the_frame_has_no_classes_there() -> None:
    areas = areas_by_class(urban("test"), (rectangle_plot("1", box(500, 0, 528, 100)),))
    assert areas["land_survey"] == {"0601": 2_000 * SQUARE_METRE}


def test_an_unpainted_role_is_refused() -> None:
    with pytest.raises(ValueError, match="goaf is not painted"):
        urban("test").paint("goaf", "1")
