"""GeoJSON (RFC 7946), parsed here so that no driver guesses at what a file is.

Without a `crs` member coordinates are longitude, latitude on WGS 84 (RFC 7946, section 4);
the member of the 2008 edition is honoured because Chinese desktop programs write it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from geo.crs import crs_label, parse_crs
from geo.errors import GeoError, MissingCRSError, UnreadableFileError
from geo.intake import Detected, Note, ReadOptions, Refusal
from geo.io.geojson.polygons import extent_of, polygons_of
from geo.io.geojson.stream import documents_of
from geo.io.limits import ReadLimits
from geo.io.raw_features import RawFeatures, attribute_table, require_one_crs, settled_crs
from geo.io.ring_check import FeatureFaultError
from geo.io.text_encoding import decode_text
from geo.leftover import reduced_note
from geo.reading_codes import Fault

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
SEQUENCE = "GeoJSONSeq"
RECORD_SEPARATOR = b"\x1e"


def read_geojson(path: Path, options: ReadOptions, limits: ReadLimits) -> RawFeatures:
    """Features of a GeoJSON file in its own CRS; of a sequence (RFC 8142) all texts are one.

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


class _Gathered:
    """Features so far; what was parsed of a feature is let go at once."""

    def __init__(self, options: ReadOptions, limits: ReadLimits, file: str) -> None:
        self.geometries: list[BaseGeometry] = []
        self.records: list[dict[str, Any]] = []
        self.indices: list[int] = []
        self.refused: list[Refusal] = []
        self.stated: list[CRS | None] = []
        self.count = 0
        self.notes: list[Note] = []
        self._option = options.crs
        self._limits = limits
        self._file = file
        self._before_this_document = 0

    def take(self, feature: Any) -> None:
        """Add a feature, or why it is refused; beyond the limit it is only counted."""
        index, self.count = self.count, self.count + 1
        if index >= self._limits.max_features:
            return
        if isinstance(feature, dict) and "crs" in feature:
            self.stated.append(_stated_crs(feature, self._option, self._file))
        member = feature.get("geometry") if isinstance(feature, dict) else None
        try:
            geometry, leftover = polygons_of(member, self._limits.max_vertices)
        except FeatureFaultError as fault:
            params = {"feature": index + 1, **fault.params}
            self.refused.append(
                Refusal(index, _site(feature), fault.fault, params, extent_of(member))
            )
            return
        self.geometries.append(geometry)
        self.records.append(_properties(feature))
        self.indices.append(index)
        if leftover:
            self.notes.append(reduced_note(index, leftover))

    def end(self, document: Any) -> None:
        """Judge what a document is, once it was read to its end."""
        if not isinstance(document, dict):
            raise UnreadableFileError(Fault.NOT_GEOJSON, file=self._file, found="–")
        kind = document.get("type")
        if kind == "FeatureCollection" and isinstance(document.get("features"), list):
            self.stated.append(_stated_crs(document, self._option, self._file))
        elif kind in ("Feature", *GEOMETRY_TYPES) and self.count == self._before_this_document:
            self.stated.append(_stated_crs(document, self._option, self._file))
            bare = {"type": "Feature", "properties": {}, "geometry": document}
            feature = document if kind == "Feature" else bare
            self.take({name: value for name, value in feature.items() if name != "crs"})
        else:
            raise UnreadableFileError(
                Fault.NOT_GEOJSON, file=self._file, found=_shown_kind(document)
            )
        self._before_this_document = self.count


def _read(path: Path, options: ReadOptions, limits: ReadLimits) -> RawFeatures:
    text, encoding = decode_text(_plain_bytes(path), encoding=options.encoding, file=path.name)
    found = _Gathered(options, limits, path.name)
    documents = _go_through(text, found, path.name)
    if found.count > limits.max_features:
        raise UnreadableFileError(
            Fault.TOO_MANY_FEATURES, file=path.name, found=found.count, limit=limits.max_features
        )
    crs = _crs(found.stated, options.crs, path.name)
    frame = gpd.GeoDataFrame(
        attribute_table(found.records),
        geometry=gpd.GeoSeries(found.geometries, crs=crs),
        crs=crs,
    )
    frame.insert(0, "source_index", np.array(found.indices, dtype="int64"))
    return RawFeatures(
        frame=frame,
        detected=Detected(
            "GeoJSON",
            dialect=SEQUENCE if documents > 1 else None,
            encoding=encoding,
            crs=crs_label(crs),
            notes=tuple(found.notes),
        ),
        count=found.count,
        refused=tuple(found.refused),
    )


def _plain_bytes(path: Path) -> bytes:
    """Bytes of a file without the separators of a sequence (RFC 8142), which no text has."""
    data = path.read_bytes()
    return data.replace(RECORD_SEPARATOR, b"\n") if data.startswith(RECORD_SEPARATOR) else data


def _go_through(text: str, found: _Gathered, file: str) -> int:
    try:
        return documents_of(text, found.take, found.end)
    except json.JSONDecodeError as err:
        raise UnreadableFileError(
            Fault.JSON_BROKEN, file=file, line=err.lineno, column=err.colno
        ) from err
    except GeoError:
        raise
    except ValueError as err:
        # a whole number of more digits than Python reads
        raise UnreadableFileError(Fault.JSON_BROKEN, file=file) from err


def _shown_kind(document: dict[str, Any]) -> str:
    if "geometryType" in document:
        return "Esri JSON"
    return str(document.get("type"))[:SHOWN_LENGTH]


def _properties(feature: dict[str, Any]) -> dict[str, Any]:
    properties = feature.get("properties")
    record = properties if isinstance(properties, dict) else {}
    # each feature is parsed on its own and would have names of its own in memory
    record = {sys.intern(name): value for name, value in record.items()}
    if isinstance(feature.get("id"), (str, int)):
        record.setdefault("id", feature["id"])
    return record


def _crs(stated: list[CRS | None], option: str | None, file: str) -> CRS:
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


def _site(feature: Any) -> str | None:
    if not isinstance(feature, dict):
        return None
    record = _properties(feature)
    for name in ("地块编号", "DKBH", "地块名称", "name", "id"):
        if isinstance(record.get(name), (str, int)):
            return str(record[name])
    return None
