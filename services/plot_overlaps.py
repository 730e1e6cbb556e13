"""Plots of one input that lie on each other, said before anyone adds up their areas."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from geo.errors import Param
from geo.intake import Note

__all__ = ["plot_overlaps"]

# half of what is printed; neighbours share edges to the last digit of their file, not of doubles
SMALLEST_M2 = 0.005
MOST_NOTES = 20


def plot_overlaps(frame: gpd.GeoDataFrame) -> tuple[Note, ...]:
    """Notes on pairs of plots with common ground, the largest first.

    Parameters
    ----------
    frame
        Valid polygons in metres with `source_index`, `site_id` and `site_name`.
    """
    plots = np.asarray(frame.geometry.array, dtype=object)
    first, second = shapely.STRtree(plots).query(plots, predicate="intersects")
    pairs = np.column_stack([first, second])[first < second]
    common = np.asarray(shapely.area(shapely.intersection(plots[pairs[:, 0]], plots[pairs[:, 1]])))
    found = [int(at) for at in np.argsort(-common, kind="stable") if common[at] >= SMALLEST_M2]
    notes = [_note(frame, pairs[at], common[at]) for at in found[:MOST_NOTES]]
    if len(found) > MOST_NOTES:
        notes.append(Note("plots_overlap_more", {"count": len(found) - MOST_NOTES}))
    return tuple(notes)


def _note(frame: gpd.GeoDataFrame, pair: np.ndarray, area_m2: float) -> Note:
    rows = [frame.iloc[int(at)] for at in pair]
    one, other = (str(row["site_name"] or row["site_id"] or "–") for row in rows)
    first, second = (int(row["source_index"]) for row in rows)
    facts: dict[str, Param] = {
        "first": first + 1,
        "second": second + 1,
        "one": one,
        "other": other,
        "area_m2": f"{area_m2:.2f}",
    }
    return Note("plots_overlap", facts, second)
