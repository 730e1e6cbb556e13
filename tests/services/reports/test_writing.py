"""Writing both files, or none."""

import zipfile
from dataclasses import replace

import docx
import openpyxl
import pytest

from services.domain.wording import Language
from services.errors import InconsistentResultError, TargetExistsError
from services.messages import message_of
from services.reports import write_site_report
from services.reports.archive import settle_times
from services.testing import example_result


def test_files_are_named_by_the_number(tmp_path, language):
    files = write_site_report(example_result(), tmp_path / "new" / "folder", language=language)
    assert (files.sheet.name, files.workbook.name) == ("2026-000001.docx", "2026-000001.xlsx")
    assert sorted(path.name for path in files.sheet.parent.iterdir()) == [
        "2026-000001.docx",
        "2026-000001.xlsx",
    ]


def test_sheet_and_workbook_print_the_same_numbers(tmp_path):
    files = write_site_report(example_result(), tmp_path, language=Language.ZH)
    sheet = docx.Document(str(files.sheet))
    table = next(t for t in sheet.tables if t.rows[0].cells[0].text == "三大类")
    words = [[cell.text for cell in row.cells] for row in table.rows[1:]]
    page = openpyxl.load_workbook(files.workbook)["现状地类"]
    numbers = [
        [page.cell(row + 3, column).value for column in (4, 5, 6, 7)] for row in range(len(words))
    ]
    printed = [[float(text.replace(",", "")) for text in row[3:]] for row in words]
    assert printed == numbers


@pytest.mark.parametrize("kept", ["2026-000001.docx", "2026-000001.xlsx"])
def test_nothing_is_overwritten_unasked(tmp_path, kept):
    (tmp_path / kept).write_text("mine")
    with pytest.raises(TargetExistsError, match="file_exists"):
        write_site_report(example_result(), tmp_path, language=Language.ZH)
    assert [path.name for path in tmp_path.iterdir()] == [kept]
    assert (tmp_path / kept).read_text() == "mine"


def test_overwriting_when_asked(tmp_path):
    (tmp_path / "2026-000001.docx").write_text("old")
    files = write_site_report(example_result(), tmp_path, language=Language.ZH, overwrite=True)
    assert zipfile.is_zipfile(files.sheet)


def test_a_result_that_does_not_add_up_leaves_no_file(tmp_path):
    base = example_result()
    wrong = replace(base, site=replace(base.site, area_m2=20_000.01))
    with pytest.raises(InconsistentResultError, match="areas_do_not_add_up") as caught:
        write_site_report(wrong, tmp_path, language=Language.ZH)
    assert list(tmp_path.iterdir()) == []
    message = message_of(caught.value.code, caught.value.params)
    assert "20,000.00 平方米" in message.zh
    assert "20,000.01 m²" in message.en


def test_no_member_of_an_archive_tells_when_it_was_written(tmp_path):
    files = write_site_report(example_result(), tmp_path, language=Language.ZH)
    for path in (files.sheet, files.workbook):
        with zipfile.ZipFile(path) as archive:
            assert {info.date_time[0] for info in archive.infolist()} == {1980}


def test_settling_times_keeps_the_members(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("b.txt", "b")
        archive.writestr("a.txt", "a")
    settle_times(path)
    with zipfile.ZipFile(path) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            "b.txt": b"b",
            "a.txt": b"a",
        }
