"""The verdict card: the one thing everybody reads (word, sentence, facts)."""

from __future__ import annotations

from dataclasses import dataclass

from services.domain.verdict import CheckResult, Finding, State
from services.domain.wording import Language
from services.labels import label
from web.numbers import DASH, hectares, mu, percent, square_metres
from web.texts import text

__all__ = [
    "Fact",
    "VerdictCard",
    "checked_roles",
    "deciding_finding",
    "oldest_date",
    "verdict_card",
]

CHECKED = "checked"


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of the card; `detail` is a second, smaller line."""

    name: str
    value: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class VerdictCard:
    """Everything on the card, ready to print; `state` chooses colour, shape and pattern."""

    state: str
    word: str
    outcome: str
    sentence: str
    basis: str
    facts: tuple[Fact, ...]


def verdict_card(result: CheckResult, language: Language) -> VerdictCard:
    """Card of a result in one language."""
    deciding = deciding_finding(result)
    return VerdictCard(
        state=str(result.verdict),
        word=label("state", result.verdict).in_language(language),
        outcome=_outcome(result, language),
        sentence=_sentence(result, deciding, language),
        basis=_basis(deciding, language),
        facts=_facts(result, deciding, language),
    )


def deciding_finding(result: CheckResult) -> Finding | None:
    """The first finding of the state that decides; findings stand in legal order.

    An undecided check may have none: then what is missing decides.
    """
    return next((item for item in result.findings if item.state == result.verdict), None)


def checked_roles(result: CheckResult) -> tuple[set[str], set[str]]:
    """Roles that were checked over the whole site, and roles that were not."""
    lines = [line for theme in result.themes for line in theme.layers]
    missing = {gap.role for gap in result.not_checked}
    missing |= {line.role for line in lines if line.state != CHECKED}
    return {line.role for line in lines if line.state == CHECKED} - missing, missing


def _outcome(result: CheckResult, language: Language) -> str:
    if result.verdict is State.UNDECIDED:
        return ""
    return label("outcome", result.outcome).in_language(language)


def _sentence(result: CheckResult, deciding: Finding | None, language: Language) -> str:
    if deciding is not None:
        return deciding.message.in_language(language)
    if result.verdict is State.UNDECIDED:
        required = [gap for gap in result.not_checked if gap.required] or result.not_checked
        roles = dict.fromkeys(label("role", gap.role).in_language(language) for gap in required)
        joined = text("card.list_mark", language).join(roles)
        return text("card.undecided", language, roles=joined or DASH)
    return text("card.nothing_found", language)


def _basis(deciding: Finding | None, language: Language) -> str:
    if deciding is None:
        return ""
    parts = (deciding.document, deciding.clause)
    return " ".join(part.in_language(language) for part in parts).strip()


def _facts(result: CheckResult, deciding: Finding | None, language: Language) -> tuple[Fact, ...]:
    checked, missing = checked_roles(result)
    site = result.site

    def fact(key: str, value: str, detail: str = "") -> Fact:
        return Fact(text(f"card.{key}", language), value, detail)

    return (
        fact(
            "drawn_area", f"{square_metres(site.area_m2)} m²", _in_ha_and_mu(site.area_m2, language)
        ),
        fact("stated_area", _with_unit(site.stated_area_m2), _difference(result, language)),
        fact("share", f"{percent(deciding.share)} %" if deciding and deciding.area_m2 else DASH),
        fact(
            "layers", text("card.checked_of", language, checked=len(checked), missing=len(missing))
        ),
        fact("data_date", oldest_date(result) or DASH),
        fact("rules", result.rule_set),
        fact("as_of", result.as_of),
        fact("number", result.number),
    )


def _in_ha_and_mu(area_m2: float, language: Language) -> str:
    return text("card.ha_mu", language, ha=hectares(area_m2), mu=mu(area_m2))


def _with_unit(area_m2: float | None) -> str:
    return DASH if area_m2 is None else f"{square_metres(area_m2)} m²"


def _difference(result: CheckResult, language: Language) -> str:
    stated = result.site.stated_area_m2
    if stated is None:
        return text("card.not_stated", language)
    difference = round(result.site.area_m2 - stated, 2) + 0.0
    printed = f"{difference:+,.2f}" if difference else "0.00"
    return text("card.difference", language, difference=printed)


def oldest_date(result: CheckResult) -> str:
    """Date of the oldest layer that was looked at; empty where there is none."""
    lines = [line for theme in result.themes for line in theme.layers]
    return min((line.date for line in lines if line.date), default="")
