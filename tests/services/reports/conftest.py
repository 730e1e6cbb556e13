"""Results that strain a sheet: many plots, all themes, gaps, hostile names."""

from dataclasses import replace

import pytest

from services.domain.verdict import (
    ClassLine,
    Finding,
    HitShape,
    LayerLine,
    NotChecked,
    Outcome,
    PlotResult,
    Reason,
    SliverLine,
    State,
    Theme,
    ThemeResult,
)
from services.domain.wording import Language, Wording
from services.reports import build_report
from services.testing import example_result

WEST, SOUTH, STEP = 117.2600, 34.7700, 0.0006
SIZE_LON, SIZE_LAT = 0.0005, 0.0004
COLUMNS = 8
# an area that divides into nothing even
PLOT_M2 = 1234.57
FARM_M2, BUILT_M2, UNUSED_M2 = 700.19, 500.01, 34.37
LINE_ROLES = {
    Theme.PERMANENT_FARMLAND: ("permanent_farmland",),
    Theme.ECO_REDLINE: ("eco_redline",),
    Theme.GROWTH_BOUNDARY: ("growth_boundary",),
    Theme.NATURE_RESERVE: ("nature_reserve",),
    Theme.FOREST: ("forest", "public_forest"),
    Theme.WATER: ("water_source", "river_lake", "flood_zone"),
    Theme.HERITAGE: ("heritage",),
    Theme.HAZARD: ("geohazard", "goaf"),
    Theme.MINERAL: ("mineral_right",),
    Theme.INFRASTRUCTURE: ("power_corridor", "pipeline"),
    Theme.FARMLAND_QUALITY: ("high_standard_farmland", "farmland_reserve"),
    Theme.PRIOR_APPROVAL: ("approved_land", "supplied_land"),
    Theme.ENFORCEMENT: ("enforcement_patch",),
}
STATES = (State.NONCONFORMING, State.PROCEDURE, State.CONDITIONAL, State.UNDECIDED)


def rectangle(west, south, width, height):
    east, north = west + width, south + height
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def layer(role, *classes, site_m2, **changes):
    covered = sum(round(area * 100) for _, _, area in classes)
    lines = tuple(ClassLine(code, name, area, area, area / site_m2) for code, name, area in classes)
    line = LayerLine(
        role=role,
        version="2017",
        date="2017-12-31",
        required=True,
        state="checked",
        checked_share=1.0,
        classes=lines,
        remainder_m2=(round(site_m2 * 100) - covered) / 100,
    )
    return replace(line, **changes)


def survey_and_plan(times, site_m2):
    survey = layer(
        "land_survey",
        ("0103", "旱地", round(FARM_M2 * times, 2)),
        ("0702", "农村宅基地", round(BUILT_M2 * times, 2)),
        ("1106", "内陆滩涂", round(UNUSED_M2 * times, 2)),
        site_m2=site_m2,
    )
    zone = layer(
        "plan_control_zone",
        ("010", "允许建设区", round(FARM_M2 * times, 2)),
        ("030", "限制建设区", round((BUILT_M2 + UNUSED_M2) * times, 2)),
        site_m2=site_m2,
    )
    return (
        ThemeResult(Theme.LAND_STATUS, State.CONDITIONAL, True, (survey,)),
        ThemeResult(Theme.LAND_PLAN, State.PROCEDURE, True, (zone,)),
        ThemeResult(Theme.URBAN_PLAN, State.NOT_APPLICABLE, None, ()),
    )


def control_themes(times, site_m2):
    for order, (theme, roles) in enumerate(LINE_ROLES.items()):
        lines = tuple(
            layer(role, ("1", role, round((10.01 + order) * times, 2)), site_m2=site_m2)
            for role in roles
        )
        yield ThemeResult(theme, STATES[order % len(STATES)], True, lines)


def finding(theme, role, order, plots):
    return Finding(
        rule=f"touch.{role}",
        state=STATES[order % len(STATES)],
        theme=theme,
        role=role,
        code="1",
        area_m2=round((10.01 + order) * 40, 2),
        share=0.01,
        clause=Wording("第三十五条", "Article 35"),
        document=Wording("土地管理法（2019）", "Land Administration Law (2019)"),
        message=Wording(f"涉及{role}若干平方米。", f"Some square metres lie in {role}."),
        remedy=Wording("论证并报主管部门同意。", "Justify it and obtain consent."),
        plots=plots,
        unverified=order % 2 == 0,
        width_m=12.5,
        thresholds={"min_area_m2": 1.0, "min_width_m": 0.1},
        geometry=rectangle(WEST + STEP * (order % 8), SOUTH + STEP * (order // 8), 0.0002, 0.0002),
    )


def crowded_result(plots=40):
    """`plots` equal plots of 1 234.57 m²; every control line touched in every plot."""
    site_m2 = round(PLOT_M2 * plots, 2)
    name = "薛城经济开发区新能源汽车零部件产业园（一期）配套基础设施及标准厂房建设项目"
    parts = tuple(
        PlotResult(
            index=index,
            id=f"DK{index + 1:03d}",
            name=f"{name}第{index + 1}地块",
            area_m2=PLOT_M2,
            ellipsoid_area_m2=1234.56,
            stated_area_m2=None,
            verdict=State.NONCONFORMING,
            themes=(*survey_and_plan(1, PLOT_M2), *control_themes(1, PLOT_M2)),
        )
        for index in range(plots)
    )
    findings = [
        finding(theme, roles[0], order, tuple(range(plots)) if order % 2 else (0, 2))
        for order, (theme, roles) in enumerate(LINE_ROLES.items())
    ]
    base = example_result(name=name, number="2026-000040")
    return replace(
        base,
        site=replace(
            base.site,
            area_m2=site_m2,
            ellipsoid_area_m2=round(1234.56 * plots, 2),
            stated_area_m2=site_m2 + 100,
            parts=plots,
        ),
        plots=parts,
        themes=(*survey_and_plan(plots, site_m2), *control_themes(plots, site_m2)),
        findings=tuple(findings),
        facts={
            "main_class": {"0103": "农用地", "0702": "建设用地", "1106": "未利用地"},
            "cultivated_codes": ["0103"],
            "ownership": {"集体": round(FARM_M2 * plots, 2), "国有": 0.0, "未载明": 21374.8},
            "new_construction_m2": round((FARM_M2 + UNUSED_M2) * plots, 2),
            "conversion_m2": round(FARM_M2 * plots, 2),
            "cultivated_m2": round(FARM_M2 * plots, 2),
            "expropriation_m2": round(FARM_M2 * plots, 2),
        },
        geometry=tuple(
            rectangle(
                WEST + STEP * (index % COLUMNS),
                SOUTH + STEP * (index // COLUMNS),
                SIZE_LON,
                SIZE_LAT,
            )
            for index in range(plots)
        ),
        hits=(
            HitShape(
                "land_survey",
                "0103",
                "旱地",
                round(FARM_M2 * plots, 2),
                rectangle(WEST, SOUTH, SIZE_LON, SIZE_LAT),
            ),
        ),
    )


def gapped_result():
    """Nothing can be decided: farmland missing, red line covering half, survey stale."""
    site_m2 = 20_000.0
    survey = layer("land_survey", ("0102", "水浇地", site_m2), site_m2=site_m2)
    redline = layer("eco_redline", site_m2=site_m2, state=Reason.NOT_COVERED, checked_share=0.5)
    missing = LayerLine("permanent_farmland", None, None, True, Reason.MISSING, 0.0, (), site_m2)
    absent = LayerLine(
        "growth_boundary", None, None, False, Reason.OPTIONAL_ABSENT, 0.0, (), site_m2
    )
    gaps = (
        NotChecked(Theme.GROWTH_BOUNDARY, "growth_boundary", Reason.OPTIONAL_ABSENT, False),
        NotChecked(Theme.LAND_STATUS, "land_survey", Reason.STALE, True),
        NotChecked(Theme.PERMANENT_FARMLAND, "permanent_farmland", Reason.MISSING, True),
        NotChecked(Theme.ECO_REDLINE, "eco_redline", Reason.NOT_COVERED, True),
    )
    themes = (
        ThemeResult(
            Theme.LAND_STATUS, State.UNDECIDED, None, (replace(survey, state=Reason.STALE),)
        ),
        ThemeResult(Theme.PERMANENT_FARMLAND, State.UNDECIDED, None, (missing,)),
        ThemeResult(Theme.ECO_REDLINE, State.UNDECIDED, None, (redline,)),
        ThemeResult(Theme.GROWTH_BOUNDARY, State.NOT_APPLICABLE, None, (absent,)),
    )
    return replace(
        example_result(number="2026-000002"),
        verdict=State.UNDECIDED,
        outcome=Outcome.UNDECIDED,
        themes=themes,
        findings=(),
        not_checked=gaps,
    )


def clean_result():
    """Everything checked, nothing found."""
    base = example_result(number="2026-000003")
    site_m2 = base.site.area_m2
    survey = layer("land_survey", ("0601", "工业用地", site_m2), site_m2=site_m2)
    themes = (
        ThemeResult(Theme.LAND_STATUS, State.CONFORMS, True, (survey,)),
        *(
            ThemeResult(theme, State.CONFORMS, False, (layer(theme.value, site_m2=site_m2),))
            for theme in (Theme.PERMANENT_FARMLAND, Theme.ECO_REDLINE)
        ),
    )
    return replace(
        base,
        verdict=State.CONFORMS,
        outcome=Outcome.FITS_BOTH_PLANS,
        themes=themes,
        findings=(),
        not_checked=(),
        facts=dict.fromkeys(
            ("new_construction_m2", "conversion_m2", "cultivated_m2", "expropriation_m2"), 0.0
        ),
    )


def sliver_result():
    """Two tiny pieces of the red line and nothing else there."""
    base = clean_result()
    site_m2 = base.site.area_m2
    redline = layer(
        "eco_redline",
        ("1", "生态保护红线", 0.6),
        site_m2=site_m2,
        slivers=(SliverLine("1", 0.593217, 0.0198), SliverLine("1", 0.004321, 0.0001)),
    )
    touched = ThemeResult(Theme.ECO_REDLINE, State.CONDITIONAL, True, (redline,))
    return replace(
        base,
        number="2026-000004",
        verdict=State.CONDITIONAL,
        themes=(*base.themes[:2], touched),
        findings=(finding(Theme.ECO_REDLINE, "eco_redline", 2, (0,)),),
    )


RESULTS = {
    "example": example_result,
    "crowded": crowded_result,
    "gapped": gapped_result,
    "clean": clean_result,
    "sliver": sliver_result,
}


@pytest.fixture(params=RESULTS)
def result(request):
    return RESULTS[request.param]()


@pytest.fixture(params=Language)
def language(request):
    return request.param


@pytest.fixture
def results():
    return RESULTS


@pytest.fixture
def content_of():
    def build(name="example", language=Language.ZH):
        return build_report(RESULTS[name](), language)

    return build
