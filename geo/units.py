"""Units of area and their conversion, each with its source."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

__all__ = ["CENT_UM2", "M2_PER_HA", "MU_PER_M2", "UM2_PER_M2", "to_um2"]

# areas are kept as integers of 1e-6 m²: sums are then exact and do not depend on their order
UM2_PER_M2 = 1_000_000
# the printed digit, 0.01 m²
CENT_UM2 = 10_000
# 1 ha = 100 m × 100 m (SI brochure, 9th edition, table 8)
M2_PER_HA = 10_000
# 亩: 15 to the hectare (GB 3100-1993 lists the hectare; 1 亩 = 666.6667 m² follows), so that a
# square metre is exactly 0.0015; never computed from a rounded hectare
MU_PER_M2 = Decimal("0.0015")


def to_um2(areas_m2: NDArray[np.float64]) -> NDArray[np.int64]:
    """Areas in m² as the nearest integers of 1e-6 m²."""
    return np.rint(areas_m2 * UM2_PER_M2).astype(np.int64)
