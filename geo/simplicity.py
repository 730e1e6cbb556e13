"""Refusal of outlines that cover ground twice or inside out, by the kernel itself.

With w the winding number, the kernel gives ∫ w² for a region common with itself, the shoelace
formula ∫ w. They are equal where w is 0 or 1 everywhere, that is for every valid polygon. It
is the last door: anything that came past validation would be measured wrongly without a sign.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geo.area_kernel import own_areas
from geo.errors import InvalidGeometryError
from geo.subdivision import Pieces

__all__ = ["require_simple"]

# rounding of both sums: a fixed part, and one that grows with the box of a piece
LEAST_M2 = 1e-5
RELATIVE = 1e-12


def require_simple(pieces: Pieces, areas_m2: NDArray[np.float64]) -> None:
    """Refuse features that overlap themselves.

    Parameters
    ----------
    pieces
        Pieces of n features.
    areas_m2
        Their n plane areas, by the shoelace formula.

    Raises
    ------
    InvalidGeometryError
        `covers_ground_twice`; names the row.
    """
    squared = own_areas((pieces.xy, pieces.offsets, pieces.boxes))
    sides = pieces.boxes[:, 2:] - pieces.boxes[:, :2]
    noise = RELATIVE * (sides[:, 0] ** 2 + sides[:, 1] ** 2)
    total = np.bincount(pieces.owner, squared, len(areas_m2))
    allowed = LEAST_M2 + np.bincount(pieces.owner, noise, len(areas_m2))
    wrong = np.abs(total - areas_m2) > allowed
    if wrong.any():
        raise InvalidGeometryError("covers_ground_twice", row=int(np.argmax(wrong)))
