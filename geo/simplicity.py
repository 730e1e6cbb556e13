"""Refusal of outlines that cover ground twice or inside out, by the kernel itself.

With w the winding number, the kernel gives ∫ w² for a region common with itself, the shoelace
formula ∫ w. They are equal where w is 0 or 1 everywhere, that is for every valid polygon. It
is the last door: anything that came past validation would be measured wrongly without a sign.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geo.area_kernel import own_areas
from geo.areal_scale import ArealScale
from geo.edge_index import indexed
from geo.errors import InvalidGeometryError
from geo.pair_areas import Forest
from geo.subdivision import Pieces

__all__ = ["areas_with_themselves", "require_simple"]

Areas = NDArray[np.float64]

# rounding of both sums: a fixed part, and one that grows with the box of a piece
LEAST_M2 = 1e-5
RELATIVE = 1e-12


def areas_with_themselves(pieces: Pieces, n_features: int, scale: ArealScale) -> Areas:
    """Area in m² that each of n features has in common with itself."""
    squared = np.zeros(n_features)
    squared[pieces.owner] = own_areas((pieces.xy, pieces.offsets, pieces.boxes))
    in_parts = np.flatnonzero(np.bincount(pieces.owner, minlength=n_features)[pieces.owner] > 1)
    if len(in_parts):
        parts = pieces.chosen(in_parts)
        pairs = Forest([indexed(parts)]).areas(parts, scale, keep=np.equal)
        squared[pairs.left] = pairs.areas_m2[:, 0]
    return squared


def require_simple(pieces: Pieces, squared_m2: Areas, areas_m2: Areas) -> None:
    """Refuse features that overlap themselves.

    Parameters
    ----------
    pieces
        Pieces of n features.
    squared_m2
        Area that each has in common with itself.
    areas_m2
        Area of each by the shoelace formula.

    Raises
    ------
    InvalidGeometryError
        `covers_ground_twice`; names the row.
    """
    sides = pieces.boxes[:, 2:] - pieces.boxes[:, :2]
    noise = RELATIVE * (sides[:, 0] ** 2 + sides[:, 1] ** 2)
    allowed = LEAST_M2 + np.bincount(pieces.owner, noise, len(areas_m2))
    wrong = np.abs(squared_m2 - areas_m2) > allowed
    if wrong.any():
        raise InvalidGeometryError("covers_ground_twice", row=int(np.argmax(wrong)))
