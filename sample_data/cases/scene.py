"""A stage in its place with the sites that stand on it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from sample_data.expectation import PlantedSite
from sample_data.rectangles import Box, Plot, box, rectangle_plot
from sample_data.stage import Stage

__all__ = ["Scene", "in_slot", "site_box"]

SLOT_COLUMN_M = 780
SLOT_ROW_M = 460


@dataclass(frozen=True, slots=True)
class Scene:
    """Stage and sites in the same coordinates, millimetres."""

    stage: Stage
    sites: tuple[PlantedSite, ...]

    def at(self, east_m: float, north_m: float) -> Self:
        """The scene with the south-west corner of its frame at metres from the origin."""
        east, north = round(east_m * 1000), round(north_m * 1000)
        moved = tuple(
            replace(site, plots=tuple(plot.moved(east, north) for plot in site.plots))
            for site in self.sites
        )
        return replace(self, stage=self.stage.moved(east, north), sites=moved)


def in_slot(column: int, row: int, stage: Stage, *sites: PlantedSite) -> Scene:
    """Scene in one of the slots between the roads of the town."""
    return Scene(stage, sites).at(column * SLOT_COLUMN_M, row * SLOT_ROW_M)


def site_box(width_m: float, height_m: float) -> tuple[Box, tuple[Plot, ...]]:
    """Rectangle 60 m from the west and 50 m from the south of a frame, as box and as plot."""
    outline = box(60, 50, 60 + width_m, 50 + height_m)
    return outline, (rectangle_plot("地块1", outline),)
