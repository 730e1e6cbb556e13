"""What the import already refused or repaired, from the record of the version."""

from __future__ import annotations

import shapely

from geo.errors import Param
from services.domain.issue import Severity
from services.layers.inspection.report import Check, LayerFault
from services.layers.inspection.subject import Found, Subject

__all__ = ["import_checks"]


def import_checks(subject: Subject) -> dict[Check, Found]:
    """Refusals, with the code that they had then, and repairs of the import."""
    return {Check.REFUSED: _refused(subject), Check.REPAIRED: _repaired(subject)}


def _refused(subject: Subject) -> Found:
    faults = []
    for entry in subject.manifest.refused:
        bounds = entry.get("bounds")
        numbered = () if entry["index"] is None else (int(entry["index"]) + 1,)
        faults.append(
            LayerFault(
                check=Check.REFUSED,
                code=str(entry["code"]),
                severity=Severity.ERROR,
                features=numbered,
                ids=(str(entry.get("site") or ""),) if numbered else (),
                params=dict(entry["params"]),
                geometry=shapely.box(*bounds) if bounds else None,
            )
        )
    return Found(tuple(faults))


def _repaired(subject: Subject) -> Found:
    rows = {int(number): row for row, number in enumerate(subject.numbers)}
    faults = []
    for entry in subject.manifest.repaired:
        number = int(entry["index"]) + 1
        params: dict[str, Param] = {
            "role": subject.role.name,
            "version": subject.opened.version.version,
            "before": f"{entry['area_before_m2']:.2f}",
            "after": f"{entry['area_after_m2']:.2f}",
        }
        place = entry.get("place")
        fault = subject.fault(
            Check.REPAIRED, "inspect_repaired", Severity.WARNING, rows[number], params
        )
        faults.append(fault if place is None else fault.at(shapely.Point(*place)))
    return Found(tuple(faults))
