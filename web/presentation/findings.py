"""The list of findings: what the site touches, what it does not, what was not checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from services.domain.verdict import (
    CheckResult,
    Finding,
    LayerLine,
    NotChecked,
    State,
    Theme,
    ThemeResult,
)
from services.domain.wording import Language
from services.labels import label
from web.numbers import hectares, metres, mu, percent, sliver_area, square_metres
from web.presentation.verdict_card import Fact
from web.texts import entries, text

__all__ = ["FindingGroup", "FindingLine", "GapLine", "ThemeLine", "finding_groups"]


PLAN_THEMES = frozenset({Theme.LAND_STATUS, Theme.LAND_PLAN, Theme.URBAN_PLAN})


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One finding: a closed line, and the facts behind it."""

    id: str
    state: str
    word: str
    message: str
    area: str
    facts: tuple[Fact, ...]
    remedy: str
    marks: tuple[str, ...]
    has_place: bool


@dataclass(frozen=True, slots=True)
class ThemeLine:
    """One control subject with its findings and slivers."""

    name: str
    state: str
    word: str
    findings: tuple[FindingLine, ...]
    slivers: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class GapLine:
    """A layer that was not checked."""

    role: str
    theme: str
    reason: str
    remedy: str
    required: bool


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """A group of the list with its count; `opened` at first sight."""

    title: str
    count: int
    opened: bool
    themes: tuple[ThemeLine, ...]
    gaps: tuple[GapLine, ...] = ()


def finding_groups(result: CheckResult, language: Language) -> tuple[FindingGroup, ...]:
    """Touched, not touched, not checked, not applicable: every theme stands in one of them."""
    touched = _themes(result, language, lambda theme: theme.touched is True)
    clear = _themes(result, language, lambda theme: theme.touched is False)
    unknown = _themes(result, language, _is_unknown)
    idle = _themes(result, language, lambda theme: theme.touched is None and not _is_unknown(theme))
    gaps = tuple(_gap_line(gap, language) for gap in result.not_checked)
    required = any(gap.required for gap in result.not_checked)

    def group(
        key: str, themes: tuple[ThemeLine, ...], *, opened: bool, gaps: tuple[GapLine, ...] = ()
    ) -> FindingGroup:
        title = text(f"findings.{key}", language)
        return FindingGroup(title, len(themes) + len(gaps), opened, themes, gaps)

    groups = [
        group("touched", touched, opened=True),
        group("clear", clear, opened=_has_findings(clear)),
        group("unchecked", unknown, opened=required or bool(unknown), gaps=gaps),
    ]
    if idle:
        groups.append(group("idle", idle, opened=_has_findings(idle)))
    return tuple(groups)


def _is_unknown(theme: ThemeResult) -> bool:
    return theme.touched is None and theme.state is not State.NOT_APPLICABLE


def _has_findings(themes: Iterable[ThemeLine]) -> bool:
    return any(theme.findings for theme in themes)


def _themes(
    result: CheckResult, language: Language, belongs: Callable[[ThemeResult], bool]
) -> tuple[ThemeLine, ...]:
    return tuple(_theme_line(theme, result, language) for theme in result.themes if belongs(theme))


def _theme_line(theme: ThemeResult, result: CheckResult, language: Language) -> ThemeLine:
    lines = tuple(
        _finding_line(index, finding, result, language)
        for index, finding in enumerate(result.findings)
        if finding.theme is theme.theme
    )
    return ThemeLine(
        name=label("theme", theme.theme).in_language(language),
        state=str(theme.state),
        word=_theme_word(theme, language),
        findings=lines,
        slivers=tuple(
            _sliver(layer, code, area, width, language)
            for layer in theme.layers
            for code, area, width in ((s.code, s.area_m2, s.width_m) for s in layer.slivers)
        ),
        note=_theme_note(theme, language),
    )


def _theme_word(theme: ThemeResult, language: Language) -> str:
    """State in a word; a control line is touched or not, it never conforms."""
    if theme.state is not State.CONFORMS or theme.theme in PLAN_THEMES or theme.touched is None:
        return label("state", theme.state).in_language(language)
    return label("touched", "yes" if theme.touched else "no").in_language(language)


def _theme_note(theme: ThemeResult, language: Language) -> str:
    names = dict.fromkeys(
        line.name or line.code for layer in theme.layers for line in layer.classes
    )
    if not names:
        return ""
    joined = text("card.list_mark", language).join(names)
    return text("findings.classes", language, classes=joined)


def _sliver(layer: LayerLine, code: str, area_m2: float, width_m: float, language: Language) -> str:
    names = {line.code: line.name for line in layer.classes}
    role = label("role", layer.role).in_language(language)
    return text(
        "findings.sliver",
        language,
        name=names.get(code) or f"{role} {code}",
        area=sliver_area(area_m2),
        width=metres(width_m, 3),
    )


def _finding_line(
    index: int, finding: Finding, result: CheckResult, language: Language
) -> FindingLine:
    return FindingLine(
        id=f"finding-{index}",
        state=str(finding.state),
        word=label("state", finding.state).in_language(language),
        message=finding.message.in_language(language),
        area=f"{square_metres(finding.area_m2)} m²" if finding.area_m2 else "",
        facts=tuple(_finding_facts(finding, result, language)),
        remedy=finding.remedy.in_language(language),
        marks=tuple(_marks(finding, language)),
        has_place=finding.geometry is not None,
    )


def _finding_facts(finding: Finding, result: CheckResult, language: Language) -> list[Fact]:
    basis = f"{finding.document.in_language(language)} {finding.clause.in_language(language)}"
    values = {
        "area": _area(finding, language),
        "width": f"{metres(finding.width_m)} m" if finding.width_m is not None else "",
        "thresholds": _thresholds(finding, language),
        "basis": basis.strip(),
        "source": _source(finding, result, language),
        "plots": _plots(finding, result, language),
        "rule": finding.rule,
    }
    return [
        Fact(text(f"findings.{key}", language), value) for key, value in values.items() if value
    ]


def _area(finding: Finding, language: Language) -> str:
    if not finding.area_m2:
        return ""
    return text(
        "findings.area_in_all_units",
        language,
        m2=square_metres(finding.area_m2),
        ha=hectares(finding.area_m2),
        mu=mu(finding.area_m2),
        share=percent(finding.share),
    )


def _thresholds(finding: Finding, language: Language) -> str:
    named = []
    for name, value in finding.thresholds.items():
        key, printed = f"threshold.{name}", f"{value:g}"
        known = key in entries()
        named.append(text(key, language, value=printed) if known else f"{name} {printed}")
    return text("card.list_mark", language).join(named)


def _source(finding: Finding, result: CheckResult, language: Language) -> str:
    if finding.role is None:
        return ""
    role = label("role", finding.role).in_language(language)
    layer = result.provenance.layers.get(finding.role, {})
    return " · ".join(filter(None, (role, layer.get("version"), layer.get("date"))))


def _plots(finding: Finding, result: CheckResult, language: Language) -> str:
    if len(result.plots) <= 1 or not finding.plots:
        return ""
    numbers = (str(index + 1) for index in finding.plots)
    return text("card.list_mark", language).join(numbers)


def _marks(finding: Finding, language: Language) -> list[str]:
    marks = {"within_accuracy": finding.within_accuracy, "unverified": finding.unverified}
    return [text(f"findings.{name}", language) for name, holds in marks.items() if holds]


def _gap_line(gap: NotChecked, language: Language) -> GapLine:
    return GapLine(
        role=label("role", gap.role).in_language(language),
        theme=label("theme", gap.theme).in_language(language),
        reason=label("reason", gap.reason).in_language(language),
        remedy=gap.remedy.in_language(language),
        required=gap.required,
    )
