"""The control lines: touched or not, how much, what is required and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from services.domain.verdict import LayerLine, Theme, ThemeResult
from services.reports.areas import area_cells, cents
from services.reports.case import CHECKED, Case, has_areas
from services.reports.content import Cell, Row, Table
from services.reports.tables.columns import numeric, text
from services.reports.tables.findings import basis_of

__all__ = ["control_table", "covered", "touch_word"]


def covered(line: LayerLine, site: int) -> int:
    """Area of the union of all classes at the site, 0.01 m²."""
    return site - cents(line.remainder_m2) if has_areas(line) else 0


@dataclass(frozen=True, slots=True)
class _ControlRow:
    """One layer of one theme; of the growth boundary it is the outside that counts."""

    theme: ThemeResult
    line: LayerLine
    case: Case

    @property
    def area(self) -> int:
        """Area that counts, 0.01 m²; where the data end nobody knows what lies outside a line."""
        inside = covered(self.line, self.case.site_cents)
        if not self._outside_counts:
            return inside
        return self.case.site_cents - inside if self.line.state == CHECKED else 0

    @property
    def _outside_counts(self) -> bool:
        return self.theme.theme is Theme.GROWTH_BOUNDARY

    @property
    def name(self) -> str:
        words = self.case.words
        if self._outside_counts and self.line.state == CHECKED:
            return words("controls.outside_boundary")
        return words.label("role", self.line.role)

    def cells(self) -> tuple[Cell, ...]:
        case, words = self.case, self.case.words
        # of a layer that leaves part of the site open only what it does show is printed
        answered = self.line.state == CHECKED or self.area
        cells = area_cells(self.area, case.site_cents) if answered else None
        findings = case.findings_of(self.theme.theme, self.line.role)
        worst = findings[0] if findings else None
        return (
            self.name,
            touch_word(self.theme, self.line, self.area, case),
            cells.m2 if cells else None,
            cells.ha if cells else None,
            cells.share if cells else None,
            basis_of(worst, case) if worst else words("document.none"),
            words.of(worst.remedy) if worst else words("document.none"),
        )


def touch_word(theme: ThemeResult, line: LayerLine, area: int, case: Case) -> str:
    """涉及, 不涉及, 未核查 or 无法判定 for one layer with `area` at the site, 0.01 m²."""
    words = case.words
    if line.state != CHECKED:
        if area:
            return words("controls.part_unknown")
        absent = line.version is None and not line.required
        return words("controls.unchecked" if absent else "controls.undecided")
    if not area:
        return words.label("touched", "no")
    if case.only_suspected(theme.theme, line.role):
        return words("controls.suspected")
    if theme.touched is False:
        return words("controls.sliver_only")
    return words.label("touched", "yes")


def control_table(
    case: Case, themes: Iterable[Theme], caption: str, *, head: str = "control_line"
) -> Table | None:
    """One row a layer; `None` where the rule set asks for none."""
    words = case.words
    columns = (
        text(words, head, 27),
        text(words, "touched", 18),
        numeric(words, "hit_m2", 23),
        numeric(words, "hit_ha", 20),
        numeric(words, "share", 15),
        text(words, "requirement", 34),
        text(words, "treatment", 38),
    )
    rows = [
        Row(_ControlRow(theme, line, case).cells())
        for theme in case.themes(themes)
        for line in theme.layers
    ]
    return Table(caption, columns, tuple(rows), words("controls.note")) if rows else None
