"""A result in one language, with the questions that several sections ask of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from services.domain.verdict import (
    CheckResult,
    Finding,
    LayerLine,
    PlotResult,
    Reason,
    State,
    Theme,
    ThemeResult,
    worst,
)
from services.reports.areas import cents
from services.reports.words import Words

__all__ = ["CHECKED", "CONTROL_THEMES", "AnnexTable", "Case", "has_areas"]

CHECKED = "checked"
SILENT = frozenset(
    {Reason.MISSING, Reason.OPTIONAL_ABSENT, Reason.EMPTY, Reason.NOT_IN_FORCE, Reason.FAILED}
)
CONTROL_THEMES = (
    Theme.PERMANENT_FARMLAND,
    Theme.ECO_REDLINE,
    Theme.GROWTH_BOUNDARY,
    Theme.NATURE_RESERVE,
    Theme.FOREST,
    Theme.WATER,
    Theme.HERITAGE,
    Theme.HAZARD,
    Theme.MINERAL,
    Theme.INFRASTRUCTURE,
    Theme.FARMLAND_QUALITY,
)


def has_areas(line: LayerLine) -> bool:
    """Whether areas of a layer may be printed: it was there, in force, and measured soundly."""
    return line.version is not None and line.state not in SILENT


class AnnexTable(StrEnum):
    """Tables behind the signatures, in their order."""

    CONTROL_LINES = "control_lines"
    PLOTS = "plots"
    SLIVERS = "slivers"
    CRITERIA = "criteria"
    PROVENANCE = "provenance"


@dataclass(frozen=True, slots=True)
class Case:
    """One result and the language of its document."""

    result: CheckResult
    words: Words

    @property
    def site_cents(self) -> int:
        """Area of the site, 0.01 m²."""
        return cents(self.result.site.area_m2)

    def themes(self, wanted: Iterable[Theme]) -> Iterator[ThemeResult]:
        """Themes of the result among those wanted, in the order of the sheet."""
        chosen = set(wanted)
        return (theme for theme in self.result.themes if theme.theme in chosen)

    def theme(self, wanted: Theme) -> ThemeResult | None:
        """One theme of the result."""
        return next(self.themes((wanted,)), None)

    def layer(self, role: str) -> LayerLine | None:
        """What the layer of a role says of the whole site."""
        return next((line for line in self.layers() if line.role == role), None)

    def layers(self) -> Iterator[LayerLine]:
        """Every role once, in the order of the themes."""
        seen = set()
        for theme in self.result.themes:
            for line in theme.layers:
                if line.role not in seen:
                    seen.add(line.role)
                    yield line

    def findings(self) -> tuple[Finding, ...]:
        """Findings, the largest legal obstacle first; equals stay in their order."""
        return tuple(sorted(self.result.findings, key=lambda finding: _gravity(finding.state)))

    def findings_of(self, theme: Theme, role: str | None = None) -> tuple[Finding, ...]:
        """Findings of a theme, or of one role in it."""
        return tuple(
            finding
            for finding in self.findings()
            if finding.theme == theme and (role is None or finding.role == role)
        )

    def only_suspected(self, theme: Theme, role: str) -> bool:
        """Whether all that was found of a role lies within the accuracy of its data."""
        found = self.findings_of(theme, role)
        return bool(found) and all(finding.within_accuracy for finding in found)

    def finding_number(self, finding: Finding) -> int:
        """Number under which the sheet lists a finding."""
        return self.findings().index(finding) + 1

    def annex_tables(self) -> tuple[AnnexTable, ...]:
        """The annex tables that this result has."""
        wanted = {
            AnnexTable.CONTROL_LINES: any(
                line.classes and has_areas(line)
                for theme in self.themes(CONTROL_THEMES)
                for line in theme.layers
            ),
            AnnexTable.PLOTS: len(self.result.plots) > 1,
            AnnexTable.SLIVERS: any(line.slivers for line in self.layers()),
            AnnexTable.CRITERIA: bool(self.result.findings),
            AnnexTable.PROVENANCE: True,
        }
        return tuple(table for table in AnnexTable if wanted[table])

    def annex_name(self, table: AnnexTable) -> str:
        """附表 and its number, as sentences refer to it."""
        return self.words("annex.table", n=self.annex_tables().index(table) + 1)

    def plot_name(self, plot: PlotResult) -> str:
        """地块 and its number."""
        return self.words("plot.label", n=plot.index + 1)

    def plot_names(self, indexes: Iterable[int]) -> str:
        """The plots concerned, in words."""
        concerned = set(indexes)
        plots = [plot for plot in self.result.plots if plot.index in concerned]
        if len(plots) > 1 and len(plots) == len(self.result.plots):
            return self.words("plot.all")
        return self.words.listed(self.plot_name(plot) for plot in plots)


def _gravity(state: State) -> int:
    """0 for the gravest state."""
    graver = [other for other in State if other is not state and worst([other, state]) is other]
    return len(graver)
