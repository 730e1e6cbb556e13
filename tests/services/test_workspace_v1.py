"""A workspace of the first release must open in every later one (tests/data/workspace_v1).

Its ground is 200 m × 100 m in two towns, two thirds of it irrigated land; what every later
version must still find there is written down here and never adapted.
"""

import shutil
from datetime import date
from pathlib import Path

import pytest

from services.domain.facts import TownFigures
from services.domain.project import UseScheme
from services.domain.verdict import State
from services.figures import figures_on
from services.layers.catalogue import loaded_versions, versions_with_manifests
from services.layers.opened import open_layer
from services.layers.selection import version_in_force
from services.results import load_result, next_number
from services.workspace import open_workspace

MADE = Path(__file__).parents[1] / "data" / "workspace_v1"


@pytest.fixture
def workspace(tmp_path):
    shutil.copytree(MADE, tmp_path / "workspace")
    return open_workspace(tmp_path / "workspace")


def the_version(workspace, role):
    (version,) = loaded_versions(workspace, role)
    return version


def test_it_opens_with_its_frame(workspace):
    assert workspace.settings.crs == "EPSG:4527"
    assert workspace.origin == (39_520_000, 3_850_000)


def test_all_layers_are_there(workspace):
    listed = {version.role: version.feature_count for version in loaded_versions(workspace)}
    assert listed == {
        "town": 2,
        "land_survey": 2,
        "permanent_farmland": 1,
        "eco_redline": 0,
        "road": 1,
    }


def test_what_was_said_of_a_layer_is_kept(workspace):
    survey = the_version(workspace, "land_survey")
    assert (survey.valid_from, survey.valid_to) == (date(2021, 9, 1), date(2022, 9, 1))
    assert (survey.class_field, survey.scheme) == ("DLBM", UseScheme.SANDIAO)
    farmland = the_version(workspace, "permanent_farmland")
    assert (farmland.accuracy_m, farmland.secrecy) == (2.0, "内部")
    redline = the_version(workspace, "eco_redline")
    assert redline.confirmed_empty_by == "clerk"


@pytest.mark.parametrize(
    ("day", "found"), [("2021-08-31", False), ("2021-09-01", True), ("2022-09-01", False)]
)
def test_validity_is_half_open(workspace, day, found):
    versions = loaded_versions(workspace, "land_survey")
    assert (version_in_force(versions, date.fromisoformat(day)) is not None) is found


def test_areas_codes_and_coverage_are_the_same(workspace):
    survey = open_layer(workspace, the_version(workspace, "land_survey"))
    assert survey.codes.tolist() == ["0102", "0601"]
    assert survey.class_names == ("水浇地", "工业用地")
    assert survey.edges.area_um2.tolist() == [15_000_000_000, 5_000_000_000]
    assert survey.coverage.area == pytest.approx(20_000, abs=1e-6)
    assert survey.attributes([1])["QSXZ"].tolist() == ["20"]
    farmland = open_layer(workspace, the_version(workspace, "permanent_farmland"))
    assert farmland.codes.tolist() == ["1"]
    assert farmland.coverage.area == pytest.approx(20_000, abs=1e-6)


def test_the_original_bytes_are_those_of_the_manifest(workspace):
    ((version, manifest),) = versions_with_manifests(workspace, "land_survey")
    (original,) = manifest.originals
    path = workspace.root / version.folder / "original" / original.name
    assert path.stat().st_size == original.size
    assert [(entry.code, entry.area_m2) for entry in manifest.classes] == [
        ("0102", 15_000.0),
        ("0601", 5_000.0),
    ]


def test_figures_are_in_force(workspace):
    figures = figures_on(date(2022, 6, 16), workspace)
    assert figures.towns == {"370403001": TownFigures(250000.0, 600000.0)}
    assert (figures.plan_2019_m2, figures.advance_left_m2) == (120000.0, 30000.0)


def test_the_stored_result_is_unchanged_and_numbers_go_on(workspace):
    stored = load_result("2026-000001", workspace)
    assert stored.verdict is State.NONCONFORMING
    assert (stored.site.name, stored.site.area_m2) == ("示例机械厂扩建", 20000.0)
    assert stored.findings[0].message.zh == "压占永久基本农田 30.00 平方米，占拟用地的 0.15%。"
    with workspace.unit_of_work() as uow:
        assert next_number(2026, uow) == "2026-000002"
