"""The whole county: all layers, figures, planted sites and their truth in one folder."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import geopandas as gpd

from sample_data import gap_free_layers
from sample_data.cases import Scene, scenes
from sample_data.catalogue import layer_entry, layer_plan, spare_entries
from sample_data.expectation import PlantedSite
from sample_data.fabric import weave
from sample_data.files import write_geopackage, write_red_line
from sample_data.loose_layers import joined, loose_layers, route_layers, stage_features
from sample_data.manifest import TRUTH_FILE, Manifest, SiteEntry, write_manifest
from sample_data.places import COUNTY_CODE, TOWNS
from sample_data.survey_layer import land_survey
from sample_data.truth import site_truth

__all__ = ["DEFAULT_PARCELS", "DEFAULT_SEED", "generate"]

DEFAULT_PARCELS = 3000
DEFAULT_SEED = 370403
FIGURES_FILE = "plan_figures.csv"
SITES_FOLDER = "sites"
TOWN_WITHOUT_SCALE = "370403102"
NO_FEATURES = "permanent_farmland_empty"


def _layers(parcels: int, seed: int) -> dict[str, gpd.GeoDataFrame]:
    """All layers by role, in EPSG:4527; `county` is the outline of the county."""
    stages = [scene.stage for scene in scenes()]
    fabric = weave(parcels, seed, stages)
    outline = gap_free_layers.county_outline(fabric)
    return {
        "county": outline,
        "land_survey": land_survey(fabric),
        "town": gap_free_layers.towns(fabric),
        "village": gap_free_layers.villages(fabric),
        "plan_control_zone": gap_free_layers.control_zones(fabric),
        "plan_use_zone": gap_free_layers.use_zones(fabric),
        "plan_land_class": gap_free_layers.land_classes_planned(fabric),
        "planning_area": gap_free_layers.planning_area(fabric),
        "urban_plan": gap_free_layers.urban_parcels(fabric),
        "village_plan": gap_free_layers.village_plans(fabric),
        "growth_boundary": gap_free_layers.growth_boundary(fabric),
        "permanent_farmland": joined(
            stage_features(stages, "permanent_farmland"), gap_free_layers.farmland_patches(fabric)
        ),
        "eco_redline": joined(
            stage_features(stages, "eco_redline"), gap_free_layers.redline_areas(fabric)
        ),
        **loose_layers(fabric, stages, parcels, seed),
        **route_layers(fabric, outline.geometry.iloc[0]),
    }


def generate(folder: Path, *, parcels: int = DEFAULT_PARCELS, seed: int = DEFAULT_SEED) -> Manifest:
    """Write a county; the same size and seed give the same bytes.

    Parameters
    ----------
    folder
        Made where it is missing; files of the same names are replaced.
    parcels
        Wanted number of survey patches, met within a tenth; the planted sites are the same
        for every size.
    """
    folder.mkdir(parents=True, exist_ok=True)
    layers = _layers(parcels, seed)
    for name, frame in layers.items():
        write_geopackage(frame, folder / f"{name}.gpkg", name)
    empty = layers["permanent_farmland"].iloc[:0]
    write_geopackage(empty, folder / f"{NO_FEATURES}.gpkg", NO_FEATURES)
    _write_figures(folder / FIGURES_FILE)
    planted = scenes()
    manifest = Manifest(
        folder=folder,
        parcels=parcels,
        seed=seed,
        figures=FIGURES_FILE,
        layers=tuple(layer_entry(plan) for plan in layer_plan()),
        spare_layers=spare_entries(),
        sites=_write_sites(folder, planted),
    )
    write_manifest(manifest)
    _write_truth(folder, planted)
    return manifest


def _write_sites(folder: Path, planted: tuple[Scene, ...]) -> tuple[SiteEntry, ...]:
    sites = folder / SITES_FOLDER
    sites.mkdir(exist_ok=True)
    entries = []
    for scene in planted:
        for site in scene.sites:
            path = write_red_line(sites, site.file, site.form, site.plots)
            entries.append(_site_entry(site, path.relative_to(folder).as_posix()))
    return tuple(sorted(entries, key=lambda entry: entry.case))


def _site_entry(site: PlantedSite, path: str) -> SiteEntry:
    return SiteEntry(
        case=site.case,
        title_zh=site.title_zh,
        title_en=site.title_en,
        path=path,
        form=site.form,
        use=site.use,
        use_scheme=site.use_scheme,
        project_type=site.project_type,
        as_of=site.as_of,
        variant=site.variant,
    )


def _write_truth(folder: Path, planted: tuple[Scene, ...]) -> None:
    entries = [site_truth(site, scene.stage) for scene in planted for site in scene.sites]
    entries.sort(key=lambda entry: str(entry["case"]))
    text = json.dumps({"sites": entries}, ensure_ascii=False, indent=1)
    (folder / TRUTH_FILE).write_text(text + "\n", encoding="utf-8")


def _write_figures(path: Path) -> None:
    """Plan figures of 2022: every town has scale left but one; the district may draw 3.0 ha."""
    source = "示例：2022年规划指标台账"
    header = [
        "date",
        "town_code",
        "scale_left_m2",
        "cultivated_margin_m2",
        "plan_2019_m2",
        "advance_left_m2",
        "source",
    ]
    rows: list[list[str]] = [["2022-01-01", COUNTY_CODE, "", "", "120000", "30000", source]]
    for town in TOWNS:
        left = "0" if town.code == TOWN_WITHOUT_SCALE else "250000"
        rows.append(["2022-01-01", town.code, left, "600000", "", "", source])
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(header)
        writer.writerows(rows)
