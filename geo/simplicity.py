"""Refusal of outlines that cover ground twice or inside out, by the kernel itself.

With w the winding number, the kernel gives ∫ w² for a region common with itself, the shoelace
formula ∫ w. They are equal where w is 0 or 1 everywhere, that is for every valid polygon. It
is the last door: anything that came past validation would be measured wrongly without a sign.
"""

from __future__ import annotations

import numpy as np

from geo.areal_scale import ArealScale
from geo.errors import InvalidGeometryError
from geo.pair_areas import common_areas_of_pieces
from geo.rings import Rings, feature_totals, signed_areas
from geo.subdivision import Pieces

__all__ = ["require_simple"]

# rounding of both sums: a fixed part, and one that grows with the box of a piece
LEAST_M2 = 1e-5
RELATIVE = 1e-12


def require_simple(rings: Rings, pieces: Pieces, scale: ArealScale) -> None:
    """Refuse features that overlap themselves.

    Raises
    ------
    InvalidGeometryError
        `covers_ground_twice`; names the row.
    """
    every = np.arange(len(pieces))
    squared = np.zeros(rings.n_features)
    with_itself = common_areas_of_pieces(pieces, every, pieces, every, scale)
    np.add.at(squared, pieces.owner, with_itself[:, 0])
    sides = pieces.boxes[:, 2:] - pieces.boxes[:, :2]
    allowed = np.full(rings.n_features, LEAST_M2)
    np.add.at(allowed, pieces.owner, RELATIVE * (sides**2).sum(axis=1))
    plain = feature_totals(rings, signed_areas(rings))
    wrong = np.abs(squared - plain) > allowed
    if wrong.any():
        raise InvalidGeometryError("covers_ground_twice", row=int(np.argmax(wrong)))
