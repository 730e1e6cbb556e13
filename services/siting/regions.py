"""Regions of a site under a rule: slivers, pieces within accuracy, solid pieces."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.pieces import Piece, connected_pieces
from services.domain.facts import OUTSIDE, SiteFacts
from services.domain.verdict import Theme
from services.settings import SliverThresholds

__all__ = [
    "JOINT",
    "Judged",
    "Mask",
    "codes_at",
    "judge_region",
    "mask_of",
    "plots_of",
    "touched_mask",
]

JOINT = "|"
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A region of cells, split into connected pieces and judged.

    `solid` pieces are wider than the layer's accuracy; `within` are not, so the map alone
    cannot decide; `slivers` are below both thresholds.
    """

    facts: SiteFacts
    solid: tuple[Piece, ...]
    within: tuple[Piece, ...]
    slivers: tuple[Piece, ...]
    thresholds: SliverThresholds
    accuracy_m: float | None

    @property
    def counted(self) -> tuple[Piece, ...]:
        """Everything that is more than a sliver."""
        return (*self.solid, *self.within)

    @property
    def decided(self) -> bool:
        """Whether what is there can be told from the map."""
        return bool(self.solid) or not self.within

    def cells(self, pieces: tuple[Piece, ...] | None = None) -> tuple[int, ...]:
        """Positions of the cells, in order."""
        chosen = self.counted if pieces is None else pieces
        return tuple(sorted(int(cell) for piece in chosen for cell in piece.cells))

    def plots(self, pieces: tuple[Piece, ...] | None = None) -> tuple[int, ...]:
        """Plots that hold any of the cells."""
        return plots_of(self.facts, self.cells(pieces))


def plots_of(facts: SiteFacts, cells: tuple[int, ...]) -> tuple[int, ...]:
    """Plots that hold any of some cells."""
    return tuple(sorted({plot for cell in cells for plot in facts.cells.plots[cell]}))


def mask_of(facts: SiteFacts, column: str, adverse: Callable[[str], bool]) -> Mask:
    """Cells where any of the joined codes of a column is adverse; outside is no code."""
    texts = facts.cells.column(column)
    known = {
        text: any(adverse(code) for code in text.split(JOINT)) if text != OUTSIDE else False
        for text in set(texts)
    }
    return np.array([known[text] for text in texts], dtype=bool)


def touched_mask(facts: SiteFacts, *roles: str) -> Mask:
    """Cells that lie in a feature of any of some roles."""
    touched = np.zeros(len(facts.cells.area_m2), dtype=bool)
    for role in roles:
        touched |= np.array([text != OUTSIDE for text in facts.cells.column(role)], dtype=bool)
    return touched


def codes_at(facts: SiteFacts, column: str, cells: tuple[int, ...]) -> str:
    """Codes of a column in some cells, for a message."""
    texts = facts.cells.column(column)
    codes = {code for cell in cells for code in str(texts[cell]).split(JOINT) if code}
    return "、".join(sorted(codes)) or "–"


def judge_region(
    facts: SiteFacts, mask: Mask, role: str, theme: Theme, thresholds: SliverThresholds
) -> Judged:
    """Judge the connected pieces of a region by the thresholds of a theme and a role's accuracy.

    Slivers are judged first: below both thresholds a piece is a sliver whatever the accuracy.
    """
    cells = np.flatnonzero(mask)
    version = facts.roles[role].version if role in facts.roles else None
    accuracy = version.accuracy_m if version else None
    wide = max(thresholds.min_width_m, accuracy or 0.0)
    pieces = connected_pieces(
        facts.cells.geometry[cells], facts.cells.area_m2[cells], wide_enough_m=wide
    )
    placed = [Piece(cells[p.cells], p.area_m2, p.width_m, p.geometry) for p in pieces]
    slivers = [
        piece
        for piece in placed
        if piece.area_m2 < thresholds.min_area_m2 and piece.width_m < thresholds.min_width_m
    ]
    rest = [piece for piece in placed if not any(piece is sliver for sliver in slivers)]
    within = [piece for piece in rest if accuracy is not None and piece.width_m <= accuracy]
    solid = [piece for piece in rest if not any(piece is other for other in within)]
    return Judged(facts, tuple(solid), tuple(within), tuple(slivers), thresholds, accuracy)
