"""Planted siting cases: each a stage of rectangles with the red lines that stand on it."""

from __future__ import annotations

from sample_data.cases.scene import Scene
from sample_data.cases.siting_control_lines import control_line_scenes
from sample_data.cases.siting_gaps import gap_scenes
from sample_data.cases.siting_plans import plan_scenes
from sample_data.cases.siting_scale import scale_scenes
from sample_data.cases.siting_single import single_site_scenes

__all__ = ["Scene", "scenes"]


def scenes() -> tuple[Scene, ...]:
    """All stages in their places by code, with their sites; the same for every county."""
    found = (
        *plan_scenes(),
        *scale_scenes(),
        *control_line_scenes(),
        *single_site_scenes(),
        *gap_scenes(),
    )
    return tuple(sorted(found, key=lambda scene: scene.stage.code))
