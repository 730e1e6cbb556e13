"""Printed digits add up: classes to plots, plots to the site, to 0.01 m²."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.facts import Cells, ClassArea, LayerFacts, PlotFacts, SiteFacts
from services.domain.project import Project, UseScheme
from services.siting.printed import printed_site, to_m2

NO_CELLS = Cells((), {}, np.array([]), np.array([], dtype=object), (0, 0))
PROJECT = Project(
    "p",
    "p",
    None,
    UseScheme.NONE,
    "industry",
    type_assumed=True,
    as_of=date(2022, 6, 16),
    source="",
)


def plot(index, area_um2, classes, *, remainder=0, overlap=0):
    lines = tuple(ClassArea(code, code, area, area) for code, area in classes.items())
    layer = LayerFacts(lines, area_um2 - remainder, remainder, overlap, area_um2)
    return PlotFacts(index, str(index), "", area_um2, area_um2, None, {"survey": layer})


def site(*plots, whole):
    return SiteFacts(PROJECT, plots, whole, {}, NO_CELLS, None)


def test_thirds_of_a_square_metre_add_up_to_the_square_metre():
    """1 m² in three equal classes prints 0.34 + 0.33 + 0.33, not 0.33 three times."""
    thirds = {"a": 333_334, "b": 333_333, "c": 333_333}
    printed = printed_site(site(plot(0, 1_000_000, thirds), whole=plot(-1, 1_000_000, thirds)))
    assert printed.site.plane == 100
    assert sorted(printed.site.layers["survey"].plane) == [33, 33, 34]


def test_plots_follow_the_site_and_overlap_is_what_is_left():
    """Plots of 100 m² and 120 m² that share 20 m²: the site has 200 m²."""
    plots = (
        plot(0, 100_000_000, {"a": 100_000_000}),
        plot(1, 120_000_000, {"a": 120_000_000}),
    )
    printed = printed_site(site(*plots, whole=plot(-1, 200_000_000, {"a": 200_000_000})))
    assert to_m2(printed.overlap) == pytest.approx(20.0, abs=1e-9)
    assert printed.site.layers["survey"].plane == (20_000,)


@st.composite
def measured_sites(draw):
    plots = []
    for index in range(draw(st.integers(1, 5))):
        areas = draw(st.lists(st.integers(1, 10**11), min_size=1, max_size=6))
        remainder = draw(st.sampled_from([0, 1, 4_999, 10**9]))
        classes = {f"c{k}": area for k, area in enumerate(areas)}
        plots.append(plot(index, sum(areas) + remainder, classes, remainder=remainder))
    total: dict[str, int] = {}
    for one in plots:
        for line in one.layers["survey"].classes:
            total[line.code] = total.get(line.code, 0) + line.area_um2
    rest = sum(one.layers["survey"].remainder_um2 for one in plots)
    return site(*plots, whole=plot(-1, sum(total.values()) + rest, total, remainder=rest))


@given(measured_sites())
def test_every_column_adds_up(facts):
    printed = printed_site(facts)
    assert sum(one.plane for one in printed.plots) == printed.site.plane
    for one in (*printed.plots, printed.site):
        layer = one.layers["survey"]
        assert sum(layer.plane) + layer.remainder - layer.overlap == one.plane
    for position, total in enumerate(printed.site.layers["survey"].plane):
        code = facts.site.layers["survey"].classes[position].code
        cells = 0
        for one, digits in zip(facts.plots, printed.plots, strict=True):
            for line, cell in zip(
                one.layers["survey"].classes, digits.layers["survey"].plane, strict=True
            ):
                cells += cell if line.code == code else 0
        assert cells == total


@given(measured_sites())
def test_no_printed_cell_strays_by_a_digit(facts):
    printed = printed_site(facts)
    for one, digits in zip(facts.plots, printed.plots, strict=True):
        for line, cell in zip(
            one.layers["survey"].classes, digits.layers["survey"].plane, strict=True
        ):
            # less than two units at each of the two levels, site to plot and plot to class
            assert abs(cell - line.area_um2 / 10_000) < 4.0
