"""How much a file may hold; every refusal names its limit."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["LAYER_LIMITS", "MEGABYTE", "SITE_LIMITS", "ReadLimits"]

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """Most bytes of a file, features of a file and vertices of a feature."""

    max_bytes: int
    max_features: int
    max_vertices: int = 2_000_000


SITE_LIMITS = ReadLimits(max_bytes=200 * MEGABYTE, max_features=200_000)
LAYER_LIMITS = ReadLimits(max_bytes=8_000 * MEGABYTE, max_features=5_000_000)
