"""Facts of shapes, layers and legends as the script of the map takes them: plain data."""

from __future__ import annotations

from typing import Any

from shapely.geometry import mapping, shape

__all__ = ["PLOTS_SHOWN", "VERTICES_SHOWN", "layer_facts", "legend_group", "shape_facts"]

PLOTS_SHOWN = 1500
VERTICES_SHOWN = 60_000
# one millimetre on the ground, about
DECIMALS = 8


def layer_facts(
    name: str, title: str, shapes: list[dict[str, Any]], keys: list[dict[str, Any]]
) -> dict[str, Any]:
    """A layer that is shown at first; `keys` are its lines of the legend."""
    return {"id": name, "title": title, "shapes": shapes, "keys": keys, "visible": True}


def legend_group(layer: dict[str, Any]) -> dict[str, Any]:
    """What the legend needs of a layer."""
    return {name: layer[name] for name in ("id", "title", "keys", "visible")}


def shape_facts(
    name: str,
    geometry: dict[str, Any],
    tolerance: float,
    *,
    title: str,
    lines: list[str],
    classes: str,
) -> dict[str, Any]:
    """One shape in longitude and latitude, thinned by `tolerance` degrees for drawing."""
    polygons = shape(geometry)
    if tolerance:
        polygons = polygons.simplify(tolerance)
    inside = polygons.representative_point()
    return {
        "id": name,
        "geometry": _rounded(mapping(polygons)),
        "anchor": [round(inside.y, DECIMALS), round(inside.x, DECIMALS)],
        "title": title,
        "lines": lines,
        "classes": classes,
    }


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _rounded(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(item) for item in value]
    return round(value, DECIMALS) if isinstance(value, float) else value
