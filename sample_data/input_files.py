"""One red line as the files that offices send, and files that must be refused."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from sample_data.cases import scenes
from sample_data.coordinate_txt import AreaUnit, Layout, TxtStyle, coordinate_text
from sample_data.files import geojson_text, shapefile_parts, write_archive, write_text
from sample_data.places import millimetres_to_map
from sample_data.rectangles import MILLIMETRES, Box, Part, Plot, rectangle_plot
from sample_data.truth import site_area_um2

__all__ = ["INPUTS_FILE", "BadInput", "RedLineFile", "write_inputs"]

INPUTS_FILE = "inputs.json"
RED_LINE_CASE = "40"
RED_LINES = "red_line"
BAD = "bad"
XIAN_80 = "80国家大地坐标系"
# made up; the true shift is controlled data
SHIFT_MM = (115_250, -1_500)
PARAMETERS_FILE = "xian_80_parameters.toml"
PARAMETERS = """\
# 演示用，数字是编造的，不是任何地方的真实参数 / made-up numbers of no real place
name = "示例：西安80 转 2000 四参数"
kind = "four"
date = 2018-05-01
issued_by = "示例"
secrecy = "示例"
accuracy_m = 0.1

[source]
crs = "EPSG:2363"

[target]
crs = "EPSG:4527"

[four]
north_m = -1.5
east_m = 115.25
rotation_s = 0.0
rotation_sense = "clockwise"
scale_ppm = 0.0

[extent]
west = 117.0
south = 34.6
east = 117.5
north = 35.0
"""
DWG_HEAD = b"AC1032"
DWG_BYTES = 4096
EAST_OF_COUNTY_MM = 60_000_000


@dataclass(frozen=True, slots=True)
class RedLineFile:
    """One of the files with the same red line; `swap_axes` when it is read with that word.

    `area_m2` is the area of the union of the plots, `overlap_m2` what two plots share.
    `datum_parameters` leads from the old datum of a file; it adds `shift_m` (east, north).
    """

    path: str
    dialect: str
    encoding: str
    plots: int
    area_m2: float
    overlap_m2: float = 0.0
    swap_axes: bool = False
    datum_parameters: str | None = None
    shift_m: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class BadInput:
    """A file with a fault; `kept` of its features are usable, 0 when all is refused."""

    path: str
    fault_zh: str
    fault_en: str
    kept: int = 0


def _red_line() -> Plot:
    """The plot of the input case in its place."""
    return next(
        site.plots[0] for scene in scenes() for site in scene.sites if site.case == RED_LINE_CASE
    )


def _overlapping(plot: Plot) -> tuple[Plot, Plot]:
    """The same red line as two plots that share a strip of 20 m."""
    (part,) = plot.parts
    xs = [x for x, _ in part.outer]
    ys = [y for _, y in part.outer]
    west, east, south, north = min(xs), max(xs), min(ys), max(ys)
    left = Plot("西地块", (Part(Box(west, south, west + 120_000, north).ring, part.holes),))
    return left, rectangle_plot("东地块", Box(west + 100_000, south, east, north))


def _red_line_texts(plot: Plot) -> list[tuple[str, TxtStyle, str, Sequence[Plot]]]:
    """Name, style, encoding and plots of every file."""
    one = (plot,)
    m2 = AreaUnit.SQUARE_METRES
    return [
        ("hectares", TxtStyle(), "gbk", one),
        ("square_metres", TxtStyle(unit=m2), "utf-8", one),
        ("swapped_axes", TxtStyle(easting_first=True), "utf-8-sig", one),
        ("no_zone_prefix", TxtStyle(zone_prefix=False), "gbk", one),
        ("xian_80", TxtStyle(system=XIAN_80, shift_mm=SHIFT_MM), "gbk", one),
        ("restarted_numbers", TxtStyle(restart_numbers=True), "utf-8", one),
        ("unclosed", TxtStyle(closed=False, unit=m2), "gbk", one),
        ("overlapping_plots", TxtStyle(unit=m2), "utf-8-sig", _overlapping(plot)),
        ("zengjian", TxtStyle(layout=Layout.ZENGJIAN), "gbk", one),
        ("yizhangtu", TxtStyle(layout=Layout.YIZHANGTU), "gbk", one),
        ("zhifa", TxtStyle(layout=Layout.ZHIFA), "utf-8", one),
        ("pinghe", TxtStyle(layout=Layout.PINGHE), "gbk", one),
    ]


def write_inputs(folder: Path) -> tuple[tuple[RedLineFile, ...], tuple[BadInput, ...]]:
    """Write all files and the list of them; the same bytes every time."""
    for name in (RED_LINES, BAD):
        (folder / name).mkdir(parents=True, exist_ok=True)
    plot = _red_line()
    good = []
    for name, style, encoding, plots in _red_line_texts(plot):
        path = f"{RED_LINES}/{name}.txt"
        write_text(folder / path, coordinate_text(plots, style), encoding)
        union = site_area_um2(plots)
        old = style.system == XIAN_80
        good.append(
            RedLineFile(
                path,
                style.layout,
                encoding,
                len(plots),
                union / 1e6,
                (sum(site_area_um2((one,)) for one in plots) - union) / 1e6,
                style.easting_first,
                f"{RED_LINES}/{PARAMETERS_FILE}" if old else None,
                (style.shift_mm[0] / MILLIMETRES, style.shift_mm[1] / MILLIMETRES),
            )
        )
    (folder / RED_LINES / PARAMETERS_FILE).write_text(PARAMETERS, encoding="utf-8", newline="\n")
    bad = _write_bad(folder / BAD, plot)
    document = {"red_line": [asdict(one) for one in good], "bad": [asdict(one) for one in bad]}
    text = json.dumps(document, ensure_ascii=False, indent=1)
    (folder / INPUTS_FILE).write_text(text + "\n", encoding="utf-8")
    return tuple(good), bad


def _write_bad(folder: Path, plot: Plot) -> tuple[BadInput, ...]:
    found = [*_bad_texts(folder, plot), *_bad_geojson(folder, plot), *_bad_archives(folder, plot)]
    return tuple(sorted(found, key=lambda one: one.path))


def _bad(path: Path, fault_zh: str, fault_en: str, kept: int = 0) -> BadInput:
    return BadInput(f"{BAD}/{path.name}", fault_zh, fault_en, kept)


def _bad_texts(folder: Path, plot: Plot) -> list[BadInput]:
    """Coordinate files with one fault each."""
    outline = Plot(plot.name, (Part(plot.parts[0].outer),))
    text = coordinate_text((outline,))
    northing = text.splitlines()[-2].split(",")[2]
    away = outline.moved(EAST_OF_COUNTY_MM, 0)
    ring = outline.parts[0].outer
    bow_tie = Plot("自相交", (Part((ring[0], ring[2], ring[1], ring[3])),))
    two_points = Plot("两点", (Part(ring[:2]),))
    texts = {
        "empty.txt": ("", "空文件", "an empty file"),
        "header_only.txt": (text.split("[地块坐标]")[0] + "[地块坐标]\n", "无地块", "no plot"),
        "not_a_number.txt": (
            text.replace(northing, "NaN"),
            "坐标不是数值",
            "a coordinate that is no number",
        ),
        "outside_county.txt": (
            coordinate_text((away,)),
            "整体在县界之外",
            "wholly outside the county",
        ),
        "wrong_zone.txt": (
            text.replace("带号=39", "带号=40").replace(",395", ",405"),
            "带号40，不是39带",
            "zone 40 instead of 39",
        ),
        "zone_against_header.txt": (
            text.replace("带号=39", "带号=40"),
            "坐标为39带，文件头为40带",
            "coordinates of zone 39 under a header of zone 40",
        ),
        "bow_tie.txt": (_ring_text(bow_tie), "自相交", "a ring that crosses itself"),
        "two_points.txt": (_ring_text(two_points), "不足3点", "fewer than three points"),
    }
    for name, (content, _, _) in texts.items():
        write_text(folder / name, content, "gbk")
    drawing = folder / "drawing.dwg"
    drawing.write_bytes(DWG_HEAD.ljust(DWG_BYTES, b"\x00"))
    unreadable = folder / "unreadable_encoding.txt"
    unreadable.write_bytes(text.encode("gbk").replace("地块".encode("gbk"), b"\xff\xff\x81"))
    return [
        *(_bad(folder / name, zh, en) for name, (_, zh, en) in texts.items()),
        _bad(drawing, "DWG 图形", "a DWG drawing"),
        _bad(unreadable, "编码既非UTF-8也非GB18030", "neither UTF-8 nor GB18030"),
    ]


def _ring_text(plot: Plot) -> str:
    """A coordinate file for a ring that is no rectangle; its stated area is left at zero."""
    (part,) = plot.parts
    lines = [f"{len(part.outer)},0.0000,1,{plot.name},面,,,,@"]
    for number, (x, y) in enumerate(part.outer, start=1):
        east, north = millimetres_to_map(x, y)
        lines.append(f"J{number},1,{north:.3f},{east:.3f}")
    head = coordinate_text((_red_line(),)).split("[地块坐标]")[0]
    return head + "[地块坐标]\n" + "\n".join(lines) + "\n"


def _bad_geojson(folder: Path, plot: Plot) -> list[BadInput]:
    ring = [list(millimetres_to_map(x, y)) for x, y in plot.parts[0].outer]
    closed = [*ring, ring[0]]
    bow_tie = [ring[0], ring[2], ring[1], ring[3], ring[0]]
    beside = [[x + 220.0, y] for x, y in closed]
    documents: dict[str, tuple[list[tuple[str, object]], str, str, int]] = {
        "no_feature.geojson": ([], "无要素", "no feature", 0),
        "no_polygon.geojson": (
            [("LineString", ring), ("Point", ring[0])],
            "没有面要素",
            "no polygon",
            0,
        ),
        "open_ring.geojson": ([("Polygon", [ring])], "环未闭合", "an open ring", 0),
        "one_vertex.geojson": (
            [("Polygon", [[ring[0], ring[0]]])],
            "只有一个顶点",
            "a ring of one vertex",
            0,
        ),
        "one_bad_of_three.geojson": (
            [("Polygon", [closed]), ("Polygon", [bow_tie]), ("Polygon", [beside])],
            "三宗地中第二宗自相交，其余可用",
            "the second of three plots crosses itself, the others are sound",
            2,
        ),
    }
    for name, (shapes, _, _, _) in documents.items():
        (folder / name).write_text(geojson_text(_features(shapes)), encoding="utf-8")
    return [_bad(folder / name, zh, en, kept) for name, (_, zh, en, kept) in documents.items()]


def _features(shapes: Sequence[tuple[str, object]]) -> list[dict[str, object]]:
    return [
        {
            "type": "Feature",
            "properties": {"DKMC": f"地块{number}"},
            "geometry": {"type": kind, "coordinates": coordinates},
        }
        for number, (kind, coordinates) in enumerate(shapes, start=1)
    ]


def _bad_archives(folder: Path, plot: Plot) -> list[BadInput]:
    without_shp, two_crs, no_crs = (
        folder / f"{name}.zip" for name in ("without_shp", "two_crs", "no_crs")
    )
    write_archive(without_shp, {"说明.txt": "没有图形\r\n".encode("gbk")})
    parts = shapefile_parts((plot,), "red_line")
    projection = parts.pop("red_line.prj")
    write_archive(no_crs, parts)
    both = shapefile_parts((plot,), "zone_39") | shapefile_parts((plot,), "no_zone")
    both["no_zone.prj"] = projection.replace(b"39500000.0", b"500000.0")
    write_archive(two_crs, both)
    return [
        _bad(without_shp, "压缩包内无.shp", "an archive without a .shp"),
        _bad(no_crs, "缺少坐标系，需指明", "no coordinate reference system, it must be named"),
        _bad(two_crs, "两个图层坐标系不同", "two layers of different reference systems"),
    ]
