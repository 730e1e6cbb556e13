"""One line of the issue log of an input: what is wrong, how badly, where, and whose it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from geo.errors import Param
from services.domain.wording import Wording

__all__ = ["Duty", "Issue", "Severity"]


class Severity(StrEnum):
    """How much an issue weighs: lost from the result, changed or doubtful, worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Duty(StrEnum):
    """Who must mend an issue."""

    SUPPLIER = "supplier"
    ANALYST = "analyst"
    ADMINISTRATOR = "administrator"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue of one input.

    `feature` counts from 1 in the file, `None` for the file as a whole; `place` is a point
    and `bounds` a box (west, south, east, north), both in the working CRS, `None` where the
    place is not known. `params` are the facts that the sentences are made of.
    """

    code: str
    severity: Severity
    duty: Duty
    file: str
    feature: int | None
    site: str | None
    place: tuple[float, float] | None
    bounds: tuple[float, float, float, float] | None
    message: Wording
    remedy: Wording
    params: Mapping[str, Param] = field(default_factory=dict)
