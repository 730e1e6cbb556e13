"""Imports of rectangles whose areas are known by heart."""

import json
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from geo.errors import UnreadableFileError
from geo.io.vector import read_geopackage, write_geopackage
from services.domain.project import UseScheme
from services.errors import (
    AmbiguousVersionError,
    InvalidOptionError,
    NothingUsableError,
    TargetExistsError,
)
from services.layers.catalogue import county_envelope, loaded_versions
from services.layers.import_layer import add_layer
from services.layers.manifest import read_manifest
from services.layers.opened import open_layer
from services.layers.request import LayerImport

# two fields of 100 m × 100 m side by side, and a road of 200 m × 10 m above them
FIELDS = [(0, 0, 100, 100), (100, 0, 200, 100), (0, 100, 200, 110)]
CODES = {"DLBM": ["0102", "0103", "1006"], "DLMC": ["水浇地", "旱地", "农村道路"]}


def manifest_of(workspace, version):
    return read_manifest(workspace.root / version.folder)


def codes_of(notes):
    return [note.code for note in notes]


def test_a_survey_is_imported_with_codes_areas_and_coverage(add, workspace):
    imported = add(
        "land_survey", FIELDS, CODES, coverage="self", accuracy_m=0.5, valid_from=date(2021, 9, 1)
    )
    version = imported.version
    assert (version.role, version.version) == ("land_survey", "2021-09-01")
    assert (version.class_field, version.name_field) == ("DLBM", "DLMC")
    assert version.scheme is UseScheme.SANDIAO
    assert version.feature_count == 3
    assert imported.notes == ()
    manifest = manifest_of(workspace, version)
    assert [(c.code, c.name, c.features, c.area_m2) for c in manifest.classes] == [
        ("0102", "水浇地", 1, 10_000.0),
        ("0103", "旱地", 1, 10_000.0),
        ("1006", "农村道路", 1, 2_000.0),
    ]
    assert manifest.coverage_area_m2 == 22_000.0
    opened = open_layer(workspace, version)
    assert opened.codes.tolist() == ["0102", "0103", "1006"]
    assert opened.edges.n_features == 3
    assert opened.coverage.area == pytest.approx(22_000.0, abs=1e-6)
    assert workspace.origin == (39_520_000, 3_850_000)


def test_the_layer_of_record_reads_in_any_gis_and_the_original_bytes_stay(workspace, layer_file):
    path = layer_file("dltb", FIELDS, **CODES)
    given = path.read_bytes()
    version = add_layer(LayerImport("land_survey", (path,)), workspace).version
    folder = workspace.root / version.folder
    record = read_geopackage(folder / "layer.gpkg", layer="land_survey")
    assert record.crs.to_epsg() == 4527
    assert record["DLBM"].tolist() == CODES["DLBM"]
    assert (folder / "original" / "dltb.gpkg").read_bytes() == given
    assert [file.name for file in manifest_of(workspace, version).originals] == ["dltb.gpkg"]


def test_attributes_come_in_the_order_asked_for(add, workspace):
    opened = open_layer(workspace, add("land_survey", FIELDS, CODES).version)
    assert opened.attributes([2, 0, 2])["DLMC"].tolist() == ["农村道路", "水浇地", "农村道路"]
    assert opened.attributes([]).empty
    assert list(opened.attributes([1]).columns) == ["DLBM", "DLMC"]


def test_few_and_many_rows_have_the_same_attributes(add, workspace):
    """Above a tenth of the rows the whole table is read: both ways must agree."""
    strips = [(0, 10 * n, 100, 10 * n + 10) for n in range(60)]
    columns = {"DLBM": ["0102"] * 60, "TBBH": [f"{n:04d}" for n in range(60)]}
    opened = open_layer(workspace, add("land_survey", strips, columns).version)
    rows = [41, 7]
    assert opened.attributes(rows)["TBBH"].tolist() == ["0041", "0007"]
    assert opened.attributes(range(60))["TBBH"].tolist() == columns["TBBH"]
    assert opened.attributes(range(59, -1, -1))["TBBH"].tolist() == columns["TBBH"][::-1]


def test_a_table_that_is_kept_says_the_same_as_single_look_ups(add, workspace):
    """From the fifth look-up on the table is in memory; nobody can tell the difference."""
    strips = [(0, 10 * n, 100, 10 * n + 10) for n in range(60)]
    columns = {
        "DLBM": ["0102"] * 60,
        "KCXS": [None if n % 7 else n / 100 for n in range(60)],
        "QSXZ": [None if n % 5 else "20" for n in range(60)],
    }
    opened = open_layer(workspace, add("land_survey", strips, columns).version)
    looked_up = [opened.attributes([35, 1]) for _ in range(8)]
    for again in looked_up[1:]:
        pd.testing.assert_frame_equal(again, looked_up[0])
    few = [opened.attributes([35, 1], ["QSXZ", "absent"]) for _ in range(8)]
    assert list(few[0].columns) == ["QSXZ"]
    for again in few[1:]:
        pd.testing.assert_frame_equal(again, few[0])
    assert all(opened.attributes([35, 1], ["absent"]).shape == (2, 0) for _ in range(8))


def test_the_same_content_has_the_same_hash_and_a_version_is_opened_once(add, workspace):
    first = add(
        "forest", FIELDS, {"type": ["a", "b", "c"]}, version="1", valid_from=date(2020, 1, 1)
    )
    again = add(
        "forest", FIELDS, {"type": ["a", "b", "c"]}, version="2", valid_from=date(2021, 1, 1)
    )
    other = add(
        "forest", FIELDS, {"type": ["a", "b", "d"]}, version="3", valid_from=date(2022, 1, 1)
    )
    assert first.version.sha256 == again.version.sha256
    assert first.version.sha256 != other.version.sha256
    assert open_layer(workspace, first.version) is open_layer(workspace, first.version)


@pytest.mark.parametrize(
    "changed",
    [{"accuracy_m": 1.0}, {"coverage": "self"}, {"scheme": UseScheme.ERDIAO}, {"class_field": "B"}],
)
def test_whatever_can_change_an_answer_changes_the_hash(add, changed):
    columns = {"DLBM": ["0102", "0103", "1006"], "B": ["1", "2", "3"]}
    plain = add("land_survey", FIELDS, columns, version="1", valid_from=date(2020, 1, 1))
    other = add("land_survey", FIELDS, columns, version="2", valid_from=date(2021, 1, 1), **changed)
    assert plain.version.sha256 != other.version.sha256


def test_codes_are_stripped_text_and_missing_ones_stand_out(add, workspace):
    columns = {"DLBM": [" 0102 ", None, "  "]}
    imported = add("land_survey", FIELDS, columns)
    assert open_layer(workspace, imported.version).codes.tolist() == ["0102", "?", "?"]
    assert "class_codes_missing" in codes_of(imported.notes)


def test_numbers_as_codes_are_read_without_a_decimal_point_and_remarked(add, workspace):
    imported = add("land_survey", FIELDS, {"DLBM": [102.0, 103.0, np.nan]})
    assert open_layer(workspace, imported.version).codes.tolist() == ["102", "103", "?"]
    assert "class_field_numeric" in codes_of(imported.notes)


def test_the_name_of_a_class_is_the_most_frequent_one(add, workspace):
    columns = {"DLBM": ["0102"] * 3, "DLMC": ["水浇地", "水田", "水浇地"]}
    opened = open_layer(workspace, add("land_survey", FIELDS, columns).version)
    assert (opened.class_codes, opened.class_names) == (("0102",), ("水浇地",))


def test_a_role_without_classes_has_the_one_code(add, workspace):
    imported = add("permanent_farmland", FIELDS, {"DLBM": ["0102", "0103", "0101"]})
    opened = open_layer(workspace, imported.version)
    assert opened.codes.tolist() == ["1", "1", "1"]
    assert opened.class_names == ("永久基本农田",)
    assert imported.version.class_field is None


@pytest.mark.parametrize("spelling", ["DLBM", "dlbm", "Dlbm"])
def test_class_fields_are_found_in_any_case(add, spelling):
    imported = add("land_survey", FIELDS, {spelling: ["0102", "0103", "1006"]})
    assert imported.version.class_field == spelling


def test_a_missing_class_field_is_refused_with_the_fields_that_are_there(add, workspace):
    with pytest.raises(InvalidOptionError, match=r"class_field_missing.*KIND, NOTE"):
        add("plan_control_zone", FIELDS, {"KIND": ["010"] * 3, "NOTE": ["", "", ""]})
    assert loaded_versions(workspace) == ()


def test_the_urban_plan_wants_its_field_named(add):
    with pytest.raises(InvalidOptionError, match="class_field_missing"):
        add("urban_plan", FIELDS, {"DLBM": ["M2", "R2", "S1"]})
    imported = add("urban_plan", FIELDS, {"YDDM": ["M2", "R2", "S1"]}, class_field="yddm")
    assert imported.version.class_field == "YDDM"
    assert imported.version.scheme is UseScheme.GB50137
    assert "scheme_assumed" in codes_of(imported.notes)


def test_a_code_with_the_joining_sign_is_refused(add):
    with pytest.raises(InvalidOptionError, match="class_code_sign"):
        add("forest", FIELDS, {"type": ["a|b", "c", "d"]})


def test_a_version_is_never_changed(add, workspace):
    add("forest", FIELDS, version="2020", valid_from=date(2020, 1, 1))
    with pytest.raises(TargetExistsError, match="version_exists"):
        add("forest", FIELDS[:1], version="2020", valid_from=date(2021, 1, 1))
    (version,) = loaded_versions(workspace, "forest")
    assert version.feature_count == 3


def test_a_tie_of_first_days_is_refused_at_import(add, workspace):
    add("forest", FIELDS, version="a", valid_from=date(2020, 1, 1))
    with pytest.raises(AmbiguousVersionError, match=r"version_tie.*a, b"):
        add("forest", FIELDS, version="b", valid_from=date(2020, 1, 1))
    assert len(loaded_versions(workspace, "forest")) == 1


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"valid_from": date(2020, 1, 1), "valid_to": date(2020, 1, 1)}, "validity_order"),
        ({"accuracy_m": -0.1}, "accuracy_range"),
        ({"accuracy_m": float("nan")}, "accuracy_range"),
        ({"version": "../up"}, "version_name"),
        ({"version": "con"}, "version_name"),
        ({"version": ".hidden"}, "version_name"),
        ({"version": "a\tb"}, "version_name"),
        ({"secrecy": "x" * 41}, "secrecy_length"),
        ({"coverage": "county"}, "coverage_unknown"),
        ({"coverage": "self"}, "coverage_self_has_gaps"),
        ({"confirm_empty": True}, "confirmed_empty_is_not"),
        ({"class_field": "none"}, "no_such_field"),
    ],
)
def test_impossible_options_are_refused_and_leave_nothing(add, workspace, request_, code):
    with pytest.raises(InvalidOptionError, match=code):
        add("forest", FIELDS, **request_)
    assert loaded_versions(workspace) == ()
    assert not (workspace.layers_folder / "forest").exists()
    assert list((workspace.layers_folder / ".unfinished").glob("*")) == []


def test_rasters_wait_for_a_later_version(add):
    with pytest.raises(InvalidOptionError, match="role_not_yet"):
        add("elevation", FIELDS)


def test_an_unknown_role_is_imported_with_a_hint(add):
    imported = add("permanent_farmlands", FIELDS, coverage="self")
    (note,) = imported.notes
    assert note.code == "role_unknown"
    assert "permanent_farmland" in note.params["similar"]


def test_an_empty_layer_is_empty_until_somebody_vouches_for_it(workspace, tmp_path):
    path = tmp_path / "none.gpkg"
    write_geopackage(gpd.GeoDataFrame({"MC": []}, geometry=[], crs="EPSG:4527"), path, layer="none")
    silent = add_layer(LayerImport("eco_redline", (path,), valid_from=date(2020, 1, 1)), workspace)
    assert (silent.version.feature_count, silent.version.confirmed_empty_by) == (0, None)
    assert "layer_empty" in codes_of(silent.notes)
    vouched = add_layer(
        LayerImport("eco_redline", (path,), valid_from=date(2021, 1, 1), confirm_empty=True),
        workspace,
    )
    assert vouched.version.confirmed_empty_by
    assert vouched.notes == ()
    opened = open_layer(workspace, vouched.version)
    assert opened.coverage is None
    assert opened.codes.tolist() == []


def test_a_layer_without_features_needs_no_class_field(workspace, tmp_path):
    path = tmp_path / "none.geojson"
    path.write_text('{"type": "FeatureCollection", "features": []}')
    request = LayerImport("growth_boundary", (path,), confirm_empty=True)
    imported = add_layer(request, workspace)
    assert imported.version.feature_count == 0
    assert imported.version.class_field is None


def test_lines_are_kept_without_edges(workspace, layer_file):
    line = shapely.LineString([(39_520_000, 3_850_000), (39_521_000, 3_850_500)])
    path = layer_file("road", [line], type=["省道"])
    version = add_layer(LayerImport("road", (path,)), workspace).version
    folder = workspace.root / version.folder
    assert read_geopackage(folder / "layer.gpkg")["type"].tolist() == ["省道"]
    assert not (folder / "edges").exists()
    assert county_envelope(workspace, margin_m=0) == (39_520_000, 3_850_000, 39_521_000, 3_850_500)


def test_lines_are_not_read_from_a_format_for_polygons(workspace, tmp_path):
    path = tmp_path / "road.geojson"
    path.write_text('{"type": "LineString", "coordinates": [[117.2, 34.8], [117.3, 34.8]]}')
    with pytest.raises(UnreadableFileError, match=r"lines_in_polygon_format.*GeoJSON"):
        add_layer(LayerImport("road", (path,)), workspace)


def test_degrees_come_to_the_working_crs(workspace, tmp_path):
    """A square of 0.01° at 34.8° N, 117.2° E is about 915 m × 1 109 m."""
    path = tmp_path / "zone.geojson"
    ring = [[117.2, 34.8], [117.21, 34.8], [117.21, 34.81], [117.2, 34.81], [117.2, 34.8]]
    feature = {
        "type": "Feature",
        "properties": {"DLBM": "0102"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    version = add_layer(LayerImport("land_survey", (path,)), workspace).version
    (entry,) = manifest_of(workspace, version).classes
    assert entry.area_m2 == pytest.approx(915 * 1109, rel=2e-3)
    assert version.crs in ("EPSG:4326", "EPSG:4490")


def test_a_layer_far_from_the_first_is_refused(add, workspace):
    add("town", [(0, 0, 1000, 1000)], {"XZQDM": ["1"]})
    with pytest.raises(InvalidOptionError, match=r"layer_too_far.*152"):
        add("forest", [(151_000, 0, 151_500, 100)])
    assert [version.role for version in loaded_versions(workspace)] == ["town"]


def test_the_envelope_holds_all_layers_and_their_coverages(add, workspace, layer_file):
    assert county_envelope(workspace) is None
    add("forest", [(0, 0, 10, 10)], coverage=str(layer_file("c", [(-500, -400, 300, 200)])))
    assert county_envelope(workspace, margin_m=100) == (
        39_519_400, 3_849_500, 39_520_400, 3_850_300,
    )  # fmt: skip


def test_strict_refuses_the_whole_layer_for_one_feature(workspace, layer_file):
    bow_tie = shapely.Polygon(
        [(39_520_000, 3_850_000), (39_520_100, 3_850_100), (39_520_100, 3_850_000),
         (39_520_000, 3_850_100)]
    )  # fmt: skip
    path = layer_file("mixed", [(200, 0, 300, 100), bow_tie])
    with pytest.raises(NothingUsableError, match="layer_not_whole") as refused:
        add_layer(LayerImport("forest", (path,), strict=True), workspace)
    assert [fault.index for fault in refused.value.refused] == [1]
    assert loaded_versions(workspace) == ()
    kept = add_layer(LayerImport("forest", (path,)), workspace)
    assert (kept.version.feature_count, len(kept.refused)) == (1, 1)


def test_two_files_of_one_name_are_both_kept(workspace, tmp_path):
    paths = []
    for folder, box in (("north", (0, 100, 100, 200)), ("south", (0, 0, 100, 100))):
        (tmp_path / folder).mkdir()
        path = tmp_path / folder / "dltb.gpkg"
        shape = shapely.box(
            39_520_000 + box[0], 3_850_000 + box[1], 39_520_000 + box[2], 3_850_000 + box[3]
        )
        write_geopackage(
            gpd.GeoDataFrame({"DLBM": ["0102"]}, geometry=[shape], crs=4527), path, layer="a"
        )
        paths.append(path)
    version = add_layer(LayerImport("land_survey", tuple(paths)), workspace).version
    assert version.feature_count == 2
    names = [file.name for file in manifest_of(workspace, version).originals]
    assert names == ["1/dltb.gpkg", "dltb.gpkg"]


def test_a_geodatabase_is_imported_and_kept_as_a_folder(workspace, tmp_path):
    shapes = [shapely.box(39_520_000 + x, 3_850_000, 39_520_100 + x, 3_850_100) for x in (0, 100)]
    frame = gpd.GeoDataFrame({"DLBM": ["0102", "0103"]}, geometry=shapes, crs=4527)
    path = tmp_path / "现状.gdb"
    pyogrio.write_dataframe(frame, path, layer="DLTB", driver="OpenFileGDB")
    version = add_layer(LayerImport("land_survey", (path,)), workspace).version
    assert version.feature_count == 2
    kept = workspace.root / version.folder / "original" / "现状.gdb"
    assert (kept / "a00000009.gdbtable").read_bytes() == (path / "a00000009.gdbtable").read_bytes()
    assert pyogrio.read_info(kept)["features"] == 2


def test_lines_are_read_from_a_geodatabase(workspace, tmp_path):
    frame = gpd.GeoDataFrame(
        {"n": ["1"]},
        geometry=[shapely.LineString([(39_520_000, 3_850_000), (39_520_100, 3_850_000)])],
        crs=4527,
    )
    path = tmp_path / "道路.gdb"
    pyogrio.write_dataframe(frame, path, layer="DL", driver="OpenFileGDB")
    version = add_layer(LayerImport("road", (path,)), workspace).version
    assert version.feature_count == 1


def test_the_stages_are_told_in_order(workspace, layer_file):
    told = []
    path = layer_file("f", FIELDS)
    add_layer(LayerImport("forest", (path,)), workspace, stage=told.append)
    assert told == ["read", "index", "write", "publish"]
