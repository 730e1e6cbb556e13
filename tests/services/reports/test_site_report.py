"""The content: order, sentences and numbers of the report forms."""

import re
from dataclasses import replace

import pytest

from services.domain.verdict import (
    ClassLine,
    Finding,
    LayerLine,
    NotChecked,
    Outcome,
    Reason,
    State,
    Theme,
    ThemeResult,
)
from services.domain.wording import NOTHING, Language, Wording
from services.errors import InconsistentResultError
from services.reports import build_report
from services.reports.content import Figure, Heading, Paragraph, Quantity, RowKind, Table
from services.testing import example_result

ORDER = [
    "1 项目概况",
    "2 依据与数据来源",
    "3 土地利用现状",
    "4 规划符合性",
    "5 控制线",
    "6 用地手续",
    "7 指标需求与拟办手续",
    "8 结论与建议",
    "9 附图附表",
]
DISCLAIMER = "本结果供项目前期选址参考，不作为审批依据，最终以勘测定界成果和法定审批为准。"


def texts(content):
    return [block.text for block in content.blocks() if isinstance(block, Paragraph)]


def every_text(content):
    """All words of a report, cells and heads too."""
    yield from (content.title, content.header, content.disclaimer)
    yield from (f"{line.label}{line.value}" for line in content.summary)
    for section in content.sections:
        yield section.heading
        for block in section.blocks:
            if isinstance(block, Table):
                yield from words_of(block)
            else:
                yield block.text if isinstance(block, Paragraph | Heading) else block.caption
    for sheet in content.sheets:
        yield sheet.name
        for table in sheet.tables:
            yield from words_of(table)


def words_of(table):
    yield from (table.caption, table.note, *(column.head for column in table.columns))
    for row in table.rows:
        yield from (cell for cell in row.cells if isinstance(cell, str))


def table_named(content, words):
    return next(table for table in content.tables() if words in table.caption)


def test_title_and_order(content_of):
    content = content_of()
    assert content.title == "建设项目用地选址分析报告（规划符合性初审）"
    assert [section.heading for section in content.sections] == ORDER


def test_nothing_carries_the_name_of_the_statutory_opinion(result, language):
    content = build_report(result, language)
    assert all("选址意见" not in text for text in every_text(content))


def test_the_sentence_of_the_land_status(content_of):
    """12 000 m² irrigated land and 8 000 m² industrial land; 30 m² of basic farmland."""
    expected = (
        "拟用地总面积2.0000公顷（30.00亩），其中农用地1.2000公顷（耕地1.2000公顷，含永久基本"
        "农田0.0030公顷）、建设用地0.8000公顷、未利用地0.0000公顷；按权属分，集体1.2000公顷、"
        "国有0.8000公顷。"
    )
    assert expected in texts(content_of())


def test_the_sentences_of_the_three_lines(content_of):
    found = texts(content_of())
    assert "压占永久基本农田0.0030公顷（30.00平方米），占拟用地的0.15%，详见附表1。" in found
    assert "拟用地不涉及生态保护红线。" in found
    assert "其中面积和宽度均低于阈值的细碎图斑1处，需核实，详见附表2。" in found


def test_what_is_not_known_is_never_called_free(content_of):
    found = texts(content_of("gapped"))
    assert "因缺少永久基本农田数据，该项无法判定，补充后复核。" in found
    assert "因生态保护红线数据未覆盖全部用地，该项无法判定，补充后复核。" in found
    assert "因地类图斑数据已过期，该项无法判定，补充后复核。" in found
    assert "城镇开发边界未载入，未核查。" in found
    assert not any("不涉及" in text for text in found)


def test_an_undecided_theme_is_not_called_free_whatever_its_touch_says():
    base = example_result()
    themes = tuple(
        replace(theme, state=State.UNDECIDED) if theme.theme is Theme.ECO_REDLINE else theme
        for theme in base.themes
    )
    found = texts(build_report(replace(base, themes=themes), Language.ZH))
    assert "拟用地不涉及生态保护红线。" not in found


def test_a_layer_that_leaves_the_site_open_shows_no_zero(content_of):
    rows = table_named(content_of("gapped"), "控制线核查").rows
    assert [(row.cells[0], row.cells[1], row.cells[2]) for row in rows] == [
        ("永久基本农田", "无法判定", None),
        ("生态保护红线", "无法判定", None),
        ("城镇开发边界", "未核查", None),
    ]


def test_a_strip_within_the_accuracy_is_only_suspected():
    base = example_result()
    strip = replace(base.findings[0], within_accuracy=True, state=State.UNDECIDED)
    content = build_report(replace(base, findings=(strip,)), Language.ZH)
    assert any(text.startswith("疑似压占永久基本农田0.0030公顷") for text in texts(content))
    rows = table_named(content, "控制线核查").rows
    assert rows[0].cells[:2] == ("永久基本农田", "疑似涉及（在数据精度内）")


def test_outside_the_growth_boundary_is_what_counts():
    """8 000 of 20 000 m² inside: 1.2000 ha outside; of a layer with gaps nothing is said."""
    base = example_result()
    line = LayerLine(
        role="growth_boundary",
        version="2020",
        date="2020-12-31",
        required=False,
        state="checked",
        checked_share=1.0,
        classes=(ClassLine("01", "城镇集中建设区", 8_000.0, 8_000.0, 0.4),),
        remainder_m2=12_000.0,
    )
    for state, row, sentence in (
        ("checked", ("城镇开发边界外", "涉及", "12,000.00"), "边界外1.2000公顷"),
        (Reason.NOT_COVERED, ("城镇开发边界", "无法判定", None), "未覆盖全部用地"),
    ):
        theme = ThemeResult(
            Theme.GROWTH_BOUNDARY, State.CONDITIONAL, True, (replace(line, state=state),)
        )
        content = build_report(replace(base, themes=(theme,), findings=()), Language.ZH)
        cells = table_named(content, "控制线核查").rows[0].cells
        assert (*cells[:2], cells[2] and cells[2].text) == row
        assert any(sentence in text for text in texts(content))


@pytest.mark.parametrize("reason", [Reason.FAILED, Reason.EMPTY, Reason.NOT_IN_FORCE])
def test_areas_of_a_layer_that_cannot_be_trusted_are_not_printed(reason):
    """The pieces of a failed overlay need not add up; the sheet is written all the same."""
    base = example_result()
    broken = replace(base.themes[2].layers[0], state=reason, remainder_m2=3.0)
    theme = replace(base.themes[2], layers=(broken,), state=State.UNDECIDED, touched=None)
    gap = NotChecked(Theme.PERMANENT_FARMLAND, "permanent_farmland", reason, required=True)
    result = replace(base, themes=(base.themes[0], theme), findings=(), not_checked=(gap,))
    content = build_report(result, Language.ZH)
    assert table_named(content, "控制线核查").rows[0].cells[1:5] == ("无法判定", None, None, None)
    assert not any(text.startswith("压占") or "不涉及" in text for text in texts(content))
    assert not any("控制线压占明细" in table.caption for table in content.tables())


def test_without_the_survey_no_indicator_is_stated(content_of):
    content = content_of("gapped")
    assert not any("指标需求" in table.caption for table in content.tables())
    assert "部分必查图层未能核查，拟办手续以补充数据复核后为准。" in texts(content)


def test_a_clean_site_says_so_in_words(content_of):
    content = content_of("clean")
    found = texts(content)
    assert "各项必查图层均已核查，未发现冲突，也无需另行落实的事项。" in found
    assert "按现有数据未测算出需另行落实的指标。" in found
    assert "初审结论：√ 符合——符合“两规”。" in found


def test_tiny_pieces_are_named_with_their_square_metres(content_of):
    found = texts(content_of("sliver"))
    assert "压占生态保护红线0.0001公顷（0.60平方米），占拟用地的<0.01%，详见附表1。" in found
    slivers = table_named(content_of("sliver"), "细碎图斑").rows
    assert [row.cells[3].text for row in slivers] == ["0.593217", "0.004321"]


def test_the_summary_leads_with_the_largest_legal_obstacle():
    """A duty over 12 000 m² stands behind a veto over 30 m², whatever their order was."""
    base = example_result()
    turned = replace(base, findings=tuple(reversed(base.findings)))
    content = build_report(turned, Language.ZH)
    lines = {line.label: line.value for line in content.summary}
    assert lines["初审结论"] == "× 不符合——另行选址"
    assert lines["决定性意见"].startswith("压占永久基本农田 30.00 平方米")
    assert lines["决定性意见"].endswith("（土地管理法（2019）第三十五条）")
    rows = table_named(content, "问题与建议").rows
    assert [row.cells[1] for row in rows] == ["不符合", "有条件符合"]


def test_an_undecided_summary_names_the_missing_layer(content_of):
    lines = {line.label: line.value for line in content_of("gapped").summary}
    assert lines["初审结论"] == "？ 无法判定"
    assert lines["决定性意见"] == "因地类图斑数据已过期，该项无法判定，补充后复核。"


def test_unverified_rules_are_marked(content_of):
    rows = table_named(content_of(), "问题与建议").rows
    assert [row.cells[3] for row in rows] == [
        "土地管理法（2019）第三十五条",
        "土地管理法（2019）第四十四条 ※",
    ]
    assert table_named(content_of(), "引用文件").note.startswith("※ 条文待核")


def test_the_assumed_type_is_printed(content_of):
    facts = dict(row.cells for row in table_named(content_of(), "项目基本情况").rows)
    assert facts["项目类型"] == "工业项目（未指明，从严按此类型核查）"
    assert facts["拟用途"] == "M2 二类工业用地（GB 50137—2011）"
    assert facts["坐标系"].endswith("（EPSG:4527）")


def test_stated_area_that_differs_is_pointed_out(content_of):
    assert any("相差100.00平方米" in text for text in texts(content_of("crowded")))
    assert not any("相差" in text for text in texts(content_of()))


def test_overlap_of_plots_is_taken_off_once():
    """Two plots of 12 000 m² that share 4 000 m² make 20 000 m²."""
    base = example_result()
    plot = replace(base.plots[0], area_m2=12_000.0, themes=())
    site = replace(base.site, plot_overlap_m2=4_000.0)
    result = replace(base, site=site, plots=(plot, replace(plot, index=1)))
    content = build_report(result, Language.ZH)
    rows = table_named(content, "地块面积").rows
    assert [row.cells[3].text for row in rows] == ["1.2000", "1.2000", "0.4000", "2.0000"]
    assert any("地块之间重叠4,000.00平方米" in text for text in texts(content))


def test_areas_that_do_not_add_up_stop_the_report():
    base = example_result()
    result = replace(base, site=replace(base.site, area_m2=20_000.01))
    with pytest.raises(InconsistentResultError, match=r"19,?999\.99|20,000\.00"):
        build_report(result, Language.ZH)


def test_annexes_are_listed_and_there(content_of):
    content = content_of("crowded")
    listed = [text for text in texts(content) if re.match("附[图表]", text)]
    blocks = content.sections[-1].blocks
    there = [block.caption for block in blocks if isinstance(block, Figure | Table)]
    assert listed == there
    assert DISCLAIMER in texts(content)
    assert content.disclaimer == DISCLAIMER


def test_tables_are_numbered_through(result, language):
    content = build_report(result, language)
    body = [
        block.caption
        for section in content.sections[:-1]
        for block in section.blocks
        if isinstance(block, Table)
    ]
    numbers = [int(re.search(r"\d+", caption).group()) for caption in body]
    assert numbers == list(range(1, len(body) + 1))


def test_every_row_fits_its_columns(result, language):
    content = build_report(result, language)
    tables = [*content.tables(), *(table for sheet in content.sheets for table in sheet.tables)]
    for table in tables:
        for row in table.rows:
            wanted = 1 if row.kind is RowKind.GROUP else len(table.columns)
            assert len(row.cells) == wanted, table.caption


def details_and_totals(table):
    """Sums of the number columns between totals, with the total that follows them."""
    sums = {}
    for row in table.rows:
        for place, cell in enumerate(row.cells):
            if not isinstance(cell, Quantity):
                continue
            if row.kind is RowKind.DETAIL:
                sign = -1 if str(row.cells[0]).startswith(("减", "less")) else 1
                sums[place] = sums.get(place, 0) + sign * cell.units
            if row.kind is RowKind.TOTAL and place in sums:
                yield sums.pop(place), cell.units


def test_printed_columns_add_up_to_the_printed_digit(result, language):
    content = build_report(result, language)
    tables = [*content.tables(), *(table for sheet in content.sheets for table in sheet.tables)]
    pairs = [pair for table in tables for pair in details_and_totals(table)]
    assert pairs
    assert all(parts == total for parts, total in pairs)


def test_numbers_of_the_classes_are_those_of_the_result(content_of):
    rows = table_named(content_of(), "土地利用现状").rows
    details = {row.cells[1]: row.cells[3].value for row in rows if row.kind is RowKind.DETAIL}
    survey = example_result().themes[0].layers[0]
    assert details == {line.code: line.area_m2 for line in survey.classes}


def test_needs_print_the_digits_of_their_finding():
    """12 000.01 m² summed cell by cell and 12 000.00 m² of the one class are one number."""
    base = example_result()
    result = replace(base, facts={**base.facts, "conversion_m2": 12_000.01})
    rows = table_named(build_report(result, Language.ZH), "指标需求").rows
    assert {row.cells[0]: row.cells[1].text for row in rows}["需办理农用地转用"] == "12,000.00"


def test_plots_are_told_apart_in_findings(content_of):
    content = content_of("crowded")
    matters = [row.cells[2] for row in table_named(content, "问题与建议").rows]
    assert any(matter.endswith("（地块1、地块3）") for matter in matters)
    assert any(matter.endswith("（全部地块）") for matter in matters)


def test_a_layer_without_class_names_is_named_in_english():
    base = example_result()
    content = build_report(base, Language.EN)
    names = [row.cells[1] for row in table_named(content, "detail").rows if len(row.cells) > 1]
    assert names[0] == "Permanent basic farmland"


def test_english_is_complete(result):
    """Chinese remains only in names of the data and of the project."""
    data = {"示例", "水浇地", "工业用地", "旱地", "农村宅基地", "内陆滩涂", "允许建设区"}
    content = build_report(result, Language.EN)
    body = " ".join(
        block.text for block in content.blocks() if isinstance(block, Paragraph | Heading)
    )
    assert not re.search("[\u4e00-\u9fff]", body.replace(result.site.name, "")), data
    heads = [column.head for table in content.tables() for column in table.columns]
    assert not re.search("[\u4e00-\u9fff]", "".join(heads))


def test_a_finding_without_document_or_place_is_printed():
    base = example_result()
    bare = Finding(
        rule="use.missing",
        state=State.UNDECIDED,
        theme=Theme.URBAN_PLAN,
        role=None,
        code=None,
        area_m2=0.0,
        share=0.0,
        clause=NOTHING,
        document=NOTHING,
        message=Wording("未说明项目用途。", "The use is not named."),
        remedy=Wording("指明用途。", "Name the use."),
    )
    result = replace(
        base,
        verdict=State.UNDECIDED,
        outcome=Outcome.UNDECIDED,
        findings=(bare,),
        not_checked=(),
    )
    content = build_report(result, Language.ZH)
    assert {line.label: line.value for line in content.summary}["决定性意见"] == "未说明项目用途。"
    assert table_named(content, "判定参数").rows[0].cells[3] is None


def test_a_result_without_facts_prints_what_is_there():
    content = build_report(replace(example_result(), facts={}), Language.ZH)
    assert "拟用地总面积2.0000公顷（30.00亩）。" in texts(content)
    assert "未归类" in {row.cells[0] for row in table_named(content, "土地利用现状").rows}
