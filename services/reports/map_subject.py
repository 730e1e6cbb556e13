"""What a figure lays under and over the red line, and its legend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

from services.domain.verdict import State, Theme
from services.reports.case import Case
from services.reports.content import FigureSubject
from services.reports.drawing import Pen
from services.reports.figure_subjects import ROLES
from services.reports.map_frame import projected
from services.reports.palette import fill_of

__all__ = ["Drawn", "drawn_of"]

# one hatch a finding, the gravest densest; they differ without colour
HATCHES = ("xxxxx", "/////", "\\" * 5, "-----", "|||||", "+++++", ".....", "ooo", "///", "\\" * 3)
COLOURS = {
    State.NONCONFORMING: "#b42318",
    State.UNDECIDED: "#616e7c",
    State.PROCEDURE: "#b45309",
    State.CONDITIONAL: "#8a6d00",
    State.CONFORMS: "#1b7f4b",
}
CLASS_LINE, SURVEY_LINE = "#52606d", "#c3c9d0"


@dataclass(frozen=True, slots=True)
class Drawn:
    """One thing on the map: shape in metres, look, words of the legend, mark on the shape."""

    geometry: BaseGeometry
    pen: Pen
    legend: str
    mark: str = ""
    numbered: bool = False


def drawn_of(case: Case, subject: FigureSubject) -> tuple[Drawn, ...]:
    """What a figure shows, from below to above."""
    if subject is FigureSubject.FINDINGS:
        return (*_survey_lines(case), *_findings(case))
    return _classes(case, ROLES[subject])


def _classes(case: Case, role: str) -> tuple[Drawn, ...]:
    hits = [hit for hit in case.result.hits if hit.role == role]
    shapes = _shapes(case, [hit.geometry for hit in hits])
    return tuple(
        Drawn(
            geometry,
            Pen(fill=fill_of(role, hit.code), line=CLASS_LINE, width=0.5),
            hit.name if hit.name == hit.code else _class_legend(case, hit.name, hit.code),
            mark=hit.code,
        )
        for hit, geometry in zip(hits, shapes, strict=True)
    )


def _class_legend(case: Case, name: str, code: str) -> str:
    return case.words("figure.class", name=name, code=code)


def _survey_lines(case: Case) -> tuple[Drawn, ...]:
    hits = [hit for hit in case.result.hits if hit.role == ROLES[FigureSubject.LAND_STATUS]]
    legend = case.words("figure.survey_lines")
    pen = Pen(line=SURVEY_LINE, width=0.6)
    return tuple(
        Drawn(geometry, pen, legend) for geometry in _shapes(case, [hit.geometry for hit in hits])
    )


def _findings(case: Case) -> tuple[Drawn, ...]:
    """Findings with a place; the routine duties of the land status have a map of their own."""
    words = case.words
    placed = [
        (finding, finding.geometry)
        for finding in case.findings()
        if finding.geometry is not None and finding.theme is not Theme.LAND_STATUS
    ]
    shapes = _shapes(case, [geometry for _, geometry in placed])
    drawn = []
    for order, ((finding, _), geometry) in enumerate(zip(placed, shapes, strict=True)):
        colour = COLOURS.get(finding.state, CLASS_LINE)
        name = (
            words.label("role", finding.role)
            if finding.role
            else words.label("theme", finding.theme)
        )
        legend = words("figure.finding", name=name, state=words.label("state", finding.state))
        drawn.append(
            Drawn(
                geometry,
                Pen(line=colour, width=0.9, hatch=HATCHES[order % len(HATCHES)]),
                legend,
                mark=str(case.finding_number(finding)),
                numbered=True,
            )
        )
    return tuple(reversed(drawn))


def _shapes(case: Case, geometries: Sequence[dict[str, object]]) -> list[BaseGeometry]:
    return projected(geometries, case.result.site.crs)
