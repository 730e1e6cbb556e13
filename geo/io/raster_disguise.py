"""Whether a raster file can make its driver hand out the bytes of another file."""

from __future__ import annotations

import warnings
from pathlib import Path

import rasterio
from rasterio.errors import NotGeoreferencedWarning, RasterioError

__all__ = ["opens_as_raster"]


def opens_as_raster(path: Path) -> bool:
    """Whether any raster driver of this process takes a file, whatever its name says."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        try:
            with rasterio.open(path):
                return True
        except RasterioError:
            return False
