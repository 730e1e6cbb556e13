"""Does a use go with a class of the urban-rural plan, or with a control line.

Everything is compared in classes of GB 50137; codes of 用地用海 are brought to it by table.
An answer is `None` where the tables do not tell: no row, or a code too coarse to say.
"""

from __future__ import annotations

from collections.abc import Iterable

from services.domain.project import UseScheme
from services.siting.rule_tables import RuleTables

__all__ = ["admitted", "as_gb50137", "goes_with"]

YDYH = frozenset({UseScheme.YDYH_2020, UseScheme.YDYH_2023})
# 非建设用地 goes with no use that builds (consistency 3)
NOT_FOR_BUILDING = "E"


def as_gb50137(code: str, scheme: UseScheme, tables: RuleTables) -> str | None:
    """Class of GB 50137 for a code of a scheme; `None` where no table knows it."""
    if code not in tables.uses.get(scheme, {}):
        return None
    if scheme not in YDYH:
        return code
    known = tables.ydyh_to_gb50137
    prefixes = (code[:length] for length in range(len(code), 1, -1))
    return next((known[prefix] for prefix in prefixes if prefix in known), None)


def goes_with(use: str | None, planned: str | None, tables: RuleTables) -> bool | None:
    """Whether a use (GB 50137) goes with a planned class (GB 50137).

    A class that is not for building goes with no use, named or not.
    """
    if planned is not None and planned.startswith(NOT_FOR_BUILDING):
        return False
    if use is None or planned is None:
        return None
    rows = tables.use_classes
    prefixes = (use[:length] for length in range(len(use), 0, -1))
    row = next((rows[prefix] for prefix in prefixes if prefix in rows), None)
    return None if row is None else _among(planned, row)


def admitted(use: str | None, uses: Iterable[str]) -> bool | None:
    """Whether a control line that admits some uses admits this one; one may admit none."""
    allowed = tuple(uses)
    if not allowed:
        return False
    return None if use is None else _among(use, allowed)


def _among(code: str, classes: tuple[str, ...]) -> bool | None:
    if code.startswith(classes):
        return True
    return None if any(one.startswith(code) for one in classes) else False
