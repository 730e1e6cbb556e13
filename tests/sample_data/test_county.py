"""The county itself: no gap, no overlap, realistic outlines, the same bytes every time."""

import csv
import hashlib
from datetime import date
from importlib.resources import files
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely

from sample_data import load_manifest, load_truth, shipped_county, shipped_inputs
from sample_data.__main__ import main
from sample_data.cases import scenes
from sample_data.county import generate
from sample_data.manifest import OF_ITSELF, Manifest
from sample_data.survey_layer import ellipsoid_area_m2

ORIGIN = np.array([39_522_000.0, 3_849_000.0])
GAP_FREE = (
    "land_survey",
    "plan_control_zone",
    "plan_use_zone",
    "plan_land_class",
    "town",
    "village",
)
EXCLUSIVE = (*GAP_FREE, "urban_plan", "growth_boundary", "permanent_farmland", "eco_redline")
EIGHT_MEGABYTES = 8_000_000


@pytest.fixture(scope="module", params=["shipped", "small"])
def county(request: pytest.FixtureRequest) -> Manifest:
    if request.param == "shipped":
        return load_manifest()
    manifest: Manifest = request.getfixturevalue("small")
    return manifest


def read(county: Manifest, role: str) -> gpd.GeoDataFrame:
    return gpd.read_file(county.file(f"{role}.gpkg"))


def local(frame: gpd.GeoDataFrame) -> np.ndarray:
    """Outlines near the origin, where areas carry no rounding of large coordinates."""
    shapes = shapely.transform(frame.geometry.to_numpy(), lambda points: points - ORIGIN)
    return np.asarray(shapes)


def digest(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("role", GAP_FREE)
def test_layer_fills_the_county_without_gap_and_overlap(county: Manifest, role: str) -> None:
    shapes = local(read(county, role))
    outline = local(read(county, "county"))[0]
    assert shapely.coverage_is_valid(shapes)
    assert shapely.area(shapes).sum() == pytest.approx(outline.area, rel=1e-9)
    # equal sums and equal unions leave no room for a gap that an overlap makes up for
    union = shapely.coverage_union_all(shapes)
    assert union.area == pytest.approx(outline.area, rel=1e-9)
    assert shapely.symmetric_difference(union, outline).area == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("role", EXCLUSIVE)
def test_exclusive_layers_do_not_overlap(county: Manifest, role: str) -> None:
    shapes = local(read(county, role))
    assert shapely.is_valid(shapes).all()
    total = shapely.area(shapes).sum()
    assert shapely.union_all(shapes).area == pytest.approx(total, rel=1e-9)


def test_survey_patches_look_like_a_survey(county: Manifest) -> None:
    survey = read(county, "land_survey")
    vertices = shapely.get_num_coordinates(survey.geometry.to_numpy())
    assert len(survey) == pytest.approx(county.parcels, rel=0.05)
    assert 16 <= np.median(vertices) <= 25
    assert (vertices > 1000).sum() >= 1
    assert shapely.get_num_interior_rings(survey.geometry.to_numpy()).sum() > 0
    assert set(survey.geom_type) == {"Polygon"}


def test_survey_fields_hold_together(county: Manifest) -> None:
    survey = read(county, "land_survey")
    assert survey.BSM.is_unique
    assert survey.BSM.str.len().eq(18).all()
    assert not survey.duplicated(["ZLDWDM", "TBBH"]).any()
    farm = survey.DLBM.str.startswith("01")
    assert survey.GDPDJB.ne("").eq(farm).all()
    np.testing.assert_allclose(survey.KCMJ, survey.TBMJ * survey.KCXS, atol=0.005001)
    np.testing.assert_allclose(survey.TBDLMJ, survey.TBMJ - survey.KCMJ, atol=1e-6)
    villages = set(read(county, "village").ZLDWDM)
    assert set(survey.ZLDWDM) <= villages
    assert set(survey.QSXZ) == {"20", "30"}


def test_survey_area_is_on_the_ellipsoid(county: Manifest) -> None:
    survey = read(county, "land_survey").head(300)
    degrees = survey.to_crs(4490)
    geodesic = np.array(
        [abs(degrees.crs.get_geod().geometry_area_perimeter(s)[0]) for s in degrees.geometry]
    )
    # a geodesic is not the straight line of the projection: a few mm² per metre of edge
    assert np.abs(survey.TBMJ - geodesic).max() < 0.02
    plane = shapely.area(local(survey))
    assert (plane - survey.TBMJ).sum() > 0


def test_ellipsoid_area_of_a_square_kilometre() -> None:
    # 117.25°E lies about 22.9 km from the central meridian: 1.29e-5 less than in the plane
    square = shapely.box(39_522_377, 3_852_000, 39_523_377, 3_853_000)
    there = pyproj.Transformer.from_crs(4527, 4490, always_xy=True)
    ring = shapely.segmentize(square, 20.0).exterior.coords
    area, _ = pyproj.Geod(ellps="GRS80").polygon_area_perimeter(
        *np.array([there.transform(x, y) for x, y in ring]).T
    )
    assert ellipsoid_area_m2(np.array([square]))[0] == pytest.approx(abs(area), abs=0.02)


def test_towns_and_villages_nest_and_carry_their_codes(county: Manifest) -> None:
    towns, villages = read(county, "town"), read(county, "village")
    assert set(villages.ZLDWDM.str[:9]) == set(towns.XZQDM)
    for code, shape in zip(towns.XZQDM, local(towns), strict=True):
        own = local(villages[villages.ZLDWDM.str.startswith(code)])
        assert shapely.area(own).sum() == pytest.approx(shape.area, rel=1e-9)


def test_farmland_patches_are_survey_patches(county: Manifest) -> None:
    """Outside the stages a patch of basic farmland has the boundary of a field."""
    survey = read(county, "land_survey")
    fields = {shape.normalize().wkb for shape in survey[survey.DLBM.str[:2] == "01"].geometry}
    farmland = read(county, "permanent_farmland")
    country = farmland[~farmland.YJJBNTTBBH.str.startswith("S")]
    assert len(country) > 300
    assert all(shape.normalize().wkb in fields for shape in country.geometry)


def test_stages_are_clean(county: Manifest) -> None:
    """No feature of the country reaches into a stage: only the case's own stand there."""
    planted = {scene.stage.code: scene.stage for scene in scenes()}
    for entry in county.layers:
        if entry.role in (*GAP_FREE, "planning_area", "urban_plan", "growth_boundary"):
            continue
        shapes = shapely.transform(
            read(county, entry.role).geometry.to_numpy(), lambda p: p - ORIGIN
        )
        for code, stage in planted.items():
            frame = shapely.box(
                *(side / 1000 for side in (stage.frame.west, stage.frame.south)),
                *(side / 1000 for side in (stage.frame.east, stage.frame.north)),
            )
            inside = shapely.area(shapely.intersection(shapes, frame)).sum()
            own = sum(f.box.area_um2 for f in stage.features if f.role == entry.role) / 1e6
            assert inside <= own + 1e-6, (entry.role, code)


def test_same_seed_gives_same_bytes_and_another_seed_another_county(tmp_path: Path) -> None:
    first, second, other = (tmp_path / name for name in ("first", "second", "other"))
    generate(first, parcels=2000, seed=11)
    generate(second, parcels=2000, seed=11)
    generate(other, parcels=2000, seed=12)
    assert digest(first) == digest(second)
    changed = {name for name, value in digest(other).items() if digest(first)[name] != value}
    assert "land_survey.gpkg" in changed
    assert not any(name.startswith("sites/") or name == "truth.json" for name in changed)


def test_shipped_county_is_what_the_generator_makes(tmp_path: Path) -> None:
    generate(tmp_path)
    made, shipped = digest(tmp_path), digest(shipped_county())
    assert made.keys() == shipped.keys()
    # a GeoPackage bears the version of the library that wrote it: compare what is in it
    differing = [name for name in made if made[name] != shipped[name]]
    for name in differing:
        assert name.endswith((".gpkg", ".shp", ".dbf", ".zip")), name
        new, old = (gpd.read_file(folder / name) for folder in (tmp_path, shipped_county()))
        assert new.geometry.geom_equals_exact(old.geometry, 0.0).all(), name
        assert new.drop(columns="geometry").equals(old.drop(columns="geometry")), name


def test_what_is_shipped_is_small() -> None:
    package = Path(str(files("sample_data")))
    shipped = [
        path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    ]
    assert sum(path.stat().st_size for path in shipped) < EIGHT_MEGABYTES


def test_package_data_takes_in_every_file() -> None:
    package = Path(str(files("sample_data")))
    data = [p for folder in (shipped_county(), shipped_inputs()) for p in folder.rglob("*")]
    assert all(package in path.parents for path in data)
    assert not [path for path in data if path.name.startswith(".")]


def test_manifest_names_what_is_there(county: Manifest) -> None:
    assert len({entry.name for entry in (*county.layers, *county.spare_layers)}) == len(
        county.layers
    ) + len(county.spare_layers)
    for entry in (*county.layers, *county.spare_layers):
        frame = gpd.read_file(county.file(entry.path), layer=entry.layer)
        assert frame.crs.to_epsg() == 4527
        assert {entry.class_field, entry.name_field} - {None} <= set(frame.columns)
        date.fromisoformat(entry.valid_from)
        if entry.coverage not in (None, OF_ITSELF):
            assert county.file(str(entry.coverage)).is_file()
    for site in county.sites:
        assert county.file(site.path).is_file()
        assert load_truth(county.folder)[site.case]["expect"]["verdict"]
        spare = {entry.name for entry in county.spare_layers}
        assert set(site.variant.replace) <= spare


def test_a_variant_changes_just_its_roles(county: Manifest) -> None:
    plain = county.layers_for(county.site("01").variant)
    assert plain == county.layers
    omitted = county.layers_for(county.site("34").variant)
    assert {e.role for e in plain} - {e.role for e in omitted} == {"eco_redline"}
    replaced = county.layers_for(county.site("22b").variant)
    (farmland,) = [entry for entry in replaced if entry.role == "permanent_farmland"]
    assert (farmland.version, farmland.valid_from) == ("2022", "2022-11-01")


def test_plan_figures_leave_one_town_without_scale(county: Manifest) -> None:
    with county.file(county.figures).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    (district,) = [row for row in rows if row["plan_2019_m2"]]
    # the cap of an advance is half the plan of 2019
    assert float(district["advance_left_m2"]) <= float(district["plan_2019_m2"]) / 2
    assert float(district["advance_left_m2"]) == 30000
    towns = {row["town_code"]: row["scale_left_m2"] for row in rows if row["scale_left_m2"]}
    assert set(towns) == set(read(county, "town").XZQDM)
    assert [code for code, left in towns.items() if left == "0"] == ["370403102"]


def test_command_line_writes_both_folders(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    county, inputs = tmp_path / "county", tmp_path / "inputs"
    assert main(["--out", str(county), "--inputs", str(inputs), "--parcels", "2000"]) == 0
    assert "planted sites" in capsys.readouterr().out
    assert load_manifest(county).parcels == 2000
    assert digest(inputs) == digest(shipped_inputs())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [([], "nothing to write"), (["--out", "x", "--parcels", "10"], "at least 2000")],
)
def test_command_line_refuses(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert said in capsys.readouterr().err
