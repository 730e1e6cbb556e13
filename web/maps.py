"""Maps of results: folium for the map, one template for the page, no request to anywhere."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

from services.domain.verdict import CheckResult
from services.domain.wording import Language
from services.whole_file import whole_file
from web.assets import MAP_SCRIPTS, MAP_STYLES, inline_script, inline_style
from web.folium_elements import Legend, OfflineMap, ShapeLayer
from web.folium_page import MapParts, map_parts
from web.map_shapes import map_content, town_layer
from web.pages_alone import render_alone
from web.ports import Surroundings
from web.presentation.verdict_card import verdict_card
from web.projection import transverse_mercator
from web.texts import text

__all__ = [
    "content_policy",
    "county_map",
    "map_options",
    "middle",
    "result_map",
    "result_map_html",
    "result_map_parts",
    "write_result_map",
]

# a view of the county at first use, before anything has been checked
FIRST_VIEW = (34.8, 117.25)
ZONE_WIDTH_M = 1_000_000
# words that the scripts of the map write
LABELS = (
    "degrees",
    "east",
    "legend",
    "map",
    "next_format",
    "no_prefix",
    "north",
    "north_sign",
    "too_many",
    "zoom_in",
    "zoom_out",
)


def result_map(result: CheckResult, language: Language) -> OfflineMap:
    """Map of one result: site, findings and touched classes, clipped to the site."""
    content = map_content(result, language)
    options = map_options(result.site.crs, language, content.bounds, content.notices)
    options["legend"] = True
    options["labels"]["map"] = _summary(result, content.layers, language)
    drawn = OfflineMap(center=middle(content.bounds), options=options)
    for layer in content.layers:
        ShapeLayer(layer).add_to(drawn)
    Legend(content.legend).add_to(drawn)
    return drawn


def result_map_parts(result: CheckResult, language: Language) -> MapParts:
    """The map of a result for a page of the server."""
    return map_parts(result_map(result, language))


def county_map(crs: str, language: Language, around: Surroundings) -> OfflineMap:
    """The county with its towns, to look around and to draw on."""
    bounds = [list(around.bounds[:2]), list(around.bounds[2:])] if around.bounds else None
    drawn = OfflineMap(
        center=middle(bounds), options=map_options(crs, language, bounds, notices=[])
    )
    if around.towns:
        ShapeLayer(town_layer(around.towns, language)).add_to(drawn)
    return drawn


def result_map_html(result: CheckResult, language: Language) -> str:
    """One page that holds everything it needs, under a policy that forbids all else."""
    scripts = [inline_script(name) for name in MAP_SCRIPTS]
    parts = result_map_parts(result, language)
    drawing = str(parts.script).strip()
    styles = [inline_style(name) for name in MAP_STYLES]
    return render_alone(
        "map_alone.html",
        language,
        result=result,
        card=verdict_card(result, language),
        map=parts,
        drawing=drawing,
        scripts=scripts,
        styles=styles,
        policy=content_policy([*scripts, drawing], styles),
    )


def write_result_map(
    result: CheckResult, path: Path, *, language: Language, overwrite: bool = False
) -> None:
    """Write the map of a result as one file that opens without network or server.

    Raises
    ------
    TargetExistsError
        The file exists and may not be replaced.
    """
    page = result_map_html(result, language)
    with whole_file(path, overwrite=overwrite) as beside:
        beside.write_text(page, "utf-8", newline="\n")


def content_policy(scripts: list[str], styles: list[str]) -> str:
    """Content policy that allows exactly these scripts and styles, and no request."""
    return (
        f"default-src 'none'; script-src {_digests(scripts)}; style-src {_digests(styles)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _digests(texts: list[str]) -> str:
    hashes = (hashlib.sha256(item.encode("utf-8")).digest() for item in texts)
    return " ".join(f"'sha256-{base64.b64encode(item).decode('ascii')}'" for item in hashes)


def map_options(
    crs: str, language: Language, bounds: list[list[float]] | None, notices: list[str]
) -> dict[str, Any]:
    """What the script of every map needs: first view, words, projection, remarks."""
    projection = transverse_mercator(crs)
    labels = {key: text(f"map.{key}", language) for key in LABELS}
    labels["projection"] = _projection_name(projection, language)
    return {
        "bounds": bounds,
        "labels": labels,
        "notices": notices,
        "projection": projection,
    }


def _summary(result: CheckResult, layers: list[dict[str, Any]], language: Language) -> str:
    """What the map shows, for those who do not see it."""
    findings = sum(finding.geometry is not None for finding in result.findings)
    touched = sum(layer["id"].startswith("hits-") for layer in layers)
    counts = {"plots": len(result.geometry), "findings": findings, "layers": touched}
    return text("map.summary", language, **counts)


def _projection_name(projection: dict[str, Any] | None, language: Language) -> str:
    """Short name of the zone where the easting carries its number, else the full name."""
    if projection is None:
        return ""
    zone = int(projection["false_easting_m"] // ZONE_WIDTH_M)
    name = str(projection["name"])
    if zone and name.startswith("CGCS2000"):
        return text("map.zone", language, zone=zone)
    return name


def middle(bounds: list[list[float]] | None) -> tuple[float, float]:
    """Middle of a box in degrees; without one, where the county lies."""
    if bounds is None:
        return FIRST_VIEW
    (south, west), (north, east) = bounds
    return ((south + north) / 2, (west + east) / 2)
