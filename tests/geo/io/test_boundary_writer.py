"""Coordinate TXT written and read back: identical to the printed precision."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box

from geo.errors import GeoError, MissingCRSError
from geo.intake import ReadOptions
from geo.io.boundary_features import read_boundary_txt
from geo.io.boundary_writer import boundary_text, write_boundary_txt
from geo.io.limits import SITE_LIMITS

E0, N0 = 39_524_000, 3_850_000


def frame_of(*geometries, crs="EPSG:4527", **columns):
    shifted = [shapely.transform(g, lambda xy: xy + np.array([E0, N0])) for g in geometries]
    return gpd.GeoDataFrame(columns, geometry=shifted, crs=crs)


def read_back(text, tmp_path, encoding="GB18030"):
    path = tmp_path / "back.txt"
    write_boundary_txt(text, path, encoding=encoding)
    return read_boundary_txt(path, ReadOptions(), SITE_LIMITS)


def test_layout_to_the_letter():
    """North-west corner first, clockwise, closed under the first number, X = north."""
    frame = frame_of(
        box(0, 0, 100, 200), site_id=["7"], site_name=["甲地块"], 地块用途=["工业用地"]
    )
    assert boundary_text(frame, producer="示例", day="2024-01-01").split("\r\n") == [
        "[属性描述]",
        "格式版本号=1.01版本",
        "数据产生单位=示例",
        "数据产生日期=2024-01-01",
        "坐标系=2000国家大地坐标系",
        "几度分带=3",
        "投影类型=高斯克吕格",
        "计量单位=米",
        "带号=39",
        "精度=0.001",
        "转换参数=,,,,,,",
        "[地块坐标]",
        "5,2.0000,7,甲地块,面,,工业用地,,@",
        "J1,1,3850200.000,39524000.000",
        "J2,1,3850200.000,39524100.000",
        "J3,1,3850000.000,39524100.000",
        "J4,1,3850000.000,39524000.000",
        "J1,1,3850200.000,39524000.000",
        "",
    ]


def test_supply_dialect_and_square_metres():
    lines = boundary_text(frame_of(box(0, 0, 100, 200)), dialect="gongdi", area_unit="m2").split(
        "\r\n"
    )
    assert lines[1] == "格式版本号="
    assert lines[12] == "5,20000.00,,,面,,,,@"


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:26986", "EPSG:2363"])
def test_only_zones_of_cgcs2000_can_be_written(crs):
    with pytest.raises(GeoError, match="unknown_projection"):
        boundary_text(frame_of(box(0, 0, 1, 1), crs=crs))


def test_no_crs_no_file():
    with pytest.raises(MissingCRSError, match="missing_crs"):
        boundary_text(frame_of(box(0, 0, 1, 1), crs=None))


@pytest.mark.parametrize("name", ["甲,乙", "甲\n乙", "甲@乙", "面", "=1+1", "", "  空  格 "])
def test_texts_survive_but_for_commas_and_breaks(name, tmp_path):
    frame = frame_of(box(0, 0, 100, 200), site_id=["1"], site_name=[name])
    raw = read_back(boundary_text(frame), tmp_path)
    assert raw.refused == ()
    expected = " ".join(name.replace(",", "，").split())
    if name != "面":
        assert raw.frame["地块名称"].tolist() == [expected]
    assert raw.frame.area.tolist() == [20_000.0]


def test_an_interrupted_write_leaves_the_older_file(tmp_path):
    path = tmp_path / "red.txt"
    path.write_text("older", "utf-8")
    with pytest.raises(UnicodeEncodeError):
        write_boundary_txt("甲", path, encoding="ascii")
    assert path.read_text("utf-8") == "older"
    assert [item.name for item in tmp_path.iterdir()] == ["red.txt"]


millimetres = st.integers(0, 60_000).map(lambda number: number / 1000)


@st.composite
def parcels(draw):
    """Parts with holes, an island in a hole, at odd millimetres; parts never touch."""
    parts = []
    for number in range(draw(st.integers(1, 3))):
        shift = number * 1000.0
        a, b, c, d = (draw(millimetres) for _ in range(4))
        shell = Polygon(
            [
                (shift - a, -b),
                (shift + 300 + c, -d),
                (shift + 300 + a, 300 + d),
                (shift - c, 300 + b),
            ]
        )
        holes = draw(st.integers(0, 2))
        if holes == 0:
            parts.append(shell)
            continue
        hole = box(shift + 100 + a / 10, 100, shift + 200 - b / 10, 200 + c / 10)
        parts.append(Polygon(shell.exterior, [hole.exterior]))
        if holes == 2:
            parts.append(box(shift + 120, 120 + d / 10, shift + 180, 180))
    order = draw(st.permutations(parts))
    return order[0] if len(order) == 1 else MultiPolygon(order)


def printed(geometry):
    """Rings as sets of printed corners: start, direction and order of rings are free."""
    return sorted(
        sorted({f"{x:.3f} {y:.3f}" for x, y in shapely.get_coordinates(ring)})
        for ring in shapely.get_rings(shapely.get_parts(geometry))
    )


@settings(max_examples=60, deadline=None)
@given(
    st.lists(parcels(), min_size=1, max_size=3),
    st.sampled_from(["baopi", "gongdi"]),
    st.sampled_from(["EPSG:4527", "EPSG:4548"]),
    st.sampled_from(["ha", "m2"]),
    st.sampled_from(["GB18030", "UTF-8", "utf-8-sig"]),
)
def test_written_and_read_back_to_the_printed_precision(
    tmp_path_factory, geometries, dialect, crs, area_unit, encoding
):
    origin = np.array([E0 if crs == "EPSG:4527" else E0 - 39_000_000, N0])
    placed = [shapely.transform(g, lambda xy: xy + origin) for g in geometries]
    frame = gpd.GeoDataFrame(
        {"site_id": [f"Z{n}" for n in range(len(placed))]}, geometry=placed, crs=crs
    )
    text = boundary_text(frame, dialect=dialect, area_unit=area_unit)
    raw = read_back(text, tmp_path_factory.mktemp("txt"), encoding)
    assert raw.refused == ()
    assert raw.frame.crs == crs
    assert raw.detected.notes == ()
    assert raw.frame["地块编号"].tolist() == frame["site_id"].tolist()
    for written, back in zip(placed, raw.frame.geometry, strict=True):
        assert printed(back) == printed(written)
        assert back.is_valid
        assert len(shapely.get_parts(back)) == len(shapely.get_parts(written))
        assert back.area == pytest.approx(written.area, abs=0.002 * written.length)
    assert boundary_text(
        raw.frame.rename(columns={"地块编号": "site_id"}), dialect=dialect, area_unit=area_unit
    ).count("\r\n") == text.count("\r\n")
