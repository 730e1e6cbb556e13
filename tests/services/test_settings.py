from dataclasses import replace
from datetime import date

import pytest

from geo.io.sandbox import LAYER_SANDBOX, SITE_SANDBOX
from services.domain.verdict import Theme
from services.domain.wording import Language
from services.errors import WorkspaceError
from services.settings import Settings, SliverThresholds, read_settings, settings_template


@pytest.fixture
def settings_of(tmp_path):
    def read(text):
        path = tmp_path / "plotwise.toml"
        path.write_text(text, "utf-8")
        return read_settings(path)

    return read


def test_the_template_gives_the_defaults(settings_of):
    assert settings_of(settings_template("EPSG:4527")) == Settings()


def test_keys_may_be_appended_to_the_template(settings_of):
    text = settings_template("EPSG:4527") + "sanqu_sanxian_from = 2022-10-01\n"
    assert settings_of(text).sanqu_sanxian_from == date(2022, 10, 1)


def test_every_key_is_read(settings_of):
    settings = settings_of(
        """
        crs = "EPSG:26986"
        language = "en"
        transition_2022_from = 2022-08-02
        sanqu_sanxian_from = "2022-10-01"
        territorial_plan_from = 2024-01-01
        slivers = { min_area_m2 = 2, min_width_m = 0.2 }
        slivers_by_theme.permanent_farmland = { min_area_m2 = 0.5 }
        limits = { file_mb = 50 }
        """
    )
    assert settings.crs == "EPSG:26986"
    assert settings.language is Language.EN
    assert settings.transition_2022_from == date(2022, 8, 2)
    assert settings.sanqu_sanxian_from == date(2022, 10, 1)
    assert settings.territorial_plan_from == date(2024, 1, 1)
    assert settings.site_limits.max_bytes == 50_000_000
    assert settings.site_limits.max_features == 200_000


def test_a_theme_takes_from_all_themes_what_it_does_not_say(settings_of):
    settings = settings_of(
        "slivers = { min_width_m = 0.2 }\n"
        "slivers_by_theme.permanent_farmland = { min_area_m2 = 0.5 }\n"
    )
    assert settings.thresholds(Theme.PERMANENT_FARMLAND) == SliverThresholds(0.5, 0.2)
    assert settings.thresholds(Theme.ECO_REDLINE) == SliverThresholds(1.0, 0.2)


@pytest.mark.parametrize(
    ("line", "key", "code"),
    [
        ("sanqu_sanxan_from = 2022-10-01", "sanqu_sanxan_from", "setting_unknown"),
        ('sanqu_sanxian_from = "2022-13-01"', "sanqu_sanxian_from", "setting_no_date"),
        ("sanqu_sanxian_from = 2022-10-01T00:00:00", "sanqu_sanxian_from", "setting_no_date"),
        ("territorial_plan_from = 2024", "territorial_plan_from", "setting_no_date"),
        ('crs = "4527"', "crs", "setting_no_crs"),
        ('language = "fr"', "language", "setting_no_language"),
        ("slivers = 3", "slivers", "setting_no_table"),
        ("slivers.min_area_m2 = -1", "slivers.min_area_m2", "setting_no_threshold"),
        ("slivers.min_area_m2 = nan", "slivers.min_area_m2", "setting_no_threshold"),
        ("slivers.min_width_m = true", "slivers.min_width_m", "setting_no_threshold"),
        ("slivers.min_with_m = 1", "slivers.min_with_m", "setting_unknown"),
        ("slivers_by_theme.farm = {}", "slivers_by_theme.farm", "setting_unknown"),
        ("limits.file_mb = 0", "limits.file_mb", "setting_no_count"),
        ("limits.file_mb = 1.5", "limits.file_mb", "setting_no_count"),
    ],
)
def test_a_fault_names_its_key(settings_of, line, key, code):
    with pytest.raises(WorkspaceError, match="settings_invalid") as refused:
        settings_of(line)
    assert [(fault.site, fault.code) for fault in refused.value.refused] == [(key, code)]


def test_all_faults_are_named_at_once(settings_of):
    with pytest.raises(WorkspaceError, match="settings_invalid") as refused:
        settings_of('crs = 1\nlanguage = "fr"\nnonsense = 1\n')
    assert [fault.site for fault in refused.value.refused] == ["crs", "language", "nonsense"]


def test_what_is_no_toml_is_refused_with_its_line(settings_of):
    with pytest.raises(WorkspaceError, match=r"settings_unreadable.*line 2"):
        settings_of("crs = 'EPSG:4527'\nlanguage = zh\n")


def test_a_byte_order_mark_is_no_fault(settings_of):
    assert settings_of('\ufeffcrs = "EPSG:4527"\n').crs == "EPSG:4527"


def test_bounds_of_reading_processes_for_sites_and_for_layers(tmp_path):
    path = tmp_path / "plotwise.toml"
    path.write_text(
        "[sandbox]\ncpu_s = 7\nchildren = 3\n[sandbox.layers]\nmemory_mb = 99\n", "utf-8"
    )
    settings = read_settings(path)
    assert settings.site_sandbox == replace(SITE_SANDBOX, cpu_s=7, children=3)
    assert settings.layer_sandbox == replace(LAYER_SANDBOX, memory_mb=99, children=3)


def test_a_bound_that_is_none_is_a_fault(tmp_path):
    path = tmp_path / "plotwise.toml"
    path.write_text("[sandbox]\ncpu_s = 0\nspeed = 1\n[sandbox.layers]\nwall_s = 'x'\n", "utf-8")
    with pytest.raises(WorkspaceError, match="settings_invalid") as caught:
        read_settings(path)
    assert {(fault.site, fault.code) for fault in caught.value.refused} == {
        ("sandbox.cpu_s", "setting_no_count"),
        ("sandbox.speed", "setting_unknown"),
        ("sandbox.layers.wall_s", "setting_no_count"),
    }
