"""Plots of the site: their areas, and what the check says of each."""

from __future__ import annotations

from collections.abc import Iterator

from services.domain.verdict import PlotResult
from services.printable import shortened
from services.reports.areas import Balance, balance, cents
from services.reports.case import CONTROL_THEMES, Case, has_areas
from services.reports.content import Cell, Quantity, Row, RowKind, Table
from services.reports.tables.class_areas import class_rows
from services.reports.tables.columns import area_columns, numeric, text

__all__ = ["plot_area_table", "plot_class_table", "plot_result_table"]

NAME_LENGTH = 32


def _plot_balance(case: Case) -> Balance:
    site = case.result.site
    return balance(
        [[cents(plot.area_m2) for plot in case.result.plots]],
        total=case.site_cents,
        overlap=cents(site.plot_overlap_m2),
        place=case.words("project.plots"),
    )


def plot_area_table(case: Case, caption: str, *, full_names: bool = False) -> Table:
    """Areas of the plots; overlap among plots is taken off once."""
    words, site = case.words, case.result.site
    columns = (
        text(words, "plot", 16),
        text(words, "plot_name", 38),
        numeric(words, "m2", 24),
        numeric(words, "ha", 18),
        numeric(words, "mu", 17),
        numeric(words, "ellipsoid_m2", 24),
        numeric(words, "stated_m2", 24),
        text(words, "verdict", 29),
    )
    parts = _plot_balance(case)
    rows = [
        Row(
            (
                case.plot_name(plot),
                plot.name if full_names else _own_name(plot, case),
                cells.m2,
                cells.ha,
                cells.mu,
                Quantity(cents(plot.ellipsoid_area_m2), 2),
                _stated(plot.stated_area_m2),
                words.label("state", plot.verdict),
            )
        )
        for plot, cells in zip(case.result.plots, parts.rows[0], strict=True)
    ]
    if parts.overlap.m2.units:
        lost = parts.overlap
        rows.append(
            Row((words("row.plot_overlap"), None, lost.m2, lost.ha, lost.mu, None, None, None))
        )
    total = parts.total
    rows.append(
        Row(
            (
                words("row.total"),
                None,
                total.m2,
                total.ha,
                total.mu,
                Quantity(cents(site.ellipsoid_area_m2), 2),
                _stated(site.stated_area_m2),
                words.label("state", case.result.verdict),
            ),
            RowKind.TOTAL,
        )
    )
    return Table(caption, columns, tuple(rows), words("project.rounding"))


def _own_name(plot: PlotResult, case: Case) -> str:
    """Name of a plot without the project's, which stands above the table."""
    name = plot.name or plot.id
    return shortened(name.removeprefix(case.result.site.name).strip() or name, NAME_LENGTH)


def _stated(area_m2: float | None) -> Quantity | None:
    return None if area_m2 is None else Quantity(cents(area_m2), 2)


def plot_result_table(case: Case, caption: str) -> Table:
    """Verdict of every plot with the control lines that it touches."""
    words = case.words
    columns = (
        text(words, "plot", 18),
        numeric(words, "m2", 26),
        text(words, "verdict", 30),
        text(words, "controls_touched", 70),
        text(words, "findings", 26),
    )
    rows = [
        Row(
            (
                case.plot_name(plot),
                Quantity(cents(plot.area_m2), 2),
                words.label("state", plot.verdict),
                words.listed(_touched_lines(plot, case)) or words("document.none"),
                words.listed(_finding_numbers(plot, case)) or words("document.none"),
            )
        )
        for plot in case.result.plots
    ]
    return Table(caption, columns, tuple(rows))


def _touched_lines(plot: PlotResult, case: Case) -> Iterator[str]:
    for theme in plot.themes:
        if theme.theme not in CONTROL_THEMES or not theme.touched:
            continue
        for line in theme.layers:
            covered = cents(plot.area_m2) - cents(line.remainder_m2)
            if line.classes and covered and has_areas(line):
                yield case.words(
                    "plot.touched",
                    layer=case.words.label("role", line.role),
                    m2=Quantity(covered, 2).text,
                )


def _finding_numbers(plot: PlotResult, case: Case) -> Iterator[str]:
    for number, finding in enumerate(case.findings(), start=1):
        if plot.index in finding.plots:
            yield str(number)


def plot_class_table(case: Case, caption: str) -> Table:
    """Every class of every layer in every plot, each layer adding up to its plot."""
    words = case.words
    columns = (
        text(words, "plot", 12),
        text(words, "plot_id", 24),
        text(words, "theme", 22),
        text(words, "layer", 22),
        text(words, "code", 12),
        text(words, "class_name", 30),
        *area_columns(words),
    )
    rows: list[Row] = []
    for plot in case.result.plots:
        head: tuple[Cell, ...] = (case.plot_name(plot), plot.id)
        for theme in plot.themes:
            for line in theme.layers:
                if not (line.classes and has_areas(line)):
                    continue
                place = (*head, words.label("theme", theme.theme), words.label("role", line.role))
                rows += [
                    Row((*place, row.code, row.name, *row.cells.row), row.kind)
                    for row in class_rows(line, cents(plot.area_m2), words)
                ]
    return Table(caption, columns, tuple(rows))
