"""Rules as data: every fault is found, with its file and line; nothing can be weakened."""

from datetime import date
from importlib.resources import files

import pytest

from services.domain.verdict import Regime, State, Theme
from services.errors import InvalidOptionError, InvalidRuleSetError
from services.messages import message_of
from services.rule_copy import changed_rules, copy_rules, rules_folder
from services.settings import Settings
from services.siting.regime import select_regime
from services.siting.rule_set import RULE_FILES, load_rule_set

SET = "transition_2019.toml"


@pytest.fixture
def copy(tmp_path):
    """A centre's copy of all rule files."""
    for name in RULE_FILES:
        (tmp_path / name).write_bytes(files("services.rules").joinpath(name).read_bytes())
    return tmp_path


def edit(folder, name, old, new):
    """Replace one text that stands in a file; returns the line where it stood."""
    text = (folder / name).read_text("utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
    (folder / name).write_text(text.replace(old, new), "utf-8")
    return text[: text.index(old)].count("\n") + 1


def faults(folder, regime=Regime.TRANSITION_2019):
    with pytest.raises(InvalidRuleSetError, match="invalid_rule_set") as caught:
        load_rule_set(regime, folder=folder)
    for one in caught.value.refused:
        assert message_of(one.code, one.params).en
    return {(one.params["file"], one.params["line"], one.code) for one in caught.value.refused}


@pytest.mark.parametrize("regime", [Regime.TRANSITION_2019, Regime.THREE_LINES])
def test_the_shipped_sets_are_sound(regime):
    rules = load_rule_set(regime)
    assert rules.regime is regime
    assert [row.theme for row in rules.themes] == list(Theme)
    assert len(rules.sha256) == 64


def test_an_untouched_copy_is_the_shipped_set(copy):
    shipped = load_rule_set(Regime.TRANSITION_2019)
    assert load_rule_set(Regime.TRANSITION_2019, folder=copy).sha256 == shipped.sha256


def test_every_edit_shows_in_the_hash(copy):
    shipped = load_rule_set(Regime.TRANSITION_2019).sha256
    edit(copy, "use_classes.csv", "W,W,", "W,W M,")
    assert load_rule_set(Regime.TRANSITION_2019, folder=copy).sha256 != shipped


def test_a_copy_of_the_centre_holds_and_is_named_when_changed(tmp_path):
    copy_rules(tmp_path)
    assert changed_rules(tmp_path) == ()
    folder = rules_folder(tmp_path)
    edit(folder, SET, "min_area_m2 = 1.0", "min_area_m2 = 2.5")
    rules = load_rule_set(Regime.TRANSITION_2019, folder=folder)
    assert rules.document.slivers.min_area_m2 == 2.5
    assert changed_rules(tmp_path) == (SET,)


def test_a_copy_without_a_file_takes_the_shipped_one(copy):
    (copy / "use_classes.csv").unlink()
    shipped = load_rule_set(Regime.TRANSITION_2019)
    assert load_rule_set(Regime.TRANSITION_2019, folder=copy).sha256 == shipped.sha256


def test_a_misspelt_file_is_refused(copy):
    (copy / "project_types.csv").rename(copy / "projecttypes.csv")
    assert faults(copy) == {("projecttypes.csv", 1, "rule_file_unknown")}


def test_the_three_lines_differ_only_in_what_counts():
    transition, lines = load_rule_set(Regime.TRANSITION_2019), load_rule_set(Regime.THREE_LINES)
    assert transition.document.dated_roles == ()
    assert lines.document.dated_roles == ("permanent_farmland", "eco_redline", "growth_boundary")
    assert lines.findings == transition.findings
    assert lines.sha256 != transition.sha256


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('neither_fits = "resite"', 'neither_fits = "maybe"', "rule_value"),
        ('neither_fits = "resite"', 'neither_fit = "resite"', "rule_key_unknown"),
        ("coverage_tolerance_m2 = 0.1", "coverage_tolerance_m2 = 1e9", "rule_value"),
        ("min_width_m = 0.10", "min_width_m = -1", "rule_value"),
        ("min_width_m = 0.10", 'min_width_m = "10 cm"', "rule_value"),
        ('id = "heritage"', 'id = "heritages"', "rule_value"),
        ('{ name = "goaf", required', '{ name = "goafs", required', "rule_value"),
        ('touch = "touch.goaf"', 'touch = "touch.goafs"', "rule_value"),
        (
            '{ name = "land_survey", required = "always"',
            '{ name = "land_survey", required = "sometimes"',
            "rule_value",
        ),
        ('codes = "space_zone"', 'codes = "zones"', "rule_value"),
        (
            'area_development_use_zones = ["030"]',
            'area_development_use_zones = ["555"]',
            "rule_value",
        ),
        ("dated_roles = []", 'dated_roles = ["farmland"]', "rule_value"),
    ],
)
def test_a_fault_is_named_by_file_and_line(copy, old, new, code):
    line = edit(copy, SET, old, new)
    found = faults(copy)
    assert (SET, line, code) in found


@pytest.mark.parametrize(
    ("header", "old", "new", "code"),
    [
        ('[finding."farmland.patch"]', 'state = "nonconforming"', 'state = "red"', "rule_value"),
        (
            '[finding."farmland.patch"]',
            'state = "nonconforming"',
            'state = "conforms"',
            "rule_value",
        ),
        ('[finding."farmland.patch"]', "{rest_ha}", "{rest}", "rule_value"),
        ('[finding."conversion.due"]', '"land_law"', '"land_laws"', "rule_value"),
        ('[finding."conversion.due"]', "clause =", "clauses =", "rule_key_unknown"),
        ('[finding."plan.forbidden"]', 'condition = "C5"', 'condition = "C8"', "rule_value"),
        (
            '[finding."scheme.due"]',
            '[finding."scheme.due"]',
            '[finding."scheme.dua"]',
            "rule_key_missing",
        ),
    ],
)
def test_a_fault_of_a_finding_is_named_with_its_table(copy, header, old, new, code):
    text = (copy / SET).read_text("utf-8")
    start = text.index(header)
    end = text.find("\n[", start + 1)
    end = len(text) if end < 0 else end
    table = text[start:end]
    assert old in table
    (copy / SET).write_text(text[:start] + table.replace(old, new, 1) + text[end:], "utf-8")
    first = text[:start].count("\n") + 1
    last = first + table.count("\n")
    lines = {line for file, line, found in faults(copy) if found == code and file == SET}
    assert code == "rule_key_missing" or any(first <= line <= last for line in lines)
    assert lines


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            'name = "permanent_farmland", required = "always"',
            'name = "permanent_farmland", required = "never"',
        ),
        ('touch = "farmland.patch", special', 'touch = "farmland.sliver", special'),
        ('sliver = "redline.sliver"\n', ""),
        (
            'name = "plan_use_zone", required = "always", gap_free = true',
            'name = "plan_use_zone", required = "always"',
        ),
        ('required = "inside_planning_area"', 'required = "never"'),
    ],
)
def test_what_the_law_requires_cannot_be_edited_away(copy, old, new):
    edit(copy, SET, old, new)
    assert {code for _, _, code in faults(copy)} == {"rule_value"}


def test_a_theme_out_of_order_is_refused(copy):
    text = (copy / SET).read_text("utf-8")
    swapped = text.replace('id = "heritage"', 'id = "X"').replace(
        'id = "hazard"', 'id = "heritage"'
    )
    (copy / SET).write_text(swapped.replace('id = "X"', 'id = "hazard"'), "utf-8")
    assert "rule_themes" in {code for _, _, code in faults(copy)}


def test_broken_syntax_is_named_by_line(copy):
    line = edit(copy, SET, 'neither_fits = "resite"', "neither_fits = resite")
    assert faults(copy) == {(SET, line, "rule_file_unreadable")}


@pytest.mark.parametrize(
    ("name", "old", "new", "code"),
    [
        (
            "project_types.csv",
            "mine,矿山项目,Mine,single_site,no",
            "mine,矿山项目,Mine,single,no",
            "rule_value",
        ),
        (
            "project_types.csv",
            "mine,矿山项目,Mine,single_site,no",
            "mine,矿山项目,Mine,single_site,maybe",
            "rule_value",
        ),
        ("project_types.csv", ",no,,2019-05-28,2023-03-20,", ",no,,2019-05-28,2023-03-21,", None),
        (
            "project_types.csv",
            ",no,,2019-05-28,2023-03-20,",
            ",no,,28.5.2019,2023-03-20,",
            "rule_value",
        ),
        ("control_line_uses.csv", ",G1 G2,", ",G1 G7,", "rule_value"),
        ("use_classes.csv", "W,W,", "M,W,", "rule_row_twice"),
        ("land_plan_fit.csv", "tourism,01", "turism,01", "rule_value"),
        ("ydyh_to_gb50137.csv", "1001,M,", "1001,M,x,", "rule_row_length"),
        (
            "space_zone_codes.csv",
            "禁建区,forbidden zone,yes",
            "禁建区,forbidden zone,ja",
            "rule_value",
        ),
    ],
)
def test_a_fault_of_a_table_is_named_by_file_and_line(copy, name, old, new, code):
    line = edit(copy, name, old, new)
    found = faults(copy)
    if code is None:
        assert {c for file, _, c in found if file == name} == {"rule_dates_overlap"}
    else:
        assert (name, line, code) in found


def test_a_missing_column_is_named(copy):
    edit(copy, "project_types.csv", ",linear,", ",lineal,")
    assert faults(copy) == {("project_types.csv", 1, "rule_column_missing")}


def test_all_faults_come_together(copy):
    edit(copy, "use_classes.csv", "W,W,", "W,W0,")
    edit(copy, "land_plan_fit.csv", "tourism,01", "turism,01")
    assert {file for file, _, _ in faults(copy)} == {"use_classes.csv", "land_plan_fit.csv"}


def test_a_fault_of_the_file_below_is_named_there(copy):
    line = edit(copy, SET, 'neither_fits = "resite"', 'neither_fits = "maybe"')
    assert (SET, line, "rule_value") in faults(copy, Regime.THREE_LINES)


def test_findings_carry_their_sources():
    for rule in load_rule_set(Regime.TRANSITION_2019).findings.values():
        for text in (rule.document, rule.clause, rule.message, rule.remedy):
            assert text.zh
            assert text.en
        assert rule.unverified or "unverified" not in rule.documents[0].source
    states = {
        rule.id: rule.state for rule in load_rule_set(Regime.TRANSITION_2019).findings.values()
    }
    assert states["touch.nature_reserve"] is State.NONCONFORMING
    assert states["touch.goaf"] is State.CONDITIONAL


def test_a_project_type_is_that_of_the_day():
    rules = load_rule_set(Regime.TRANSITION_2019)
    assert rules.project_type("solar", date(2023, 3, 19)).on_cultivated
    assert not rules.project_type("solar", date(2023, 3, 20)).on_cultivated
    with pytest.raises(InvalidOptionError, match="unknown_project_type"):
        rules.project_type("casino", date(2022, 6, 16))
    with pytest.raises(InvalidOptionError, match="project_type_not_in_force"):
        rules.project_type("industry", date(2018, 1, 1))


def settings(**dates):
    return Settings(**{name: date.fromisoformat(day) for name, day in dates.items()})


@pytest.mark.parametrize(
    ("day", "dates", "regime"),
    [
        ("2019-05-28", {}, Regime.TRANSITION_2019),
        ("2024-03-01", {}, Regime.TRANSITION_2019),
        ("2022-10-31", {"sanqu_sanxian_from": "2022-11-01"}, Regime.TRANSITION_2019),
        ("2022-11-01", {"sanqu_sanxian_from": "2022-11-01"}, Regime.THREE_LINES),
        (
            "2023-01-01",
            {"sanqu_sanxian_from": "2022-11-01", "transition_2022_from": "2022-08-02"},
            Regime.THREE_LINES,
        ),
    ],
)
def test_the_regime_goes_by_the_dates_of_the_county(day, dates, regime):
    assert select_regime(date.fromisoformat(day), settings(**dates)) is regime


@pytest.mark.parametrize(
    ("day", "dates"),
    [
        ("2019-05-27", {}),
        ("2022-08-02", {"transition_2022_from": "2022-08-02"}),
        ("2024-03-01", {"territorial_plan_from": "2024-01-01"}),
    ],
)
def test_no_day_is_judged_by_the_rules_of_another_regime(day, dates):
    with pytest.raises(InvalidOptionError, match="no_rule_set_for_date"):
        select_regime(date.fromisoformat(day), settings(**dates))
