"""Workbooks as they come: hidden, merged, with formulas and macros, or hostile."""

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import UnreadableFileError
from geo.intake import ReadOptions
from geo.io.coordinate_table.sheet import BadCell, TableLimits
from geo.io.coordinate_table.xlsx_workbook import read_workbook
from geo.io.vector import read_features

N, E = 3_850_000.0, 39_524_000.0
CORNERS = [(N + 100, E), (N + 100, E + 200), (N, E + 200), (N, E)]
HEAD = ["点号", "X坐标(m)", "Y坐标(m)"]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "list.xlsx"


def surveyed(page):
    page.append(["CGCS2000"])
    page.append(HEAD)
    for at, (north, east) in enumerate(CORNERS, 1):
        page.append([f"J{at}", north, east])


@pytest.fixture
def made(path):
    """A workbook with one good list, changed by the test and saved."""
    book = openpyxl.Workbook()
    surveyed(book.active)

    def read(change=lambda page: None, **options):
        change(book.active)
        book.save(path)
        return read_features(path, ReadOptions(**options))

    return read


def rewritten(path, change):
    """The same zip with texts of its members changed by `change(name, text)`."""
    members = {}
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            members[name] = change(name, archive.read(name).decode("utf-8"))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


def codes(raw):
    return {str(refusal.code): refusal.params for refusal in raw.refused}


def notes(raw):
    return {str(note.code): note.params for note in raw.detected.notes}


def test_hidden_rows_and_columns_are_read_with_a_note(made):
    def hide(page):
        page.row_dimensions[4].hidden = True
        page.column_dimensions["C"].hidden = True

    raw = made(hide)
    assert raw.frame.area.tolist() == [20_000.0]
    told = notes(raw)["hidden_cells_read"]
    assert (told["rows"], told["columns"]) == (1, 1)


def test_a_hidden_sheet_is_left_out_with_a_note(path):
    book = openpyxl.Workbook()
    surveyed(book.active)
    old = book.create_sheet("旧坐标")
    surveyed(old)
    old["B3"] = N + 90
    old.sheet_state = "hidden"
    book.save(path)
    raw = read_features(path, ReadOptions())
    assert raw.count == 1
    assert notes(raw)["sheet_skipped"]["sheet"] == "旧坐标"
    assert read_features(path, ReadOptions(layer="旧坐标")).frame.area.tolist() == [19_000.0]


def test_formulas_count_by_their_saved_values(path):
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["CGCS2000"])
        page.write_row(1, 0, HEAD)
        for at, (north, east) in enumerate(CORNERS):
            page.write(2 + at, 0, f"J{at + 1}")
            page.write_formula(2 + at, 1, f"={north}+0", value=north)
            page.write_number(2 + at, 2, east)
    assert read_features(path, ReadOptions()).frame.area.tolist() == [20_000.0]


def test_a_formula_that_was_never_calculated_is_refused_with_its_cell(made):
    raw = made(lambda page: page.__setitem__("B4", "=B3"))
    params = codes(raw)["formula_without_value"]
    assert (params["cell"], params["line"], params["sheet"]) == ("B4", 4, "Sheet")


@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#DIV/0!", "#VALUE!"])
def test_an_error_is_refused_with_its_cell(made, error):
    raw = made(lambda page: page.__setitem__("C5", error))
    params = codes(raw)["error_cell"]
    assert (params["cell"], params["text"]) == ("C5", error)


def test_numbers_keep_their_digits(made, path):
    def change(page):
        page.append(["J5", 3850000.123, 39524000.459])
        page.append(["", "330523001000010001", 330523001000010])

    made(change)
    (sheet,), _ = read_workbook(path)
    assert sheet.rows[6] == ["J5", 3850000.123, 39524000.459]
    assert sheet.rows[7] == ["", "330523001000010001", 330523001000010]


def test_dates_are_texts(path):
    book = openpyxl.Workbook()
    page = book.active
    page.append([date(2024, 3, 1), datetime(2024, 3, 1, 12, 30), 45352])  # noqa: DTZ001 - cells have no zone
    page["C1"].number_format = '0.00"天"'
    book.save(path)
    (sheet,), _ = read_workbook(path)
    assert sheet.rows == [["2024-03-01", "2024-03-01 12:30:00", 45352]]


def test_macros_and_links_are_ignored_with_a_note(made, path):
    made()
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 macro")
        archive.writestr("xl/externalLinks/externalLink1.xml", "<externalLink/>")
    raw = read_features(path, ReadOptions())
    assert raw.frame.area.tolist() == [20_000.0]
    assert {"macros_ignored", "links_ignored"} <= set(notes(raw))


@pytest.mark.parametrize("member", ["xl/worksheets/sheet1.xml", "xl/styles.xml"])
@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE x [<!ENTITY a "b">]>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
    ],
)
def test_document_types_are_refused(made, path, member, declaration):
    made()

    def change(name, text):
        if name != member:
            return text
        start = text.index("?>") + 2 if text.startswith("<?xml") else 0
        return text[:start] + declaration + text[start:]

    with pytest.raises(UnreadableFileError, match="xml_forbidden"):
        read_features(rewritten(path, change), ReadOptions())


def test_a_document_type_in_another_encoding_is_refused(made, path):
    made()
    hostile = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/worksheets/sheet9.xml", hostile.encode("utf-16"))
    with pytest.raises(UnreadableFileError, match="xml_forbidden"):
        read_features(path, ReadOptions())


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("xl/worksheets/sheet1.xml", "</sheetData>", ""),
        ("xl/worksheets/sheet1.xml", 'r="B3"', 'r="?3"'),
        ("xl/worksheets/sheet1.xml", '<row r="4"', '<row r="2"'),
        ("xl/worksheets/sheet1.xml", '<row r="4"', '<row r="x"'),
        ("xl/worksheets/sheet1.xml", "<v>39524000</v>", "<v>x</v>"),
        ("xl/workbook.xml", "<sheets>", "<sheets"),
    ],
)
def test_a_broken_workbook_is_refused(made, path, name, old, new):
    made()
    changed = rewritten(
        path, lambda member, text: text.replace(old, new) if member == name else text
    )
    with pytest.raises(UnreadableFileError, match="broken_file"):
        read_features(changed, ReadOptions())


def test_a_text_that_is_not_in_the_list_of_texts_is_a_break(path):
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet().write_string(0, 0, "点号")
    rewritten(path, lambda _, text: text.replace("<v>0</v>", "<v>7</v>"))
    with pytest.raises(UnreadableFileError, match="broken_file"):
        read_features(path, ReadOptions())


def test_a_truncated_workbook_is_refused(made, path):
    made()
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(UnreadableFileError, match=r"zip_broken|broken_file"):
        read_features(path, ReadOptions())


def test_a_declared_size_is_not_believed(made, path):
    made()
    rewritten(path, lambda _, text: text.replace('ref="A1:C6"', 'ref="A1:XFD1048576"'))
    assert read_features(path, ReadOptions()).frame.area.tolist() == [20_000.0]


@pytest.mark.parametrize(
    ("limits", "what"),
    [
        (TableLimits(max_rows=5), "rows"),
        (TableLimits(max_columns=2), "columns"),
        (TableLimits(max_cells=9), "cells"),
        (TableLimits(max_sheets=0), "sheets"),
    ],
)
def test_limits_name_what_is_too_large(made, path, limits, what):
    made()
    with pytest.raises(UnreadableFileError, match="table_too_large") as caught:
        read_workbook(path, limits)
    assert caught.value.params["what"] == what


def test_a_bomb_of_zeros_is_refused_before_it_is_read(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", bytes(30_000_000))
    with pytest.raises(UnreadableFileError, match="zip_ratio"):
        read_features(path, ReadOptions())


def test_an_old_or_encrypted_workbook_is_refused(path):
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    path.write_bytes(ole + "Workbook".encode("utf-16-le") + bytes(64))
    with pytest.raises(UnreadableFileError, match="xls_file"):
        read_features(path, ReadOptions())
    path.write_bytes(ole + "EncryptedPackage".encode("utf-16-le") + bytes(64))
    with pytest.raises(UnreadableFileError, match="encrypted_office"):
        read_features(path, ReadOptions())


def test_rich_and_inline_texts(path):
    with xlsxwriter.Workbook(str(path), {"in_memory": True}) as book:
        page = book.add_worksheet()
        bold = book.add_format({"bold": True})
        page.write_rich_string(0, 0, "点", bold, "号")
        page.write_string(0, 1, " 甲\n乙 ")
    (sheet,), _ = read_workbook(path)
    assert sheet.rows == [["点号", " 甲\n乙 "]]


cells = st.one_of(
    st.text(st.characters(exclude_categories=["C"]), max_size=12),
    st.integers(-(10**14), 10**14),
    st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12),
)


@given(rows=st.lists(st.lists(cells, max_size=5), max_size=6))
@settings(max_examples=40, deadline=None)
def test_cells_are_those_that_openpyxl_sees(rows, tmp_path_factory):
    """An independent reader of the same bytes."""
    path = tmp_path_factory.getbasetemp() / "cells.xlsx"
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        page = book.add_worksheet()
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                write = page.write_string if isinstance(value, str) else page.write_number
                write(at, column, value)
    (sheet,), _ = read_workbook(path)
    ours = {
        (at, column): value
        for at, row in enumerate(sheet.rows)
        for column, value in enumerate(row)
        if value != ""
    }
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()), data_only=True)
    theirs = {
        (cell.row - 1, cell.column - 1): cell.value
        for row in book.active.iter_rows()
        for cell in row
        if cell.value not in (None, "")
    }
    assert not any(isinstance(value, BadCell) for value in ours.values())
    assert ours == theirs
