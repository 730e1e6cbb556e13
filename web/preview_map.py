"""The map of a preview: outlines as they were placed, what was refused, where issues are."""

from __future__ import annotations

from typing import Any

import shapely
from shapely.geometry import shape

from services.domain.issue import Issue
from services.domain.wording import Language
from web.folium_elements import Legend, OfflineMap, ShapeLayer
from web.folium_page import MapParts, map_parts
from web.map_shapes import town_layer
from web.maps import map_options, middle
from web.numbers import square_metres
from web.ports import Surroundings
from web.preview_cache import SeenPreview
from web.preview_shapes import Outline
from web.shape_facts import PLOTS_SHOWN, layer_facts, legend_group, shape_facts
from web.texts import text

__all__ = ["issue_shape", "outline_shape", "preview_map"]

NUMBERED = 60
MARKED_REFUSED, MARKED_PLACE = "refused", "place"


def outline_shape(index: int) -> str:
    """Name of the outline of a feature on the map."""
    return f"plot-{index}"


def issue_shape(number: int) -> str:
    """Name of the mark of an issue on the map."""
    return f"issue-{number}"


def preview_map(seen: SeenPreview, crs: str, around: Surroundings, language: Language) -> MapParts:
    """Everything of a preview that has a place, over the towns of the county."""
    places, refused = _marked(seen, language)
    plots = _plots(seen, language)
    layers = [layer for layer in (plots, refused, places) if layer["shapes"]]
    bounds = _bounds(layers)
    if bounds is None and around.bounds is not None:
        bounds = [list(around.bounds[:2]), list(around.bounds[2:])]
    options = map_options(crs, language, bounds, _notices(seen, language))
    options["legend"] = bool(layers)
    options["labels"]["map"] = text(
        "preview.map",
        language,
        plots=len(plots["shapes"]),
        refused=len(refused["shapes"]),
        places=len(places["shapes"]),
    )
    drawn = OfflineMap(center=middle(bounds), options=options)
    if around.towns:
        ShapeLayer(town_layer(around.towns, language)).add_to(drawn)
    for layer in layers:
        ShapeLayer(layer).add_to(drawn)
    if layers:
        Legend([legend_group(layer) for layer in layers]).add_to(drawn)
    return map_parts(drawn)


def _plots(seen: SeenPreview, language: Language) -> dict[str, Any]:
    outlines = sorted(seen.shapes.outlines, key=lambda outline: outline.index)
    shapes = [_plot(outline, len(outlines) <= NUMBERED, language) for outline in outlines]
    keys = [_key(text("preview.kept", language), "site")]
    if any(outline.repaired for outline in outlines):
        keys.append(_key(text("preview.repaired", language), "site mended"))
    return layer_facts("plots", text("preview.on_map", language), shapes, keys)


def _plot(outline: Outline, is_numbered: bool, language: Language) -> dict[str, Any]:
    number = outline.index + 1
    lines = [f"{square_metres(outline.area_m2)} m²"]
    if outline.repaired:
        lines.append(text("preview.repaired", language))
    drawn = shape_facts(
        outline_shape(outline.index),
        outline.geometry,
        0.0,
        title=outline.site or text("preview.feature", language, number=number),
        lines=lines,
        classes="site mended" if outline.repaired else "site",
    )
    return drawn | {"label": str(number) if is_numbered else ""}


def _marked(seen: SeenPreview, language: Language) -> tuple[dict[str, Any], dict[str, Any]]:
    """Points of faults, and boxes of features that were refused."""
    places: list[dict[str, Any]] = []
    refused: list[dict[str, Any]] = []
    for number, (issue, mark) in enumerate(
        zip(seen.preview.issues, seen.shapes.marks, strict=False)
    ):
        if mark is None:
            continue
        classes = f"{MARKED_PLACE} {issue.severity}" if mark.is_point else MARKED_REFUSED
        drawn = shape_facts(
            issue_shape(number),
            mark.geometry,
            0.0,
            title=_title(issue, language),
            lines=[issue.message.in_language(language)],
            classes=classes,
        )
        (places if mark.is_point else refused).append(drawn)
    return (
        _mark_layer("places", text("preview.places", language), f"{MARKED_PLACE} warning", places),
        _mark_layer("refused", text("preview.refused", language), MARKED_REFUSED, refused),
    )


def _mark_layer(
    name: str, title: str, classes: str, shapes: list[dict[str, Any]]
) -> dict[str, Any]:
    return layer_facts(name, title, shapes, [_key(title, classes)])


def _key(title: str, classes: str) -> dict[str, Any]:
    return {"title": title, "classes": classes}


def _title(issue: Issue, language: Language) -> str:
    if issue.feature is None:
        return issue.file
    return issue.site or text("preview.feature", language, number=issue.feature)


def _notices(seen: SeenPreview, language: Language) -> list[str]:
    notices = []
    if seen.shapes.total > PLOTS_SHOWN:
        counts = {"shown": PLOTS_SHOWN, "total": seen.shapes.total}
        notices.append(text("map.plots_cut", language, **counts))
    if seen.shapes.is_thinned:
        notices.append(text("map.simplified", language))
    return notices


def _bounds(layers: list[dict[str, Any]]) -> list[list[float]] | None:
    shapes = [shape(item["geometry"]) for layer in layers for item in layer["shapes"]]
    if not shapes:
        return None
    west, south, east, north = shapely.total_bounds(shapes)
    return [[float(south), float(west)], [float(north), float(east)]]
