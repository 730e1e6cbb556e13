"""Turn facts and evaluation into the frozen result: printed digits, lines, shapes for the map."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.crs import to_lonlat
from geo.pieces import JOIN_GRID_M
from services.domain.facts import PlotFacts, SiteFacts
from services.domain.verdict import (
    CheckResult,
    ClassLine,
    Finding,
    HitShape,
    LayerLine,
    PlotResult,
    Provenance,
    SiteLine,
    SliverLine,
    ThemeResult,
)
from services.labels import label
from services.siting.evaluation import Evaluation, JudgedFinding, ThemeVerdict
from services.siting.printed import PrintedPlot, PrintedSite, printed_site, to_m2
from services.siting.rule_set import RuleSet

__all__ = ["Stamp", "assemble_result", "findings_in_print"]

CHECKED = "checked"
SHARE_DIGITS = 6
DEGREE_DIGITS = 9
# a finding about one whole class prints that class's digits, not a rounding of its own
SAME_AREA_M2 = 0.015


@dataclass(frozen=True, slots=True)
class Stamp:
    """Number, time and origin of a result."""

    number: str
    computed_at: str
    crs: str
    provenance: Provenance


def assemble_result(
    facts: SiteFacts, evaluation: Evaluation, rules: RuleSet, stamp: Stamp
) -> CheckResult:
    """The result as it is stored and shown everywhere."""
    printed = printed_site(facts)
    whole = _Measured(facts.site, printed.site)
    themes = _themes(evaluation.themes, whole, facts, evaluation)
    project = facts.project
    return CheckResult(
        number=stamp.number,
        verdict=evaluation.verdict,
        outcome=evaluation.outcome,
        computed_at=stamp.computed_at,
        rule_set=rules.id,
        regime=rules.regime,
        as_of=project.as_of.isoformat(),
        site=_site_line(facts, printed, stamp.crs),
        plots=_plots(facts, printed, evaluation),
        themes=themes,
        findings=tuple(_finding(judged, whole, facts, stamp.crs) for judged in evaluation.findings),
        not_checked=evaluation.not_checked,
        provenance=stamp.provenance,
        project={
            "use": project.use,
            "use_scheme": project.use_scheme.value,
            "project_type": project.project_type,
            "type_assumed": project.type_assumed,
            "source": project.source,
        },
        facts=dict(evaluation.facts),
        geometry=tuple(_plot_shapes(facts, stamp.crs)),
        hits=tuple(_hit_shapes(facts, whole, stamp.crs)),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Measured:
    """A plot or the site with its printed digits."""

    facts: PlotFacts
    printed: PrintedPlot

    def share(self, cents: int) -> float:
        return round(cents / self.printed.plane, SHARE_DIGITS) if self.printed.plane else 0.0

    def class_lines(self, role: str) -> tuple[ClassLine, ...]:
        layer = self.facts.layers.get(role)
        if layer is None:
            return ()
        cells = self.printed.layers[role]
        return tuple(
            ClassLine(
                code=line.code,
                name=line.name or label("role", role).zh,
                area_m2=to_m2(plane),
                ellipsoid_area_m2=to_m2(ellipsoid),
                share=self.share(plane),
            )
            for line, plane, ellipsoid in zip(
                layer.classes, cells.plane, cells.ellipsoid, strict=True
            )
        )


def _site_line(facts: SiteFacts, printed: PrintedSite, crs: str) -> SiteLine:
    outline = shapely.union_all(facts.cells.geometry, grid_size=JOIN_GRID_M)
    return SiteLine(
        id=facts.site.id,
        name=facts.site.name,
        area_m2=to_m2(printed.site.plane),
        ellipsoid_area_m2=to_m2(printed.site.ellipsoid),
        stated_area_m2=facts.site.stated_area_m2,
        crs=crs,
        parts=len(shapely.get_parts(outline)),
        plot_overlap_m2=to_m2(printed.overlap),
    )


def _plots(
    facts: SiteFacts, printed: PrintedSite, evaluation: Evaluation
) -> tuple[PlotResult, ...]:
    results = []
    for plot, digits, judged in zip(facts.plots, printed.plots, evaluation.plots, strict=True):
        measured = _Measured(plot, digits)
        results.append(
            PlotResult(
                index=plot.index,
                id=plot.id,
                name=plot.name,
                area_m2=to_m2(digits.plane),
                ellipsoid_area_m2=to_m2(digits.ellipsoid),
                stated_area_m2=plot.stated_area_m2,
                verdict=judged.state,
                themes=_themes(judged.themes, measured, facts, evaluation),
            )
        )
    return tuple(results)


def _themes(
    verdicts: Iterable[ThemeVerdict], measured: _Measured, facts: SiteFacts, evaluation: Evaluation
) -> tuple[ThemeResult, ...]:
    return tuple(
        ThemeResult(
            theme=verdict.theme,
            state=verdict.state,
            touched=verdict.touched,
            layers=tuple(
                _layer_line(role, verdict, measured, facts, evaluation) for role in verdict.roles
            ),
        )
        for verdict in verdicts
    )


def _layer_line(
    role: str,
    verdict: ThemeVerdict,
    measured: _Measured,
    facts: SiteFacts,
    evaluation: Evaluation,
) -> LayerLine:
    known = facts.roles.get(role)
    version = known.version if known else None
    layer = measured.facts.layers.get(role)
    reason = evaluation.role_reasons.get(role)
    cells = measured.printed.layers.get(role)
    checked = layer.checked_um2 / measured.facts.area_um2 if layer else 0.0
    return LayerLine(
        role=role,
        version=version.version if version else None,
        date=version.valid_from.isoformat() if version else None,
        required=evaluation.required_roles.get(role, False),
        state=str(reason) if reason else CHECKED,
        checked_share=round(checked, SHARE_DIGITS),
        classes=measured.class_lines(role),
        remainder_m2=to_m2(cells.remainder) if cells else to_m2(measured.printed.plane),
        overlap_m2=to_m2(cells.overlap) if cells else 0.0,
        slivers=tuple(
            SliverLine(sliver.code or "", round(sliver.area_m2, 6), round(sliver.width_m, 4))
            for sliver in evaluation.slivers
            if sliver.role == role
            and sliver.theme == verdict.theme
            and (measured.facts.index < 0 or measured.facts.index in sliver.plots)
        ),
    )


def findings_in_print(
    facts: SiteFacts, evaluation: Evaluation, printed: PrintedSite
) -> tuple[JudgedFinding, ...]:
    """The findings with the digits in their sentences that the site's columns print."""
    whole = _Measured(facts.site, printed.site)
    return tuple(_in_print(judged, whole)[0] for judged in evaluation.findings)


def _in_print(judged: JudgedFinding, whole: _Measured) -> tuple[JudgedFinding, float]:
    area = _printed_area(judged, whole)
    if area:
        judged = judged.at_printed_area(area, to_m2(whole.printed.plane))
    return judged, area


def _finding(judged: JudgedFinding, whole: _Measured, facts: SiteFacts, crs: str) -> Finding:
    judged, area = _in_print(judged, whole)
    return Finding(
        rule=judged.rule,
        state=judged.state,
        theme=judged.theme,
        role=judged.role,
        code=judged.code,
        area_m2=area,
        share=round(area / to_m2(whole.printed.plane), SHARE_DIGITS),
        clause=judged.clause,
        document=judged.document,
        message=judged.message,
        remedy=judged.remedy,
        within_accuracy=judged.within_accuracy,
        unverified=judged.unverified,
        plots=judged.plots,
        width_m=None if judged.width_m is None else round(judged.width_m, 3),
        thresholds=dict(judged.thresholds),
        geometry=_lonlat(judged.geometry, facts, crs),
    )


def _printed_area(judged: JudgedFinding, whole: _Measured) -> float:
    if judged.role is not None:
        for line in whole.class_lines(judged.role):
            if line.code == judged.code and abs(line.area_m2 - judged.area_m2) < SAME_AREA_M2:
                return line.area_m2
    return float(round(judged.area_m2, 2))


def _lonlat(geometry: BaseGeometry | None, facts: SiteFacts, crs: str) -> dict[str, Any] | None:
    if geometry is None or geometry.is_empty:
        return None
    return _lonlat_many(np.array([geometry], dtype=object), facts, crs)[0]


def _lonlat_many(
    geometries: NDArray[np.object_], facts: SiteFacts, crs: str
) -> list[dict[str, Any]]:
    shift = np.array(facts.cells.origin, dtype=float)
    absolute = shapely.transform(geometries, lambda xy: xy + shift)
    degrees = to_lonlat(absolute, crs)
    rounded = shapely.transform(degrees, lambda xy: np.round(xy, DEGREE_DIGITS))
    return [dict(shapely.geometry.mapping(geometry)) for geometry in rounded]


def _plot_shapes(facts: SiteFacts, crs: str) -> list[dict[str, Any]]:
    outlines = [
        shapely.union_all(
            facts.cells.geometry[[plot.index in held for held in facts.cells.plots]],
            grid_size=JOIN_GRID_M,
        )
        for plot in facts.plots
    ]
    return _lonlat_many(np.array(outlines, dtype=object), facts, crs)


def _hit_shapes(facts: SiteFacts, whole: _Measured, crs: str) -> Iterable[HitShape]:
    """One shape per touched class of each role, clipped to the site by construction."""
    for role in whole.facts.layers:
        codes = facts.cells.columns.get(role)
        if codes is None:
            continue
        lines: Mapping[str, ClassLine] = {line.code: line for line in whole.class_lines(role)}
        present = sorted(set(codes) - {""})
        if not present:
            continue
        outlines = [
            shapely.union_all(facts.cells.geometry[codes == code], grid_size=JOIN_GRID_M)
            for code in present
        ]
        shapes = _lonlat_many(np.array(outlines, dtype=object), facts, crs)
        for code, shape in zip(present, shapes, strict=True):
            line = lines.get(code)
            area = (
                line.area_m2 if line else round(float(facts.cells.area_m2[codes == code].sum()), 2)
            )
            yield HitShape(role, code, line.name if line else code, area, shape)
