"""A hand-made inspection of a layer, for tests of maps: two parcels that overlap by 1 mm."""

from __future__ import annotations

from datetime import date
from typing import Any

import shapely

from services.domain.issue import Severity
from services.domain.layer import LayerVersion
from services.domain.project import UseScheme
from services.domain.wording import Wording
from services.layers.inspection.report import Check, Inspection, LayerFault, Limits

__all__ = ["example_inspection", "junction_fault", "overlap_fault"]

# south-west corner of the first parcel, EPSG:4527
EAST, NORTH = 39_524_000, 3_850_000
VERSION: dict[str, Any] = {
    "role": "land_survey",
    "version": "2020",
    "valid_from": date(2021, 9, 1),
    "valid_to": None,
    "imported_at": "2026-11-24T09:30:00",
    "sha256": "0" * 64,
    "folder": "layers/land_survey/2020",
    "source_name": "survey.gpkg",
    "crs": "EPSG:4527",
    "class_field": "DLBM",
    "name_field": "DLMC",
    "scheme": UseScheme.SANDIAO,
    "accuracy_m": None,
    "secrecy": None,
    "feature_count": 2,
    "has_coverage": True,
}


def overlap_fault(identifier: str = "A", *, at_m: float = 0.0) -> LayerFault:
    """A strip of 1 mm × 100 m; `identifier` is the first parcel's, tests put hostile text there."""
    west = EAST + 99.999 + at_m
    return LayerFault(
        Check.OVERLAP,
        "topology_overlap",
        Severity.ERROR,
        features=(1, 2),
        ids=(identifier, "B"),
        area_m2=0.1,
        width_m=0.001,
        length_m=100.001,
        is_sliver=True,
        geometry=shapely.box(west, NORTH, west + 0.001, NORTH + 100),
    )


def junction_fault() -> LayerFault:
    """A vertex of the first parcel on an edge of the second."""
    return LayerFault(
        Check.UNMATCHED_VERTEX,
        "topology_unmatched_vertex",
        Severity.INFO,
        features=(1, 2),
        ids=("A", "B"),
        geometry=shapely.Point(EAST + 100, NORTH + 50),
    )


def example_inspection(*faults: LayerFault, **version: Any) -> Inspection:
    """An inspection with these faults; keywords replace facts of the version."""
    return Inspection(
        version=LayerVersion(**(VERSION | version)),
        crs="EPSG:4527",
        limits=Limits(1e-4, 1.0, 0.1, 600.0),
        boundary=Wording("town", "town"),
        outcomes=(),
        faults=faults,
        outlines={1: shapely.box(EAST, NORTH, EAST + 100, NORTH + 100)},
    )
