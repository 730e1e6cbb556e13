"""Fill of a class on the static maps (palette.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["fill_of"]

NEUTRAL = "neutral"
EVERY_OTHER_ROLE = "*"
STRENGTH = 0.55


@cache
def _palette() -> Mapping[str, Any]:
    source = files("services.reports").joinpath("palette.toml")
    return tomllib.loads(source.read_text("utf-8"))


def fill_of(role: str, code: str) -> str:
    """Tint by the longest prefix of the code; a code in no row is neutral grey."""
    palette = _palette()
    groups = palette["codes"].get(role, palette["codes"][EVERY_OTHER_ROLE])
    prefixes = (code[:length] for length in range(len(code), 0, -1))
    group = next((groups[prefix] for prefix in prefixes if prefix in groups), NEUTRAL)
    return _tint(palette["group"][group])


def _tint(colour: str) -> str:
    """The colour mixed with white, so that the red line and the codes stand out on it."""
    parts = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - part) * STRENGTH):02x}" for part in parts)
