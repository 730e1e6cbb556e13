"""Rings as files give them, checked before any polygon is built.

What builds polygons would close an open ring without a word.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geo.reading_codes import Fault

__all__ = ["FeatureFaultError", "checked_ring"]


class FeatureFaultError(Exception):
    """A fault of one feature, with the facts for its message."""

    def __init__(self, fault: Fault, **params: str | int) -> None:
        super().__init__(fault)
        self.fault = fault
        self.params = params


def checked_ring(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The corners of a ring `(n, 2)`, once they are a closed ring of finite numbers.

    Raises
    ------
    FeatureFaultError
        A number is not finite, fewer than three corners differ, the ends do not meet.
    """
    if not np.isfinite(points).all():
        raise FeatureFaultError(Fault.NON_FINITE)
    distinct = len(np.unique(points, axis=0)) if len(points) < 5 else 3
    if distinct < 3:
        raise FeatureFaultError(Fault.TOO_FEW_POINTS, found=distinct)
    if (points[0] != points[-1]).any():
        raise FeatureFaultError(Fault.OPEN_RING)
    return points
