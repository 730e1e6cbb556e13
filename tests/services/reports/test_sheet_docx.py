"""The Word file, read back: order, numbers, fonts, fields, foreign text."""

import base64

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.shared import Mm

from services.domain.wording import Language
from services.printable import printable
from services.reports import build_report
from services.reports.content import Heading, Paragraph, Quantity, RowKind, Table
from services.reports.figure_subjects import figure_subjects
from services.reports.sheet_docx import write_sheet
from services.testing import example_result

HOSTILE = (
    "=cmd|'/C calc'!A0\x0b ${7*7} <img src=x onerror=alert(1)> ]]> &amp; "
    "\u202eevil $\\frac{1}{0}$ 😀"
)
# one white dot: what a figure shows is tested where it is drawn
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4//8/AwAI/AL+p5qgoAAAAABJRU5ErkJggg=="
)


@pytest.fixture
def written(tmp_path):
    """Write a result and read it back."""

    def write(result, language=Language.ZH):
        content = build_report(result, language)
        figures = dict.fromkeys(figure_subjects(result), DOT)
        path = tmp_path / "sheet.docx"
        write_sheet(content, figures, path)
        return content, docx.Document(str(path)), path

    return write


def printed(cell):
    if cell is None:
        return ""
    return cell.text if isinstance(cell, Quantity) else printable(cell)


def test_text_and_order_are_those_of_the_content(written, result, language):
    content, document, _ = written(result, language)
    expected = [printable(content.title)]
    for section in content.sections:
        expected.append(section.heading)
        for block in section.blocks:
            if isinstance(block, Paragraph | Heading):
                expected.append(printable(block.text))
            elif isinstance(block, Table):
                expected += [block.caption, block.note] if block.note else [block.caption]
    found = [paragraph.text for paragraph in document.paragraphs if paragraph.text]
    assert found == [text for text in expected if text]


def test_every_cell_is_the_one_of_the_content(written, result, language):
    content, document, _ = written(result, language)
    summary, *tables = document.tables
    assert [[cell.text for cell in row.cells] for row in summary.rows] == [
        [line.label, line.value] for line in content.summary
    ]
    assert len(tables) == len(list(content.tables()))
    for wanted, table in zip(content.tables(), tables, strict=True):
        rows = [[cell.text for cell in row.cells] for row in table.rows]
        assert rows[0] == [column.head for column in wanted.columns]
        for row, texts in zip(wanted.rows, rows[1:], strict=True):
            cells = row.cells * len(texts) if row.kind is RowKind.GROUP else row.cells
            assert texts == [printed(cell) for cell in cells]


def test_every_style_names_a_chinese_font_and_no_theme_font(written):
    _, document, _ = written(example_result())
    fonts = {}
    for style in document.styles:
        if style.type in {WD_STYLE_TYPE.PARAGRAPH, WD_STYLE_TYPE.CHARACTER, WD_STYLE_TYPE.TABLE}:
            named = style.element.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
            fonts[style.name] = named.get(qn("w:eastAsia"))
            assert named.get(qn("w:eastAsiaTheme")) is None
    assert set(fonts.values()) == {"宋体", "仿宋", "黑体"}
    assert fonts["Report Body"] == "仿宋"
    assert fonts["Heading 1"] == "黑体"


def test_a4_portrait_with_tables_as_wide_as_the_text(written, language):
    _, document, _ = written(example_result(), language)
    page = document.sections[0]
    # Word keeps twentieths of a point
    assert (page.page_width, page.page_height) == pytest.approx((Mm(210), Mm(297)), abs=635)
    for table in document.tables:
        widths = [int(column.get(qn("w:w"))) for column in table._tbl.iter(qn("w:gridCol"))]
        # 170 mm in twentieths of a point
        assert sum(widths) == round(170 / 25.4 * 1440)


def test_heads_are_repeated_and_rows_kept_whole(written, results):
    _, document, _ = written(results["crowded"]())
    for table in document.tables[1:]:
        rows = list(table._tbl.iter(qn("w:tr")))
        assert rows[0].find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        assert all(row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in rows)


def test_numbers_are_right_aligned(written):
    content, document, _ = written(example_result())
    wanted = next(content.tables())
    assert wanted.caption.startswith("表1")
    for wanted, table in zip(content.tables(), document.tables[1:], strict=True):
        for row in table.rows[1:]:
            cells = row.cells if len(set(row.cells)) == len(wanted.columns) else ()
            for column, cell in zip(wanted.columns, cells, strict=False):
                style = "Table Number" if column.numeric else "Table Text"
                assert cell.paragraphs[0].style.name == style


def test_header_footer_and_watermark(written):
    content, document, _ = written(example_result())
    section = document.sections[0]
    header = section.header._element
    assert "2026-000001" in section.header.paragraphs[0].text
    assert "【草稿】" in section.header.paragraphs[0].text
    shapes = list(header.iter("{urn:schemas-microsoft-com:vml}textpath"))
    assert [shape.get("string") for shape in shapes if shape.get("string")] == ["草稿"]
    fields = [
        field.get(qn("w:instr")).strip()
        for field in section.footer._element.iter(qn("w:fldSimple"))
    ]
    assert fields == ["PAGE", "NUMPAGES"]
    assert section.footer.paragraphs[0].text == content.disclaimer
    assert (
        "".join(node.text for node in section.footer.paragraphs[1]._p.iter(qn("w:t")))
        == "第 1 页　共 1 页"
    )


def test_hostile_names_stay_text(written):
    content, document, path = written(example_result(name=HOSTILE))
    facts = {row.cells[0].text: row.cells[1].text for row in document.tables[1].rows}
    expected = printable(" ".join(HOSTILE.split()))
    assert facts["项目名称"] == expected
    assert "<img src=x onerror=alert(1)>" in expected
    assert "\u202e" not in document.sections[0].header.paragraphs[0].text
    assert content.number == "2026-000001"
    assert path.stat().st_size > 0


def test_ten_thousand_signs_do_not_break_the_sheet(written):
    _, document, _ = written(example_result(name="长" * 10_000))
    longest = max(len(cell.text) for row in document.tables[1].rows for cell in row.cells)
    assert longest == 200


def test_equal_results_give_equal_bytes(written):
    first = written(example_result())[2].read_bytes()
    second = written(example_result())[2].read_bytes()
    assert first == second


def test_properties_hold_no_names_and_the_time_of_the_result(written):
    properties = written(example_result())[1].core_properties
    assert properties.title == "建设项目用地选址分析报告（规划符合性初审）"
    assert (properties.author, properties.comments) == ("plotwise", "")
    # 09:30 in Beijing
    assert properties.created.replace(tzinfo=None).isoformat() == "2026-11-24T01:30:00"


def test_figures_fill_the_width_and_are_described(written):
    content, document, _ = written(example_result())
    assert {shape.width for shape in document.inline_shapes} == {Mm(170)}
    described = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert described == [
        "附图1　用地红线与压占图斑套合图",
        "附图2　土地利用现状套合图",
    ]
    assert len(described) == len(figure_subjects(example_result()))
    assert content.language is Language.ZH
