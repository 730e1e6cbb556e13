"""2 依据与数据来源: rules, layers and the documents cited."""

from __future__ import annotations

from services.reports.case import AnnexTable, Case
from services.reports.content import Block, Paragraph
from services.reports.tables.sources import documents_table, source_table

__all__ = ["sources_section"]


def sources_section(case: Case) -> tuple[Block, ...]:
    """Regime, layer table, documents."""
    words, result = case.words, case.result
    intro = words(
        "sources.intro",
        regime=words.label("regime", result.regime),
        rule_set=result.rule_set,
        as_of=result.as_of,
        annex=case.annex_name(AnnexTable.PROVENANCE),
    )
    documents = documents_table(case, words("sources.documents"))
    return (
        Paragraph(intro),
        source_table(case, words("sources.layers")),
        *([documents] if documents else []),
    )
