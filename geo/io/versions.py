"""Versions of everything native in this process, and whether each copy is sound.

The wheels carry their own GDAL, PROJ and GEOS each; a fix in one does not fix the others.
"""

from __future__ import annotations

import importlib.metadata
import sqlite3
import sys

import fiona
import fiona.crs
import pyogrio
import pyproj
import rasterio
import rasterio.crs
import shapely

from geo.process import SKIPPED_DRIVERS

__all__ = ["crs_faults", "library_versions", "reaching_drivers"]

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
        "fiona": fiona.crs.CRS.from_epsg,
        "rasterio": rasterio.crs.CRS.from_epsg,
        "pyproj": pyproj.CRS.from_epsg,
    }
    faults = {}
    for name, look_up in ways.items():
        try:
            look_up(code)
        except Exception as err:  # noqa: BLE001  each library has its own root; all are reported
            faults[name] = str(err)
    return faults


def reaching_drivers() -> dict[str, list[str]]:
    """Drivers that read other files or the network, by the package that has them; none is right.

    They are switched off by `prepare_process`, which must come before the first import.
    """
    banned = set(SKIPPED_DRIVERS.casefold().split(","))
    with fiona.Env() as fiona_env, rasterio.Env() as rasterio_env:
        registered = {
            "pyogrio": pyogrio.list_drivers(),
            "fiona": fiona_env.drivers(),
            "rasterio": rasterio_env.drivers(),
        }
    found = {
        name: sorted(driver for driver in drivers if driver.casefold() in banned)
        for name, drivers in registered.items()
    }
    return {name: drivers for name, drivers in found.items() if drivers}
