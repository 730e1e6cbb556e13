"""Parcels of lists as plots: their rings put together and brought to their place."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from shapely.geometry.base import BaseGeometry

from geo.crs import LOCAL_GRID, parse_crs
from geo.errors import GeoError, Param
from geo.intake import ReadOptions, Refusal
from geo.io.boundary.position import Position
from geo.io.boundary.rings import SAME_POINT_M, BoundaryFaultError
from geo.io.coordinate_table.position import degrees_of, placed, position_of, told_system
from geo.io.coordinate_table.records import CoordinateTable, TableParcel
from geo.io.coordinate_table.rings import Loop, corners_of, loops_of, split_parcels
from geo.io.limits import ReadLimits
from geo.reading_codes import Fault
from geo.ring_nesting import assembled

__all__ = ["PlacedPlot", "Plot", "PlotReading"]

# a thousandth of a metre on the ground, and less
SAME_POINT_DEG = 1e-8


@dataclass(frozen=True, slots=True, eq=False)
class Plot:
    """Rings that make one feature, and what is known of it."""

    table: CoordinateTable
    parcel: TableParcel
    loops: list[Loop]
    faulty: bool

    @property
    def site(self) -> str | None:
        """Number, name or title of the parcel."""
        facts = self.parcel.facts
        return facts.get("parcel_number") or facts.get("parcel_name") or facts.get("title") or None

    @property
    def line(self) -> int:
        """Row where it begins, as people count it."""
        return self.loops[0].points[0].row if self.loops else self.parcel.row


@dataclass(frozen=True, slots=True, eq=False)
class PlacedPlot:
    """A plot with its outline, east and north, and the system that this is in."""

    plot: Plot
    geometry: BaseGeometry
    position: Position


class PlotReading:
    """Plots of a file, placed or refused, with what is to be remarked."""

    def __init__(
        self, tables: Sequence[CoordinateTable], options: ReadOptions, limits: ReadLimits
    ) -> None:
        self.tables, self.options, self.limits = tables, options, limits
        self.local = options.crs is not None and parse_crs(options.crs) == LOCAL_GRID
        everything = [text for table in tables for text in table.statements]
        self.of_file = told_system(everything)
        self.of_sheet = {id(table): told_system(table.statements) for table in tables}
        self.placed: dict[int, PlacedPlot] = {}
        self.refused: list[Refusal] = []

    def plots(self) -> list[Plot]:
        """Plots in file order; rows of points in = rows of plots, or it is a bug."""
        plots: list[Plot] = []
        for table in self.tables:
            for parcel in table.parcels:
                plots.extend(self._plots_of(table, parcel))
        return plots

    def _plots_of(self, table: CoordinateTable, parcel: TableParcel) -> Iterator[Plot]:
        try:
            degrees = bool(parcel.points) and degrees_of(parcel.points)
            loops = loops_of(parcel.points, SAME_POINT_DEG if degrees else SAME_POINT_M)
        except BoundaryFaultError:
            # refused as a whole, with its reason, when it is placed
            yield Plot(table, parcel, [], faulty=True)
            return
        groups = split_parcels(parcel, loops)
        touched = _touched(groups, parcel)
        for at, group in enumerate(groups):
            yield Plot(table, parcel, group, faulty=at in touched)

    def place(self, index: int, plot: Plot) -> None:
        """Keep a plot with its outline, or refuse it."""
        try:
            self.placed[index] = self._placed(plot)
        except (BoundaryFaultError, GeoError) as err:
            params: dict[str, Param] = {
                "line": plot.line,
                "sheet": plot.table.sheet.name,
                "feature": index + 1,
                **err.params,
            }
            self.refused.append(Refusal(index, plot.site, err.code, params))

    def _placed(self, plot: Plot) -> PlacedPlot:
        parcel = plot.parcel
        if plot.faulty:
            for fault in parcel.faults[:1]:
                raise BoundaryFaultError(
                    fault.fault, line=fault.row, cell=fault.cell, text=fault.text
                )
            degrees = degrees_of(parcel.points)
            loops_of(parcel.points, SAME_POINT_DEG if degrees else SAME_POINT_M)
        points = [point for loop in plot.loops for point in loop.points]
        if not points:
            raise BoundaryFaultError(Fault.TOO_FEW_POINTS, found=0)
        if len(points) > self.limits.max_vertices:
            raise BoundaryFaultError(
                Fault.TOO_MANY_VERTICES, found=len(points), limit=self.limits.max_vertices
            )
        degrees = degrees_of(points)
        rings = []
        for loop in plot.loops:
            corners_of(loop)
            rings.append(
                placed(
                    loop.points,
                    degrees=degrees,
                    swapped=self.options.swap_axes,
                    local=self.local,
                )
            )
        header = {**self.of_file, **self.of_sheet[id(plot.table)]}
        if points[0].block.system:
            header["坐标系"] = points[0].block.system
        corners = np.concatenate(rings)
        position = position_of(header, corners, self.options, degrees=degrees)
        return PlacedPlot(plot, assembled(rings), position)


def _touched(groups: Sequence[Sequence[Loop]], parcel: TableParcel) -> set[int]:
    """Groups beside which a row could not be read: it may belong to either neighbour."""
    if not parcel.faults:
        return set()
    if len(groups) < 2:
        return {0}
    members = sorted(
        (point.order, at)
        for at, group in enumerate(groups)
        for loop in group
        for point in loop.points
    )
    touched: set[int] = set()
    for fault in parcel.faults:
        following = bisect(members, (fault.order, 0))
        touched |= {at for _, at in members[max(following - 1, 0) : following + 1]}
    return touched
