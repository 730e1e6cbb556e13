"""5 控制线: one table over all control layers."""

from __future__ import annotations

from services.reports.case import CONTROL_THEMES, Case
from services.reports.content import Block, Paragraph
from services.reports.tables.controls import control_table

__all__ = ["controls_section"]


def controls_section(case: Case) -> tuple[Block, ...]:
    """The table, or that none was asked for."""
    table = control_table(case, CONTROL_THEMES, case.words("controls.table"))
    return (table,) if table else (Paragraph(case.words("plans.not_asked")),)
