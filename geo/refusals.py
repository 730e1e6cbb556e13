"""Refusals of single features of a frame, with what identifies them."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from geo.errors import Param
from geo.intake import Refusal
from geo.reading_codes import Fault

__all__ = ["Reason", "refusals", "site_labels"]

Reason = tuple[Fault, Mapping[str, Param]]
# faults after which the coordinates do not tell where the feature lies
PLACELESS = frozenset(
    {
        Fault.NO_GEOMETRY,
        Fault.EMPTY_GEOMETRY,
        Fault.NON_FINITE,
        Fault.AXES_SWAPPED,
        Fault.SWAP_NOT_NEEDED,
        Fault.DEGREES_EXPECTED,
        Fault.METRES_EXPECTED,
        Fault.DEGREES_OUT_OF_RANGE,
        Fault.WRONG_HEMISPHERE,
        Fault.KILOMETRES_GIVEN,
        Fault.ZONE_MISMATCH,
        Fault.ZONE_PREFIX_MISSING,
        Fault.ZONE_PREFIX_UNEXPECTED,
        Fault.COORDINATES_OUT_OF_RANGE,
    }
)


def refusals(
    frame: gpd.GeoDataFrame,
    reasons: Mapping[int, Reason],
    bounds: NDArray[np.float64],
) -> tuple[Refusal, ...]:
    """Refusals in the order of the frame.

    Parameters
    ----------
    frame
        With `source_index`; `site_name` or `site_id` becomes the label where present.
    reasons
        Fault and facts by position in the frame.
    bounds
        `(n, 4)` in the working CRS.
    """
    if not reasons:
        return ()
    index = frame["source_index"].to_numpy()
    labels = site_labels(frame)
    return tuple(
        Refusal(
            index=int(index[at]),
            site=labels[at],
            code=fault,
            params={"feature": int(index[at]) + 1, **params},
            bounds=_place(bounds[at], fault),
        )
        for at, (fault, params) in sorted(reasons.items())
    )


def _place(bound: NDArray[np.float64], fault: Fault) -> tuple[float, float, float, float] | None:
    if fault in PLACELESS or not np.isfinite(bound).all():
        return None
    west, south, east, north = map(float, bound)
    return west, south, east, north


def site_labels(frame: gpd.GeoDataFrame) -> list[str | None]:
    """Id, or else name, of each row; `None` where it has neither."""
    labels: list[str | None] = [None] * len(frame)
    for column in ("site_name", "site_id"):
        if column in frame.columns:
            texts = frame[column].to_numpy(dtype=object)
            labels = [
                text if isinstance(text, str) and text else label
                for text, label in zip(texts, labels, strict=True)
            ]
    return labels
