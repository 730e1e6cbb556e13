"""Cases 1 to 8, 11, 15, 16, 24: what the two plans say."""

from __future__ import annotations

from sample_data.cases.holdings import approved, developed, supplied
from sample_data.cases.scene import Scene, in_slot, site_box
from sample_data.expectation import Expectation, FileForm, PlantedSite, Variant
from sample_data.rectangles import Box, box, rectangle_plot
from sample_data.stage import Stage, Survey, urban

__all__ = ["plan_scenes"]

FIELD = Survey("0102", "30")


def _own_land() -> Scene:
    outline, plots = site_box(200, 100)
    stage = supplied(urban("01"), outline, 1)
    expect = Expectation(
        "conforms",
        "fits_both_plans",
        "整宗在一宗供地内，无需转用征收。",
        "One supply holds the whole plot; nothing is due.",
        themes={"land_plan": "conforms", "urban_plan": "conforms", "prior_approval": "conforms"},
        touched={"permanent_farmland": False, "eco_redline": False},
    )
    site = PlantedSite(
        "01",
        "01",
        "自有工业用地上的厂房",
        "Factory on its own supplied land",
        plots,
        "case_01_factory",
        FileForm.TXT_HECTARES_GBK,
        expect,
    )
    return in_slot(0, 0, stage, site)


def _park_stage(code: str) -> tuple[Stage, Box]:
    """3.2 ha of which 2.9 ha irrigated land, the rest farm road and ditch."""
    outline, _ = site_box(320, 100)
    stage = (
        urban(code)
        .paint("land_survey", FIELD)
        .paint("land_survey", Survey("1006", "30"), box(350, 20, 360, 170))
        .paint("land_survey", Survey("1107", "30"), box(360, 20, 380, 170))
    )
    return stage, outline


def _park() -> tuple[Scene, Scene]:
    stage, outline = _park_stage("02")
    twin, _ = _park_stage("02b")
    plots = (rectangle_plot("地块1", outline),)
    both = {"land_plan": "conforms", "urban_plan": "conforms"}
    inside = PlantedSite(
        "02",
        "02",
        "成片开发方案内的产业园地块",
        "Industrial-park plot inside an area development scheme",
        plots,
        "case_02_park",
        FileForm.GEOJSON_PLANE,
        Expectation(
            "conditional",
            "fits_both_plans",
            "转用、征收、占补是常规程序。",
            "Conversion, expropriation and replenishment are routine duties.",
            themes={**both, "land_status": "conditional"},
            touched={"permanent_farmland": False},
            new_land_m2=32000,
        ),
    )
    outside = PlantedSite(
        "02b",
        "02b",
        "成片开发方案外的产业园地块",
        "Industrial-park plot outside any area development scheme",
        plots,
        "case_02b_park_outside_scheme",
        FileForm.GEOPACKAGE,
        Expectation(
            "procedure",
            "fits_both_plans",
            "未纳入成片开发方案，属规划之外的程序。",
            "The area development scheme is a step outside the plans.",
            themes=both,
            new_land_m2=32000,
        ),
    )
    return in_slot(1, 0, developed(stage), inside), in_slot(2, 0, twin, outside)


def _urban_plan_differs() -> Scene:
    outline, plots = site_box(200, 100)
    stage = supplied(urban("03").paint("urban_plan", "R2"), outline, 3)
    expect = Expectation(
        "procedure",
        "consistency_scheme",
        "土规符合，控规为二类居住，需做一致性处理；不占规模。",
        "The land plan fits, the detailed plan says R2; no scale is needed.",
        themes={"land_plan": "conforms"},
        need_m2=0,
    )
    site = PlantedSite(
        "03",
        "03",
        "控规为居住用地的厂房",
        "Factory where the detailed plan says housing",
        plots,
        "case_03_detailed_plan",
        FileForm.SHAPEFILE_GBK,
        expect,
    )
    return in_slot(3, 0, stage, site)


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


def _two_towns() -> Scene:
    _, plots = site_box(160, 50)
    west, east = box(0, 0, 140, 200), box(140, 0, 520, 200)
    stage = (
        developed(urban("15"))
        .paint("land_survey", FIELD)
        .paint("plan_control_zone", "01", west)
        .paint("plan_control_zone", "010", east)
        .paint("village", "nearest:1800,1000", west)
        .paint("village", "nearest:2200,1000", east)
    )
    expect = Expectation(
        "conditional",
        "fits_both_plans",
        "管制区代码“01”与“010”同义；分镇各0.4公顷。",
        "Codes 01 and 010 mean the same; 0.4 ha in each town.",
        themes={"land_plan": "conforms", "urban_plan": "conforms"},
        new_land_m2=8000,
    )
    site = PlantedSite(
        "15",
        "15",
        "跨镇界的厂房扩建",
        "Factory extension across a town boundary",
        plots,
        "case_15_two_towns",
        FileForm.TXT_WITHOUT_ZONE_BOM,
        expect,
    )
    return in_slot(2, 2, stage, site)


def _four_plots() -> Scene:
    outlines = [box(40 + 110 * number, 60, 140 + 110 * number, 110) for number in range(4)]
    forbidden = box(360, 20, 500, 170)
    stage = (
        urban("16")
        .paint("land_survey", Survey("1206", "20"), forbidden)
        .paint("plan_control_zone", "040", forbidden)
        .paint("plan_use_zone", "070", forbidden)
        .paint("plan_land_class", "32", forbidden)
    )
    for number, outline in enumerate(outlines[:3]):
        stage = supplied(stage, outline, 160 + number, margin_m=4)
    plots = tuple(rectangle_plot(f"地块{i + 1}", one) for i, one in enumerate(outlines))
    expect = Expectation(
        "nonconforming",
        "resite",
        "四宗中一宗位于禁止建设区，以最差地块为准。",
        "One of four plots lies in the forbidden zone; the worst plot decides.",
        plots=("conforms", "conforms", "conforms", "nonconforming"),
    )
    site = PlantedSite(
        "16",
        "16",
        "四宗地项目，一宗在禁止建设区",
        "Project of four plots, one in the forbidden zone",
        plots,
        "case_16_four_plots",
        FileForm.SHAPEFILE_GBK,
        expect,
    )
    return in_slot(4, 1, stage, site)


def _approved_before() -> Scene:
    _, plots = site_box(300, 100)
    stage = approved(developed(urban("24")).paint("land_survey", FIELD), box(40, 30, 180, 170))
    expect = Expectation(
        "conditional",
        "fits_both_plans",
        "1.2公顷已于2018年批准，避免重复报批；新增1.8公顷。",
        "1.2 ha were approved in 2018 and must not be applied for twice; 1.8 ha are new.",
        themes={"land_plan": "conforms", "urban_plan": "conforms"},
        new_land_m2=18000,
    )
    site = PlantedSite(
        "24",
        "24",
        "部分已批准的产业园地块",
        "Park plot partly approved before",
        plots,
        "case_24_approved_before",
        FileForm.TXT_HECTARES_GBK,
        expect,
    )
    return in_slot(5, 1, stage, site)


def plan_scenes() -> tuple[Scene, ...]:
    """Scenes about the land plan, the urban plan and earlier approvals."""
    return (
        _own_land(),
        *_park(),
        _urban_plan_differs(),
        _conditional_zone(),
        *_scale_cases(),
        *_neither_plan(),
        _farmland_zone_road(),
        _two_towns(),
        _four_plots(),
        _approved_before(),
    )
