"""Layers that cover the county or a region of it without gap and overlap."""

from __future__ import annotations

from collections.abc import Callable, Hashable

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from sample_data.codes import CONTROL_ZONES, PLAN_CLASSES, URBAN, USE_ZONES
from sample_data.fabric import Fabric, cloth, town_code
from sample_data.places import COUNTY_CODE, COUNTY_NAME, TOWNS
from sample_data.stage import NOTHING

__all__ = [
    "control_zones",
    "county_outline",
    "farmland_patches",
    "growth_boundary",
    "land_classes_planned",
    "planning_area",
    "redline_areas",
    "towns",
    "urban_parcels",
    "use_zones",
    "village_plans",
    "villages",
]

Values = NDArray[np.object_]

URBAN_OF_CLASS = {
    "0701": "R2",
    "0601": "M2",
    "05H1": "B1",
    "08H1": "A1",
    "08H2": "A33",
    "0810": "G1",
    "1004": "S1",
    "1003": "S1",
    "0809": "U1",
    "0508": "W1",
    "0102": "M2",
}
PLAN_OF_CLASS = {
    "01": "11",
    "02": "12",
    "03": "13",
    "04": "32",
    "11": "15",
    "12": "15",
    "1003": "222",
    "1101": "311",
    "1206": "32",
}
VILLAGE_PLAN_OF_CLASS = {
    "0702": "0703",
    "08H2": "0704",
    "1004": "060102",
    "0601": "100101",
    "1201": "0703",
}
PLANNED_VILLAGES_STEP = 3


def _plain(fabric: Fabric, role: str, country: Values) -> list[Hashable]:
    """One value per cell: the country outside the stages, the paint inside."""
    country = np.where(fabric.open_cells, country, NOTHING)
    return [*country.tolist(), *fabric.stage_values(role)]


def _by_town(fabric: Fabric, role: str, country: Values) -> gpd.GeoDataFrame:
    """Polygons of a zone, cut at the towns' boundaries as plans are made by town."""
    values: list[Hashable] = []
    for value, village in zip(_plain(fabric, role, country), fabric.village.tolist(), strict=True):
        values.append(NOTHING if value == NOTHING else (value, town_code(fabric, village)))
    return cloth(fabric, values)


def _coded(
    frame: gpd.GeoDataFrame, code_field: str, names: dict[str, str], name_field: str
) -> gpd.GeoDataFrame:
    codes = [value[0] for value in frame.pop("value")]
    frame.insert(0, code_field, codes)
    frame.insert(1, name_field, [names[code] for code in codes])
    return frame


def control_zones(fabric: Fabric) -> gpd.GeoDataFrame:
    """JSYDGZQ; GZQMJ in hectares as the standard has it."""
    country = fabric.country
    zone = np.full(len(country.dlbm), "030", dtype=object)
    zone[country.fringe] = "020"
    zone[country.urban | country.settlement] = "010"
    zone[country.reserve] = "040"
    frame = _coded(
        _by_town(fabric, "plan_control_zone", zone), "GZQLXDM", dict(CONTROL_ZONES), "GZQLXMC"
    )
    return _with_hectares(frame, "GZQMJ")


def use_zones(fabric: Fabric) -> gpd.GeoDataFrame:
    """TDYTQ; TDYTQMJ in hectares as the standard has it."""
    country = fabric.country
    zone = np.full(len(country.dlbm), "020", dtype=object)
    zone[_protected(fabric)] = "010"
    zone[country.hill] = "090"
    zone[country.reserve] = "070"
    zone[country.settlement] = "040"
    zone[country.urban] = "030"
    frame = _coded(
        _by_town(fabric, "plan_use_zone", zone), "TDYTQLXDM", dict(USE_ZONES), "TDYTQLXMC"
    )
    return _with_hectares(frame, "TDYTQMJ")


def land_classes_planned(fabric: Fabric) -> gpd.GeoDataFrame:
    """TDGHDL; GHDLMJ in m²."""
    country = fabric.country
    planned = np.array(
        [PLAN_OF_CLASS.get(code, PLAN_OF_CLASS.get(code[:2], "214")) for code in country.dlbm],
        dtype=object,
    )
    planned[country.settlement] = "212"
    planned[country.urban] = "211"
    frame = _coded(
        _by_town(fabric, "plan_land_class", planned), "GHDLDM", dict(PLAN_CLASSES), "GHDLMC"
    )
    frame["GHDLMJ"] = frame.area.round(2)
    return frame


def _with_hectares(frame: gpd.GeoDataFrame, field: str) -> gpd.GeoDataFrame:
    frame[field] = (frame.area / 10_000).round(4)
    return frame


def _regions(fabric: Fabric, role: str, country: Values) -> gpd.GeoDataFrame:
    return cloth(fabric, _plain(fabric, role, country))


def planning_area(fabric: Fabric) -> gpd.GeoDataFrame:
    """Area of the urban-rural plan."""
    frame = _regions(fabric, "planning_area", np.where(fabric.country.planning, "1", NOTHING))
    return frame.drop(columns="value").assign(GHMC="薛城城市总体规划2011-2020（示例）")


def urban_parcels(fabric: Fabric) -> gpd.GeoDataFrame:
    """Parcels of the detailed plan, each connected block of one class a parcel."""
    country = fabric.country
    parcels = np.array([URBAN_OF_CLASS.get(code, "G1") for code in country.dlbm], dtype=object)
    parcels[~country.urban] = NOTHING
    frame = _regions(fabric, "urban_plan", parcels)
    codes = frame.pop("value")
    frame.insert(0, "YDDM", codes)
    frame.insert(1, "YDMC", [URBAN[code] for code in codes])
    frame.insert(2, "DKBH", [f"XC-{number:04d}" for number in range(1, len(frame) + 1)])
    return frame


def growth_boundary(fabric: Fabric) -> gpd.GeoDataFrame:
    """CZKFBJ: 01 集中建设区 the town, 02 弹性发展区 the part of its fringe that is fields."""
    country = fabric.country
    zone = np.full(len(country.dlbm), NOTHING, dtype=object)
    zone[country.fringe & (fabric.seeds.points[:, 0] > 3000)] = "02"
    zone[country.urban] = "01"
    frame = _regions(fabric, "growth_boundary", zone)
    codes = frame.pop("value")
    frame.insert(0, "GHFQDM", codes)
    names = {"01": "城镇集中建设区", "02": "城镇弹性发展区"}
    frame.insert(1, "GHFQMC", [names[code] for code in codes])
    return frame


def _protected(fabric: Fabric) -> NDArray[np.bool_]:
    """Cells of permanent basic farmland: fields away from town, village and hills."""
    country = fabric.country
    field = np.isin(country.dlbm.astype(str), ["0101", "0102", "0103"])
    taken = country.urban | country.fringe | country.settlement | country.hill | country.shore
    kept = np.sin(fabric.seeds.points @ np.array([0.0113, 0.0071])) > -0.7
    return np.asarray(field & ~taken & kept & fabric.open_cells)


def farmland_patches(fabric: Fabric) -> gpd.GeoDataFrame:
    """One patch per field, on the same boundary as the survey's parcel."""
    country = fabric.country
    cells = np.arange(len(country.dlbm)).astype(object)
    cells[~_protected(fabric)] = NOTHING
    frame = cloth(fabric, [*cells.tolist(), *[NOTHING] * _stage_cell_count(fabric)])
    classes = country.dlbm[frame.pop("value").astype(int).to_numpy()]
    frame.insert(0, "YJJBNTTBBH", [f"{number:05d}" for number in range(1, len(frame) + 1)])
    frame.insert(1, "DLBM", classes)
    frame.insert(2, "YJJBNTMJ", frame.area.round(2))
    return frame


def redline_areas(fabric: Fabric) -> gpd.GeoDataFrame:
    """Ecological red line: the upper hills, and the river with its shore."""
    country = fabric.country
    kind = np.full(len(country.dlbm), NOTHING, dtype=object)
    kind[country.shore & (fabric.seeds.points[:, 1] > 3000)] = "2"
    kind[country.reserve] = "1"
    kind[~fabric.open_cells] = NOTHING
    frame = cloth(fabric, [*kind.tolist(), *[NOTHING] * _stage_cell_count(fabric)])
    names = {"1": "水土保持生态保护红线（示例）", "2": "河流生态保护红线（示例）"}
    kinds = frame.pop("value")
    frame.insert(0, "LXDM", kinds)
    frame.insert(1, "MC", [names[kind] for kind in kinds])
    return frame


def village_plans(fabric: Fabric) -> gpd.GeoDataFrame:
    """Village plans of every third village, by the 2020 classification of uses."""
    country = fabric.country
    planned = country.settlement & (country.village % PLANNED_VILLAGES_STEP == 0)
    planned &= fabric.open_cells & ~country.planning
    codes = np.array([VILLAGE_PLAN_OF_CLASS.get(code, NOTHING) for code in country.dlbm])
    values: list[Hashable] = [
        (code, village) if flag and code else NOTHING
        for code, village, flag in zip(
            codes.tolist(), country.village.tolist(), planned.tolist(), strict=True
        )
    ]
    frame = cloth(fabric, [*values, *[NOTHING] * _stage_cell_count(fabric)])
    found = frame.pop("value")
    frame.insert(0, "GHYTDM", [code for code, _ in found])
    frame.insert(1, "CZMC", [fabric.villages[village].name for _, village in found])
    return frame


def _stage_cell_count(fabric: Fabric) -> int:
    return fabric.mesh.cells - fabric.mesh.seeds


def _districts(fabric: Fabric, key: Callable[[int], Hashable]) -> gpd.GeoDataFrame:
    """One feature per district; a district in several parts is a multipolygon."""
    inside = np.concatenate((fabric.open_cells, np.ones(_stage_cell_count(fabric), dtype=bool)))
    values = [
        key(village) if flag else NOTHING
        for village, flag in zip(fabric.village.tolist(), inside.tolist(), strict=True)
    ]
    parts = cloth(fabric, values)
    codes: list[str] = []
    shapes = []
    for code, group in parts.groupby("value", sort=True):
        outlines = group.geometry.tolist()
        codes.append(str(code))
        shapes.append(outlines[0] if len(outlines) == 1 else shapely.MultiPolygon(outlines))
    return gpd.GeoDataFrame({"code": codes}, geometry=shapes, crs=parts.crs)


def towns(fabric: Fabric) -> gpd.GeoDataFrame:
    """XZQ: towns."""
    frame = _districts(fabric, lambda village: town_code(fabric, village))
    names = {town.code: town.name for town in TOWNS}
    codes = frame.pop("code")
    frame.insert(0, "XZQDM", codes)
    frame.insert(1, "XZQMC", [names[code] for code in codes])
    return frame


def villages(fabric: Fabric) -> gpd.GeoDataFrame:
    """CJDCQ: village units."""
    frame = _districts(fabric, lambda village: fabric.villages[village].code)
    names = {village.code: village.name for village in fabric.villages}
    codes = frame.pop("code")
    frame.insert(0, "ZLDWDM", codes)
    frame.insert(1, "ZLDWMC", [names[code] for code in codes])
    return frame


def county_outline(fabric: Fabric) -> gpd.GeoDataFrame:
    """Outline of the county: what the makers of county-wide layers have examined."""
    frame = _districts(fabric, lambda _: COUNTY_CODE)
    frame = frame.rename(columns={"code": "XZQDM"})
    frame.insert(1, "XZQMC", [COUNTY_NAME] * len(frame))
    return frame
