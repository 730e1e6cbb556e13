"""Hash of what a layer holds, independent of the file that holds it.

Opening a GeoPackage may touch its header, and libraries write the same features with other
bytes; so the hash is of coordinates and values in a fixed form, row by row in file order.
"""

from __future__ import annotations

import hashlib

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

__all__ = ["content_sha256"]

# signs that no attribute holds: between values, and for a missing one
BETWEEN = "\x1f"
MISSING = "\x00"


def content_sha256(frame: gpd.GeoDataFrame) -> str:
    """SHA-256 over geometry and attributes in the order of rows and columns."""
    digest = hashlib.sha256()
    geometries = np.asarray(frame.geometry.array, dtype=object)
    outlines = shapely.to_wkb(geometries, byte_order=1, output_dimension=2)
    digest.update(f"{len(frame)}\n".encode())
    for outline in outlines:
        digest.update(outline)
    for name in frame.columns:
        if name != frame.geometry.name:
            digest.update(f"\n{name}\n".encode())
            digest.update(_canonical(frame[name]))
    return digest.hexdigest()


def _canonical(values: pd.Series) -> bytes:
    """Values as bytes: floats and whole numbers in 8 bytes, anything else as text."""
    if pd.api.types.is_bool_dtype(values):
        return values.to_numpy(dtype="u1").tobytes()
    if pd.api.types.is_integer_dtype(values):
        return values.to_numpy(dtype="<i8").tobytes()
    if pd.api.types.is_float_dtype(values):
        numbers = values.to_numpy(dtype="<f8", copy=True)
        numbers[np.isnan(numbers)] = np.nan
        return numbers.tobytes()
    if pd.api.types.is_datetime64_any_dtype(values):
        return values.to_numpy(dtype="datetime64[ms]").astype("<i8").tobytes()
    texts = values.astype(object).where(values.notna(), MISSING)
    return BETWEEN.join(map(str, texts)).encode()
