"""Areas as they are printed: 0.01 m², apportioned once per site so that columns add up.

The total of the site is rounded first; plots follow it, and the classes of every layer follow
their plot (area adjustment, exchange formats 6). Totals of the site are sums of those cells;
only where plots overlap, and their sum is more than the site, is the site apportioned on its
own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from geo.apportionment import apportion, rounded_half_up
from geo.units import CENT_UM2
from services.domain.facts import LayerFacts, PlotFacts, SiteFacts

__all__ = ["PrintedLayer", "PrintedPlot", "PrintedSite", "printed_site", "to_m2"]


def to_m2(cents: int) -> float:
    """Square metres of a printed integer of 0.01 m²."""
    return cents / 100


@dataclass(frozen=True, slots=True)
class PrintedLayer:
    """Cells of one layer in one plot, in 0.01 m²: Σ plane + remainder − overlap = the plot."""

    plane: tuple[int, ...]
    ellipsoid: tuple[int, ...]
    remainder: int
    overlap: int


@dataclass(frozen=True, slots=True)
class PrintedPlot:
    """One plot, or the site, in 0.01 m²."""

    plane: int
    ellipsoid: int
    layers: Mapping[str, PrintedLayer]


@dataclass(frozen=True, slots=True)
class PrintedSite:
    """The site with its plots; `overlap` is Σ plots − site."""

    site: PrintedPlot
    plots: tuple[PrintedPlot, ...]
    overlap: int


def printed_site(facts: SiteFacts) -> PrintedSite:
    """Print all areas of a site."""
    plane = rounded_half_up(facts.site.area_um2, CENT_UM2)
    ellipsoid = rounded_half_up(facts.site.ellipsoid_um2, CENT_UM2)
    surplus = sum(plot.area_um2 for plot in facts.plots) - facts.site.area_um2
    if surplus > CENT_UM2 // 2:
        return _overlapping(facts, plane, ellipsoid)
    planes = _shared(plane, [plot.area_um2 for plot in facts.plots])
    ellipsoids = _shared(ellipsoid, [plot.ellipsoid_um2 for plot in facts.plots])
    plots = tuple(
        _printed_plot(plot, *totals)
        for plot, *totals in zip(facts.plots, planes, ellipsoids, strict=True)
    )
    layers = {role: _sum_of(facts, plots, role, layer) for role, layer in facts.site.layers.items()}
    return PrintedSite(PrintedPlot(plane, ellipsoid, layers), plots, 0)


def _shared(total: int, parts: Sequence[int]) -> list[int]:
    return [int(part) for part in apportion(total, parts)]


def _overlapping(facts: SiteFacts, plane: int, ellipsoid: int) -> PrintedSite:
    plots = tuple(
        _printed_plot(
            plot,
            rounded_half_up(plot.area_um2, CENT_UM2),
            rounded_half_up(plot.ellipsoid_um2, CENT_UM2),
        )
        for plot in facts.plots
    )
    site = _printed_plot(facts.site, plane, ellipsoid)
    return PrintedSite(site, plots, sum(plot.plane for plot in plots) - plane)


def _printed_plot(plot: PlotFacts, plane: int, ellipsoid: int) -> PrintedPlot:
    layers = {
        role: _printed_layer(layer, plane, ellipsoid, plot) for role, layer in plot.layers.items()
    }
    return PrintedPlot(plane, ellipsoid, layers)


def _printed_layer(layer: LayerFacts, plane: int, ellipsoid: int, plot: PlotFacts) -> PrintedLayer:
    overlap = rounded_half_up(layer.overlap_um2, CENT_UM2)
    planes = _shared(
        plane + overlap, [*(line.area_um2 for line in layer.classes), layer.remainder_um2]
    )
    # what lies outside every class, or in two, has no measured ellipsoid area: it follows the
    # plane area, which differs from it by less than a printed digit in any one class
    ratio = plot.ellipsoid_um2 / plot.area_um2
    ellipsoids = _shared(
        ellipsoid + round(overlap * ratio),
        [*(line.ellipsoid_um2 for line in layer.classes), round(layer.remainder_um2 * ratio)],
    )
    return PrintedLayer(tuple(planes[:-1]), tuple(ellipsoids[:-1]), planes[-1], overlap)


def _sum_of(
    facts: SiteFacts, plots: Sequence[PrintedPlot], role: str, layer: LayerFacts
) -> PrintedLayer:
    """Add the plots' cells class by class; every total is a sum of printed cells."""
    order = {line.code: position for position, line in enumerate(layer.classes)}
    plane = [0] * len(order)
    ellipsoid = [0] * len(order)
    remainder = overlap = 0
    for plot, printed in zip(facts.plots, plots, strict=True):
        cells = printed.layers[role]
        remainder += cells.remainder
        overlap += cells.overlap
        for position, line in enumerate(plot.layers[role].classes):
            plane[order[line.code]] += cells.plane[position]
            ellipsoid[order[line.code]] += cells.ellipsoid[position]
    return PrintedLayer(tuple(plane), tuple(ellipsoid), remainder, overlap)
