"""Sites at which a rule could look away: each worked on paper, each once wrong somewhere.

The ground is that of `services.testing_facts`: a factory of 200 m × 100 m = 20 000 m² with its
south-west corner at (100, 100), on which nothing is due.
"""

from dataclasses import replace
from datetime import date

import pytest

from services.domain.project import UseScheme
from services.domain.verdict import Outcome, Reason, Regime, State, Theme
from services.settings import Settings
from services.siting.evaluation import evaluate
from services.siting.rule_set import load_rule_set
from services.testing_facts import FAR, GROUND, Patch, Scene, scene_facts

RULES = load_rule_set(Regime.TRANSITION_2019)
COLLECTIVE, STATE = {"QSXZ": "30"}, {"QSXZ": "20"}
OUTSIDE_PLANNING = {"planning_area": (Patch(FAR),), "urban_plan": (Patch(FAR, "M2"),)}


def judged(scene, rules=RULES, settings=None):
    return evaluate(scene_facts(scene), rules, settings or Settings())


def answer(evaluation):
    return evaluation.verdict, evaluation.outcome


def rules_hit(evaluation):
    return {finding.rule for finding in evaluation.findings}


def finding(evaluation, rule):
    (found,) = [f for f in evaluation.findings if f.rule == rule]
    return found


def theme(evaluation, wanted):
    return next(t for t in evaluation.themes if t.theme is wanted)


def gaps(evaluation):
    return {(gap.role, gap.reason) for gap in evaluation.not_checked}


def test_two_thin_strips_side_by_side_are_one_strip():
    """0.06 m of 020 beside 0.06 m of 030 along 8 m: 0.48 m² each, each below both thresholds.

    Together 8 m × 0.12 m = 0.96 m² and 0.12 m wide: above the width of 0.10 m, so no sliver.
    """
    zones = (
        Patch((0, 0, 100, 1000), "010"),
        Patch((100, 0, 100.06, 108), "020"),
        Patch((100, 108, 100.12, 1000), "010"),
        Patch((100.06, 0, 100.12, 108), "030"),
        Patch((100.12, 0, 1000, 1000), "010"),
    )
    result = judged(Scene(layers={"plan_control_zone": zones}))
    assert rules_hit(result) >= {"plan.conditional_zone", "plan.restricted"}
    assert not result.slivers
    assert result.verdict is not State.CONFORMS


def test_one_feature_with_a_sliver_and_a_patch_is_judged_piece_by_piece():
    """A patch of 0.6 m × 0.6 m = 0.36 m² is no sliver, though a 0.02 m strip goes with it."""
    patches = (Patch((100, 90, 140, 100.02)), Patch((200, 199.4, 200.6, 210)))
    result = judged(Scene(layers={"permanent_farmland": patches}))
    assert answer(result) == (State.NONCONFORMING, Outcome.RESITE)
    assert finding(result, "farmland.patch").area_m2 == pytest.approx(0.36, abs=1e-6)
    (sliver,) = result.slivers
    assert sliver.area_m2 == pytest.approx(0.8, abs=1e-6)


def test_a_veto_is_weighed_against_the_accuracy_of_its_own_layer_only():
    """2 m of basic farmland on a layer of 0.5 m; the survey's 5 m do not matter."""
    scene = Scene(
        layers={"permanent_farmland": (Patch((100, 100, 115, 102)),)},
        accuracy_m={"permanent_farmland": 0.5, "land_survey": 5.0},
    )
    assert answer(judged(scene)) == (State.NONCONFORMING, Outcome.RESITE)


def test_zones_that_overlap_count_by_the_stricter_and_are_a_data_fault():
    """020 lies over 010 on x 100–150 = 5 000 m²: that part does not fit."""
    zones = (Patch(GROUND, "010"), Patch((0, 0, 150, 1000), "020"))
    result = judged(Scene(layers={"plan_control_zone": zones}))
    assert answer(result) == (State.PROCEDURE, Outcome.CONSISTENCY_SCHEME)
    assert finding(result, "plan.conditional_zone").area_m2 == pytest.approx(5_000, abs=1e-6)
    assert finding(result, "overlap.land_plan").state is State.CONDITIONAL


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("01", State.CONFORMS),
        ("013", State.CONFORMS),
        ("021", State.PROCEDURE),
        ("049", State.NONCONFORMING),
        ("05", State.UNDECIDED),
        ("1", State.UNDECIDED),
        ("允许建设区", State.UNDECIDED),
    ],
)
def test_control_zones_go_by_their_first_two_digits(code, verdict):
    assert judged(Scene(layers={"plan_control_zone": (Patch(GROUND, code),)})).verdict is verdict


def test_unknown_codes_of_every_coded_layer_leave_it_open():
    strange = {
        "land_survey": Patch(GROUND, "9999", STATE),
        "plan_use_zone": Patch(GROUND, "777"),
        "plan_land_class": Patch(GROUND, "77"),
        "urban_plan": Patch(GROUND, "R/B"),
        "urban_control_line": Patch(GROUND, "橙线"),
        "plan_space_zone": Patch(GROUND, "某某区"),
    }
    for role, patch in strange.items():
        result = judged(Scene(layers={role: (patch,)}))
        assert result.verdict is State.UNDECIDED, role
        assert (role, Reason.UNKNOWN_CODES) in gaps(result)


def test_a_first_level_class_that_spans_several_main_classes_is_unknown():
    """湿地 00 holds farmland, construction and unused land."""
    result = judged(Scene(layers={"land_survey": (Patch(GROUND, "00", STATE),)}))
    assert ("land_survey", Reason.UNKNOWN_CODES) in gaps(result)


def test_the_second_survey_is_read_by_its_own_table():
    """113 水库水面 is construction land in the second survey, and no code of the third."""
    facts = scene_facts(Scene(layers={"land_survey": (Patch(GROUND, "113", STATE),)}))
    assert evaluate(facts, RULES).verdict is State.UNDECIDED
    known = facts.roles["land_survey"]
    older = replace(known, version=replace(known.version, scheme=UseScheme.ERDIAO))
    facts = replace(facts, roles={**facts.roles, "land_survey": older})
    assert evaluate(facts, RULES).verdict is State.CONFORMS


def road(**layers):
    return Scene(
        layers={"plan_control_zone": (Patch(GROUND, "030"),), **OUTSIDE_PLANNING, **layers},
        use="S1",
        project_type="village_road",
    )


def test_a_single_site_in_030_hangs_on_the_list_or_the_planned_class():
    """Planned class 211 does not admit a road; the list does; without the list it is open."""
    without = judged(road())
    assert answer(without) == (State.UNDECIDED, Outcome.UNDECIDED)
    assert ("key_project", Reason.MISSING) in gaps(without)
    assert without.required_roles["key_project"]
    unlisted = judged(road(key_project=(Patch(FAR),)))
    assert answer(unlisted) == (State.NONCONFORMING, Outcome.RESITE)
    listed = judged(road(key_project=(Patch(GROUND),)))
    assert answer(listed) == (State.CONFORMS, Outcome.FITS_BOTH_PLANS)
    assert theme(listed, Theme.URBAN_PLAN).state is State.NOT_APPLICABLE


def test_a_corner_of_a_listed_project_within_its_accuracy_lists_nothing():
    """1 m × 100 m of the list on a layer of 2 m proves no listing."""
    strip = replace(road(key_project=(Patch((0, 0, 101, 1000)),)), accuracy_m={"key_project": 2.0})
    result = judged(strip)
    assert result.verdict is State.UNDECIDED
    assert ("key_project", Reason.WITHIN_ACCURACY) in gaps(result)


def test_a_single_site_does_not_stand_in_020():
    zone = {"plan_control_zone": (Patch(GROUND, "020"),), "key_project": (Patch(GROUND),)}
    result = judged(replace(road(), layers={**road().layers, **zone}))
    assert "plan.conditional_zone" in rules_hit(result)


def test_neither_plan_holds_where_the_land_plan_fails_outside_the_planning_area():
    """x 100–200 lies inside the planning area, the rest outside; 030 from x = 250 on.

    Inside, both plans fit; on 50 m × 100 m no urban plan makes up for the land plan.
    """
    layers = {
        "planning_area": (Patch((0, 0, 200, 1000)),),
        "plan_control_zone": (Patch((0, 0, 250, 1000), "010"), Patch((250, 0, 1000, 1000), "030")),
    }
    result = judged(Scene(layers=layers, scale_left_m2={"T1": 1e6}))
    assert answer(result) == (State.NONCONFORMING, Outcome.RESITE)
    assert finding(result, "plan.restricted").area_m2 == pytest.approx(5_000, abs=1e-6)


def test_a_proven_misfit_of_both_plans_needs_no_missing_layer():
    """030 and R2 for a factory, the red line not loaded: another site, whatever it says."""
    layers = {"plan_control_zone": (Patch(GROUND, "030"),), "urban_plan": (Patch(GROUND, "R2"),)}
    result = judged(Scene(layers=layers, absent={"eco_redline": Reason.MISSING}))
    assert answer(result) == (State.NONCONFORMING, Outcome.RESITE)
    assert ("eco_redline", Reason.MISSING) in gaps(result)


def test_the_use_is_a_duty_where_only_the_land_plan_decides():
    result = judged(Scene(layers=OUTSIDE_PLANNING, use=None))
    assert answer(result) == (State.CONDITIONAL, Outcome.FITS_BOTH_PLANS)
    assert rules_hit(result) == {"use.to_name"}


def test_land_that_is_not_for_building_admits_no_use_named_or_not():
    """E2 inside 030, no use given: neither plan fits, and no use could mend it."""
    layers = {"plan_control_zone": (Patch(GROUND, "030"),), "urban_plan": (Patch(GROUND, "E2"),)}
    assert answer(judged(Scene(layers=layers, use=None))) == (State.NONCONFORMING, Outcome.RESITE)


def test_a_purple_line_admits_nothing_named_or_not():
    lines = {"urban_control_line": (Patch((100, 100, 120, 120), "紫线"),)}
    result = judged(Scene(layers=lines, use=None))
    assert answer(result) == (State.NONCONFORMING, Outcome.RESITE)


@pytest.mark.parametrize(
    ("use", "line", "state"),
    [
        ("G1", "green", State.CONFORMS),
        ("G", "green", State.UNDECIDED),
        ("G3", "green", State.NONCONFORMING),
        ("U32", "blue", State.CONFORMS),
        ("U31", "blue", State.NONCONFORMING),
        ("S1", "道路红线", State.CONFORMS),
        ("H22", "道路红线", State.NONCONFORMING),
    ],
)
def test_control_lines_admit_by_the_use(use, line, state):
    """A use as coarse as G may be G1 or not: the table does not tell."""
    layers = {"urban_control_line": (Patch(GROUND, line),), **OUTSIDE_PLANNING}
    assert judged(Scene(layers=layers, use=use)).verdict is state


def with_scheme(facts, role, scheme):
    known = facts.roles[role]
    changed = replace(known, version=replace(known.version, scheme=scheme))
    return replace(facts, roles={**facts.roles, role: changed})


@pytest.mark.parametrize(
    ("code", "verdict"),
    [("100102", State.CONFORMS), ("0701", State.PROCEDURE), ("16", State.UNDECIDED)],
)
def test_a_plan_in_codes_of_2023_is_compared_through_the_table(code, verdict):
    """1001 is M, 07 is R; 16 留白用地 says nothing about any use."""
    facts = scene_facts(Scene(layers={"urban_plan": (Patch(GROUND, code),)}))
    facts = with_scheme(facts, "urban_plan", UseScheme.YDYH_2023)
    assert evaluate(facts, RULES).verdict is verdict


def test_a_village_plan_speaks_outside_the_planning_area():
    """070301 is housing: a factory does not go with it, and the land plan alone fits."""
    layers = {**OUTSIDE_PLANNING, "village_plan": (Patch(GROUND, "070301"),)}
    facts = with_scheme(scene_facts(Scene(layers=layers)), "village_plan", UseScheme.YDYH_2023)
    result = evaluate(facts, RULES)
    assert answer(result) == (State.PROCEDURE, Outcome.CONSISTENCY_SCHEME)
    assert rules_hit(result) == {"village.incompatible", "urban.scheme_due"}


def test_a_village_plan_without_a_standard_is_verified_by_hand():
    layers = {**OUTSIDE_PLANNING, "village_plan": (Patch(GROUND, "V1"),)}
    result = judged(Scene(layers=layers))
    assert answer(result) == (State.CONDITIONAL, Outcome.FITS_BOTH_PLANS)
    assert rules_hit(result) == {"village.verify"}


def test_the_forbidden_area_of_the_urban_plan_is_a_veto():
    result = judged(Scene(layers={"plan_space_zone": (Patch((100, 100, 150, 200), "禁建区"),)}))
    assert answer(result) == (State.NONCONFORMING, Outcome.RESITE)
    assert finding(result, "urban.space_zone").area_m2 == pytest.approx(5_000, abs=1e-6)


def test_a_supply_alone_proves_no_conversion():
    """Farmland under a supply without an approval still owes its conversion."""
    layers = {
        "land_survey": (Patch(GROUND, "0103", STATE),),
        "supplied_land": (Patch(GROUND),),
    }
    result = judged(Scene(layers=layers))
    assert rules_hit(result) >= {"conversion.due", "replenishment.due", "touch.supplied_land"}


def test_two_contracts_over_one_plot_are_not_one_supply():
    both = (
        Patch(GROUND, "1", {"DZJGH": "A"}),
        Patch((100, 100, 150, 150), "1", {"DZJGH": "B"}),
    )
    result = judged(Scene(layers={"supplied_land": both}))
    assert answer(result) == (State.CONDITIONAL, Outcome.FITS_BOTH_PLANS)


def test_half_a_supply_drawn_twice_holds_no_plot():
    """The same contract twice over the west half: 10 000 + 10 000 m² are still half."""
    half = Patch((0, 0, 200, 1000), "1", {"DZJGH": "A"})
    result = judged(Scene(layers={"supplied_land": (half, half)}))
    assert answer(result) == (State.CONDITIONAL, Outcome.FITS_BOTH_PLANS)


def test_solar_arrays_stay_off_cultivated_land_from_the_day_of_the_circular():
    """x 100–110 is 0103: 10 m × 100 m = 1 000 m²; the rest is 0404 and 1104."""
    survey = (
        Patch((0, 0, 110, 1000), "0103", COLLECTIVE),
        Patch((110, 0, 200, 1000), "0404", COLLECTIVE),
        Patch((200, 0, 1000, 1000), "1104", COLLECTIVE),
    )
    layers = {"land_survey": survey, **OUTSIDE_PLANNING, "key_project": (Patch(GROUND),)}
    scene = Scene(layers=layers, use="U12", project_type="solar", as_of=date(2024, 3, 1))
    result = judged(scene)
    assert answer(result) == (State.NONCONFORMING, Outcome.RESITE)
    assert finding(result, "cultivated.banned").area_m2 == pytest.approx(1_000, abs=1e-6)
    assert judged(replace(scene, as_of=date(2022, 6, 16))).verdict is State.CONDITIONAL
    clear = {**layers, "land_survey": (Patch(GROUND, "0404", COLLECTIVE),)}
    assert judged(replace(scene, layers=clear)).verdict is State.CONDITIONAL


def test_other_grassland_moves_the_totals_with_its_switch():
    layers = {"land_survey": (Patch(GROUND, "0404", STATE),)}
    result = judged(Scene(layers=layers))
    assert result.facts["three_class"]["未利用地"] == pytest.approx(20_000, abs=0.01)
    assert rules_hit(result) == {"unused_land.due"}


def test_a_need_is_not_asked_of_a_town_that_has_only_a_sliver_of_it():
    """The border at x = 299.999 leaves 0.1 m² in T2, of which nothing is known."""
    layers = {
        "plan_control_zone": (Patch(GROUND, "030"),),
        "land_survey": (Patch(GROUND, "0404", STATE),),
        "town": (Patch((0, 0, 299.999, 1000), "T1"), Patch((299.999, 0, 1000, 1000), "T2")),
    }
    result = judged(Scene(layers=layers, scale_left_m2={"T1": 20_000.0}))
    assert answer(result) == (State.PROCEDURE, Outcome.CONSISTENCY_SCHEME)


def test_need_equal_to_what_is_left_is_enough():
    layers = {
        "plan_control_zone": (Patch(GROUND, "030"),),
        "land_survey": (Patch(GROUND, "0404", STATE),),
    }
    enough = Scene(layers=layers, scale_left_m2={"T1": 20_000.0}, advance_left_m2=0.0)
    assert judged(enough).outcome is Outcome.CONSISTENCY_SCHEME
    assert judged(replace(enough, scale_left_m2={"T1": 19_999.99})).outcome is Outcome.RESITE


def test_existing_construction_land_outside_010_needs_no_figures():
    result = judged(Scene(layers={"plan_control_zone": (Patch(GROUND, "030"),)}))
    assert answer(result) == (State.PROCEDURE, Outcome.CONSISTENCY_SCHEME)


@pytest.mark.parametrize(
    ("day", "document"), [(date(2022, 6, 16), "厅字〔2019〕48号"), (date(2023, 1, 1), "142号")]
)
def test_the_document_is_the_one_in_force_on_the_day(day, document):
    layers = {"eco_redline": (Patch((100, 100, 130, 140)),)}
    scene = Scene(layers=layers, project_type="limited_activity", use="M2", as_of=day)
    assert document in finding(judged(scene), "redline.limited").document.zh


def test_a_linear_project_is_told_lengths_and_no_cut():
    """200 m × 100 m of farmland: as a strip it is 200 m long."""
    layers = {
        **OUTSIDE_PLANNING,
        "key_project": (Patch(GROUND),),
        "permanent_farmland": (Patch(GROUND),),
    }
    scene = Scene(layers=layers, use="S1", project_type="village_road")
    veto = finding(judged(scene), "farmland.patch")
    assert "200 m" in veto.message.en
    assert "cut" not in veto.remedy.en
    batch = finding(
        judged(Scene(layers={"permanent_farmland": (Patch(GROUND),)})), "farmland.patch"
    )
    assert "cut of 20,000.00 m²" in batch.remedy.en


def test_an_optional_layer_that_failed_may_hide_a_veto():
    layers = {"nature_reserve": (Patch(FAR),)}
    result = judged(Scene(layers=layers, failed=frozenset({"nature_reserve"})))
    assert answer(result) == (State.UNDECIDED, Outcome.UNDECIDED)
    assert ("nature_reserve", Reason.FAILED) in gaps(result)


def test_cells_that_contradict_the_kernel_are_not_believed():
    """The kernel saw 30 m² of basic farmland, the cells show none."""
    facts = scene_facts(Scene(layers={"permanent_farmland": (Patch((100, 100, 115, 102)),)}))
    columns = {k: v for k, v in facts.cells.columns.items() if k != "permanent_farmland"}
    facts = replace(facts, cells=replace(facts.cells, columns=columns))
    result = evaluate(facts, RULES)
    assert answer(result) == (State.UNDECIDED, Outcome.UNDECIDED)
    assert ("permanent_farmland", Reason.FAILED) in gaps(result)


def test_facts_without_cells_decide_nothing():
    facts = scene_facts(Scene())
    cells = facts.cells
    none = replace(
        cells,
        plots=(),
        columns={name: texts[:0] for name, texts in cells.columns.items()},
        area_m2=cells.area_m2[:0],
        geometry=cells.geometry[:0],
    )
    assert evaluate(replace(facts, cells=none), RULES).verdict is State.UNDECIDED


def test_a_confirmed_empty_layer_covers_the_county_without_a_coverage():
    facts = scene_facts(Scene(coverage={"eco_redline": (0, 0, 1, 1)}))
    assert evaluate(facts, RULES).verdict is State.UNDECIDED
    known = facts.roles["eco_redline"]
    empty = replace(known.version, feature_count=0, confirmed_empty_by="张三", has_coverage=False)
    roles = {**facts.roles, "eco_redline": replace(known, version=empty)}
    assert evaluate(replace(facts, roles=roles), RULES).verdict is State.CONFORMS


def test_absent_optional_layers_are_listed_and_lower_nothing():
    result = judged(Scene())
    assert answer(result) == (State.CONFORMS, Outcome.FITS_BOTH_PLANS)
    assert ("nature_reserve", Reason.OPTIONAL_ABSENT) in gaps(result)
    reserve = theme(result, Theme.NATURE_RESERVE)
    assert (reserve.state, reserve.touched) == (State.NOT_APPLICABLE, None)
    farmland = theme(result, Theme.PERMANENT_FARMLAND)
    assert (farmland.state, farmland.touched) == (State.CONFORMS, False)


def test_touched_is_said_per_plot():
    """The eastern plot touches mined-out land, the western does not."""
    plots = ((100.0, 100.0, 150.0, 150.0), (200.0, 100.0, 250.0, 150.0))
    result = judged(Scene(plots=plots, layers={"goaf": (Patch((190, 0, 300, 1000)),)}))
    hazard = [next(t for t in plot.themes if t.theme is Theme.HAZARD) for plot in result.plots]
    assert [plot.state for plot in result.plots] == [State.CONFORMS, State.CONDITIONAL]
    assert hazard[1].touched is True
    assert hazard[0].touched is None, "geological hazards are not loaded"


def test_conditions_of_a_scheme_are_answered_one_by_one():
    result = judged(Scene(layers={"permanent_farmland": (Patch((100, 100, 140, 140)),)}))
    assert result.facts["conditions"] == {
        "C1": "not_tested",
        "C2": "not_tested",
        "C3": "broken",
        "C4": "kept",
        "C5": "kept",
        "C6": "kept",
        "C7": "kept",
    }


def test_a_finding_prints_the_digits_that_it_is_given():
    veto = finding(
        judged(Scene(layers={"permanent_farmland": (Patch((100, 100, 115, 102)),)})),
        "farmland.patch",
    )
    printed = veto.at_printed_area(30.01, 20_000.0)
    assert "30.01 m²" in printed.message.en
    assert "30.01 平方米" in printed.message.zh
    assert printed.area_m2 == veto.area_m2


def test_new_land_of_two_kinds_side_by_side_is_one_strip():
    """0.06 m of 0102 beside 0.06 m of 1206 along 8 m: 0.96 m², 0.12 m wide, no slivers."""
    survey = (
        Patch((0, 0, 100, 1000), "0601", STATE),
        Patch((100, 0, 100.06, 108), "0102", STATE),
        Patch((100, 108, 100.12, 1000), "0601", STATE),
        Patch((100.06, 0, 100.12, 108), "1206", STATE),
        Patch((100.12, 0, 1000, 1000), "0601", STATE),
    )
    result = judged(Scene(layers={"land_survey": survey}))
    assert rules_hit(result) >= {"conversion.due", "unused_land.due"}


def test_a_hair_of_misfit_outside_the_planning_area_is_no_ground_of_its_own():
    """The planning area ends at x = 299.98; 030 everywhere: 0.02 m × 100 m = 2 m² lie outside.

    2 m² are no sliver, but on a layer of 2 m they prove nothing; where it ends at 299.995 the
    0.5 m² are a sliver and the scheme stands.
    """
    layers = {
        "plan_control_zone": (Patch(GROUND, "030"),),
        "planning_area": (Patch((0, 0, 299.98, 1000)),),
    }
    scene = Scene(layers=layers, accuracy_m={"planning_area": 2.0})
    result = judged(scene)
    assert answer(result) == (State.UNDECIDED, Outcome.UNDECIDED)
    assert ("planning_area", Reason.WITHIN_ACCURACY) in gaps(result)
    closer = {**layers, "planning_area": (Patch((0, 0, 299.995, 1000)),)}
    result = judged(replace(scene, layers=closer))
    assert answer(result) == (State.PROCEDURE, Outcome.CONSISTENCY_SCHEME)


def test_what_leaves_it_open_is_listed_as_required():
    """A forest strip of 3 m on a layer of 5 m leaves its theme open, optional or not."""
    scene = Scene(layers={"forest": (Patch((0, 0, 103, 1000)),)}, accuracy_m={"forest": 5.0})
    result = judged(scene)
    assert answer(result) == (State.UNDECIDED, Outcome.UNDECIDED)
    assert [gap.role for gap in result.not_checked if gap.required] == ["forest"]
