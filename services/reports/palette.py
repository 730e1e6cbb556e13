"""Fill of a class on the static maps: the common colour, lightened."""

from __future__ import annotations

from services.palette import class_colour

__all__ = ["fill_of"]

STRENGTH = 0.55


def fill_of(role: str, code: str) -> str:
    """Tint of a class, so that the red line and the codes stand out on it."""
    colour = class_colour(role, code)
    parts = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - part) * STRENGTH):02x}" for part in parts)
