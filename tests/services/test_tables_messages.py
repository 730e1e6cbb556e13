"""Every code of tables.toml, met by a list that earns it, reads as a whole sentence."""

import re
import tomllib
import zipfile
from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest
from shapely import Polygon

from geo.errors import GeoError
from geo.intake import ReadOptions
from geo.io.coordinate_table.sheet import TableLimits
from geo.io.coordinate_table.xlsx_workbook import read_workbook
from geo.reading_codes import Fault, Remark
from services.errors import ServiceError
from services.intake import take_in
from services.messages import message_of, remedy_of
from services.reports.boundary_points_xlsx import write_boundary_points

ROOT = Path(__file__).parents[2]
N, E = 3_850_000.0, 39_524_000.0
HEAD = [["2000国家大地坐标系"], ["地块编号", "点号", "X坐标(m)", "Y坐标(m)"]]
POINTS = [
    ["甲", "J1", N + 100, E],
    ["甲", "J2", N + 100, E + 200],
    ["甲", "J3", N, E + 200],
    ["甲", "J4", N, E],
]
# two corners 5 µm apart: a hundredth of a millimetre would close the gap between them
NEEDLE = Polygon(
    [(E, N), (E + 9, N), (E + 9, N + 9), (E + 5e-6 + 4, N + 0.0004), (E + 4, N + 9), (E, N + 9)]
)


class Bench:
    """A folder in which one list of each kind is made and taken in."""

    def __init__(self, folder):
        self.folder = folder

    def take(self, path, **options):
        return take_in([path], ReadOptions(**options), working_crs="EPSG:4527")

    def book(self, *extra, change=lambda book: None, head=HEAD, points=POINTS, **options):
        book = openpyxl.Workbook()
        for row in [*head, *points, *extra]:
            book.active.append(row)
        change(book)
        path = self.folder / "list.xlsx"
        book.save(path)
        return self.take(path, **options)

    def with_cell(self, address, value):
        return self.book(change=lambda book: book.active.__setitem__(address, value))

    def text(self, *lines, name="list.csv", **options):
        path = self.folder / name
        path.write_text("\n".join(lines), "utf-8")
        return self.take(path, **options)

    def with_member(self, name):
        self.book()
        with zipfile.ZipFile(self.folder / "list.xlsx", "a") as archive:
            archive.writestr(name, b"<x/>")
        return self.take(self.folder / "list.xlsx")

    def limited(self):
        self.book()
        return read_workbook(self.folder / "list.xlsx", TableLimits(max_rows=3))

    def hide_sheet(self, book):
        other = book.create_sheet("旧")
        for row in [*HEAD, *POINTS[:3]]:
            other.append(row)
        other.sheet_state = "hidden"


FAULTS = {
    Fault.TABLE_NO_COORDINATES: lambda b: b.book(head=[], points=[["a", "b"]]),
    Fault.TABLE_TOO_LARGE: lambda b: b.limited(),
    Fault.TWO_SETS_OF_COORDINATES: lambda b: b.book(
        head=[HEAD[0], [*HEAD[1], "X", "Y"]], points=[[*row, *row[2:]] for row in POINTS]
    ),
    Fault.BAD_CELL: lambda b: b.with_cell("C4", "三百"),
    Fault.ERROR_CELL: lambda b: b.with_cell("C4", "#REF!"),
    Fault.FORMULA_WITHOUT_VALUE: lambda b: b.with_cell("C4", "=C3"),
    Fault.DECIMAL_COMMA: lambda b: b.with_cell("C4", "3850100,5"),
    Fault.SIXTY_EXCEEDED: lambda b: b.text(
        "CGCS2000,,", "点号,经度,纬度", "1,117 15 60,34 48 00", "2,117 16 0,34 48 00"
    ),
    Fault.PACKED_DEGREES: lambda b: b.text(
        "CGCS2000,,", "点号,经度,纬度", "1,117.25,34.3", "2,117.26,34.3", "3,117.26,34.31"
    ),
    Fault.WKT_BROKEN: lambda b: b.text("SRID=4527;POLYGON((1 2, 3", name="a.wkt", crs="4527"),
    Fault.WKT_TOO_DEEP: lambda b: b.text("POLYGON" + "(" * 99, name="a.wkt", crs="4527"),
}
REMARKS = {
    Remark.TABLE_BY_HEADINGS: lambda b: b.book(),
    Remark.TABLE_BY_MAGNITUDE: lambda b: b.text(*(f"{n},{e}" for _, _, n, e in POINTS), crs="4527"),
    Remark.TABLE_LINES_UNREAD: lambda b: b.book(["制表：张三"]),
    Remark.TABLE_SPARE_ROWS: lambda b: b.book(["", "J5"]),
    Remark.HIDDEN_CELLS_READ: lambda b: b.book(
        change=lambda book: setattr(book.active.row_dimensions[4], "hidden", True)
    ),
    Remark.SHEET_SKIPPED: lambda b: b.book(change=b.hide_sheet),
    Remark.PARCEL_RESUMED: lambda b: b.book(
        *(["乙", *row[1:3], row[3] + 500] for row in POINTS),
        *(["甲", *row[1:3], row[3] + 900] for row in POINTS),
    ),
    Remark.POINT_COLUMNS_LEFT_OUT: lambda b: b.book(
        head=[HEAD[0], [*HEAD[1], "界标"]],
        points=[[*row, at] for at, row in enumerate(POINTS)],
    ),
    Remark.POINT_NUMBERS_JUMP: lambda b: b.book(["甲", "J6", N, E - 50]),
    Remark.CODE_DIGITS_LOST: lambda b: b.book(
        points=[[3_704_031_000_000_000_000, *row[1:]] for row in POINTS]
    ),
    Remark.MACROS_IGNORED: lambda b: b.with_member("xl/vbaProject.bin"),
    Remark.LINKS_IGNORED: lambda b: b.with_member("xl/externalLinks/externalLink1.xml"),
}


def assert_whole(code, params):
    for wording in (message_of(code, params), remedy_of(code, params)):
        for text in (wording.zh, wording.en):
            assert "–" not in text, text
            assert not re.search(r"[{}]|None|Fault\.|np\.", text), text


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path)


def refused_by(act, bench):
    try:
        intake = act(bench)
    except (GeoError, ServiceError) as err:
        return {err.code: err.params}
    return {refusal.code: refusal.params for refusal in intake.refused}


@pytest.mark.parametrize("code", FAULTS)
def test_a_fault_is_met_and_told(code, bench):
    found = refused_by(FAULTS[code], bench)
    assert list(found) == [code]
    assert_whole(code, found[code])


@pytest.mark.parametrize("code", REMARKS)
def test_a_remark_is_met_and_told(code, bench):
    detected = REMARKS[code](bench).detected
    notes = {note.code: note.params for note in (*detected.notes, *detected.reasons)}
    assert code in notes
    assert_whole(code, notes[code])


def test_finer_digits_are_told(tmp_path):
    frame = gpd.GeoDataFrame(geometry=[NEEDLE], crs=4527)
    notes = write_boundary_points(frame, tmp_path / "points.xlsx")
    (note,) = [note for note in notes if note.code == Remark.POINTS_FINER_DIGITS]
    assert_whole(note.code, note.params)


def test_no_code_is_left_out():
    source = ROOT / "services" / "messages" / "tables.toml"
    codes = set(tomllib.loads(source.read_text("utf-8")))
    assert codes == {*map(str, FAULTS), *map(str, REMARKS), "points_finer_digits"}
