"""Many outlines as one array of bytes, so that they can be mapped from a file."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

__all__ = ["OutlineTable", "outline_table"]


@dataclass(frozen=True, slots=True, eq=False)
class OutlineTable:
    """n geometries as WKB one after another, and their n + 1 offsets."""

    wkb: NDArray[np.uint8]
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        """Number of outlines."""
        return len(self.offsets) - 1

    def at(self, rows: ArrayLike) -> NDArray[np.object_]:
        """Outlines at some positions, in that order."""
        positions = np.asarray(rows, dtype=np.intp)
        blobs = np.empty(len(positions), dtype=object)
        for place, row in enumerate(positions):
            blobs[place] = self.wkb[self.offsets[row] : self.offsets[row + 1]].tobytes()
        return np.asarray(shapely.from_wkb(blobs), dtype=object)

    def all(self) -> NDArray[np.object_]:
        """All outlines."""
        return self.at(np.arange(len(self)))


def outline_table(geometries: NDArray[np.object_]) -> OutlineTable:
    """Keep n geometries."""
    blobs = shapely.to_wkb(geometries)
    offsets = np.cumsum([0, *map(len, blobs)], dtype=np.int64)
    return OutlineTable(np.frombuffer(b"".join(blobs), dtype=np.uint8), offsets)
