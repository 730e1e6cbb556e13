"""Cases 4 to 8 and 11: contradictions of the two plans, scale and advance."""

from __future__ import annotations

from sample_data.cases.holdings import FIELD, developed
from sample_data.cases.scene import Scene, in_slot, site_box
from sample_data.expectation import Expectation, FileForm, PlantedSite, Variant
from sample_data.rectangles import box
from sample_data.stage import Stage, Survey, urban

__all__ = ["scale_scenes"]


def _conditional_zone() -> Scene:
    _, plots = site_box(400, 100)
    east = box(280, 0, 520, 200)
    stage = (
        developed(urban("04"))
        .paint("land_survey", FIELD)
        .paint("plan_control_zone", "020", east)
        .paint("plan_use_zone", "020", east)
        .paint("plan_land_class", "11", east)
    )
    expect = Expectation(
        "procedure",
        "consistency_scheme",
        "有条件建设区1.8公顷，等面积调入调出。",
        "1.8 ha of the conditional zone taken in against an equal area taken out.",
        themes={"urban_plan": "conforms"},
        need_m2=0,
    )
    site = PlantedSite(
        "04",
        "04",
        "部分位于有条件建设区的产业园",
        "Park partly in the conditional zone",
        plots,
        "case_04_conditional_zone",
        FileForm.TXT_SQUARE_METRES_UTF8,
        expect,
    )
    return in_slot(4, 0, stage, site)


def _restricted_stage(code: str) -> Stage:
    """Restricted zone, the first 60 m of the site already a farmstead."""
    return (
        urban(code)
        .paint("land_survey", FIELD)
        .paint("land_survey", Survey("0702", "30"), box(20, 20, 120, 170))
        .paint("plan_control_zone", "030")
        .paint("plan_use_zone", "020")
        .paint("plan_land_class", "11")
    )


def _restricted(
    case: str, slot: tuple[int, int], width_m: float, form: FileForm, expect: Expectation
) -> Scene:
    _, plots = site_box(width_m, 100)
    titles = {
        "05": ("限制建设区厂房，镇有剩余规模", "Restricted zone, scale left in the town"),
        "06": ("限制建设区厂房，镇无规模可预支", "Restricted zone, no scale but an advance"),
        "07": ("限制建设区厂房，预支额度不足", "Restricted zone, advance too small"),
    }
    zh, en = titles[case]
    file = f"case_{case}_restricted_zone"
    site = PlantedSite(case, case, zh, en, plots, file, form, expect)
    return in_slot(*slot, _restricted_stage(case), site)


def _scale_cases() -> tuple[Scene, ...]:
    enough = Expectation(
        "procedure",
        "consistency_scheme",
        "需规模1.8公顷（扣除现状0702共0.6公顷），镇有剩余。",
        "Need 1.8 ha net of 0.6 ha existing construction land; the town has scale left.",
        themes={"urban_plan": "conforms"},
        need_m2=18000,
    )
    advance = Expectation(
        "procedure",
        "scale_advance",
        "镇无剩余规模，需1.8公顷不超过可预支3.0公顷。",
        "No scale left in the town; 1.8 ha within the 3.0 ha that may be drawn in advance.",
        themes={"urban_plan": "conforms"},
        need_m2=18000,
    )
    short = Expectation(
        "nonconforming",
        "resite",
        "需3.5公顷，超过可预支3.0公顷。",
        "3.5 ha needed, 3.0 ha may be drawn in advance.",
        themes={"urban_plan": "conforms"},
        need_m2=35000,
    )
    return (
        _restricted("05", (0, 1), 240, FileForm.GEOJSON_DEGREES, enough),
        _restricted("06", (5, 0), 240, FileForm.GEOJSON_PLANE, advance),
        _restricted("07", (6, 0), 410, FileForm.TXT_ZENGJIAN_GBK, short),
    )


def _neither_stage(code: str) -> Stage:
    return (
        urban(code)
        .paint("land_survey", FIELD)
        .paint("plan_control_zone", "030")
        .paint("plan_use_zone", "020")
        .paint("plan_land_class", "11")
        .paint("urban_plan", "E2")
    )


def _neither_plan() -> tuple[Scene, Scene]:
    outline, plots = site_box(200, 100)
    listed = _neither_stage("08b").lay(
        "key_project", outline.grown(10), XMMC="示例重点工业项目", XMLXDM="99"
    )
    plain = PlantedSite(
        "08",
        "08",
        "两规均不符合的厂房",
        "Factory that fits neither plan",
        plots,
        "case_08_neither",
        FileForm.SHAPEFILE_ZIP_GBK,
        Expectation("nonconforming", "resite", "两规均不符合。", "Neither plan fits."),
    )
    adjusted = PlantedSite(
        "08b",
        "08b",
        "列入重点项目清单、可调整规划的厂房",
        "Listed factory where plans may be adjusted",
        plots,
        "case_08b_listed",
        FileForm.GEOJSON_PLANE,
        Expectation(
            "procedure",
            "plan_adjustment",
            "列入重点项目，规则允许调整规划。",
            "Listed as key project, and the rule set allows the adjustment of plans.",
        ),
        variant=Variant(rules={"neither_fits": "plan_adjustment"}),
    )
    return in_slot(1, 1, _neither_stage("08"), plain), in_slot(2, 1, listed, adjusted)


def _farmland_zone_road() -> Scene:
    _, plots = site_box(150, 20)
    stage = (
        urban("11")
        .paint("land_survey", FIELD)
        .paint("land_survey", Survey("1006", "30"), box(40, 45, 240, 80))
        .paint("plan_control_zone", "030")
        .paint("plan_use_zone", "010")
        .paint("plan_land_class", "15")
    )
    expect = Expectation(
        "procedure",
        "consistency_scheme",
        "基本农田保护区不等于永久基本农田图斑。",
        "The farmland protection zone is not the basic-farmland patch.",
        themes={"urban_plan": "conforms", "permanent_farmland": "conforms"},
        touched={"permanent_farmland": False},
        need_m2=3000,
    )
    site = PlantedSite(
        "11",
        "11",
        "基本农田保护区内的农村道路",
        "Farm road inside the farmland protection zone",
        plots,
        "case_11_zone_not_patch",
        FileForm.GEOPACKAGE,
        expect,
    )
    return in_slot(3, 1, stage, site)


def scale_scenes() -> tuple[Scene, ...]:
    """Scenes where one plan fits and the other does not, or neither."""
    return (
        _conditional_zone(),
        *_scale_cases(),
        *_neither_plan(),
        _farmland_zone_road(),
    )
