"""Rings of a shapefile that run the wrong way.

The sense of a ring alone tells holes from parts in a shapefile, and programs get it wrong.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.intake import Note
from geo.reading_codes import Remark
from geo.ring_nesting import assembled

__all__ = ["with_ring_order"]

AREAL_TYPES = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
SHOWN_FEATURES = 10


def with_ring_order(rows: gpd.GeoDataFrame, file: str) -> tuple[gpd.GeoDataFrame, tuple[Note, ...]]:
    """Rows whose rings run the wrong way put together by what lies in what.

    Only where following the sense gives an outline that cannot be, and nesting gives one that
    can; ArcGIS mends the same ("incorrect ring ordering" of Repair Geometry). Such features
    are told in a note.
    """
    shapes = np.asarray(rows.geometry.array, dtype=object)
    doubtful = np.flatnonzero(
        np.isin(shapely.get_type_id(shapes), AREAL_TYPES) & ~shapely.is_valid(shapes)
    )
    mended = []
    for row in doubtful:
        nested = _nested(shapes[row])
        if nested is not None:
            shapes[row] = nested
            mended.append(int(rows["source_index"].iloc[row]) + 1)
    if not mended:
        return rows, ()
    shown = "、".join(map(str, mended[:SHOWN_FEATURES])) + "…" * (len(mended) > SHOWN_FEATURES)
    note = Note(Remark.RING_ORDER_MENDED, {"file": file, "count": len(mended), "features": shown})
    return rows.set_geometry(gpd.GeoSeries(shapes, index=rows.index)), (note,)


def _nested(shape: BaseGeometry) -> BaseGeometry | None:
    """The rings of a shape nested by place; `None` where that is no valid outline either."""
    rings = [
        shapely.get_coordinates(ring)
        for part in shapely.get_parts(shape)
        for ring in (part.exterior, *part.interiors)
    ]
    if len(rings) < 2 or not np.isfinite(np.concatenate(rings)).all():
        return None
    rings.sort(key=lambda ring: -shapely.area(shapely.Polygon(ring)))
    nested = assembled(rings)
    return nested if shapely.is_valid(nested) else None
