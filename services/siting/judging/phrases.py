"""Numbers and names in the sentences of findings, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from geo.units import M2_PER_HA, MU_PER_M2
from services.domain.wording import Wording

__all__ = ["Phrase", "area_phrases", "fill", "hectares"]

Phrase = str | Wording

CENT = Decimal("0.01")
HA_DIGITS = Decimal("0.0001")


def fill(template: Wording, params: Mapping[str, Phrase]) -> Wording:
    """Both texts of a sentence with its placeholders filled in their own language."""
    zh = {key: value.zh if isinstance(value, Wording) else value for key, value in params.items()}
    en = {key: value.en if isinstance(value, Wording) else value for key, value in params.items()}
    return Wording(template.zh.format(**zh), template.en.format(**en))


def hectares(area_m2: float) -> str:
    """Hectares with four decimals, of the printed square metres."""
    printed = _printed(area_m2)
    return f"{(printed / M2_PER_HA).quantize(HA_DIGITS, ROUND_HALF_UP):,}"


def area_phrases(area_m2: float, site_m2: float) -> dict[str, Phrase]:
    """Phrases about an area: m², ha, mu, share of the site, and what is left without it."""
    printed = _printed(area_m2)
    mu = (printed * MU_PER_M2).quantize(CENT, ROUND_HALF_UP)
    m2 = f"{printed:,}"
    share = f"{area_m2 / site_m2:.2%}" if site_m2 else "–"
    ha = hectares(area_m2)
    return {
        "area_m2": m2,
        "area_ha": ha,
        "area_mu": f"{mu:,}",
        "share": share,
        "rest_ha": hectares(max(site_m2 - area_m2, 0.0)),
        "area": Wording(
            f" {m2} 平方米（{ha} 公顷、{mu:,} 亩，占拟用地的 {share}）",
            f"{m2} m² ({ha} ha, {mu:,} mu, {share} of the site)",
        ),
    }


def _printed(area_m2: float) -> Decimal:
    return Decimal(repr(float(area_m2))).quantize(CENT, ROUND_HALF_UP)
