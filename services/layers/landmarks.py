"""Known ground of the county: its towns, against which places can be tried."""

from __future__ import annotations

from functools import cache

import shapely

from geo.datum_fit import Landmarks
from services.layers.catalogue import loaded_versions
from services.layers.coverage import ground_of
from services.layers.opened import open_layer
from services.map_suspicion import LandmarkSource
from services.workspace import Workspace

__all__ = ["county_landmarks"]

TOWN = "town"


def county_landmarks(workspace: Workspace) -> LandmarkSource:
    """The towns of the newest version, read once and only when somebody asks.

    `None` where no town is loaded.
    """

    @cache
    def towns() -> Landmarks | None:
        filled = [each for each in loaded_versions(workspace, TOWN) if each.feature_count]
        if not filled:
            return None
        outlines = open_layer(workspace, filled[-1]).features()
        ground = ground_of(outlines, workspace.origin)
        return None if ground is None else Landmarks(ground, shapely.boundary(outlines))

    return towns
