"""The head of the first page: what everybody reads."""

from __future__ import annotations

from services.printable import shortened
from services.reports.case import CHECKED, Case
from services.reports.content import SummaryLine
from services.reports.sections.conclusion import deciding_sentence, verdict_text
from services.reports.sections.project import LONG_NAME, site_area_text

__all__ = ["summary_lines"]


def summary_lines(case: Case) -> tuple[SummaryLine, ...]:
    """Labels and values, the verdict among them."""
    words, result = case.words, case.result
    regime = words.label("regime", result.regime)
    dates = words("summary.dates_value", as_of=result.as_of, computed=_minute(result.computed_at))
    rules = words("summary.regime_value", regime=regime, rule_set=result.rule_set)
    values = {
        "project": shortened(result.site.name, LONG_NAME),
        "area": site_area_text(case),
        "verdict": verdict_text(case),
        "reason": deciding_sentence(case),
        "dates": dates,
        "regime": rules,
        "layers": _layers(case),
        "number": result.number,
        "stage": words("document.stage_draft"),
    }
    return tuple(
        SummaryLine(words(f"summary.{name}"), value, is_verdict=name == "verdict")
        for name, value in values.items()
    )


def _minute(moment: str) -> str:
    return moment[:16].replace("T", " ")


def _layers(case: Case) -> str:
    words = case.words
    lines = list(case.layers())
    checked = [line for line in lines if line.state == CHECKED]
    dates = sorted(line.date for line in lines if line.date)
    if not dates:
        span = words("document.none")
    elif dates[0] == dates[-1]:
        span = dates[0]
    else:
        span = words("summary.dates_range", first=dates[0], last=dates[-1])
    return words(
        "summary.layers_value",
        checked=len(checked),
        unchecked=len(lines) - len(checked),
        dates=span,
    )
