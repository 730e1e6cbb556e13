"""A rule set is checked whole before it is used: every fault, with file and line."""

import pytest

from services.domain.verdict import Regime, Theme
from services.errors import InvalidRuleSetError
from services.rule_copy import changed_rules, copy_rules, rules_folder
from services.siting.rule_set import RULE_FILES, SET_FILE, load_rule_set, rule_text
from services.siting.rule_set_faults import rule_set_faults

SHIPPED = {name: rule_text(name, None) for name in RULE_FILES}


def faults(name, old, new):
    text = SHIPPED[name]
    assert old in text
    found = rule_set_faults({**SHIPPED, name: text.replace(old, new, 1)})
    return [(fault.code, fault.params["file"], fault.params["line"]) for fault in found]


def line_of(name, needle):
    return next(n for n, line in enumerate(SHIPPED[name].splitlines(), 1) if needle in line)


def test_the_shipped_rules_are_sound_and_complete():
    assert rule_set_faults(SHIPPED) == []
    rules = load_rule_set(Regime.TRANSITION_2019)
    assert [rule.theme for rule in rules.themes] == list(Theme)
    assert len(rules.sha256) == 64


@pytest.mark.parametrize(
    ("name", "old", "new", "code"),
    [
        (SET_FILE, 'neither_fits = "resite"', 'neither_fits = "maybe"', "rule_value"),
        (SET_FILE, "min_area_m2 = 1.0", "min_area_m2 = -1.0", "rule_value"),
        (SET_FILE, '"eco_redline"]', '"eco_redlin"]', "rule_value"),
        (SET_FILE, "{area_m2}", "{area_m3}", "rule_value"),
        (SET_FILE, "[switches]", "[switch]", "rule_key_unknown"),
        ("project_types.csv", "single_site", "single", "rule_value"),
        ("project_types.csv", ",yes,", ",ja,", "rule_value"),
        ("use_classes.csv", "use,", "usage,", "rule_key_missing"),
    ],
)
def test_a_fault_names_file_and_line(name, old, new, code):
    found = faults(name, old, new)
    assert code in {entry[0] for entry in found}
    assert {entry[1] for entry in found} == {name}
    assert all(entry[2] >= 1 for entry in found)


def test_the_line_is_the_right_one():
    ((_, _, line),) = faults(SET_FILE, 'neither_fits = "resite"', 'neither_fits = "maybe"')
    assert line == line_of(SET_FILE, 'neither_fits = "resite"')


def test_broken_toml_is_one_sentence():
    (fault,) = rule_set_faults({**SHIPPED, SET_FILE: "id = "})
    assert fault.code == "rule_file_unreadable"


def test_a_copy_of_the_centre_holds_and_is_named_when_changed(tmp_path):
    copy_rules(tmp_path)
    assert changed_rules(tmp_path) == ()
    target = rules_folder(tmp_path) / SET_FILE
    text = target.read_text("utf-8").replace("min_area_m2 = 1.0", "min_area_m2 = 2.5")
    target.write_text(text, "utf-8")
    rules = load_rule_set(Regime.TRANSITION_2019, folder=rules_folder(tmp_path))
    assert rules.min_area_m2 == 2.5
    assert rules.sha256 != load_rule_set(Regime.TRANSITION_2019).sha256
    assert changed_rules(tmp_path) == (SET_FILE,)


def test_a_faulty_copy_is_refused_with_all_its_faults(tmp_path):
    copy_rules(tmp_path)
    target = rules_folder(tmp_path) / SET_FILE
    text = (
        target.read_text("utf-8")
        .replace("min_area_m2 = 1.0", "min_area_m2 = 0")
        .replace('"resite"', '"x"')
    )
    target.write_text(text, "utf-8")
    with pytest.raises(InvalidRuleSetError, match="invalid_rule_set") as refusal:
        load_rule_set(Regime.TRANSITION_2019, folder=rules_folder(tmp_path))
    assert len(refusal.value.refused) == 2
