"""Findings, the criteria behind them, and the layers that gave no answer."""

from __future__ import annotations

from services.domain.verdict import Finding, NotChecked, Reason
from services.reports.areas import area_cells, cents
from services.reports.case import Case
from services.reports.content import Column, Quantity, Row, Table
from services.reports.tables.columns import numeric, text

__all__ = [
    "basis_of",
    "criteria_table",
    "findings_table",
    "full_findings_table",
    "gap_sentence",
    "is_optional",
    "sliver_table",
    "unchecked_table",
]

WIDTH_DECIMALS = 3
SLIVER_DECIMALS = 6
SLIVER_WIDTH_DECIMALS = 4


def basis_of(finding: Finding, case: Case) -> str:
    """Document and clause; marked where the clause was never compared with the text."""
    words = case.words
    basis = words(
        "conclusion.basis", document=words.of(finding.document), clause=words.of(finding.clause)
    ).strip(" ,，")
    return words("conclusion.basis_unverified", basis=basis) if finding.unverified else basis


def findings_table(case: Case) -> Table:
    """Findings with document and remedy, as the sheet prints them."""
    words = case.words
    columns = (
        Column(words("column.number"), 10),
        text(words, "kind", 20),
        text(words, "matter", 56),
        text(words, "basis", 40),
        text(words, "treatment", 44),
    )
    rows = [
        Row(
            (
                str(number),
                words.label("state", finding.state),
                _matter(finding, case),
                basis_of(finding, case),
                words.of(finding.remedy),
            )
        )
        for number, finding in enumerate(case.findings(), start=1)
    ]
    return Table(words("conclusion.findings"), columns, tuple(rows))


def _matter(finding: Finding, case: Case) -> str:
    message = case.words.of(finding.message)
    if len(case.result.plots) > 1 and finding.plots:
        return case.words(
            "conclusion.matter_plots", message=message, plots=case.plot_names(finding.plots)
        )
    return message


def criteria_table(case: Case, caption: str) -> Table:
    """Rule, width and thresholds of every finding."""
    words = case.words
    columns = (
        Column(words("column.number"), 10),
        text(words, "rule", 40),
        text(words, "layer", 30),
        numeric(words, "m2", 26),
        numeric(words, "width_m", 18),
        text(words, "thresholds", 46),
    )
    rows = [
        Row(
            (
                str(number),
                finding.rule,
                words.label("role", finding.role) if finding.role else None,
                _area(finding, case)[0],
                _width(finding),
                _criteria(finding, case),
            )
        )
        for number, finding in enumerate(case.findings(), start=1)
    ]
    note = words("sources.unverified") if any(f.unverified for f in case.findings()) else ""
    return Table(caption, columns, tuple(rows), note)


def _area(finding: Finding, case: Case) -> tuple[Quantity | None, ...]:
    """Columns of the area; empty for a finding that has no place."""
    if finding.geometry is None and not finding.area_m2:
        return (None, None, None, None)
    return area_cells(cents(finding.area_m2), case.site_cents).row


def _width(finding: Finding) -> Quantity | None:
    if finding.width_m is None:
        return None
    return Quantity(round(finding.width_m * 10**WIDTH_DECIMALS), WIDTH_DECIMALS)


def _criteria(finding: Finding, case: Case) -> str:
    words = case.words
    texts = [
        words.known(f"criterion.{name}", value=f"{value:g}") or f"{name} {value:g}"
        for name, value in finding.thresholds.items()
    ]
    texts += [words("criterion.within_accuracy")] if finding.within_accuracy else []
    texts += [words("criterion.unverified")] if finding.unverified else []
    return words.listed(texts)


def full_findings_table(case: Case) -> Table:
    """Findings with every number, for the workbook."""
    words = case.words
    columns = (
        Column(words("column.number"), 8),
        text(words, "kind", 16),
        text(words, "theme", 20),
        text(words, "layer", 20),
        text(words, "code", 12),
        text(words, "matter", 60),
        numeric(words, "m2", 18),
        numeric(words, "ha", 16),
        numeric(words, "mu", 16),
        numeric(words, "share", 12),
        numeric(words, "width_m", 12),
        text(words, "plots", 20),
        text(words, "basis", 40),
        text(words, "treatment", 50),
        text(words, "thresholds", 36),
        text(words, "rule", 26),
    )
    rows = [
        Row(
            (
                str(number),
                words.label("state", finding.state),
                words.label("theme", finding.theme),
                words.label("role", finding.role) if finding.role else None,
                finding.code,
                words.of(finding.message),
                *_area(finding, case),
                _width(finding),
                case.plot_names(finding.plots),
                basis_of(finding, case),
                words.of(finding.remedy),
                _criteria(finding, case),
                finding.rule,
            )
        )
        for number, finding in enumerate(case.findings(), start=1)
    ]
    return Table(words("workbook.findings"), columns, tuple(rows))


def gap_sentence(role: str, reason: str, case: Case) -> str:
    """因缺少××数据，该项无法判定，补充后复核。 — or what else the reason is."""
    return case.words(f"gap.{Reason(reason)}", layer=case.words.label("role", role))


def unchecked_table(case: Case, caption: str, *, optional: bool = True) -> Table:
    """Layers that gave no answer, required ones first; `optional` lists those never loaded."""
    words = case.words
    columns = (
        text(words, "theme", 34),
        text(words, "layer", 34),
        text(words, "required", 18),
        text(words, "reason", 30),
        text(words, "treatment", 58),
    )
    gaps = sorted(
        (gap for gap in case.result.not_checked if optional or not is_optional(gap)),
        key=lambda gap: not gap.required,
    )
    rows = [
        Row(
            (
                words.label("theme", gap.theme),
                words.label("role", gap.role),
                words("document.yes" if gap.required else "document.no"),
                words.label("reason", gap.reason),
                words.of(gap.remedy),
            )
        )
        for gap in gaps
    ]
    return Table(caption, columns, tuple(rows))


def is_optional(gap: NotChecked) -> bool:
    """Whether a layer is merely not loaded, and not required."""
    return gap.reason is Reason.OPTIONAL_ABSENT and not gap.required


def sliver_table(case: Case, caption: str) -> Table:
    """Pieces below both thresholds, with size and width."""
    words = case.words
    columns = (
        Column(words("column.number"), 12),
        text(words, "layer", 50),
        text(words, "code", 28),
        numeric(words, "sliver_m2", 40),
        numeric(words, "width_m", 40),
    )
    slivers = [(line.role, sliver) for line in case.layers() for sliver in line.slivers]
    rows = [
        Row(
            (
                str(number),
                words.label("role", role),
                sliver.code,
                Quantity(round(sliver.area_m2 * 10**SLIVER_DECIMALS), SLIVER_DECIMALS),
                Quantity(round(sliver.width_m * 10**SLIVER_WIDTH_DECIMALS), SLIVER_WIDTH_DECIMALS),
            )
        )
        for number, (role, sliver) in enumerate(slivers, start=1)
    ]
    return Table(caption, columns, tuple(rows), words("annex.slivers_note"))
