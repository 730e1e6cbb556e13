"""The truth of the planted sites, measured again by plain shapely on shifted coordinates."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from sample_data import load_manifest, load_truth
from sample_data.cases import scenes
from sample_data.codes import CLASS_FIELDS
from sample_data.manifest import Manifest, SiteEntry
from sample_data.truth import areas_by_class, site_area_um2

ORIGIN = np.array([39_522_000.0, 3_849_000.0])
TRUTH = load_truth()
SITES = {site.case: site for scene in scenes() for site in scene.sites}


def shifted(shapes: np.ndarray) -> np.ndarray:
    return shapely.transform(shapes, lambda points: points - ORIGIN)


@pytest.fixture(scope="session", params=["shipped", "small"])
def county(request: pytest.FixtureRequest) -> Manifest:
    if request.param == "shipped":
        return load_manifest()
    manifest: Manifest = request.getfixturevalue("small")
    return manifest


@pytest.fixture(scope="session")
def layers(county: Manifest) -> dict[str, gpd.GeoDataFrame]:
    read = {}
    for entry in county.layers:
        if entry.role not in ("road", "river"):
            frame = gpd.read_file(county.file(entry.path), layer=entry.layer)
            read[entry.role] = frame.set_geometry(shifted(frame.geometry.to_numpy()), crs=frame.crs)
    return read


def union_by_class(frame: gpd.GeoDataFrame, role: str, site: shapely.Geometry) -> dict[str, float]:
    """Area of the union of each class inside the site; edges alone count for nothing."""
    near = frame[shapely.intersects(frame.geometry.to_numpy(), site)]
    field = CLASS_FIELDS.get(role)
    codes = near[field] if field else np.full(len(near), "1")
    areas = {}
    for code in np.unique(np.asarray(codes, dtype=str)):
        shapes = near.geometry.to_numpy()[np.asarray(codes, dtype=str) == code]
        area = shapely.union_all(shapely.intersection(shapes, site)).area
        if area > 1e-7:
            areas[str(code)] = area
    return areas


@pytest.mark.parametrize("case", sorted(TRUTH))
def test_areas_by_class_are_what_the_layers_hold(
    case: str, layers: dict[str, gpd.GeoDataFrame], county: Manifest
) -> None:
    entry = county.site(case)
    site = shapely.union_all(shifted(red_line(county.folder, entry)))
    # degrees are written with 11 decimals, about a thousandth of a millimetre
    slack = 1e-3 if entry.form == "geojson_degrees" else 1e-6
    assert site.area == pytest.approx(TRUTH[case]["site_area_m2"], abs=slack)
    for role, frame in layers.items():
        if role in ("town", "village"):
            continue
        measured = union_by_class(frame, role, site)
        expected = TRUTH[case]["areas_m2"].get(role, {})
        assert measured == pytest.approx(expected, abs=slack), role


def red_line(folder: Path, entry: SiteEntry) -> np.ndarray:
    """Polygons of a site file, by ways that share nothing with the writer."""
    path = folder / entry.path
    if path.suffix != ".txt":
        frame = gpd.read_file(path, **({"encoding": "GBK"} if path.suffix == ".shp" else {}))
        return frame.to_crs(4527).geometry.to_numpy()
    encoding = {"txt_square_metres_utf8": "utf-8", "txt_without_zone_bom": "utf-8-sig"}
    text = path.read_bytes().decode(encoding.get(entry.form, "gbk"))
    zengjian = entry.form == "txt_zengjian_gbk"
    rings: dict[tuple[int, str], list[tuple[float, float]]] = {}
    plot = 0
    for line in text.split("[地块坐标]")[1].split():
        if line.endswith("@"):
            plot += 1
            continue
        fields = line.split(",")
        ring, north, east = (
            (fields[4], fields[1], fields[2]) if zengjian else (fields[1], fields[2], fields[3])
        )
        easting = float(east) + (39_000_000 if entry.form == "txt_without_zone_bom" else 0)
        rings.setdefault((plot, ring), []).append((easting, float(north)))
    # even-odd over all rings of all plots: holes fall out, parts add up
    shape = shapely.Polygon()
    for points in rings.values():
        shape = shape.symmetric_difference(shapely.Polygon(points))
    return np.array([shape])


def test_the_numbers_of_the_cases_are_those_on_paper() -> None:
    def areas(case: str, role: str) -> dict[str, float]:
        return TRUTH[case]["areas_m2"][role]

    # 3.2 ha of which 2.9 irrigated; 1000 farm road and 2000 ditch
    assert areas("02", "land_survey") == {"0102": 29000, "1006": 1000, "1107": 2000}
    # 55 % and 45 % of 4.0 ha
    assert areas("04", "plan_control_zone") == {"010": 22000, "020": 18000}
    # 0.6 of 2.4 ha, 0.6 of 4.1 ha
    assert areas("05", "land_survey") == areas("06", "land_survey") == {"0102": 18000, "0702": 6000}
    assert areas("07", "land_survey") == {"0102": 35000, "0702": 6000}
    # 15 m × 2 m; 30 m × 0.02 m; nothing
    assert areas("09", "permanent_farmland") == {"1": 30}
    assert areas("10", "permanent_farmland") == {"1": 0.6}
    assert areas("10b", "permanent_farmland") == {}
    assert areas("12", "eco_redline") == {"1": 1200}
    # 5 600 m × 26 m with 500 m × 26 m of farmland; 1 100 m × 6 m with 40 m × 5 m
    assert TRUTH["13"]["site_area_m2"] == 145600
    assert areas("13", "permanent_farmland") == {"1": 13000}
    assert TRUTH["14"]["site_area_m2"] == 6600
    assert areas("14b", "permanent_farmland") == {"1": 200}
    assert areas("15", "plan_control_zone") == {"01": 4000, "010": 4000}
    # 120 × 100 less 20 × 15, and 40 × 30
    assert TRUTH["17"]["site_area_m2"] == 12900
    assert areas("17", "urban_control_line") == {}
    assert areas("21", "urban_plan") == {"M2": 10000}
    # 8 m × 100 m beyond the edge
    assert areas("23", "land_survey") == {"0601": 19200}
    assert areas("24", "approved_land") == {"1": 12000}


def test_plots_add_up_to_the_site() -> None:
    for case, truth in TRUTH.items():
        total = sum(plot["area_m2"] for plot in truth["plots"])
        assert total == pytest.approx(truth["site_area_m2"], abs=1e-9), case


def test_gap_free_layers_fill_every_site_inside_the_county() -> None:
    for case, truth in TRUTH.items():
        for role in ("land_survey", "plan_control_zone", "plan_use_zone", "plan_land_class"):
            inside = truth["site_area_m2"] - (800 if case == "23" else 0)
            assert sum(truth["areas_m2"][role].values()) == pytest.approx(inside, abs=1e-9), case


def test_truth_file_is_what_the_rectangles_give() -> None:
    for scene in scenes():
        for site in scene.sites:
            truth = TRUTH[site.case]
            assert truth["site_area_m2"] == site_area_um2(site.plots) / 1e6
            for role, areas in areas_by_class(scene.stage, site.plots).items():
                assert truth["areas_m2"][role] == {
                    code: area / 1e6 for code, area in sorted(areas.items())
                }


def test_every_case_outcome_and_reason_is_planted() -> None:
    numbers = {case.rstrip("bcde") for case in TRUTH}
    assert {f"{number:02d}" for number in (*range(1, 19), *range(20, 25))} <= numbers
    outcomes = {truth["expect"]["outcome"] for truth in TRUTH.values()}
    assert outcomes == {
        "fits_both_plans",
        "consistency_scheme",
        "scale_advance",
        "plan_adjustment",
        "special_approval",
        "resite",
        "undecided",
    }
    reasons = {gap["reason"] for truth in TRUTH.values() for gap in truth["expect"]["not_checked"]}
    assert reasons == {
        "missing",
        "optional_absent",
        "empty",
        "stale",
        "not_in_force",
        "not_covered",
        "within_accuracy",
        "unknown_codes",
        "no_standard_loaded",
    }
    verdicts = {truth["expect"]["verdict"] for truth in TRUTH.values()}
    assert verdicts == {"conforms", "conditional", "procedure", "nonconforming", "undecided"}


def test_trunk_road_crosses_three_towns_and_forty_villages(
    layers: dict[str, gpd.GeoDataFrame], county: Manifest
) -> None:
    site = shapely.union_all(shifted(red_line(county.folder, county.site("13"))))
    for role, count in (("town", 3), ("village", 40)):
        areas = union_by_class(layers[role], role, site)
        assert len(areas) == count
        assert sum(areas.values()) == pytest.approx(145600, abs=1e-6)


def test_factory_extension_lies_half_in_each_of_two_towns(
    layers: dict[str, gpd.GeoDataFrame], county: Manifest
) -> None:
    site = shapely.union_all(shifted(red_line(county.folder, county.site("15"))))
    areas = union_by_class(layers["town"], "town", site)
    assert sorted(areas.values()) == pytest.approx([4000, 4000], abs=1e-6)


def test_only_the_cases_without_scale_stand_in_the_town_without_scale(
    layers: dict[str, gpd.GeoDataFrame], county: Manifest
) -> None:
    for case in ("05", "06", "07", "11"):
        site = shapely.union_all(shifted(red_line(county.folder, county.site(case))))
        towns = union_by_class(layers["town"], "town", site)
        assert (list(towns) == ["370403102"]) == (case in ("06", "07")), case
