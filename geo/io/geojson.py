"""GeoJSON (RFC 7946), parsed here so that no driver guesses at what a file is.

Without a `crs` member coordinates are longitude, latitude on WGS 84 (RFC 7946, section 4);
the member of the 2008 edition is honoured because Chinese desktop programs write it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from geo.crs import crs_label, parse_crs
from geo.errors import GeoError, MissingCRSError, UnreadableFileError
from geo.intake import Detected, Note, ReadOptions, Refusal
from geo.io.geojson_polygons import extent_of, polygons_of
from geo.io.limits import ReadLimits
from geo.io.raw_features import RawFeatures, attribute_table, require_one_crs, settled_crs
from geo.io.ring_check import FeatureFaultError
from geo.io.text_encoding import decode_text
from geo.reading_codes import Fault, Remark

__all__ = ["read_geojson"]

RFC_CRS = "EPSG:4326"
GEOMETRY_TYPES = frozenset(
    {
        "Point",
        "MultiPoint",
        "LineString",
        "MultiLineString",
        "Polygon",
        "MultiPolygon",
        "GeometryCollection",
    }
)
SHOWN_LENGTH = 40


def read_geojson(path: Path, options: ReadOptions, limits: ReadLimits) -> RawFeatures:
    """Features of a GeoJSON file in its own CRS.

    Raises
    ------
    UnreadableFileError
        Not JSON, not GeoJSON, nested too deep, too many features.
    MixedCRSError
        The file and the option, or two parts of the file, name different CRSs.
    """
    try:
        return _read(path, options, limits)
    except RecursionError as err:
        raise UnreadableFileError(Fault.JSON_TOO_DEEP, file=path.name) from err


def _read(path: Path, options: ReadOptions, limits: ReadLimits) -> RawFeatures:
    text, encoding = decode_text(path.read_bytes(), encoding=options.encoding, file=path.name)
    document = _parsed(text, path.name)
    features = list(_features(document, path.name))
    if len(features) > limits.max_features:
        raise UnreadableFileError(
            Fault.TOO_MANY_FEATURES,
            file=path.name,
            found=len(features),
            limit=limits.max_features,
        )
    crs = _crs(document, features, options.crs, path.name)
    geometries, refused, reduced = _geometries(features, limits.max_vertices)
    kept = [index for index in range(len(features)) if index not in refused]
    frame = gpd.GeoDataFrame(
        attribute_table([_properties(features[index]) for index in kept]),
        geometry=gpd.GeoSeries(geometries, crs=crs),
        crs=crs,
    )
    frame.insert(0, "source_index", np.array(kept, dtype="int64"))
    notes = (Note(Remark.COLLECTION_REDUCED, {"count": reduced}),) if reduced else ()
    return RawFeatures(
        frame=frame,
        detected=Detected("GeoJSON", encoding=encoding, crs=crs_label(crs), notes=notes),
        count=len(features),
        refused=tuple(refused.values()),
    )


def _parsed(text: str, file: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except json.JSONDecodeError as err:
        raise UnreadableFileError(
            Fault.JSON_BROKEN, file=file, line=err.lineno, column=err.colno
        ) from err
    except ValueError as err:
        # a whole number of more digits than Python reads
        raise UnreadableFileError(Fault.JSON_BROKEN, file=file) from err
    if not isinstance(document, dict):
        raise UnreadableFileError(Fault.NOT_GEOJSON, file=file, found="–")
    return document


def _features(document: dict[str, Any], file: str) -> Iterator[Any]:
    kind = document.get("type")
    if kind == "FeatureCollection" and isinstance(document.get("features"), list):
        yield from document["features"]
    elif kind == "Feature":
        yield document
    elif kind in GEOMETRY_TYPES:
        yield {"type": "Feature", "properties": {}, "geometry": document}
    else:
        raise UnreadableFileError(Fault.NOT_GEOJSON, file=file, found=str(kind)[:SHOWN_LENGTH])


def _properties(feature: dict[str, Any]) -> dict[str, Any]:
    properties = feature.get("properties")
    record = dict(properties) if isinstance(properties, dict) else {}
    if isinstance(feature.get("id"), (str, int)):
        record.setdefault("id", feature["id"])
    return record


def _crs(document: dict[str, Any], features: list[Any], option: str | None, file: str) -> CRS:
    stated = [_stated_crs(document, option, file)]
    for feature in features:
        if isinstance(feature, dict) and feature is not document and "crs" in feature:
            stated.append(_stated_crs(feature, option, file))
    require_one_crs(stated, file=file)
    named = [crs for crs in stated if crs is not None]
    declared = named[0] if named else None
    return settled_crs(declared, option or (None if named else RFC_CRS), file=file)


def _stated_crs(holder: dict[str, Any], option: str | None, file: str) -> CRS | None:
    if "crs" not in holder:
        return None
    member = holder["crs"]
    if member is None:
        # GeoJSON 2008: null says that the CRS is unknown
        if option is None:
            raise MissingCRSError(file=file)
        return None
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str):
        raise MissingCRSError(Fault.UNKNOWN_CRS, file=file, crs=str(member)[:SHOWN_LENGTH])
    try:
        return parse_crs(name)
    except GeoError as err:
        raise MissingCRSError(Fault.UNKNOWN_CRS, file=file, crs=name[:SHOWN_LENGTH]) from err


def _geometries(
    features: list[Any], max_vertices: int
) -> tuple[list[BaseGeometry], dict[int, Refusal], int]:
    geometries: list[BaseGeometry] = []
    refused: dict[int, Refusal] = {}
    reduced = 0
    for index, feature in enumerate(features):
        member = feature.get("geometry") if isinstance(feature, dict) else None
        try:
            geometry, dropped = polygons_of(member, max_vertices)
            geometries.append(geometry)
            reduced += dropped
        except FeatureFaultError as fault:
            site = _site(feature)
            params = {"feature": index + 1, **fault.params}
            refused[index] = Refusal(index, site, fault.fault, params, extent_of(member))
    return geometries, refused, reduced


def _site(feature: Any) -> str | None:
    if not isinstance(feature, dict):
        return None
    record = _properties(feature)
    for name in ("地块编号", "DKBH", "地块名称", "name", "id"):
        if isinstance(record.get(name), (str, int)):
            return str(record[name])
    return None
