"""Runs of equal keys in sorted columns."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["run_starts"]


def run_starts(*columns: NDArray[Any]) -> NDArray[np.intp]:
    """Positions where any of some columns of one length, sorted together, has a new value."""
    begins = np.zeros(len(columns[0]), dtype=bool)
    begins[:1] = True
    for column in columns:
        begins[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(begins)
