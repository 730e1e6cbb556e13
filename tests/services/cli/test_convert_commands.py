"""`plotwise convert` as people and programs call it."""

import csv
import shutil
from pathlib import Path

import fiona
import pytest

TXT = Path(__file__).parents[2] / "data" / "cn_txt"
TWO_RINGS = TXT / "made_area_m2_gbk.txt"


@pytest.fixture
def folder(tmp_path):
    """A good file and an empty one."""
    made = tmp_path / "in"
    made.mkdir()
    shutil.copy(TWO_RINGS, made / "a.txt")
    (made / "b.txt").write_bytes(b"")
    return made


def test_a_file_becomes_another(plotwise, tmp_path):
    ended = plotwise("convert", TWO_RINGS, tmp_path / "地块.shp", lang="zh")
    assert ended.code == 0
    assert "地块.shp: 3 个地块, EPSG:4527" in ended.out
    with fiona.open(tmp_path / "地块.shp", encoding="GBK") as source:
        assert next(iter(source)).properties["地块名称"] == "甲地块"


def test_the_document_has_what_the_contract_says(plotwise, tmp_path):
    ended = plotwise("convert", TWO_RINGS, tmp_path / "a.gpkg", "--json")
    document = ended.document
    assert set(document) == {"written", "detected", "refused", "repaired", "notes"}
    [written] = document["written"]
    assert written == {
        "file": str(tmp_path / "a.gpkg"), "format": "gpkg", "features": 3, "crs": "EPSG:4527",
        "sources": [TWO_RINGS.name],
    }  # fmt: skip
    assert document["detected"]["driver"] == "CoordinateTXT"
    assert document["detected"]["axis_order"] == "north_east"


def test_a_partly_refused_folder_is_done_unless_strict(plotwise, folder, tmp_path):
    options = ("convert", folder, tmp_path / "out", "--format", "kml", "--overwrite")
    ended = plotwise(*options, "--json")
    assert ended.code == 0
    assert [each["code"] for each in ended.document["refused"]] == ["empty_file"]
    assert plotwise(*options, "--strict").code == 2
    assert "b.txt" in plotwise(*options).err


def test_nothing_usable_ends_with_2_and_one_document(plotwise, folder, tmp_path):
    ended = plotwise("convert", folder / "b.txt", tmp_path / "b.shp", "--json")
    assert ended.code == 2
    assert ended.document["error"]["code"] == "empty_file"


def test_nothing_is_overwritten(plotwise, tmp_path):
    target = tmp_path / "a.txt"
    assert plotwise("convert", TWO_RINGS, target).code == 0
    ended = plotwise("convert", TWO_RINGS, target)
    assert ended.code == 2
    assert "--overwrite" in ended.err
    assert plotwise("convert", TWO_RINGS, target, "--overwrite").code == 0


def test_the_issue_log_is_written(plotwise, folder, tmp_path):
    log = tmp_path / "log.csv"
    assert plotwise("convert", folder, tmp_path / "a.gpkg", "--issues", log).code == 0
    with log.open(encoding="utf-8-sig", newline="") as source:
        assert any("empty_file" in row for row in csv.reader(source))


def test_a_dxf_is_refused_with_the_way_on(plotwise, tmp_path):
    ended = plotwise("convert", TWO_RINGS, tmp_path / "a.dxf", lang="zh")
    assert ended.code == 2
    assert "MAPIMPORT" in ended.err


def test_the_txt_has_the_day_it_was_told(plotwise, tmp_path):
    options = ("--dialect", "gongdi", "--producer", "中心", "--day", "2026-02-03")
    plotwise("convert", TWO_RINGS, tmp_path / "a.txt", *options, "--area-unit", "m2")
    text = (tmp_path / "a.txt").read_text("gb18030")
    assert "数据产生日期=2026-02-03" in text
    assert "5,20000.00,1," in text


def test_one_argument_is_not_enough(plotwise):
    assert plotwise("convert", TWO_RINGS).code == 2


def test_no_workspace_is_needed_and_none_is_made(plotwise, tmp_path):
    assert plotwise("convert", TWO_RINGS, tmp_path / "a.kml", "--to-crs", "4527").code == 0
    assert not (tmp_path / "workspace").exists()


def test_the_profile_says_what_the_input_is(plotwise, tmp_path):
    ended = plotwise("convert", TWO_RINGS, tmp_path / "a.gpkg", "--profile", lang="zh")
    assert f"{TWO_RINGS.name}: 方言：建设用地报批" in ended.out
    assert "面积单位 m2" in ended.out
    assert "方言" not in plotwise("convert", TWO_RINGS, tmp_path / "b.gpkg", lang="zh").out


@pytest.mark.parametrize(("encoding", "start"), [("utf-8", b"["), ("UTF-8-SIG", b"\xef\xbb\xbf[")])
def test_a_txt_is_written_in_the_encoding_asked_for(plotwise, tmp_path, encoding, start):
    out = tmp_path / "a.txt"
    assert plotwise("convert", TWO_RINGS, out, "--txt-encoding", encoding).code == 0
    assert out.read_bytes().startswith(start)
    assert "甲地块" in out.read_text("utf-8")


def test_txt_to_txt_is_the_same_byte_for_byte(plotwise, tmp_path):
    first, second, third = (tmp_path / f"{name}.txt" for name in "abc")
    words = ("--dialect", "gongdi", "--area-unit", "m2", "--day", "2024-01-01")
    plotwise("convert", TWO_RINGS, first, *words)
    plotwise("convert", first, second, *words)
    assert first.read_bytes() == second.read_bytes()
    bare = plotwise("convert", first, third, "--to-crs", "4548", *words)
    assert bare.code == 0
    plotwise("convert", third, second, "--to-crs", "4527", *words, "--overwrite")
    assert first.read_bytes() == second.read_bytes()
