"""Polygons of GeoJSON geometry objects, ring by ring, with the fault of the first bad one.

Rings are checked before any polygon is built: what builds polygons would close an open ring
without a word.
"""

from __future__ import annotations

from typing import Any, NoReturn

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.io.ring_check import FeatureFaultError, checked_ring
from geo.leftover import Leftover, leftover_of
from geo.reading_codes import Fault

__all__ = ["extent_of", "polygons_of"]

SHOWN_LENGTH = 40


def polygons_of(geometry: Any, max_vertices: int) -> tuple[BaseGeometry, Leftover]:
    """Polygons of a GeoJSON geometry, and what geometry beside them was left out.

    Raises
    ------
    FeatureFaultError
        There is no polygon, or a ring is not one: open, too short, not of finite numbers.
    """
    if not isinstance(geometry, dict):
        raise FeatureFaultError(Fault.NO_GEOMETRY)
    found: list[list[Any]] = []
    others: list[str] = []
    _collect_polygons(geometry, found, others)
    if not found:
        kind = str(geometry.get("type"))
        if kind in ("Polygon", "MultiPolygon", "GeometryCollection") and not others:
            raise FeatureFaultError(Fault.EMPTY_GEOMETRY)
        raise FeatureFaultError(Fault.NO_POLYGON, found=kind[:SHOWN_LENGTH])
    _check_size(found, max_vertices)
    polygons = [_polygon(rings) for rings in found]
    single = len(polygons) == 1 and geometry.get("type") != "MultiPolygon"
    return (polygons[0] if single else shapely.MultiPolygon(polygons)), leftover_of(others)


def _collect_polygons(geometry: dict[str, Any], found: list[list[Any]], others: list[str]) -> None:
    """Add the rings of every polygon, and the kind of everything else."""
    kind = geometry.get("type")
    if kind == "GeometryCollection":
        members = geometry.get("geometries")
        parts = [part for part in members if isinstance(part, dict)] if members else []
        for part in parts:
            _collect_polygons(part, found, others)
        return
    coordinates = geometry.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon"):
        others.append(str(kind))
        return
    if not isinstance(coordinates, list):
        raise FeatureFaultError(Fault.BAD_COORDINATE, value=str(coordinates)[:SHOWN_LENGTH])
    polygons = [coordinates] if kind == "Polygon" else coordinates
    found.extend(rings for rings in polygons if rings)


def _check_size(polygons: list[list[Any]], max_vertices: int) -> None:
    rings = [ring for polygon in polygons if isinstance(polygon, list) for ring in polygon]
    size = sum(len(ring) for ring in rings if isinstance(ring, list))
    if size > max_vertices:
        raise FeatureFaultError(Fault.TOO_MANY_VERTICES, found=size, limit=max_vertices)


def _polygon(rings: Any) -> shapely.Polygon:
    if not isinstance(rings, list):
        _refuse_value(rings)
    shell, *holes = [_ring(ring) for ring in rings]
    return shapely.Polygon(shell, holes)


def _ring(ring: Any) -> NDArray[np.float64]:
    return checked_ring(_points(ring))


def _points(ring: Any) -> NDArray[np.float64]:
    """Corners of a ring `(n, 2)`; heights are left out."""
    if not isinstance(ring, list):
        _refuse_value(ring)
    if not ring:
        raise FeatureFaultError(Fault.TOO_FEW_POINTS, found=0)
    for position in ring:
        if not isinstance(position, list) or len(position) < 2:
            _refuse_value(position)
    pairs = [position[:2] for position in ring]
    for pair in pairs:
        if not all(type(number) in (int, float) for number in pair):
            _refuse_value(pair)
    try:
        return np.array(pairs, dtype=float)
    except OverflowError:
        raise FeatureFaultError(Fault.NON_FINITE) from None


def _refuse_value(value: Any) -> NoReturn:
    raise FeatureFaultError(Fault.BAD_COORDINATE, value=str(value)[:SHOWN_LENGTH])


def extent_of(geometry: Any) -> tuple[float, float, float, float] | None:
    """Bounds of all coordinates, however wrong their rings; `None` unless all are finite."""
    points: list[tuple[float, float]] = []
    try:
        _collect_points(geometry.get("coordinates"), points)
        corners = np.array(points, dtype=float)
    except (AttributeError, TypeError, ValueError, LookupError, OverflowError):
        return None
    if not len(corners) or not np.isfinite(corners).all():
        return None
    west, south, east, north = map(float, (*corners.min(axis=0), *corners.max(axis=0)))
    return west, south, east, north


def _collect_points(coordinates: Any, points: list[tuple[float, float]]) -> None:
    if isinstance(coordinates[0], list):
        for part in coordinates:
            _collect_points(part, points)
    else:
        points.append((float(coordinates[0]), float(coordinates[1])))
