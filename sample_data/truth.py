"""Areas by class inside a planted site, from the rectangles themselves.

Stage and site are axis-parallel. Their edges cut the plane into rectangles on each of which
everything is constant; areas are sums of products of whole millimetres. No overlay, no
floating point.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from sample_data.codes import CLASS_FIELDS
from sample_data.expectation import PlantedSite
from sample_data.rectangles import Box, Plot, breaks
from sample_data.stage import NOTHING, PAINTED_ROLES, Stage, Survey

__all__ = ["areas_by_class", "site_area_um2", "site_truth"]

WITHOUT_CLASS = "1"


def _pieces(boxes: Sequence[Box], plots: Sequence[Plot]) -> Iterator[tuple[Box, float, float]]:
    """Rectangles on which nothing changes and that lie in a plot, with their centres."""
    xs, ys = breaks(boxes, [ring for plot in plots for ring in plot.rings])
    for south, north in pairwise(ys):
        for west, east in pairwise(xs):
            x, y = (west + east) / 2, (south + north) / 2
            if any(plot.holds(x, y) for plot in plots):
                yield Box(west, south, east, north), x, y


def site_area_um2(plots: Sequence[Plot]) -> int:
    """Area of the union of plots in 1e-6 m²."""
    return sum(piece.area_um2 for piece, _, _ in _pieces((), plots))


def _painted(stage: Stage, role: str, plots: Sequence[Plot]) -> dict[str, int]:
    areas: dict[str, int] = {}
    boxes = [paint.box for paint in stage.paints if paint.role == role]
    for piece, x, y in _pieces(boxes, plots):
        if not stage.frame.holds(x, y):
            continue
        value = stage.value_at(role, x, y)
        code = value.dlbm if isinstance(value, Survey) else value
        if code != NOTHING:
            areas[code] = areas.get(code, 0) + piece.area_um2
    return areas


def _laid(stage: Stage, role: str, plots: Sequence[Plot]) -> dict[str, int]:
    """Area of the union of each class; classes may overlap."""
    field = CLASS_FIELDS.get(role)
    features = [feature for feature in stage.features if feature.role == role]
    areas: dict[str, int] = {}
    for piece, x, y in _pieces([feature.box for feature in features], plots):
        codes = {
            str(feature.attributes[field]) if field else WITHOUT_CLASS
            for feature in features
            if feature.box.holds(x, y)
        }
        for code in codes:
            areas[code] = areas.get(code, 0) + piece.area_um2
    return areas


def areas_by_class(stage: Stage, plots: Sequence[Plot]) -> dict[str, dict[str, int]]:
    """Per role the area of every class inside the union of the plots, 1e-6 m².

    Roles that do not touch the site stand with an empty table where they are painted or
    laid on the stage; villages are left out, for their codes depend on the county.
    """
    laid = sorted({feature.role for feature in stage.features})
    painted = [role for role in PAINTED_ROLES if role not in ("village",)]
    areas = {role: _painted(stage, role, plots) for role in painted}
    return areas | {role: _laid(stage, role, plots) for role in laid}


def _square_metres(areas: dict[str, int]) -> dict[str, float]:
    return {code: area / 1e6 for code, area in sorted(areas.items())}


def site_truth(site: PlantedSite, stage: Stage) -> dict[str, object]:
    """Entry of the truth file: the expectation with the areas it rests on."""
    expect = site.expect
    return {
        "case": site.case,
        "expect": {
            "verdict": expect.verdict,
            "outcome": expect.outcome,
            "themes": dict(expect.themes),
            "touched": dict(expect.touched),
            "not_checked": [{"role": gap.role, "reason": gap.reason} for gap in expect.not_checked],
            "plot_verdicts": list(expect.plots),
            "need_m2": expect.need_m2,
            "new_land_m2": expect.new_land_m2,
            "why": {"zh": expect.why_zh, "en": expect.why_en},
        },
        "site_area_m2": site_area_um2(site.plots) / 1e6,
        "areas_m2": {
            role: _square_metres(areas) for role, areas in areas_by_class(stage, site.plots).items()
        },
        "plots": [
            {
                "name": plot.name,
                "area_m2": site_area_um2((plot,)) / 1e6,
                "areas_m2": {
                    role: _square_metres(areas)
                    for role, areas in areas_by_class(stage, (plot,)).items()
                },
            }
            for plot in site.plots
        ],
    }
