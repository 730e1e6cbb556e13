"""What was measured about a site, before any rule is applied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.domain.layer import LayerVersion
from services.domain.project import Project
from services.domain.verdict import Reason

__all__ = [
    "Cells",
    "ClassArea",
    "FeatureHit",
    "LayerFacts",
    "PlanFigures",
    "PlotFacts",
    "RoleFacts",
    "SiteFacts",
    "TownFigures",
]

OUTSIDE = ""


@dataclass(frozen=True, slots=True)
class ClassArea:
    """Area of the union of one class inside a plot; integers of 1e-6 m²."""

    code: str
    name: str
    area_um2: int
    ellipsoid_um2: int


@dataclass(frozen=True, slots=True)
class FeatureHit:
    """One feature of a layer that shares area with the site, with its attributes."""

    row: int
    code: str
    area_um2: int
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LayerFacts:
    """One layer inside one plot: Σ classes + remainder − overlap = the plot's area."""

    classes: tuple[ClassArea, ...] = ()
    covered_um2: int = 0
    remainder_um2: int = 0
    overlap_um2: int = 0
    checked_um2: int = 0
    hits: tuple[FeatureHit, ...] = ()


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """A role on the day of the check: the version in force, or why there is none.

    `reason` is set for MISSING, EMPTY, STALE (set by the rules, not here), NOT_IN_FORCE and
    FAILED; coverage and codes are judged from the numbers.
    """

    role: str
    version: LayerVersion | None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True, eq=False)
class PlotFacts:
    """One plot, or the whole site (index −1): areas in 1e-6 m² and what each role says."""

    index: int
    id: str
    name: str
    area_um2: int
    ellipsoid_um2: int
    stated_area_m2: float | None
    layers: Mapping[str, LayerFacts]


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """The common refinement of the site by all layers that touch it.

    Every square metre of the site lies in exactly one of the n cells.

    Attributes
    ----------
    plots
        Length n; the indexes of the plots that hold the cell (more than one on overlaps).
    columns
        Per column name an array of n texts: the class code of the role there; `""` outside;
        codes joined by `|` where features of several codes overlap. Columns are named by
        role; `land_survey.QSXZ` and the like add an attribute. A role without class field
        has the code `1`.
    area_m2
        Length n, plane.
    geometry
        Length n, polygons in the working CRS relative to `origin`.
    origin
        Integer easting and northing that were subtracted.
    """

    plots: tuple[tuple[int, ...], ...]
    columns: Mapping[str, NDArray[np.object_]]
    area_m2: NDArray[np.float64]
    geometry: NDArray[np.object_]
    origin: tuple[int, int]

    def column(self, name: str) -> NDArray[np.object_]:
        """Codes of a column; all outside where the role touches nothing or is absent."""
        found = self.columns.get(name)
        if found is None:
            return np.full(len(self.area_m2), OUTSIDE, dtype=object)
        return found


@dataclass(frozen=True, slots=True)
class TownFigures:
    """Plan scale left and cultivated margin of one town, m²."""

    scale_left_m2: float | None
    cultivated_margin_m2: float | None


@dataclass(frozen=True, slots=True)
class PlanFigures:
    """Plan figures in force on a day (plan_figures.csv), towns by code."""

    date: date
    towns: Mapping[str, TownFigures]
    plan_2019_m2: float | None
    advance_left_m2: float | None
    source: str


@dataclass(frozen=True, slots=True, eq=False)
class SiteFacts:
    """Everything the rules may ask about one site."""

    project: Project
    plots: tuple[PlotFacts, ...]
    site: PlotFacts
    roles: Mapping[str, RoleFacts]
    cells: Cells
    figures: PlanFigures | None
    failed_roles: frozenset[str] = frozenset()
