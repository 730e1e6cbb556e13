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


@cache
def _palette() -> Mapping[str, Any]:
    source = files("services.reports").joinpath("palette.toml")
    return tomllib.loads(source.read_text("utf-8"))


def fill_of(role: str, code: str) -> str:
    """Colour by the longest prefix of the code; a code in no row is neutral grey."""
    palette = _palette()
    groups = palette["codes"].get(role, palette["codes"][EVERY_OTHER_ROLE])
    prefixes = (code[:length] for length in range(len(code), 0, -1))
    group = next((groups[prefix] for prefix in prefixes if prefix in groups), NEUTRAL)
    colour: str = palette["group"][group]
    return colour
