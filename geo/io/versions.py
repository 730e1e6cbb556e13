"""Versions of everything native in this process, and whether their CRS tables are sound.

The wheels carry their own GDAL, PROJ and GEOS each; a fix in one does not fix the others.
"""

from __future__ import annotations

import importlib.metadata
import sqlite3
import sys

import fiona
import pyogrio
import pyproj
import rasterio
import shapely
from fiona.crs import CRS as FionaCRS
from rasterio.crs import CRS as RasterioCRS

__all__ = ["crs_faults", "library_versions"]

PACKAGES = ("plotwise", "geopandas", "pandas", "numpy", "numba", "sqlalchemy")


def library_versions() -> dict[str, str]:
    """Version by name; a native library is named with the package that carries it."""
    versions = {"Python": sys.version.split()[0]}
    versions |= {name: importlib.metadata.version(name) for name in PACKAGES}
    versions |= {
        "pyogrio": pyogrio.__version__,
        "GDAL (pyogrio)": _dotted(pyogrio.__gdal_version__),
        "fiona": fiona.__version__,
        "GDAL (fiona)": fiona.__gdal_version__,
        "rasterio": rasterio.__version__,
        "GDAL (rasterio)": rasterio.__gdal_version__,
        "shapely": shapely.__version__,
        "GEOS (shapely)": shapely.geos_version_string,
        "pyproj": pyproj.__version__,
        "PROJ (pyproj)": pyproj.proj_version_str,
        "SQLite": sqlite3.sqlite_version,
    }
    return versions


def _dotted(numbers: tuple[int, ...]) -> str:
    return ".".join(map(str, numbers))


def crs_faults(code: int) -> dict[str, str]:
    """Packages that do not know an EPSG code, with what they say; empty when all is sound.

    The sign of a foreign PROJ database in the environment.
    """
    ways = {
        "fiona": FionaCRS.from_epsg,
        "rasterio": RasterioCRS.from_epsg,
        "pyproj": pyproj.CRS.from_epsg,
    }
    faults = {}
    for name, look_up in ways.items():
        try:
            look_up(code)
        except Exception as err:  # noqa: BLE001  each library has its own root; all are reported
            faults[name] = str(err)
    return faults
