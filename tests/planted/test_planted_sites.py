"""Every planted site of the sample county gets the verdict that it was built for."""

import pytest

from sample_data import load_manifest
from services.sample_workspace import request_for
from services.siting.check import check_sites

CASES = [site.case for site in load_manifest().sites]
# the truth is exact on paper; a result prints 0.01 m² and shares the rounding out
PRINTED_M2 = 0.02


@pytest.fixture(scope="session")
def result_of(manifest, workspace_for):
    known = {}

    def result(case):
        if case not in known:
            site = manifest.site(case)
            run = check_sites(request_for(site, manifest), workspace_for(site.variant))
            assert run.refused == ()
            (known[case],) = run.results
        return known[case]

    return result


@pytest.mark.parametrize("case", CASES)
def test_verdict_and_outcome(case, result_of, truth):
    result, expect = result_of(case), truth[case]["expect"]
    found = [f"{f.rule}: {f.message.zh}" for f in result.findings]
    gaps = [f"{gap.role}: {gap.reason}" for gap in result.not_checked if gap.required]
    assert (result.verdict, result.outcome) == (expect["verdict"], expect["outcome"]), (found, gaps)


@pytest.mark.parametrize("case", CASES)
def test_themes_and_gaps(case, result_of, truth):
    result, expect = result_of(case), truth[case]["expect"]
    states = {theme.theme.value: theme.state.value for theme in result.themes}
    assert {name: states[name] for name in expect["themes"]} == expect["themes"]
    touched = {theme.theme.value: theme.touched for theme in result.themes}
    assert {name: touched[name] for name in expect["touched"]} == expect["touched"]
    gaps = {(gap.role, gap.reason.value) for gap in result.not_checked}
    assert {(gap["role"], gap["reason"]) for gap in expect["not_checked"]} <= gaps


@pytest.mark.parametrize("case", CASES)
def test_areas_are_those_on_paper(case, result_of, truth):
    result, known = result_of(case), truth[case]
    assert result.site.area_m2 == pytest.approx(known["site_area_m2"], abs=PRINTED_M2)
    lines = {line.role: line for theme in result.themes for line in theme.layers}
    for role, areas in known["areas_m2"].items():
        measured = {line.code: line.area_m2 for line in lines[role].classes}
        assert set(measured) == set(areas), role
        assert measured == pytest.approx(areas, abs=PRINTED_M2), role


@pytest.mark.parametrize("case", CASES)
def test_parts_add_up_to_the_printed_digit(case, result_of):
    result = result_of(case)
    for whole, themes in [
        (result.site.area_m2, result.themes),
        *[(plot.area_m2, plot.themes) for plot in result.plots],
    ]:
        for line in (line for theme in themes for line in theme.layers if line.classes):
            cents = sum(round(part.area_m2 * 100) for part in line.classes)
            cents += round(line.remainder_m2 * 100) - round(line.overlap_m2 * 100)
            assert cents == round(whole * 100), line.role
