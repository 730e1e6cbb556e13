"""Cases 1 to 3, 15, 16, 24: plots that fit the land plan, towns, plots, approvals."""

from __future__ import annotations

from sample_data.cases.holdings import FIELD, approved, developed, park_stage, supplied
from sample_data.cases.scene import Scene, in_slot, site_box
from sample_data.expectation import Expectation, FileForm, PlantedSite
from sample_data.rectangles import box, rectangle_plot
from sample_data.stage import Survey, urban

__all__ = ["plan_scenes"]


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


def _park() -> tuple[Scene, Scene]:
    _, plots = site_box(320, 100)
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
    return (
        in_slot(1, 0, developed(park_stage("02")), inside),
        in_slot(2, 0, park_stage("02b"), outside),
    )


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
    """Scenes about plots that fit the land plan, and one that does not in a part."""
    return (
        _own_land(),
        *_park(),
        _urban_plan_differs(),
        _two_towns(),
        _four_plots(),
        _approved_before(),
    )
