"""Regions of a site under a rule: slivers, pieces within the accuracy of the map, solid pieces.

A region is a set of cells; cells that touch are one piece, and only pieces are judged. So a
strip that is cut into a thousand cells is a strip, and the order or the number of features
changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.pieces import JOIN_GRID_M, connected_pieces
from services.domain.facts import Cells
from services.settings import SliverThresholds

__all__ = ["Mask", "Region", "RegionPiece", "Weight", "split_region"]

Mask = NDArray[np.bool_]


class Weight(Enum):
    """What a piece is good for."""

    SLIVER = 0
    WITHIN_ACCURACY = 1
    SOLID = 2


@dataclass(frozen=True, slots=True, eq=False)
class RegionPiece:
    """One connected piece.

    Attributes
    ----------
    cells, areas_m2, parts
        Position of the cell behind each part, the part's area and outline.
    width_m
        Diameter of the largest circle inside, or a lower bound above every threshold.
    accuracy_m
        Worst accuracy among the layers that make this piece.
    role
        The first of those layers.
    """

    cells: NDArray[np.intp]
    areas_m2: NDArray[np.float64]
    parts: NDArray[np.object_]
    width_m: float
    accuracy_m: float
    role: str
    weight: Weight

    @property
    def area_m2(self) -> float:
        """Area of all parts."""
        return float(self.areas_m2.sum())

    def as_counted(self) -> RegionPiece:
        """The same piece with its ground counted, for a sliver that is reported by itself."""
        return replace(self, weight=Weight.SOLID)


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """The pieces of a region, largest first, with the thresholds they were judged by."""

    pieces: tuple[RegionPiece, ...]
    thresholds: SliverThresholds

    @property
    def slivers(self) -> tuple[RegionPiece, ...]:
        """Pieces below both thresholds."""
        return tuple(p for p in self.pieces if p.weight is Weight.SLIVER)

    @property
    def counted(self) -> tuple[RegionPiece, ...]:
        """Pieces that are more than slivers."""
        return tuple(p for p in self.pieces if p.weight is not Weight.SLIVER)

    @property
    def solid(self) -> bool:
        """Whether any piece is wider than the accuracy of its layers."""
        return any(p.weight is Weight.SOLID for p in self.pieces)

    @property
    def area_m2(self) -> float:
        """Area without slivers."""
        return float(sum(piece.area_m2 for piece in self.counted))

    @property
    def width_m(self) -> float:
        """Width of the widest piece that is no sliver."""
        return max((piece.width_m for piece in self.counted), default=0.0)

    @property
    def accuracy_m(self) -> float:
        """Worst accuracy among the pieces that are no slivers."""
        return max((piece.accuracy_m for piece in self.counted), default=0.0)

    @property
    def cells(self) -> tuple[int, ...]:
        """Positions of the cells without slivers, ascending."""
        return tuple(sorted({int(cell) for piece in self.counted for cell in piece.cells}))

    def mask(self, size: int) -> Mask:
        """Cells without slivers, as a mask over `size` cells."""
        mask = np.zeros(size, dtype=bool)
        mask[list(self.cells)] = True
        return mask

    def only(self, mask: Mask) -> Region:
        """The same pieces cut down to some cells; a piece keeps its width and weight.

        A strip that is made of two classes side by side is judged as one strip, and each
        class then reports its own part of it.
        """
        cut = []
        for piece in self.pieces:
            kept = mask[piece.cells]
            if kept.any():
                cut.append(
                    replace(
                        piece,
                        cells=piece.cells[kept],
                        areas_m2=piece.areas_m2[kept],
                        parts=piece.parts[kept],
                    )
                )
        return Region(tuple(cut), self.thresholds)

    def outline(self) -> BaseGeometry | None:
        """Outline without slivers, in local coordinates; `None` where nothing is left."""
        parts = [part for piece in self.counted for part in piece.parts]
        return shapely.union_all(parts, grid_size=JOIN_GRID_M) if parts else None

    def length_m(self) -> float:
        """Length along a strip: of the rectangle with the same area and perimeter, summed."""
        outline = self.outline()
        if outline is None:
            return 0.0
        polygons = shapely.get_parts(outline)
        half = shapely.length(polygons) / 4
        spread = np.maximum(half**2 - shapely.area(polygons), 0.0)
        return float((half + np.sqrt(spread)).sum())


def split_region(
    cells: Cells,
    causes: Mapping[str, Mask],
    *,
    thresholds: SliverThresholds,
    accuracy_m: Mapping[str, float],
) -> Region:
    """Judge the connected pieces of the union of some masks.

    Parameters
    ----------
    causes
        Per layer role the cells that it makes part of the region.
    accuracy_m
        Accuracy of those roles; a piece is measured against the worst that makes it.

    Slivers are judged first: a piece below both thresholds is one whatever the accuracy.
    """
    roles = list(causes)
    union = np.logical_or.reduce([causes[role] for role in roles])
    chosen = np.flatnonzero(union)
    if len(chosen) == 0:
        return Region((), thresholds)
    parts, owner, areas = _parts(cells, chosen)
    widest = max((accuracy_m[role] for role in roles), default=0.0)
    pieces = []
    for piece in connected_pieces(parts, areas, wide_enough_m=max(widest, thresholds.min_width_m)):
        positions = owner[piece.cells]
        makers = [role for role in roles if causes[role][positions].any()]
        accuracy = max(accuracy_m[role] for role in makers)
        pieces.append(
            RegionPiece(
                cells=positions,
                areas_m2=areas[piece.cells],
                parts=parts[piece.cells],
                width_m=piece.width_m,
                accuracy_m=accuracy,
                role=makers[0],
                weight=_weight(piece.area_m2, piece.width_m, accuracy, thresholds),
            )
        )
    return Region(tuple(pieces), thresholds)


def _weight(
    area_m2: float, width_m: float, accuracy_m: float, thresholds: SliverThresholds
) -> Weight:
    if area_m2 < thresholds.min_area_m2 and width_m < thresholds.min_width_m:
        return Weight.SLIVER
    return Weight.WITHIN_ACCURACY if width_m <= accuracy_m else Weight.SOLID


def _parts(
    cells: Cells, chosen: NDArray[np.intp]
) -> tuple[NDArray[np.object_], NDArray[np.intp], NDArray[np.float64]]:
    """Single polygons of some cells, the cell of each, and the cell's area shared out."""
    parts, index = shapely.get_parts(cells.geometry[chosen], return_index=True)
    owner = chosen[index]
    drawn = shapely.area(parts)
    totals = np.bincount(index, weights=drawn, minlength=len(chosen))
    ratio = np.divide(drawn, totals[index], out=np.ones_like(drawn), where=totals[index] > 0)
    return parts, owner, ratio * cells.area_m2[owner]
