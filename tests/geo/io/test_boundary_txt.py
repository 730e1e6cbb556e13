"""Grammar of coordinate TXT: every dialect, and every line that cannot be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.io.boundary.grammar import parse_boundary_text
from geo.io.boundary.lines import point_fields
from geo.reading_codes import Fault

POINTS = "J1,1,3850000.000,39524000.000\nJ2,1,3850100.000,39524000.000\n"


def parcel_of(line, header="格式版本号=1.01版本", points=POINTS):
    (parcel,) = parse_boundary_text(f"[属性描述]\n{header}\n[地块坐标]\n{line}\n{points}").parcels
    return parcel


@pytest.mark.parametrize(
    ("line", "dialect", "count", "area", "number", "name", "use", "land_class"),
    [
        ("5,2.0000,1,甲地块,面,,,,@", "baopi", 5, "2.0000", "1", "甲地块", "", ""),
        ("5,2.0,1,甲,面,I50,工业用地,1001,@", "baopi", 5, "2.0", "1", "甲", "工业用地", "1001"),
        # older files carry more or fewer blanks
        ("5,2.0,1,甲,面,I50,工业用地,1001,,@", "baopi", 5, "2.0", "1", "甲", "工业用地", "1001"),
        ("5,2.0,1,甲,面@", "baopi", 5, "2.0", "1", "甲", "", ""),
        ("5,2.0,1,甲,面,@", "baopi", 5, "2.0", "1", "甲", "", ""),
        ("5, 2.0 ,1, 甲 ,面,,,,@ ", "baopi", 5, "2.0", "1", "甲", "", ""),
        # a name with commas
        ("5,2.0,1,甲,乙地块,面,,,,@", "baopi", 5, "2.0", "1", "甲,乙地块", "", ""),
        ("5,2.0,1,甲，乙地块,面,,,,@", "baopi", 5, "2.0", "1", "甲，乙地块", "", ""),
        # without a word for the geometry
        ("6,20000,,乙,,,工业用地,,@", "baopi", 6, "20000", "", "乙", "工业用地", ""),
        # full-width punctuation throughout
        ("5，2.0，1，甲，面，，，，＠", "baopi", 5, "2.0", "1", "甲", "", ""),
        # a name with the mark of a parcel line
        ("5,2.0,1,甲@乙,面,,,,@", "baopi", 5, "2.0", "1", "甲@乙", "", ""),
        ("5,2.0,,甲,,,,建设用地,@", "zengjian", 5, "2.0", "", "甲", "建设用地", ""),
        ("12,甲地块,面,,@", "yizhangtu", None, "", "12", "甲地块", "", ""),
        ("4,甲地块,面,建设用地,@", "zhifa/pinghe", 4, "", "", "甲地块", "建设用地", ""),
        ("4,甲地块,面状,建设用地,@", "zhifa", 4, "", "", "甲地块", "建设用地", ""),
    ],
)
def test_parcel_line(line, dialect, count, area, number, name, use, land_class):
    parcel = parcel_of(line)
    found = parcel.fields
    assert (parcel.dialect, found.count, found.area) == (dialect, count, area)
    assert (found.number, found.name) == (number, name)
    assert (found.use, found.land_class) == (use, land_class)
    assert len(parcel.points) == 2


def test_supply_files_leave_the_version_blank():
    assert parcel_of("5,2.0,1,甲,面,,,,@", header="格式版本号=").dialect == "gongdi"


@pytest.mark.parametrize("word", ["点", "线", "线状"])
def test_lines_and_points_are_told(word):
    assert parcel_of(f"5,2.0,1,甲,{word},,,,@").fields.geometry == word[0]


@pytest.mark.parametrize(
    ("line", "label", "ring"),
    [
        ("J1,1,3850000.5,39524000.25", "J1", "1"),
        ("1,2,3850000.5,39524000.25", "1", "2"),
        (",1,3850000.5,39524000.25,", "", "1"),
        ("J1，1，3850000.5，39524000.25", "J1", "1"),
        ("J1\t1\t3850000.5\t39524000.25", "J1", "1"),
        ("J1,3850000.5,39524000.25,,3,", "J1", "3"),
        ("J1,3850000.5,39524000.25,,3", "J1", "3"),
        ("J1,1,+3850000.5,3.952400025e7", "J1", "1"),
    ],
)
def test_point_line(line, label, ring):
    (point,) = parcel_of("1,甲,面,,@", points=line).points
    assert (point.label, point.ring) == (label, ring)
    assert (point.first, point.second) == (3850000.5, 39524000.25)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("J1,1,3850000.0", Fault.BAD_LINE),
        ("J1,1,3850000.0,", Fault.BAD_LINE),
        ("J1,1,3 850 000.0,39524000.0", Fault.BAD_LINE),
        ("J1,1,3_850_000.0,39524000.0", Fault.BAD_LINE),
        ("J1,,3850000.0,39524000.0", Fault.BAD_LINE),
        ("J1,A,3850000.0,39524000.0", Fault.BAD_LINE),
        ("以下空白", Fault.BAD_LINE),
        ("J1,1,NaN,39524000.0", Fault.NON_FINITE),
        ("J1,1,3850000.0,-inf", Fault.NON_FINITE),
        ("J1,1,3850000.0,1e999", Fault.NON_FINITE),
    ],
)
def test_a_line_that_cannot_be_read_is_named_by_number(line, fault):
    parcel = parcel_of("5,2.0,1,甲,面,,,,@", points=POINTS + line)
    (found,) = parcel.faults
    assert (found.number, found.text, found.fault) == (7, line, fault)


def test_lines_before_any_parcel_are_not_lost():
    parsed = parse_boundary_text("[属性描述]\n带号=39\n[地块坐标]\nJ1,1,3850000,39524000\n")
    assert parsed.parcels == []
    assert [fault.number for fault in parsed.stray_faults] == [4]


def test_header_lines_that_cannot_be_read_are_told():
    parsed = parse_boundary_text("[属性描述]\n带号=39\n随手一写\n[地块坐标]\n1,甲,面,,@\n")
    assert [(line.number, line.text) for line in parsed.unread_header_lines] == [(3, "随手一写")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_counts_alike(end):
    parsed = parse_boundary_text(end.join(["[地块坐标]", "", "1,甲,面,,@", "J1,1,x,2"]))
    assert parsed.parcels[0].faults[0].number == 4


def test_a_second_header_holds_for_the_parcels_after_it():
    one = f"[属性描述]\n带号=39\n[地块坐标]\n1,甲,面,,@\n{POINTS}"
    parsed = parse_boundary_text(one + one.replace("39\n[", "40\n["))
    assert [parcel.header["带号"] for parcel in parsed.parcels] == ["39", "40"]


def test_header_without_sections():
    parsed = parse_boundary_text(f"坐标系＝2000国家大地坐标系\n带号 = 39\n1,甲,面,,@\n{POINTS}")
    assert parsed.parcels[0].header == {"坐标系": "2000国家大地坐标系", "带号": "39"}


def test_more_fields_than_known_are_told():
    parsed = parse_boundary_text("1,甲,面,,@\nJ1,1,3850000,39524000,12.5\nJ2,1,3850000,39524000,,")
    assert parsed.lines_with_extra_fields == [2]


@given(
    st.text("Jj界A-_.0123456789 ", max_size=4),
    st.text("0123456789", max_size=6),
    st.text("0123456789.eE+-", max_size=9),
    st.text("0123456789.,", max_size=9),
)
def test_the_quick_way_of_a_line_is_the_long_way(label, ring, first, second):
    """A blank at the end sends the same line down the other way."""
    line = f"{label},{ring},{first},{second}"
    assert point_fields(line) == point_fields(line + " ")
