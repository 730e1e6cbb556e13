"""Cases 21 to 23 and one site for every reason why a layer gives no answer."""

from __future__ import annotations

from sample_data.cases.holdings import farmland, supplied
from sample_data.cases.scene import Scene, in_slot, site_box
from sample_data.expectation import Expectation, FileForm, Gap, PlantedSite, Variant
from sample_data.rectangles import Part, Plot, box, rectangle_plot
from sample_data.stage import NOTHING, urban

__all__ = ["gap_scenes"]

AFTER_THREE_LINES = "2024-03-01"
THREE_LINES = {"sanqu_sanxian_from": "2022-11-01"}


def _undecided(why_zh: str, why_en: str, role: str, reason: str, theme: str) -> Expectation:
    return Expectation(
        "undecided",
        "undecided",
        why_zh,
        why_en,
        themes={theme: "undecided"},
        not_checked=(Gap(role, reason),),
    )


def _half_planned() -> Scene:
    outline, plots = site_box(200, 100)
    stage = supplied(urban("21"), outline, 21).paint("urban_plan", NOTHING, box(160, 0, 520, 200))
    site = PlantedSite(
        "21",
        "21",
        "一半无控规的厂房",
        "Factory half outside the detailed plan",
        plots,
        "case_21_half_planned",
        FileForm.GEOJSON_PLANE,
        _undecided(
            "规划区内一半无详细规划地块。",
            "Half of the site has no parcel of the detailed plan.",
            "urban_plan",
            "not_covered",
            "urban_plan",
        ),
    )
    return in_slot(1, 3, stage, site)


def _outdated() -> Scene:
    outline, plots = site_box(200, 100)
    stage = supplied(urban("22"), outline, 22)
    old = PlantedSite(
        "22",
        "22",
        "三区三线启用后仍用2017年永久基本农田",
        "Basic farmland of 2017 after the three lines came into use",
        plots,
        "case_22_stale",
        FileForm.TXT_SQUARE_METRES_UTF8,
        _undecided(
            "永久基本农田图层早于三区三线启用日期。",
            "The farmland layer is older than the three lines.",
            "permanent_farmland",
            "stale",
            "permanent_farmland",
        ),
        as_of=AFTER_THREE_LINES,
        variant=Variant(settings=THREE_LINES),
    )
    new = PlantedSite(
        "22b",
        "22",
        "更新永久基本农田后的同一厂房",
        "The same factory with the new farmland layer",
        plots,
        "case_22_stale",
        FileForm.TXT_SQUARE_METRES_UTF8,
        Expectation(
            "conforms",
            "fits_both_plans",
            "图层更新后可判定。",
            "With the new layer the answer is known.",
            themes={"permanent_farmland": "conforms"},
            touched={"permanent_farmland": False},
        ),
        as_of=AFTER_THREE_LINES,
        variant=Variant(settings=THREE_LINES, replace=("farmland_three_lines",)),
    )
    return in_slot(2, 3, stage, old, new)


def _over_the_edge() -> Scene:
    outline = box(328, 50, 528, 150)
    stage = supplied(urban("23"), box(338, 60, 510, 140), 23)
    site = PlantedSite(
        "23",
        "23",
        "超出县界8米的厂房",
        "Factory 8 m beyond the county's edge",
        (rectangle_plot("地块1", outline),),
        "case_23_beyond_county",
        FileForm.GEOJSON_PLANE,
        Expectation(
            "undecided",
            "undecided",
            "800平方米在县界之外，图层未覆盖。",
            "800 m² lie outside the county, where no layer covers the site.",
            themes={"permanent_farmland": "undecided", "land_plan": "undecided"},
            not_checked=(
                Gap("land_survey", "not_covered"),
                Gap("plan_control_zone", "not_covered"),
                Gap("permanent_farmland", "not_covered"),
                Gap("eco_redline", "not_covered"),
            ),
        ),
    )
    return Scene(stage, (site,)).at(5480, 460)


def _within_accuracy() -> Scene:
    outline, plots = site_box(200, 100)
    # 100 m long, 0.3 m wide: no sliver (30 m²), yet narrower than the 0.5 m of the layer
    stage = farmland(supplied(urban("31"), outline, 31), box(100, 20, 200, 50.3), 31)
    site = PlantedSite(
        "31",
        "31",
        "压占宽度小于图层精度的厂房",
        "Overlap narrower than the layer's accuracy",
        plots,
        "case_31_within_accuracy",
        FileForm.GEOJSON_PLANE,
        _undecided(
            "压占30平方米、宽0.3米，小于图层精度0.5米，需实测。",
            "30 m², 0.3 m wide, within the layer's 0.5 m: measure on site.",
            "permanent_farmland",
            "within_accuracy",
            "permanent_farmland",
        ),
    )
    return in_slot(3, 3, stage, site)


def _unknown_code() -> Scene:
    outline, plots = site_box(200, 100)
    stage = supplied(urban("32"), outline, 32).paint("urban_plan", "K9")
    site = PlantedSite(
        "32",
        "32",
        "控规代码未知的厂房",
        "Factory on a parcel with an unknown plan code",
        plots,
        "case_32_unknown_code",
        FileForm.GEOJSON_PLANE,
        _undecided(
            "控规代码K9不在分类标准内。",
            "Code K9 stands in no table of the standard.",
            "urban_plan",
            "unknown_codes",
            "urban_plan",
        ),
    )
    return in_slot(4, 3, stage, site)


def _enforcement() -> Scene:
    outline, plots = site_box(200, 100)
    stage = supplied(urban("33"), outline, 33).lay(
        "enforcement_patch", box(100, 70, 160, 130), WFDKXH="SL-0001", QSSJ="2021-09-01"
    )
    site = PlantedSite(
        "33",
        "33",
        "压占执法图斑的厂房",
        "Factory over an enforcement patch",
        plots,
        "case_33_enforcement",
        FileForm.SHAPEFILE_ZIP_GBK,
        Expectation(
            "procedure",
            "fits_both_plans",
            "疑似未批先建，先查处到位。",
            "Suspected building without approval: the case must be closed first.",
            themes={"enforcement": "procedure"},
            touched={"enforcement": True},
        ),
    )
    return in_slot(5, 3, stage, site)


def _no_answer(case: str, titles: tuple[str, str], gap: Gap, variant: Variant) -> PlantedSite:
    _, plots = site_box(200, 100)
    return PlantedSite(
        case,
        "34",
        *titles,
        plots,
        "case_34_no_answer",
        FileForm.TXT_HECTARES_GBK,
        _undecided(titles[0] + "。", titles[1] + ".", gap.role, gap.reason, gap.role),
        variant=variant,
    )


RED_LINE_HOLE = box(100, 80, 120, 100)
RED_LINE_PLOT = Plot("示例地块", (Part(box(60, 50, 260, 150).ring, (RED_LINE_HOLE.ring,)),))
"""The red line of the input files: 200 m × 100 m less a hole of 20 m × 20 m, 19 600 m²."""


def _without_answer() -> Scene:
    """A clean factory for which one layer is missing, empty or out of force."""
    outline, plots = site_box(200, 100)
    stage = supplied(urban("34"), outline, 34)
    sites = (
        _no_answer(
            "34",
            ("未载入生态保护红线", "The ecological red line is not loaded"),
            Gap("eco_redline", "missing"),
            Variant(omit=("eco_redline",)),
        ),
        _no_answer(
            "34b",
            ("永久基本农田图层为空", "The farmland layer is empty"),
            Gap("permanent_farmland", "empty"),
            Variant(replace=("farmland_empty",)),
        ),
        _no_answer(
            "34c",
            ("永久基本农田图层已失效", "The farmland layer is no longer in force"),
            Gap("permanent_farmland", "not_in_force"),
            Variant(replace=("farmland_expired",)),
        ),
        PlantedSite(
            "34d",
            "34",
            "用途无对照标准",
            "A use that the standard has no row for",
            plots,
            "case_34_no_answer",
            FileForm.TXT_HECTARES_GBK,
            _undecided(
                "用途H41在用途对照表中无行。",
                "The use H41 has no row in the table of uses.",
                "urban_plan",
                "no_standard_loaded",
                "urban_plan",
            ),
            use="H41",
        ),
        PlantedSite(
            "34e",
            "34",
            "未载入自然保护地（非必需图层）",
            "Nature reserves, an optional layer, are not loaded",
            plots,
            "case_34_no_answer",
            FileForm.TXT_HECTARES_GBK,
            Expectation(
                "conforms",
                "fits_both_plans",
                "非必需图层缺失列为未核查，不影响结论。",
                "An absent optional layer is listed and leaves the verdict alone.",
                not_checked=(Gap("nature_reserve", "optional_absent"),),
            ),
        ),
    )
    return in_slot(6, 3, stage, *sites)


def _red_line() -> Scene:
    """The stage of the nine input files."""
    stage = supplied(urban("40"), box(60, 50, 260, 150), 40)
    site = PlantedSite(
        "40",
        "40",
        "同一红线的多种文件",
        "One red line as several files",
        (RED_LINE_PLOT,),
        "case_40_red_line",
        FileForm.TXT_HECTARES_GBK,
        Expectation(
            "conforms",
            "fits_both_plans",
            "与inputs目录各文件为同一红线。",
            "The red line of the files in inputs/.",
        ),
    )
    return in_slot(3, -1, stage, site)


def gap_scenes() -> tuple[Scene, ...]:
    """Scenes about missing answers, and the stage of the input files."""
    return (
        _half_planned(),
        _outdated(),
        _over_the_edge(),
        _within_accuracy(),
        _unknown_code(),
        _enforcement(),
        _without_answer(),
        _red_line(),
    )
