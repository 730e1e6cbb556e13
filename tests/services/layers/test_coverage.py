"""What a layer may vouch for. Numbers are those of rectangles in metres."""

from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.errors import GeoError
from geo.intake import ReadOptions, Refusal
from geo.io.vector import write_geopackage
from services.errors import InvalidOptionError, NothingUsableError
from services.layers.coverage import ground_of, without_refused
from services.layers.import_layer import add_layer
from services.layers.opened import open_layer
from services.layers.request import LayerImport

EAST, NORTH = 39_520_000, 3_850_000
ORIGIN = (EAST, NORTH)


def at(*corners):
    return shapely.Polygon([(EAST + x, NORTH + y) for x, y in corners])


def box(west, south, east, north):
    return shapely.box(EAST + west, NORTH + south, EAST + east, NORTH + north)


def ground(*polygons):
    return ground_of(np.array(polygons, dtype=object), ORIGIN)


def refusal(bounds, code="repair_too_large"):
    return Refusal(0, None, code, {}, bounds)


@pytest.fixture
def bow_tie():
    """Crosses itself in the middle of the square from (100, 0) to (200, 100)."""
    return at((100, 0), (200, 100), (200, 0), (100, 100))


def coverage_of(workspace, imported):
    return open_layer(workspace, imported.version).coverage


def test_nothing_declared_is_nothing_covered(add, workspace):
    imported = add("forest", [(0, 0, 100, 100)])
    assert not imported.version.has_coverage
    assert coverage_of(workspace, imported) is None
    assert [note.code for note in imported.notes] == ["coverage_none"]


def test_a_file_is_the_ground_that_was_examined(add, workspace, layer_file):
    file = layer_file("county", [(-100, -100, 400, 100), (-100, 100, 400, 300)])
    imported = add("forest", [(0, 0, 100, 100)], coverage=str(file))
    assert coverage_of(workspace, imported).area == pytest.approx(500 * 400, abs=1e-6)
    assert imported.notes == ()


def test_a_role_is_the_ground_of_its_polygons(add, workspace):
    add("town", [(0, 0, 100, 200), (100, 0, 300, 200)], {"XZQDM": ["1", "2"]})
    imported = add("forest", [(0, 0, 10, 10)], coverage="town")
    assert coverage_of(workspace, imported).area == pytest.approx(300 * 200, abs=1e-6)


def test_the_role_that_is_in_force_on_the_first_day_of_the_layer_counts(add, workspace):
    add("town", [(0, 0, 100, 100)], {"XZQDM": ["1"]}, valid_from=date(2019, 1, 1))
    add("town", [(0, 0, 300, 100)], {"XZQDM": ["1"]}, valid_from=date(2022, 1, 1))
    old = add("forest", [(0, 0, 10, 10)], coverage="town", valid_from=date(2020, 1, 1))
    new = add("forest", [(0, 0, 10, 10)], coverage="town", valid_from=date(2023, 1, 1))
    assert coverage_of(workspace, old).area == pytest.approx(10_000, abs=1e-6)
    assert coverage_of(workspace, new).area == pytest.approx(30_000, abs=1e-6)


def test_the_bounding_box_is_never_the_coverage(add, workspace):
    """An L of three squares covers 30 000 m²; its box would be 40 000 m²."""
    squares = [(0, 0, 100, 100), (100, 0, 200, 100), (0, 100, 100, 200)]
    imported = add("land_survey", squares, {"DLBM": ["0102"] * 3}, coverage="self")
    assert coverage_of(workspace, imported).area == pytest.approx(30_000, abs=1e-6)


def test_a_role_whose_gaps_may_have_been_examined_cannot_cover_itself(add):
    with pytest.raises(InvalidOptionError, match="coverage_self_has_gaps"):
        add("eco_redline", [(0, 0, 100, 100)], coverage="self")


def test_a_faulty_coverage_refuses_the_import(add, workspace, layer_file, bow_tie):
    file = layer_file("county", [(300, 0, 400, 100), bow_tie])
    with pytest.raises(NothingUsableError, match=r"coverage_faulty.*county\.gpkg") as refused:
        add("forest", [(0, 0, 10, 10)], coverage=str(file))
    assert [fault.index for fault in refused.value.refused] == [1]


def test_the_box_of_a_refused_feature_is_taken_out(add, workspace, layer_file, bow_tie):
    """Of 400 m × 100 m examined ground the box of the bow-tie, 100 m × 100 m, is gone."""
    file = layer_file("county", [(0, 0, 400, 100)])
    imported = add("permanent_farmland", [(0, 0, 50, 50), bow_tie], coverage=str(file))
    assert len(imported.refused) == 1
    coverage = coverage_of(workspace, imported)
    assert coverage.area == pytest.approx(30_000, abs=1e-6)
    assert not coverage.intersects(shapely.Point(EAST + 150, NORTH + 50))
    assert "coverage_cut" in [note.code for note in imported.notes]


@pytest.mark.parametrize("lost", [None, shapely.Polygon()])
def test_a_refused_feature_of_unknown_place_leaves_nothing_covered(
    workspace, layer_file, tmp_path, lost
):
    """The lost patch may have lain under any site: no conforming verdict may come of it."""
    frame = gpd.GeoDataFrame(geometry=[box(0, 0, 50, 50), lost], crs="EPSG:4527")
    path = tmp_path / "patches.gpkg"
    write_geopackage(frame, path, layer="patches")
    county = layer_file("county", [(0, 0, 400, 100)])
    imported = add_layer(
        LayerImport("permanent_farmland", (path,), coverage=str(county)), workspace
    )
    assert len(imported.refused) == 1
    assert not imported.version.has_coverage
    assert "coverage_dropped" in [note.code for note in imported.notes]


def test_in_a_layer_that_covers_itself_the_lost_feature_is_a_hole(add, workspace, tmp_path):
    frame = gpd.GeoDataFrame(
        {"DLBM": ["0102", "0103"]}, geometry=[box(0, 0, 50, 50), None], crs="EPSG:4527"
    )
    path = tmp_path / "survey.gpkg"
    write_geopackage(frame, path, layer="survey")
    imported = add_layer(LayerImport("land_survey", (path,), coverage="self"), workspace)
    assert coverage_of(workspace, imported).area == pytest.approx(2_500, abs=1e-6)


def test_where_features_may_overlap_the_lost_one_may_lie_on_any_of_them(workspace, tmp_path):
    """Village plans overlap: the lost plan may lie on ground that another one covers."""
    frame = gpd.GeoDataFrame(
        {"class": ["0703", "0601"]}, geometry=[box(0, 0, 50, 50), None], crs="EPSG:4527"
    )
    path = tmp_path / "plans.gpkg"
    write_geopackage(frame, path, layer="plans")
    imported = add_layer(LayerImport("village_plan", (path,), coverage="self"), workspace)
    assert not imported.version.has_coverage


def test_a_loaded_role_outranks_a_folder_of_its_name(add, workspace, tmp_path, monkeypatch):
    add("town", [(0, 0, 100, 100)], {"XZQDM": ["1"]})
    monkeypatch.chdir(tmp_path)
    (tmp_path / "town").mkdir()
    imported = add("forest", [(0, 0, 10, 10)], coverage="town")
    assert coverage_of(workspace, imported).area == pytest.approx(10_000, abs=1e-6)


def test_a_misplaced_feature_has_no_known_place():
    examined = box(0, 0, 400, 100)
    far = refusal((100_000.0, 0.0, 100_100.0, 100.0), "outside_crs_area")
    assert without_refused(examined, [far], leave_holes=False)[0] is None


def test_boxes_that_cover_everything_leave_nothing():
    examined = box(0, 0, 400, 100)
    whole = refusal(examined.buffer(10).bounds)
    assert without_refused(examined, [whole], leave_holes=False)[0] is None


def test_a_slip_between_neighbours_is_closed_and_a_real_gap_stays():
    """A gap of 0.02 m × 20 m inside a mosaic is a slip; one of 2 m × 20 m is left out."""
    frame = [box(0, 0, 100, 40), box(0, 60, 100, 100), box(0, 40, 49, 60)]
    slip = ground(*frame, box(49.02, 40, 100, 60))
    gap = ground(*frame, box(51, 40, 100, 60))
    assert slip.area == pytest.approx(10_000, abs=1e-6)
    assert gap.area == pytest.approx(10_000 - 40, abs=1e-6)


def test_overlapping_polygons_cover_their_union_once():
    assert ground(box(0, 0, 60, 100), box(40, 0, 100, 100)).area == pytest.approx(10_000, abs=1e-6)


@pytest.mark.parametrize("offset", [0.0, 0.3, -0.3])
def test_a_seam_that_does_not_match_vertex_by_vertex_is_no_obstacle(offset):
    """A long edge against two short ones: T-junction, overlap or gap of 0.3 m × 100 m."""
    union = ground(
        box(0, 0, 100, 100), box(0, 100 + offset, 40, 200), box(40, 100 + offset, 100, 200)
    )
    expected = 20_000 - max(offset, 0) * 100
    assert union.area == pytest.approx(expected, abs=1e-5)
    assert union.is_valid


def test_no_polygons_are_no_ground():
    assert ground_of(np.array([], dtype=object), ORIGIN) is None


DEMO = Path(__file__).parents[2] / "data" / "datum" / "demo_four.toml"


@pytest.mark.parametrize("crs", ["EPSG:2363", "EPSG:4527"])
def test_a_layer_on_an_old_datum_and_its_coverage(workspace, layer_file, crs):
    """The coverage may be on the datum of the layer or on the modern one."""
    field = box(4_000, 0, 4_100, 100)
    options = ReadOptions(datum_parameters=DEMO)
    request = LayerImport(
        "permanent_farmland",
        (layer_file("fields", [field], crs="EPSG:2363"),),
        options=options,
        coverage=str(layer_file("ground", [field.buffer(1000)], crs=crs)),
    )
    version = add_layer(request, workspace).version
    (found,) = open_layer(workspace, version).features()
    # the shift of the demonstration file at this corner: 115.2 m east, 3.7 m south
    assert found.bounds[:2] == pytest.approx((39_524_115.2, 3_849_996.3), abs=0.01)
    ground = open_layer(workspace, version).coverage
    assert ground.bounds[0] - 39_523_000 == pytest.approx(115.2 * (crs == "EPSG:2363"), abs=0.02)


def test_lines_on_an_old_datum_need_the_parameters_too(workspace, layer_file):
    line = shapely.LineString([(39_524_000, 3_850_000), (39_524_100, 3_850_000)])
    path = layer_file("road", [line], crs="EPSG:2363", type=["省道"])
    with pytest.raises(GeoError, match="old_datum"):
        add_layer(LayerImport("road", (path,)), workspace)
    request = LayerImport("road", (path,), options=ReadOptions(datum_parameters=DEMO))
    imported = add_layer(request, workspace)
    (stored,) = (workspace.root / imported.version.folder).glob("*.gpkg")
    found = gpd.read_file(stored).geometry.iloc[0]
    assert found.bounds[0] == pytest.approx(39_524_115.2, abs=0.01)
    assert imported.detected.datum.kind == "four"
