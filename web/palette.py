"""How classes and control lines are drawn on the map."""

from __future__ import annotations

from dataclasses import dataclass

from services.palette import class_colour, control_looks

__all__ = ["Look", "is_control", "look_of"]

OUTLINE_SHADE = 0.6
FILL_OPACITY = 0.45
HATCH_OPACITY = 0.8


@dataclass(frozen=True, slots=True)
class Look:
    """How a class is drawn: fill colour, or a hatch in that colour; optional dashes."""

    colour: str
    hatch: str | None = None
    dash: str | None = None

    @property
    def opacity(self) -> float:
        """Of the fill: a dashed line has none, so that limits do not darken each other."""
        if self.dash is not None:
            return 0.0
        return HATCH_OPACITY if self.hatch is not None else FILL_OPACITY

    @property
    def outline(self) -> str:
        """The same colour, darker."""
        channels = (int(self.colour[start : start + 2], 16) for start in (1, 3, 5))
        return "#" + "".join(f"{round(channel * OUTLINE_SHADE):02x}" for channel in channels)


def look_of(role: str, code: str) -> Look:
    """Look of a class: by the role for control layers, else by the class's colour."""
    control = control_looks().get(role)
    return Look(class_colour(role, code)) if control is None else Look(**control)


def is_control(role: str) -> bool:
    """Whether a role limits the site (a control line) rather than covering it with classes."""
    return role in control_looks()
