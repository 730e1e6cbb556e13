"""Which dated regime holds on the day of a check (domain rules, consistency 7)."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from services.domain.verdict import Regime
from services.errors import InvalidOptionError

__all__ = ["TRANSITION_FROM", "RegimeDates", "select_regime"]

TRANSITION_FROM = date(2019, 5, 28)
"""Day of 自然资发〔2019〕87号, with which the transition begins."""


class RegimeDates(Protocol):
    """First days of the later regimes; `None` where one has not begun in this county."""

    @property
    def transition_2022_from(self) -> date | None:
        """Day of 自然资发〔2022〕129号."""

    @property
    def sanqu_sanxian_from(self) -> date | None:
        """Day from which approvals use the results of 三区三线."""

    @property
    def territorial_plan_from(self) -> date | None:
        """Day on which the territorial plan was approved."""


def select_regime(as_of: date, switches: RegimeDates) -> Regime:
    """Regime of a day: the latest in line whose first day has come.

    No date is assumed: without a first day in the settings a regime never begins.

    Raises
    ------
    InvalidOptionError
        `no_rule_set_for_date`: the day is before the transition, or in a regime for which no
        rules are shipped yet. A day is never judged by the rules of another regime.
    """
    begun = (
        (Regime.TERRITORIAL, switches.territorial_plan_from),
        (Regime.THREE_LINES, switches.sanqu_sanxian_from),
        (Regime.TRANSITION_2022, switches.transition_2022_from),
        (Regime.TRANSITION_2019, TRANSITION_FROM),
    )
    regime = next((one for one, first in begun if first is not None and as_of >= first), None)
    if regime not in {Regime.TRANSITION_2019, Regime.THREE_LINES}:
        name = "–" if regime is None else regime.value
        raise InvalidOptionError("no_rule_set_for_date", day=as_of.isoformat(), regime=name)
    return regime
