"""The frame of a static map: round scale, place on paper, grid of full coordinates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from math import ceil, floor
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from geo.crs import project_lonlat

__all__ = ["MapFrame", "projected", "round_scale"]

FIRST_SCALES = (500, 1_000, 2_000, 5_000, 10_000, 25_000, 50_000)
MM_PER_M = 1_000
LEAST_GRID_MM = 36.0
# finer than a dot of the picture
FINEST_MM = 0.02


def projected(geometries: Sequence[dict[str, Any]], crs: str) -> list[BaseGeometry]:
    """GeoJSON in longitude and latitude as shapes of a projected CRS, metres."""
    return [
        shapely.transform(shape(geometry), lambda xy: project_lonlat(xy, crs))
        for geometry in geometries
    ]


def round_scale(width_m: float, height_m: float, room_mm: tuple[float, float]) -> int:
    """Smallest denominator of the round list at which the extent fits the room."""
    longest = max(width_m / room_mm[0], height_m / room_mm[1]) * MM_PER_M
    return next(denominator for denominator in _scales() if longest <= denominator)


def _scales() -> Iterator[int]:
    yield from FIRST_SCALES
    yield from _round_numbers(5)


def _round_numbers(first_power: int) -> Iterator[int]:
    for power in count(first_power):
        yield from (factor * 10**power for factor in (1, 2, 5))


@dataclass(frozen=True, slots=True)
class MapFrame:
    """Where the map lies on paper (mm from lower left) and on the ground (m).

    `centre` is easting and northing of the middle of the frame.
    """

    left: float
    bottom: float
    width: float
    height: float
    scale: int
    centre: tuple[float, float]

    @classmethod
    def around(
        cls, outline: BaseGeometry, box: tuple[float, float, float, float], margin: float
    ) -> MapFrame:
        """Frame in `box` (left, bottom, width, height in mm) with a free margin all round."""
        west, south, east, north = outline.bounds
        left, bottom, width, height = box
        room = (width - 2 * margin, height - 2 * margin)
        scale = round_scale(east - west, north - south, room)
        return cls(left, bottom, width, height, scale, ((west + east) / 2, (south + north) / 2))

    def on_paper(self, geometry: BaseGeometry) -> BaseGeometry:
        """A shape in metres as a shape in millimetres of the paper, true to 0.02 mm."""
        return shapely.simplify(shapely.transform(geometry, self._paper), FINEST_MM)

    def _paper(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        middle = np.array([self.left + self.width / 2, self.bottom + self.height / 2])
        on_paper: NDArray[np.float64] = (xy - self.centre) * (MM_PER_M / self.scale) + middle
        return on_paper

    @property
    def grid_step_m(self) -> int:
        """Round distance of the grid lines, at least 36 mm on paper."""
        least = LEAST_GRID_MM * self.scale / MM_PER_M
        return next(step for step in _round_numbers(0) if step >= least)

    def grid_eastings(self) -> list[tuple[int, float]]:
        """Eastings of grid lines in metres, with their x on paper."""
        return self._grid(self.centre[0], self.left, self.width)

    def grid_northings(self) -> list[tuple[int, float]]:
        """Northings of grid lines in metres, with their y on paper."""
        return self._grid(self.centre[1], self.bottom, self.height)

    def _grid(self, centre: float, start: float, length: float) -> list[tuple[int, float]]:
        half = length / 2 * self.scale / MM_PER_M
        step = self.grid_step_m
        first, last = ceil((centre - half) / step), floor((centre + half) / step)
        return [
            (line * step, start + (line * step - centre + half) * MM_PER_M / self.scale)
            for line in range(first, last + 1)
        ]
