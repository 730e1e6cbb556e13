"""Colours of land-use classes and control layers, one table for map and sheet (palette.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["class_colour", "control_looks"]

NEUTRAL = "neutral"
EVERY_OTHER_ROLE = "*"


@cache
def _palette() -> Mapping[str, Any]:
    return tomllib.loads(files("services").joinpath("palette.toml").read_text("utf-8"))


def control_looks() -> Mapping[str, Mapping[str, str]]:
    """Colour, and hatch or dash, of each control role."""
    looks: Mapping[str, Mapping[str, str]] = _palette()["role"]
    return looks


def class_colour(role: str, code: str) -> str:
    """Colour by the longest prefix of the code; a code in no row is neutral grey."""
    palette = _palette()
    groups = palette["codes"].get(role, palette["codes"][EVERY_OTHER_ROLE])
    prefixes = (code[:length] for length in range(len(code), 0, -1))
    group = next((groups[prefix] for prefix in prefixes if prefix in groups), NEUTRAL)
    colour: str = palette["group"][group]
    return colour
