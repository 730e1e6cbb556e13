"""Coordinate TXT as features: areas, zones, axes, units, encodings."""

from pathlib import Path

import pytest
import shapely

from geo.errors import GeoError, MixedCRSError, UnreadableFileError
from geo.intake import ReadOptions
from geo.io.boundary.features import read_boundary_txt
from geo.io.limits import SITE_LIMITS, ReadLimits
from geo.reading_codes import Fault, Remark

DATA = Path(__file__).parents[2] / "data" / "cn_txt"
PARCEL = "5,2.0000,1,甲地块,面,,,,@"


def read(path, limits=SITE_LIMITS, **options):
    return read_boundary_txt(path, ReadOptions(**options), limits)


def only_refusal(path, **options):
    raw = read(path, **options)
    assert len(raw.frame) == 0
    (refusal,) = raw.refused
    return refusal


@pytest.mark.parametrize(
    ("name", "encoding", "crs", "areas"),
    [
        ("made_area_hectare_utf8.txt", "UTF-8", "EPSG:4527", [20_000.0]),
        ("made_area_m2_gbk.txt", "GB18030", "EPSG:4527", [20_000.0, 9_600.0, 5_000.0]),
        ("made_no_zone_prefix_utf8bom.txt", "UTF-8", "EPSG:4548", [20_000.0]),
    ],
)
def test_files_after_the_layout_of_real_ones(name, encoding, crs, areas):
    raw = read(DATA / name)
    assert raw.frame.area.tolist() == areas
    assert raw.frame.is_valid.all()
    assert raw.refused == ()
    assert raw.count == len(areas)
    assert (raw.detected.encoding, raw.detected.crs) == (encoding, crs)
    assert raw.detected.axis_order == "north_east"
    assert raw.frame["地块名称"].iloc[0] == "甲地块"
    assert raw.frame.crs == crs


def test_x_is_the_northing(boundary_file, points, rectangle):
    raw = read(boundary_file(PARCEL, *points(rectangle)))
    assert raw.frame.total_bounds.tolist() == [39524000, 3850000, 39524200, 3850100]


HOLE = [(3850020, 39524040), (3850040, 39524040), (3850040, 39524060), (3850020, 39524060)]
PART = [(3850000, 39524300), (3850050, 39524300), (3850050, 39524350), (3850000, 39524350)]


def spellings(points, rectangle):
    """One parcel of 20 000 − 400 + 2 500 m² in every way that writers number and close it."""
    for closed in (True, False):
        yield [
            *points(rectangle, closed=closed),
            *points(HOLE, ring=2, closed=closed),
            *points(PART, ring=3, closed=closed),
        ]
        yield [
            *points(rectangle, closed=closed),
            *points(HOLE, ring=2, first=5, closed=closed),
            *points(PART, ring=3, first=9, closed=closed),
        ]
        yield [
            *points(rectangle[::-1], closed=closed),
            *points(PART, ring=2, closed=closed),
            *points(HOLE[::-1], ring=7, closed=closed),
        ]
    plain = "{n},{ring},{a},{b}"
    yield [*points(rectangle, form=plain), *points(HOLE, ring=2, form=plain),
           *points(PART, ring=3, form=plain)]  # fmt: skip
    zengjian = "J{n},{a:.3f},{b:.3f},,{ring},"
    yield [*points(rectangle, form=zengjian), *points(HOLE, ring=2, form=zengjian),
           *points(PART, ring=3, form=zengjian)]  # fmt: skip


def test_numbering_and_closing_change_nothing(boundary_file, points, rectangle):
    outlines = []
    for lines in spellings(points, rectangle):
        raw = read(boundary_file("15,2.21,1,甲地块,面,,,,@", *lines))
        assert raw.refused == ()
        assert [n for n in raw.detected.notes if n.code != Remark.POINT_COUNT_DIFFERS] == []
        outlines.append(raw.frame.geometry.iloc[0].normalize())
        assert outlines[-1].area == 22_100.0
    assert all(outline.equals(outlines[0]) for outline in outlines)


@pytest.mark.parametrize(("count", "told"), [(4, False), (5, False), (6, True), (3, True)])
def test_the_count_may_or_may_not_count_the_closing_point(
    boundary_file, points, rectangle, count, told
):
    raw = read(boundary_file(f"{count},2.0,1,甲,面,,,,@", *points(rectangle)))
    codes = [note.code for note in raw.detected.notes]
    assert codes == ([Remark.POINT_COUNT_DIFFERS] if told else [])
    assert raw.frame.area.tolist() == [20_000.0]


def test_parts_under_one_ring_number_are_told_apart(boundary_file, points, rectangle):
    lines = [*points(rectangle), *points(HOLE, first=5)]
    raw = read(boundary_file(PARCEL, *lines))
    assert raw.frame.area.tolist() == [19_600.0]
    assert Remark.RING_SPLIT in [note.code for note in raw.detected.notes]


def test_a_label_that_comes_back_elsewhere_is_refused(boundary_file, points, rectangle):
    lines = [*points(rectangle, closed=False), *points(HOLE, closed=False)]
    refusal = only_refusal(boundary_file(PARCEL, *lines))
    assert refusal.code == Fault.LABEL_REPEATED
    assert (refusal.params["line"], refusal.params["label"]) == (18, "J1")


def test_a_ring_number_that_comes_back_is_refused(boundary_file, points, rectangle):
    lines = [*points(rectangle), *points(HOLE, ring=2), *points(PART, ring=1, first=9)]
    assert only_refusal(boundary_file(PARCEL, *lines)).code == Fault.RING_RESUMED


def test_a_millimetre_at_the_closing_point_is_no_new_corner(boundary_file, points, rectangle):
    lines = [*points(rectangle, closed=False), "J1,1,3850000.0004,39524000.0004"]
    raw = read(boundary_file(PARCEL, *lines))
    assert shapely.get_num_coordinates(raw.frame.geometry.iloc[0]) == 5
    assert raw.frame.area.tolist() == [20_000.0]


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_fewer_than_three_points(boundary_file, points, rectangle, kept):
    refusal = only_refusal(boundary_file(PARCEL, *points(rectangle[:kept] or rectangle)[:kept]))
    assert refusal.code == Fault.TOO_FEW_POINTS
    assert refusal.params["found"] == kept


@pytest.mark.parametrize("word", ["点", "线"])
def test_lines_and_points_are_no_sites(boundary_file, points, rectangle, word):
    refusal = only_refusal(boundary_file(f"5,2.0,1,甲,{word},,,,@", *points(rectangle)))
    assert (refusal.code, refusal.params["found"]) == (Fault.NO_POLYGON, word)


def test_a_bad_line_refuses_its_parcel_and_no_other(boundary_file, points, rectangle):
    good = [PARCEL, *points(rectangle)]
    path = boundary_file(*good, "5,1.0,2,乙,面,,,,@", *points(PART), "J6,1,,", *good)
    raw = read(path)
    assert raw.count == 3
    assert raw.frame["source_index"].tolist() == [0, 2]
    (refusal,) = raw.refused
    assert (refusal.index, refusal.site, refusal.code) == (1, "2", Fault.BAD_LINE)
    assert refusal.params["line"] == 25
    assert refusal.params["text"] == "J6,1,,"


def test_a_bad_line_before_all_parcels_is_reported_without_a_feature(
    boundary_file, points, rectangle
):
    raw = read(boundary_file("J9,1,1,2", PARCEL, *points(rectangle)))
    assert len(raw.frame) == raw.count == 1
    assert [(refusal.index, refusal.code) for refusal in raw.refused] == [(None, Fault.BAD_LINE)]


def test_all_lines_outside_parcels_are_reported_up_to_a_limit(boundary_file, points, rectangle):
    raw = read(boundary_file(*["以下空白"] * 30, PARCEL, *points(rectangle)))
    assert [refusal.params["line"] for refusal in raw.refused] == list(range(13, 33))


def test_a_parcel_across_two_zones_names_both(boundary_file, header, points, rectangle):
    rectangle[2] = (rectangle[2][0], rectangle[2][1] + 1e6)
    refusal = only_refusal(boundary_file(PARCEL, *points(rectangle)))
    assert refusal.code == Fault.ZONE_MISMATCH
    assert (refusal.params["found"], refusal.params["needed"]) == ("39/40", "39")
    bare = {key: value for key, value in header.items() if key != "带号"}
    refusal = only_refusal(boundary_file(PARCEL, *points(rectangle), header=bare))
    assert (refusal.params["found"], refusal.params["needed"]) == ("39/40", "?")


@pytest.mark.parametrize("prefix", [0, 39_000_000])
def test_swapped_axes_are_noticed_and_swapped_on_the_users_word_only(
    boundary_file, points, rectangle, prefix
):
    turned = [(b - 39_000_000 + prefix, a) for a, b in rectangle]
    path = boundary_file(PARCEL, *points(turned))
    assert only_refusal(path).code == Fault.AXES_SWAPPED
    raw = read(path, swap_axes=True)
    assert raw.frame.area.tolist() == [20_000.0]
    assert raw.frame.total_bounds[1] == 3_850_000
    assert raw.detected.axis_order == "east_north"


def test_axes_in_order_are_not_swapped(boundary_file, points, rectangle):
    path = boundary_file(PARCEL, *points(rectangle))
    assert only_refusal(path, swap_axes=True).code == Fault.SWAP_NOT_NEEDED


def test_degrees_are_no_boundary_points(boundary_file, points):
    degrees = [(34.80, 117.25), (34.81, 117.25), (34.81, 117.26)]
    form = "J{n},{ring},{a:.6f},{b:.6f}"
    path = boundary_file(PARCEL, *points(degrees, form=form))
    assert only_refusal(path).code == Fault.METRES_EXPECTED


def test_out_of_every_range(boundary_file, points):
    path = boundary_file(PARCEL, *points([(100.0, 200.0), (300.0, 200.0), (300.0, 900.0)]))
    assert only_refusal(path).code == Fault.COORDINATES_OUT_OF_RANGE


@pytest.mark.parametrize(
    ("changes", "crs"),
    [
        ({}, "EPSG:4527"),
        ({"带号": ""}, "EPSG:4527"),
        ({"带号": "第39带"}, "EPSG:4527"),
        ({"几度分带": "3度"}, "EPSG:4527"),
        ({"坐标系": "CGCS2000"}, "EPSG:4527"),
        ({"投影类型": "", "计量单位": ""}, "EPSG:4527"),
    ],
)
def test_zone_by_header_and_easting(boundary_file, header, points, rectangle, changes, crs):
    path = boundary_file(PARCEL, *points(rectangle), header={**header, **changes})
    assert read(path).detected.crs == crs


def test_other_zones_and_widths(boundary_file, header, points, rectangle):
    in_38 = [(a, b - 1_000_000) for a, b in rectangle]
    path = boundary_file(PARCEL, *points(in_38), header={**header, "带号": "38"})
    assert read(path).detected.crs == "EPSG:4526"
    in_20 = [(a, b - 19_000_000) for a, b in rectangle]
    six = {**header, "带号": "20", "几度分带": "6"}
    assert read(boundary_file(PARCEL, *points(in_20), header=six)).detected.crs == "EPSG:4498"


@pytest.mark.parametrize(
    ("changes", "prefix", "fault"),
    [
        ({"带号": "40"}, True, Fault.ZONE_MISMATCH),
        ({"带号": ""}, False, Fault.ZONE_MISSING),
        ({"带号": "99"}, False, Fault.NO_SUCH_ZONE),
        ({"几度分带": "6"}, True, Fault.NO_SUCH_ZONE),
        ({"坐标系": "80国家大地坐标系"}, True, Fault.OLD_DATUM),
        ({"坐标系": "1980西安坐标系"}, True, Fault.OLD_DATUM),
        ({"坐标系": "1954年北京坐标系"}, True, Fault.OLD_DATUM),
        ({"坐标系": ""}, True, Fault.MISSING_CRS),
        ({"坐标系": "独立坐标系"}, True, Fault.MISSING_CRS),
        ({"计量单位": "公里"}, True, Fault.TXT_UNIT_NOT_METRE),
        ({"投影类型": "兰伯特"}, True, Fault.UNKNOWN_PROJECTION),
    ],
)
def test_headers_that_do_not_tell_the_truth(
    boundary_file, header, points, rectangle, changes, prefix, fault
):
    corners = [(a, b if prefix else b - 39_000_000) for a, b in rectangle]
    path = boundary_file(PARCEL, *points(corners), header={**header, **changes})
    refusal = only_refusal(path)
    assert refusal.code == fault
    assert refusal.params["line"] == 13


def test_the_users_word_fills_what_the_header_lacks(boundary_file, points, rectangle):
    path = boundary_file(PARCEL, *points(rectangle), header={})
    assert only_refusal(path).code == Fault.MISSING_CRS
    assert read(path, crs="EPSG:4527").frame.area.tolist() == [20_000.0]


def test_the_users_word_does_not_hide_an_old_datum(boundary_file, header, points, rectangle):
    old = {**header, "坐标系": "80国家大地坐标系"}
    path = boundary_file(PARCEL, *points(rectangle), header=old)
    assert only_refusal(path, crs="EPSG:4527").code == Fault.OLD_DATUM


def test_two_zones_in_one_file(boundary_file, header, points, rectangle):
    in_38 = [(a, b - 1_000_000) for a, b in rectangle]
    bare = {key: value for key, value in header.items() if key != "带号"}
    path = boundary_file(PARCEL, *points(rectangle), PARCEL, *points(in_38), header=bare)
    with pytest.raises(MixedCRSError, match="mixed_crs"):
        read(path)


def test_prefix_in_some_parcels_only_is_one_system(boundary_file, points, rectangle):
    bare = [(a, b - 39_000_000) for a, b in rectangle]
    raw = read(boundary_file(PARCEL, *points(rectangle), PARCEL, *points(bare)))
    one, other = raw.frame.geometry
    assert one.equals_exact(other, 0)


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(boundary_file, points, rectangle, encoding, end):
    path = boundary_file(PARCEL, *points(rectangle), encoding=encoding, end=end)
    raw = read(path)
    assert raw.frame["地块名称"].tolist() == ["甲地块"]
    assert raw.frame.area.tolist() == [20_000.0]


def test_joined_files_with_marks_in_the_middle(boundary_file, points, rectangle, tmp_path):
    one = boundary_file(PARCEL, *points(rectangle), encoding="utf-8-sig").read_bytes()
    joined = tmp_path / "joined.txt"
    joined.write_bytes(one + one + b"\x1a")
    assert read(joined).frame.area.tolist() == [20_000.0, 20_000.0]


@pytest.mark.parametrize("encoding", [None, "utf-8"])
def test_unreadable_encoding(boundary_file, points, rectangle, encoding):
    path = boundary_file(PARCEL, *points(rectangle))
    if encoding is None:
        path.write_bytes(path.read_bytes() + b"\xff\xff\xff")
    with pytest.raises(UnreadableFileError, match="unreadable_encoding"):
        read(path, encoding=encoding)


def test_no_parcel_at_all(boundary_file):
    with pytest.raises(UnreadableFileError, match="no_features"):
        read(boundary_file())


def test_points_without_a_parcel_line(boundary_file, points, rectangle):
    with pytest.raises(UnreadableFileError, match="bad_line") as caught:
        read(boundary_file(*points(rectangle)))
    assert caught.value.params["line"] == 13


def test_limits_are_named(boundary_file, points, rectangle):
    path = boundary_file(PARCEL, *points(rectangle), PARCEL, *points(rectangle))
    with pytest.raises(UnreadableFileError, match="too_many_features") as caught:
        read(path, ReadLimits(max_bytes=10**6, max_features=1))
    assert caught.value.params["limit"] == 1
    raw = read(path, ReadLimits(max_bytes=10**6, max_features=9, max_vertices=4))
    assert {refusal.code for refusal in raw.refused} == {Fault.TOO_MANY_VERTICES}


def test_repeated_numbers_and_parameters_are_remarked(boundary_file, header, points, rectangle):
    given = {**header, "转换参数": "1.5,0,0,0,0,0,0"}
    path = boundary_file(PARCEL, *points(rectangle), PARCEL, *points(rectangle), header=given)
    codes = [note.code for note in read(path).detected.notes]
    assert codes == [
        Remark.PARAMETERS_IGNORED, Remark.DUPLICATE_NUMBER, Remark.TXT_DUPLICATE_PARCEL
    ]  # fmt: skip


@pytest.mark.parametrize("parameters", [",,,,,,", "0,0,0,0,0,0,0", "", "0.0,0,0,0,0,0,0.0"])
def test_blank_parameters_are_no_remark(boundary_file, header, points, rectangle, parameters):
    path = boundary_file(PARCEL, *points(rectangle), header={**header, "转换参数": parameters})
    assert read(path).detected.notes == ()


def test_errors_of_a_parcel_stay_errors_of_the_product(boundary_file, points, rectangle):
    """An option that is no CRS refuses the parcels by its own code."""
    path = boundary_file(PARCEL, *points(rectangle))
    assert only_refusal(path, crs="EPSG:999999").code == Fault.UNKNOWN_CRS
    assert issubclass(UnreadableFileError, GeoError)


# --- odd things that real files do ----------------------------------------------------------


def codes_of(raw):
    return [note.code for note in raw.detected.notes]


@pytest.mark.parametrize(
    ("parcel", "form"),
    [
        ("5,2.0,1,甲,面,,,,@", "J{n}\t{ring}\t{a:.3f}\t{b:.3f}"),
        ("5\t2.0\t1\t甲\t面\t\t\t\t@", "J{n}\t{ring}\t{a:.3f}\t{b:.3f}\t"),
        ("5 2.0 1 甲 面 @", "J{n} {ring}  {a:.3f} {b:.3f}"),
        ("5，2.0，1，甲，面，，，，＠", "J{n}，{ring}，{a:.3f}，{b:.3f}"),
        ("5,2.0,1,甲,面,,,,@", "j{n}, {ring}, {a:.3f}, {b:.3f}"),
        ("5,2.0,1,甲,面,,,,@", "{n},{ring},{a:.3f},{b:.3f},,"),
        ("5,2.0,1,甲,面,,,,@", ",J{n},{ring},{a:.3f},{b:.3f}"),
        ("5,2.0,1,甲,面,,,,@", "J{n},{a:.3f},{b:.3f}"),
        ("5,2.0,1,甲,面,,,,@", "{a:.3f},{b:.3f}"),
        ("5,2.0,1,甲,面,,,,@", "J{n},{ring},{a:.6e},{b:.9e}"),
        ("5,２.０,1,甲,面,,,,@", "Ｊ{n}，{ring}，{a:.3f}，{b:.3f}"),
        ("5,2.0公顷,1,甲,多边形,,,,@", "J{n},{ring},{a:.0f},{b:.0f}"),
    ],
)
def test_every_way_to_write_a_point(boundary_file, points, rectangle, parcel, form):
    raw = read(boundary_file(parcel, *points(rectangle, form=form)))
    assert raw.refused == ()
    assert raw.frame.area.tolist() == [20_000.0]
    assert raw.frame["地块名称"].tolist() == ["甲"]
    assert raw.detected.notes == ()


def test_full_width_digits_are_read_and_told(boundary_file, points, rectangle):
    wide = str.maketrans("0123456789.", "０１２３４５６７８９．")
    lines = [line.translate(wide) for line in points(rectangle)]
    raw = read(boundary_file(PARCEL, *lines))
    assert raw.frame.area.tolist() == [20_000.0]
    assert [(n.code, n.params) for n in raw.detected.notes] == [
        (Remark.TXT_WIDE_SIGNS, {"line": 14, "count": 5})
    ]


def test_a_line_that_lost_its_ring_number_opens_no_ring(boundary_file, points, rectangle):
    lines = points(rectangle)
    lines[2] = "J3,3850100.000,39524200.000"
    refusal = only_refusal(boundary_file(PARCEL, *lines))
    assert (refusal.code, refusal.params["line"]) == (Fault.BAD_LINE, 16)


def test_comments_are_passed_over_and_told(boundary_file, points, rectangle):
    lines = points(rectangle)
    path = boundary_file("# 自检通过", PARCEL, *lines[:2], "// 界址点", *lines[2:])
    raw = read(path)
    assert raw.frame.area.tolist() == [20_000.0]
    assert [(n.code, n.params) for n in raw.detected.notes] == [
        (Remark.TXT_COMMENTS, {"line": 13, "count": 2})
    ]


def test_more_fields_than_eight_are_kept(boundary_file, points, rectangle):
    twelve = "5,2.0,1,甲,面,I50,工业,1001,备注,,张三,乙方,@丙"
    raw = read(boundary_file(twelve, *points(rectangle), PARCEL, *points(PART)))
    assert raw.frame["其他字段"].tolist() == ["备注,张三,乙方,丙", ""]


def test_sections_may_come_again(boundary_file, points, rectangle):
    again = ["[地块坐标]", PARCEL, *points(PART)]
    raw = read(boundary_file(PARCEL, *points(rectangle), *again))
    assert raw.frame.area.tolist() == [20_000.0, 2_500.0]


def test_a_header_in_wide_brackets(boundary_file, points, rectangle):
    path = boundary_file(PARCEL, *points(rectangle))
    text = path.read_bytes().decode("gb18030").replace("[", "【").replace("]", "】")
    path.write_bytes(text.encode("gb18030"))
    assert read(path).detected.crs == "EPSG:4527"


def test_each_header_holds_for_its_own_parcels(boundary_file, header, points, rectangle):
    """Two offices' files joined: the second has another precision and no version."""
    second = {**header, "格式版本号": "", "精度": "0.01"}
    head = ["[属性描述]", *(f"{key}={value}" for key, value in second.items()), "[地块坐标]"]
    raw = read(boundary_file(PARCEL, *points(rectangle), *head, PARCEL, *points(PART)))
    assert raw.detected.dialect == "baopi + gongdi"
    assert len(raw.frame) == 2


def test_an_address_in_the_header_is_no_parcel(boundary_file, header, points, rectangle):
    told = {**header, "数据产生单位": "张三@某局"}
    raw = read(boundary_file(PARCEL, *points(rectangle), header=told))
    assert (raw.count, raw.refused) == (1, ())


@pytest.mark.parametrize("area", ["", "0", "0.0000"])
def test_no_stated_area_is_no_fault(boundary_file, points, rectangle, area):
    raw = read(boundary_file(f"5,{area},1,甲,面,,,,@", *points(rectangle)))
    assert raw.frame.area.tolist() == [20_000.0]
    assert "txt_area_unstated" in [reason.code for reason in raw.detected.reasons]


@pytest.mark.parametrize("area", ["待定", "-2.0", "2.0 亩地"])
def test_an_area_that_is_no_amount_is_told(boundary_file, points, rectangle, area):
    raw = read(boundary_file(f"5,{area},1,甲,面,,,,@", *points(rectangle)))
    codes = [note.code for note in raw.detected.notes]
    assert codes == [Remark.TXT_AREA_UNREAD]
    assert raw.frame.area.tolist() == [20_000.0]


@pytest.mark.parametrize("zone", ["39.0", "39带", "第39带", "３９", " 39 "])
def test_the_zone_in_every_spelling(boundary_file, header, points, rectangle, zone):
    path = boundary_file(PARCEL, *points(rectangle), header={**header, "带号": zone})
    assert read(path).detected.crs == "EPSG:4527"


def test_swapped_axes_in_one_parcel_refuse_that_parcel(boundary_file, points, rectangle):
    turned = [(b, a) for a, b in rectangle]
    path = boundary_file(PARCEL, *points(rectangle), PARCEL, *points(turned))
    raw = read(path)
    assert raw.frame["source_index"].tolist() == [0]
    assert [(r.index, r.code) for r in raw.refused] == [(1, Fault.AXES_SWAPPED)]
    raw = read(path, swap_axes=True)
    assert raw.frame["source_index"].tolist() == [1]
    assert [(r.index, r.code) for r in raw.refused] == [(0, Fault.SWAP_NOT_NEEDED)]


def test_degrees_in_either_order_are_refused(boundary_file, points):
    form = "J{n},{ring},{a:.8f},{b:.8f}"
    for corners in (
        [(117.25, 34.80), (117.26, 34.80), (117.26, 34.81)],
        [(34.80, 117.25), (34.81, 117.25), (34.81, 117.26)],
    ):
        path = boundary_file(PARCEL, *points(corners, form=form))
        assert only_refusal(path).code == Fault.METRES_EXPECTED


def test_repeated_points_are_merged_and_told(boundary_file, points, rectangle):
    lines = points(rectangle)
    near = "J9,1,3850100.0008,39524000.0"
    raw = read(boundary_file(PARCEL, *lines[:2], near, near, *lines[2:], lines[-1]))
    assert raw.frame.area.tolist() == [20_000.0]
    assert shapely.get_num_coordinates(raw.frame.geometry.iloc[0]) == 5
    found = {note.code: note.params for note in raw.detected.notes}
    assert found[Remark.TXT_REPEATED_POINTS] == {"count": 3, "line": 13}


def test_points_a_millimetre_apart_are_two(boundary_file, points, rectangle):
    lines = points(rectangle)
    raw = read(
        boundary_file("6,2.0,1,甲,面,,,,@", *lines[:1], "J9,1,3850000.001,39524000.0", *lines[1:])
    )
    assert shapely.get_num_coordinates(raw.frame.geometry.iloc[0]) == 6
    assert raw.detected.notes == ()


def test_a_parcel_that_comes_twice_is_told(boundary_file, points, rectangle):
    second = "5,2.0,2,乙,面,,,,@"
    path = boundary_file(PARCEL, *points(rectangle), second, *points(rectangle[2:] + rectangle[:2]))
    (note,) = read(path).detected.notes
    assert (note.code, note.index) == (Remark.TXT_DUPLICATE_PARCEL, 1)
    assert note.params == {"line": 19, "first_line": 13}


def test_an_island_in_a_hole_and_rings_that_touch(boundary_file, points, rectangle):
    """20 000 − 6 400 (hole) + 400 (island in it) + 400 (part at a corner) m²."""
    hole = [(3850010, 39524010), (3850090, 39524010), (3850090, 39524090), (3850010, 39524090)]
    island = [(3850040, 39524040), (3850060, 39524040), (3850060, 39524060), (3850040, 39524060)]
    corner = [(3850100, 39524200), (3850120, 39524200), (3850120, 39524220), (3850100, 39524220)]
    lines = [
        *points(rectangle), *points(hole, ring=2), *points(island, ring=3), *points(corner, ring=4)
    ]  # fmt: skip
    outline = read(boundary_file("20,1.44,1,甲,面,,,,@", *lines)).frame.geometry.iloc[0]
    assert outline.is_valid
    assert outline.area == 20_000 - 6_400 + 400 + 400
    assert [len(part.interiors) for part in outline.geoms] == [1, 0, 0]


def test_a_hole_of_two_points_refuses_its_parcel(boundary_file, points, rectangle):
    lines = [*points(rectangle), *points(HOLE[:2], ring=2, first=5)]
    refusal = only_refusal(boundary_file(PARCEL, *lines))
    assert (refusal.code, refusal.params["found"]) == (Fault.TOO_FEW_POINTS, 2)


def test_a_mark_of_utf8_before_gbk(boundary_file, points, rectangle):
    path = boundary_file(PARCEL, *points(rectangle), encoding="gbk")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    raw = read(path)
    assert raw.frame["地块名称"].tolist() == ["甲地块"]
    assert raw.detected.encoding == "GB18030"
    assert codes_of(raw) == [Remark.ENCODING_CONTRADICTED]
    assert raw.detected.reasons[-1].code == "txt_encoding_against_mark"


def test_utf8_and_gbk_in_one_file_are_refused(boundary_file, points, rectangle):
    path = boundary_file(PARCEL, *points(rectangle), encoding="utf-8")
    path.write_bytes(path.read_bytes() + "5,2.0,2,乙地块,面,,,,@\r\n".encode("gbk"))
    with pytest.raises(UnreadableFileError, match="unreadable_encoding"):
        read(path)


def test_notes_of_one_kind_are_limited(boundary_file, points, rectangle):
    lines = []
    for at in range(25):
        moved = [(a, b + 300 * at) for a, b in rectangle]
        lines += [f"9,2.0,{at},甲,面,,,,@", *points(moved)]
    raw = read(boundary_file(*lines))
    codes = codes_of(raw)
    assert codes.count(Remark.POINT_COUNT_DIFFERS) == 20
    assert raw.detected.notes[-1].params == {"count": 5, "line": 13 + 20 * 6}


def test_numbers_that_come_twice_are_limited_too(boundary_file, points, rectangle):
    lines = []
    for at in range(50):
        moved = [(a, b + 300 * at) for a, b in rectangle]
        lines += [f"5,2.0,{at % 25},甲,面,,,,@", *points(moved)]
    codes = codes_of(read(boundary_file(*lines)))
    assert codes == [Remark.DUPLICATE_NUMBER] * 20 + [Remark.TXT_NOTES_MORE]


# --- size -----------------------------------------------------------------------------------


def test_a_parcel_of_a_hundred_thousand_points(boundary_file, timed):
    """A comb: its area by hand, its reading linear in its points."""
    teeth = 25_000
    corners = []
    for at in range(teeth):
        east = 39_500_000 + 2 * at
        corners += [
            (3_850_001, east),
            (3_850_011, east),
            (3_850_011, east + 1),
            (3_850_001, east + 1),
        ]
    corners += [(3_850_000, 39_500_000 + 2 * teeth - 1), (3_850_000, 39_500_000)]
    lines = [f"J{n},1,{a},{b}" for n, (a, b) in enumerate(corners, start=1)]
    path = boundary_file(f"{len(corners)},,1,甲,面,,,,@", *lines)
    with timed(10.0):
        raw = read(path)
    assert raw.frame.area.tolist() == [10 * teeth + 2 * teeth - 1]


def test_ten_thousand_parcels_and_rings(boundary_file, points, timed):
    def square(at, ring=1):
        north, east = 3_850_000 + 20 * (at // 100), 39_500_000 + 20 * (at % 100)
        corners = [(north, east), (north + 10, east), (north + 10, east + 10), (north, east + 10)]
        return points(corners, ring=ring)

    lines = [line for at in range(10_000) for line in (f"5,0.01,{at},甲,面,,,,@", *square(at))]
    rings = [line for at in range(5_000) for line in square(at, ring=at + 1)]
    with timed(20.0):
        raw = read(boundary_file(*lines))
        one = read(boundary_file("25000,50,1,甲,面,,,,@", *rings))
    assert raw.frame.area.sum() == 1_000_000
    assert raw.detected.notes == ()
    assert one.frame.area.tolist() == [500_000.0]
