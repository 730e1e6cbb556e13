"""Properties over sites with every kind of layer, strips thinner than any accuracy included."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.verdict import PRECEDENCE, Outcome, Reason, Regime, State, worst
from services.settings import Settings
from services.siting.evaluation import evaluate
from services.siting.rule_set import load_rule_set
from services.testing_facts import Patch, Scene, plain_layers, scene_facts

RULES = load_rule_set(Regime.TRANSITION_2019)
EXAMPLES = settings(max_examples=150, deadline=None)
GREEN = {State.CONFORMS, State.CONDITIONAL, State.PROCEDURE}
BOTH = Outcome.FITS_BOTH_PLANS
STEPS = {
    BOTH,
    Outcome.CONSISTENCY_SCHEME,
    Outcome.SCALE_ADVANCE,
    Outcome.PLAN_ADJUSTMENT,
    Outcome.SPECIAL_APPROVAL,
}
OUTCOMES = {
    State.CONFORMS: {BOTH},
    State.CONDITIONAL: {BOTH},
    State.PROCEDURE: STEPS,
    State.NONCONFORMING: {Outcome.RESITE},
    State.UNDECIDED: {Outcome.UNDECIDED},
}
REQUIRED = (
    "land_survey",
    "plan_control_zone",
    "plan_use_zone",
    "planning_area",
    "urban_plan",
    "urban_control_line",
    "permanent_farmland",
    "eco_redline",
)
CODES = {
    "land_survey": ["0601", "0102", "0404", "1206", "0702", "00"],
    "plan_control_zone": ["010", "01", "013", "020", "021", "030", "041"],
    "plan_use_zone": ["030", "050", "010", "060", "110"],
    "plan_land_class": ["211", "222", "11", "G211", "231"],
    "urban_plan": ["M2", "R2", "E2", "S1", "G1", "H22", "H41"],
    "town": ["T1", "T2"],
}
PATCHES = {
    "permanent_farmland": ["1"],
    "eco_redline": ["1", "2"],
    "urban_control_line": ["green", "道路红线", "purple", "yellow"],
    "plan_space_zone": ["禁建区", "适建区"],
    "village_plan": ["070301", "0103"],
    "approved_land": ["1"],
    "supplied_land": ["1"],
    "area_development": ["1"],
    "key_project": ["1"],
    "nature_reserve": ["1"],
    "goaf": ["1"],
    "river_lake": ["1"],
    "enforcement_patch": ["1"],
}
PLOTS = (
    (100.0, 100.0, 300.0, 200.0),
    (300.0, 100.0, 380.0, 160.0),
    (100.0, 190.0, 160.0, 260.0),
)


def judged(scene):
    return evaluate(scene_facts(scene), RULES, Settings())


def rank(state):
    return PRECEDENCE.index(state)


hundredths = st.integers(1, 60_000).map(lambda n: n / 100)


@st.composite
def strips(draw):
    """A gap-free layer of up to four columns; some are centimetres wide."""
    edges = sorted(draw(st.sets(hundredths, max_size=3)))
    return [0.0, *edges, 1000.0]


@st.composite
def boxes(draw):
    west, south = draw(hundredths), draw(st.integers(5_000, 26_000)) / 100
    wide = draw(st.sampled_from([0.02, 0.05, 0.3, 1.5, 20.0, 150.0]))
    high = draw(st.sampled_from([0.05, 3.0, 40.0, 120.0]))
    return (west, south, west + wide, south + high)


@st.composite
def scenes(draw):
    layers = {}
    for role in draw(st.sets(st.sampled_from(sorted(CODES)), max_size=4)):
        edges = draw(strips())
        owner = draw(st.sampled_from(["20", "30", ""])) if role == "land_survey" else ""
        layers[role] = tuple(
            Patch(
                (west, 0.0, east, 1000.0),
                draw(st.sampled_from(CODES[role])),
                {"QSXZ": owner} if owner else {},
            )
            for west, east in pairwise(edges)
        )
    for role in draw(st.sets(st.sampled_from(sorted(PATCHES)), max_size=4)):
        layers[role] = tuple(
            Patch(box, draw(st.sampled_from(PATCHES[role])))
            for box in draw(st.lists(boxes(), min_size=1, max_size=3))
        )
    if draw(st.booleans()):
        layers["planning_area"] = (Patch((0.0, 0.0, draw(hundredths), 1000.0)),)
    accuracy = draw(st.sampled_from([0.0, 0.0, 0.5, 2.0]))
    return Scene(
        plots=PLOTS[: draw(st.integers(1, 3))],
        layers=layers,
        use=draw(st.sampled_from(["M2", "S1", "G1", "U12", None])),
        project_type=draw(
            st.sampled_from(["industry", "tourism", "trunk_road", "village_road", "mine", "solar"])
        ),
        accuracy_m=dict.fromkeys([*plain_layers(), *PATCHES], accuracy),
        scale_left_m2=draw(st.sampled_from([None, {"T1": 0.0}, {"T1": 1e6, "T2": 5e3}])),
        advance_left_m2=draw(st.sampled_from([None, 0.0, 5_000.0])),
    )


@EXAMPLES
@given(scenes())
def test_verdict_outcome_plots_and_findings_agree(scene):
    result = judged(scene)
    assert result.outcome in OUTCOMES[result.verdict]
    assert result.verdict is worst([theme.state for theme in result.themes])
    assert result.verdict is worst([plot.state for plot in result.plots])
    for plot in result.plots:
        assert plot.state is worst([theme.state for theme in plot.themes])
    for place, theme in enumerate(result.themes):
        assert theme.state is worst([plot.themes[place].state for plot in result.plots])
    ranks = [rank(finding.state) for finding in result.findings]
    assert ranks == sorted(ranks, reverse=True)
    if result.verdict is State.UNDECIDED:
        open_ = [f for f in result.findings if f.state is State.UNDECIDED]
        assert open_ or [gap for gap in result.not_checked if gap.required]


@EXAMPLES
@given(scenes())
def test_parts_add_up(scene):
    facts = scene_facts(scene)
    result = evaluate(facts, RULES)
    whole = facts.site.area_um2 / 1e6
    for finding in result.findings:
        inside = float(facts.cells.area_m2[list(finding.cells)].sum())
        assert -1e-9 <= finding.area_m2 <= inside + 1e-6 <= whole + 1e-3
        assert set(finding.plots) <= {plot.index for plot in facts.plots}
        assert finding.plots
    if ("land_survey", Reason.UNKNOWN_CODES) not in {
        (g.role, g.reason) for g in result.not_checked
    }:
        three = result.facts["three_class"]
        total = three["农用地"] + three["建设用地"] + three["未利用地"]
        spanning = any(patch.code == "00" for patch in scene.layers.get("land_survey", ()))
        assert spanning or total == pytest.approx(whole, abs=1e-3)
    towns = result.facts["by_town"].values()
    assert sum(town["area_m2"] for town in towns) == pytest.approx(whole, abs=1e-3)
    assert sum(result.facts["need_by_town_m2"].values()) == pytest.approx(
        result.facts["need_m2"], abs=1e-5
    )


@EXAMPLES
@given(scenes(), st.sampled_from(REQUIRED), st.floats(0.0, 199.0))
def test_any_loss_of_coverage_of_a_required_layer_leaves_no_green(scene, role, west):
    """All but 200 m × 100 m less `west` metres of the first plot are covered: at least 100 m²."""
    scene = replace(scene, plots=PLOTS[:1], coverage={role: (0.0, 0.0, 100.0 + west, 1000.0)})
    if role == "urban_plan":
        scene = replace(
            scene, layers={k: v for k, v in scene.layers.items() if k != "planning_area"}
        )
    assert judged(scene).verdict not in GREEN


@EXAMPLES
@given(scenes(), st.sampled_from([1.0, 5.0, 1000.0]))
def test_a_less_accurate_map_never_turns_anything_green(scene, worse):
    """It may only turn what was decided into what is not."""
    before = judged(scene)
    coarse = {role: max(stated, worse) for role, stated in scene.accuracy_m.items()}
    after = judged(replace(scene, accuracy_m=coarse))
    assert after.verdict in {before.verdict, State.UNDECIDED, State.NONCONFORMING}
    if after.verdict is State.NONCONFORMING:
        assert before.verdict is State.NONCONFORMING


@EXAMPLES
@given(scenes(), boxes())
def test_basic_farmland_is_never_passed_over(scene, box):
    """Whatever else is there: a patch of 5 m × 5 m inside the first plot is never routine."""
    patch = Patch((140.0, 140.0, 145.0, 145.0))
    others = scene.layers.get("permanent_farmland", ())
    layers = {**scene.layers, "permanent_farmland": (*others, patch, Patch(box))}
    result = judged(replace(scene, layers=layers))
    assert result.verdict not in {State.CONFORMS, State.CONDITIONAL}
    if result.verdict is State.PROCEDURE:
        assert result.outcome is Outcome.SPECIAL_APPROVAL
        assert scene.project_type == "trunk_road"


@EXAMPLES
@given(scenes(), st.sampled_from(sorted(PATCHES)))
def test_a_failed_layer_is_never_green(scene, role):
    if role not in scene.layers or role in {"village_plan"}:
        return
    assert judged(replace(scene, failed=frozenset({role}))).verdict not in GREEN


@EXAMPLES
@given(scenes())
def test_slivers_are_below_both_thresholds(scene):
    result = judged(scene)
    for sliver in result.slivers:
        assert sliver.area_m2 < 1.0
        assert sliver.width_m < 0.10
    listed = {(sliver.theme, sliver.role) for sliver in result.slivers}
    duties = {(f.theme, f.role) for f in result.findings if f.rule.endswith(".sliver")}
    assert duties <= listed


def halves(patch, share):
    west, south, east, north = patch.box
    at = west + share * (east - west)
    return replace(patch, box=(west, south, at, north)), replace(
        patch, box=(at, south, east, north)
    )


@EXAMPLES
@given(scenes(), st.floats(0.1, 0.9), st.randoms(use_true_random=False))
def test_features_may_be_split_and_shuffled(scene, share, random):
    """A supply without a number is one feature, so supplies are left whole."""
    layers = {}
    for role, patches in {**plain_layers(), **scene.layers}.items():
        parts = list(patches)
        if role != "supplied_land":
            parts = [half for patch in patches for half in halves(patch, share)]
        random.shuffle(parts)
        layers[role] = tuple(parts)
    whole, split = judged(scene), judged(replace(scene, layers=layers))
    assert (split.verdict, split.outcome) == (whole.verdict, whole.outcome)
    assert [plot.state for plot in split.plots] == [plot.state for plot in whole.plots]
    areas = sorted((f.rule, f.state, f.area_m2) for f in whole.findings)
    assert len(split.findings) == len(areas)
    for one, other in zip(
        sorted((f.rule, f.state, f.area_m2) for f in split.findings), areas, strict=True
    ):
        assert one[:2] == other[:2]
        assert one[2] == pytest.approx(other[2], abs=1e-4)
