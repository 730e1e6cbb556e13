"""How each layer of the county is imported: fields, scheme, dates, coverage, accuracy."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sample_data.codes import CLASS_FIELDS
from sample_data.manifest import OF_ITSELF, LayerEntry

__all__ = ["LayerPlan", "layer_entry", "layer_plan", "spare_entries"]

COUNTY = "county.gpkg"
PLAN_DATE = "2017-12-31"
MADE_UP = "示例数据，非真实成果"


@dataclass(frozen=True, slots=True)
class LayerPlan:
    """What differs between the imports of the county's layers."""

    role: str
    version: str
    valid_from: str
    name_field: str | None = None
    scheme: str = "none"
    coverage: str | None = COUNTY
    accuracy_m: float | None = 0.5
    secrecy: str | None = None
    name: str | None = None


def layer_plan() -> tuple[LayerPlan, ...]:
    """All imports in load order.

    Red line and growth boundary have a second version for the time after the three lines;
    basic farmland has not, so that a check of 2024 finds it stale.
    """
    after = "2022-11-01"
    return (
        LayerPlan("town", "2020", "2021-01-01", "XZQMC", coverage=OF_ITSELF),
        LayerPlan("village", "2020", "2021-01-01", "ZLDWMC", coverage=OF_ITSELF),
        LayerPlan("land_survey", "2020", "2021-09-01", "DLMC", "sandiao", OF_ITSELF),
        LayerPlan(
            "plan_control_zone", "2017", PLAN_DATE, "GZQLXMC", coverage=OF_ITSELF, accuracy_m=2.0
        ),
        LayerPlan(
            "plan_use_zone", "2017", PLAN_DATE, "TDYTQLXMC", coverage=OF_ITSELF, accuracy_m=2.0
        ),
        LayerPlan(
            "plan_land_class", "2017", PLAN_DATE, "GHDLMC", coverage=OF_ITSELF, accuracy_m=2.0
        ),
        LayerPlan("key_project", "2017", PLAN_DATE, "XMMC", accuracy_m=2.0),
        LayerPlan("planning_area", "2011", "2011-12-31"),
        LayerPlan("urban_plan", "2018", "2018-06-30", "YDMC", "gb50137", OF_ITSELF, 0.2),
        LayerPlan("village_plan", "2021", "2021-03-31", "CZMC", "ydyh_2020"),
        LayerPlan("urban_control_line", "2018", "2018-06-30", "KZXMC", accuracy_m=0.2),
        LayerPlan("permanent_farmland", "2017", PLAN_DATE, secrecy="内部"),
        LayerPlan("eco_redline", "2018", "2018-12-31", "MC", secrecy="内部", accuracy_m=1.0),
        LayerPlan(
            "eco_redline",
            "2022",
            after,
            "MC",
            secrecy="内部",
            accuracy_m=1.0,
            name="redline_three_lines",
        ),
        LayerPlan("growth_boundary", "2020", "2020-12-31", "GHFQMC"),
        LayerPlan("growth_boundary", "2022", after, "GHFQMC", name="growth_three_lines"),
        LayerPlan("area_development", "2021", "2021-06-30", "FAMC"),
        LayerPlan("approved_land", "2022", "2022-01-01", "PCMC", accuracy_m=0.1),
        LayerPlan("supplied_land", "2022", "2022-01-01", "SRR", accuracy_m=0.1),
        LayerPlan("enforcement_patch", "2022", "2022-04-01", "WFDKXH"),
        LayerPlan("goaf", "2020", "2020-12-31", "MC", accuracy_m=5.0),
        LayerPlan("geohazard", "2020", "2020-12-31", "MC", accuracy_m=5.0),
        LayerPlan("water_source", "2019", "2019-12-31", "MC", accuracy_m=1.0),
        LayerPlan("heritage", "2019", "2019-12-31", "MC", accuracy_m=1.0),
        LayerPlan("river_lake", "2021", "2021-12-31", "MC", accuracy_m=1.0),
        LayerPlan("power_corridor", "2021", "2021-12-31", "MC", accuracy_m=1.0),
        LayerPlan("road", "2021", "2021-12-31", "MC", coverage=None, accuracy_m=None),
        LayerPlan("river", "2021", "2021-12-31", "MC", coverage=None, accuracy_m=None),
    )


def layer_entry(plan: LayerPlan) -> LayerEntry:
    """Manifest entry of an import."""
    return LayerEntry(
        name=plan.name or plan.role,
        role=plan.role,
        path=f"{plan.role}.gpkg",
        layer=plan.role,
        version=plan.version,
        valid_from=plan.valid_from,
        class_field=CLASS_FIELDS.get(plan.role),
        name_field=plan.name_field,
        scheme=plan.scheme,
        coverage=plan.coverage,
        accuracy_m=plan.accuracy_m,
        secrecy=plan.secrecy,
        source=MADE_UP,
    )


def spare_entries() -> tuple[LayerEntry, ...]:
    """Layers that stand in for basic farmland in some variants."""
    plain = next(layer_entry(plan) for plan in layer_plan() if plan.role == "permanent_farmland")
    return (
        replace(plain, name="farmland_three_lines", version="2022", valid_from="2022-11-01"),
        replace(
            plain,
            name="farmland_empty",
            path="permanent_farmland_empty.gpkg",
            layer="permanent_farmland_empty",
        ),
        replace(
            plain,
            name="farmland_expired",
            version="2010",
            valid_from="2010-12-31",
            valid_to="2017-12-31",
        ),
    )
