"""The report of an inspection: every check with what became of it, and the places at fault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from shapely.geometry.base import BaseGeometry

from geo.errors import Param
from services.domain.issue import Severity
from services.domain.layer import LayerVersion
from services.domain.wording import Wording
from services.messages import message_of, remedy_of

__all__ = ["Check", "CheckOutcome", "CheckState", "Inspection", "LayerFault", "Limits"]


class Check(StrEnum):
    """What is looked at, in the order of the report."""

    REFUSED = "refused"
    REPAIRED = "repaired"
    GAP = "gap"
    OVERLAP = "overlap"
    NESTED = "nested"
    DUPLICATE = "duplicate"
    OUTSIDE = "outside"
    SLIVER = "sliver"
    CLOSE_VERTICES = "close_vertices"
    UNMATCHED_VERTEX = "unmatched_vertex"
    DUPLICATE_ID = "duplicate_id"
    FIELDS = "fields"
    EMPTY_VALUES = "empty_values"
    CODES = "codes"
    CLASS_NAMES = "class_names"
    VALUES = "values"
    STATED_AREA = "stated_area"
    SMALLEST_AREA = "smallest_area"


class CheckState(StrEnum):
    """What became of a check: nothing found, notes only, faults, or not carried out."""

    PASSED = "passed"
    INFORMATION = "information"
    FAULTY = "faulty"
    NOT_RUN = "not_run"


@dataclass(frozen=True, slots=True)
class Limits:
    """Thresholds of one inspection, printed with it.

    Attributes
    ----------
    tolerance_m
        Places narrower than this are counted, not listed.
    sliver_area_m2, sliver_width_m
        A place below both is a sliver.
    hole_m2
        A hole of the union outside of any declared ground is a fault for sure below this area.
    """

    tolerance_m: float
    sliver_area_m2: float
    sliver_width_m: float
    hole_m2: float


@dataclass(frozen=True, slots=True, eq=False)
class LayerFault:
    """One place, feature or field at fault.

    Attributes
    ----------
    code, params
        Make the sentence; the words stand in `services/messages`.
    features
        Numbers of the features concerned in the files of the import, counted from 1.
    ids
        Identifier or name of each, empty where it has none.
    area_m2, width_m, length_m
        Size of the place, `None` where it has none.
    geometry
        The place in the working CRS; `None` for a fault of the layer as a whole.
    """

    check: Check
    code: str
    severity: Severity
    features: tuple[int, ...] = ()
    ids: tuple[str, ...] = ()
    params: Mapping[str, Param] = field(default_factory=dict)
    area_m2: float | None = None
    width_m: float | None = None
    length_m: float | None = None
    is_sliver: bool = False
    geometry: BaseGeometry | None = None

    @property
    def facts(self) -> dict[str, Param]:
        """Everything that a sentence about the fault may name."""
        numbers = (*self.features, None, None)
        names = (*self.ids, "", "")
        sizes = {"area": self.area_m2, "width": self.width_m, "length": self.length_m}
        printed = {
            f"{name}_m{'2' if name == 'area' else ''}": "–" if size is None else _printed(size)
            for name, size in sizes.items()
        }
        return {
            "feature": numbers[0],
            "site": names[0] or "–",
            "other": numbers[1],
            "other_site": names[1] or "–",
            **printed,
            **self.params,
        }

    def at(self, place: BaseGeometry) -> LayerFault:
        """The same fault at another place."""
        return replace(self, geometry=place)

    @property
    def message(self) -> Wording:
        """What is wrong, where."""
        return message_of(self.code, self.facts)

    @property
    def remedy(self) -> Wording:
        """What to do."""
        return remedy_of(self.code, self.facts)


def _printed(size: float) -> str:
    """Two decimals; of less than a tenth the first two figures that are not 0."""
    return f"{size:.2f}" if abs(size) >= 0.1 or size == 0.0 else f"{size:.2g}"


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """What became of one check; `message` says the result, or why it was not carried out."""

    check: Check
    state: CheckState
    count: int
    message: Wording


@dataclass(frozen=True, slots=True, eq=False)
class Inspection:
    """The report on one version of a layer.

    Attributes
    ----------
    boundary
        Name of what the layer should fill or stay in; `None` where there is none.
    outcomes
        Every check, in the order of `Check`.
    faults
        All places in the order of the checks, the gravest first in each.
    outlines
        Outline of each feature that a fault names, by number, for drawing.
    """

    version: LayerVersion
    crs: str
    limits: Limits
    boundary: Wording | None
    outcomes: tuple[CheckOutcome, ...]
    faults: tuple[LayerFault, ...]
    outlines: Mapping[int, BaseGeometry] = field(default_factory=dict)

    @property
    def has_errors(self) -> bool:
        """Whether any fault is an error."""
        return any(fault.severity is Severity.ERROR for fault in self.faults)

    def of(self, check: Check) -> tuple[LayerFault, ...]:
        """Faults of one check."""
        return tuple(fault for fault in self.faults if fault.check is check)
