"""`plotwise issues` and `--issues FILE`: the log on the screen, as CSV, Excel and JSON."""

import csv

import geopandas as gpd
import openpyxl
import pytest
from shapely import Polygon, box

E0, N0 = 39_520_000.0, 3_850_000.0
BOW_TIE = Polygon([(E0, N0), (E0 + 9, N0 + 9), (E0 + 9, N0), (E0, N0 + 9)])


@pytest.fixture
def survey(tmp_path):
    """Two squares and a bow-tie, which is refused."""
    squares = [box(E0 + at, N0, E0 + at + 10, N0 + 10) for at in (20, 40)]
    frame = gpd.GeoDataFrame(
        {"DLBM": ["0101", "0102", "0103"]}, geometry=[*squares, BOW_TIE], crs="EPSG:4527"
    )
    frame.to_file(tmp_path / "dltb.gpkg")
    return tmp_path / "dltb.gpkg"


@pytest.fixture
def imported(plotwise, survey, tmp_path):
    assert plotwise("init").code == 0
    log = tmp_path / "log.xlsx"
    return plotwise("layers", "add", "land_survey", survey, "--issues", log), log


def test_an_import_writes_its_log_and_prints_it(imported):
    ended, log = imported
    assert ended.code == 0
    assert "✗ #3" in ended.err
    page = openpyxl.load_workbook(log).active
    codes = [row[-1].value for row in page.iter_rows(min_row=2)]
    assert codes[0] == "repair_too_large"
    assert "coverage_none" in codes


def test_show_prints_counts_that_add_up(plotwise, imported):
    ended = plotwise("issues", "show", "land_survey")
    assert "read 3 = kept 2 + refused 1" in ended.out
    assert "读入 3 = 采用 2 + 拒收 1" in plotwise("issues", "show", "land_survey", lang="zh").out


def test_show_as_json_has_every_issue_with_its_place(plotwise, imported):
    document = plotwise("issues", "show", "land_survey", "--json").document
    assert document["features"] == document["kept"] + document["refused"] == 3
    assert document["issue_count"] == len(document["issues"])
    first = document["issues"][0]
    assert (first["code"], first["feature"]) == ("repair_too_large", 3)
    assert first["bounds"] == [E0, N0, E0 + 9, N0 + 9]
    assert document["detected"]["driver"] == "GPKG"


def test_show_writes_csv_and_does_not_replace(plotwise, imported, tmp_path):
    out = tmp_path / "log.csv"
    assert plotwise("issues", "show", "land_survey", "--out", out).code == 0
    with out.open(encoding="utf-8-sig", newline="") as source:
        assert next(csv.reader(source))[0] == "severity"
    assert plotwise("issues", "show", "land_survey", "--out", out).code == 2
    assert plotwise("issues", "show", "land_survey", "--out", out, "--overwrite").code == 0


def test_a_refused_file_is_in_the_list_and_in_the_file(plotwise, tmp_path):
    plotwise("init")
    (tmp_path / "red.txt").write_text("")
    log = tmp_path / "log.csv"
    assert plotwise("check", tmp_path / "red.txt", "--issues", log).code == 2
    (reading,) = plotwise("issues", "list", "--json").document["readings"]
    assert (reading["files"], reading["subjects"]) == (["red.txt"], [])
    with log.open(encoding="utf-8-sig", newline="") as source:
        assert [row[-1] for row in csv.reader(source)][1:] == ["empty_file"]


def test_nothing_read_yet_is_said(plotwise):
    plotwise("init")
    assert "Nothing has been read yet" in plotwise("issues", "list").err
    assert plotwise("issues", "show", "land_survey").code == 2
