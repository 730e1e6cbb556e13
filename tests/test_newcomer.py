"""A newcomer's run with the README alone: own workspace, own layers, own file, all commands."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from sample_data import load_manifest

PLOTWISE = Path(sys.executable).with_name("plotwise")
RED_LINE = {
    "type": "FeatureCollection",
    "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4527"}},
}


def plotwise(workspace, *arguments, code=0):
    command = [str(PLOTWISE), "--workspace", str(workspace), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == code, done.stderr.decode("utf-8")
    return done.stdout.decode("utf-8")


def answer(workspace, *arguments, code=0):
    return json.loads(plotwise(workspace, *arguments, "--json", code=code))


@pytest.fixture(scope="module")
def manifest():
    return load_manifest()


@pytest.fixture(scope="module")
def workspace(tmp_path_factory, manifest):
    """Init, layers and figures by the command line."""
    folder = tmp_path_factory.mktemp("newcomer") / "县工作区"
    plotwise(folder, "init", "--crs", "4527")
    for entry in manifest.layers:
        options = ["--version", entry.version, "--valid-from", entry.valid_from]
        if entry.class_field:
            options += ["--class-field", entry.class_field]
        if entry.accuracy_m:
            options += ["--accuracy", str(entry.accuracy_m)]
        if entry.scheme != "none":
            options += ["--scheme", entry.scheme]
        if entry.coverage:
            own = entry.coverage == "self"
            options += ["--coverage", "self" if own else manifest.file(entry.coverage)]
        added = answer(folder, "layers", "add", entry.role, manifest.file(entry.path), *options)
        assert added["refused"] == []
    plotwise(folder, "figures", "add", manifest.file(manifest.figures))
    return folder


def checked(workspace, manifest, case, *more, code=0):
    site = manifest.site(case)
    options = ["--date", site.as_of, "--use", site.use, "--project-type", site.project_type]
    return answer(workspace, "check", manifest.file(site.path), *options, *more, code=code)


def test_a_site_gets_verdict_sheet_workbook_and_map(workspace, manifest, tmp_path):
    found = checked(workspace, manifest, "09", "--report", tmp_path)
    (result,) = found["results"]
    assert (result["verdict"], result["outcome"]) == ("nonconforming", "resite")
    veto = result["findings"][0]
    assert veto["theme"] == "permanent_farmland"
    assert veto["area_m2"] == pytest.approx(30.0, abs=0.01)
    written = {path.suffix: path for path in tmp_path.iterdir()}
    assert sorted(written) == [".docx", ".html", ".xlsx"]
    page = written[".html"].read_text("utf-8")
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "选址意见" not in page


def test_exit_codes_by_verdict(workspace, manifest):
    for case, code in [("01", 0), ("02", 10), ("03", 11), ("09", 12), ("21", 20)]:
        checked(workspace, manifest, case, "--exit-verdict", code=code)


def test_a_result_can_be_drawn_again_by_its_number(workspace, manifest, tmp_path):
    number = checked(workspace, manifest, "01")["results"][0]["number"]
    target = tmp_path / "图.html"
    plotwise(workspace, "map", number, "--out", target)
    assert number in target.read_text("utf-8")
    plotwise(workspace, "map", number, "--out", target, code=2)


def test_the_overlay_of_a_layer_adds_up(workspace, manifest, tmp_path):
    target = tmp_path / "面积.xlsx"
    towns = manifest.file("town.gpkg")
    table = answer(workspace, "overlay", towns, "land_survey", "--by", "XZQMC", "--out", target)
    by_site = {}
    for row in table["rows"]:
        by_site[row["index"]] = by_site.get(row["index"], 0.0) + row["area_m2"]
        assert row["by"]["XZQMC"]
    for site in table["sites"]:
        total = by_site[site["index"]] + site["remainder_m2"] - site["overlap_m2"]
        assert total == pytest.approx(site["area_m2"], abs=1e-5)
    assert target.stat().st_size > 0


def test_one_bad_feature_is_listed_and_the_rest_is_checked(workspace, tmp_path):
    square = [[39524000, 3850000], [39524100, 3850000], [39524100, 3850100], [39524000, 3850100]]
    bow_tie = [[39524200, 3850000], [39524300, 3850100], [39524300, 3850000], [39524200, 3850100]]
    features = [
        {
            "type": "Feature",
            "properties": {"id": name},
            "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
        }
        for name, ring in (("甲", square), ("乙", bow_tie))
    ]
    path = tmp_path / "红线.geojson"
    path.write_text(json.dumps({**RED_LINE, "features": features}), "utf-8")
    found = answer(workspace, "check", path, "--date", "2022-06-16", "--use", "M2")
    assert found["results"][0]["site"]["area_m2"] == pytest.approx(10_000, abs=0.01)
    (refused,) = found["refused"]
    assert (refused["index"], refused["site"]) == (1, "乙")
    answer(workspace, "check", path, "--date", "2022-06-16", "--use", "M2", "--strict", code=2)


def test_a_file_without_anything_usable_writes_nothing(workspace, tmp_path):
    path = tmp_path / "空.geojson"
    path.write_text('{"type": "FeatureCollection", "features": []}', "utf-8")
    error = answer(workspace, "check", path, code=2)["error"]
    assert error["message"]
    assert error["remedy"]


def test_doctor_finds_no_fault(workspace):
    assert "permanent_farmland" in plotwise(workspace, "doctor", "--date", "2022-06-16")


def test_both_languages_answer(workspace, manifest):
    site = manifest.site("01")
    arguments = ["check", manifest.file(site.path), "--date", site.as_of, "--use", "M2"]
    assert "符合" in plotwise(workspace, "--lang", "zh", *arguments)
    assert "Conforms" in plotwise(workspace, "--lang", "en", *arguments)
