"""Overlay of two frames of polygons, with the columns and the order of `geopandas.overlay`.

The area kernel looks at every pair before GEOS does. Most pairs of a cadastre only touch or
lie inside each other; for those nothing has to be cut. What does cross is cut in coordinates
relative to the middle of both frames, where GEOS loses no digits to the zone number.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.areal_scale import flat_scale
from geo.crs import require_projected, require_same_crs
from geo.edge_index import indexed
from geo.pair_areas import FeaturePairs, Forest
from geo.rings import plane_areas, rings_of
from geo.simplicity import areas_with_themselves, require_simple
from geo.subdivision import subdivide

__all__ = ["overlay"]

How = Literal["intersection", "difference"]
Outlines = NDArray[np.object_]
Positions = NDArray[np.int64]

NOWHERE = shapely.Polygon()
POLYGON, MULTIPOLYGON, COLLECTION = 3, 6, 7
# coordinates and products of them are rounded this many times on the way to an area
ROUNDINGS = 32


def overlay(
    left: gpd.GeoDataFrame,
    right: gpd.GeoDataFrame,
    how: How = "intersection",
    *,
    keep_geom_type: bool = True,
) -> gpd.GeoDataFrame:
    """Common ground of each pair of polygons, or what is left of each polygon.

    Rows come in the order of the left frame, then of the right one, under a new index.
    Columns of both frames that have one name get the endings `_1` and `_2`. A pair that has
    in common no more than the rounding of its coordinates only touches.

    Parameters
    ----------
    left, right
        Valid polygons or multipolygons in one projected CRS of metres, or both without CRS.
        Missing and empty geometry takes no part.
    how
        `intersection`, or `difference`: left without all of right.
    keep_geom_type
        Polygons alone; without it lines and points where polygons touch come along.

    Raises
    ------
    ValueError
        `how` is neither of the two.
    MixedCRSError, GeographicCRSError
        The frames differ in their CRS, or it counts in degrees.
    InvalidGeometryError
        A geometry is no polygon, not finite, covers ground twice, or the frames reach
        farther than 1 500 km from their middle; names the row.
    """
    if how not in ("intersection", "difference"):
        raise ValueError(f"how is {how!r}, not intersection or difference")
    if left.crs is not None or right.crs is not None:
        require_projected(require_same_crs(left, right))
    pairs = _judged_pairs(left, right, touching=not keep_geom_type)
    if how == "difference":
        return _difference(left, pairs, keep_geom_type=keep_geom_type)
    return _intersection(left, right, pairs, keep_geom_type=keep_geom_type)


@dataclass(frozen=True, slots=True, eq=False)
class _Pairs:
    """k pairs that share ground, sorted, with what the kernel knows of them.

    `first` and `second` are the outlines of both frames; `inside` says that the left one lies
    in the right one, `around` that it holds it.
    """

    left: Positions
    right: Positions
    inside: NDArray[np.bool_]
    around: NDArray[np.bool_]
    first: Outlines
    second: Outlines
    origin: tuple[int, int]


def _judged_pairs(left: gpd.GeoDataFrame, right: gpd.GeoDataFrame, *, touching: bool) -> _Pairs:
    outlines = [_outlines(frame) for frame in (left, right)]
    origin = _middle(np.concatenate(outlines))
    areas, pairs = _measured(outlines, origin)
    boxes = [_boxes(each, origin) for each in outlines]
    at_left, at_right, common = pairs.left, pairs.right, pairs.areas_m2[:, 0]
    if touching:
        at_left, at_right, common = _with_touching(pairs, *outlines)
    noise = _noise(boxes[0][at_left], boxes[1][at_right])
    kept = (common > noise) | touching
    at_left, at_right = at_left[kept], at_right[kept]
    common, noise = common[kept], noise[kept]
    return _Pairs(
        left=at_left,
        right=at_right,
        inside=common >= areas[0][at_left] - noise,
        around=common >= areas[1][at_right] - noise,
        first=outlines[0],
        second=outlines[1],
        origin=origin,
    )


def _with_touching(
    pairs: FeaturePairs, first: Outlines, second: Outlines
) -> tuple[Positions, Positions, NDArray[np.float64]]:
    """All pairs that meet in anything; the kernel knows only of those whose boxes overlap."""
    at_left, at_right = shapely.STRtree(second).query(first, predicate="intersects")
    order = np.lexsort((at_right, at_left))
    at_left, at_right = at_left[order], at_right[order]
    known = pairs.left * len(second) + pairs.right
    asked = at_left * len(second) + at_right
    place = np.minimum(np.searchsorted(known, asked), max(len(known) - 1, 0))
    common = np.zeros(len(asked))
    if len(known):
        found = known[place] == asked
        common[found] = pairs.areas_m2[place[found], 0]
    return at_left, at_right, common


def _outlines(frame: gpd.GeoDataFrame) -> Outlines:
    outlines = np.array(frame.geometry.array, dtype=object)
    outlines[np.asarray(shapely.is_missing(outlines))] = NOWHERE
    return np.asarray(shapely.force_2d(outlines), dtype=object)


def _middle(outlines: Outlines) -> tuple[int, int]:
    """Middle of all outlines in whole metres, so that the shift is exact."""
    west, south, east, north = shapely.total_bounds(outlines)
    middle = np.array([west + east, south + north]) / 2
    if not np.isfinite(middle).all():
        return 0, 0
    return round(middle[0]), round(middle[1])


def _shifted(outlines: Outlines, origin: tuple[int, int], *, back: bool) -> Outlines:
    shift = np.array(origin, dtype=float) * (1.0 if back else -1.0)
    return np.asarray(shapely.transform(outlines, lambda xy: xy + shift), dtype=object)


def _measured(
    outlines: list[Outlines], origin: tuple[int, int]
) -> tuple[list[NDArray[np.float64]], FeaturePairs]:
    """Areas of the features of both frames, and their pairs."""
    scale = flat_scale(origin)
    rings = [rings_of(each, origin) for each in outlines]
    pieces = [subdivide(each) for each in rings]
    areas = [plane_areas(each) for each in rings]
    for each, whole in zip(pieces, areas, strict=True):
        require_simple(each, areas_with_themselves(each, len(whole), scale), whole)
    pairs = Forest([indexed(pieces[1])]).areas(pieces[0], scale)
    return areas, pairs


def _boxes(outlines: Outlines, origin: tuple[int, int]) -> NDArray[np.float64]:
    """Sizes (n, 2) of the features and, third, how far each reaches from the origin."""
    bounds = np.nan_to_num(np.asarray(shapely.bounds(outlines)) - (*origin, *origin))
    sizes = bounds[:, 2:] - bounds[:, :2]
    return np.column_stack([sizes, np.abs(bounds).max(axis=1, initial=0.0)])


def _noise(mine: NDArray[np.float64], theirs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Area that the rounding of the coordinates of pairs alone can make, m²."""
    sides = np.minimum(mine[:, :2].sum(axis=1), theirs[:, :2].sum(axis=1))
    reach = np.maximum(mine[:, 2], theirs[:, 2])
    noise: NDArray[np.float64] = ROUNDINGS * np.finfo(float).eps * reach * sides
    return noise


def _intersection(
    left: gpd.GeoDataFrame, right: gpd.GeoDataFrame, pairs: _Pairs, *, keep_geom_type: bool
) -> gpd.GeoDataFrame:
    shapes = np.empty(len(pairs.left), dtype=object)
    shapes[pairs.around] = _own(right, pairs.right[pairs.around])
    shapes[pairs.inside] = _own(left, pairs.left[pairs.inside])
    cut = ~(pairs.inside | pairs.around)
    first, second = (
        _shifted(outlines[rows[cut]], pairs.origin, back=False)
        for outlines, rows in ((pairs.first, pairs.left), (pairs.second, pairs.right))
    )
    common = shapely.intersection(first, second)
    shapes[cut] = _shifted(np.asarray(common, dtype=object), pairs.origin, back=True)
    kept = np.ones(len(shapes), dtype=bool)
    if keep_geom_type:
        shapes[cut] = [_polygons(shape) for shape in shapes[cut]]
        kept = ~np.asarray(shapely.is_empty(shapes))
    table = _attributes(left, right, pairs.left[kept], pairs.right[kept])
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes[kept], crs=left.crs))


def _own(frame: gpd.GeoDataFrame, rows: Positions) -> Outlines:
    """Outlines as they are in the frame, heights and all."""
    return np.array(frame.geometry.array, dtype=object)[rows]


def _attributes(
    left: gpd.GeoDataFrame, right: gpd.GeoDataFrame, left_rows: Positions, right_rows: Positions
) -> pd.DataFrame:
    mine = pd.DataFrame(left.drop(columns=left.geometry.name)).iloc[left_rows]
    theirs = pd.DataFrame(right.drop(columns=right.geometry.name)).iloc[right_rows]
    shared = set(mine.columns) & set(theirs.columns)
    named = [
        table.rename(columns={name: f"{name}{ending}" for name in shared}).reset_index(drop=True)
        for table, ending in ((mine, "_1"), (theirs, "_2"))
    ]
    return pd.concat(named, axis=1)


def _difference(left: gpd.GeoDataFrame, pairs: _Pairs, *, keep_geom_type: bool) -> gpd.GeoDataFrame:
    shapes = np.array(left.geometry.array, dtype=object)
    shapes[pairs.left[pairs.inside]] = NOWHERE
    gone = np.zeros(len(left), dtype=bool)
    gone[pairs.left[pairs.inside]] = True
    cut = ~gone[pairs.left]
    rows, starts = np.unique(pairs.left[cut], return_index=True)
    knives = np.split(pairs.right[cut], starts[1:])
    for row, mine in zip(rows.tolist(), knives, strict=False):
        whole, *taken = _shifted(
            np.array([pairs.first[row], *pairs.second[mine]], dtype=object),
            pairs.origin,
            back=False,
        )
        rest: BaseGeometry = reduce(shapely.difference, taken, whole)
        shapes[row] = _shifted(np.array([rest], dtype=object), pairs.origin, back=True)[0]
        if keep_geom_type:
            shapes[row] = _polygons(shapes[row])
    held = ~np.asarray(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    rest_of = left.set_geometry(gpd.GeoSeries(shapes, index=left.index, crs=left.crs))
    return rest_of.loc[held].reset_index(drop=True)


def _polygons(shape: BaseGeometry) -> BaseGeometry:
    """The polygons of what a cut left, as one geometry; empty where there is none."""
    kind = shapely.get_type_id(shape)
    if kind in (POLYGON, MULTIPOLYGON):
        return shape
    parts = shapely.get_parts(shape) if kind == COLLECTION else np.array([], dtype=object)
    areal = parts[np.isin(shapely.get_type_id(parts), (POLYGON, MULTIPOLYGON))]
    return shapely.union_all(areal) if len(areal) else NOWHERE
