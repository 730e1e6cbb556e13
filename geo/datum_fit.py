"""Whether outlines lie where they should only once the shift of a public map is taken back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.crs import LONLAT_CRS, parse_crs, step_between
from geo.crs_naming import Coordinates
from geo.datum_change import DatumKind
from geo.shifted_map import CHINA_DEG, ShiftedMap

__all__ = ["Landmarks", "ShiftFit", "fits_already", "local_shift_m", "shift_fit"]

KINDS = (DatumKind.GCJ02, DatumKind.BD09)
MOST_POINTS = 2000
# a parcel may lie along a boundary by chance; an outline of many times the shift does not
LEAST_EXTENT_OF_SHIFT = 4.0
# the truth of the formula is metres, neighbours draw a common line some tens of metres apart
FITS_OF_SHIFT = 0.1
LEAST_SHARE = 0.6
LEAST_GAIN = 5.0
# ground outside the county that nobody would call a slip of drawing
LEAST_OUTSIDE_M2 = 10.0
LEFT_OUTSIDE = 0.01

Geometries = NDArray[np.object_]


@dataclass(frozen=True, slots=True, eq=False)
class Landmarks:
    """Known ground and its lines in the working CRS: the county and its towns."""

    ground: BaseGeometry
    lines: Geometries


@dataclass(frozen=True, slots=True)
class ShiftFit:
    """A shift without which features fit the landmarks.

    `certain` when outlines follow the lines of the landmarks: `before_m` and `after_m` are
    the median distances of their corners to these; else features that stuck out of the county
    by `before_m2` lie in it.
    """

    kind: DatumKind
    offset_m: float
    certain: bool
    before_m: float = 0.0
    after_m: float = 0.0
    before_m2: float = 0.0


def local_shift_m(geometries: Geometries, working_crs: str, kind: DatumKind) -> float | None:
    """How far the shift of a map moves the middle of features; `None` outside China."""
    points = shapely.get_coordinates(geometries)
    if not len(points):
        return None
    middle = ((points.min(axis=0) + points.max(axis=0)) / 2).reshape(1, 2)
    moved = _unshifted(middle, working_crs, kind)
    return None if moved is None else float(np.hypot(*(moved - middle)[0]))


def shift_fit(geometries: Geometries, working_crs: str, landmarks: Landmarks) -> ShiftFit | None:
    """The shift without which features fit best; `None` where they fit as they are, or never.

    Parameters
    ----------
    geometries
        Valid polygons in the working CRS, from a file in longitude and latitude.
    """
    if not len(geometries):
        return None
    return _outline_fit(geometries, working_crs, landmarks) or _ground_fit(
        geometries, working_crs, landmarks
    )


def fits_already(geometries: Geometries, working_crs: str, landmarks: Landmarks) -> bool:
    """Whether outlines follow the lines of the landmarks where they lie."""
    points = _sample(geometries)
    offset_m = local_shift_m(geometries, working_crs, DatumKind.GCJ02)
    if offset_m is None or _extent_m(points) < LEAST_EXTENT_OF_SHIFT * offset_m:
        return False
    distances = _distances(shapely.STRtree(landmarks.lines), points)
    return bool((distances <= FITS_OF_SHIFT * offset_m).mean() >= LEAST_SHARE)


def _sample(geometries: Geometries) -> Coordinates:
    points = shapely.get_coordinates(geometries)
    return np.asarray(points[:: max(1, len(points) // MOST_POINTS)])


def _extent_m(points: Coordinates) -> float:
    return float(np.hypot(*np.ptp(points, axis=0)))


def _outline_fit(geometries: Geometries, working_crs: str, landmarks: Landmarks) -> ShiftFit | None:
    points = _sample(geometries)
    extent_m = _extent_m(points)
    tree = shapely.STRtree(landmarks.lines)
    before_m = _distances(tree, points)
    fits = []
    for kind in KINDS:
        moved = _unshifted(points, working_crs, kind)
        offset_m = local_shift_m(geometries, working_crs, kind)
        if moved is None or offset_m is None or extent_m < LEAST_EXTENT_OF_SHIFT * offset_m:
            continue
        after_m = _distances(tree, moved)
        share = float((after_m <= FITS_OF_SHIFT * offset_m).mean())
        medians = float(np.median(before_m)), float(np.median(after_m))
        if share >= LEAST_SHARE and medians[0] >= LEAST_GAIN * medians[1]:
            fits.append(ShiftFit(kind, offset_m, True, *medians))
    return min(fits, key=lambda fit: fit.after_m, default=None)


def _distances(tree: shapely.STRtree, points: Coordinates) -> NDArray[np.float64]:
    _, distances = tree.query_nearest(
        shapely.points(points), return_distance=True, all_matches=False
    )
    return np.asarray(distances)


def _ground_fit(geometries: Geometries, working_crs: str, landmarks: Landmarks) -> ShiftFit | None:
    shapely.prepare(landmarks.ground)
    crossing = geometries[~shapely.covers(landmarks.ground, geometries)]
    before_m2 = _outside_m2(crossing, landmarks.ground)
    if before_m2 < LEAST_OUTSIDE_M2:
        return None
    for kind in KINDS:
        offset_m = local_shift_m(geometries, working_crs, kind)
        moved = _unshifted_shapes(geometries, working_crs, kind)
        if moved is None or offset_m is None:
            continue
        leaving = moved[~shapely.covers(landmarks.ground, moved)]
        if _outside_m2(leaving, landmarks.ground) <= LEFT_OUTSIDE * before_m2:
            return ShiftFit(kind, offset_m, False, before_m2=before_m2)
    return None


def _outside_m2(geometries: Geometries, ground: BaseGeometry) -> float:
    return float(shapely.area(shapely.difference(geometries, ground)).sum())


def _unshifted(points: Coordinates, working_crs: str, kind: DatumKind) -> Coordinates | None:
    """Points of the working CRS without the shift; `None` where one lies outside China."""
    working, degrees = parse_crs(working_crs), parse_crs(LONLAT_CRS)
    to_degrees, back = step_between(working, degrees), step_between(degrees, working)
    assert to_degrees is not None, "the working CRS is projected"
    assert back is not None, "the working CRS is projected"
    lonlat = to_degrees(points)
    west, south, east, north = CHINA_DEG
    if not ((lonlat > (west, south)) & (lonlat < (east, north))).all():
        return None
    step, _ = ShiftedMap(kind).step_from(degrees)
    return back(step(lonlat))


def _unshifted_shapes(
    geometries: Geometries, working_crs: str, kind: DatumKind
) -> Geometries | None:
    """Valid polygons without the shift, which folds none: it varies by centimetres a parcel."""
    points = _unshifted(shapely.get_coordinates(geometries), working_crs, kind)
    if points is None:
        return None
    return np.asarray(shapely.set_coordinates(geometries.copy(), points), dtype=object)
