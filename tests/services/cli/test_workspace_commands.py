import sqlite3
from contextlib import closing

import pytest

from geo.io.sandbox import Confinement, Guard, GuardState
from geo.io.vector import read_geopackage, write_geopackage
from services.doctor import diagnose
from services.file_reading import FileReading
from services.layers.catalogue import loaded_versions
from services.workspace import open_workspace, today


def test_init_makes_a_workspace_and_not_twice(plotwise, tmp_path):
    made = plotwise("init", "--crs", "26986", "--json")
    assert made.code == 0
    assert made.document == {"workspace": str(tmp_path / "workspace"), "crs": "EPSG:26986"}
    assert open_workspace(tmp_path / "workspace").settings.crs == "EPSG:26986"
    again = plotwise("init", "--json")
    assert (again.code, again.document["error"]["code"]) == (2, "workspace_exists")


@pytest.mark.parametrize("crs", ["4490", "nonsense", "EPSG:2249"])
def test_init_refuses_degrees_feet_and_nonsense(plotwise, tmp_path, crs):
    ended = plotwise("init", "--crs", crs)
    assert (ended.code, ended.out) == (2, "")
    assert not (tmp_path / "workspace").exists()


def test_doctor_without_a_workspace_looks_at_the_installation(plotwise):
    ended = plotwise("doctor", "--json")
    assert ended.code == 0
    document = ended.document
    assert (document["workspace"], document["layers"], document["faults"]) == (None, [], [])
    assert {"GDAL (pyogrio)", "GDAL (fiona)", "GDAL (rasterio)", "SQLite"} <= set(
        document["versions"]
    )


def test_doctor_says_what_each_role_can_answer(plotwise, add):
    add("forest", [(0, 0, 10, 10)], coverage=None)
    ended = plotwise("doctor", "--json")
    layers = {entry["role"]: entry for entry in ended.document["layers"]}
    assert layers["forest"] == {
        "role": "forest",
        "version": today().isoformat(),
        "loaded": True,
        "in_force": True,
        "features": 1,
        "coverage": False,
    }
    assert not layers["land_survey"]["loaded"]
    before = plotwise("doctor", "--json", "--date", "2001-01-01").document["layers"]
    assert [entry["in_force"] for entry in before if entry["role"] == "forest"] == [False]
    assert "not loaded" in plotwise("doctor").out


def test_doctor_names_a_damaged_layer_and_ends_with_1(plotwise, add, workspace):
    version = add("forest", [(0, 0, 10, 10)]).version
    (workspace.root / version.folder / "manifest.json").unlink()
    ended = plotwise("doctor", "--json")
    assert ended.code == 1
    assert [fault["code"] for fault in ended.document["faults"]] == ["doctor_layer"]


def test_doctor_notices_a_layer_of_record_that_was_edited(plotwise, add, workspace):
    version = add("forest", [(0, 0, 10, 10)], {"type": ["a"]}).version
    record = workspace.root / version.folder / "layer.gpkg"
    edited = read_geopackage(record).assign(type="b")
    write_geopackage(edited, record, layer="forest")
    (fault,) = plotwise("doctor", "--json").document["faults"]
    assert fault["code"] == "doctor_layer"


def test_doctor_does_not_mind_that_a_layer_was_looked_at(plotwise, add, workspace):
    """A desktop GIS that only opens the file may touch its header."""
    version = add("forest", [(0, 0, 10, 10)], {"type": ["a"]}).version
    record = workspace.root / version.folder / "layer.gpkg"
    with closing(sqlite3.connect(record)) as database:
        database.execute("UPDATE gpkg_contents SET last_change = '2030-01-01T00:00:00.000Z'")
        database.commit()
    assert plotwise("doctor", "--json").document["faults"] == []


def test_doctor_finds_the_file_check_wide_open(workspace, monkeypatch):
    """If a hostile file were read, the doctor must say so: the test opens the door itself."""
    everything = FileReading(lambda *_asked: object())
    monkeypatch.setattr("services.safety_test.WAYS", {"in-process": everything})
    found = [fault.code for fault in diagnose(workspace, day=today()).faults]
    assert found.count("doctor_hostile_opened") == 21


def test_doctor_tells_what_confines_the_readers(plotwise):
    guards = {entry["guard"]: entry for entry in plotwise("doctor", "--json").document["sandbox"]}
    assert guards["own_process"]["on"]
    assert guards["resources"]["how"].startswith("CPU 120 s, 4000 MB")
    assert "隔离读取" in plotwise("doctor", lang="zh").out


def test_doctor_remarks_a_guard_that_the_system_lacks(workspace, monkeypatch):
    lacking = Confinement((GuardState(Guard.FILES, on=False, how="Function not implemented"),))
    monkeypatch.setattr("services.doctor.confinement_in_force", lambda: lacking)
    diagnosis = diagnose(workspace, day=today())
    (remark,) = diagnosis.remarks
    assert (remark.code, remark.params["guard"]) == ("doctor_guard_off", "files")
    assert diagnosis.faults == ()


def test_doctor_finds_packages_that_others_wrote_over(workspace, monkeypatch):
    monkeypatch.setattr(
        "importlib.metadata.packages_distributions", lambda: {"web": ["plotwise", "web.py"]}
    )
    (fault,) = diagnose(workspace, day=today()).faults
    assert (fault.code, fault.params["others"]) == ("doctor_package_shared", "web.py")


def test_doctor_remarks_variables_of_other_programs(workspace):
    diagnosis = diagnose(workspace, day=today(), foreign_variables=("PROJ_LIB",))
    assert [note.code for note in diagnosis.remarks] == ["doctor_foreign_variable"]
    assert diagnosis.faults == ()


def test_figures_are_loaded_and_loaded_again(plotwise, workspace, tmp_path):
    path = tmp_path / "figures.csv"
    path.write_text("date,town_code,scale_left_m2,source\n2022-01-01,1,5,台账\n", "utf-8")
    assert plotwise("figures", "add", path, "--json").document == {
        "file": "figures.csv",
        "added": 1,
        "known": 0,
    }
    assert plotwise("figures", "add", path, "--json").document["known"] == 1


def test_faulty_figures_name_every_line(plotwise, workspace, tmp_path):
    path = tmp_path / "figures.csv"
    path.write_text("date,town_code,scale_left_m2,source\nx,1,5,台账\n2022-01-01,1,y,\n", "utf-8")
    ended = plotwise("figures", "add", path, "--json", lang="zh")
    assert ended.code == 2
    messages = [entry["message"] for entry in ended.document["error"]["refused"]]
    assert [message[:5] for message in messages] == ["第 2 行", "第 3 行", "第 3 行"]


def test_layers_survive_a_faulty_import(plotwise, add, workspace):
    add("forest", [(0, 0, 10, 10)])
    before = loaded_versions(workspace)
    assert plotwise("layers", "add", "forest", "missing.gpkg").code == 2
    assert loaded_versions(workspace) == before
