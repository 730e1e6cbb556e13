"""What the rules have said so far about a site: findings, slivers, gaps, touches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from shapely.geometry.base import BaseGeometry

from services.domain.verdict import NotChecked, Reason, State, Theme
from services.domain.wording import Wording
from services.labels import label
from services.siting.judging.phrases import Phrase, area_phrases, fill
from services.siting.judging.regions import Mask, Region
from services.siting.judging.site_view import SiteView

__all__ = ["Docket", "JudgedFinding", "JudgedSliver"]


@dataclass(frozen=True, slots=True, eq=False)
class JudgedFinding:
    """One reason for the verdict.

    Attributes
    ----------
    area_m2
        Exact, not printed digits; 0 where the finding has no place.
    share
        Of the site, 0 to 1.
    width_m
        Of its widest piece, or a lower bound above every threshold.
    plots
        Indexes of the plots concerned.
    params
        What fills the sentences; `message` and `remedy` are filled already.
    geometry
        In local coordinates (`Cells.origin` subtracted).
    cells
        Positions of the cells.
    """

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
    params: Mapping[str, Phrase]
    condition: str | None = None
    templates: tuple[Wording, Wording] = (Wording("", ""), Wording("", ""))

    def at_printed_area(self, area_m2: float, site_m2: float) -> JudgedFinding:
        """The same finding with its sentences naming the printed digits of area and share."""
        params = {**self.params, **area_phrases(area_m2, site_m2)}
        message, remedy = (fill(template, params) for template in self.templates)
        return replace(self, params=params, message=message, remedy=remedy)


@dataclass(frozen=True, slots=True)
class JudgedSliver:
    """A piece below both thresholds of its theme, to be verified."""

    theme: Theme
    role: str
    code: str
    area_m2: float
    width_m: float
    plots: tuple[int, ...]


@dataclass(slots=True, eq=False)
class Docket:
    """Collects what the themes say, in the order in which they are asked."""

    view: SiteView
    findings: list[JudgedFinding] = field(default_factory=list)
    slivers: list[JudgedSliver] = field(default_factory=list)
    gaps: list[NotChecked] = field(default_factory=list)
    open_plots: dict[Theme, set[int]] = field(default_factory=dict)
    silent_plots: dict[str, set[int]] = field(default_factory=dict)
    touched: dict[Theme, Mask] = field(default_factory=dict)
    required: dict[str, bool] = field(default_factory=dict)
    reasons: dict[str, Reason | None] = field(default_factory=dict)
    _listed: set[tuple[Theme, str, tuple[int, ...], float]] = field(default_factory=set)

    def region(
        self, theme: Theme, causes: Mapping[str, Mask], *, positional: bool = True
    ) -> Region:
        """Judge a region and list its slivers, each only once (see `SiteView.region`)."""
        region = self.view.region(theme, causes, positional=positional)
        for piece in region.slivers:
            cells = tuple(sorted({int(cell) for cell in piece.cells}))
            key = (theme, piece.role, cells, round(piece.area_m2, 6))
            if key in self._listed:
                continue
            self._listed.add(key)
            mask = self.view.nowhere()
            mask[list(cells)] = True
            self.slivers.append(
                JudgedSliver(
                    theme=theme,
                    role=piece.role,
                    code=self._codes(piece.role, cells),
                    area_m2=piece.area_m2,
                    width_m=piece.width_m,
                    plots=self.view.plots_of(mask),
                )
            )
        return region

    def touch(self, theme: Theme, mask: Mask) -> None:
        """Note cells that a theme concerns (涉及)."""
        known = self.touched.get(theme)
        self.touched[theme] = mask if known is None else known | mask

    def hit(
        self,
        rule: str,
        region: Region,
        *,
        role: str | None = None,
        unverified: bool = False,
        **params: Phrase,
    ) -> None:
        """Enter a finding about the pieces of a region that are no slivers.

        Where no piece is wider than the accuracy of its layers, the finding is undecided.
        """
        if not region.counted:
            return
        row = self.view.rules.findings[rule]
        named = role or region.counted[0].role
        state = row.state if region.solid else State.UNDECIDED
        plots = self.view.plots_of(region.mask(self.view.size))
        self._enter(
            rule,
            state,
            region,
            role=named,
            plots=plots,
            params=params,
            within_accuracy=not region.solid,
            unverified=unverified,
        )
        if not region.solid:
            for silent in dict.fromkeys(piece.role for piece in region.counted):
                self.gap(row.theme, silent, Reason.WITHIN_ACCURACY, plots=plots, decisive=True)

    def sliver_duties(self, rule: str, region: Region) -> None:
        """Enter the duty to verify for every sliver of a region."""
        for piece in region.slivers:
            # the outline and area of one piece, taken as if it counted
            alone = Region((piece.as_counted(),), region.thresholds)
            mask = alone.mask(self.view.size)
            self._enter(
                rule,
                self.view.rules.findings[rule].state,
                alone,
                role=piece.role,
                plots=self.view.plots_of(mask),
                params={},
            )

    def state(self, rule: str, *, plots: Iterable[int], **params: Phrase) -> None:
        """Enter a finding that has no place of its own."""
        row = self.view.rules.findings[rule]
        chosen = tuple(sorted(plots))
        self._enter(rule, row.state, None, role=None, plots=chosen, params=params)

    def gap(
        self,
        theme: Theme,
        role: str,
        reason: Reason,
        *,
        plots: Iterable[int] | None = None,
        decisive: bool,
    ) -> None:
        """Note that a role gives no answer on some plots; a decisive one leaves them undecided."""
        chosen = set(self.view.plots if plots is None else plots)
        self.silent_plots.setdefault(role, set()).update(chosen)
        if decisive:
            self.open_plots.setdefault(theme, set()).update(chosen)
        if reason is Reason.MISSING:
            self._becomes_required(role)
        if self.reasons.get(role) is None:
            self.reasons[role] = reason
        if any((g.theme, g.role, g.reason) == (theme, role, reason) for g in self.gaps):
            return
        remedy = fill(self.view.rules.gap_remedy(reason), {"layer": label("role", role)})
        required = decisive or self.required.get(role, False)
        self.gaps.append(NotChecked(theme, role, reason, required, remedy))

    def _becomes_required(self, role: str) -> None:
        """An absent layer that turns out to be needed is missing, no longer optional."""
        absent = (role, Reason.OPTIONAL_ABSENT)
        self.gaps = [gap for gap in self.gaps if (gap.role, gap.reason) != absent]
        if self.reasons.get(role) is Reason.OPTIONAL_ABSENT:
            self.reasons[role] = None

    def plots_with(self, rules: Iterable[str]) -> tuple[int, ...]:
        """Plots that some findings concern."""
        wanted = set(rules)
        return tuple(sorted({p for f in self.findings if f.rule in wanted for p in f.plots}))

    def _codes(self, role: str, cells: tuple[int, ...]) -> str:
        return "、".join(self.view.codes_at(role, cells))

    def _enter(
        self,
        rule: str,
        state: State,
        region: Region | None,
        *,
        role: str | None,
        plots: tuple[int, ...],
        params: Mapping[str, Phrase],
        within_accuracy: bool = False,
        unverified: bool = False,
    ) -> None:
        view = self.view
        row = view.rules.findings[rule]
        project = view.facts.project
        document = row.document_on(project.as_of)
        area = 0.0 if region is None else region.area_m2
        cells = () if region is None else region.cells
        codes = "" if role is None else self._codes(role, cells)
        kind = view.project_type
        linear = kind.linear
        message = row.message_linear if linear and row.message_linear else row.message
        remedy = row.remedy_linear if linear and row.remedy_linear else row.remedy
        templates = (
            message,
            view.rules.document.within_accuracy.wording if within_accuracy else remedy,
        )
        filling: dict[str, Phrase] = {
            "codes": codes or "–",
            "use": project.use or "–",
            "type_document": kind.document or "–",
            "length_m": f"{region.length_m():,.0f}" if linear and region else "–",
            "layer": "–" if role is None else label("role", role),
            **_measures(region),
            **area_phrases(area, view.site_area_m2),
            **params,
        }
        self.findings.append(
            JudgedFinding(
                rule=rule,
                state=state,
                theme=row.theme,
                role=role,
                code=codes or None,
                area_m2=area,
                share=area / view.site_area_m2 if view.site_area_m2 else 0.0,
                width_m=None if region is None else region.width_m,
                within_accuracy=within_accuracy,
                unverified=unverified or row.marked or document.unverified,
                plots=plots,
                clause=row.clause,
                document=document.wording,
                message=fill(templates[0], filling),
                remedy=fill(templates[1], filling),
                thresholds=_thresholds(region),
                geometry=None if region is None else region.outline(),
                cells=cells,
                params=filling,
                condition=row.condition,
                templates=templates,
            )
        )


def _measures(region: Region | None) -> dict[str, Phrase]:
    if region is None:
        return {"width_m": "–", "accuracy_m": "–"}
    return {"width_m": f"{region.width_m:.3f}", "accuracy_m": f"{region.accuracy_m:g}"}


def _thresholds(region: Region | None) -> dict[str, float]:
    if region is None:
        return {}
    return {
        "min_area_m2": region.thresholds.min_area_m2,
        "min_width_m": region.thresholds.min_width_m,
        "accuracy_m": region.accuracy_m,
    }
