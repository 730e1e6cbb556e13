"""Printed areas as m², hectares, mu and percent in columns that add up.

Everything starts from the printed square metres of the result, as integers of 0.01 m². The
total is rounded half-up in each unit and shared among the rows (area adjustment), so that
every column sums to its total in its own unit; mu never comes from rounded hectares.

1 ha = 10 000 m², 1 mu = 1/15 ha; digits 0.01 m², 0.0001 ha, 0.01 mu, 0.01 %.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from geo.apportionment import apportion, rounded_half_up
from services.errors import InconsistentResultError
from services.reports.content import Quantity

__all__ = ["AreaCells", "Balance", "area_cells", "balance", "cents", "m2_cell", "shared_areas"]


@dataclass(frozen=True, slots=True)
class _Scale:
    """Printed units = area in 0.01 m² × numerator / denominator."""

    numerator: int
    denominator: int
    decimals: int

    def units(self, area: int) -> int:
        return rounded_half_up(area * self.numerator, self.denominator)

    def cell(self, units: int, area: int) -> Quantity:
        return Quantity(units, self.decimals, below=area > 0 and units == 0)


SQUARE_METRE = _Scale(1, 1, 2)
HECTARE = _Scale(1, 100, 4)
MU = _Scale(3, 2000, 2)


def _scales(site: int) -> tuple[_Scale, ...]:
    return (SQUARE_METRE, HECTARE, MU, _Scale(10_000, max(site, 1), 2))


@dataclass(frozen=True, slots=True)
class AreaCells:
    """One area in the four columns of the tables."""

    m2: Quantity
    ha: Quantity
    mu: Quantity
    share: Quantity

    @property
    def row(self) -> tuple[Quantity, Quantity, Quantity, Quantity]:
        """Cells in the order of the columns."""
        return (self.m2, self.ha, self.mu, self.share)

    @classmethod
    def summed(cls, parts: Sequence[AreaCells]) -> AreaCells:
        """Sum of printed cells, column by column."""
        columns = zip(*(part.row for part in parts), strict=True)
        return cls(
            *(
                Quantity(sum(cell.units for cell in column), column[0].decimals)
                for column in columns
            )
        )


def _sum(cells: Sequence[Quantity]) -> Quantity:
    units = sum(cell.units for cell in cells)
    return Quantity(units, cells[0].decimals, below=not units and any(c.below for c in cells))


@dataclass(frozen=True, slots=True)
class Balance:
    """Σ groups − overlap = total and Σ rows of a group = the group, in every column."""

    rows: tuple[tuple[AreaCells, ...], ...]
    groups: tuple[AreaCells, ...]
    overlap: AreaCells
    total: AreaCells


def cents(area_m2: float) -> int:
    """Printed square metres as an integer of 0.01 m²."""
    return round(area_m2 * 100)


def m2_cell(area_m2: float) -> Quantity:
    """Square metres as printed."""
    return Quantity(cents(area_m2), 2)


def area_cells(area: int, site: int) -> AreaCells:
    """One area by itself, with its share of the site; both in 0.01 m²."""
    return AreaCells(*(scale.cell(scale.units(area), area) for scale in _scales(site)))


def shared_areas(parts: Sequence[int], site: int) -> tuple[AreaCells, ...]:
    """Parts that fill the site up to their own rounding, brought to its total; in 0.01 m²."""
    shared = [int(area) for area in apportion(site, parts)]
    return balance([shared], total=site, overlap=0, place="").rows[0]


def balance(groups: Sequence[Sequence[int]], *, total: int, overlap: int, place: str) -> Balance:
    """Share a total among groups of rows; all in 0.01 m².

    `place` names the table for the refusal.

    Raises
    ------
    InconsistentResultError
        The square metres themselves do not add up.
    """
    sums = [sum(group) for group in groups]
    if sum(sums) - overlap != total:
        raise InconsistentResultError(
            place=place,
            found=Quantity(sum(sums) - overlap, 2).text,
            needed=Quantity(total, 2).text,
        )
    group_columns, row_columns = [], []
    for scale in _scales(total):
        shared = apportion(scale.units(total) + scale.units(overlap), sums)
        group_columns.append(_cells(scale, shared, sums))
        row_columns.append(
            [
                _cells(scale, apportion(int(whole), group), group)
                for whole, group in zip(shared, groups, strict=True)
            ]
        )
    return Balance(
        rows=tuple(_transposed(columns) for columns in zip(*row_columns, strict=True)),
        groups=_transposed(group_columns),
        overlap=area_cells(overlap, total),
        total=area_cells(total, total),
    )


def _cells(scale: _Scale, units: Iterable[int], areas: Iterable[int]) -> list[Quantity]:
    return [scale.cell(int(unit), area) for unit, area in zip(units, areas, strict=True)]


def _transposed(columns: Iterable[Sequence[Quantity]]) -> tuple[AreaCells, ...]:
    return tuple(AreaCells(*cells) for cells in zip(*columns, strict=True))
