"""Any sheet ends in parcels whose rows add up, or in words; shapes come back from any layout."""

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from geo.errors import GeoError
from geo.intake import Detected, ReadOptions
from geo.io.coordinate_table.delimited_text import sheet_of_text
from geo.io.coordinate_table.features import features_of_tables, read_coordinate_text
from geo.io.coordinate_table.parcels import parse_table
from geo.io.coordinate_table.sheet import BadCell, Sheet
from geo.io.limits import SITE_LIMITS
from geo.reading_codes import Fault

N, E = 3_850_000.0, 39_524_000.0
WORDS = [
    "点号",
    "X坐标(m)",
    "Y坐标(m)",
    "纵坐标",
    "横坐标",
    "经度",
    "纬度",
    "圈号",
    "地块编号",
    "序号",
    "面积",
    "地块1",
    "地块编号：A",
    "合计",
    "第2圈",
    "(m)",
    "面积：1.2公顷",
    "CGCS2000",
    "界址点成果表",
    "J1",
    "J2",
    "J3",
    "117°15′30″",
    "3850000,5",
    "？",
    "wkt",
    "备注",
    "边长",
    "N",
    "E",
]
cells = st.one_of(
    st.sampled_from([*WORDS, "", "34 48 20", "第 1 页"]),
    st.integers(0, 300).map(lambda at: N + at),
    st.integers(0, 300).map(lambda at: E + at),
    st.floats(allow_nan=True, allow_infinity=True),
    st.integers(-(10**20), 10**20),
    st.text(max_size=4),
    st.just(BadCell("#REF!", Fault.ERROR_CELL)),
)
sheets = st.lists(st.lists(cells, max_size=8), max_size=25)
HEADED = [["2000国家大地坐标系"], ["地块编号", "点号", "X", "Y"]]


@given(rows=sheets, headed=st.booleans(), swapped=st.booleans())
@settings(max_examples=300, deadline=None)
def test_any_sheet_ends_well(rows, headed, swapped):
    sheet = Sheet("表", [*(HEADED if headed else []), *rows])
    options = ReadOptions(crs="EPSG:4527", swap_axes=swapped)
    try:
        raw = features_of_tables(
            [parse_table(sheet)], Detected("XLSX"), options, SITE_LIMITS, "a.xlsx"
        )
    except GeoError:
        return
    assert raw.count == len(raw.frame) + len(raw.refused)
    assert len({*raw.frame["source_index"], *(each.index for each in raw.refused)}) == raw.count


@given(text=st.text(alphabet="J1234567890.,;\t\n\r\"' 点号XY经纬度°′″39524000", max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_text_ends_well(text, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_text(text, "utf-8")
    try:
        raw = read_coordinate_text(path, ReadOptions(crs="EPSG:4527"), SITE_LIMITS)
    except GeoError:
        return
    assert raw.count == len(raw.frame) + len(raw.refused)


@given(rows=st.lists(st.lists(st.text(alphabet='ab1., "', max_size=5), min_size=2), max_size=8))
def test_no_line_of_a_text_vanishes(rows):
    """Whatever separates the cells, every line that is not blank is a row."""
    text = "\n".join(",".join(row) for row in rows)
    assume('"' not in text)
    sheet, _ = sheet_of_text(text, name="", file="")
    lines = [number for number, line in enumerate(text.split("\n"), 1) if line.strip(" ,")]
    cells = ((sheet.number_of(at), "".join(map(str, row))) for at, row in enumerate(sheet.rows))
    filled = [number for number, joined in cells if joined.strip(",")]
    assert filled == lines


def polygon(corners, hole):
    outer = [(E + round(500 * x, 3), N + round(500 * y, 3)) for x, y in corners]
    middle = np.mean(outer, axis=0)
    inner = [tuple(np.round(middle + 0.3 * (np.array(each) - middle), 3)) for each in outer]
    return shapely.Polygon(outer, [inner] if hole else [])


STARS = st.lists(st.floats(0.2, 1.0), min_size=5, max_size=9).map(
    lambda radii: [
        (radius * np.sin(angle), radius * np.cos(angle))
        for angle, radius in zip(
            np.linspace(0, 2 * np.pi, len(radii), endpoint=False), radii, strict=True
        )
    ]
)


@pytest.mark.parametrize("closed", [True, False])
@pytest.mark.parametrize("east_first", [True, False])
@pytest.mark.parametrize("blocks", [1, 2, 3])
@given(corners=STARS, hole=st.booleans())
@settings(max_examples=10, deadline=None)
def test_a_shape_comes_back_from_any_layout(closed, east_first, blocks, corners, hole):
    shape = polygon(corners, hole)
    assume(shape.is_valid)
    points = []
    for ring, line in enumerate((shape.exterior, *shape.interiors), 1):
        listed = list(line.coords) if closed else list(line.coords)[:-1]
        points += [(f"J{at}", ring, *each) for at, each in enumerate(listed, 1)]
    order = (0, 1, 2, 3) if east_first else (0, 1, 3, 2)
    head = ["点号", "圈号", "横坐标Y", "纵坐标X"] if east_first else ["点号", "圈号", "X", "Y"]
    height = -(-len(points) // blocks)
    points += [("", "", "", "")] * (height * blocks - len(points))
    rows = [["CGCS2000"], head * blocks]
    for at in range(height):
        parts = (points[at + block * height] for block in range(blocks))
        rows.append([part[column] for part in parts for column in order])
    table = parse_table(Sheet("表", rows))
    raw = features_of_tables([table], Detected("XLSX"), ReadOptions(), SITE_LIMITS, "a.xlsx")
    assert raw.refused == ()
    (back,) = raw.frame.geometry
    assert shapely.equals_exact(back.normalize(), shape.normalize(), tolerance=1e-9)
