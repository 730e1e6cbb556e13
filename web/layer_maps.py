"""The map of a layer inspection: places at fault by check, over the features concerned."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import mapping, shape

from geo.crs import to_lonlat
from services.domain.issue import Severity
from services.domain.wording import Language
from services.labels import label
from services.layers.inspection.report import Check, Inspection, LayerFault
from services.whole_file import whole_file
from web.assets import MAP_SCRIPTS, MAP_STYLES, inline_script, inline_style
from web.folium_elements import Legend, OfflineMap, ShapeLayer
from web.folium_page import MapParts, map_parts
from web.maps import content_policy, map_options, middle
from web.numbers import square_metres
from web.pages_alone import render_alone
from web.shape_facts import VERTICES_SHOWN, layer_facts, legend_group, shape_facts
from web.texts import text

__all__ = ["FAULTS_SHOWN", "inspection_map_html", "inspection_map_parts", "write_inspection_map"]

# of one check; a map of more shows nothing
FAULTS_SHOWN = 500
OUTLINES_SHOWN = 1000
# what is thinner than this cannot be drawn to the digits that a page has
LEAST_DRAWN_M = 0.02
FIRST_TOLERANCE_M = 0.05
STATES = {
    Severity.ERROR: "nonconforming",
    Severity.WARNING: "conditional",
    Severity.INFO: "undecided",
}


def inspection_map_parts(inspection: Inspection, language: Language) -> MapParts:
    """Every fault with a place, as a layer for each check that found any."""
    layers = [_faults(inspection, check, language) for check in Check]
    layers = [layer for layer in layers if layer["shapes"]]
    backdrop = _outlines(inspection, language)
    bounds = _bounds(layers)
    options = map_options(inspection.crs, language, bounds, _notices(inspection, language))
    options["legend"] = bool(layers)
    options["labels"]["map"] = text("layer.map", language, count=len(inspection.faults))
    drawn = OfflineMap(center=middle(bounds), options=options)
    if backdrop["shapes"]:
        ShapeLayer(backdrop).add_to(drawn)
    for layer in reversed(layers):
        ShapeLayer(layer).add_to(drawn)
    if layers:
        Legend([legend_group(layer) for layer in layers]).add_to(drawn)
    return map_parts(drawn)


def inspection_map_html(inspection: Inspection, language: Language) -> str:
    """One page that holds everything it needs, under a policy that forbids all else."""
    scripts = [inline_script(name) for name in MAP_SCRIPTS]
    styles = [inline_style(name) for name in MAP_STYLES]
    parts = inspection_map_parts(inspection, language)
    drawing = str(parts.script).strip()
    counts = dict.fromkeys(Severity, 0)
    for fault in inspection.faults:
        counts[fault.severity] += 1
    return render_alone(
        "layer_map_alone.html",
        language,
        role=label("role", inspection.version.role).in_language(language),
        version=inspection.version,
        state=_state(counts),
        counts={
            label("severity", severity).in_language(language): count
            for severity, count in counts.items()
        },
        map=parts,
        drawing=drawing,
        scripts=scripts,
        styles=styles,
        policy=content_policy([*scripts, drawing], styles),
    )


def write_inspection_map(
    inspection: Inspection, path: Path, *, language: Language, overwrite: bool = False
) -> None:
    """Write the map as one file that opens without network or server.

    Raises
    ------
    TargetExistsError
        The file exists and may not be replaced.
    """
    page = inspection_map_html(inspection, language)
    with whole_file(path, overwrite=overwrite) as beside:
        beside.write_text(page, "utf-8", newline="\n")


def _state(counts: dict[Severity, int]) -> str:
    gravest = next((severity for severity in Severity if counts[severity]), None)
    return "conforms" if gravest is None else STATES[gravest]


def _faults(inspection: Inspection, check: Check, language: Language) -> dict[str, Any]:
    placed = [
        fault
        for fault in inspection.of(check)
        if fault.geometry is not None and not fault.geometry.is_empty
    ][:FAULTS_SHOWN]
    title = label("layer_check", check).in_language(language)
    drawn = to_lonlat(_drawable([fault.geometry for fault in placed]), inspection.crs)
    shapes = [
        _fault(f"{check}-{number}", fault, mapping(place), language)
        for number, (fault, place) in enumerate(zip(placed, drawn, strict=True))
    ]
    classes = {fault.severity: item["classes"] for fault, item in zip(placed, shapes, strict=True)}
    keys = [
        {"title": label("severity", severity).in_language(language), "classes": classes[severity]}
        for severity in Severity
        if severity in classes
    ]
    return layer_facts(f"check-{check}", title, shapes, keys)


def _classes(severity: Severity, *, is_point: bool) -> str:
    return f"place {severity}" if is_point else f"finding state-{STATES[severity]}"


def _fault(
    name: str, fault: LayerFault, geometry: dict[str, Any], language: Language
) -> dict[str, Any]:
    lines = [fault.message.in_language(language), fault.remedy.in_language(language)]
    if fault.area_m2 is not None and fault.area_m2 >= 0.01:
        lines.insert(0, f"{square_metres(fault.area_m2)} m²")
    return shape_facts(
        name,
        geometry,
        0.0,
        title=label("layer_check", fault.check).in_language(language),
        lines=lines,
        classes=_classes(fault.severity, is_point=geometry["type"] == "Point"),
    )


def _drawable(geometries: Sequence[shapely.Geometry | None]) -> NDArray[np.object_]:
    """Places as they can be drawn: thinned together, and thin strips widened to 4 cm."""
    drawn = np.array(geometries, dtype=object)
    areal = np.asarray(shapely.get_dimensions(drawn)) == 2
    perimeter = np.asarray(shapely.length(drawn))
    thin = areal & (2.0 * shapely.area(drawn) < LEAST_DRAWN_M * perimeter)
    drawn[thin] = shapely.buffer(drawn[thin], LEAST_DRAWN_M, join_style="mitre")
    return _thinned(drawn)


def _thinned(geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    tolerance_m = FIRST_TOLERANCE_M
    while shapely.get_num_coordinates(geometries).sum() > VERTICES_SHOWN and tolerance_m < 100.0:
        geometries = np.asarray(shapely.simplify(geometries, tolerance_m), dtype=object)
        tolerance_m *= 2
    return geometries


def _outlines(inspection: Inspection, language: Language) -> dict[str, Any]:
    """Outlines of the features concerned; none of a layer with a secrecy mark."""
    numbered = [] if inspection.version.secrecy else list(inspection.outlines.items())
    numbered = numbered[:OUTLINES_SHOWN]
    drawn = to_lonlat(_thinned(np.array([g for _, g in numbered], dtype=object)), inspection.crs)
    shapes = [
        shape_facts(
            f"feature-{number}",
            mapping(place),
            0.0,
            title=text("layer.feature", language, number=number),
            lines=[],
            classes="backdrop",
        )
        for (number, _), place in zip(numbered, drawn, strict=True)
    ]
    return layer_facts("features", text("layer.features", language), shapes, [])


def _notices(inspection: Inspection, language: Language) -> list[str]:
    notices = []
    if any(len(inspection.of(check)) > FAULTS_SHOWN for check in Check):
        notices.append(text("layer.cut", language, most=FAULTS_SHOWN))
    if inspection.version.secrecy:
        notices.append(text("layer.secret", language))
    if not inspection.faults:
        notices.append(text("layer.none", language))
    return notices


def _bounds(layers: list[dict[str, Any]]) -> list[list[float]] | None:
    shapes = [shape(item["geometry"]) for layer in layers for item in layer["shapes"]]
    if not shapes:
        return None
    west, south, east, north = shapely.total_bounds(shapes)
    return [[float(south), float(west)], [float(north), float(east)]]
