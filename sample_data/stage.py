"""A stage: a rectangle of the county whose layers are rectangles known on paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from sample_data.rectangles import Box, box

__all__ = [
    "FOLLOWS",
    "NOTHING",
    "PAINTED_ROLES",
    "Feature",
    "Paint",
    "Stage",
    "Survey",
    "rural",
    "urban",
]

NOTHING = ""
"""Value of a role where the layer has no feature."""

FOLLOWS = "?"
"""Village of a stage that belongs to whatever village lies around it."""

PAINTED_ROLES = (
    "land_survey",
    "plan_control_zone",
    "plan_use_zone",
    "plan_land_class",
    "planning_area",
    "urban_plan",
    "growth_boundary",
    "village",
)


@dataclass(frozen=True, slots=True)
class Survey:
    """Land class of the third survey and kind of ownership (QSXZ)."""

    dlbm: str
    qsxz: str


Value = str | Survey


@dataclass(frozen=True, slots=True)
class Paint:
    """Value of a painted role inside a rectangle; later paint covers earlier paint."""

    role: str
    value: Value
    box: Box


@dataclass(frozen=True, slots=True)
class Feature:
    """A rectangle of a layer whose features may overlap."""

    role: str
    box: Box
    attributes: Mapping[str, str | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stage:
    """A frame with its background and what is painted or laid on it, in millimetres."""

    code: str
    frame: Box
    paints: tuple[Paint, ...]
    features: tuple[Feature, ...] = ()

    def paint(self, role: str, value: Value, *boxes: Box) -> Self:
        """The stage with more paint; without a box the whole frame is painted."""
        if role not in PAINTED_ROLES:
            raise ValueError(f"role {role} is not painted")
        fresh = tuple(Paint(role, value, one) for one in boxes or (self.frame,))
        return replace(self, paints=self.paints + fresh)

    def lay(self, role: str, outline: Box, **attributes: str | float) -> Self:
        """The stage with one more rectangle of an overlapping layer."""
        return replace(self, features=(*self.features, Feature(role, outline, attributes)))

    def value_at(self, role: str, x: float, y: float) -> Value:
        """What is painted for a role at a point that lies on no edge."""
        return self.paints[self.paint_at(role, x, y)].value

    def paint_at(self, role: str, x: float, y: float) -> int:
        """Index of the topmost paint of a role at a point."""
        for index in range(len(self.paints) - 1, -1, -1):
            paint = self.paints[index]
            if paint.role == role and paint.box.holds(x, y):
                return index
        raise LookupError(f"stage {self.code}: nothing painted for {role}")

    def moved(self, east: int, north: int) -> Self:
        """The stage shifted by millimetres."""
        return replace(
            self,
            frame=self.frame.moved(east, north),
            paints=tuple(replace(p, box=p.box.moved(east, north)) for p in self.paints),
            features=tuple(replace(f, box=f.box.moved(east, north)) for f in self.features),
        )


def _with_background(code: str, frame: Box, background: Mapping[str, Value]) -> Stage:
    return Stage(code, frame, tuple(Paint(role, background[role], frame) for role in PAINTED_ROLES))


def urban(code: str, width_m: float = 520, height_m: float = 200) -> Stage:
    """State industrial land inside every plan: nothing stands against a factory here."""
    return _with_background(
        code,
        box(0, 0, width_m, height_m),
        {
            "land_survey": Survey("0601", "20"),
            "plan_control_zone": "010",
            "plan_use_zone": "030",
            "plan_land_class": "211",
            "planning_area": "1",
            "urban_plan": "M2",
            "growth_boundary": "01",
            "village": FOLLOWS,
        },
    )


def rural(code: str, width_m: float = 520, height_m: float = 200) -> Stage:
    """Collective irrigated land outside the planning area and the growth boundary."""
    return _with_background(
        code,
        box(0, 0, width_m, height_m),
        {
            "land_survey": Survey("0102", "30"),
            "plan_control_zone": "030",
            "plan_use_zone": "020",
            "plan_land_class": "11",
            "planning_area": NOTHING,
            "urban_plan": NOTHING,
            "growth_boundary": NOTHING,
            "village": FOLLOWS,
        },
    )
