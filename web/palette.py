"""Colours of classes and control lines on the map (palette.toml)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["Look", "is_control", "look_of"]

NEUTRAL = "neutral"
EVERY_OTHER_ROLE = "*"
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


@cache
def _palette() -> dict[str, Any]:
    return tomllib.loads(files("web").joinpath("palette.toml").read_text("utf-8"))


def look_of(role: str, code: str) -> Look:
    """Look of a class: by the role for control layers, else by the longest prefix of the code."""
    palette = _palette()
    if role in palette["role"]:
        return Look(**palette["role"][role])
    groups = palette["codes"].get(role, palette["codes"][EVERY_OTHER_ROLE])
    prefixes = [code[:length] for length in range(len(code), 0, -1)]
    group = next((groups[prefix] for prefix in prefixes if prefix in groups), NEUTRAL)
    return Look(palette["group"][group])


def is_control(role: str) -> bool:
    """Whether a role limits the site (a control line) rather than covering it with classes."""
    return role in _palette()["role"]
