"""The card says the state, what decides, and how much of it was looked at."""

from dataclasses import replace

import pytest

from services.domain.verdict import NotChecked, Outcome, Reason, State, Theme
from services.domain.wording import Language
from web.presentation.verdict_card import checked_roles, oldest_date, verdict_card

UNDECIDED = {"verdict": State.UNDECIDED, "outcome": Outcome.UNDECIDED}


def missing_forest(*, required):
    return NotChecked(Theme.FOREST, "forest", Reason.MISSING, required=required)


def facts_of(card):
    return {fact.name: fact.value for fact in card.facts}


def test_the_largest_legal_obstacle_leads(result):
    card = verdict_card(result, Language.ZH)
    assert (card.word, card.outcome) == ("不符合", "另行选址")
    assert card.sentence == "压占永久基本农田 30.00 平方米，占拟用地的 0.15%。"
    assert card.basis == "土地管理法（2019） 第三十五条"


def test_the_facts_of_the_card(result):
    facts = facts_of(verdict_card(result, Language.EN))
    assert facts["Drawn area"] == "20,000.00 m²"
    assert facts["Share of the deciding finding"] == "0.15 %"
    assert facts["Layers"] == "3 checked · 1 not"
    assert facts["Oldest data"] == "2017-12-31"
    assert facts["Result number"] == "2026-000001"


@pytest.mark.parametrize(
    ("stated", "detail"),
    [(20000.0, "0.00"), (19998.5, "+1.50"), (20001.0, "-1.00")],
)
def test_the_difference_to_the_stated_area(result, stated, detail):
    site = replace(result.site, stated_area_m2=stated)
    card = verdict_card(replace(result, site=site), Language.EN)
    assert card.facts[1].detail == f"drawn less stated: {detail} m²"


def test_no_stated_area_is_said_so(result):
    site = replace(result.site, stated_area_m2=None)
    card = verdict_card(replace(result, site=site), Language.EN)
    assert (card.facts[1].value, card.facts[1].detail) == ("–", "not stated in the file")


def test_an_undecided_check_names_the_required_layers_that_are_missing(result):
    gaps = (missing_forest(required=True), replace(missing_forest(required=False), role="goaf"))
    card = verdict_card(replace(result, findings=(), not_checked=gaps, **UNDECIDED), Language.ZH)
    assert card.state == "undecided"
    assert "林地" in card.sentence
    assert "采空" not in card.sentence
    assert card.outcome == ""


def test_a_finding_of_lesser_weight_never_speaks_for_an_undecided_check(result):
    duty = result.findings[1]
    undecided = replace(
        result, findings=(duty,), not_checked=(missing_forest(required=True),), **UNDECIDED
    )
    assert verdict_card(undecided, Language.ZH).sentence != duty.message.zh


def test_a_layer_that_is_checked_in_part_does_not_count_as_checked(result):
    partly = NotChecked(Theme.LAND_PLAN, "plan_control_zone", Reason.NOT_COVERED, required=True)
    checked, missing = checked_roles(replace(result, not_checked=(partly,)))
    assert "plan_control_zone" not in checked
    assert missing == {"plan_control_zone", "forest"}


def test_the_oldest_date_is_of_the_layers_that_were_looked_at(result):
    assert oldest_date(result) == "2017-12-31"
    assert oldest_date(replace(result, themes=())) == ""
