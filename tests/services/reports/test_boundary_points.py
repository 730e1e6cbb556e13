"""The table of boundary points: numbers that can be checked by hand, and the way back."""

from itertools import pairwise

import geopandas as gpd
import numpy as np
import openpyxl
import pytest
import shapely
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box

from geo.errors import GeoError, GeographicCRSError, InvalidGeometryError
from geo.intake import ReadOptions
from services.errors import TargetExistsError
from services.intake import take_in
from services.reports.boundary_points import LINES_ON_PAGE, PointLine, RingLine, point_table
from services.reports.boundary_points_xlsx import write_boundary_points

E, N = 39_524_000.0, 3_850_000.0
RECTANGLE = box(E, N, E + 200, N + 100)
HOLED = Polygon(RECTANGLE.exterior, [list(box(E + 10, N + 10, E + 40, N + 50).exterior.coords)])
ISLAND = box(E + 20, N + 20, E + 30, N + 30)


def plots(*geometries, crs=4527, **columns):
    return gpd.GeoDataFrame(columns, geometry=list(geometries), crs=crs)


def printed(line):
    edge = None if line.edge is None else line.edge.text
    return line.label, line.north.value, line.east.value, edge


@pytest.fixture
def path(tmp_path):
    return tmp_path / "points.xlsx"


def read_back(path):
    return take_in([path], ReadOptions(), working_crs="EPSG:4527").frame


def test_points_start_north_west_and_run_clockwise():
    (page,) = point_table(plots(RECTANGLE)).pages
    assert [printed(line) for line in page.lines] == [
        ("J1", N + 100, E, "200.000"),
        ("J2", N + 100, E + 200, "100.000"),
        ("J3", N, E + 200, "200.000"),
        ("J4", N, E, "100.000"),
        ("J1", N + 100, E, None),
    ]


def test_facts_of_a_plot():
    frame = plots(RECTANGLE, site_id=["A-01"], site_name=["小学"])
    (page,) = point_table(frame, project="某项目").pages
    facts = dict(page.facts)
    assert facts["项目名称"] == "某项目"
    assert (facts["地块名称"], facts["地块编号"]) == ("小学", "A-01")
    assert facts["面积"] == "20,000.00 平方米　2.0000 公顷　30.00 亩"
    assert facts["坐标系"].startswith("2000国家大地坐标系，高斯-克吕格投影3度分带第39带")


def test_rings_are_named_and_numbered_through():
    (page,) = point_table(plots(MultiPolygon([HOLED, ISLAND]))).pages
    titles = [line.text for line in page.lines if isinstance(line, RingLine)]
    assert [title.split("，")[0] for title in titles] == [
        "第 1 圈（外圈）",
        "第 2 圈（内圈",
        "第 3 圈（外圈）",
    ]
    labels = [line.label for line in page.lines if isinstance(line, PointLine)]
    assert labels == [
        "J1",
        "J2",
        "J3",
        "J4",
        "J1",
        "J5",
        "J6",
        "J7",
        "J8",
        "J5",
        "J9",
        "J10",
        "J11",
        "J12",
        "J9",
    ]


def test_a_length_is_that_of_the_printed_coordinates():
    # 3-4-5, spoilt by less than half a millimetre at each corner
    triangle = Polygon([(E + 0.0004, N), (E + 3, N + 4.0004), (E + 3, N)])
    (page,) = point_table(plots(triangle)).pages
    edges = {line.edge.text for line in page.lines if line.edge is not None}
    assert edges == {"5.000", "4.000", "3.000"}


@given(east=st.integers(-(10**6), 10**6), north=st.integers(-(10**6), 10**6))
def test_lengths_round_half_up(east, north):
    """Against square roots in 80-bit floats."""
    assume(abs(east) > 1000 and abs(north) > 1000)
    corner = (E + east / 1000, N + north / 1000)
    triangle = Polygon([(E, N), corner, (corner[0], N)])
    (page,) = point_table(plots(triangle)).pages
    squared = np.longdouble(east) ** 2 + np.longdouble(north) ** 2
    expected = int(np.floor(np.sqrt(squared) + np.longdouble(0.5)))
    assert max(line.edge.units for line in page.lines if line.edge) == expected


def test_a_plot_of_many_points_takes_several_pages():
    circle = shapely.Point(E, N).buffer(100, quad_segs=20)
    pages = point_table(plots(circle, RECTANGLE)).pages
    corners = len(circle.exterior.coords)
    first = -(-corners // LINES_ON_PAGE)
    assert [(page.number, page.count) for page in pages[:first]] == [
        (number, first) for number in range(1, first + 1)
    ]
    assert (pages[first].number, pages[first].count) == (1, 1)
    assert sum(len(page.lines) for page in pages[:first]) == corners
    assert max(len(page.lines) for page in pages) == LINES_ON_PAGE


def test_a_ring_title_is_never_the_last_line_of_a_page():
    rings = [box(E + 20 * at, N, E + 20 * at + 10, N + 10) for at in range(9)]
    pages = point_table(plots(MultiPolygon(rings))).pages
    assert not any(isinstance(page.lines[-1], RingLine) for page in pages)


def test_the_sheet_prints_page_by_page(path):
    circle = shapely.Point(E, N).buffer(100, quad_segs=20)
    write_boundary_points(plots(circle, RECTANGLE), path)
    sheet = openpyxl.load_workbook(path).active
    pages = point_table(plots(circle, RECTANGLE)).pages
    assert len(sheet.row_breaks.brk) == len(pages) - 1
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "portrait")
    assert "&P" in sheet.oddFooter.center.text
    assert sheet.print_area == f"'{sheet.title}'!$A$1:$D${sheet.max_row}"
    # every page fits between the margins of A4
    starts = [0, *(each.id for each in sheet.row_breaks.brk), sheet.max_row]
    heights = [sheet.row_dimensions[row + 1].height or 15.0 for row in range(sheet.max_row)]
    for top, bottom in pairwise(starts):
        assert sum(heights[top:bottom]) < 841.9 - 72 * (0.65 + 0.7)


def test_numbers_are_numbers_and_texts_are_no_formulas(path):
    hostile = '=HYPERLINK("http://x")'
    write_boundary_points(plots(RECTANGLE, site_name=[hostile], site_id=["+1"]), path)
    cells = [cell for row in openpyxl.load_workbook(path).active.iter_rows() for cell in row]
    assert N + 100 in [cell.value for cell in cells]
    assert {cell.data_type for cell in cells if cell.value is not None} <= {"n", "s", "inlineStr"}
    texts = [cell.value for cell in cells if isinstance(cell.value, str)]
    assert f"'{hostile}" in texts
    assert "'+1" in texts


def test_an_existing_file_is_kept(path):
    path.write_bytes(b"old")
    with pytest.raises(TargetExistsError, match="file_exists"):
        write_boundary_points(plots(RECTANGLE), path)
    assert path.read_bytes() == b"old"
    write_boundary_points(plots(RECTANGLE), path, overwrite=True)
    assert path.read_bytes() != b"old"


@pytest.mark.parametrize(
    ("frame", "error", "code"),
    [
        (plots(), GeoError, "nothing_to_write"),
        (plots(None), InvalidGeometryError, "invalid_geometry"),
        (plots(Polygon()), InvalidGeometryError, "invalid_geometry"),
        (plots(shapely.Point(E, N)), InvalidGeometryError, "invalid_geometry"),
        (plots(box(117, 34, 118, 35), crs=4490), GeographicCRSError, "geographic_crs"),
        (plots(Polygon([(E, N), (E + 2e-7, N), (E, N + 2e-7)])), GeoError, "txt_not_printable"),
    ],
)
def test_what_cannot_be_printed_is_refused_and_leaves_no_file(path, frame, error, code):
    with pytest.raises(error, match=code):
        write_boundary_points(frame, path)
    assert not path.exists()


def test_points_within_a_millimetre_are_merged_with_a_note(path):
    doubled = Polygon([(E, N), (E, N + 9), (E + 0.0001, N + 9), (E + 9, N + 9), (E + 9, N)])
    (note,) = write_boundary_points(plots(doubled), path)
    assert (str(note.code), note.params["count"]) == ("txt_points_merged", 1)


def test_the_way_back(path):
    circle = shapely.Point(E + 100, N + 600).buffer(80, quad_segs=30)
    frame = plots(
        MultiPolygon([HOLED, ISLAND, box(E + 300, N, E + 310, N + 10)]),
        circle,
        box(E, N + 1000, E + 10, N + 1010),
        box(E + 50, N + 1000, E + 60, N + 1010),
        site_id=["3704031000000000012", "A-02", "", ""],
        site_name=["小学", "公园", "同名", "同名"],
    )
    write_boundary_points(frame, path, project="某项目")
    back = read_back(path)
    assert back["site_id"].tolist() == frame["site_id"].tolist()
    assert back["site_name"].tolist() == frame["site_name"].tolist()
    assert set(back["项目名称"]) == {"某项目"}
    assert back["stated_area_m2"].to_numpy() == pytest.approx(back.area.to_numpy(), abs=0.006)
    for ours, theirs in zip(frame.geometry, back.geometry, strict=True):
        assert shapely.hausdorff_distance(ours.boundary, theirs.boundary) < 0.001
        assert ours.area == pytest.approx(theirs.area, abs=0.5)


steps = st.integers(0, 40)


@st.composite
def shapes(draw):
    """Unions of boxes on a grid of 10.5 m, with what was cut out of them."""
    pieces = [
        box(x * 10.5, y * 10.5, (x + w) * 10.5, (y + h) * 10.5)
        for x, y, w, h in draw(
            st.lists(st.tuples(steps, steps, st.integers(1, 9), st.integers(1, 9)), min_size=1,
                     max_size=6)
        )
    ]  # fmt: skip
    cuts = [box(x * 10.5 + 3, y * 10.5 + 3, x * 10.5 + 7.123, y * 10.5 + 7) for x, y in
            draw(st.lists(st.tuples(steps, steps), max_size=6))]  # fmt: skip
    made = shapely.union_all(pieces).difference(shapely.union_all(cuts))
    assume(made.geom_type in ("Polygon", "MultiPolygon") and not made.is_empty and made.is_valid)
    return shapely.transform(made, lambda xy: xy + np.array([E, N]))


@given(geometries=st.lists(shapes(), min_size=1, max_size=3))
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_every_shape_comes_back_to_the_millimetre(geometries, path):
    write_boundary_points(plots(*geometries), path, overwrite=True)
    back = read_back(path)
    assert len(back) == len(geometries)
    for ours, theirs in zip(geometries, back.geometry, strict=True):
        assert ours.symmetric_difference(theirs).area < 0.001 * ours.length
        assert shapely.get_num_coordinates(ours) == shapely.get_num_coordinates(theirs)
