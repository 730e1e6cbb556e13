"""Shape of a rule file: every key, its type and its allowed values."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.domain.verdict import Reason, Regime, State, Theme
from services.domain.wording import Wording

__all__ = [
    "AdvanceCover",
    "CodeKind",
    "NeitherFits",
    "OtherGrassland",
    "ProjectClass",
    "Requirement",
    "RuleDocument",
    "Switches",
]


class Requirement(StrEnum):
    """When a role must give an answer."""

    ALWAYS = "always"
    INSIDE_PLANNING_AREA = "inside_planning_area"
    WHEN_NEEDED = "when_needed"
    NEVER = "never"
    SUMMARY = "summary"


class CodeKind(StrEnum):
    """Table of the class codes of a role."""

    LAND_CLASS = "land_class"
    CONTROL_ZONE = "control_zone"
    USE_ZONE = "use_zone"
    PLANNED_CLASS = "planned_class"
    URBAN_CLASS = "urban_class"
    CONTROL_LINE = "control_line"
    SPACE_ZONE = "space_zone"


class ProjectClass(StrEnum):
    """批次用地 inside the plan's scale, or 单独选址."""

    BATCH = "batch"
    SINGLE_SITE = "single_site"


class NeitherFits(StrEnum):
    """What follows where neither plan fits."""

    RESITE = "resite"
    PLAN_ADJUSTMENT = "plan_adjustment"


class OtherGrassland(StrEnum):
    """Class of 其他草地 (0404), on which the standards disagree."""

    FARMLAND = "农用地"
    UNUSED = "未利用地"


class AdvanceCover(StrEnum):
    """What an advance of plan scale must cover."""

    WHOLE_NEED = "whole_need"
    SHORT_TOWNS = "short_towns"


Metres = Annotated[float, Field(ge=0, le=10)]
SquareMetres = Annotated[float, Field(ge=0, le=100)]
Text = Annotated[str, Field(min_length=1)]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WordingRow(_Row):
    """A sentence in both languages."""

    zh: Text
    en: Text

    @property
    def wording(self) -> Wording:
        """The same as the domain's type."""
        return Wording(self.zh, self.en)


class ConditionRow(WordingRow):
    """One of C1 to C7."""

    unverified: bool


class DocumentRow(WordingRow):
    """A document behind rules, with its half-open validity."""

    first: date | None = Field(None, alias="from")
    end: date | None = Field(None, alias="to")
    source: Text
    unverified: bool

    def holds(self, day: date) -> bool:
        """Whether the document is in force on a day."""
        return (self.first is None or self.first <= day) and (self.end is None or day < self.end)


class RoleRow(_Row):
    """One role of a theme; see the notes in the rule file."""

    name: Text
    required: Requirement
    gap_free: bool = False
    exclusive: bool = False
    decides: bool = False
    codes: CodeKind | None = None
    touch: Text | None = None
    special: Text | None = None
    max_age_days: Annotated[int, Field(gt=0)] | None = None


class ThemeRow(_Row):
    """One theme with its roles and, where they differ, its own sliver thresholds."""

    id: Theme
    roles: Annotated[tuple[RoleRow, ...], Field(min_length=1)]
    sliver: Text | None = None
    min_area_m2: SquareMetres | None = None
    min_width_m: Metres | None = None

    @property
    def theme(self) -> Theme:
        """The theme."""
        return self.id

    @property
    def required(self) -> tuple[str, ...]:
        """Roles that must always answer."""
        return self._roles(Requirement.ALWAYS)

    @property
    def inside_planning_area(self) -> tuple[str, ...]:
        """Roles that must answer inside the planning area."""
        return self._roles(Requirement.INSIDE_PLANNING_AREA)

    @property
    def optional(self) -> tuple[str, ...]:
        """Roles that need not answer, or only where the outcome hangs on them."""
        return self._roles(Requirement.WHEN_NEEDED, Requirement.NEVER, Requirement.SUMMARY)

    def _roles(self, *wanted: Requirement) -> tuple[str, ...]:
        return tuple(role.name for role in self.roles if role.required in wanted)


class FindingRow(_Row):
    """One reason for a verdict."""

    theme: Theme
    state: State
    documents: Annotated[tuple[Text, ...], Field(min_length=1)]
    clause: WordingRow
    message: WordingRow
    remedy: WordingRow
    message_linear: WordingRow | None = None
    remedy_linear: WordingRow | None = None
    condition: Text | None = None
    unverified: bool


class Switches(_Row):
    """Every switch of the outcome logic; its meaning stands beside it in the rule file."""

    neither_fits: NeitherFits
    other_grassland: OtherGrassland
    advance_must_cover: AdvanceCover
    special_approval_needs_listing: bool
    statement_outside_boundary: tuple[ProjectClass, ...]
    area_development_use_zones: tuple[Text, ...]
    unstated_accuracy_m: Metres
    coverage_tolerance_m2: SquareMetres


class SliversRow(_Row):
    """Sliver thresholds of all themes that have none of their own."""

    min_area_m2: SquareMetres
    min_width_m: Metres


class RuleDocument(_Row):
    """A whole rule file."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9_]+@\d{4}-\d{2}-\d{2}$")]
    regime: Regime
    begins: date
    title: WordingRow
    dated_roles: tuple[Text, ...]
    switches: Switches
    slivers: SliversRow
    documents: dict[str, DocumentRow]
    conditions: dict[str, ConditionRow]
    theme: tuple[ThemeRow, ...]
    gap: dict[Reason, WordingRow]
    within_accuracy: WordingRow
    finding: dict[str, FindingRow]
