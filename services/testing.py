"""A hand-made result for tests of pages, maps and sheets.

A factory of 20 000 m² (200 m × 100 m) whose red line takes 30 m² of permanent basic farmland
(a strip of 15 m × 2 m at its south-west corner), with one layer unchecked.
"""

from __future__ import annotations

from typing import Any

from services.domain.verdict import (
    CheckResult,
    ClassLine,
    Finding,
    HitShape,
    LayerLine,
    NotChecked,
    Outcome,
    PlotResult,
    Provenance,
    Reason,
    Regime,
    SiteLine,
    SliverLine,
    State,
    Theme,
    ThemeResult,
)
from services.domain.wording import Wording

__all__ = ["example_result"]

# longitude and latitude of a rectangle near EPSG:4527 39 524 000, 3 850 000; exact enough to draw
WEST, SOUTH, EAST, NORTH = 117.262280, 34.778020, 117.264465, 34.778922


def _rectangle(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def _land_status() -> ThemeResult:
    classes = (
        ClassLine("0102", "水浇地", 12000.0, 11999.84, 0.6),
        ClassLine("0601", "工业用地", 8000.0, 7999.89, 0.4),
    )
    line = LayerLine("land_survey", "2020", "2021-09-01", True, "checked", 1.0, classes)
    return ThemeResult(Theme.LAND_STATUS, State.CONDITIONAL, True, (line,))


def _farmland() -> ThemeResult:
    line = LayerLine(
        role="permanent_farmland",
        version="2017",
        date="2017-12-31",
        required=True,
        state="checked",
        checked_share=1.0,
        classes=(ClassLine("1", "永久基本农田", 30.0, 30.0, 0.0015),),
        remainder_m2=19970.0,
        slivers=(SliverLine("1", 0.42, 0.014),),
    )
    return ThemeResult(Theme.PERMANENT_FARMLAND, State.NONCONFORMING, True, (line,))


def _themes() -> tuple[ThemeResult, ...]:
    plan = LayerLine(
        role="plan_control_zone",
        version="2017",
        date="2017-12-31",
        required=True,
        state="checked",
        checked_share=1.0,
        classes=(ClassLine("010", "允许建设区", 20000.0, 19999.73, 1.0),),
    )
    absent = LayerLine("forest", None, None, False, Reason.OPTIONAL_ABSENT, 0.0)
    return (
        _land_status(),
        ThemeResult(Theme.LAND_PLAN, State.CONFORMS, True, (plan,)),
        _farmland(),
        ThemeResult(Theme.ECO_REDLINE, State.CONFORMS, False, ()),
        ThemeResult(Theme.FOREST, State.NOT_APPLICABLE, None, (absent,)),
    )


def _findings() -> tuple[Finding, ...]:
    veto = Finding(
        rule="farmland.patch",
        state=State.NONCONFORMING,
        theme=Theme.PERMANENT_FARMLAND,
        role="permanent_farmland",
        code="1",
        area_m2=30.0,
        share=0.0015,
        clause=Wording(zh="第三十五条", en="Article 35"),
        document=Wording(zh="土地管理法（2019）", en="Land Administration Law (2019)"),
        message=Wording(
            zh="压占永久基本农田 30.00 平方米，占拟用地的 0.15%。",
            en="30.00 m² (0.15 %) of the site lie in permanent basic farmland.",
        ),
        remedy=Wording(
            zh="调整红线避让该图斑；或另行选址。",
            en="Move the red line off the patch, or choose another site.",
        ),
        plots=(0,),
        width_m=2.0,
        thresholds={"min_area_m2": 1.0, "min_width_m": 0.1},
        geometry=_rectangle(WEST, SOUTH, WEST + 0.000164, SOUTH + 0.000018),
    )
    duty = Finding(
        rule="conversion.due",
        state=State.CONDITIONAL,
        theme=Theme.LAND_STATUS,
        role="land_survey",
        code="0102",
        area_m2=12000.0,
        share=0.6,
        clause=Wording(zh="第四十四条", en="Article 44"),
        document=Wording(zh="土地管理法（2019）", en="Land Administration Law (2019)"),
        message=Wording(
            zh="需办理农用地转用 1.2000 公顷。", en="1.2000 ha of farmland need conversion."
        ),
        remedy=Wording(
            zh="列入农用地转用报批计划并落实占补平衡。",
            en="Apply for conversion and secure replenishment of cultivated land.",
        ),
        unverified=True,
        plots=(0,),
        geometry=_rectangle(WEST, SOUTH, WEST + (EAST - WEST) * 0.6, NORTH),
    )
    return (veto, duty)


def example_result(*, name: str = "示例机械厂扩建", number: str = "2026-000001") -> CheckResult:
    """A complete result with a veto, a duty, a sliver and an unchecked layer.

    `name` is the project's name; tests put hostile text there.
    """
    themes = _themes()
    split = WEST + (EAST - WEST) * 0.6
    return CheckResult(
        number=number,
        verdict=State.NONCONFORMING,
        outcome=Outcome.RESITE,
        computed_at="2026-11-24T09:30:00+08:00",
        rule_set="transition_2019@2022-06-16",
        regime=Regime.TRANSITION_2019,
        as_of="2022-06-16",
        site=SiteLine("S1", name, 20000.0, 19999.73, 20000.0, "EPSG:4527", 1, 0.0),
        plots=(
            PlotResult(
                0, "1", f"{name}地块1", 20000.0, 19999.73, 20000.0, State.NONCONFORMING, themes
            ),
        ),
        themes=themes,
        findings=_findings(),
        not_checked=(
            NotChecked(
                Theme.FOREST,
                "forest",
                Reason.OPTIONAL_ABSENT,
                required=False,
                remedy=Wording(zh="载入林地图层后复核。", en="Load the forest layer and recheck."),
            ),
        ),
        provenance=Provenance(
            site_sha256="0" * 64,
            layers={
                "land_survey": {"version": "2020", "sha256": "1" * 64, "date": "2021-09-01"},
                "permanent_farmland": {
                    "version": "2017",
                    "sha256": "2" * 64,
                    "date": "2017-12-31",
                },
            },
            rule_set_sha256="3" * 64,
            libraries={"shapely": "2.2.0", "GEOS": "3.14.1"},
        ),
        project={
            "use": "M2",
            "use_scheme": "gb50137",
            "project_type": "industry",
            "type_assumed": True,
            "source": "示例.txt",
        },
        facts={
            "main_class": {"0102": "农用地", "0601": "建设用地"},
            "cultivated_codes": ["0102"],
            "ownership": {"集体": 12000.0, "国有": 8000.0, "未载明": 0.0},
            "new_construction_m2": 12000.0,
            "conversion_m2": 12000.0,
            "cultivated_m2": 12000.0,
            "expropriation_m2": 12000.0,
        },
        geometry=(_rectangle(WEST, SOUTH, EAST, NORTH),),
        hits=(
            HitShape(
                "land_survey", "0102", "水浇地", 12000.0, _rectangle(WEST, SOUTH, split, NORTH)
            ),
            HitShape(
                "land_survey", "0601", "工业用地", 8000.0, _rectangle(split, SOUTH, EAST, NORTH)
            ),
        ),
    )
