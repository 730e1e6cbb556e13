"""The list of findings: nothing is dropped, and nothing that is unknown looks clear."""

from dataclasses import replace

from services.domain.verdict import NotChecked, Reason, State, Theme, ThemeResult
from services.domain.wording import Language
from web.presentation.findings import finding_groups
from web.presentation.tables import area_tables, origin, plot_table


def groups_of(result):
    return {group.title: group for group in finding_groups(result, Language.EN)}


def test_every_theme_and_gap_stands_in_exactly_one_group(result):
    groups = finding_groups(result, Language.EN)
    assert [group.title for group in groups] == [
        "Touched",
        "Not touched",
        "Not checked",
        "Not applicable",
    ]
    assert [group.count for group in groups] == [3, 1, 1, 1]
    names = [theme.name for group in groups for theme in group.themes]
    assert len(names) == len(set(names)) == len(result.themes)


def test_every_finding_is_listed_once(result):
    lines = [
        line
        for group in finding_groups(result, Language.EN)
        for theme in group.themes
        for line in theme.findings
    ]
    assert sorted(line.id for line in lines) == ["finding-0", "finding-1"]


def test_a_theme_of_unknown_touch_is_never_among_the_clear_ones(result):
    unknown = ThemeResult(Theme.HERITAGE, State.UNDECIDED, None)
    groups = groups_of(replace(result, themes=(*result.themes, unknown)))
    assert "Heritage" in [theme.name for theme in groups["Not checked"].themes]
    assert groups["Not checked"].opened


def test_a_control_line_is_touched_or_not_and_never_conforms(result):
    boundary = ThemeResult(Theme.GROWTH_BOUNDARY, State.CONFORMS, touched=True)
    groups = groups_of(replace(result, themes=(*result.themes, boundary)))
    words = {theme.name: theme.word for title in groups for theme in groups[title].themes}
    assert words["Growth boundary"] == "touched"
    assert words["Ecological red line"] == "not touched"
    assert words["Land-use plan"] == "Conforms"


def test_the_third_group_opens_for_a_required_layer(result):
    assert not groups_of(result)["Not checked"].opened
    gap = NotChecked(Theme.FOREST, "forest", Reason.MISSING, required=True)
    assert groups_of(replace(result, not_checked=(gap,)))["Not checked"].opened


def test_a_finding_carries_area_threshold_clause_and_source(result):
    finding = groups_of(result)["Touched"].themes[2].findings[0]
    facts = {fact.name: fact.value for fact in finding.facts}
    assert facts["Area"] == "30.00 m² · 0.0030 ha · 0.05 mu · 0.15 %"
    assert facts["Thresholds applied"] == "sliver area 1 m², sliver width 0.1 m"
    assert facts["Basis"] == "Land Administration Law (2019) Article 35"
    assert facts["Data"] == "Permanent basic farmland · 2017 · 2017-12-31"
    assert finding.remedy.startswith("Move the red line")


def test_marks_are_words(result):
    duty = groups_of(result)["Touched"].themes[0].findings[0]
    assert duty.marks == ("※ The clause is still to be verified.",)
    within = replace(result.findings[0], within_accuracy=True)
    marked = groups_of(replace(result, findings=(within,)))["Touched"].themes[2].findings[0]
    assert "accuracy" in marked.marks[0]


def test_slivers_keep_size_and_width(result):
    slivers = groups_of(result)["Touched"].themes[2].slivers
    assert slivers == ("永久基本农田: 0.42 m², 0.014 m wide",)


def test_the_rows_of_an_area_table_add_up(result):
    tables = {table.title: table for table in area_tables(result, Language.EN)}
    farmland = tables["Permanent basic farmland"]
    assert [row.area for row in farmland.rows] == ["30.00", "19,970.00"]
    assert farmland.total == "20,000.00"
    assert "Forest land" not in tables


def test_a_layer_that_was_checked_in_part_says_so(result):
    line = replace(
        result.themes[0].layers[0], state=Reason.NOT_COVERED, checked_share=0.9, remainder_m2=100.0
    )
    themes = (replace(result.themes[0], layers=(line,)), *result.themes[1:])
    table = area_tables(replace(result, themes=themes), Language.EN)[0]
    assert table.remark == "Not checked: does not cover the whole site (90.00 % covered)"
    assert table.rows[-1].area == "100.00"


def test_overlap_of_classes_is_a_row(result):
    line = replace(result.themes[0].layers[0], overlap_m2=500.0)
    themes = (replace(result.themes[0], layers=(line,)), *result.themes[1:])
    rows = area_tables(replace(result, themes=themes), Language.EN)[0].rows
    assert (rows[-1].name, rows[-1].area) == ("Less overlap of classes", "-500.00")


def test_plots_less_what_they_share_are_the_site(result):
    """Two plots of 15 000 m² that share 10 000 m² are a site of 20 000 m²."""
    plot = replace(result.plots[0], area_m2=15000.0)
    plots = (plot, replace(plot, index=1, name="", id=""))
    site = replace(result.site, plot_overlap_m2=10000.0)
    table = plot_table(replace(result, plots=plots, site=site), Language.EN)
    assert [row.number for row in table.rows] == ["1", "2"]
    assert table.rows[1].name == "–"
    assert [row.area for row in table.totals] == ["30,000.00", "-10,000.00", "20,000.00"]


def test_an_assumed_type_is_printed_as_assumed(result):
    facts = {fact.name: fact.value for fact in origin(result, Language.EN).facts}
    assert facts["Type of project"] == "industry (assumed, the stricter)"
    assert facts["SHA-256 of the site"] == "0" * 64
