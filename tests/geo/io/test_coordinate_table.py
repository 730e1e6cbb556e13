"""Lists of coordinates of every layout that land offices send, with corners known by heart.

A rectangle is 100 m (north) by 200 m (east): 20 000 m².
"""

import openpyxl
import pytest
import shapely

from geo.errors import UnreadableFileError
from geo.intake import ReadOptions
from geo.io.file_kind import FileKind, file_kind
from geo.io.limits import SITE_LIMITS, ReadLimits
from geo.io.vector import read_features

N, E = 3_850_000.0, 39_524_000.0
SYSTEM = ["2000国家大地坐标系，3度带"]
HEAD = ["点号", "X坐标(m)", "Y坐标(m)"]


def rectangle(north=N, east=E, height=100.0, width=200.0):
    """Corners from the north-west, clockwise."""
    top, right = north + height, east + width
    return [(top, east), (top, right), (north, right), (north, east)]


def rows(corners, first=1, closed=True, before=(), behind=()):
    """Rows of points `J1, X, Y`, with cells before and behind."""
    numbered = [(f"J{first + at}", *corner) for at, corner in enumerate(corners)]
    if closed:
        numbered.append((f"J{first}", *corners[0]))
    return [(*before, *row, *behind) for row in numbered]


@pytest.fixture
def book(tmp_path):
    """Reader of a workbook made of sheets: name to rows, and merged ranges."""

    def read(sheets, merges=(), limits=SITE_LIMITS, **options):
        made = openpyxl.Workbook()
        made.remove(made.active)
        for name, lines in sheets.items() if isinstance(sheets, dict) else {"坐标": sheets}.items():
            page = made.create_sheet(name)
            for line in lines:
                page.append(list(line))
            for merge in merges:
                page.merge_cells(merge)
        path = tmp_path / "list.xlsx"
        made.save(path)
        return read_features(path, ReadOptions(**options), limits)

    return read


@pytest.fixture
def text(tmp_path):
    def read(content, name="list.csv", encoding="utf-8", **options):
        path = tmp_path / name
        path.write_bytes(content.encode(encoding))
        return read_features(path, ReadOptions(**options))

    return read


def areas(raw):
    assert raw.count == len(raw.frame) + len([r for r in raw.refused if r.index is not None])
    return [round(area, 6) for area in raw.frame.area]


def codes(raw):
    return {str(refusal.code) for refusal in raw.refused}


def notes(raw):
    return {str(note.code): note.params for note in (*raw.detected.notes, *raw.detected.reasons)}


def test_a_plain_list_says_what_was_understood(book):
    raw = book([SYSTEM, HEAD, *rows(rectangle())])
    assert areas(raw) == [20_000.0]
    assert raw.frame.geometry.iloc[0].equals(shapely.box(E, N, E + 200, N + 100))
    assert raw.detected.driver == "XLSX"
    assert raw.detected.dialect == "row 2: label=A north=B east=C"
    assert raw.detected.axis_order == "north_east"
    understood = notes(raw)["table_by_headings"]
    assert (understood["row"], understood["points"]) == (2, 5)
    assert understood["columns"] == "A 点号、B X坐标(m)、C Y坐标(m)"


@pytest.mark.parametrize(
    "head",
    [
        ["点号", "纵坐标X", "横坐标Y"],
        ["界址点号", "X（米）", "Y（米）"],
        ["拐点编号", "北坐标", "东坐标"],
        ["序号", "N", "E"],
        ["点 号", "Ｘ坐标", "Ｙ坐标"],
        ["point", "Northing (m)", "Easting (m)"],
        ["界址点", "纵坐标(X)", "横坐标(Y)"],
        ["点名", "X(北)", "Y(东)"],
        ["点号", "x\n(m)", "y\n(m)"],
    ],
)
def test_headings_of_many_kinds(book, head):
    raw = book([SYSTEM, head, *rows(rectangle())])
    assert areas(raw) == [20_000.0]
    assert raw.frame.geometry.iloc[0].bounds == (E, N, E + 200, N + 100)


def test_east_may_come_first_when_the_headings_say_so(book):
    lines = [(label, east, north) for label, north, east in rows(rectangle())]
    raw = book([SYSTEM, ["点号", "横坐标Y", "纵坐标X"], *lines])
    assert raw.frame.geometry.iloc[0].bounds == (E, N, E + 200, N + 100)
    assert raw.detected.axis_order == "east_north"


def test_headings_against_sizes_are_a_question(book):
    lines = [SYSTEM, HEAD, *((label, east, north) for label, north, east in rows(rectangle()))]
    refused = book(lines)
    assert codes(refused) == {"axes_swapped"}
    swapped = book(lines, swap_axes=True)
    assert swapped.frame.geometry.iloc[0].bounds == (E, N, E + 200, N + 100)
    assert codes(book([SYSTEM, HEAD, *rows(rectangle())], swap_axes=True)) == {"swap_not_needed"}


def test_two_rows_of_headings_with_merged_cells(book):
    raw = book(
        [
            ["某项目勘测定界界址点成果表"],
            ["（2000国家大地坐标系  3度带  39带）"],
            ["点号", "坐标(m)", "", "边长(m)"],
            ["", "纵坐标X", "横坐标Y", ""],
            *rows(rectangle(), behind=(100.0,)),
        ],
        merges=["A1:D1", "A2:D2", "A3:A4", "B3:C3", "D3:D4"],
    )
    assert areas(raw) == [20_000.0]
    assert raw.detected.dialect == "row 4: label=A north=B east=C"
    assert raw.frame["地块名称"].tolist() == ["某项目"]


def test_groups_above_letters(book):
    raw = book([SYSTEM, ["", "纵坐标", "横坐标"], ["点号", "X", "Y"], *rows(rectangle())])
    assert areas(raw) == [20_000.0]


def test_units_in_a_row_of_their_own_are_no_points(book):
    raw = book([SYSTEM, [*HEAD[:1], "X", "Y"], ["", "(m)", "(m)"], *rows(rectangle())])
    assert areas(raw) == [20_000.0]


def test_edges_printed_between_the_rows(book):
    lines = []
    for row in rows(rectangle()):
        lines += [row, ("", "", "", 100.0)]
    raw = book([SYSTEM, [*HEAD, "边长"], *lines])
    assert areas(raw) == [20_000.0]
    assert "table_lines_unread" not in notes(raw)


def test_no_headings_at_all(text):
    lines = "\n".join(f"J{at},{n:.3f},{e:.3f}" for at, (n, e) in enumerate(rectangle(), 1))
    raw = text(lines, crs="EPSG:4527")
    assert areas(raw) == [20_000.0]
    assert raw.detected.dialect == ", · label=A north=B east=C"
    assert "table_by_magnitude" in notes(raw)


@pytest.mark.parametrize("sign", [",", "\t", ";", "，", " ", "   ", "|"])
@pytest.mark.parametrize("east_first", [True, False])
@pytest.mark.parametrize("name", ["a.txt", "a.csv", "a"])
def test_bare_pairs_by_any_separator(text, sign, east_first, name):
    pairs = [(e, n) if east_first else (n, e) for n, e in rectangle()]
    content = "\r\n".join(f"{a:.3f}{sign}{b:.3f}" for a, b in pairs)
    raw = text(content, name=name, crs="EPSG:4527")
    assert raw.frame.geometry.iloc[0].equals(shapely.box(E, N, E + 200, N + 100))
    assert raw.detected.axis_order == ("east_north" if east_first else "north_east")


def test_ring_numbers_without_headings(text):
    outer = [f"J{at},1,{n},{e}" for at, (n, e) in enumerate(rectangle(), 1)]
    hole = rectangle(N + 10, E + 10, 10, 20)
    inner = [f"J{at},2,{n},{e}" for at, (n, e) in enumerate(hole, 5)]
    raw = text("\n".join([*outer, *inner]), crs="EPSG:4527")
    assert areas(raw) == [19_800.0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_of_texts(text, encoding):
    lines = [",".join(HEAD), *(",".join(map(str, row)) for row in rows(rectangle()))]
    raw = text("\r\n".join(["2000国家大地坐标系 3度带,,", *lines]), encoding=encoding)
    assert areas(raw) == [20_000.0]


def test_lists_side_by_side_are_read_block_by_block(book):
    points = rows(rectangle())
    left, right = points[:3], points[3:]
    lines = [
        (*one, "", *(other or ("", "", "")))
        for one, other in zip(left, [*right, None], strict=True)
    ]
    raw = book([SYSTEM, [*HEAD, "", *HEAD], *lines])
    assert areas(raw) == [20_000.0]
    assert raw.detected.dialect.endswith("×2")


def test_each_block_may_have_a_parcel_of_its_own(book):
    pairs = zip(rows(rectangle()), rows(rectangle(N + 500)), strict=True)
    raw = book(
        [
            SYSTEM,
            ["地块1", "", "", "", "地块2", "", ""],
            [*HEAD, "", *HEAD],
            *((*one, "", *other) for one, other in pairs),
        ]
    )
    assert areas(raw) == [20_000.0, 20_000.0]
    assert raw.frame["地块名称"].tolist() == ["地块1", "地块2"]


def test_pages_repeat_their_headings(book):
    points = rows(rectangle())
    title = ["甲地块界址点成果表"]
    raw = book(
        [SYSTEM, title, HEAD, *points[:2], ["第1页 共2页"], title, HEAD, *points[2:], ["合计"]]
    )
    assert areas(raw) == [20_000.0]
    assert raw.frame["地块名称"].tolist() == ["甲地块"]
    assert notes(raw)["table_lines_unread"]["count"] == 2


def test_titles_that_differ_part_the_parcels(book):
    raw = book(
        [
            SYSTEM,
            ["甲界址点成果表"],
            HEAD,
            *rows(rectangle()),
            ["乙界址点成果表"],
            HEAD,
            *rows(rectangle(N + 500)),
        ]
    )
    assert areas(raw) == [20_000.0, 20_000.0]
    assert raw.frame["地块名称"].tolist() == ["甲", "乙"]


def test_parcels_by_a_column_that_is_merged(book):
    code = "3704031000000000012"
    one = rows(rectangle(), before=(code,), behind=("甲村",))
    one[1:] = [("", *row[1:]) for row in one[1:]]
    two = rows(rectangle(N + 500), before=("3704031000000000013",), behind=("乙村",))
    raw = book([SYSTEM, ["地块编号", *HEAD, "权利人"], *one, *two], merges=["A3:A7"])
    assert areas(raw) == [20_000.0, 20_000.0]
    assert raw.frame["地块编号"].tolist() == [code, "3704031000000000013"]
    assert raw.frame["权利人"].tolist() == ["甲村", "乙村"]


def test_facts_in_front_of_each_list(book):
    raw = book(
        [
            ["坐标系：2000国家大地坐标系", "", "中央子午线：117°"],
            ["地块编号：A-01　地块名称：小学", "", "面积：2.0000公顷"],
            HEAD,
            *rows([(n, e - 39e6) for n, e in rectangle()]),
            ["地块编号", "A-02", ""],
            ["面积（平方米）", "20000.00", ""],
            HEAD,
            *rows([(n, e - 39e6) for n, e in rectangle(N + 500)]),
        ]
    )
    assert areas(raw) == [20_000.0, 20_000.0]
    assert raw.frame.crs.to_epsg() == 4548
    assert raw.frame["地块编号"].tolist() == ["A-01", "A-02"]
    assert raw.frame["地块名称"].tolist() == ["小学", ""]
    assert raw.frame["地块面积"].tolist() == ["2.0000公顷", "20000.00平方米"]


def test_an_area_column_keeps_its_unit(book):
    raw = book([SYSTEM, [*HEAD, "面积(亩)"], *rows(rectangle(), behind=(30,))])
    assert raw.frame["地块面积"].tolist() == ["30亩"]


def test_sheets_are_parcels(book):
    sheets = {
        "地块甲": [SYSTEM, HEAD, *rows(rectangle())],
        "说明": [["本表由测绘队提供"]],
        "地块乙": [HEAD, *rows(rectangle(N + 500))],
    }
    raw = book(sheets)
    assert raw.frame["地块名称"].tolist() == ["地块甲", "地块乙"]
    assert areas(book(sheets, layer="地块乙", crs="EPSG:4527")) == [20_000.0]
    with pytest.raises(UnreadableFileError, match="layer_not_found"):
        book(sheets, layer="地块丙")


def test_a_sheet_that_is_a_copy_is_a_question(book):
    lines = [SYSTEM, HEAD, *rows(rectangle())]
    with pytest.raises(UnreadableFileError, match="several_layers"):
        book({"新": lines, "旧": lines})


def test_blank_rows_part_parcels_whose_numbers_start_again(book):
    raw = book(
        [
            SYSTEM,
            HEAD,
            *rows(rectangle(), closed=False),
            [],
            *rows(rectangle(N + 500), closed=False),
        ]
    )
    assert areas(raw) == [20_000.0, 20_000.0]


def test_a_blank_row_inside_a_running_list_parts_nothing(book):
    points = rows(rectangle(), closed=False)
    raw = book([SYSTEM, HEAD, *points[:2], [], *points[2:]])
    assert areas(raw) == [20_000.0]


def test_the_first_point_again_ends_a_parcel(book):
    raw = book([SYSTEM, HEAD, *rows(rectangle()), *rows(rectangle(N + 500))])
    assert areas(raw) == [20_000.0, 20_000.0]


def test_a_ring_inside_is_a_hole_and_one_beside_a_part(book):
    hole, part = rectangle(N + 10, E + 10, 10, 20), rectangle(N + 500, E, 10, 10)
    for named in (["地块1"], []):
        raw = book([SYSTEM, named, HEAD, *rows(rectangle()), *rows(hole, 5), *rows(part, 9)])
        assert areas(raw) == [19_900.0]
        assert raw.frame.geometry.iloc[0].geom_type == "MultiPolygon"


def test_rings_by_a_column(book):
    hole = rectangle(N + 10, E + 10, 10, 20)
    lines = [
        *((label, 1, n, e) for label, n, e in rows(rectangle(), closed=False)),
        *((label, 2, n, e) for label, n, e in rows(hole, closed=False)),
    ]
    raw = book([SYSTEM, ["点号", "圈号", "X", "Y"], *lines])
    assert areas(raw) == [19_800.0]
    mixed = [lines[0], lines[4], *lines[1:4], *lines[5:]]
    assert codes(book([SYSTEM, ["点号", "圈号", "X", "Y"], *mixed])) == {"ring_resumed"}


def test_a_first_point_at_another_place_is_refused(book):
    wrong = [*rows(rectangle(), closed=False), ("J1", N + 100.5, E)]
    assert codes(book([SYSTEM, HEAD, *wrong])) == {"label_repeated"}


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("38a0100.000", "bad_cell"),
        ("3850100,000", "decimal_comma"),
        ("无", "bad_cell"),
        ("3850100..0", "bad_cell"),
        ("", "bad_cell"),
        ("nan", "non_finite"),
        ("#REF!", "error_cell"),
        ("38501001", "coordinates_out_of_range"),
    ],
)
def test_a_bad_cell_refuses_its_parcel_alone(book, value, code):
    bad = rows(rectangle())
    bad[1] = ("J2", value, bad[1][2])
    raw = book([SYSTEM, ["地块1"], HEAD, *bad, ["地块2"], HEAD, *rows(rectangle(N + 500))])
    assert raw.count == 2
    assert raw.frame["地块名称"].tolist() == ["地块2"]
    (refusal,) = raw.refused
    assert (str(refusal.code), refusal.index, refusal.site) == (code, 0, "地块1")
    if code.endswith("cell") or code == "decimal_comma":
        assert (refusal.params["line"], refusal.params["cell"]) == (5, "B5")
        assert refusal.params["sheet"] == "坐标"


@pytest.mark.parametrize("at", range(5))
def test_a_bad_row_between_unnamed_parcels_refuses_all_that_it_may_belong_to(book, at):
    second = rows(rectangle(N + 500))
    second[at] = (second[at][0], "?850", second[at][2])
    lines = [*rows(rectangle()), *second, *rows(rectangle(N + 900))]
    raw = book([SYSTEM, HEAD, *lines])
    kept = [round(geometry.bounds[1] - N) for geometry in raw.frame.geometry]
    assert 500 not in kept
    assert codes(raw) <= {"bad_cell", "label_repeated"}


def test_values_stored_as_text(book):
    lines = rows(rectangle(), closed=False)
    spelt = ["3,850,100.000", "３８５０１００．０００", " 3850000.000 ", "3850000.000米"]
    raw = book([SYSTEM, HEAD, *((a, s, str(e)) for (a, _, e), s in zip(lines, spelt, strict=True))])
    assert areas(raw) == [20_000.0]


def test_numbered_blanks_of_a_form_are_told(book):
    form = [(f"J{at}", "", "") for at in range(6, 21)]
    raw = book([SYSTEM, HEAD, *rows(rectangle()), *form])
    assert areas(raw) == [20_000.0]
    assert notes(raw)["table_spare_rows"]["count"] == 15


def test_a_point_without_coordinates_amid_others_is_refused(book):
    lines = rows(rectangle())
    lines[2] = ("J3", "", "")
    assert codes(book([SYSTEM, HEAD, *lines])) == {"bad_cell"}


def test_a_code_that_excel_has_damaged_is_flagged(book):
    lines = rows(rectangle(), before=(3_704_031_000_000_000_000,))
    raw = book([SYSTEM, ["地块编号", *HEAD], *lines])
    assert raw.frame["地块编号"].tolist() == ["3704031000000000000"]
    told = notes(raw)["code_digits_lost"]
    assert (told["cell"], told["text"]) == ("A3", "3704031000000000000")


def test_attributes_that_differ_from_point_to_point_are_left_out(book):
    lines = [(*row, note, "旱地") for row, note in zip(rows(rectangle()), "abcde", strict=True)]
    raw = book([SYSTEM, [*HEAD, "界标类型", "地类"], *lines])
    assert raw.frame["地类"].tolist() == ["旱地"]
    assert "界标类型" not in raw.frame
    assert notes(raw)["point_columns_left_out"]["columns"] == "界标类型"


def test_running_numbers_that_repeat_are_parcels(text):
    lines = [
        f"{1 + at // 4},{e},{n}" for at, (n, e) in enumerate([*rectangle(), *rectangle(N + 500)])
    ]
    raw = text("\n".join(["fid,easting,northing", *lines]), crs="4527")
    assert areas(raw) == [20_000.0, 20_000.0]
    assert raw.frame["地块编号"].tolist() == ["1", "2"]


def test_a_parcel_without_points_is_refused(book):
    raw = book([SYSTEM, ["地块1"], HEAD, *rows(rectangle()), ["地块2"]])
    assert raw.count == 2
    assert codes(raw) == {"too_few_points"}


@pytest.mark.parametrize(
    ("words", "option", "code"),
    [
        ("", None, "missing_crs"),
        ("1980西安坐标系", None, "old_datum"),
        ("北京54坐标系", None, "old_datum"),
        ("2000国家大地坐标系 带号38", None, "zone_mismatch"),
        ("坐标系：2000国家大地坐标系，由西安80转换", None, None),
        ("CGCS2000", None, None),
        ("", "EPSG:4527", None),
    ],
)
def test_the_system_is_stated_or_asked_for(book, words, option, code):
    raw = book([[words], HEAD, *rows(rectangle())], crs=option)
    assert codes(raw) == ({code} if code else set())


@pytest.mark.parametrize(
    ("words", "crs"),
    [
        ("2000国家大地坐标系", None),
        ("2000国家大地坐标系，39带", 4548),
        ("2000国家大地坐标系 六度分带 中央子午线117度", 4509),
        ("CGCS2000 3°带 中央经线为117°", 4548),
    ],
)
def test_a_zone_without_prefix_comes_from_words(book, words, crs):
    lines = [(a, n, e - 39e6) for a, n, e in rows(rectangle())]
    raw = book([[words], HEAD, *lines])
    if crs is None:
        assert codes(raw) == {"zone_missing"}
    else:
        assert raw.frame.crs.to_epsg() == crs


def test_a_table_with_a_column_of_wkt(text):
    wkt = shapely.box(E, N, E + 200, N + 100).wkt
    raw = text(f'DKBH,名称,wkt\n007,"甲,乙","{wkt}"\n008,丙,POINT(1 2)\n', crs="EPSG:4527")
    assert areas(raw) == [20_000.0]
    assert raw.frame["DKBH"].tolist() == ["007"]
    assert raw.frame["名称"].tolist() == ["甲,乙"]
    assert codes(raw) == {"no_polygon"}


def test_nothing_that_looks_like_a_list_is_read(text, book):
    with pytest.raises(UnreadableFileError, match="table_no_coordinates"):
        book([["预算", "金额"], ["土方", 12000.5], ["绿化", 3400.0]])
    with pytest.raises(UnreadableFileError, match="unsupported_format"):
        text("项目,金额\n土方,12000.5\n")


def test_a_quote_without_end_swallows_nothing(text):
    lines = [",".join(HEAD), *(",".join(map(str, row)) for row in rows(rectangle()))]
    lines[2] = '"' + lines[2]
    with pytest.raises(UnreadableFileError, match="bad_line"):
        text("\n".join(lines), crs="EPSG:4527")


def test_limits_are_named(book):
    tiny = ReadLimits(max_bytes=10**7, max_features=1, max_vertices=3)
    lines = [SYSTEM, HEAD, *rows(rectangle()), *rows(rectangle(N + 500))]
    with pytest.raises(UnreadableFileError, match="too_many_features"):
        book(lines, limits=tiny)
    assert codes(book(lines[:7], limits=tiny)) == {"too_many_vertices"}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("[地块坐标]\nJ1,1,3850100.0,39524000.0\n" * 3, FileKind.BOUNDARY_TXT),
        ("4,2.0,1,甲,面,,,,@\nJ1,1,3850100.0,39524000.0\n" * 3, FileKind.BOUNDARY_TXT),
        ("J1,1,3850100.0,39524000.0\n" * 3, FileKind.COORDINATE_TABLE),
        ("点号,X,Y\n", FileKind.BOUNDARY_TXT),
        ("点号,X,Y\n1,a,b\n", FileKind.COORDINATE_TABLE),
        ("hello\n", FileKind.BOUNDARY_TXT),
    ],
)
def test_a_text_is_known_by_content(tmp_path, content, kind):
    path = tmp_path / "a.txt"
    path.write_text(content, "utf-8")
    assert file_kind(path) is kind


def test_a_fault_in_one_of_two_lists_side_by_side_refuses_its_own_parcel(book):
    left, right = rows(rectangle()), rows(rectangle(N + 500))
    left[2] = ("J3", "?", E + 200)
    pairs = zip(left, right, strict=True)
    raw = book([SYSTEM, [*HEAD, "", *HEAD], *((*one, "", *other) for one, other in pairs)])
    assert codes(raw) == {"bad_cell"}
    assert [geometry.bounds[1] for geometry in raw.frame.geometry] == [N + 500]


def test_many_parcels_take_no_square_of_time(text):
    """2 000 unnamed parcels of 4 points: each pair compared would take minutes."""
    lines = [
        f"J{at},{n},{e}"
        for place in range(2000)
        for at, (n, e) in enumerate(rectangle(N + 200 * (place // 40), E + 300 * (place % 40)), 1)
    ]
    raw = text("\n".join(["点号,X,Y", *lines]), crs="EPSG:4527")
    assert areas(raw) == [20_000.0] * 2000


def test_a_local_grid_needs_the_users_word_and_keeps_its_numbers(book):
    lines = [("J1", 100.0, 0.0), ("J2", 100.0, 2000.0), ("J3", 0.0, 2000.0)]
    assert codes(book([SYSTEM, HEAD, *lines])) == {"coordinates_out_of_range"}
    raw = book([HEAD, *lines], crs="local")
    assert raw.frame.geometry.iloc[0].bounds == (0.0, 0.0, 2000.0, 100.0)


def test_an_old_datum_waits_for_parameters(book, tmp_path):
    lines = [["1980西安坐标系 3度带"], HEAD, *rows(rectangle())]
    assert codes(book(lines)) == {"old_datum"}
    raw = book(lines, datum_parameters=tmp_path / "four.toml")
    assert raw.frame.crs.to_epsg() == 2363


def test_of_two_systems_side_by_side_the_one_in_force_is_read(book):
    old = [(n + 5.0, e + 115.0) for n, e in rectangle()]
    lines = [
        (f"J{at}", *before, *after)
        for at, (before, after) in enumerate(zip(old, rectangle(), strict=True), 1)
    ]
    heads = [
        ["", "1980西安坐标系", "", "2000国家大地坐标系", ""],
        ["点号", "X", "Y", "X", "Y"],
    ]
    raw = book([*heads, *lines], merges=["B1:C1", "D1:E1"])
    assert raw.frame.geometry.iloc[0].bounds == (E, N, E + 200, N + 100)
    assert notes(raw)["point_columns_left_out"]["columns"] == "西安80 X、西安80 Y"
    with pytest.raises(UnreadableFileError, match="two_sets_of_coordinates"):
        book([heads[1], *lines], crs="EPSG:4527")


def test_a_name_that_repeats_is_that_of_a_parcel(book):
    one = rows(rectangle(), closed=False, before=("甲",))
    two = rows(rectangle(N + 500), closed=False, before=("乙",))
    raw = book([SYSTEM, ["名称", *HEAD], *one, *two])
    assert areas(raw) == [20_000.0, 20_000.0]
    assert raw.frame["地块编号"].tolist() == ["甲", "乙"]


def test_numbers_left_out_are_told(book):
    lines = rows([*rectangle()[:3], (N - 50, E + 100), rectangle()[3]], closed=False)
    del lines[3]
    told = notes(book([SYSTEM, HEAD, *lines]))["point_numbers_jump"]
    assert (told["row"], told["before"], told["after"], told["count"]) == (6, "J3", "J5", 1)
    assert "point_numbers_jump" not in notes(book([SYSTEM, HEAD, *rows(rectangle())]))


def test_parcels_named_beside_the_list_without_a_heading(book):
    one = rows(rectangle(), closed=False, before=("",))
    two = rows(rectangle(N + 500), first=5, closed=False, before=("",))
    one[0], two[0] = ("地块A", *one[0][1:]), ("地块B", *two[0][1:])
    raw = book([SYSTEM, ["", *HEAD], *one, *two], merges=["A3:A6", "A7:A10"])
    assert areas(raw) == [20_000.0, 20_000.0]
    assert raw.frame["地块名称"].tolist() == ["地块A", "地块B"]


@pytest.mark.parametrize(
    "foot",
    [
        ("周长", 600.0, ""),
        ("周长(m)", "", 600.0),
        ("面积(m²)", 20000.0, ""),
        ("合计", 5, ""),
        ("合计", 5, 600.0),
    ],
)
def test_figures_below_a_list_are_no_points(book, foot):
    raw = book([SYSTEM, HEAD, *rows(rectangle()), foot])
    assert areas(raw) == [20_000.0]
    half = book([SYSTEM, HEAD, *rows(rectangle()), ("界址点6", 3850000.0, "")])
    assert codes(half) == {"bad_cell"}


def test_metres_count_where_degrees_stand_beside_them(text):
    lines = [
        f"J{at},{n},{e},117.25{at}123456789,34.78{at}123456789"
        for at, (n, e) in enumerate(rectangle(), 1)
    ]
    assert areas(text("\n".join(lines), crs="EPSG:4527")) == [20_000.0]
    head = "点号,X,Y,经度,纬度"
    raw = text("\n".join([head, *lines]), crs="EPSG:4527")
    assert areas(raw) == [20_000.0]
    assert notes(raw)["point_columns_left_out"]["columns"] == "纬度、经度"
