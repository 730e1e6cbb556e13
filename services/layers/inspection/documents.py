"""An inspection as JSON, as rows of a table, and as lines of an issue log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import shapely

from services.domain.issue import Duty, Issue
from services.domain.wording import Language, Wording
from services.issue_log import issue_of
from services.labels import label
from services.layers.inspection.report import Inspection, LayerFault

__all__ = ["FAULT_COLUMNS", "fault_rows", "inspection_document", "inspection_issues", "place_of"]

Cell = str | int | float | None

FAULT_COLUMNS = (
    (Wording("严重程度", "severity"), 9),
    (Wording("检查项", "check"), 16),
    (Wording("要素序号", "features"), 14),
    (Wording("标识", "identifiers"), 26),
    (Wording("问题", "what is wrong"), 60),
    (Wording("处理办法", "what to do"), 46),
    (Wording("面积(m²)", "area (m²)"), 14),
    (Wording("宽(m)", "width (m)"), 10),
    (Wording("长(m)", "length (m)"), 10),
    (Wording("狭长", "sliver"), 6),
    (Wording("东坐标(m)", "easting (m)"), 15),
    (Wording("北坐标(m)", "northing (m)"), 14),
    (Wording("代码", "code"), 26),
)
AREA_DIGITS, LENGTH_DIGITS = 6, 4


def place_of(fault: LayerFault) -> tuple[float, float] | None:
    """A point inside the place (east, north in the working CRS); `None` without a place."""
    if fault.geometry is None or fault.geometry.is_empty:
        return None
    point = shapely.point_on_surface(fault.geometry)
    return round(float(point.x), LENGTH_DIGITS), round(float(point.y), LENGTH_DIGITS)


def fault_rows(inspection: Inspection, language: Language) -> Iterator[list[Cell]]:
    """Cells of each fault in the order of `FAULT_COLUMNS`."""
    for fault in inspection.faults:
        east, north = place_of(fault) or (None, None)
        yield [
            label("severity", fault.severity).in_language(language),
            label("layer_check", fault.check).in_language(language),
            ", ".join(map(str, fault.features)),
            ", ".join(filter(None, fault.ids)),
            fault.message.in_language(language),
            fault.remedy.in_language(language),
            _rounded(fault.area_m2, AREA_DIGITS),
            _rounded(fault.width_m, LENGTH_DIGITS),
            _rounded(fault.length_m, LENGTH_DIGITS),
            _yes(language) if fault.is_sliver else "",
            east,
            north,
            fault.code,
        ]


def _yes(language: Language) -> str:
    return Wording("是", "yes").in_language(language)


def _rounded(size: float | None, digits: int) -> float | None:
    return None if size is None else round(size, digits)


def inspection_document(inspection: Inspection, language: Language) -> dict[str, Any]:
    """The report as plain values; coordinates in the working CRS."""
    limits = inspection.limits
    boundary = inspection.boundary
    return {
        "crs": inspection.crs,
        "boundary": None if boundary is None else boundary.in_language(language),
        "thresholds": {
            "tolerance_m": limits.tolerance_m,
            "sliver_area_m2": limits.sliver_area_m2,
            "sliver_width_m": limits.sliver_width_m,
            "hole_m2": limits.hole_m2,
        },
        "checks": [
            {
                "code": outcome.check.value,
                "name": label("layer_check", outcome.check).in_language(language),
                "state": outcome.state.value,
                "count": outcome.count,
                "message": outcome.message.in_language(language),
            }
            for outcome in inspection.outcomes
        ],
        "faults": [_fault_document(fault, language) for fault in inspection.faults],
    }


def _fault_document(fault: LayerFault, language: Language) -> dict[str, Any]:
    return {
        "check": fault.check.value,
        "code": fault.code,
        "severity": fault.severity.value,
        "features": list(fault.features),
        "ids": list(fault.ids),
        "area_m2": _rounded(fault.area_m2, AREA_DIGITS),
        "width_m": _rounded(fault.width_m, LENGTH_DIGITS),
        "length_m": _rounded(fault.length_m, LENGTH_DIGITS),
        "sliver": fault.is_sliver,
        "place": place_of(fault),
        "message": fault.message.in_language(language),
        "remedy": fault.remedy.in_language(language),
    }


def inspection_issues(inspection: Inspection) -> tuple[Issue, ...]:
    """Every fault as a line of an issue log, placed by its point and box."""
    return tuple(_issue(fault, inspection.version.source_name) for fault in inspection.faults)


def _issue(fault: LayerFault, file: str) -> Issue:
    issue = issue_of(
        fault.code,
        fault.facts,
        severity=fault.severity,
        duty=Duty.SUPPLIER,
        file=file,
        feature=fault.features[0] if fault.features else None,
        site=(fault.ids[0] or None) if fault.ids else None,
        place=place_of(fault),
        bounds=_bounds(fault),
    )
    # the weight is that of this layer and this role, whatever the code weighs elsewhere
    return issue if issue.severity is fault.severity else replace(issue, severity=fault.severity)


def _bounds(fault: LayerFault) -> tuple[float, float, float, float] | None:
    if fault.geometry is None or fault.geometry.is_empty:
        return None
    west, south, east, north = np.asarray(fault.geometry.bounds, dtype=float).tolist()
    return west, south, east, north
