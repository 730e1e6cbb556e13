"""Checks of where the features of a layer lie, by `geo.topology`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.rings import rings_of
from geo.topology.boundary import outside_boundary
from geo.topology.cracks import narrow_cracks
from geo.topology.edge_matching import loose_edges
from geo.topology.faults import NO_FEATURE, TopologyCode, TopologyFaults, joined_faults
from geo.topology.gaps import enclosed_gaps
from geo.topology.pairs import shared_ground
from geo.topology.thin import thin_features
from geo.topology.vertices import close_vertices, unmatched_vertices
from services.domain.issue import Severity
from services.domain.wording import Wording
from services.layers.inspection.phrases import phrase
from services.layers.inspection.report import Check, LayerFault
from services.layers.inspection.subject import Boundary, Found, Subject

__all__ = ["topology_checks"]

HERE = (0, 0)
SAME_ATTRIBUTES = "topology_duplicate_record"
# where features may overlap, only the same outline twice is a matter for anybody
MAY_OVERLAP = {
    Check.OVERLAP: Severity.INFO,
    Check.NESTED: Severity.INFO,
    Check.DUPLICATE: Severity.WARNING,
}
THIN = (Check.GAP, Check.OVERLAP, Check.NESTED, Check.OUTSIDE)


def topology_checks(subject: Subject) -> dict[Check, Found]:
    """All checks of geometry; places that are slivers are counted once more as such."""
    found = {
        Check.GAP: _gaps(subject),
        **_pairs(subject),
        Check.OUTSIDE: _outside(subject),
        Check.CLOSE_VERTICES: _vertices(subject),
        Check.UNMATCHED_VERTEX: _unmatched(subject),
    }
    return {**found, Check.SLIVER: _slivers(subject, found)}


def _gaps(subject: Subject) -> Found:
    limits, role, boundary = subject.limits, subject.role, subject.boundary
    if not role.gap_free and not role.exclusive:
        return Found(not_run=phrase("not_run.has_gaps"))
    width = limits.sliver_width_m
    cracks = narrow_cracks(
        subject.shapes, subject.loose, width_m=width, tolerance_m=limits.tolerance_m
    )
    if not role.gap_free:
        remark = phrase("result.by_cracks", width=f"{width:g}")
        return _listed(subject, Check.GAP, cracks, _always(subject.severity("thin_gap")), remark)
    if boundary is not None and boundary.is_stated:
        gaps = _unfilled(subject, boundary.ground)
        remark = _within(boundary)
        return _listed(subject, Check.GAP, gaps, _always(subject.severity("gap")), remark)
    gaps = enclosed_gaps(subject.shapes, subject.loose)
    if boundary is None:
        gaps = _with_new(gaps, cracks)
        remark = phrase("result.by_holes", width=f"{width:g}")
        return _listed(subject, Check.GAP, gaps, _by_size(subject), remark)
    gaps = _with_new(gaps, _unfilled(subject, boundary.ground))
    inside = shapely.intersects(
        subject.local(boundary.ground), shapely.point_on_surface(gaps.geometry)
    )
    return _merged(
        _listed(
            subject,
            Check.GAP,
            gaps.chosen(inside),
            _always(subject.severity("gap")),
            _within(boundary),
        ),
        _listed(subject, Check.GAP, gaps.chosen(~inside), _by_size(subject)),
    )


def _by_size(subject: Subject) -> Callable[[float], Severity]:
    """A large hole where nobody said that there should be none may be an enclave."""
    return lambda area: subject.severity("large_hole" if area >= subject.limits.hole_m2 else "gap")


def _within(boundary: Boundary) -> Wording:
    """“Within …”, with the name of the boundary in each language."""
    within, name = phrase("result.by_boundary", boundary="{name}"), boundary.name
    return Wording(zh=within.zh.format(name=name.zh), en=within.en.format(name=name.en))


def _unfilled(subject: Subject, ground: BaseGeometry) -> TopologyFaults:
    local = subject.local(ground)
    against = rings_of(np.array([local], dtype=object), HERE)
    return enclosed_gaps(
        subject.shapes,
        loose_edges(subject.shapes.rings, against=against),
        boundary=local,
    )


def _with_new(known: TopologyFaults, more: TopologyFaults) -> TopologyFaults:
    """What is known, and of the rest what does not share ground with it."""
    inside = shapely.point_on_surface(more.geometry)
    twice, _ = shapely.STRtree(known.geometry).query(inside, predicate="intersects")
    return joined_faults([known, more.chosen(np.setdiff1d(np.arange(len(more)), twice))])


def _pairs(subject: Subject) -> dict[Check, Found]:
    limits = subject.limits
    pairs = shared_ground(subject.shapes, tolerance_m=limits.tolerance_m)
    exclusive = subject.role.exclusive
    remark = None if exclusive else phrase("result.not_exclusive")
    kinds = {
        Check.OVERLAP: (TopologyCode.OVERLAP, "overlap"),
        Check.NESTED: (TopologyCode.NESTED, "nested"),
        Check.DUPLICATE: (TopologyCode.DUPLICATE, "duplicate"),
    }
    found = {}
    for check, (code, kind) in kinds.items():
        chosen = pairs.chosen(np.asarray(pairs.code == code, dtype=bool))
        may_be = not exclusive and check is not Check.DUPLICATE
        weight = subject.severity(kind) if exclusive else MAY_OVERLAP[check]
        found[check] = _listed(subject, check, chosen, _always(weight), remark if may_be else None)
    return {**found, Check.DUPLICATE: _same_records(subject, found[Check.DUPLICATE])}


def _same_records(subject: Subject, found: Found) -> Found:
    """Of features with the same outline, say which also agree in everything but their number."""
    if not found.faults:
        return found
    ids = {subject.column(name) for name in subject.rules.ids}
    columns = [name for name in subject.opened.fields if name not in ids]
    rows = {int(number): row for row, number in enumerate(subject.numbers)}
    texts = {name: subject.texts(name).to_numpy(dtype=object) for name in columns}
    faults = []
    for fault in found.faults:
        one, other = (rows[number] for number in fault.features)
        same = all(values[one] == values[other] for values in texts.values())
        faults.append(replace(fault, code=SAME_ATTRIBUTES) if same else fault)
    return replace(found, faults=tuple(faults))


def _outside(subject: Subject) -> Found:
    boundary = subject.boundary
    if boundary is None:
        return Found(not_run=phrase("not_run.no_boundary"))
    outside = outside_boundary(
        subject.shapes,
        subject.local(boundary.ground),
    )
    remark = _within(boundary)
    wholly = np.asarray(outside.code == TopologyCode.OUTSIDE, dtype=bool)
    first = _listed(
        subject, Check.OUTSIDE, outside.chosen(wholly), _always(subject.severity("outside")), remark
    )
    rest = _listed(
        subject, Check.OUTSIDE, outside.chosen(~wholly), _always(subject.severity("crossing"))
    )
    return _merged(first, rest)


def _vertices(subject: Subject) -> Found:
    close = close_vertices(subject.shapes.rings, tolerance_m=subject.limits.tolerance_m)
    return _listed(
        subject,
        Check.CLOSE_VERTICES,
        close,
        _always(subject.severity("close_vertices")),
        every=True,
    )


def _unmatched(subject: Subject) -> Found:
    vertices = unmatched_vertices(
        subject.shapes, subject.loose, tolerance_m=subject.limits.tolerance_m
    )
    return _listed(
        subject,
        Check.UNMATCHED_VERTEX,
        vertices,
        _always(subject.severity("unmatched_vertex")),
        every=True,
    )


def _slivers(subject: Subject, found: Mapping[Check, Found]) -> Found:
    """Features that are slivers; thin gaps, overlaps and crossings are counted beside them."""
    limits = subject.limits
    thin = thin_features(
        subject.shapes, below_m2=limits.sliver_area_m2, below_m=limits.sliver_width_m
    )
    listed = _listed(
        subject, Check.SLIVER, thin, _always(subject.severity("thin_feature")), every=True
    )
    elsewhere = tuple(fault for check in THIN for fault in found[check].faults if fault.is_sliver)
    counts = Counter(fault.check for fault in elsewhere)
    remark = phrase(
        "result.slivers_of",
        gaps=counts[Check.GAP],
        overlaps=counts[Check.OVERLAP] + counts[Check.NESTED],
        outside=counts[Check.OUTSIDE],
        features=len(thin),
    )
    remarks = (remark,) if elsewhere or listed.faults else ()
    return Found(listed.faults, remarks, elsewhere=elsewhere)


def _merged(first: Found, rest: Found) -> Found:
    return Found(
        faults=first.faults + rest.faults,
        remarks=first.remarks + rest.remarks,
        below_count=first.below_count + rest.below_count,
        below_m2=first.below_m2 + rest.below_m2,
    )


def _always(severity: Severity) -> Callable[[float], Severity]:
    return lambda _: severity


def _listed(
    subject: Subject,
    check: Check,
    places: TopologyFaults,
    severity_of: Callable[[float], Severity],
    remark: Wording | None = None,
    *,
    every: bool = False,
) -> Found:
    """Places as faults; those narrower than the tolerance are only counted unless `every`."""
    places = places.in_place_order()
    wide = np.ones(len(places), dtype=bool)
    if not every:
        wide = ~(places.width_m < subject.limits.tolerance_m)
    listed = places.chosen(wide)
    grounds = subject.absolute(listed.geometry)
    faults = []
    for at in range(len(listed)):
        severity = severity_of(float(listed.area_m2[at]))
        faults.append(_fault(subject, listed, at, check, severity, grounds[at]))
    return Found(
        faults=tuple(faults),
        remarks=() if remark is None else (remark,),
        below_count=int((~wide).sum()),
        below_m2=float(np.nansum(places.area_m2[~wide])),
    )


def _fault(
    subject: Subject,
    places: TopologyFaults,
    at: int,
    check: Check,
    severity: Severity,
    ground: BaseGeometry,
) -> LayerFault:
    limits = subject.limits
    rows = [int(row) for row in (places.index_a[at], places.index_b[at]) if row != NO_FEATURE]
    area, width = float(places.area_m2[at]), float(places.width_m[at])
    return LayerFault(
        check=check,
        code=str(places.code[at]),
        severity=severity,
        features=tuple(int(subject.numbers[row]) for row in rows),
        ids=tuple(str(subject.names[row]) for row in rows),
        area_m2=_known(area),
        width_m=_known(width),
        length_m=_known(float(places.length_m[at])),
        is_sliver=area < limits.sliver_area_m2 and width < limits.sliver_width_m,
        geometry=ground,
    )


def _known(size: float) -> float | None:
    return None if np.isnan(size) else size
