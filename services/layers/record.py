"""The files of a layer version: layer of record, coverage, edges, manifest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.intake import Intake, Note
from geo.io.geopackage.layers import read_geopackage, write_geopackage
from services.errors import WorkspaceError
from services.layers.classes import INTAKE_COLUMNS, LayerClasses
from services.layers.fingerprint import content_sha256
from services.layers.manifest import COVERAGE_FILE, RECORD_FILE, LayerClass

__all__ = ["class_table", "plain_notes", "write_coverage", "write_record"]


def write_record(
    frame: gpd.GeoDataFrame, folder: Path, *, role: str
) -> tuple[str, tuple[str, ...]]:
    """Write the layer of record and read it again.

    Returns
    -------
    tuple
        Hash of what was read again, and the names of its attributes.

    Raises
    ------
    WorkspaceError
        What was read again is not what was written (`record_differs`).
    """
    ours = [name for name in INTAKE_COLUMNS if name in frame.columns]
    attributes = gpd.GeoDataFrame(frame.drop(columns=ours))
    write_geopackage(attributes, folder / RECORD_FILE, layer=role)
    record = read_geopackage(folder / RECORD_FILE, layer=role)
    if len(record) != len(frame) or not np.array_equal(_corners(record), _corners(frame)):
        raise WorkspaceError("record_differs", file=RECORD_FILE)
    names = tuple(str(name) for name in record.columns if name != record.geometry.name)
    return content_sha256(record), names


def _corners(frame: gpd.GeoDataFrame) -> NDArray[np.float64]:
    return shapely.get_coordinates(np.asarray(frame.geometry.array, dtype=object))


def write_coverage(coverage: BaseGeometry | None, folder: Path) -> str | None:
    """Write the coverage in the working CRS; its hash, or `None` where there is none."""
    if coverage is None:
        return None
    outline = bytes(shapely.to_wkb(coverage, byte_order=1))
    (folder / COVERAGE_FILE).write_bytes(outline)
    return hashlib.sha256(outline).hexdigest()


def class_table(classes: LayerClasses, areas_m2: NDArray[np.float64]) -> tuple[LayerClass, ...]:
    """The classes with the number of their features and the sum of their plane areas."""
    most = len(classes.codes)
    features = np.bincount(classes.ids, minlength=most)
    sums = np.bincount(classes.ids, weights=areas_m2, minlength=most)
    return tuple(
        LayerClass(code, name, int(count), round(float(area), 2))
        for code, name, count, area in zip(
            classes.codes, classes.names, features, sums, strict=True
        )
    )


def plain_notes(intake: Intake, notes: Iterable[Note]) -> dict[str, Any]:
    """What happened on the way in, as plain values for the manifest."""
    return {
        "detected": asdict(intake.detected),
        "refused": tuple(asdict(refusal) for refusal in intake.refused),
        "repaired": tuple(asdict(repair) for repair in intake.repaired),
        "notes": tuple({"code": note.code, "params": dict(note.params)} for note in notes),
    }
