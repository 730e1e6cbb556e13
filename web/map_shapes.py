"""What a map of a result shows: shapes, layers and legend as plain data, text as text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry import shape

from services.domain.verdict import PRECEDENCE, CheckResult, Finding, HitShape
from services.domain.wording import Language
from services.labels import label
from web.numbers import percent, square_metres
from web.palette import Look, is_control, look_of
from web.shape_facts import (
    PLOTS_SHOWN,
    VERTICES_SHOWN,
    layer_facts,
    legend_group,
    shape_facts,
)
from web.texts import text

__all__ = ["MapContent", "map_content", "town_layer"]

PLOTS_NUMBERED = 60
DEGREES_PER_DECIMETRE = 1e-6


@dataclass(frozen=True, slots=True)
class MapContent:
    """Layers from the ground up, the legend from the most important down, and remarks.

    `bounds` is south, west, north, east in degrees; `None` when nothing has a place.
    """

    layers: list[dict[str, Any]]
    legend: list[dict[str, Any]]
    notices: list[str]
    bounds: list[list[float]] | None


def map_content(result: CheckResult, language: Language) -> MapContent:
    """Everything that the map of a result shows; nothing that lies outside the site."""
    geometries = (*result.geometry, *(hit.geometry for hit in result.hits))
    tolerance = _tolerance(geometries)
    site = _site_layer(result, tolerance, language)
    findings = _finding_layer(result, tolerance, language)
    hits = _hit_layers(result, tolerance, language)
    layers = [layer for layer in (*hits, findings, site) if layer["shapes"]]
    legend = [legend_group(layer) for layer in (site, findings, *hits) if layer["shapes"]]
    notices = _notices(result, tolerance, language)
    return MapContent(layers, legend, notices, _bounds(result.geometry))


def town_layer(towns: Iterable[tuple[str, dict[str, Any]]], language: Language) -> dict[str, Any]:
    """Outlines of the towns, with their names where they lie."""
    title = label("role", "town").in_language(language)
    shapes = [
        shape_facts(f"town-{number}", geometry, 0.0, title=name, lines=[], classes="backdrop")
        | {"label": name}
        for number, (name, geometry) in enumerate(towns)
    ]
    return layer_facts("towns", title, shapes, [])


def _site_layer(result: CheckResult, tolerance: float, language: Language) -> dict[str, Any]:
    shown = list(zip(result.plots, result.geometry, strict=True))[:PLOTS_SHOWN]
    shapes = []
    for plot, geometry in shown:
        lines = [f"{square_metres(plot.area_m2)} m²", _state(plot.verdict, language)]
        number = str(plot.index + 1) if len(shown) <= PLOTS_NUMBERED else ""
        title = plot.name or plot.id or str(plot.index + 1)
        name = f"plot-{plot.index}"
        item = shape_facts(name, geometry, tolerance, title=title, lines=lines, classes="site")
        shapes.append(item | {"label": number})
    key = {"title": text("map.site", language), "classes": "site"}
    return layer_facts("site", text("map.site", language), shapes, [key])


def _finding_layer(result: CheckResult, tolerance: float, language: Language) -> dict[str, Any]:
    """Findings with a place; the gravest lies on top and stands first in the legend."""
    shapes, keys = [], {}
    by_gravity = sorted(
        enumerate(result.findings), key=lambda item: PRECEDENCE.index(item[1].state)
    )
    for index, finding in by_gravity:
        if finding.geometry is None or shape(finding.geometry).is_empty:
            continue
        shapes.append(_finding_shape(index, finding, finding.geometry, tolerance, language))
        state = str(finding.state)
        keys[state] = {"title": _state(state, language), "classes": f"finding state-{state}"}
    gravest_first = list(reversed(keys.values()))
    return layer_facts("findings", text("map.findings", language), shapes, gravest_first)


def _finding_shape(
    index: int, finding: Finding, geometry: Any, tolerance: float, language: Language
) -> dict[str, Any]:
    lines = [
        finding.message.in_language(language),
        f"{square_metres(finding.area_m2)} m² ({percent(finding.share)} %)",
    ]
    theme = label("theme", finding.theme).in_language(language)
    return shape_facts(
        f"finding-{index}",
        geometry,
        tolerance,
        title=f"{_state(finding.state, language)} · {theme}",
        lines=lines,
        classes=f"finding state-{finding.state}",
    )


def _hit_layers(result: CheckResult, tolerance: float, language: Language) -> list[dict[str, Any]]:
    """One layer per role; what is shown at first comes first.

    Shown are the first layer that covers the site with classes, and the control layers that
    a finding is about; the others wait in the legend.
    """
    concerned = {finding.role for finding in result.findings}
    by_role: dict[str, list[HitShape]] = {}
    for hit in result.hits:
        if shape(hit.geometry).is_empty:
            continue
        by_role.setdefault(hit.role, []).append(hit)
    covering = next((role for role in by_role if not is_control(role)), None)
    layers = []
    for role, hits in by_role.items():
        visible = role in concerned if is_control(role) else role == covering
        layers.append(_hit_layer(role, hits, tolerance, language) | {"visible": visible})
    return sorted(layers, key=lambda layer: not layer["visible"])


def _hit_layer(
    role: str, hits: list[HitShape], tolerance: float, language: Language
) -> dict[str, Any]:
    shapes = [
        _hit_shape(f"hit-{role}-{number}", hit, tolerance, language)
        for number, hit in enumerate(hits)
    ]
    title = label("role", role).in_language(language)
    return layer_facts(f"hits-{role}", title, shapes, [_hit_key(hit) for hit in hits])


def _hit_shape(name: str, hit: HitShape, tolerance: float, language: Language) -> dict[str, Any]:
    role, look = label("role", hit.role).in_language(language), look_of(hit.role, hit.code)
    drawn = shape_facts(
        name,
        hit.geometry,
        tolerance,
        title=_class_title(hit),
        lines=[role, f"{square_metres(hit.area_m2)} m²"],
        classes=_hit_classes(look),
    )
    return drawn | {"look": _look(look)}


def _hit_key(hit: HitShape) -> dict[str, Any]:
    look = look_of(hit.role, hit.code)
    return {"title": _class_title(hit), "classes": _hit_classes(look), "look": _look(look)}


def _hit_classes(look: Look) -> str:
    return "hit limit" if look.dash is not None else "hit"


def _class_title(hit: HitShape) -> str:
    return hit.name if hit.name in ("", hit.code) else f"{hit.name} {hit.code}"


def _look(look: Look) -> dict[str, str | float | None]:
    return {
        "colour": look.colour,
        "outline": look.outline,
        "hatch": look.hatch,
        "dash": look.dash,
        "opacity": look.opacity,
    }


def _tolerance(geometries: Iterable[dict[str, Any]]) -> float:
    """Degrees by which outlines may be thinned for drawing; none up to `VERTICES_SHOWN`."""
    count = sum(int(shapely.get_num_coordinates(shape(geometry))) for geometry in geometries)
    return DEGREES_PER_DECIMETRE * (count / VERTICES_SHOWN) if count > VERTICES_SHOWN else 0.0


def _notices(result: CheckResult, tolerance: float, language: Language) -> list[str]:
    notices = []
    if len(result.geometry) > PLOTS_SHOWN:
        counts = {"shown": PLOTS_SHOWN, "total": len(result.geometry)}
        notices.append(text("map.plots_cut", language, **counts))
    if tolerance:
        notices.append(text("map.simplified", language))
    return notices


def _bounds(geometries: tuple[dict[str, Any], ...]) -> list[list[float]] | None:
    if not geometries:
        return None
    west, south, east, north = shapely.total_bounds([shape(item) for item in geometries])
    return [[float(south), float(west)], [float(north), float(east)]]


def _state(state: str, language: Language) -> str:
    return label("state", state).in_language(language)
