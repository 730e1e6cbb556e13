"""Writer of coordinate TXT files, in the dialects that offices send.

Layout after public writers of the ministry's format: header block, one record per parcel
that ends in `@`, then points as number, ring, northing, easting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sample_data.places import ORIGIN
from sample_data.rectangles import MILLIMETRES, Plot, Ring
from sample_data.truth import site_area_um2

__all__ = ["AreaUnit", "Layout", "TxtStyle", "coordinate_text"]

ZONE_PREFIX = 39_000_000
CGCS2000 = "2000国家大地坐标系"
HEADER = """[属性描述]
格式版本号=1.01版本
数据产生单位=示例
数据产生日期=2022-06-01
坐标系=2000国家大地坐标系
几度分带=3
投影类型=高斯克吕格
计量单位=米
带号=39
精度=0.001
转换参数=,,,,,,
[地块坐标]
"""
FOUR_KEYS = """[属性描述]
投影类型=高斯克吕格
坐标系=2000国家大地坐标系
几度分带=3
带号=39
[地块坐标]
"""
SEVEN_KEYS = """[属性描述]
坐标系=2000国家大地坐标系
几度分带=3
投影类型=高斯克吕格
计量单位=米
带号=39
精度=0.01
转换参数=,,,,,,
[地块坐标]
"""


class AreaUnit(StrEnum):
    """Unit of the area in the parcel record."""

    HECTARES = "ha"
    SQUARE_METRES = "m2"


class Layout(StrEnum):
    """Kind of file: 报批 or 供地, 增减挂钩, 一张图, 执法, 用地置换."""

    BAOPI = "baopi"
    ZENGJIAN = "zengjian"
    YIZHANGTU = "yizhangtu"
    ZHIFA = "zhifa"
    PINGHE = "pinghe"


HEADERS = {Layout.ZENGJIAN: FOUR_KEYS, Layout.YIZHANGTU: SEVEN_KEYS}


@dataclass(frozen=True, slots=True)
class TxtStyle:
    """What writers disagree about.

    `shift_mm` is taken from east and north, for a system that leads to ours by this shift.
    """

    unit: AreaUnit = AreaUnit.HECTARES
    layout: Layout = Layout.BAOPI
    zone_prefix: bool = True
    easting_first: bool = False
    restart_numbers: bool = False
    closed: bool = True
    system: str = CGCS2000
    shift_mm: tuple[int, int] = (0, 0)


def _metres(millimetres: int) -> str:
    return f"{millimetres // MILLIMETRES}.{millimetres % MILLIMETRES:03d}"


def _coordinates(x: int, y: int, style: TxtStyle) -> tuple[str, str]:
    """Northing and easting as text with three decimals, exact."""
    easting = x + ORIGIN[0] * MILLIMETRES - style.shift_mm[0]
    if not style.zone_prefix:
        easting -= ZONE_PREFIX * MILLIMETRES
    northing = y + ORIGIN[1] * MILLIMETRES - style.shift_mm[1]
    north, east = _metres(northing), _metres(easting)
    return (east, north) if style.easting_first else (north, east)


def _ring_lines(ring: Ring, number: int, first: int, style: TxtStyle) -> list[str]:
    numbered = [(first + index, point) for index, point in enumerate(ring)]
    if style.closed:
        numbered.append(numbered[0])
    lines = []
    for name, (x, y) in numbered:
        north, east = _coordinates(x, y, style)
        if style.layout is Layout.ZENGJIAN:
            lines.append(f"J{name},{north},{east},,{number},")
        else:
            lines.append(f"J{name},{number},{north},{east}")
    return lines


def _record(points: int, plot: Plot, number: int, style: TxtStyle) -> str:
    area_m2 = site_area_um2((plot,)) / 1e6
    area = f"{area_m2 / 10_000:.4f}" if style.unit is AreaUnit.HECTARES else f"{area_m2:.2f}"
    records = {
        Layout.BAOPI: f"{points},{area},{number},{plot.name},面,,,,@",
        Layout.ZENGJIAN: f"{points},{area},,{plot.name},,,,建设用地,@",
        Layout.YIZHANGTU: f"{number},{plot.name},面,,@",
        Layout.ZHIFA: f"{points},{plot.name},面,建设用地,@",
        Layout.PINGHE: f"{points},{plot.name},面,建设用地,@",
    }
    return records[style.layout]


def coordinate_text(plots: Sequence[Plot], style: TxtStyle = TxtStyle()) -> str:
    """Text of one file; lines end in CR LF once encoded by the caller's newline rule."""
    lines: list[str] = []
    for number, plot in enumerate(plots, start=1):
        body: list[str] = []
        first = 1
        for ring_number, ring in enumerate(plot.rings, start=1):
            body += _ring_lines(ring, ring_number, first, style)
            first = 1 if style.restart_numbers else first + len(ring)
        lines += [_record(len(body), plot, number, style), *body]
    header = HEADERS.get(style.layout, HEADER).replace(CGCS2000, style.system)
    return header + "\n".join(lines) + "\n"
