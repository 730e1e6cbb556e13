"""Layers whose features may overlap or stand alone: stage rectangles and country features."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from sample_data.codes import CLASS_FIELDS
from sample_data.coverage import NO_LABEL, dissolve
from sample_data.fabric import Fabric
from sample_data.places import CRS, millimetres_to_map, to_map
from sample_data.rectangles import MILLIMETRES, Box
from sample_data.stage import Stage

__all__ = ["joined", "loose_layers", "route_layers", "stage_features"]

Record = dict[str, object]
CLEAR_OF_STAGES_M = 40.0


def _box_polygon(box: Box) -> shapely.Polygon:
    """The rectangle in EPSG:4527, starting north-west, clockwise."""
    return shapely.Polygon([millimetres_to_map(x, y) for x, y in box.ring])


def stage_features(stages: Iterable[Stage], role: str) -> gpd.GeoDataFrame:
    """All rectangles of an overlapping role on the stages."""
    records: list[Record] = []
    for stage in stages:
        records += [
            {**feature.attributes, "geometry": _box_polygon(feature.box)}
            for feature in stage.features
            if feature.role == role
        ]
    return _frame(records)


def _frame(records: Sequence[Mapping[str, object]]) -> gpd.GeoDataFrame:
    if not records:
        return gpd.GeoDataFrame({"geometry": []}, geometry="geometry", crs=CRS)
    return gpd.GeoDataFrame(list(records), geometry="geometry", crs=CRS)


def _country_cells(fabric: Fabric, wanted: NDArray[np.bool_], most: int) -> list[shapely.Polygon]:
    """Outlines of some cells of the country, spread over those wanted."""
    cells = np.flatnonzero(wanted & fabric.open_cells)
    step = max(1, len(cells) // max(most, 1))
    labels = np.full(fabric.mesh.cells, NO_LABEL)
    chosen = cells[::step]
    labels[chosen] = np.arange(len(chosen))
    polygons, found = dissolve(fabric.mesh, labels)
    return list(shapely.transform(polygons[np.argsort(found, kind="stable")], to_map))


def _blobs(
    fabric: Fabric, count: int, radius_m: tuple[float, float], rng: np.random.Generator
) -> list[shapely.Polygon]:
    """Wobbly outlines in the country, clear of the stages; they may overlap each other."""
    frames = shapely.union_all(
        [
            shapely.transform(shapely.box(*_sides(one.stage.frame)), _to_metres)
            for one in fabric.mesh.stages
        ]
    )
    shapely.prepare(frames)
    extent = fabric.extent
    angles = np.arange(48) * 2 * np.pi / 48
    found: list[shapely.Polygon] = []
    while len(found) < count:
        x = rng.uniform(extent.west + 700, extent.east - 700)
        y = rng.uniform(extent.south + 700, extent.north - 700)
        radius = rng.uniform(*radius_m)
        radii = radius * (1 + 0.18 * np.sin(3 * angles + rng.uniform(0, 6)))
        radii *= 1 + 0.1 * np.sin(7 * angles + rng.uniform(0, 6))
        ring = np.column_stack((x + radii * np.cos(angles), y + 0.7 * radii * np.sin(angles)))
        outline = shapely.Polygon(np.round(ring, 3))
        if not shapely.dwithin(frames, outline, CLEAR_OF_STAGES_M):
            found.append(shapely.transform(outline, to_map))
    return found


def _to_metres(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return points / MILLIMETRES


def _sides(box: Box) -> tuple[int, int, int, int]:
    return box.west, box.south, box.east, box.north


def _numbered(
    outlines: Sequence[shapely.Polygon], attributes: Callable[[int], Record]
) -> list[Record]:
    return [
        {**attributes(number), "geometry": outline}
        for number, outline in enumerate(outlines, start=1)
    ]


def _hazards(fabric: Fabric, size: int, rng: np.random.Generator) -> dict[str, list[Record]]:
    """Control layers: type and name only, outlines by chance."""
    plan = {
        "goaf": (("采空区", "采煤塌陷区"), 5, (120.0, 350.0)),
        "geohazard": (("崩塌", "地面塌陷"), 6, (60.0, 200.0)),
        "water_source": (("一级保护区", "二级保护区"), 3, (150.0, 400.0)),
        "heritage": (("保护范围", "建设控制地带"), 4, (40.0, 90.0)),
    }
    return {
        role: [
            {
                "type": kinds[number % 2],
                "MC": f"示例{kinds[number % 2]}{number + 1}",
                "geometry": blob,
            }
            for number, blob in enumerate(_blobs(fabric, count * size, radius, rng))
        ]
        for role, (kinds, count, radius) in plan.items()
    }


def _corridors(fabric: Fabric) -> dict[str, list[Record]]:
    """River management range and a power corridor along fixed lines."""
    river = next(bed for bed in fabric.beds if bed.kind == "1101")
    course = shapely.LineString(river.line[::5])
    extent = fabric.extent
    lines = [(-420.0, extent.south - 100), (-380.0, extent.north + 100)]
    range_ = shapely.transform(shapely.set_precision(course.buffer(60.0), 0.001), to_map)
    power = shapely.transform(
        shapely.set_precision(shapely.LineString(lines).buffer(20.0), 0.001), to_map
    )
    return {
        "river_lake": [{"type": "管理范围", "MC": river.name, "geometry": range_}],
        "power_corridor": [{"type": "220kV", "MC": "示例高压线", "geometry": power}],
    }


def _holdings(fabric: Fabric, size: int) -> dict[str, list[Record]]:
    """Approvals, supplies, schemes, enforcement and key projects in the country."""
    country = fabric.country
    built = country.urban & (country.qsxz == "20") & (fabric.seeds.course < 0)
    fields = country.fringe & (country.qsxz == "30")
    farm = ~country.planning & ~country.hill & (country.qsxz == "30")
    return {
        "supplied_land": _numbered(
            _country_cells(fabric, built, 60 * size),
            lambda n: {
                "DZJGH": f"3704032018B{n:08d}",
                "HTBH": f"枣薛-01-2018-{n:04d}",
                "SRR": f"示例公司{n}",
                "GDFS": "挂牌出让" if n % 3 else "划拨",
                "HTQDRQ": f"2018-{n % 12 + 1:02d}-15",
            },
        ),
        "approved_land": _numbered(
            _country_cells(fabric, built | fields, 40 * size),
            lambda n: {
                "PCMC": f"薛城区20{15 + n % 6}年第{n % 9 + 1}批次城镇建设用地（示例）",
                "PZWH": f"鲁政土字〔20{15 + n % 6}〕{n}号（示例）",
                "PZRQ": f"20{15 + n % 6}-{n % 12 + 1:02d}-20",
            },
        ),
        "area_development": _numbered(
            _country_cells(fabric, fields, 6),
            lambda n: {
                "FAMC": f"示例成片开发方案{n}号",
                "PZWH": "鲁自然资成片〔2021〕0号（示例）",
                "PZRQ": "2021-06-30",
            },
        ),
        "enforcement_patch": _numbered(
            _country_cells(fabric, farm, 8 * size),
            lambda n: {"WFDKXH": f"KZ-{n:04d}", "QSSJ": "2021-11-15"},
        ),
        "key_project": _numbered(
            _country_cells(fabric, farm & (fabric.seeds.points[:, 1] > 3000), 4),
            lambda n: {"XMMC": f"示例重点项目{n}", "XMLXDM": f"{n % 5 + 1:02d}"},
        ),
    }


def _city_lines(fabric: Fabric) -> list[Record]:
    """Green, yellow and road lines on parcels of the town; type as the class field."""
    country = fabric.country
    water = country.fringe & np.isin(country.dlbm, ("1104", "1107"))
    town = country.urban
    lines = (
        ("green", "绿线", town & (country.dlbm == "0810")),
        ("yellow", "黄线", town & (country.dlbm == "0809")),
        ("road", "道路红线", town & (country.dlbm == "1004")),
        ("purple", "紫线", town & (country.dlbm == "08H1")),
        ("blue", "蓝线", water),
    )
    return [
        {"type": kind, "KZXMC": f"示例{name}{number}", "geometry": outline}
        for kind, name, where in lines
        for number, outline in enumerate(_country_cells(fabric, where, 6), start=1)
    ]


def loose_layers(
    fabric: Fabric, stages: Sequence[Stage], parcels: int, seed: int
) -> dict[str, gpd.GeoDataFrame]:
    """All layers of this kind by role, stage rectangles first."""
    size = max(1, parcels // 10_000)
    rng = np.random.default_rng([seed, 100])
    country: dict[str, list[Record]] = {
        **_holdings(fabric, size),
        "urban_control_line": _city_lines(fabric),
        **_hazards(fabric, size, rng),
        **_corridors(fabric),
    }
    layers = {}
    for role, records in country.items():
        layers[role] = joined(stage_features(stages, role), _with_areas(role, _frame(records)))
    return layers


AREA_FIELDS = {"supplied_land": "TDMJ", "approved_land": "PZMJ"}


def _with_areas(role: str, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    field = AREA_FIELDS.get(role)
    if field and len(frame):
        frame[field] = frame.area.round(2)
    return frame


def joined(first: gpd.GeoDataFrame, second: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Rows of both, class field first, geometry last."""
    frames = [frame for frame in (first, second) if len(frame)]
    if not frames:
        return first
    both = gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=CRS)
    columns = [name for name in both.columns if name != "geometry"]
    columns.sort(key=lambda name: name not in CLASS_FIELDS.values())
    return both[[*columns, "geometry"]]


def route_layers(fabric: Fabric, county: shapely.Geometry) -> dict[str, gpd.GeoDataFrame]:
    """Centre lines of roads and rivers inside the county."""
    layers = {}
    for role, kind in (("road", "1003"), ("river", "1101")):
        beds = [bed for bed in fabric.beds if bed.kind == kind]
        lines = [shapely.LineString(np.round(to_map(bed.line), 3)) for bed in beds]
        frame = gpd.GeoDataFrame(
            {
                "type": ["县道" if kind == "1003" else "河流"] * len(beds),
                "MC": [bed.name for bed in beds],
                "KD": [bed.width_m for bed in beds],
            },
            geometry=[shapely.intersection(line, county) for line in lines],
            crs=CRS,
        )
        layers[role] = frame
    return layers
