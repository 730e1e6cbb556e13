"""What the map of a preview draws: outlines thinned for a screen, and the places of issues."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import mapping

from geo.crs import to_lonlat
from services.domain.issue import Issue
from services.preview import Preview
from web.shape_facts import PLOTS_SHOWN, VERTICES_SHOWN

__all__ = ["ISSUES_SHOWN", "Mark", "Outline", "PreviewShapes", "shapes_of"]

ISSUES_SHOWN = 500
FIRST_TOLERANCE_M = 0.05
LAST_TOLERANCE_M = 200.0
# pieces of a side of a box: its sides are curves in degrees
STEPS = 8
Geometry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outline:
    """One feature that would be checked, as GeoJSON in longitude and latitude."""

    index: int
    site: str
    area_m2: float
    geometry: Geometry
    repaired: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """Where an issue is: a point, or the box of a feature that was refused."""

    geometry: Geometry
    is_point: bool


@dataclass(frozen=True, slots=True)
class PreviewShapes:
    """Shapes of a preview; `marks` go with its first `ISSUES_SHOWN` issues in order."""

    outlines: tuple[Outline, ...]
    marks: tuple[Mark | None, ...]
    total: int
    is_thinned: bool

    @property
    def has_places(self) -> bool:
        """Whether there is anything to draw."""
        return bool(self.outlines) or any(self.marks)


def shapes_of(preview: Preview, crs: str) -> PreviewShapes:
    """Shapes to draw, those that were mended first where not all can be shown."""
    frame = preview.frame
    index = frame["source_index"].to_numpy(dtype=int) if len(frame) else np.array([], dtype=int)
    mended = np.isin(index, list(preview.repaired))
    chosen = np.argsort(~mended, kind="stable")[:PLOTS_SHOWN]
    geometries = np.asarray(frame.geometry.array, dtype=object)[chosen]
    drawn = _thinned(geometries)
    outlines = tuple(
        Outline(
            index=int(index[at]),
            site=str(frame["site_name"].iloc[at] or frame["site_id"].iloc[at] or ""),
            area_m2=float(shapely.area(geometry)),
            geometry=mapping(place),
            repaired=bool(mended[at]),
        )
        for at, geometry, place in zip(chosen, geometries, to_lonlat(drawn, crs), strict=True)
    )
    return PreviewShapes(
        outlines=outlines,
        marks=_marks(preview.issues[:ISSUES_SHOWN], crs),
        total=len(frame),
        is_thinned=bool(_vertices(drawn) < _vertices(geometries)),
    )


def _vertices(geometries: NDArray[np.object_]) -> int:
    return int(shapely.get_num_coordinates(geometries).sum())


def _thinned(geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    """Outlines of at most `VERTICES_SHOWN` vertices together; boxes if nothing else helps."""
    tolerance_m = FIRST_TOLERANCE_M
    while _vertices(geometries) > VERTICES_SHOWN and tolerance_m < LAST_TOLERANCE_M:
        geometries = shapely.simplify(geometries, tolerance_m)
        tolerance_m *= 2
    if _vertices(geometries) > VERTICES_SHOWN:
        return np.asarray(shapely.envelope(geometries), dtype=object)
    return geometries


def _marks(issues: Sequence[Issue], crs: str) -> tuple[Mark | None, ...]:
    places = np.array([_place(issue) for issue in issues], dtype=object)
    known = np.array([place is not None for place in places], dtype=bool)
    marks: list[Mark | None] = [None] * len(issues)
    if known.any():
        for at, moved in zip(np.flatnonzero(known), to_lonlat(places[known], crs), strict=True):
            marks[at] = Mark(mapping(moved), is_point=moved.geom_type == "Point")
    return tuple(marks)


def _place(issue: Issue) -> shapely.Geometry | None:
    if issue.place is not None:
        return shapely.Point(issue.place)
    if issue.bounds is None:
        return None
    west, south, east, north = issue.bounds
    box = shapely.box(west, south, east, north)
    if box.area == 0.0:
        return shapely.Point((west + east) / 2, (south + north) / 2)
    return shapely.segmentize(box, max(east - west, north - south) / STEPS)
