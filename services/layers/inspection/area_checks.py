"""Checks of areas: what a layer states against its outlines, and patches too small to map."""

from __future__ import annotations

import numpy as np

from geo.measurement import official_ellipsoid_areas_um2
from geo.stated_area import differs, stated_areas
from geo.units import UM2_PER_M2
from services.domain.project import UseScheme
from services.layers.inspection.code_tables import main_classes
from services.layers.inspection.phrases import phrase
from services.layers.inspection.report import Check
from services.layers.inspection.subject import Found, Subject

__all__ = ["area_checks"]


def area_checks(subject: Subject) -> dict[Check, Found]:
    """Stated areas and smallest areas."""
    return {
        Check.STATED_AREA: _stated_areas(subject),
        Check.SMALLEST_AREA: _smallest_areas(subject),
    }


def _stated_areas(subject: Subject) -> Found:
    """Areas that agree neither with the plane nor with the official ellipsoid area."""
    column = subject.first_column(subject.rules.areas)
    if column is None:
        fields = "、".join(subject.rules.areas)
        return Found(not_run=phrase("not_run.no_area_field", fields=fields))
    plane = subject.shapes.area_m2
    outlines = subject.absolute(subject.shapes.outlines)
    official = official_ellipsoid_areas_um2(outlines, crs=subject.manifest.crs) / UM2_PER_M2
    stated = stated_areas(subject.texts(column).tolist(), plane).area_m2
    known = np.isfinite(stated)
    wrong = known & differs(stated, plane) & differs(stated, official)
    to_plane, to_official = np.abs(stated - plane), np.abs(stated - official)
    nearer = int(np.sum(to_plane[known] < to_official[known]))
    kind = phrase("kind.plane" if 2 * nearer > known.sum() else "kind.ellipsoid")
    severity = subject.severity("stated_area")
    faults = []
    for row in map(int, np.flatnonzero(wrong)):
        params = {
            "field": column,
            "stated": f"{stated[row]:.2f}",
            "plane": f"{plane[row]:.2f}",
            "ellipsoid": f"{official[row]:.2f}",
            "difference": f"{stated[row] - official[row]:+.2f}",
        }
        faults.append(subject.fault(Check.STATED_AREA, "inspect_area", severity, row, params))
    remark = phrase("result.stated_as", kind="{kind}")
    spoken = type(remark)(zh=remark.zh.format(kind=kind.zh), en=remark.en.format(kind=kind.en))
    return Found(tuple(faults), (spoken,) if known.any() else ())


def _smallest_areas(subject: Subject) -> Found:
    if subject.opened.version.scheme is not UseScheme.SANDIAO or subject.rules.codes:
        return Found(not_run=phrase("not_run.no_main_class"))
    classes = main_classes(subject.rules_folder)
    limits = np.array(
        [subject.book.smallest_m2(classes.get(code, "")) for code in subject.opened.class_codes]
    )
    limit = limits[np.asarray(subject.opened.edges.class_ids)]
    area = subject.shapes.area_m2
    severity = subject.severity("smallest_area")
    faults = []
    for row in map(int, np.flatnonzero(area < limit)):
        params = {"area": f"{area[row]:.2f}", "limit": f"{limit[row]:g}"}
        faults.append(
            subject.fault(Check.SMALLEST_AREA, "inspect_smallest_area", severity, row, params)
        )
    return Found(tuple(faults))
