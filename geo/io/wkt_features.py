"""WKT as features: a text of one geometry a line, or a table with a column of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
from shapely.geometry.base import BaseGeometry

from geo.crs import crs_label, parse_crs
from geo.errors import Param, UnreadableFileError
from geo.intake import Detected, Note, ReadOptions, Refusal
from geo.io.geojson.polygons import extent_of, polygons_of
from geo.io.limits import ReadLimits
from geo.io.raw_features import RawFeatures, attribute_table, require_one_crs, settled_crs
from geo.io.ring_check import FeatureFaultError
from geo.io.text_encoding import decode_text
from geo.io.wkt_text import MOST_LEVELS, Statement, WktFaultError, geometry_member, statements
from geo.leftover import reduced_note
from geo.reading_codes import Fault

__all__ = ["WKT_DRIVER", "WktRecord", "features_of_wkt", "read_wkt"]

WKT_DRIVER = "WKT"
SHOWN_LENGTH = 40


@dataclass(frozen=True, slots=True)
class WktRecord:
    """One geometry with the attributes beside it."""

    statement: Statement
    attributes: dict[str, Any] = field(default_factory=dict)


def read_wkt(path: Path, options: ReadOptions, limits: ReadLimits) -> RawFeatures:
    """Features of a text of WKT or EWKT, one geometry a line.

    Coordinates are east, north (longitude, latitude).

    Raises
    ------
    UnreadableFileError
        No encoding fits, no or too many features.
    MissingCRSError, MixedCRSError
        No CRS is stated or given, or two are.
    """
    text, encoding = decode_text(path.read_bytes(), encoding=options.encoding, file=path.name)
    records = [WktRecord(statement) for statement in statements(text)]
    detected = Detected(WKT_DRIVER, encoding=encoding)
    return features_of_wkt(records, detected, options, limits, file=path.name)


def features_of_wkt(
    records: Sequence[WktRecord],
    detected: Detected,
    options: ReadOptions,
    limits: ReadLimits,
    *,
    file: str,
) -> RawFeatures:
    """Features of texts in file order; one that cannot be read is refused with its place.

    Raises
    ------
    UnreadableFileError, MissingCRSError, MixedCRSError
        See `read_wkt`.
    """
    if not records:
        raise UnreadableFileError(Fault.NO_FEATURES, file=file)
    if len(records) > limits.max_features:
        raise UnreadableFileError(
            Fault.TOO_MANY_FEATURES, file=file, found=len(records), limit=limits.max_features
        )
    reading = _Reading(limits.max_vertices)
    for index, record in enumerate(records):
        reading.take(index, record)
    require_one_crs(map(parse_crs, reading.codes), file=file)
    declared = parse_crs(reading.codes[0]) if reading.codes else None
    crs = settled_crs(declared, options.crs, file=file)
    frame = gpd.GeoDataFrame(
        attribute_table([records[index].attributes for index in reading.kept]),
        geometry=gpd.GeoSeries(list(reading.kept.values()), crs=crs),
        crs=crs,
    )
    frame.insert(0, "source_index", np.array(list(reading.kept), dtype="int64"))
    return RawFeatures(
        frame=frame,
        detected=Detected(
            detected.driver,
            dialect="EWKT" if reading.codes else "WKT",
            encoding=detected.encoding,
            crs=crs_label(crs),
            notes=(*detected.notes, *reading.notes()),
        ),
        count=len(records),
        refused=tuple(reading.refused),
    )


class _Reading:
    """Geometries kept and refused so far, and the CRSs that they state."""

    def __init__(self, max_vertices: int) -> None:
        self.max_vertices = max_vertices
        self.kept: dict[int, BaseGeometry] = {}
        self.refused: list[Refusal] = []
        self.codes: list[str] = []
        self._notes: list[Note] = []

    def take(self, index: int, record: WktRecord) -> None:
        statement = record.statement
        place: dict[str, Param] = {"feature": index + 1, "line": statement.line}
        try:
            code, member = geometry_member(statement.text)
        except WktFaultError as err:
            line, column = statement.place(err.position)
            fault = Fault.WKT_TOO_DEEP if err.deep else Fault.WKT_BROKEN
            shown = statement.text[err.position :][:SHOWN_LENGTH].split("\n")[0].strip()
            place |= {"line": line, "column": column, "text": shown or "…"}
            self.refused.append(Refusal(index, None, fault, {**place, "limit": MOST_LEVELS}))
            return
        self._take_member(index, place, code, member)

    def _take_member(
        self, index: int, place: dict[str, Param], code: str | None, member: dict[str, Any]
    ) -> None:
        if code is not None and code not in self.codes:
            self.codes.append(code)
        try:
            self.kept[index], leftover = polygons_of(member, self.max_vertices)
        except FeatureFaultError as fault:
            facts = {**place, **fault.params}
            self.refused.append(Refusal(index, None, fault.fault, facts, extent_of(member)))
        else:
            if leftover:
                self._notes.append(reduced_note(index, leftover))

    def notes(self) -> Iterator[Note]:
        yield from self._notes
