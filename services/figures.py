"""Plan figures: scale left by town, and what the district may draw in advance.

A file is taken whole or not at all; a figure once loaded is not changed, a later figure of
the same town supersedes it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from geo.intake import Refusal
from geo.units import UM2_PER_M2
from services.domain.facts import PlanFigures, TownFigures
from services.errors import NothingUsableError
from services.figure_lines import (
    FigureLine,
    LineFault,
    figure_lines,
    read_figures,
)
from services.repositories import FigureFile, FigureRow, UnitOfWork
from services.workspace import Workspace, now_text, user_name

__all__ = ["FiguresAdded", "add_figures", "figures_on"]


@dataclass(frozen=True, slots=True)
class FiguresAdded:
    """What came of loading a file: new lines, and lines that were already known."""

    added: int
    known: int
    rows: tuple[FigureRow, ...]


def add_figures(path: Path, workspace: Workspace) -> FiguresAdded:
    """Load a CSV of plan figures.

    Columns in any order: `date`, `town_code`, `source`, and of `scale_left_m2`,
    `cultivated_margin_m2` (a town) or `plan_2019_m2`, `advance_left_m2` (the district) those
    that the line knows. UTF-8 or GB18030.

    Raises
    ------
    UnreadableFileError
        Missing, too large or in no known encoding.
    NothingUsableError
        `figures_invalid` with every fault and its line in `refused`; nothing is loaded.
    """
    content = read_figures(path)
    lines, faults = figure_lines(content, file=path.name)
    file = FigureFile(path.name, hashlib.sha256(content).hexdigest(), now_text(), user_name())
    with workspace.unit_of_work() as uow:
        known, differing = _compared(lines, uow)
        refused = _refusals([*faults, *differing])
        if refused:
            raise NothingUsableError("figures_invalid", refused=refused, file=path.name)
        new = tuple(row for _, row in lines if row not in known)
        if new:
            uow.figures.add(file, new)
        uow.commit()
    return FiguresAdded(len(new), len(known), tuple(row for _, row in lines))


def figures_on(day: date, workspace: Workspace) -> PlanFigures | None:
    """Latest figures of every town and of the district dated up to a day, inclusive.

    `None` when nothing is loaded for that day. `date` is the day of the latest figure used.
    """
    with workspace.unit_of_work(read_only=True) as uow:
        rows = uow.figures.rows(until=day)
    if not rows:
        return None
    towns = {row.town_code: row for row in rows if not row.of_district}
    districts = [row for row in rows if row.of_district]
    district = districts[-1] if districts else None
    used = [*towns.values(), *districts[-1:]]
    return PlanFigures(
        date=max(row.date for row in used),
        towns={
            code: TownFigures(_metres(row.scale_left_um2), _metres(row.cultivated_margin_um2))
            for code, row in towns.items()
        },
        plan_2019_m2=_metres(district.plan_2019_um2) if district else None,
        advance_left_m2=_metres(district.advance_left_um2) if district else None,
        source="；".join(dict.fromkeys(row.source for row in used)),
    )


def _metres(um2: int | None) -> float | None:
    return None if um2 is None else um2 / UM2_PER_M2


def _compared(
    lines: Iterable[FigureLine], uow: UnitOfWork
) -> tuple[frozenset[FigureRow], list[LineFault]]:
    """Lines that were loaded before, and those that contradict what was loaded."""
    loaded = {(row.date, row.town_code): row for row in uow.figures.rows()}
    known, differing = set(), []
    for line, row in lines:
        earlier = loaded.get((row.date, row.town_code))
        if earlier == row:
            known.add(row)
        elif earlier is not None:
            facts = {"town": row.town_code or "–", "day": row.date.isoformat()}
            differing.append(LineFault(line, "figures_differ", facts))
    return frozenset(known), differing


def _refusals(faults: Iterable[LineFault]) -> tuple[Refusal, ...]:
    return tuple(
        Refusal(None, None, fault.code, {"line": fault.line, **fault.params}) for fault in faults
    )
