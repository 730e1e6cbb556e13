"""Findings, slivers and gaps as they are collected while the rules are asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import shapely
from shapely.geometry.base import BaseGeometry

from geo.pieces import Piece
from services.domain.facts import SiteFacts
from services.domain.verdict import NotChecked, Reason, State, Theme
from services.domain.wording import NOTHING, Wording
from services.labels import label
from services.settings import Settings, SliverThresholds
from services.siting.regions import Judged, Mask, codes_at, judge_region
from services.siting.rule_set import FindingRule, RuleSet

__all__ = ["Docket", "JudgedFinding", "JudgedSliver"]

M2_PER_HA = 10_000


@dataclass(frozen=True, slots=True, eq=False)
class JudgedFinding:
    """One reason for the verdict; geometry in local coordinates."""

    rule: str
    state: State
    theme: Theme
    role: str | None
    code: str | None
    area_m2: float
    share: float
    width_m: float | None
    within_accuracy: bool
    unverified: bool
    plots: tuple[int, ...]
    clause: Wording
    document: Wording
    message: Wording
    remedy: Wording
    thresholds: Mapping[str, float]
    geometry: BaseGeometry | None
    cells: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class JudgedSliver:
    """A piece below both thresholds of its theme."""

    theme: Theme
    role: str
    code: str
    area_m2: float
    width_m: float
    plots: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    """Where a finding lies: cells, plots, area; empty for a finding without a place."""

    plots: tuple[int, ...]
    code: str | None = None
    area_m2: float = 0.0
    width_m: float | None = None
    cells: tuple[int, ...] = ()
    geometry: BaseGeometry | None = None
    limits: Mapping[str, float] = field(default_factory=dict)


MEASURE = Wording(
    zh="宽度在数据精度范围内，需实测后判定。",
    en="Within the accuracy of the data: measure on site.",
)


@dataclass(slots=True, eq=False)
class Docket:
    """What the rules have said so far about one site."""

    facts: SiteFacts
    rules: RuleSet
    settings: Settings
    findings: list[JudgedFinding] = field(default_factory=list)
    slivers: list[JudgedSliver] = field(default_factory=list)
    gaps: list[NotChecked] = field(default_factory=list)
    undecided: dict[Theme, set[int]] = field(default_factory=dict)
    touched: dict[Theme, bool] = field(default_factory=dict)

    @property
    def site_area_m2(self) -> float:
        """Area of the union of the plots."""
        return self.facts.site.area_um2 / 1e6

    @property
    def every_plot(self) -> tuple[int, ...]:
        """Indexes of all plots."""
        return tuple(plot.index for plot in self.facts.plots)

    def thresholds(self, theme: Theme) -> SliverThresholds:
        """Sliver thresholds: the rule set's, unless the workspace sets others."""
        if theme in self.settings.slivers_by_theme or self.settings.slivers != SliverThresholds():
            return self.settings.thresholds(theme)
        return SliverThresholds(self.rules.min_area_m2, self.rules.min_width_m)

    def judge(self, mask: Mask, role: str, theme: Theme) -> Judged:
        """Judge a region and list its slivers."""
        judged = judge_region(self.facts, mask, role, theme, self.thresholds(theme))
        for piece in judged.slivers:
            cells = tuple(int(cell) for cell in piece.cells)
            self.slivers.append(
                JudgedSliver(
                    theme=theme,
                    role=role,
                    code=codes_at(self.facts, role, cells),
                    area_m2=piece.area_m2,
                    width_m=piece.width_m,
                    plots=judged.plots((piece,)),
                )
            )
        return judged

    def hit(
        self,
        rule: str,
        theme: Theme,
        role: str,
        judged: Judged,
        *,
        state: State | None = None,
        **facts: object,
    ) -> bool:
        """Enter a finding about a region; one within the accuracy leaves its theme undecided.

        Returns whether there is anything beyond slivers.
        """
        if not judged.counted:
            return False
        place = _place_of(judged, role)
        decided = judged.decided
        self._enter(
            self.rules.findings[rule],
            (theme, role),
            place,
            state=state if decided else State.UNDECIDED,
            within=not decided,
            facts={"codes": place.code, **facts},
        )
        if not decided:
            self.gap(theme, role, Reason.WITHIN_ACCURACY, required=True, plots=place.plots)
        return True

    def sliver_finding(self, rule: str, theme: Theme, role: str, judged: Judged) -> None:
        """Enter a duty to verify for each sliver."""
        for piece in judged.slivers:
            place = _place_of(judged, role, (piece,))
            self._enter(self.rules.findings[rule], (theme, role), place, facts={})

    def state(
        self,
        rule: str,
        theme: Theme,
        role: str | None = None,
        *,
        plots: tuple[int, ...] | None = None,
        **facts: object,
    ) -> None:
        """Enter a finding that has no place of its own."""
        place = _Place(plots=self.every_plot if plots is None else plots)
        self._enter(self.rules.findings[rule], (theme, role), place, facts=facts)

    def gap(
        self,
        theme: Theme,
        role: str,
        reason: Reason,
        *,
        required: bool,
        plots: tuple[int, ...] | None = None,
    ) -> None:
        """Note that a role gives no answer; a required one leaves its theme undecided."""
        if any((g.theme, g.role, g.reason) == (theme, role, reason) for g in self.gaps):
            return
        self.gaps.append(NotChecked(theme, role, reason, required, _remedy(role, reason)))
        if required:
            chosen = self.every_plot if plots is None else plots
            self.undecided.setdefault(theme, set()).update(chosen)

    def _enter(
        self,
        known: FindingRule,
        subject: tuple[Theme, str | None],
        place: _Place,
        *,
        facts: Mapping[str, object],
        state: State | None = None,
        within: bool = False,
    ) -> None:
        share = place.area_m2 / self.site_area_m2 if self.site_area_m2 else 0.0
        document, clause = known.cited_on(self.facts.project.as_of)
        words: dict[str, object] = {
            "area_m2": f"{place.area_m2:,.2f}",
            "area_ha": f"{place.area_m2 / M2_PER_HA:,.4f}",
            "share": f"{share:.2%}",
            "width_m": "–" if place.width_m is None else f"{place.width_m:.3f}",
            "use": self.facts.project.use or "–",
            **facts,
        }
        self.findings.append(
            JudgedFinding(
                rule=known.id,
                state=state or known.state,
                theme=subject[0],
                role=subject[1],
                code=place.code,
                area_m2=place.area_m2,
                share=share,
                width_m=place.width_m,
                within_accuracy=within,
                unverified=known.unverified,
                plots=place.plots,
                clause=clause,
                document=document,
                message=known.message.filled(**words),
                remedy=MEASURE if within else known.remedy.filled(**words),
                thresholds=place.limits,
                geometry=place.geometry,
                cells=place.cells,
            )
        )


def _place_of(judged: Judged, role: str, pieces: tuple[Piece, ...] | None = None) -> _Place:
    chosen = judged.counted if pieces is None else pieces
    cells = judged.cells(chosen)
    return _Place(
        plots=judged.plots(chosen),
        code=codes_at(judged.facts, role, cells),
        area_m2=sum(piece.area_m2 for piece in chosen),
        width_m=max(piece.width_m for piece in chosen),
        cells=cells,
        geometry=shapely.union_all([piece.geometry for piece in chosen]),
        limits=_limits(judged),
    )


def _limits(judged: Judged) -> dict[str, float]:
    limits = {
        "min_area_m2": judged.thresholds.min_area_m2,
        "min_width_m": judged.thresholds.min_width_m,
    }
    if judged.accuracy_m is not None:
        limits["accuracy_m"] = judged.accuracy_m
    return limits


def _remedy(role: str, reason: Reason) -> Wording:
    name = label("role", role)
    texts = REMEDIES.get(reason, NOTHING)
    return texts.filled(zh=name.zh, en=name.en)


REMEDIES = {
    Reason.MISSING: Wording("载入图层“{zh}”后复核。", "Load the layer “{en}” and check again."),
    Reason.OPTIONAL_ABSENT: Wording(
        "如有数据，载入“{zh}”后复核。", "If there are data, load “{en}” and check again."
    ),
    Reason.EMPTY: Wording(
        "核实“{zh}”确无图斑后用 --confirm-empty 导入。",
        "If “{en}” really holds nothing, import it with --confirm-empty.",
    ),
    Reason.STALE: Wording(
        "载入“{zh}”的现行成果后复核。", "Load the current edition of “{en}” and check again."
    ),
    Reason.NOT_IN_FORCE: Wording(
        "载入在核查日期有效的“{zh}”。",
        "Load a version of “{en}” that is in force on the day of the check.",
    ),
    Reason.NOT_COVERED: Wording(
        "补充“{zh}”在用地范围内的数据或声明其覆盖范围。",
        "Complete “{en}” over the site, or declare its coverage.",
    ),
    Reason.WITHIN_ACCURACY: Wording(
        "实测“{zh}”界线后复核。", "Survey the boundary of “{en}” and check again."
    ),
    Reason.UNKNOWN_CODES: Wording(
        "更正“{zh}”中不在标准内的代码。", "Correct the codes of “{en}” that stand in no table."
    ),
    Reason.FAILED: Wording(
        "对“{zh}”做拓扑检查后重新导入。", "Check the topology of “{en}” and import it again."
    ),
    Reason.NO_STANDARD_LOADED: Wording(
        "在规则表中补充该用途后复核。", "Add the use to the table of the rules and check again."
    ),
}
