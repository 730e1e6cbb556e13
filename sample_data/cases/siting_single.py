"""Cases 13, 14 and 18 (mine): single sites outside the town."""

from __future__ import annotations

from sample_data.cases.holdings import farmland, supplied
from sample_data.cases.scene import Scene
from sample_data.expectation import Expectation, FileForm, PlantedSite
from sample_data.landscape import CORRIDOR_SLOT_M, CORRIDOR_VILLAGES
from sample_data.rectangles import box, rectangle_plot
from sample_data.stage import Stage, Survey, rural

__all__ = ["single_site_scenes"]


def _slots(stage: Stage) -> Stage:
    """The corridor cut into village units that lie north and south of it by turns."""
    for slot in range(CORRIDOR_VILLAGES):
        west = 0 if slot == 0 else 40 + CORRIDOR_SLOT_M * slot
        last = slot == CORRIDOR_VILLAGES - 1
        east = 5680 if last else 40 + CORRIDOR_SLOT_M * (slot + 1)
        stage = stage.paint("village", f"corridor:{slot}", box(west, 0, east, 120))
    return stage


def _trunk_road() -> Scene:
    band = box(0, 47, 5680, 73)
    outline = box(40, 47, 5640, 73)
    stage = (
        _slots(rural("13", 5680, 120))
        .paint("land_survey", Survey("1107", "30"), box(1000, 0, 1006, 120))
        .paint("land_survey", Survey("0301", "30"), box(2600, 0, 2800, 120))
        .paint("plan_land_class", "222", band)
        .paint("planning_area", "1", box(1500, 0, 3500, 120))
        .paint("urban_plan", "E2", box(1500, 0, 3500, 120))
        .paint("urban_plan", "S1", box(1500, 47, 2500, 73))
        .paint("urban_plan", "H22", box(2500, 47, 3500, 73))
        .lay("key_project", outline.grown(10), XMMC="示例国道改线", XMLXDM="02")
    )
    for number in range(5):
        west = 4000 + 100 * number
        stage = farmland(stage, box(west, 10, west + 100, 110), 130 + number)
    site = PlantedSite(
        "13",
        "13",
        "穿越三镇的国道改线",
        "Trunk road through three towns",
        (rectangle_plot("线路", outline),),
        "case_13_trunk_road",
        FileForm.GEOPACKAGE,
        Expectation(
            "procedure",
            "special_approval",
            "列入清单的线性交通工程占用永久基本农田1.3公顷，需报国务院批准并论证。",
            "A listed linear project on 1.3 ha of basic farmland needs the State Council.",
            themes={"land_plan": "conforms", "permanent_farmland": "procedure"},
            touched={"permanent_farmland": True, "eco_redline": False},
        ),
        use="S1",
        project_type="trunk_road",
    )
    return Scene(stage, (site,)).at(0, 2080)


def _village_road(case: str, east_m: float, form: FileForm, expect: Expectation) -> Scene:
    outline = box(50, 52, 1150, 58)
    stage = (
        rural(case, 1200, 110)
        .paint("land_survey", Survey("1006", "30"), box(0, 50, 1200, 56))
        .lay("key_project", outline.grown(5), XMMC="示例村道", XMLXDM="02")
    )
    if case == "14b":
        stage = farmland(stage, box(300, 20, 340, 57), 14)
    title = (
        ("占用永久基本农田的村道", "Village road over basic farmland")
        if case == "14b"
        else ("规划区外的村道", "Village road outside the planning area")
    )
    site = PlantedSite(
        case,
        case,
        *title,
        (rectangle_plot("线路", outline),),
        f"case_{case}_village_road",
        form,
        expect,
        use="S1",
        project_type="village_road",
    )
    return Scene(stage, (site,)).at(east_m, 2700)


def _village_roads() -> tuple[Scene, Scene]:
    plans = {"land_plan": "conforms", "urban_plan": "not_applicable"}
    plain = Expectation(
        "conditional",
        "fits_both_plans",
        "列入重点项目，规划区外不适用城乡规划。",
        "Listed in the plan; the urban plan does not apply outside its planning area.",
        themes={**plans, "permanent_farmland": "conforms"},
    )
    hit = Expectation(
        "nonconforming",
        "resite",
        "村道不属可报国务院的项目，压占200平方米永久基本农田。",
        "A village road may not ask the State Council; 200 m² of basic farmland are hit.",
        themes={**plans, "permanent_farmland": "nonconforming"},
        touched={"permanent_farmland": True},
    )
    return (
        _village_road("14", 0, FileForm.GEOJSON_DEGREES, plain),
        _village_road("14b", 1460, FileForm.GEOPACKAGE, hit),
    )


def _mine() -> Scene:
    outline = box(60, 50, 160, 130)
    stage = (
        rural("18")
        .paint("land_survey", Survey("0602", "20"))
        .paint("plan_use_zone", "050")
        .paint("plan_land_class", "213")
        .paint("growth_boundary", "01")
    )
    site = PlantedSite(
        "18",
        "18",
        "采矿用地上的矿井",
        "Mine shaft on mining land",
        (rectangle_plot("矿井", outline),),
        "case_18_mine",
        FileForm.TXT_HECTARES_GBK,
        Expectation(
            "conforms",
            "fits_both_plans",
            "单独选址项目，规划地类为采矿用地，可在限制建设区。",
            "Single site with planned class 213: allowed in the restricted zone.",
            themes={"land_plan": "conforms", "urban_plan": "not_applicable"},
        ),
        use="H5",
        project_type="mine",
    )
    return Scene(supplied(stage, outline, 18), (site,)).at(2920, 2700)


def single_site_scenes() -> tuple[Scene, ...]:
    """Scenes of roads and the mine."""
    return (_trunk_road(), *_village_roads(), _mine())
