"""Figures: size, red line where it should be, round scales, foreign text."""

import io
from dataclasses import replace

import matplotlib.image
import numpy as np
import pytest
import shapely
from shapely.geometry import Point, box

from services.domain.wording import Language
from services.reports.callouts import CALLOUT_RADIUS_MM, Callouts, inner_point
from services.reports.content import FigureSubject
from services.reports.figure_subjects import figure_subjects
from services.reports.figure_text import drawable, fitted
from services.reports.map_frame import MapFrame, projected, round_scale
from services.reports.site_figure import draw_site_figure
from services.testing import example_result

DOTS_PER_MM = 200 / 25.4


def pixels(picture):
    return matplotlib.image.imread(io.BytesIO(picture), format="png")[:, :, :3]


def red(image):
    """Pixels of the red line's own colour, #d62828."""
    return (np.abs(image - np.array([0xD6, 0x28, 0x28]) / 255) < 0.02).all(axis=2)


def test_the_picture_is_as_wide_as_the_text_of_a_page():
    image = pixels(draw_site_figure(example_result(), language=Language.ZH))
    assert image.shape[1] == int(170 * DOTS_PER_MM)
    assert image.shape[0] < 235 * DOTS_PER_MM


def test_the_red_line_lies_where_the_site_is():
    """200 m × 100 m at 1:2 000 is 100 mm × 50 mm about the middle of the frame (87.75 mm)."""
    image = red(pixels(draw_site_figure(example_result(), language=Language.ZH)))
    columns = np.flatnonzero(image[: round(95 * DOTS_PER_MM)].sum(axis=0) > 40 * DOTS_PER_MM)
    assert columns.min() / DOTS_PER_MM == pytest.approx(37.75, abs=1.0)
    assert columns.max() / DOTS_PER_MM == pytest.approx(137.75, abs=1.0)
    rows = np.flatnonzero(image.sum(axis=1) > 80 * DOTS_PER_MM)
    assert (rows.max() - rows.min()) / DOTS_PER_MM == pytest.approx(50, abs=1.5)


def test_equal_results_give_equal_pictures():
    first = draw_site_figure(example_result(), language=Language.ZH)
    assert first == draw_site_figure(example_result(), language=Language.ZH)


@pytest.mark.parametrize("subject", FigureSubject)
def test_every_subject_is_drawn(subject, language):
    image = pixels(draw_site_figure(example_result(), language=language, subject=subject))
    assert red(image).any()


def test_each_figure_shows_something_else():
    pictures = {
        draw_site_figure(example_result(), language=Language.ZH, subject=subject)
        for subject in (FigureSubject.FINDINGS, FigureSubject.LAND_STATUS)
    }
    assert len(pictures) == 2


def test_subjects_are_those_that_have_a_shape(results):
    assert figure_subjects(example_result()) == (FigureSubject.FINDINGS, FigureSubject.LAND_STATUS)
    assert figure_subjects(replace(example_result(), geometry=())) == ()


def test_a_result_without_geometry_is_refused():
    with pytest.raises(ValueError, match="without geometry"):
        draw_site_figure(replace(example_result(), geometry=()), language=Language.ZH)


@pytest.mark.parametrize(
    "name",
    ["$\\frac{1}{0}$ $x", "_hidden", "㙍𠮷😀", "\u202eevil\x00", "长" * 10_000, "${7*7}`<b>", ""],
)
def test_hostile_names_are_drawn_as_text(name):
    """Warnings are errors here: a missing glyph or a formula would raise."""
    picture = draw_site_figure(example_result(name=name), language=Language.ZH)
    assert red(pixels(picture)).any()


def test_many_plots_and_a_road_are_drawn(results):
    assert red(pixels(draw_site_figure(results["crowded"](), language=Language.EN))).any()
    road = {
        "type": "Polygon",
        "coordinates": [
            [[117.2, 34.77], [117.26, 34.77], [117.26, 34.7702], [117.2, 34.7702], [117.2, 34.77]]
        ],
    }
    long_site = replace(example_result(), geometry=(road,), findings=(), hits=())
    assert red(pixels(draw_site_figure(long_site, language=Language.ZH))).any()


def test_a_site_in_another_system_is_drawn():
    """A lot in Cambridge, Massachusetts, worked on in EPSG:26986."""
    ring = [[-71.11, 42.37], [-71.109, 42.37], [-71.109, 42.371], [-71.11, 42.371], [-71.11, 42.37]]
    base = example_result()
    lot = replace(
        base,
        site=replace(base.site, crs="EPSG:26986"),
        geometry=({"type": "Polygon", "coordinates": [ring]},),
        findings=(),
        hits=(),
    )
    assert red(pixels(draw_site_figure(lot, language=Language.EN))).any()


@pytest.mark.parametrize(
    ("width", "height", "scale"),
    [(50, 50, 500), (51, 10, 1000), (100, 200, 2000), (9_999, 1, 100_000), (30_000, 1, 500_000)],
)
def test_scales_are_round(width, height, scale):
    """Room of 100 mm: at 1:500 it holds 50 m, at 1:2 000 200 m."""
    assert round_scale(width, height, (100, 100)) == scale


def test_the_grid_has_full_coordinates():
    """At 1:1 000 a frame of 100 mm spans 100 m; the step is 50 m."""
    site = box(39_524_000, 3_850_000, 39_524_060, 3_850_060)
    frame = MapFrame.around(site, (10, 20, 100, 100), margin=14)
    assert frame.scale == 1000
    assert frame.grid_step_m == 50
    assert frame.grid_eastings() == [(39_524_000, 30.0), (39_524_050, 80.0)]
    assert frame.grid_northings() == [(3_850_000, 40.0), (3_850_050, 90.0)]
    assert frame.on_paper(site).bounds == pytest.approx((30, 40, 90, 100))


def test_degrees_come_back_to_the_site():
    """(117.25°E, 34.8°N) is northing 3 852 433.638, easting 39 522 877.459 (exchange formats 3)."""
    (point,) = projected([{"type": "Point", "coordinates": [117.25, 34.8]}], "EPSG:4527")
    assert shapely.get_coordinates(point)[0] == pytest.approx(
        [39_522_877.459, 3_852_433.638], abs=0.001
    )


def test_a_mark_stands_in_the_middle_or_at_least_inside():
    middle, depth = inner_point(box(0, 0, 100, 10))
    assert (middle.x, middle.y, depth) == (50, 5, 5)
    # an L: its centroid lies outside the arms
    corner = box(0, 0, 100, 10).union(box(0, 0, 10, 100))
    inside, depth = inner_point(corner)
    assert corner.contains(inside)
    assert depth == pytest.approx(5.86, abs=0.3)


def test_numbers_keep_off_the_red_line_and_off_each_other():
    line = box(40, 40, 60, 60).boundary
    callouts = Callouts(box(0, 0, 100, 100), line)
    spots = [callouts.place(Point(50, 40.5)) for _ in range(8)]
    assert all(spot.buffer(CALLOUT_RADIUS_MM).disjoint(line) for spot in spots)
    gaps = [a.distance(b) for i, a in enumerate(spots) for b in spots[:i]]
    assert min(gaps) > 2 * CALLOUT_RADIUS_MM


def test_a_number_without_room_stands_where_it_belongs():
    callouts = Callouts(box(0, 0, 5, 5), box(1, 1, 4, 4).boundary)
    assert callouts.place(Point(2, 2)) == Point(2, 2)


def test_signs_that_the_font_lacks_become_the_geta_mark():
    assert drawable("堌㙍村😀") == "堌〓村〓"


def test_text_is_cut_to_its_room():
    """Ten Chinese signs of 7.2 pt are 10 × 2.54 = 25.4 mm wide."""
    assert fitted("图" * 10, 25.5, 7.2) == "图" * 10
    assert fitted("图" * 10, 20.5, 7.2) == "图" * 7 + "…"
