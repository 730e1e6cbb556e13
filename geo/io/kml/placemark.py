"""Polygons and attributes of one KML Placemark (OGC KML 2.2, 07-147r2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.io.ring_check import FeatureFaultError, checked_ring
from geo.io.xml_root import local_name
from geo.leftover import Leftover, leftover_of
from geo.reading_codes import Fault

__all__ = ["KmlShape", "extent_of", "record_of", "shape_of", "text_of"]

GEOMETRIES = frozenset(
    {"Point", "LineString", "LinearRing", "Polygon", "MultiGeometry", "Model", "Track",
     "MultiTrack", "MultiPoint", "MultiLineString", "MultiPolygon"}
)  # fmt: skip
COLLECTIONS = frozenset({"MultiGeometry", "MultiPolygon"})
# nothing but these may stand in a list of positions; words such as nan are no numbers in KML
POSITIONS = re.compile(r"[-+0-9.eE,\s]*")
SHOWN_LENGTH = 40


@dataclass(frozen=True, slots=True)
class KmlShape:
    """Polygons of a Placemark, what else was left out, and whether heights were."""

    geometry: BaseGeometry
    leftover: Leftover
    has_heights: bool


def text_of(element: Element, name: str) -> str | None:
    """Text of the first child of a name; `None` where there is none, or only blanks."""
    for child in element:
        if local_name(child.tag) == name:
            return "".join(child.itertext()).strip() or None
    return None


def record_of(element: Element, folders: tuple[str, ...]) -> dict[str, str | None]:
    """Attributes: name, description, folder, then ExtendedData in its order, all as text.

    A name that occurs again gets a figure.
    """
    record: dict[str, str | None] = {
        "name": text_of(element, "name"),
        "description": text_of(element, "description"),
        "folder": "/".join(folders) or None,
    }
    record = {key: value for key, value in record.items() if value is not None}
    for key, value in _extended(element):
        free, figure = key, 1
        while free in record:
            free, figure = f"{key}_{figure}", figure + 1
        record[free] = value
    return record


def _extended(element: Element) -> Iterator[tuple[str, str | None]]:
    for holder in element:
        if local_name(holder.tag) != "ExtendedData":
            continue
        for child in holder:
            kind = local_name(child.tag)
            if kind == "Data":
                yield child.get("name") or "Data", text_of(child, "value")
            elif kind == "SchemaData":
                for item in child:
                    text = "".join(item.itertext()).strip() or None
                    yield item.get("name") or local_name(item.tag), text
            else:
                # elements of a namespace of its own are data too
                yield kind, "".join(child.itertext()).strip() or None


def shape_of(element: Element, max_vertices: int) -> KmlShape:
    """Polygons of a Placemark in degrees, longitude first.

    Raises
    ------
    FeatureFaultError
        There is no polygon, a position is no pair or triple of numbers, or a ring is not
        one: open, too short.
    """
    found: list[Element] = []
    others: list[str] = []
    for child in element:
        _collect(child, found, others)
    if not found:
        if others:
            raise FeatureFaultError(Fault.NO_POLYGON, found=others[0])
        raise FeatureFaultError(Fault.NO_GEOMETRY)
    _check_size(found, max_vertices)
    built = [_polygon(polygon) for polygon in found]
    polygons = [polygon for polygon, _ in built]
    return KmlShape(
        polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons),
        leftover=leftover_of(others),
        has_heights=any(high for _, high in built),
    )


def _collect(element: Element, found: list[Element], others: list[str]) -> None:
    """Add every polygon, however deep in collections; other geometry by its kind."""
    kind = local_name(element.tag)
    if kind == "Polygon":
        found.append(element)
    elif kind in COLLECTIONS:
        for child in element:
            _collect(child, found, others)
    elif kind in GEOMETRIES:
        others.append(kind)


def _check_size(polygons: list[Element], max_vertices: int) -> None:
    texts = (text for polygon in polygons for _, text in _ring_texts(polygon))
    # every position has a comma, whatever else is wrong with it; most have two
    size = sum(text.count(",") for text in texts) // 2
    if size > max_vertices:
        raise FeatureFaultError(Fault.TOO_MANY_VERTICES, found=size, limit=max_vertices)


def _ring_texts(polygon: Element) -> Iterator[tuple[str, str]]:
    """Boundary and text of every ring; programs put several holes into one boundary."""
    for boundary in polygon:
        kind = local_name(boundary.tag)
        if kind not in ("outerBoundaryIs", "innerBoundaryIs"):
            continue
        for ring in boundary:
            if local_name(ring.tag) == "LinearRing":
                yield kind, text_of(ring, "coordinates") or ""


def extent_of(element: Element) -> tuple[float, float, float, float] | None:
    """Bounds of all positions of a Placemark, however wrong its rings; `None` unless all are."""
    points = []
    try:
        for coordinates in element.iter():
            if local_name(coordinates.tag) == "coordinates":
                points.append(_positions("".join(coordinates.itertext()))[:, :2])
    except FeatureFaultError:
        return None
    if not points or not np.isfinite(np.concatenate(points)).all():
        return None
    corners = np.concatenate(points)
    west, south, east, north = map(float, (*corners.min(axis=0), *corners.max(axis=0)))
    return west, south, east, north


def _polygon(polygon: Element) -> tuple[shapely.Polygon, bool]:
    shells: list[NDArray[np.float64]] = []
    holes: list[NDArray[np.float64]] = []
    has_heights = False
    for kind, text in _ring_texts(polygon):
        points = _positions(text)
        has_heights |= bool(points[:, 2].any())
        ring = checked_ring(points[:, :2])
        (shells if kind == "outerBoundaryIs" else holes).append(ring)
    if not shells:
        raise FeatureFaultError(Fault.EMPTY_GEOMETRY)
    if len(shells) > 1:
        raise FeatureFaultError(Fault.SEVERAL_SHELLS, found=len(shells))
    return shapely.Polygon(shells[0], holes), has_heights


def _positions(text: str) -> NDArray[np.float64]:
    """Positions of a ring `(n, 3)`; a height that is not given counts as zero.

    The standard wants no blank within a position, yet many files have one after the comma.
    """
    tuples = ",".join(part.strip() for part in text.split(",")).split()
    if not tuples:
        raise FeatureFaultError(Fault.TOO_FEW_POINTS, found=0)
    widths = {position.count(",") for position in tuples}
    if POSITIONS.fullmatch(text) and len(widths) == 1 and widths <= {1, 2}:
        try:
            flat = np.array(",".join(tuples).split(","), dtype=float)
        except ValueError:
            raise _bad_position(tuples) from None
        points = flat.reshape(len(tuples), -1)
        if points.shape[1] == 3:
            return points
        return np.column_stack([points, np.zeros(len(points))])
    return np.array([_position(position) for position in tuples])


def _position(text: str) -> tuple[float, float, float]:
    if not POSITIONS.fullmatch(text):
        raise FeatureFaultError(Fault.BAD_COORDINATE, value=text[:SHOWN_LENGTH])
    try:
        x, y, *height = map(float, text.split(","))
    except ValueError:
        raise FeatureFaultError(Fault.BAD_COORDINATE, value=text[:SHOWN_LENGTH]) from None
    if len(height) > 1:
        raise FeatureFaultError(Fault.BAD_COORDINATE, value=text[:SHOWN_LENGTH])
    return x, y, height[0] if height else 0.0


def _bad_position(tuples: list[str]) -> FeatureFaultError:
    for position in tuples:
        try:
            _position(position)
        except FeatureFaultError as fault:
            return fault
    return FeatureFaultError(Fault.BAD_COORDINATE, value=tuples[0][:SHOWN_LENGTH])
