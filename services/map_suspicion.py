"""Data that look as if they came from a shifted public map: told, never mended."""

from __future__ import annotations

from collections.abc import Callable

import geopandas as gpd
import numpy as np
from pyproj import CRS

from geo.crs import is_modern
from geo.datum_fit import Landmarks, ShiftFit, fits_already, local_shift_m, shift_fit
from geo.errors import Param
from geo.intake import Note
from geo.map_hints import MapHint, map_hint
from geo.reading_codes import Remark

__all__ = ["LandmarkSource", "suspicion"]

LandmarkSource = Callable[[], Landmarks | None]


def suspicion(
    frame: gpd.GeoDataFrame,
    *,
    file: str,
    crs: CRS,
    working_crs: str,
    landmarks: LandmarkSource | None,
) -> tuple[Note, ...]:
    """What speaks for a shift of a public map in features that came in degrees.

    Parameters
    ----------
    frame
        Admitted features in the working CRS with the attributes of the file.
    crs
        Of the file: a shift can only be known in, and taken from, longitude and latitude.
    landmarks
        Towns of the county, asked only where they can tell anything; `None` without any.
    """
    if not len(frame) or not (crs.is_geographic and is_modern(crs)):
        return ()
    geometries = np.asarray(frame.geometry.array, dtype=object)
    known = landmarks() if landmarks is not None else None
    hint = map_hint(frame, file)
    if known is not None:
        fit = shift_fit(geometries, working_crs, known)
        if fit is not None:
            return (_fit_note(fit),)
        if fits_already(geometries, working_crs, known):
            return ()
    offset_m = None if hint is None else local_shift_m(geometries, working_crs, hint.kind)
    return () if hint is None or offset_m is None else (_hint_note(hint, offset_m),)


def _fit_note(fit: ShiftFit) -> Note:
    facts: dict[str, Param] = {"datum": fit.kind, "offset_m": f"{fit.offset_m:.0f}"}
    if fit.certain:
        facts |= {"before_m": f"{fit.before_m:.0f}", "after_m": f"{fit.after_m:.1f}"}
        return Note(Remark.DATUM_SURELY_GCJ02, facts)
    return Note(Remark.DATUM_BESIDE_COUNTY, {**facts, "outside_m2": f"{fit.before_m2:.0f}"})


def _hint_note(hint: MapHint, offset_m: float) -> Note:
    facts: dict[str, Param] = {"datum": hint.kind, "word": hint.word}
    return Note(Remark.DATUM_MAYBE_GCJ02, {**facts, "offset_m": f"{offset_m:.0f}"})
