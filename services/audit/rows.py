"""One site of an audit as one row, with the areas of its classes as rows of their own."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from services.domain.facts import SiteFacts
from services.domain.verdict import Outcome, State, Theme
from services.domain.wording import NOTHING, Wording
from services.siting.assemble import findings_in_print
from services.siting.evaluation import Evaluation
from services.siting.printed import PrintedPlot, printed_site

__all__ = ["AuditRow", "ClassCell", "LayerCell", "Status", "judged_row", "unjudged_row"]


class Status(StrEnum):
    """How far a site came."""

    JUDGED = "judged"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ClassCell:
    """Area of one class of one layer inside a site, in 0.01 m²."""

    role: str
    code: str
    name: str
    plane: int
    ellipsoid: int


@dataclass(frozen=True, slots=True)
class LayerCell:
    """What one layer says of a site beside its classes: Σ classes + remainder − overlap = area."""

    role: str
    checked_share: float
    remainder: int
    overlap: int


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One site; areas in 0.01 m², `None` where it was not measured.

    `status` is judged, refused (the input itself was not usable) or failed (the computation
    was not); both others count as undecided, and `code` with `message` say why.
    """

    index: int
    id: str
    name: str
    status: Status
    code: str
    message: Wording
    plane: int | None
    ellipsoid: int | None
    stated_m2: float | None
    verdict: State
    outcome: Outcome
    themes: dict[str, str]
    findings: int
    rule: str
    finding: Wording
    remedy: Wording
    not_checked: tuple[str, ...]
    layers: tuple[LayerCell, ...] = ()
    classes: tuple[ClassCell, ...] = ()


def judged_row(index: int, facts: SiteFacts, evaluation: Evaluation) -> AuditRow:
    """Row of a site that was measured and judged; digits are those a single check prints."""
    digits = printed_site(facts)
    printed = digits.site
    first = next(iter(findings_in_print(facts, evaluation, digits)), None)
    plot = facts.plots[0]
    return AuditRow(
        index=index,
        id=plot.id,
        name=plot.name,
        status=Status.JUDGED,
        code="",
        message=NOTHING,
        plane=printed.plane,
        ellipsoid=printed.ellipsoid,
        stated_m2=facts.site.stated_area_m2,
        verdict=evaluation.verdict,
        outcome=evaluation.outcome,
        themes={theme.theme.value: theme.state.value for theme in evaluation.themes},
        findings=len(evaluation.findings),
        rule=first.rule if first else "",
        finding=first.message if first else NOTHING,
        remedy=first.remedy if first else NOTHING,
        not_checked=tuple(f"{gap.role}:{gap.reason.value}" for gap in evaluation.not_checked),
        layers=tuple(_layers(facts, printed)),
        classes=tuple(_classes(facts, printed)),
    )


def unjudged_row(
    index: int, identifier: str, name: str, status: Status, code: str, message: Wording
) -> AuditRow:
    """Row of a site without verdict: undecided, never green."""
    return AuditRow(
        index=index,
        id=identifier,
        name=name,
        status=status,
        code=code,
        message=message,
        plane=None,
        ellipsoid=None,
        stated_m2=None,
        verdict=State.UNDECIDED,
        outcome=Outcome.UNDECIDED,
        themes={theme.value: State.UNDECIDED.value for theme in Theme},
        findings=0,
        rule="",
        finding=NOTHING,
        remedy=NOTHING,
        not_checked=(),
    )


def _layers(facts: SiteFacts, printed: PrintedPlot) -> list[LayerCell]:
    cells = []
    for role, layer in facts.site.layers.items():
        share = layer.checked_um2 / facts.site.area_um2 if facts.site.area_um2 else 0.0
        digits = printed.layers[role]
        cells.append(LayerCell(role, round(share, 6), digits.remainder, digits.overlap))
    return cells


def _classes(facts: SiteFacts, printed: PrintedPlot) -> list[ClassCell]:
    return [
        ClassCell(role, line.code, line.name, plane, ellipsoid)
        for role, layer in facts.site.layers.items()
        for line, plane, ellipsoid in zip(
            layer.classes,
            printed.layers[role].plane,
            printed.layers[role].ellipsoid,
            strict=True,
        )
    ]
