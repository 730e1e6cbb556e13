"""What the user says of system, axes and datum reaches the result and its documents."""

import json
import zipfile
from pathlib import Path

import pytest
import shapely
from shapely import box

DATA = Path(__file__).parents[2] / "data" / "datum"
FOUR = DATA / "demo_four.toml"
E0, N0 = 39_524_000.0, 3_850_000.0
RING = shapely.get_coordinates(box(E0, N0, E0 + 100, N0 + 200)).tolist()


@pytest.fixture
def txt(tmp_path):
    def write(system="80国家大地坐标系"):
        lines = ["[属性描述]", f"坐标系={system}", "几度分带=3", "计量单位=米", "带号=39"]
        lines += ["[地块坐标]", "5,2.0,1,甲,面,,,,@"]
        lines += [f"J{n},1,{north},{east}" for n, (east, north) in enumerate(RING, 1)]
        path = tmp_path / "red.txt"
        path.write_text("\n".join(lines), "utf-8")
        return path

    return write


def sheet_text(folder):
    (sheet,) = folder.glob("*.docx")
    with zipfile.ZipFile(sheet) as archive:
        return archive.read("word/document.xml").decode("utf-8")


def test_parameters_are_recorded_and_printed(plotwise, workspace, txt, tmp_path):
    ended = plotwise(
        "check",
        txt(),
        "--datum-parameters",
        FOUR,
        "--report",
        tmp_path / "out",
        "--json",
        lang="zh",
    )
    assert ended.code == 0
    record = ended.document["detected"]["datum"]
    assert (record["kind"], record["datum"], record["points"]) == ("four", "西安80", 4)
    settings = ended.document["results"][0]["provenance"]["settings"]
    assert settings["datum"] == record
    text = sheet_text(tmp_path / "out")
    assert "残差中误差 0.013 米" in text
    assert record["sha256"] in text
    # the parameters themselves are controlled data
    for value in ("223.503", "34.6078"):
        assert value not in text + ended.out


def test_without_parameters_the_remedy_names_them(plotwise, workspace, txt):
    ended = plotwise("check", txt(), "--json", lang="zh")
    assert (ended.code, ended.document["error"]["code"]) == (2, "old_datum")
    assert "--datum-parameters" in ended.document["error"]["remedy"]


def test_given_system_and_swapped_axes_are_recorded(plotwise, workspace, tmp_path):
    turned = [[north, east - 39_000_000] for east, north in RING]
    shape = {"type": "Polygon", "coordinates": [turned]}
    path = tmp_path / "site.geojson"
    path.write_text(json.dumps(shape), "utf-8")
    ended = plotwise(
        *("check", path, "--crs", "4548", "--swap-axes", "--report", tmp_path / "out", "--json"),
        lang="zh",
    )
    settings = ended.document["results"][0]["provenance"]["settings"]
    assert (settings["crs_given"], settings["axes_swapped"]) == ("EPSG:4548", True)
    assert "datum" not in settings
    assert ended.document["results"][0]["site"]["area_m2"] == 20_000.0
    text = sheet_text(tmp_path / "out")
    assert "坐标系按用户指定：EPSG:4548" in text
    assert "坐标次序按用户要求对调" in text


def test_a_plain_file_records_no_decision(plotwise, workspace, txt):
    ended = plotwise("check", txt("2000国家大地坐标系"), "--json")
    settings = ended.document["results"][0]["provenance"]["settings"]
    assert not {"crs_given", "axes_swapped", "datum"} & set(settings)
    assert ended.document["detected"]["datum"] is None


@pytest.mark.parametrize("command", ["check", "layers add"])
def test_help_names_the_options(plotwise, command):
    ended = plotwise(*command.split(), "--help", lang="zh")
    assert "--datum-parameters FILE" in ended.out
    assert "仅供参考" in ended.out.replace("\n", "").replace(" ", "")
