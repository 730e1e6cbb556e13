"""States, outcomes and the frozen result of a siting check (keys: product.md, JSON contract).

All areas in a result are printed digits: 0.01 m², apportioned once per site so that every
column adds up; slivers alone keep 1e-6 m². Screen, JSON, sheet, workbook and map read this
object and compute nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from services.domain.wording import NOTHING, Wording

__all__ = [
    "CheckResult",
    "ClassLine",
    "Finding",
    "HitShape",
    "LayerLine",
    "NotChecked",
    "Outcome",
    "PlotResult",
    "Provenance",
    "Reason",
    "Regime",
    "SiteLine",
    "SliverLine",
    "State",
    "Theme",
    "ThemeResult",
    "worst",
]


class State(StrEnum):
    """State of a theme, a plot or the whole check."""

    NOT_APPLICABLE = "not_applicable"
    CONFORMS = "conforms"
    CONDITIONAL = "conditional"
    PROCEDURE = "procedure"
    UNDECIDED = "undecided"
    NONCONFORMING = "nonconforming"


PRECEDENCE = (
    State.NOT_APPLICABLE,
    State.CONFORMS,
    State.CONDITIONAL,
    State.PROCEDURE,
    State.UNDECIDED,
    State.NONCONFORMING,
)


def worst(states: list[State]) -> State:
    """The state that decides: a proven veto first, then the undecided, then duties.

    Of nothing at all the answer is `undecided`, never green.
    """
    if not states:
        return State.UNDECIDED
    return max(states, key=PRECEDENCE.index)


class Outcome(StrEnum):
    """What follows from the verdict under the regime in force."""

    FITS_BOTH_PLANS = "fits_both_plans"
    CONSISTENCY_SCHEME = "consistency_scheme"
    SCALE_ADVANCE = "scale_advance"
    PLAN_ADJUSTMENT = "plan_adjustment"
    SPECIAL_APPROVAL = "special_approval"
    RESITE = "resite"
    FITS_PLAN = "fits_plan"
    PLAN_PROCEDURE = "plan_procedure"
    UNDECIDED = "undecided"


class Regime(StrEnum):
    """Dated regimes of plan conformity (domain rules, section 7)."""

    TRANSITION_2019 = "transition_2019"
    TRANSITION_2022 = "transition_2022"
    THREE_LINES = "three_lines"
    TERRITORIAL = "territorial"


class Theme(StrEnum):
    """Control subjects in the order of the sheet."""

    LAND_STATUS = "land_status"
    LAND_PLAN = "land_plan"
    URBAN_PLAN = "urban_plan"
    PERMANENT_FARMLAND = "permanent_farmland"
    ECO_REDLINE = "eco_redline"
    GROWTH_BOUNDARY = "growth_boundary"
    NATURE_RESERVE = "nature_reserve"
    FOREST = "forest"
    WATER = "water"
    HERITAGE = "heritage"
    HAZARD = "hazard"
    MINERAL = "mineral"
    INFRASTRUCTURE = "infrastructure"
    FARMLAND_QUALITY = "farmland_quality"
    PRIOR_APPROVAL = "prior_approval"
    ENFORCEMENT = "enforcement"


class Reason(StrEnum):
    """Why a layer gives no answer."""

    MISSING = "missing"
    OPTIONAL_ABSENT = "optional_absent"
    EMPTY = "empty"
    STALE = "stale"
    NOT_IN_FORCE = "not_in_force"
    NOT_COVERED = "not_covered"
    WITHIN_ACCURACY = "within_accuracy"
    UNKNOWN_CODES = "unknown_codes"
    FAILED = "failed"
    NO_STANDARD_LOADED = "no_standard_loaded"


@dataclass(frozen=True, slots=True)
class SiteLine:
    """The site of the check; areas of the union of its plots."""

    id: str
    name: str
    area_m2: float
    ellipsoid_area_m2: float
    stated_area_m2: float | None
    crs: str
    parts: int
    plot_overlap_m2: float


@dataclass(frozen=True, slots=True)
class ClassLine:
    """Area of one class of one layer inside a plot or site; `share` of that area, 0 to 1."""

    code: str
    name: str
    area_m2: float
    ellipsoid_area_m2: float
    share: float


@dataclass(frozen=True, slots=True)
class SliverLine:
    """A connected piece below both thresholds of its theme, to be verified (需核实)."""

    code: str
    area_m2: float
    width_m: float


@dataclass(frozen=True, slots=True)
class LayerLine:
    """What one layer says: classes + remainder − overlap = the area of plot or site.

    `state` is `checked` or the `Reason` why not; `checked_share` is the part of the site
    inside the declared coverage.
    """

    role: str
    version: str | None
    date: str | None
    required: bool
    state: str
    checked_share: float
    classes: tuple[ClassLine, ...] = ()
    remainder_m2: float = 0.0
    overlap_m2: float = 0.0
    slivers: tuple[SliverLine, ...] = ()


@dataclass(frozen=True, slots=True)
class ThemeResult:
    """One control subject. `touched` is 涉及 / 不涉及; `None` where that is not known."""

    theme: Theme
    state: State
    touched: bool | None
    layers: tuple[LayerLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason for the verdict, with the rule behind it.

    `plots` are the indexes of the plots concerned; `geometry` is a GeoJSON mapping in
    longitude and latitude (CGCS2000), absent where the finding has no place.
    """

    rule: str
    state: State
    theme: Theme
    role: str | None
    code: str | None
    area_m2: float
    share: float
    clause: Wording
    document: Wording
    message: Wording
    remedy: Wording
    within_accuracy: bool = False
    unverified: bool = False
    plots: tuple[int, ...] = ()
    width_m: float | None = None
    thresholds: dict[str, float] = field(default_factory=dict)
    geometry: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class HitShape:
    """What one class of one layer covers of the site, clipped to it, for maps.

    `geometry` is GeoJSON in longitude and latitude; nothing outside the site is ever in it,
    so that protected layers stay protected.
    """

    role: str
    code: str
    name: str
    area_m2: float
    geometry: dict[str, Any]


@dataclass(frozen=True, slots=True)
class NotChecked:
    """A layer that gave no answer, and why."""

    theme: Theme
    role: str
    reason: Reason
    required: bool
    remedy: Wording = NOTHING


@dataclass(frozen=True, slots=True)
class PlotResult:
    """One plot of the site, with its own subtotals."""

    index: int
    id: str
    name: str
    area_m2: float
    ellipsoid_area_m2: float
    stated_area_m2: float | None
    verdict: State
    themes: tuple[ThemeResult, ...] = ()


@dataclass(frozen=True, slots=True)
class Provenance:
    """What the result was made from, so that it can be made again."""

    site_sha256: str
    layers: dict[str, dict[str, str]]
    rule_set_sha256: str
    libraries: dict[str, str]
    settings: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The frozen answer of one siting check.

    `project` holds what was asked: use, use_scheme, project_type, whether the type was
    assumed, the source file's name. `geometry` is the site, one GeoJSON geometry per plot
    in their order; `hits` are the touched classes, for the map.
    """

    number: str
    verdict: State
    outcome: Outcome
    computed_at: str
    rule_set: str
    regime: Regime
    as_of: str
    site: SiteLine
    plots: tuple[PlotResult, ...]
    themes: tuple[ThemeResult, ...]
    findings: tuple[Finding, ...]
    not_checked: tuple[NotChecked, ...]
    provenance: Provenance
    project: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    geometry: tuple[dict[str, Any], ...] = ()
    hits: tuple[HitShape, ...] = ()
