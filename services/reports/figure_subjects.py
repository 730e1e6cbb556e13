"""Which maps a result can show."""

from __future__ import annotations

from services.domain.verdict import CheckResult
from services.reports.content import FigureSubject

__all__ = ["ROLES", "figure_subjects"]

# the layer under the red line
ROLES = {
    FigureSubject.LAND_STATUS: "land_survey",
    FigureSubject.LAND_PLAN: "plan_control_zone",
    FigureSubject.URBAN_PLAN: "urban_plan",
}


def figure_subjects(result: CheckResult) -> tuple[FigureSubject, ...]:
    """The red line with its findings always; the layers that have a shape at the site."""
    present = {hit.role for hit in result.hits}
    if not result.geometry:
        return ()
    return (
        FigureSubject.FINDINGS,
        *(subject for subject, role in ROLES.items() if role in present),
    )
