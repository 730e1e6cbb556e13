"""The workbook, read back: numbers as numbers, totals, formats, foreign text."""

from dataclasses import replace

import openpyxl
import pytest

from services.domain.wording import Language
from services.printable import formula_free, printable
from services.reports import build_report
from services.reports.content import Quantity
from services.reports.workbook_xlsx import write_workbook
from services.testing import example_result

SHEETS = ["概要", "现状地类", "规划分区", "控制线", "按地块", "问题清单", "未核查", "数据来源"]


@pytest.fixture
def written(tmp_path):
    def write(result, language=Language.ZH):
        content = build_report(result, language)
        path = tmp_path / "book.xlsx"
        write_workbook(content, path)
        return content, openpyxl.load_workbook(path), path

    return write


def expected(cell):
    if isinstance(cell, Quantity):
        return cell.value
    return None if cell is None else formula_free(printable(cell))


def test_sheets_in_their_order(written, result):
    assert written(result)[1].sheetnames == SHEETS
    assert written(result, Language.EN)[1].sheetnames[0] == "Summary"


def test_every_cell_is_the_one_of_the_content(written, result, language):
    content, book, _ = written(result, language)
    for sheet in content.sheets:
        page, row = book[sheet.name], 1
        for table in sheet.tables:
            heads = [page.cell(row + 1, place + 1).value for place in range(len(table.columns))]
            assert heads == [column.head for column in table.columns]
            for offset, line in enumerate(table.rows):
                found = [page.cell(row + 2 + offset, k + 1).value for k in range(len(line.cells))]
                assert found == [expected(cell) for cell in line.cells]
            row += 3 + len(table.rows) + bool(table.note)


def test_numbers_are_numbers_with_their_digits(written):
    _, book, _ = written(example_result())
    page = book["现状地类"]
    total = {page.cell(row, 1).value: row for row in range(1, page.max_row + 1)}["合计"]
    cells = [page.cell(total, column) for column in range(4, 8)]
    assert [cell.value for cell in cells] == [20_000.0, 2.0, 30.0, 100.0]
    assert [cell.number_format for cell in cells] == [
        "#,##0.00",
        "#,##0.0000",
        "#,##0.00",
        "#,##0.00",
    ]
    assert [cell.data_type for cell in cells] == ["n"] * 4


def test_there_are_no_formulas(written, result):
    _, book, _ = written(result)
    kinds = {cell.data_type for page in book for row in page.iter_rows() for cell in row}
    assert "f" not in kinds


@pytest.mark.parametrize("start", "=+-@")
def test_names_that_look_like_formulas_are_text(written, start):
    name = f"{start}HYPERLINK(1)"
    plots = (replace(example_result().plots[0], id=name, name=name),)
    _, book, _ = written(replace(example_result(name=name), plots=plots))
    values = [
        str(cell.value)
        for page in book
        for row in page.iter_rows()
        for cell in row
        if cell.value is not None and "HYPERLINK" in str(cell.value)
    ]
    assert values
    assert all(value.startswith("'") for value in values)


def test_long_codes_stay_text(written):
    code = "3704032021000000123"
    plots = (replace(example_result().plots[0], id=code),)
    _, book, _ = written(replace(example_result(), plots=plots))
    page = book["按地块"]
    cells = [cell for row in page.iter_rows() for cell in row if cell.value == code]
    assert cells
    assert {(cell.data_type, cell.number_format) for cell in cells} == {("s", "@")}


def test_text_longer_than_a_cell_is_cut_visibly(written):
    plots = (replace(example_result().plots[0], name="长" * 40_000),)
    _, book, _ = written(replace(example_result(), plots=plots))
    page = book["按地块"]
    longest = max((str(cell.value) for row in page.iter_rows() for cell in row), key=len)
    assert len(longest) == 32_767
    assert longest.endswith("…")


def test_heads_stay_in_sight(written, result):
    _, book, _ = written(result)
    assert {page.freeze_panes for page in book if page.max_row > 1} == {"A3"}


def test_columns_by_plot_add_up_to_the_site(written, results):
    """Per class, the plots sum to the site's cell of the same class."""
    content, _, _ = written(results["crowded"]())
    by_plot = content.sheets[4].tables[1]
    sums = {}
    for row in by_plot.rows:
        if row.cells[4]:
            key = (row.cells[3], row.cells[4])
            sums[key] = sums.get(key, 0) + row.cells[6].units
    site = {
        (row.cells[1], row.cells[4]): row.cells[6].units
        for table in (content.sheets[2].tables[0], content.sheets[3].tables[1])
        for row in table.rows
        if row.cells[4]
    }
    assert site
    assert {key: sums[key] for key in site} == site


def test_equal_results_give_equal_bytes(written):
    assert written(example_result())[2].read_bytes() == written(example_result())[2].read_bytes()
