"""Properties of product contract: a verdict is never falsely green, and order decides nothing."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.verdict import PRECEDENCE, Outcome, Reason, Regime, State
from services.settings import Settings
from services.siting.evaluation import evaluate
from services.siting.rule_set import load_rule_set
from services.testing_facts import FAR, GROUND, Patch, Scene, plain_layers, scene_facts

RULES = load_rule_set(Regime.TRANSITION_2019)
ALWAYS_REQUIRED = (
    "land_survey",
    "plan_control_zone",
    "plan_use_zone",
    "planning_area",
    "urban_plan",
    "urban_control_line",
    "permanent_farmland",
    "eco_redline",
)
CONTROL = (
    "nature_reserve",
    "forest",
    "public_forest",
    "water_source",
    "river_lake",
    "heritage",
    "goaf",
    "geohazard",
    "mineral_right",
    "power_corridor",
    "pipeline",
    "high_standard_farmland",
    "enforcement_patch",
)
GREEN = {State.CONFORMS, State.CONDITIONAL, State.PROCEDURE}
OUTCOMES = {
    State.CONFORMS: {Outcome.FITS_BOTH_PLANS},
    State.CONDITIONAL: {Outcome.FITS_BOTH_PLANS},
    State.PROCEDURE: {
        Outcome.FITS_BOTH_PLANS,
        Outcome.CONSISTENCY_SCHEME,
        Outcome.SCALE_ADVANCE,
        Outcome.PLAN_ADJUSTMENT,
        Outcome.SPECIAL_APPROVAL,
    },
    State.NONCONFORMING: {Outcome.RESITE},
    State.UNDECIDED: {Outcome.UNDECIDED},
}
EXAMPLES = settings(max_examples=120, deadline=None)


def judged(scene):
    return evaluate(scene_facts(scene), RULES, Settings())


def rank(state):
    return PRECEDENCE.index(state)


@st.composite
def boxes(draw):
    west, south = draw(st.integers(60, 280)), draw(st.integers(60, 190))
    return (
        float(west),
        float(south),
        float(west + draw(st.integers(1, 120))),
        float(south + draw(st.integers(1, 80))),
    )


def halves(draw, codes):
    """A gap-free layer of two classes, cut at some easting."""
    at = float(draw(st.integers(1, 999)))
    one, other = draw(st.sampled_from(codes)), draw(st.sampled_from(codes))
    return (Patch((0, 0, at, 1000), one), Patch((at, 0, 1000, 1000), other))


@st.composite
def scenes(draw):
    """Any mixture of zones, classes, control layers and approvals over one to three plots."""
    layers = {
        "plan_control_zone": halves(draw, ["010", "020", "030", "040", "011"]),
        "plan_use_zone": halves(draw, ["030", "040", "010"]),
        "urban_plan": halves(draw, ["M2", "R2", "E2"]),
        "land_survey": tuple(
            replace(patch, attributes={"QSXZ": draw(st.sampled_from(["20", "30", ""]))})
            for patch in halves(draw, ["0601", "0102", "0404", "1104"])
        ),
    }
    plain = draw(st.sets(st.sampled_from(sorted(layers))))
    layers = {role: patches for role, patches in layers.items() if role not in plain}
    some = ["permanent_farmland", "eco_redline", "approved_land", "goaf", "water_source"]
    for role in draw(st.sets(st.sampled_from(some), max_size=3)):
        layers[role] = tuple(Patch(box) for box in draw(st.lists(boxes(), min_size=1, max_size=3)))
    plots = (
        (100.0, 100.0, 300.0, 200.0),
        (320.0, 100.0, 380.0, 160.0),
        (100.0, 220.0, 160.0, 260.0),
    )
    figures = draw(st.sampled_from([None, {"T1": 0.0}, {"T1": 1e6}]))
    return Scene(
        plots=plots[: draw(st.integers(1, 3))],
        layers=layers,
        project_type=draw(st.sampled_from(["industry", "trunk_road", "limited_activity"])),
        accuracy_m=draw(st.sampled_from([{}, {"permanent_farmland": 2.0}])),
        scale_left_m2=figures,
        advance_left_m2=5_000.0,
    )


@EXAMPLES
@given(scenes())
def test_verdict_and_outcome_always_agree(scene):
    result = judged(scene)
    assert result.outcome in OUTCOMES[result.verdict]
    assert result.verdict is max((t.state for t in result.themes), key=rank)
    assert [rank(f.state) for f in result.findings] == sorted(
        (rank(f.state) for f in result.findings), reverse=True
    )


@EXAMPLES
@given(
    scenes(),
    st.sampled_from(ALWAYS_REQUIRED),
    st.sampled_from(["gone", "empty", "failed", "shrunk"]),
)
def test_a_broken_required_layer_never_leaves_it_green(scene, role, how):
    whole = judged(scene)
    if how == "failed":
        broken = replace(scene, failed=frozenset({role}))
    elif how == "shrunk":
        broken = replace(scene, coverage={**scene.coverage, role: (0.0, 0.0, 290.0, 1000.0)})
    else:
        reason = Reason.MISSING if how == "gone" else Reason.EMPTY
        broken = replace(scene, absent={role: reason})
    result = judged(broken)
    if role == "urban_plan" and "urban_plan" not in {g.role for g in result.not_checked}:
        pytest.fail("the detailed plan is needed inside the planning area")
    assert result.verdict not in GREEN
    assert rank(result.verdict) >= rank(State.UNDECIDED)
    if whole.verdict is State.UNDECIDED:
        assert result.verdict in {State.UNDECIDED, State.NONCONFORMING}


@EXAMPLES
@given(scenes(), st.sampled_from(CONTROL), st.lists(boxes(), max_size=3))
def test_another_control_layer_never_improves_the_verdict(scene, role, patches):
    if role in scene.layers:
        return
    before = judged(scene)
    layers = {**scene.layers, role: tuple(Patch(box) for box in patches) or (Patch(FAR),)}
    after = judged(replace(scene, layers=layers))
    if before.verdict is not State.UNDECIDED:
        assert rank(after.verdict) >= rank(before.verdict)


def split(patch, share):
    west, south, east, north = patch.box
    at = west + share * (east - west)
    return (
        replace(patch, box=(west, south, at, north)),
        replace(patch, box=(at, south, east, north)),
    )


@EXAMPLES
@given(scenes(), st.floats(0.1, 0.9), st.randoms(use_true_random=False))
def test_splitting_features_and_their_order_change_nothing(scene, share, random):
    whole = judged(scene)
    layers = {}
    for role, patches in {**plain_layers(), **scene.layers}.items():
        parts = [part for patch in patches for part in split(patch, share)]
        random.shuffle(parts)
        layers[role] = tuple(parts)
    parts = judged(replace(scene, layers=layers))
    assert (parts.verdict, parts.outcome) == (whole.verdict, whole.outcome)
    assert {f.rule for f in parts.findings} == {f.rule for f in whole.findings}
    areas = {rule: area(whole, rule) for rule in {f.rule for f in whole.findings}}
    assert {rule: area(parts, rule) for rule in areas} == pytest.approx(areas, abs=1e-4)


def area(evaluation, rule):
    return sum(f.area_m2 for f in evaluation.findings if f.rule == rule)


@EXAMPLES
@given(scenes())
def test_the_order_of_plots_changes_nothing_but_their_order(scene):
    forward, backward = judged(scene), judged(replace(scene, plots=scene.plots[::-1]))
    assert (forward.verdict, forward.outcome) == (backward.verdict, backward.outcome)
    assert [p.state for p in forward.plots] == [p.state for p in backward.plots][::-1]
    assert forward.verdict is max((p.state for p in forward.plots), key=rank)


@EXAMPLES
@given(scenes())
def test_no_finding_is_larger_than_the_site(scene):
    result = judged(scene)
    facts = scene_facts(scene)
    whole = facts.site.area_um2 / 1e6
    assert all(
        0.0 <= f.area_m2 <= whole + 1e-6 and 0.0 <= f.share <= 1.0 + 1e-12 for f in result.findings
    )
    assert facts.cells.area_m2.sum() == pytest.approx(whole, abs=1e-4)
    three = result.facts["three_class"]
    total = three["农用地"] + three["建设用地"] + three["未利用地"]
    assert total == pytest.approx(whole, abs=0.02)


def test_an_outdated_layer_is_no_answer():
    rules = load_rule_set(Regime.THREE_LINES)
    since = Settings(sanqu_sanxian_from=date(2022, 11, 1))
    scene = Scene(as_of=date(2024, 3, 1), layers={"permanent_farmland": (Patch(GROUND),)})
    result = evaluate(scene_facts(scene), rules, since)
    assert result.verdict not in GREEN
