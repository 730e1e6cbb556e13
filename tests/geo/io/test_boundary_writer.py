"""Coordinate TXT written and read back: identical to the printed precision."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Point, Polygon, box

from geo.errors import GeoError, InvalidGeometryError, MissingCRSError
from geo.intake import ReadOptions
from geo.io.boundary.features import read_boundary_txt
from geo.io.boundary.writer import boundary_text, write_boundary_txt
from geo.io.limits import LAYER_LIMITS
from geo.reading_codes import Remark

E0, N0 = 39_524_000, 3_850_000


def frame_of(*geometries, crs="EPSG:4527", **columns):
    shifted = [shapely.transform(g, lambda xy: xy + np.array([E0, N0])) for g in geometries]
    return gpd.GeoDataFrame(columns, geometry=shifted, crs=crs)


def read_back(frame, tmp_path, **form):
    path = tmp_path / "back.txt"
    write_boundary_txt(frame, path, **form)
    return read_boundary_txt(path, ReadOptions(), LAYER_LIMITS)


def parcel_line(frame, **form):
    return boundary_text(frame, **form).text.split("\r\n")[12]


def remarks(frame, **form):
    return {note.code: note.params for note in boundary_text(frame, **form).notes}


def test_layout_to_the_letter():
    """North-west corner first, clockwise, closed under the first number, X = north.

    Sheet: (34.7779 - 32) × 24 = 66.67, row 96 - 66; (117.2622 - 114) × 16 = 52.19, column 53.
    """
    frame = frame_of(
        box(0, 0, 100, 200), site_id=["7"], site_name=["甲地块"], 地块用途=["工业用地"]
    )
    assert boundary_text(frame, producer="示例", day="2024-01-01").text.split("\r\n") == [
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
        "5,2.0000,7,甲地块,面,I50G030053,工业用地,,@",
        "J1,1,3850200.000,39524000.000",
        "J2,1,3850200.000,39524100.000",
        "J3,1,3850000.000,39524100.000",
        "J4,1,3850000.000,39524000.000",
        "J1,1,3850200.000,39524000.000",
        "",
    ]


def test_supply_dialect_and_square_metres():
    lines = boundary_text(
        frame_of(box(0, 0, 100, 200)), dialect="gongdi", area_unit="m2"
    ).text.split("\r\n")
    assert lines[1] == "格式版本号="
    assert lines[12] == "5,20000.00,,,面,I50G030053,,,@"


def test_numbers_run_through_holes_and_parts_from_the_largest_on():
    outline = MultiPolygon([box(300, 0, 310, 10), box(0, 0, 100, 100) - box(20, 20, 40, 40)])
    lines = boundary_text(frame_of(outline)).text.split("\r\n")[12:-1]
    assert lines[0].startswith("15,0.9700,")
    assert [line.split(",")[0] for line in lines[1:]] == [
        "J1", "J2", "J3", "J4", "J1", "J5", "J6", "J7", "J8", "J5", "J9", "J10", "J11", "J12",
        "J9",
    ]  # fmt: skip
    assert [line.split(",")[1] for line in lines[1:]] == ["1"] * 5 + ["2"] * 5 + ["3"] * 5
    assert lines[6] == "J5,2,3850040.000,39524020.000"


@pytest.mark.parametrize(
    ("side_m", "ha", "m2"),
    [
        # 0.00005 ha is half a square metre and goes up
        (0.5**0.5, "0.0001", "0.50"),
        (0.7, "0.0000", "0.49"),
        (1.005, "0.0001", "1.01"),
    ],
)
def test_areas_are_rounded_half_up_from_what_is_printed(side_m, ha, m2):
    # 0.707 m printed instead of 0.70711: 0.499849 m²
    frame = frame_of(box(0, 0, side_m, side_m))
    expected = "0.0000" if side_m == 0.5**0.5 else ha
    assert parcel_line(frame).split(",")[1] == expected
    assert parcel_line(frame, area_unit="m2").split(",")[1] == m2
    assert parcel_line(frame_of(box(0, 0, 0.5, 1.0))).split(",")[1] == "0.0001"


def test_a_parcel_across_sheets_names_them_all():
    """The edge of the sheets east of 117.3125° runs through it."""
    frame = frame_of(box(4_000, 0, 5_000, 100))
    assert parcel_line(frame).split(",")[5] == "I50G030053、I50G030054"


def test_the_stated_sheet_gives_way_to_the_coordinates():
    frame = frame_of(box(0, 0, 10, 10), box(0, 0, 10, 10), 图幅号=["I50G029053", "I50G030053"])
    assert parcel_line(frame).split(",")[5] == "I50G030053"
    assert remarks(frame)[Remark.TXT_SHEET_REPLACED] == {
        "feature": 1, "count": 1, "stated": "I50G029053", "found": "I50G030053",
    }  # fmt: skip


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:26986", "EPSG:2363"])
def test_only_zones_of_cgcs2000_can_be_written(crs):
    with pytest.raises(GeoError, match="txt_needs_zone"):
        boundary_text(frame_of(box(0, 0, 1, 1), crs=crs))


def test_no_crs_no_file():
    with pytest.raises(MissingCRSError, match="missing_crs"):
        boundary_text(frame_of(box(0, 0, 1, 1), crs=None))


def test_no_parcel_no_file():
    with pytest.raises(GeoError, match="nothing_to_write"):
        boundary_text(frame_of())


@pytest.mark.parametrize(
    "geometry", [None, Polygon(), Point(E0, N0), Polygon([(0, 0), (9, 9), (9, 0), (0, 9)])]
)
def test_what_is_no_valid_polygon_is_not_written(geometry):
    frame = gpd.GeoDataFrame(geometry=[box(E0, N0, E0 + 9, N0 + 9), geometry], crs=4527)
    with pytest.raises(InvalidGeometryError, match="feature=2"):
        boundary_text(frame)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("甲,乙", "甲，乙"),
        ("甲\r\n乙", "甲 乙"),
        ("甲@乙@", "甲＠乙＠"),
        ("面", "面"),
        ("=1+1", "=1+1"),
        ("[属性描述]", "[属性描述]"),
        ("", ""),
        ("  空  格 ", "空 格"),
        ("甲\x00\u2028乙", "甲 乙"),
        ("龦𠮷", "龦𠮷"),
        ("甲，，，，，，乙", "甲，，，，，，乙"),
    ],
)
@pytest.mark.parametrize("encoding", ["GB18030", "UTF-8"])
def test_texts_come_back_and_changes_are_told(name, written, encoding, tmp_path):
    frame = frame_of(
        box(0, 0, 100, 200), site_id=[name], site_name=[name], 地块用途=[name], 地类编码=[name]
    )
    raw = read_back(frame, tmp_path, encoding=encoding, producer=name)
    assert raw.refused == ()
    for column in ("地块编号", "地块名称", "地块用途", "地类编码"):
        assert raw.frame[column].tolist() == [written], column
    assert raw.frame.area.tolist() == [20_000.0]
    assert (Remark.TXT_TEXT_CHANGED in remarks(frame)) == (name.strip() != written)


def test_half_of_a_sign_is_written_as_a_sign():
    assert "单位=甲\ufffd\r\n" in boundary_text(frame_of(box(0, 0, 1, 1)), producer="甲\ud800").text


def test_numbers_are_written_as_codes():
    frame = frame_of(
        box(0, 0, 1, 1),
        box(2, 0, 3, 1),
        site_id=[3.0, np.nan],
        地类编码=[1001, 702],
        地块用途=["住宅", None],
    )
    assert parcel_line(frame) == "5,0.0001,3,,面,I50G030053,住宅,1001,@"
    assert remarks(frame) == {}


def test_fields_without_a_place_are_told():
    frame = frame_of(
        box(0, 0, 1, 1),
        site_id=["1"],
        地块编号=["1"],
        权利人=["甲"],
        空=[None],
        stated_area_m2=[1.0],
    )
    assert remarks(frame) == {Remark.TXT_FIELDS_LEFT_OUT: {"fields": "权利人"}}


def test_rare_signs_and_encodings(tmp_path):
    frame = frame_of(box(0, 0, 1, 1), site_name=["𠮷地"])
    path = tmp_path / "red.txt"
    (note,) = write_boundary_txt(frame, path)
    assert (note.code, note.params) == (Remark.TXT_RARE_SIGNS, {"file": "red.txt", "signs": "𠮷"})
    assert write_boundary_txt(frame, path, encoding="utf-8-sig") == ()
    assert path.read_bytes().startswith(b"\xef\xbb\xbf[")
    with pytest.raises(GeoError, match="signs_not_encodable"):
        write_boundary_txt(frame, path, encoding="big5")
    with pytest.raises(GeoError, match="unknown_encoding"):
        write_boundary_txt(frame, path, encoding="klingon")


def test_gbk_is_gbk_byte_for_byte(tmp_path):
    path = tmp_path / "red.txt"
    frame = frame_of(box(0, 0, 1, 1), site_name=["甲地块"])
    write_boundary_txt(frame, path, encoding="GBK")
    assert path.read_bytes().decode("gbk") == boundary_text(frame).text


def test_an_interrupted_write_leaves_the_older_file(tmp_path):
    path = tmp_path / "red.txt"
    path.write_text("older", "utf-8")
    with pytest.raises(GeoError, match="signs_not_encodable"):
        write_boundary_txt(frame_of(box(0, 0, 1, 1)), path, encoding="ascii")
    (tmp_path / "folder.txt").mkdir()
    with pytest.raises(OSError, match="folder"):
        write_boundary_txt(frame_of(box(0, 0, 1, 1)), tmp_path / "folder.txt")
    assert path.read_text("utf-8") == "older"
    assert sorted(item.name for item in tmp_path.iterdir()) == ["folder.txt", "red.txt"]


# --- outlines that rounding would change ----------------------------------------------------


def test_points_closer_than_a_millimetre_are_one():
    outline = Polygon([(0, 0), (0, 10), (0.0002, 10.0001), (10, 10), (10, 0), (0.0003, 0)])
    assert remarks(frame_of(outline)) == {Remark.TXT_POINTS_MERGED: {"count": 2}}
    assert parcel_line(frame_of(outline)).startswith("5,0.0100,")


def test_a_gap_of_a_tenth_of_a_millimetre_takes_a_fourth_decimal(tmp_path):
    """A hole 0.3 mm from the edge would touch it along a whole side."""
    outline = box(0, 0, 100, 100) - box(20, 20, 40, 99.9997)
    frame = frame_of(box(200, 0, 210, 10), outline)
    assert remarks(frame) == {Remark.TXT_FINER_DIGITS: {"feature": 2, "count": 1, "digits": 4}}
    text = boundary_text(frame).text
    assert "精度=0.0001\r\n" in text
    assert "J1,1,3850010.000,39524200.000" in text
    assert "J1,1,3850100.0000,39524000.0000" in text
    back = read_back(frame, tmp_path).frame.geometry.iloc[1]
    assert back.is_valid
    assert back.area == pytest.approx(10_000 - 20 * 79.9997, abs=1e-3)
    assert len(back.interiors) == 1


@pytest.mark.parametrize(
    "outline",
    [
        # a hole of a fifth of a millimetre is one point to every reader
        box(0, 0, 100, 100) - box(50, 50, 50.0002, 50.0002),
        # a neck that comes back to the first corner within 1 mm closes the ring too early
        Polygon([(0, 10), (10, 10), (10, 0), (5, 0), (0.0004, 9.9994), (0, 0)]),
        box(0, 0, 1e-7, 1e-7),
    ],
)
def test_what_cannot_be_printed_is_refused(outline, tmp_path):
    assert outline.is_valid
    frame = frame_of(box(200, 0, 210, 10), outline)
    with pytest.raises(GeoError, match="txt_not_printable") as caught:
        write_boundary_txt(frame, tmp_path / "red.txt")
    assert caught.value.params == {"feature": 2}
    assert list(tmp_path.iterdir()) == []


# --- round trips ----------------------------------------------------------------------------

millimetres = st.integers(0, 60_000).map(lambda number: number / 1000)
fractions = st.floats(0, 60)


@st.composite
def parcels(draw, offsets=millimetres):
    """Parts with holes, an island in a hole, at odd offsets; parts never touch."""
    parts = []
    for number in range(draw(st.integers(1, 3))):
        shift = number * 1000.0
        a, b, c, d = (draw(offsets) for _ in range(4))
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


def rings_of(geometry):
    return [
        shapely.get_coordinates(ring) for ring in shapely.get_rings(shapely.get_parts(geometry))
    ]


def farthest_corner(one, other):
    """Greatest distance of a corner of one from the nearest corner of the other."""
    corners = shapely.points(np.concatenate(rings_of(one)))
    return shapely.distance(corners, shapely.multipoints(np.concatenate(rings_of(other)))).max()


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.one_of(parcels(), parcels(fractions)), min_size=1, max_size=3),
    st.sampled_from(["baopi", "gongdi"]),
    st.sampled_from(["EPSG:4527", "EPSG:4548"]),
    st.sampled_from(["ha", "m2"]),
    st.sampled_from(["GB18030", "UTF-8", "utf-8-sig"]),
)
def test_written_and_read_back_to_the_printed_precision(
    tmp_path_factory, geometries, dialect, crs, area_unit, encoding
):
    origin = np.array([E0 if crs == "EPSG:4527" else E0 - 39_000_000, N0])
    placed = [
        shapely.transform(outline, lambda xy, at=at: xy + origin + np.array([0, 1000 * at]))
        for at, outline in enumerate(geometries)
    ]
    numbers = [f"Z{n}" for n in range(len(placed))]
    frame = gpd.GeoDataFrame({"site_id": numbers}, geometry=placed, crs=crs)
    form = {"dialect": dialect, "area_unit": area_unit, "day": "2024-01-01"}
    raw = read_back(frame, tmp_path_factory.mktemp("txt"), encoding=encoding, **form)
    assert raw.refused == ()
    assert raw.frame.crs == crs
    assert raw.detected.notes == ()
    assert raw.frame["地块编号"].tolist() == numbers
    for written, back in zip(placed, raw.frame.geometry, strict=True):
        assert back.is_valid
        assert sorted(map(len, rings_of(back))) == sorted(map(len, rings_of(written)))
        assert len(shapely.get_parts(back)) == len(shapely.get_parts(written))
        # half a step of the print in each axis
        assert farthest_corner(written, back) <= 0.000_51 * 2**0.5
        assert farthest_corner(back, written) <= 0.000_51 * 2**0.5
    assert boundary_text(raw.frame, **form).text == boundary_text(frame, **form).text


def written(frame):
    try:
        return boundary_text(frame)
    except GeoError as err:
        if err.code != "txt_not_printable":
            raise
        return None


coordinates = st.tuples(st.integers(0, 12), st.integers(0, 12))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=7),
    st.sampled_from([1.0, 0.001, 0.0005]),
)
def test_any_polygon_comes_back_or_is_refused(tmp_path_factory, corners, step):
    """Boxes joined and cut out of each other: parts that touch, holes that touch, islands."""
    outline = shapely.MultiPolygon()
    for at, ((x0, y0), (x1, y1)) in enumerate(corners):
        piece = box(min(x0, x1), min(y0, y1), max(x0, x1) + 1, max(y0, y1) + 1)
        outline = outline.symmetric_difference(piece) if at % 2 else outline.union(piece)
    outline = shapely.transform(outline, lambda xy: xy * step)
    frame = frame_of(outline) if not outline.is_empty else None
    if frame is None or not frame.is_valid.all():
        return
    document = written(frame)
    assert document or step < 1.0
    if document is None:
        return
    raw = read_back(frame, tmp_path_factory.mktemp("txt"))
    (back,) = raw.frame.geometry
    assert back.is_valid
    assert back.symmetric_difference(frame.geometry.iloc[0]).area <= 0.001 * back.length
    if "精度=0.001\r\n" in document.text:
        assert boundary_text(raw.frame).text == document.text
