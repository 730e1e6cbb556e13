"""1 项目概况: what is asked, and the plots."""

from __future__ import annotations

from services.domain.project import UseScheme
from services.printable import shortened
from services.reading_choices import choice_wordings
from services.reports.areas import area_cells, cents, m2_cell
from services.reports.case import Case
from services.reports.content import Block, Paragraph, Quantity, Row, Table
from services.reports.datum import crs_wording
from services.reports.tables.columns import text
from services.reports.tables.plots import plot_area_table
from services.siting.rule_set import load_rule_set

__all__ = ["project_section", "site_area_text"]

HASH_DIGITS = 12
LONG_NAME = 200
# survey tolerance between stated and drawn area: max(1 m², 0.05 %) (exchange formats 1)
STATED_TOLERANCE_M2 = 1.0
STATED_TOLERANCE_SHARE = 0.0005


def site_area_text(case: Case) -> str:
    """Area of the site in hectares, mu and square metres."""
    cells = area_cells(case.site_cents, case.site_cents)
    return case.words("summary.area_value", ha=cells.ha.text, mu=cells.mu.text, m2=cells.m2.text)


def project_section(case: Case) -> tuple[Block, ...]:
    """Facts, areas of the plots, and what the reader must know of both."""
    words = case.words
    columns = (text(words, "item", 34), text(words, "content", 136))
    facts = tuple(Row(cells) for cells in _facts(case))
    remarks = [Paragraph(remark) for remark in _remarks(case)]
    return (
        Table(words("project.facts"), columns, facts),
        plot_area_table(case, words("project.plots")),
        *remarks,
    )


def _facts(case: Case) -> tuple[tuple[str, str], ...]:
    words, site = case.words, case.result.site
    project = case.result.project
    source = words(
        "project.source_value",
        file=shortened(str(project.get("source") or words("document.none"))),
        hash=case.result.provenance.site_sha256[:HASH_DIGITS],
    )
    ellipsoid = m2_cell(site.ellipsoid_area_m2).text
    return (
        (words("project.name"), shortened(site.name, LONG_NAME)),
        (words("project.use"), _use(case)),
        (words("project.type"), _project_type(case)),
        (words("project.source"), source),
        (words("project.datum"), words.of(crs_wording(site.crs))),
        *_choices(case),
        (
            words("project.parts"),
            words("project.parts_value", plots=len(case.result.plots), parts=site.parts),
        ),
        (words("project.measure"), words("project.measure_value", ellipsoid=ellipsoid)),
    )


def _choices(case: Case) -> tuple[tuple[str, str], ...]:
    """What the user decided about the coordinates, where anything was decided."""
    words = case.words
    told = [words.of(each) for _, each in choice_wordings(case.result.provenance.settings)]
    return ((words("project.choices"), words.together(told)),) if told else ()


def _use(case: Case) -> str:
    words, project = case.words, case.result.project
    use = project.get("use")
    if not use:
        return words("project.use_missing")
    scheme = UseScheme(project.get("use_scheme", UseScheme.NONE))
    table = load_rule_set(case.result.regime).codes
    known = UseScheme.YDYH_2023 if scheme is UseScheme.YDYH_2020 else scheme
    name = table.get(known, {}).get(use, "")
    return words(
        "project.use_value", code=f"{use} {name}".strip(), scheme=words(f"scheme.{scheme}")
    )


def _project_type(case: Case) -> str:
    words, project = case.words, case.result.project
    code = str(project.get("project_type", ""))
    known = load_rule_set(case.result.regime).project_types.get(code)
    name = words.of(known.name) if known else code
    return words("project.type_assumed", type=name) if project.get("type_assumed") else name


def _remarks(case: Case) -> list[str]:
    words, site = case.words, case.result.site
    remarks = []
    if site.plot_overlap_m2:
        remarks.append(words("project.overlap", m2=m2_cell(site.plot_overlap_m2).text))
    if site.stated_area_m2 is not None:
        difference = cents(site.stated_area_m2) - case.site_cents
        tolerance = max(STATED_TOLERANCE_M2, STATED_TOLERANCE_SHARE * site.area_m2)
        if abs(difference) > cents(tolerance):
            remarks.append(words("project.stated", difference=Quantity(difference, 2).text))
    return remarks
