"""Twenty and more cases worked on paper: the oracle of the rules.

All sites are rectangles on a square of 1 km; the plain site is a factory of 200 m × 100 m =
20 000 m² on state construction land where nothing is due. Sources: consistency rules 3, product
contract (states, precedence), sample cases.
"""

from dataclasses import replace
from datetime import date

import pytest

from services.domain.verdict import Outcome, Reason, Regime, State, Theme
from services.settings import Settings
from services.siting.evaluation import evaluate
from services.siting.rule_document import NeitherFits
from services.siting.rule_set import load_rule_set
from services.testing_facts import FAR, GROUND, Patch, Scene, scene_facts

RULES = load_rule_set(Regime.TRANSITION_2019)
COLLECTIVE = {"QSXZ": "30"}
STATE = {"QSXZ": "20"}
# a site of 240 m × 100 m = 2.4 ha for the cases about plan scale
WIDE = ((100.0, 100.0, 340.0, 200.0),)


def judged(scene, rules=RULES, settings=None):
    return evaluate(scene_facts(scene), rules, settings or Settings())


def answer(evaluation):
    return evaluation.verdict, evaluation.outcome


def finding(evaluation, rule):
    (found,) = [f for f in evaluation.findings if f.rule == rule]
    return found


def rules_hit(evaluation):
    return {f.rule for f in evaluation.findings}


def state_of(evaluation, theme):
    return next(t.state for t in evaluation.themes if t.theme is theme)


def survey(*patches):
    return {"land_survey": tuple(patches)}


def test_01_nothing_is_due_on_state_construction_land():
    """20 000 m² of 0601, zone 010, class M2: no finding at all."""
    result = judged(Scene())
    assert answer(result) == (State.CONFORMS, Outcome.FITS_BOTH_PLANS)
    assert result.findings == ()


def test_02_conversion_replenishment_expropriation_are_duties():
    """West half 100 m × 100 m = 10 000 m² of collective irrigated land 0102; half the site."""
    layers = survey(
        Patch((0, 0, 200, 1000), "0102", COLLECTIVE), Patch((200, 0, 1000, 1000), "0601", STATE)
    )
    result = judged(Scene(layers=layers))
    assert answer(result) == (State.CONDITIONAL, Outcome.FITS_BOTH_PLANS)
    assert rules_hit(result) == {"conversion.due", "replenishment.due", "expropriation.due"}
    due = finding(result, "conversion.due")
    assert due.area_m2 == pytest.approx(10_000, abs=1e-6)
    assert due.share == pytest.approx(0.5, abs=1e-9)
    assert result.facts["cultivated_m2"] == pytest.approx(10_000, abs=0.01)


def test_03_collective_land_outside_an_area_development_scheme():
    """20 000 m² collective 0102 in use zone 030; the scheme covers only the west 50 m = 5 000."""
    layers = {
        **survey(Patch(GROUND, "0102", COLLECTIVE)),
        "area_development": (Patch((0, 0, 150, 1000)),),
    }
    result = judged(Scene(layers=layers))
    assert answer(result) == (State.PROCEDURE, Outcome.FITS_BOTH_PLANS)
    assert finding(result, "development.outside").area_m2 == pytest.approx(15_000, abs=1e-6)


def test_04_only_the_urban_plan_differs():
    """Land plan fits, detailed plan says R2: scheme, no scale asked for (need 0)."""
    result = judged(Scene(layers={"urban_plan": (Patch(GROUND, "R2"),)}))
    assert answer(result) == (State.PROCEDURE, Outcome.CONSISTENCY_SCHEME)
    assert "no plan scale" in finding(result, "urban.scheme_due").message.en
    assert result.facts["need_m2"] == 0.0


def test_05_conditional_zone_takes_in_what_it_takes_out():
    """45 % of 20 000 = 9 000 m² in 020 (x from 210 to 300): scheme, need 0."""
    zones = (Patch((0, 0, 210, 1000), "010"), Patch((210, 0, 1000, 1000), "020"))
    result = judged(Scene(layers={"plan_control_zone": zones}))
    assert answer(result) == (State.PROCEDURE, Outcome.CONSISTENCY_SCHEME)
    assert finding(result, "plan.conditional_zone").area_m2 == pytest.approx(9_000, abs=1e-6)


def scale_scene(**more):
    """2.4 ha in 030, of it x 100–160 = 60 × 100 = 0.6 ha built (0702): need 1.8 ha."""
    layers = {
        **survey(
            Patch((0, 0, 160, 1000), "0702", STATE), Patch((160, 0, 1000, 1000), "0102", STATE)
        ),
        "plan_control_zone": (Patch(GROUND, "030"),),
    }
    return Scene(plots=WIDE, layers={**layers, **more.pop("layers", {})}, **more)


def test_06_need_is_net_of_existing_construction_land():
    """Need 1.8 ha, not 2.4; 2.0 ha left in the town."""
    result = judged(scale_scene(scale_left_m2={"T1": 20_000.0}))
    assert answer(result) == (State.PROCEDURE, Outcome.CONSISTENCY_SCHEME)
    assert "1.8000" in finding(result, "scheme.due").message.zh


def test_07_scale_short_in_the_town_is_drawn_in_advance():
    """Nothing left in the town, 3.0 ha may be drawn, 1.8 ha are needed."""
    result = judged(scale_scene(scale_left_m2={"T1": 0.0}, advance_left_m2=30_000.0))
    assert answer(result) == (State.PROCEDURE, Outcome.SCALE_ADVANCE)


def test_08_advance_too_small():
    """1.8 ha needed, 1.7 ha may be drawn."""
    result = judged(scale_scene(scale_left_m2={"T1": 0.0}, advance_left_m2=17_000.0))
    assert answer(result) == (State.NONCONFORMING, Outcome.RESITE)


def test_09_without_figures_the_scale_cannot_be_told():
    assert answer(judged(scale_scene())) == (State.UNDECIDED, Outcome.UNDECIDED)


def test_10_each_square_metre_is_deducted_once():
    """Approved x 130–220 (9 000 m²) overlaps the built part x 100–160 by 30 × 100 = 3 000 m².

    Need = 24 000 − 6 000 − (9 000 − 3 000) = 12 000 m², so 12 000 left is enough and 11 999 not.
    """
    approved = {"approved_land": (Patch((130, 0, 220, 1000)),)}
    enough = scale_scene(layers=approved, scale_left_m2={"T1": 12_000.0}, advance_left_m2=0.0)
    assert judged(enough).outcome is Outcome.CONSISTENCY_SCHEME
    short = replace(enough, scale_left_m2={"T1": 11_999.0})
    assert judged(short).outcome is Outcome.RESITE


def test_11_every_town_must_have_its_own_scale():
    """The need of 1.8 ha lies 0.9 : 0.9 on two towns (border x = 250); one has 0.8 ha left."""
    towns = {"town": (Patch((0, 0, 250, 1000), "T1"), Patch((250, 0, 1000, 1000), "T2"))}
    scene = scale_scene(
        layers=towns, scale_left_m2={"T1": 9_000.0, "T2": 8_000.0}, advance_left_m2=18_000.0
    )
    assert judged(scene).outcome is Outcome.SCALE_ADVANCE
    enough = replace(scene, scale_left_m2={"T1": 9_000.0, "T2": 9_000.0})
    assert judged(enough).outcome is Outcome.CONSISTENCY_SCHEME


def test_12_the_cultivated_keep_may_not_be_broken():
    """1.8 ha of 0102 are taken, the margin of the town is 1.7 ha: C2."""
    scene = scale_scene(scale_left_m2={"T1": 1e6}, cultivated_margin_m2=17_000.0)
    result = judged(scene)
    assert answer(result) == (State.NONCONFORMING, Outcome.RESITE)
    assert "plan.cultivated_keep" in rules_hit(result)


def adjusting():
    """The rule set with the switch for listed projects turned."""
    switches = RULES.switches.model_copy(update={"neither_fits": NeitherFits.PLAN_ADJUSTMENT})
    return replace(RULES, document=RULES.document.model_copy(update={"switches": switches}))


ADJUSTING = adjusting()


def neither(**more):
    layers = {
        "plan_control_zone": (Patch(GROUND, "030"),),
        "urban_plan": (Patch(GROUND, "E2"),),
        **more,
    }
    return Scene(layers=layers)


def test_13_neither_plan_fits():
    assert answer(judged(neither())) == (State.NONCONFORMING, Outcome.RESITE)


def test_14_a_listed_project_may_adjust_the_plans_where_the_centre_allows_it():
    listed = neither(key_project=(Patch(GROUND),))
    assert judged(listed).outcome is Outcome.RESITE
    assert answer(judged(listed, ADJUSTING)) == (State.PROCEDURE, Outcome.PLAN_ADJUSTMENT)
    unlisted = neither(key_project=(Patch(FAR),))
    assert judged(unlisted, ADJUSTING).outcome is Outcome.RESITE
    assert judged(neither(), ADJUSTING).outcome is Outcome.UNDECIDED, "the list is not loaded"


def farmland(*patches, **more):
    return Scene(layers={"permanent_farmland": patches}, **more)


def test_15_no_small_area_of_basic_farmland_is_exempt():
    """15 m × 2 m = 30 m² at a corner, 0.15 % of the site."""
    scene = farmland(Patch((100, 100, 115, 102)), accuracy_m={"permanent_farmland": 0.5})
    result = judged(scene)
    assert answer(result) == (State.NONCONFORMING, Outcome.RESITE)
    veto = finding(result, "farmland.patch")
    assert veto.area_m2 == pytest.approx(30.0, abs=1e-6)
    assert veto.share == pytest.approx(0.0015, abs=1e-9)
    assert veto.width_m == pytest.approx(2.0, abs=0.3)


def test_16_a_sliver_is_verified_and_a_shared_edge_is_nothing():
    """30 m × 0.02 m = 0.6 m²: below 1 m² and below 0.10 m."""
    sliver = farmland(Patch((100, 90, 130, 100.02)), accuracy_m={"permanent_farmland": 0.5})
    result = judged(sliver)
    assert answer(result) == (State.CONDITIONAL, Outcome.FITS_BOTH_PLANS)
    (listed,) = result.slivers
    assert listed.area_m2 == pytest.approx(0.6, abs=1e-6)
    assert listed.width_m == pytest.approx(0.02, abs=1e-3)
    assert answer(judged(farmland(Patch((100, 90, 130, 100))))) == (
        State.CONFORMS,
        Outcome.FITS_BOTH_PLANS,
    )


def test_17_a_strip_of_many_features_is_a_strip():
    """200 m × 0.5 m cut into 400 features of 0.25 m² and 0.5 m: 100 m² together."""
    pieces = tuple(Patch((100 + k / 2, 100, 100.5 + k / 2, 100.5)) for k in range(400))
    result = judged(farmland(*pieces, accuracy_m={"permanent_farmland": 0.2}))
    assert answer(result) == (State.NONCONFORMING, Outcome.RESITE)
    assert finding(result, "farmland.patch").area_m2 == pytest.approx(100.0, abs=1e-6)


def test_18_within_the_accuracy_nothing_is_proven_unless_another_piece_vetoes():
    """A strip of 0.3 m on a layer of 0.5 m: undecided; a second patch of 20 m × 20 m vetoes."""
    strip = Patch((100, 90, 200, 100.3))
    accuracy = {"permanent_farmland": 0.5}
    result = judged(farmland(strip, accuracy_m=accuracy))
    assert answer(result) == (State.UNDECIDED, Outcome.UNDECIDED)
    assert [(g.role, g.reason) for g in result.not_checked if g.required] == [
        ("permanent_farmland", Reason.WITHIN_ACCURACY)
    ]
    veto = judged(farmland(strip, Patch((250, 150, 270, 170)), accuracy_m=accuracy))
    assert answer(veto) == (State.NONCONFORMING, Outcome.RESITE)


def test_19_only_listed_activities_may_enter_the_red_line():
    """30 m × 40 m = 1 200 m² of the red line: a hotel may not, a limited activity must ask."""
    red = {"eco_redline": (Patch((100, 100, 130, 140)),)}
    assert judged(Scene(layers=red, project_type="tourism")).outcome is Outcome.RESITE
    listed = judged(Scene(layers=red, project_type="limited_activity"))
    assert answer(listed) == (State.PROCEDURE, Outcome.SPECIAL_APPROVAL)
    assert finding(listed, "redline.limited").area_m2 == pytest.approx(1_200, abs=1e-6)
    assert "48号" in finding(listed, "redline.limited").document.zh
    later = Scene(layers=red, project_type="limited_activity", as_of=date(2022, 8, 16))
    assert "142号" in finding(judged(later), "redline.limited").document.zh


def test_20_a_single_site_may_stand_outside_010_where_the_plan_foresees_it():
    zone = {"plan_control_zone": (Patch(GROUND, "030"),)}
    road = {"use": "S1", "project_type": "trunk_road"}
    roads = {"urban_plan": (Patch(GROUND, "S1"),)}
    agreed = {**zone, **roads, "key_project": (Patch(FAR),)}
    refused = judged(Scene(layers=agreed, scale_left_m2={"T1": 0.0}, advance_left_m2=0.0, **road))
    assert "plan.restricted" in rules_hit(refused)
    for admitted in (
        {"plan_land_class": (Patch(GROUND, "222"),)},
        {"key_project": (Patch(GROUND),)},
    ):
        assert judged(Scene(layers={**agreed, **admitted}, **road)).verdict is State.CONFORMS
    batch = judged(Scene(layers={**zone, "key_project": (Patch(GROUND),)}))
    assert "plan.restricted" in rules_hit(batch)


def test_21_a_trunk_road_on_basic_farmland_asks_the_state_council_a_village_road_may_not():
    layers = {
        "permanent_farmland": (Patch((100, 100, 140, 105)),),
        "key_project": (Patch(GROUND),),
        "urban_plan": (Patch(GROUND, "S1"),),
    }
    trunk = judged(Scene(layers=layers, use="S1", project_type="trunk_road"))
    assert answer(trunk) == (State.PROCEDURE, Outcome.SPECIAL_APPROVAL)
    village = judged(Scene(layers=layers, use="S1", project_type="village_road"))
    assert answer(village) == (State.NONCONFORMING, Outcome.RESITE)


def test_22_the_worst_plot_decides():
    """Two plots; the eastern one lies in 040 from x = 400 on."""
    zones = (Patch((0, 0, 400, 1000), "010"), Patch((400, 0, 1000, 1000), "041"))
    plots = ((100.0, 100.0, 300.0, 200.0), (500.0, 100.0, 600.0, 200.0))
    result = judged(Scene(plots=plots, layers={"plan_control_zone": zones}))
    assert answer(result) == (State.NONCONFORMING, Outcome.RESITE)
    assert [plot.state for plot in result.plots] == [State.CONFORMS, State.NONCONFORMING]


def test_23_control_lines_ask_for_the_use():
    """A park may lie in the green line, a shop may not; an unnamed use leaves it open."""
    green = {"urban_control_line": (Patch(GROUND, "green"),), "urban_plan": (Patch(GROUND, "G1"),)}
    park = judged(Scene(layers=green, use="G1", project_type="public"))
    assert answer(park) == (State.CONFORMS, Outcome.FITS_BOTH_PLANS)
    shop = judged(Scene(layers={**green, "urban_plan": (Patch(GROUND, "B1"),)}, use="B11"))
    assert answer(shop) == (State.NONCONFORMING, Outcome.RESITE)
    assert judged(Scene(layers=green, use=None)).verdict is State.UNDECIDED


def test_24_outside_the_planning_area_the_urban_plan_does_not_apply():
    """Without a use only the duty to name it is left."""
    outside = {"planning_area": (Patch((800, 800, 900, 900)),), "urban_plan": (Patch(FAR_AWAY),)}
    result = judged(Scene(layers=outside))
    assert state_of(result, Theme.URBAN_PLAN) is State.NOT_APPLICABLE
    assert answer(result) == (State.CONFORMS, Outcome.FITS_BOTH_PLANS)
    assert judged(Scene(layers=outside, use=None)).verdict is State.CONDITIONAL
    lines = {**outside, "urban_control_line": (Patch(GROUND, "green"),)}
    assert judged(Scene(layers=lines, use=None)).verdict is State.CONDITIONAL


FAR_AWAY = (850.0, 850.0, 860.0, 860.0)


def test_25_half_of_the_site_without_a_detailed_parcel():
    """x from 200 on has no parcel: 10 000 of 20 000 m²."""
    half = {"urban_plan": (Patch((0, 0, 200, 1000), "M2"),)}
    result = judged(Scene(layers=half))
    assert answer(result) == (State.UNDECIDED, Outcome.UNDECIDED)
    assert ("urban_plan", Reason.NOT_COVERED) in {(g.role, g.reason) for g in result.not_checked}


@pytest.mark.parametrize("reason", [Reason.MISSING, Reason.EMPTY, Reason.NOT_IN_FORCE])
def test_26_a_required_layer_without_an_answer(reason):
    result = judged(Scene(absent={"eco_redline": reason}))
    assert answer(result) == (State.UNDECIDED, Outcome.UNDECIDED)
    assert ("eco_redline", reason) in {(g.role, g.reason) for g in result.not_checked}


def test_27_a_proven_veto_stays_whatever_else_is_missing():
    scene = farmland(Patch((100, 100, 140, 140)), absent={"eco_redline": Reason.MISSING})
    result = judged(scene)
    assert answer(result) == (State.NONCONFORMING, Outcome.RESITE)
    assert ("eco_redline", Reason.MISSING) in {(g.role, g.reason) for g in result.not_checked}


def test_28_coverage_is_what_was_declared():
    """The farmland layer was examined up to x = 292 only: 8 m × 100 m of the site are open."""
    result = judged(Scene(coverage={"permanent_farmland": (0, 0, 292, 1000)}))
    assert answer(result) == (State.UNDECIDED, Outcome.UNDECIDED)


def test_29_after_the_three_lines_an_old_layer_is_stale():
    since = Settings(sanqu_sanxian_from=date(2022, 11, 1))
    rules = load_rule_set(Regime.THREE_LINES)
    scene = Scene(as_of=date(2024, 3, 1))
    result = judged(scene, rules, since)
    stale = {g.role for g in result.not_checked if g.reason is Reason.STALE}
    assert stale == {"permanent_farmland", "eco_redline", "growth_boundary"}
    assert result.verdict is State.UNDECIDED
    fresh = {role: date(2022, 11, 1) for role in stale}
    assert judged(replace(scene, valid_from=fresh), rules, since).verdict is State.CONFORMS


def test_30_touches_of_other_layers():
    touches = {
        "nature_reserve": State.NONCONFORMING,
        "water_source": State.PROCEDURE,
        "goaf": State.CONDITIONAL,
        "enforcement_patch": State.PROCEDURE,
    }
    for role, state in touches.items():
        result = judged(Scene(layers={role: (Patch((100, 100, 150, 150)),)}))
        assert result.verdict is state, role
        assert [f.area_m2 for f in result.findings] == [pytest.approx(2_500, abs=1e-6)]


def test_31_one_supply_over_the_whole_plot_is_in_order_a_part_is_a_duty():
    number = {"DZJGH": "3704032016B00000001"}
    whole = (Patch((0, 0, 200, 1000), "1", number), Patch((200, 0, 1000, 1000), "1", number))
    assert judged(Scene(layers={"supplied_land": whole})).verdict is State.CONFORMS
    part = (Patch((0, 0, 200, 1000), "1", number),)
    result = judged(Scene(layers={"supplied_land": part}))
    assert answer(result) == (State.CONDITIONAL, Outcome.FITS_BOTH_PLANS)
    assert finding(result, "touch.supplied_land").area_m2 == pytest.approx(10_000, abs=1e-6)
    (dealing,) = result.facts["earlier_land"]
    assert dealing["area_m2"] == pytest.approx(10_000, abs=0.01)
    assert [entry["value"] for entry in dealing["numbers"]] == [number["DZJGH"]]


def test_32_unstated_ownership_is_asked_about():
    result = judged(Scene(layers=survey(Patch(GROUND, "0601"))))
    assert result.verdict is State.CONDITIONAL
    assert rules_hit(result) == {"ownership.unknown"}


def test_33_a_contradiction_inside_the_land_plan_is_no_second_way_to_fit():
    """Zone 010 but use zone 010 (farmland protection): not fitting, scheme with need 0."""
    result = judged(Scene(layers={"plan_use_zone": (Patch(GROUND, "010"),)}))
    assert answer(result) == (State.PROCEDURE, Outcome.CONSISTENCY_SCHEME)
    assert "plan.contradiction" in rules_hit(result)
