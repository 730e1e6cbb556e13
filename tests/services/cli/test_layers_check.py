"""`layers check` from the command line: table, documents, files, map, exit codes."""

import csv

import openpyxl
import pyogrio
import pytest

from services.layers.inspection.report import Check

COLUMNS = {"DLBM": ["0102", "0103 "], "DLMC": ["=1+1", "旱地"]}
# a strip of 1 mm × 100 m belongs to both
OVERLAPPING = [(0, 0, 100, 100), (99.999, 0, 200, 100)]


@pytest.fixture
def loaded(add):
    return add("land_survey", OVERLAPPING, COLUMNS, version="2020")


@pytest.mark.usefixtures("loaded")
def test_people_read_every_check_and_the_first_faults(plotwise):
    ended = plotwise("layers", "check", "land_survey", lang="zh")
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert "容差 0.0001 米" in lines[1]
    marks = [line[0] for line in lines[3 : 3 + len(Check)]]
    assert set(marks) == {"✓", "✗", "–", "·"}
    assert any(line.startswith("✗  重叠") and "0.10 平方米" in line for line in lines)
    assert "第 1 个（–）与第 2 个要素（–）重叠 0.10 平方米（最宽 0.001 米" in ended.out
    assert "另有" in ended.out


@pytest.mark.usefixtures("loaded")
def test_one_document_with_checks_and_faults(plotwise):
    ended = plotwise("layers", "check", "land_survey", "--json")
    document = ended.document
    keys = {"layer", "crs", "boundary", "thresholds", "checks", "faults"}
    assert (ended.code, set(document)) == (0, keys)
    assert [check["code"] for check in document["checks"]] == list(Check)
    assert all(set(c) == {"code", "name", "state", "count", "message"} for c in document["checks"])
    overlap = next(fault for fault in document["faults"] if fault["check"] == "overlap")
    assert overlap["code"] == "topology_overlap"
    assert overlap["features"] == [1, 2]
    assert overlap["area_m2"] == pytest.approx(0.1, abs=2e-6)
    assert overlap["sliver"] is True
    assert document["thresholds"]["sliver_width_m"] == 0.1
    not_run = {c["code"] for c in document["checks"] if c["state"] == "not_run"}
    assert not_run >= {"outside", "duplicate_id", "stated_area"}
    assert all(c["message"] for c in document["checks"])


@pytest.mark.usefixtures("loaded")
def test_strict_ends_with_2_only_for_errors(plotwise, add):
    assert plotwise("layers", "check", "land_survey", "--strict").code == 2
    add("forest", [(0, 0, 100, 100)], {"type": ["a"]})
    assert plotwise("layers", "check", "forest", "--strict", "--json").code == 0


@pytest.mark.usefixtures("loaded")
def test_tables_places_and_map_are_written_and_nothing_is_replaced(plotwise, tmp_path):
    names = ("faults.gpkg", "faults.csv", "faults.xlsx")
    files = [argument for name in names for argument in ("--out", tmp_path / "out" / name)]
    page = tmp_path / "out" / "faults.html"
    arguments = ("layers", "check", "land_survey", *files, "--map", page, "--json")
    document = plotwise(*arguments, lang="zh").document
    with (tmp_path / "out" / "faults.csv").open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.reader(source))
    assert len(rows) == 1 + len(document["faults"])
    book = openpyxl.load_workbook(tmp_path / "out" / "faults.xlsx")
    assert book.sheetnames == ["检查结果", "问题清单"]
    assert book["检查结果"].max_row == 1 + len(Check)
    assert book["问题清单"].max_row == 1 + len(document["faults"])
    assert not any(cell.data_type == "f" for row in book["问题清单"].rows for cell in row)
    gpkg = tmp_path / "out" / "faults.gpkg"
    assert dict(pyogrio.list_layers(gpkg))["polygons"] == "MultiPolygon"
    places = {name: pyogrio.read_dataframe(gpkg, layer=name) for name in ("polygons", "points")}
    placed = [fault for fault in document["faults"] if fault["place"]]
    assert sum(map(len, places.values())) == len(placed)
    assert str(places["polygons"].crs) == "EPSG:4527"
    assert "topology_overlap" in set(places["polygons"]["code"])
    assert set(places["points"]["code"]) == {"topology_unmatched_vertex"}
    assert "Content-Security-Policy" in page.read_text("utf-8")
    again = plotwise(*arguments)
    assert (again.code, again.document["error"]["code"]) == (2, "file_exists")
    assert plotwise(*arguments, "--overwrite").code == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == {*names, "faults.html"}


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("land_survey", "--out", "faults.pdf"), "inspection_suffix"),
        (("land_survey", "--version", "1999"), "no_such_version"),
        (("land_survey", "--tolerance", "5"), "tolerance_range"),
        (("land_survey", "--boundary", "no_such_place"), "boundary_unknown"),
        (("forest",), "role_not_loaded"),
    ],
)
def test_what_cannot_be_done_is_refused_with_2(plotwise, arguments, code):
    ended = plotwise("layers", "check", *arguments, "--json")
    assert (ended.code, ended.document["error"]["code"]) == (2, code)
    assert ended.document["error"]["remedy"]


def test_points_alone_make_a_layer_of_points(plotwise, add, tmp_path):
    """A vertex of the right parcel on the edge of the left one: told, and no more."""
    add("urban_plan", [(0, 0, 100, 100), (100, 0, 200, 50), (100, 50, 200, 100)],
        {"YDDM": ["M1", "M2", "R2"]}, class_field="YDDM")  # fmt: skip
    out = tmp_path / "faults.gpkg"
    assert plotwise("layers", "check", "urban_plan", "--out", out, "--strict").code == 0
    assert dict(pyogrio.list_layers(out)) == {"points": "Point"}


def test_without_a_place_the_file_has_an_empty_layer(plotwise, add, tmp_path):
    add("forest", [(0, 0, 100, 100)], {"type": ["a"]})
    out = tmp_path / "faults.gpkg"
    assert plotwise("layers", "check", "forest", "--out", out).code == 0
    assert len(pyogrio.read_dataframe(out, layer="polygons")) == 0


def test_the_import_points_to_the_check_and_counts_overlaps(plotwise, workspace, layer_file):
    path = layer_file("survey", OVERLAPPING, **COLUMNS)
    ended = plotwise("layers", "add", "land_survey", path, lang="zh")
    assert "plotwise layers check land_survey" in ended.err
    assert "1 对要素相互重叠" in ended.err
