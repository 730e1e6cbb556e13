"""Which dated regime holds on the day of a check (domain rules, consistency 7)."""

from __future__ import annotations

from datetime import date

from services.domain.verdict import Regime
from services.errors import InvalidOptionError
from services.settings import Settings

__all__ = ["select_regime"]


def select_regime(as_of: date, switches: Settings) -> Regime:
    """Regime of a day.

    Raises
    ------
    InvalidOptionError
        `no_rule_set_for_date`: the day lies in a regime whose rules are not shipped yet.
    """
    begun = [
        (Regime.TERRITORIAL, switches.territorial_plan_from),
        (Regime.THREE_LINES, switches.sanqu_sanxian_from),
        (Regime.TRANSITION_2022, switches.transition_2022_from),
    ]
    regime = next(
        (regime for regime, first in begun if first is not None and as_of >= first),
        Regime.TRANSITION_2019,
    )
    if regime in {Regime.TERRITORIAL, Regime.TRANSITION_2022}:
        raise InvalidOptionError("no_rule_set_for_date", day=as_of.isoformat(), regime=regime.value)
    return regime
