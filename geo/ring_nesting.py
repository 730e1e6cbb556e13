"""Rings without a flag, put together to one parcel: outer rings, holes and further parts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon

__all__ = ["assembled", "lies_inside"]


def assembled(rings: Sequence[NDArray[np.float64]]) -> Polygon | MultiPolygon:
    """Parcel of rings `(n, 2)` in the order given.

    A ring inside an earlier outer ring is a hole of it; inside such a hole it is a part
    again (an island); inside none of the earlier ones it is a further part. The outcome may
    be invalid where rings cross; nothing is repaired here.
    """
    outlines = [Polygon(ring) for ring in rings]
    bounds = np.asarray(shapely.bounds(outlines)).reshape(-1, 4)
    shells: list[int] = []
    holes: dict[int, list[int]] = {}
    for at, outline in enumerate(outlines):
        around = [
            earlier
            for earlier in _boxes_around(bounds[:at], bounds[at])
            if lies_inside(outline, outlines[earlier])
        ]
        enclosing = [earlier for earlier in around if earlier in holes]
        if len(around) % 2 and enclosing:
            innermost = min(enclosing, key=lambda shell: outlines[shell].area)
            holes[innermost].append(at)
        else:
            shells.append(at)
            holes[at] = []
    parts = [Polygon(rings[shell], [rings[hole] for hole in holes[shell]]) for shell in shells]
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def _boxes_around(boxes: NDArray[np.float64], inner: NDArray[np.float64]) -> list[int]:
    """Positions of the boxes that hold the inner one."""
    holds = (boxes[:, :2] <= inner[:2]).all(axis=1) & (boxes[:, 2:] >= inner[2:]).all(axis=1)
    return [int(position) for position in np.flatnonzero(holds)]


def lies_inside(inner: Polygon, outer: Polygon) -> bool:
    """Whether no corner of one lies outside the other, and its inside lies inside.

    Corners alone do not tell: a ring that fills a notch has them all on the other's edge.
    """
    corners = shapely.get_coordinates(inner)
    if not shapely.intersects_xy(outer, corners[:, 0], corners[:, 1]).all():
        return False
    within = shapely.point_on_surface(inner)
    return bool(shapely.intersects(outer, within))
