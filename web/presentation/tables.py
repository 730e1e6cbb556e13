"""Tables of a result: areas by class, plots, origin."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from services.domain.verdict import CheckResult, LayerLine
from services.domain.wording import Language
from services.labels import label
from services.reading_choices import choice_wordings
from web.numbers import DASH, percent, square_metres
from web.presentation.verdict_card import Fact
from web.texts import text

__all__ = [
    "AreaRow",
    "AreaTable",
    "Origin",
    "OriginLayer",
    "PlotRow",
    "PlotTable",
    "area_tables",
    "origin",
    "plot_table",
]

CHECKED = "checked"


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One class, or what is left over, or what is counted twice."""

    name: str
    area: str
    ellipsoid: str
    share: str


@dataclass(frozen=True, slots=True)
class AreaTable:
    """Areas of one layer inside the site: the rows add up to the total."""

    title: str
    source: str
    remark: str
    rows: tuple[AreaRow, ...]
    total: str


@dataclass(frozen=True, slots=True)
class PlotRow:
    """One plot, or a line of totals (then without verdict)."""

    number: str
    name: str
    area: str
    stated: str = ""
    state: str = ""
    word: str = ""


@dataclass(frozen=True, slots=True)
class PlotTable:
    """Plots with their sum, what they share, and the site."""

    rows: tuple[PlotRow, ...]
    totals: tuple[PlotRow, ...]


@dataclass(frozen=True, slots=True)
class OriginLayer:
    """A layer version that the result cites."""

    name: str
    version: str
    date: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Origin:
    """What the result was made from."""

    facts: tuple[Fact, ...]
    layers: tuple[OriginLayer, ...]


def area_tables(result: CheckResult, language: Language) -> tuple[AreaTable, ...]:
    """One table per layer that holds part of the site, in the order of the themes."""
    total = square_metres(result.site.area_m2)
    seen: dict[str, LayerLine] = {}
    for theme in result.themes:
        for line in theme.layers:
            if line.classes:
                seen.setdefault(line.role, line)
    return tuple(_area_table(line, total, language) for line in seen.values())


def _area_table(line: LayerLine, total: str, language: Language) -> AreaTable:
    rows = [
        AreaRow(
            name=" ".join(dict.fromkeys(filter(None, (item.name, item.code)))),
            area=square_metres(item.area_m2),
            ellipsoid=square_metres(item.ellipsoid_area_m2),
            share=percent(item.share),
        )
        for item in line.classes
    ]
    if line.remainder_m2:
        rows.append(_plain_row("areas.remainder", line.remainder_m2, language))
    if line.overlap_m2:
        rows.append(_plain_row("areas.overlap", -line.overlap_m2, language))
    source = " · ".join(filter(None, (line.version, line.date)))
    title = label("role", line.role).in_language(language)
    return AreaTable(title, source, _remark(line, language), tuple(rows), total)


def _plain_row(key: str, area_m2: float, language: Language) -> AreaRow:
    return AreaRow(text(key, language), square_metres(area_m2), "", "")


def _remark(line: LayerLine, language: Language) -> str:
    if line.state == CHECKED:
        return ""
    reason = label("reason", line.state).in_language(language)
    return text("areas.not_checked", language, reason=reason, share=percent(line.checked_share))


def plot_table(result: CheckResult, language: Language) -> PlotTable:
    """Plots in file order; the sum less what they share is the site."""
    rows = tuple(
        PlotRow(
            number=str(plot.index + 1),
            name=plot.name or plot.id or DASH,
            area=square_metres(plot.area_m2),
            stated=square_metres(plot.stated_area_m2),
            state=str(plot.verdict),
            word=label("state", plot.verdict).in_language(language),
        )
        for plot in result.plots
    )
    return PlotTable(rows, tuple(_plot_totals(result, language)))


def _plot_totals(result: CheckResult, language: Language) -> list[PlotRow]:
    site = square_metres(result.site.area_m2)
    if not result.site.plot_overlap_m2:
        return [PlotRow("", text("plots.total", language), site)]
    total = sum(Decimal(repr(plot.area_m2)) for plot in result.plots)
    overlap = square_metres(-result.site.plot_overlap_m2)
    return [
        PlotRow("", text("plots.sum", language), square_metres(float(total))),
        PlotRow("", text("plots.overlap", language), overlap),
        PlotRow("", text("plots.union", language), site),
    ]


def origin(result: CheckResult, language: Language) -> Origin:
    """Question, rule set, hashes and libraries behind a result."""
    return Origin(
        facts=tuple(
            Fact(text(f"origin.{key}", language), value) for key, value in _origin(result, language)
        ),
        layers=tuple(
            OriginLayer(
                name=label("role", role).in_language(language),
                version=layer.get("version", DASH),
                date=layer.get("date", DASH),
                sha256=layer.get("sha256", ""),
            )
            for role, layer in result.provenance.layers.items()
        ),
    )


def _origin(result: CheckResult, language: Language) -> list[tuple[str, str]]:
    project, site, made = result.project, result.site, result.provenance
    kind = str(project.get("project_type") or DASH)
    if project.get("type_assumed"):
        kind = text("origin.assumed", language, kind=kind)
    libraries = ", ".join(f"{name} {version}" for name, version in made.libraries.items())
    return [
        ("source", str(project.get("source") or DASH)),
        ("use", str(project.get("use") or text("origin.no_use", language))),
        ("project_type", kind),
        ("regime", label("regime", result.regime).in_language(language)),
        ("rule_set", result.rule_set),
        ("computed_at", result.computed_at),
        ("crs", site.crs),
        *(
            ("choices", wording.in_language(language))
            for _, wording in choice_wordings(made.settings)
        ),
        ("ellipsoid_area", f"{square_metres(site.ellipsoid_area_m2)} m²"),
        ("parts", str(site.parts)),
        ("site_sha256", made.site_sha256),
        ("rule_set_sha256", made.rule_set_sha256),
        ("libraries", libraries or DASH),
    ]
