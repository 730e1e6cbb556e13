"""Cases 9, 10, 12, 17, 18 (housing), 20: control lines, slivers, hazards, rings."""

from __future__ import annotations

from sample_data.cases.holdings import developed, farmland, park_stage, supplied
from sample_data.cases.scene import Scene, in_slot, site_box
from sample_data.expectation import Expectation, FileForm, PlantedSite
from sample_data.rectangles import Part, Plot, box
from sample_data.stage import Survey, urban

__all__ = ["control_line_scenes"]


def _strip() -> tuple[Scene, Scene]:
    _, plots = site_box(320, 100)
    both = {"land_plan": "conforms", "urban_plan": "conforms"}
    hit = PlantedSite(
        "09",
        "09",
        "压占一角永久基本农田的产业园",
        "Park over a corner strip of basic farmland",
        plots,
        "case_09_farmland_strip",
        FileForm.TXT_HECTARES_GBK,
        Expectation(
            "nonconforming",
            "resite",
            "压占30平方米永久基本农田，无小面积豁免；可调整红线避让。",
            "30 m² of basic farmland; there is no exemption for small areas. A cut would help.",
            themes={**both, "permanent_farmland": "nonconforming"},
            touched={"permanent_farmland": True},
        ),
    )
    free = PlantedSite(
        "09b",
        "09b",
        "避让后的同一产业园",
        "The same park clear of the strip",
        plots,
        "case_09b_without_strip",
        FileForm.GEOJSON_PLANE,
        Expectation(
            "conditional",
            "fits_both_plans",
            "不涉及永久基本农田，转用征收为常规程序。",
            "No basic farmland; conversion and expropriation are routine.",
            themes={**both, "permanent_farmland": "conforms"},
            touched={"permanent_farmland": False},
        ),
    )
    # the patch reaches 15 m into the site from the west and 2 m from the south
    stage = farmland(developed(park_stage("09")), box(20, 10, 75, 52), 9)
    return in_slot(0, 2, stage, hit), in_slot(1, 2, developed(park_stage("09b")), free)


def _sliver() -> tuple[Scene, Scene]:
    outline, plots = site_box(200, 100)
    plans = {"land_plan": "conforms", "urban_plan": "conforms"}
    sliver = PlantedSite(
        "10",
        "10",
        "与永久基本农田边界重叠2厘米的厂房",
        "Factory that overlaps basic farmland by 2 cm",
        plots,
        "case_10_sliver",
        FileForm.GEOPACKAGE,
        Expectation(
            "conditional",
            "fits_both_plans",
            "0.60平方米、宽2厘米的细碎图斑，需核实。",
            "A sliver of 0.60 m², 2 cm wide, to be verified.",
            themes={**plans, "permanent_farmland": "conditional"},
        ),
    )
    touching = PlantedSite(
        "10b",
        "10b",
        "与永久基本农田仅共边的厂房",
        "Factory that only shares an edge with basic farmland",
        plots,
        "case_10b_shared_edge",
        FileForm.GEOJSON_PLANE,
        Expectation(
            "conforms",
            "fits_both_plans",
            "共边不是压占。",
            "A shared edge is no overlap.",
            themes={**plans, "permanent_farmland": "conforms"},
            touched={"permanent_farmland": False},
        ),
    )
    overlapping = farmland(supplied(urban("10"), outline, 10), box(100, 20, 130, 50.02), 10)
    sharing = farmland(supplied(urban("10b"), outline, 11), box(100, 20, 130, 50), 11)
    return in_slot(3, 2, overlapping, sliver), in_slot(4, 2, sharing, touching)


def _redline() -> Scene:
    _, plots = site_box(150, 80)
    stage = (
        urban("12")
        .paint("land_survey", Survey("05H1", "20"))
        .paint("urban_plan", "B1")
        .lay("eco_redline", box(20, 10, 100, 80), LXDM="1", MC="示例生态保护红线")
    )
    touched = {"eco_redline": True, "permanent_farmland": False}
    hotel = PlantedSite(
        "12",
        "12",
        "涉及生态保护红线的酒店",
        "Hotel over the ecological red line",
        plots,
        "case_12_redline",
        FileForm.GEOJSON_PLANE,
        Expectation(
            "nonconforming",
            "resite",
            "涉及生态保护红线1200平方米。",
            "1 200 m² of the ecological red line.",
            themes={"eco_redline": "nonconforming"},
            touched=touched,
        ),
        use="B14",
        project_type="tourism",
    )
    permitted = PlantedSite(
        "12b",
        "12",
        "红线内允许的有限人为活动",
        "Limited activity permitted inside the red line",
        plots,
        "case_12_redline",
        FileForm.GEOJSON_PLANE,
        Expectation(
            "procedure",
            "special_approval",
            "属允许的有限人为活动，需报批论证。",
            "A permitted limited activity, to be approved at a higher level.",
            themes={"eco_redline": "procedure"},
            touched=touched,
        ),
        use="B14",
        project_type="limited_activity",
    )
    return in_slot(5, 2, stage, hotel, permitted)


def _school() -> Scene:
    substation = box(120, 80, 140, 95)
    outline, yard = box(60, 50, 180, 150), box(220, 60, 260, 90)
    stage = (
        supplied(
            urban("17").paint("land_survey", Survey("08H2", "20")).paint("urban_plan", "A33"),
            box(60, 50, 260, 150),
            17,
        )
        .paint("land_survey", Survey("0809", "20"), substation)
        .paint("urban_plan", "U12", substation)
        .lay("urban_control_line", substation, type="yellow", KZXMC="示例变电站黄线")
    )
    plots = (Plot("学校", (Part(outline.ring, (substation.ring,)), Part(yard.ring))),)
    site = PlantedSite(
        "17",
        "17",
        "扣除变电站的学校，两个部分",
        "School of two parts around an excluded substation",
        plots,
        "case_17_school_rings",
        FileForm.TXT_HECTARES_GBK,
        Expectation(
            "conforms",
            "fits_both_plans",
            "圈2为扣除的变电站，不计入面积；圈3为第二部分。",
            "Ring 2 is the excluded substation and not counted; ring 3 is a second part.",
            themes={"land_plan": "conforms", "urban_plan": "conforms"},
        ),
        use="A33",
        project_type="public",
    )
    return in_slot(6, 1, stage, site)


def _goaf() -> Scene:
    _, plots = site_box(200, 100)
    stage = (
        urban("18b")
        .paint("land_survey", Survey("0701", "20"))
        .paint("urban_plan", "R2")
        .lay("goaf", box(160, 20, 300, 120), type="采空区", MC="示例煤矿采空区")
    )
    site = PlantedSite(
        "18b",
        "18b",
        "采空区上的住宅",
        "Housing over a goaf",
        plots,
        "case_18b_goaf",
        FileForm.TXT_SQUARE_METRES_UTF8,
        Expectation(
            "conditional",
            "fits_both_plans",
            "压占采空区，需做地质灾害危险性评估。",
            "Over a goaf: a hazard assessment is due.",
            themes={"land_plan": "conforms", "urban_plan": "conforms", "hazard": "conditional"},
            touched={"hazard": True},
        ),
        use="R2",
        project_type="housing",
    )
    return in_slot(6, 2, stage, site)


def _green_line() -> Scene:
    outline, plots = site_box(120, 80)
    stage = (
        urban("20")
        .paint("land_survey", Survey("0810", "20"))
        .paint("urban_plan", "G1")
        .lay("urban_control_line", outline.grown(20), type="green", KZXMC="示例公园绿线")
    )
    park = PlantedSite(
        "20",
        "20",
        "绿线内的公园",
        "Park inside the green line",
        plots,
        "case_20_green_line",
        FileForm.GEOJSON_PLANE,
        Expectation(
            "conforms",
            "fits_both_plans",
            "公园与绿线、G1地块相符。",
            "A park agrees with the green line and the G1 parcel.",
            themes={"land_plan": "conforms", "urban_plan": "conforms"},
        ),
        use="G1",
        project_type="public",
    )
    shop = PlantedSite(
        "20b",
        "20",
        "绿线内的商店",
        "Shop inside the green line",
        plots,
        "case_20_green_line",
        FileForm.GEOJSON_PLANE,
        Expectation(
            "nonconforming",
            "resite",
            "商业用途占用绿线，违反强制性内容。",
            "A shop in the green line breaks a mandatory content of the plan.",
            themes={"land_plan": "conforms", "urban_plan": "nonconforming"},
        ),
        use="B11",
        project_type=None,
    )
    return in_slot(0, 3, stage, park, shop)


def control_line_scenes() -> tuple[Scene, ...]:
    """Scenes about control lines and what is only nearly a hit."""
    return (*_strip(), *_sliver(), _redline(), _school(), _goaf(), _green_line())
