"""Profile of hand-made files: one of every row of the table of dialects, and every trait."""

import pytest

from geo.intake import ReadOptions
from geo.io.boundary.features import read_boundary_txt
from geo.io.boundary.profile import Trait
from geo.io.limits import SITE_LIMITS

PARCEL = "5,2.0000,1,甲地块,面,,,,@"
HOLE = [(3850020, 39524040), (3850040, 39524040), (3850040, 39524060), (3850020, 39524060)]
ZENGJIAN = "J{n},{a:.3f},{b:.3f},,{ring},"
FOUR_KEYS = {"投影类型": "高斯克吕格", "坐标系": "2000国家大地坐标系", "分带": "3", "带号": "39"}


def profile_of(path, **options):
    raw = read_boundary_txt(path, ReadOptions(**options), SITE_LIMITS)
    return {reason.code: reason.params for reason in raw.detected.reasons}


def seven_keys(header):
    left_out = ("格式版本号", "数据产生单位", "数据产生日期")
    seven = {key: value for key, value in header.items() if key not in left_out}
    return {**seven, "精度": "0.01"}


# one row of domain tables txt_dialects.csv each
DIALECTS = [
    ("baopi", "5,2.0,1,甲,面,I50G030053,工业用地,1001,@", None, "J{n},{ring},{a:.3f},{b:.3f}"),
    ("gongdi", "5,2.0,1,甲,面,,,,@", {"格式版本号": ""}, "J{n},{ring},{a:.3f},{b:.3f}"),
    ("zengjian", "5,2.0,,甲,,,,建设用地,@", FOUR_KEYS, ZENGJIAN),
    ("yizhangtu", "1,甲,面,,@", seven_keys, "J{n},{ring},{a:.2f},{b:.2f}"),
    ("zhifa", "5,甲,面状,工业,@", None, "J{n},{ring},{a:.3f},{b:.3f}"),
    ("zhifa/pinghe", "5,甲,面,工业,@", None, "J{n},{ring},{a:.3f},{b:.3f}"),
]


@pytest.mark.parametrize(("dialect", "parcel", "changes", "form"), DIALECTS)
def test_every_dialect(boundary_file, header, points, rectangle, dialect, parcel, changes, form):
    if callable(changes):
        head = changes(header)
    else:
        head = changes if changes is FOUR_KEYS else {**header, **(changes or {})}
    path = boundary_file(parcel, *points(rectangle, form=form), header=head)
    raw = read_boundary_txt(path, ReadOptions(), SITE_LIMITS)
    assert raw.detected.dialect == dialect
    assert raw.frame.area.tolist() == [20_000.0]
    assert raw.frame["地块名称"].tolist() == ["甲"]
    first = raw.detected.reasons[0]
    assert first.code == "txt_dialect_" + dialect.replace("/", "_")
    assert first.params["count"] == 1
    layout = "txt_points_ring_last" if dialect == "zengjian" else "txt_points_ring_second"
    assert layout in [reason.code for reason in raw.detected.reasons]


def test_a_plain_file_says_all_of_itself(boundary_file, points, rectangle):
    found = profile_of(boundary_file(PARCEL, *points(rectangle)))
    assert list(found) == [
        "txt_dialect_baopi", "txt_header", "txt_points_ring_second", "txt_zone_both",
        "txt_axes_north_east", "txt_closing_repeated", "txt_count_with_closing",
        "txt_area_ratio", "txt_digits", "txt_encoding_chinese",
    ]  # fmt: skip
    assert found["txt_header"]["count"] == 10
    assert found["txt_header"]["missing"] == found["txt_header"]["unknown"] == "–"
    assert found["txt_zone_both"]["zone"] == "39"
    assert found["txt_area_ratio"]["unit"] == "ha"
    assert found["txt_digits"] == {"decimals": 3, "precision": "0.001"}
    assert found["txt_encoding_chinese"] == {"encoding": "GB18030", "line_end": "CRLF"}


def test_keys_missing_and_unknown(boundary_file, points, rectangle):
    head = {**FOUR_KEYS, "备注": "x"}
    found = profile_of(boundary_file(PARCEL, *points(rectangle), header=head))["txt_header"]
    assert found["found"] == "坐标系、几度分带、投影类型、带号"
    assert found["missing"] == "格式版本号、数据产生单位、数据产生日期、计量单位、精度、转换参数"
    assert found["unknown"] == "备注"


@pytest.mark.parametrize(
    ("bare", "number", "options", "trait"),
    [
        (False, "39", {}, Trait.ZONE_BOTH),
        (True, "39", {}, Trait.ZONE_HEADER),
        (False, "", {}, Trait.ZONE_EASTING),
        (False, "", {"crs": "EPSG:4527"}, Trait.ZONE_OPTION),
    ],
)
def test_where_the_zone_is_from(
    boundary_file, header, points, rectangle, bare, number, options, trait
):
    corners = [(a, b - 39_000_000 if bare else b) for a, b in rectangle]
    path = boundary_file(PARCEL, *points(corners), header={**header, "带号": number})
    assert profile_of(path, **options)[trait]["zone"] == "39"


@pytest.mark.parametrize(
    ("closed", "count", "closing", "counted"),
    [
        ((True, True), 10, Trait.CLOSING_REPEATED, Trait.COUNT_WITH_CLOSING),
        ((True, True), 8, Trait.CLOSING_REPEATED, Trait.COUNT_WITHOUT_CLOSING),
        ((False, False), 8, Trait.CLOSING_OPEN, Trait.COUNT_WITHOUT_CLOSING),
        ((True, False), 9, Trait.CLOSING_MIXED, Trait.COUNT_MIXED),
        ((True, True), "", Trait.CLOSING_REPEATED, Trait.COUNT_UNSTATED),
        ((True, True), 7, Trait.CLOSING_REPEATED, Trait.COUNT_MIXED),
    ],
)
def test_closing_and_counting(boundary_file, points, rectangle, closed, count, closing, counted):
    lines = [*points(rectangle, closed=closed[0]), *points(HOLE, ring=2, first=5, closed=closed[1])]
    found = profile_of(boundary_file(f"{count},1.96,1,甲,面,,,,@", *lines))
    assert closing in found
    assert counted in found


@pytest.mark.parametrize(
    ("first", "trait"),
    [(5, Trait.NUMBERING_CONTINUOUS), (1, Trait.NUMBERING_RESTARTED), (11, Trait.NUMBERING_OTHER)],
)
@pytest.mark.parametrize("closed", [True, False])
def test_numbering_of_rings(boundary_file, points, rectangle, first, closed, trait):
    lines = [
        *points(rectangle, closed=closed), *points(HOLE, ring=2, first=first, closed=closed)
    ]  # fmt: skip
    found = profile_of(boundary_file("8,1.96,1,甲,面,,,,@", *lines))
    assert found[trait]["rings"] == 2


def test_labels_without_numbers_are_no_numbering(boundary_file, points, rectangle):
    lines = [*points(rectangle), *points(HOLE, ring=2, form="甲,{ring},{a:.3f},{b:.3f}")]
    with_labels = [line.replace("甲", f"界{at}", 1) if line[0] == "甲" else line
                   for at, line in zip("子丑寅卯子", lines[5:], strict=True)]  # fmt: skip
    found = profile_of(boundary_file("8,1.96,1,甲,面,,,,@", *lines[:5], *with_labels))
    assert Trait.NUMBERING_OTHER in found


@pytest.mark.parametrize(
    ("area", "trait", "unit"),
    [
        ("2.0", Trait.AREA_RATIO, "ha"),
        ("20000", Trait.AREA_RATIO, "m2"),
        ("2.0公顷", Trait.AREA_NAMED, "ha"),
        ("30亩", Trait.AREA_NAMED, "mu"),
        ("", Trait.AREA_UNSTATED, None),
    ],
)
def test_unit_of_area(boundary_file, points, rectangle, area, trait, unit):
    found = profile_of(boundary_file(f"5,{area},1,甲,面,,,,@", *points(rectangle)))
    assert found[trait]["unit"] == unit


@pytest.mark.parametrize(
    ("encoding", "end", "options", "trait", "ends"),
    [
        ("gbk", "\r\n", {}, Trait.ENCODING_CHINESE, "CRLF"),
        ("utf-8", "\n", {}, Trait.ENCODING_UTF8, "LF"),
        ("utf-8-sig", "\r", {}, Trait.ENCODING_MARK, "CR"),
        ("utf-16", "\r\n", {}, Trait.ENCODING_MARK, "CRLF"),
        ("gbk", "\r\n", {"encoding": "GBK"}, Trait.ENCODING_OPTION, "CRLF"),
    ],
)
def test_encoding_and_line_ends(
    boundary_file, points, rectangle, encoding, end, options, trait, ends
):
    path = boundary_file(PARCEL, *points(rectangle), encoding=encoding, end=end)
    assert profile_of(path, **options)[trait]["line_end"] == ends


def test_mixed_line_ends_and_plain_ascii(tmp_path, points, rectangle):
    lines = points(rectangle)
    path = tmp_path / "red.txt"
    path.write_bytes(b"1,A,,,@\r\n" + "\n".join(lines).encode() + b"\r")
    found = profile_of(path, crs="EPSG:4527")
    assert found[Trait.ENCODING_ASCII]["line_end"] == "CRLF+LF+CR"


def test_separators_and_layouts_of_several_parcels(boundary_file, points, rectangle):
    tabs = points(HOLE, form="J{n}\t{a}\t{b}")
    found = profile_of(boundary_file(PARCEL, *points(rectangle), PARCEL, *tabs))
    assert found[Trait.POINTS_RING_SECOND]["separator"] == ", Tab"
    assert Trait.POINTS_WITHOUT_RING in found


def test_swapped_axes_are_a_trait(boundary_file, points, rectangle):
    path = boundary_file(PARCEL, *points([(b, a) for a, b in rectangle]))
    assert Trait.AXES_SWAPPED in profile_of(path, swap_axes=True)


def test_a_file_of_refused_parcels_still_has_a_dialect(boundary_file, points, rectangle):
    found = profile_of(boundary_file("5,2.0,1,甲,线,,,,@", *points(rectangle)))
    assert list(found) == [
        "txt_dialect_baopi", "txt_header", "txt_points_ring_second", "txt_digits",
        "txt_encoding_chinese",
    ]  # fmt: skip
