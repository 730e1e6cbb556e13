"""KML (OGC KML 2.2), by a reader of our own: drivers mangle Chinese names of attributes.

Coordinates are longitude, latitude on WGS 84 by the standard (07-147r2, section 6.2).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import numpy as np
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from geo.crs import crs_label, is_same_frame, parse_crs
from geo.errors import MixedCRSError, UnreadableFileError
from geo.intake import Detected, Note, ReadOptions, Refusal
from geo.io.kml.document import KmlSurvey, Placemark, kml_encoding, placemarks
from geo.io.kml.placemark import extent_of, record_of, shape_of, text_of
from geo.io.limits import ReadLimits
from geo.io.raw_features import RawFeatures, attribute_table
from geo.io.ring_check import FeatureFaultError
from geo.leftover import reduced_note
from geo.reading_codes import Fault, Remark

__all__ = ["KML_DRIVER", "read_kml"]

KML_DRIVER = "KML"
KML_CRS = "EPSG:4326"


@dataclass(slots=True)
class _Found:
    """Features gathered so far."""

    geometries: list[BaseGeometry] = field(default_factory=list)
    records: list[dict[str, str | None]] = field(default_factory=list)
    indices: list[int] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    count: int = 0
    reduced: list[Note] = field(default_factory=list)
    high: int = 0


def read_kml(path: Path, options: ReadOptions, limits: ReadLimits) -> RawFeatures:
    """Features of all folders of a document, or of the folder that `options.layer` names.

    A folder is named by its name or by its path (`外层/里层`); what lies deeper in it belongs
    to it. The column `folder` keeps the path of every feature.

    Raises
    ------
    UnreadableFileError
        See `placemarks`; no such folder, nothing but links, too many features.
    MixedCRSError
        The option names a system that is not of WGS 84 or CGCS2000 in degrees.
    """
    file = path.name
    crs = _settled(options.crs, file)
    encoding, claimed = kml_encoding(path, options.encoding, file=file)
    survey = KmlSurvey()
    wanted = _in_folder(placemarks(path, encoding.name, survey, file=file), options.layer)
    found = _gathered(wanted, limits, file)
    _require_something(found, survey, options.layer, file)
    frame = gpd.GeoDataFrame(
        attribute_table(found.records), geometry=gpd.GeoSeries(found.geometries, crs=crs), crs=crs
    )
    frame.insert(0, "source_index", np.array(found.indices, dtype="int64"))
    notes = list(_notes(found, survey, file))
    if encoding.contradicted:
        claim = {"file": file, "claimed": claimed, "found": encoding.name}
        notes.insert(0, Note(Remark.ENCODING_CONTRADICTED, claim))
    return RawFeatures(
        frame=frame,
        detected=Detected(
            KML_DRIVER, encoding=encoding.name, crs=crs_label(crs), notes=tuple(notes)
        ),
        count=found.count,
        refused=tuple(found.refused),
    )


def _settled(option: str | None, file: str) -> CRS:
    """WGS 84, or what the user names where that is the same frame."""
    standard = parse_crs(KML_CRS)
    given = parse_crs(option) if option is not None else standard
    if not is_same_frame(given, standard):
        raise MixedCRSError(
            Fault.CRS_CONTRADICTS, file=file, found=crs_label(standard), given=crs_label(given)
        )
    return given


def _in_folder(found: Iterator[Placemark], wanted: str | None) -> Iterator[Placemark]:
    for placemark in found:
        path = "/".join(placemark.folders)
        if wanted is None or wanted in placemark.folders or f"{path}/".startswith(f"{wanted}/"):
            yield placemark


def _gathered(found: Iterator[Placemark], limits: ReadLimits, file: str) -> _Found:
    gathered = _Found()
    for placemark in found:
        if gathered.count < limits.max_features:
            _add(gathered, placemark, limits)
        gathered.count += 1
    if gathered.count > limits.max_features:
        raise UnreadableFileError(
            Fault.TOO_MANY_FEATURES, file=file, found=gathered.count, limit=limits.max_features
        )
    return gathered


def _add(found: _Found, placemark: Placemark, limits: ReadLimits) -> None:
    element, index = placemark.element, found.count
    try:
        shape = shape_of(element, limits.max_vertices)
    except FeatureFaultError as fault:
        params = {"feature": index + 1, **fault.params}
        found.refused.append(
            Refusal(index, text_of(element, "name"), fault.fault, params, extent_of(element))
        )
        return
    found.geometries.append(shape.geometry)
    found.records.append(record_of(element, placemark.folders))
    found.indices.append(index)
    if shape.leftover:
        found.reduced.append(reduced_note(index, shape.leftover))
    found.high += shape.has_heights


def _require_something(found: _Found, survey: KmlSurvey, wanted: str | None, file: str) -> None:
    if found.count:
        return
    if wanted is not None:
        folders = "、".join(filter(None, survey.folders)) or "0"
        raise UnreadableFileError(Fault.LAYER_NOT_FOUND, file=file, layer=wanted, layers=folders)
    if survey.links:
        raise UnreadableFileError(Fault.KML_ONLY_LINKS, file=file, count=survey.links)


def _notes(found: _Found, survey: KmlSurvey, file: str) -> Iterator[Note]:
    yield from found.reduced
    if found.high:
        yield Note(Remark.HEIGHTS_DROPPED, {"count": found.high})
    if survey.links:
        yield Note(Remark.KML_LINKS_SKIPPED, {"file": file, "count": survey.links})
    if survey.overlays:
        yield Note(Remark.KML_OVERLAYS_SKIPPED, {"file": file, "count": survey.overlays})
