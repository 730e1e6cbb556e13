"""The cells of a site as the rules read them: masks by code, unusable layers left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.units import UM2_PER_M2
from services.domain.facts import OUTSIDE, SiteFacts
from services.domain.project import UseScheme
from services.domain.verdict import Reason, Theme
from services.settings import Settings, SliverThresholds
from services.siting.judging.regions import Mask, Region, split_region
from services.siting.rule_set import RuleSet
from services.siting.rule_tables import ProjectType

__all__ = ["JOINT", "SiteView"]

JOINT = "|"


@dataclass(frozen=True, slots=True, eq=False)
class SiteView:
    """What is asked of the facts of one site.

    `blocked` says of every role of the rules why it gives no answer at all: missing, not in
    force, stale, failed. The cells of such a role, if there are any, are never read.
    """

    facts: SiteFacts
    rules: RuleSet
    settings: Settings
    blocked: Mapping[str, Reason | None]

    @property
    def size(self) -> int:
        """Number of cells."""
        return len(self.facts.cells.area_m2)

    @property
    def plots(self) -> tuple[int, ...]:
        """Indexes of all plots."""
        return tuple(plot.index for plot in self.facts.plots)

    @property
    def site_area_m2(self) -> float:
        """Area of the union of the plots."""
        return self.facts.site.area_um2 / UM2_PER_M2

    @property
    def project_type(self) -> ProjectType:
        """Row of the project's type on the day of the check."""
        project = self.facts.project
        return self.rules.project_type(project.project_type, project.as_of)

    def usable(self, role: str) -> bool:
        """Whether a role gives an answer anywhere."""
        return self.blocked.get(role, Reason.MISSING) is None

    def column(self, name: str) -> NDArray[np.object_]:
        """Codes of a column; all outside where its role gives no answer."""
        if not self.usable(name.partition(".")[0]):
            return np.full(self.size, OUTSIDE, dtype=object)
        return self.facts.cells.column(name)

    def nowhere(self) -> Mask:
        """No cell."""
        return np.zeros(self.size, dtype=bool)

    def held(self, role: str) -> Mask:
        """Cells inside any feature of a role."""
        return np.asarray(self.column(role) != OUTSIDE, dtype=bool)

    def where(self, column: str, test: Callable[[str], bool]) -> Mask:
        """Cells where any of the joined codes passes a test; outside passes none."""
        return self._each(column, lambda codes: any(test(code) for code in codes))

    def throughout(self, column: str, test: Callable[[str], bool]) -> Mask:
        """Cells where all of the joined codes pass a test; outside passes none."""
        return self._each(column, lambda codes: all(test(code) for code in codes))

    def _each(self, column: str, test: Callable[[list[str]], bool]) -> Mask:
        texts = self.column(column)
        passed = {
            text: text != OUTSIDE and test(str(text).split(JOINT)) for text in set(texts.tolist())
        }
        return np.array([passed[text] for text in texts], dtype=bool)

    def in_plot(self, plot: int) -> Mask:
        """Cells of one plot."""
        return np.array([plot in held for held in self.facts.cells.plots], dtype=bool)

    def plots_of(self, mask: Mask) -> tuple[int, ...]:
        """Plots that hold any of some cells."""
        held = {plot for cell in np.flatnonzero(mask) for plot in self.facts.cells.plots[cell]}
        return tuple(sorted(held))

    def area_m2(self, mask: Mask) -> float:
        """Area of some cells, each square metre once."""
        return float(self.facts.cells.area_m2[mask].sum())

    def codes_at(self, column: str, cells: tuple[int, ...]) -> tuple[str, ...]:
        """Codes of a column in some cells, ascending."""
        texts = self.column(column)
        return tuple(
            sorted({code for cell in cells for code in str(texts[cell]).split(JOINT) if code})
        )

    def scheme(self, role: str, default: UseScheme) -> UseScheme:
        """Code table of a layer; the default where the layer names none."""
        known = self.facts.roles.get(role)
        if known is None or known.version is None or known.version.scheme is UseScheme.NONE:
            return default
        return known.version.scheme

    def accuracy_m(self, role: str) -> float:
        """Stated accuracy of a role, or what the rules take for an unstated one."""
        known = self.facts.roles.get(role)
        if known is None or known.version is None or known.version.accuracy_m is None:
            return self.rules.switches.unstated_accuracy_m
        return known.version.accuracy_m

    def thresholds(self, theme: Theme) -> SliverThresholds:
        """Sliver thresholds: of the workspace if it sets any, else of theme or rule set."""
        if theme in self.settings.slivers_by_theme or self.settings.slivers != SliverThresholds():
            return self.settings.thresholds(theme)
        row = next(row for row in self.rules.themes if row.id is theme)
        basic = self.rules.document.slivers
        return SliverThresholds(
            basic.min_area_m2 if row.min_area_m2 is None else row.min_area_m2,
            basic.min_width_m if row.min_width_m is None else row.min_width_m,
        )

    def region(
        self, theme: Theme, causes: Mapping[str, Mask], *, positional: bool = True
    ) -> Region:
        """Pieces of the union of masks, each named by the role that makes it.

        What is not about the position of a line (a code, a gap, an overlap in the data) is
        not measured against the accuracy of the layer.
        """
        return split_region(
            self.facts.cells,
            causes,
            thresholds=self.thresholds(theme),
            accuracy_m={role: self.accuracy_m(role) if positional else 0.0 for role in causes},
        )
