"""The environment of a process, set before GDAL, PROJ and numba are imported.

Installers of desktop GIS leave PROJ_LIB and GDAL_DATA behind, which break the copies inside
the wheels; drivers that fetch from the network or read other files are switched off; numba
looks only at the file of a decorated function, so its cache is keyed by all sources here.
"""

from __future__ import annotations

import hashlib
import logging
import os
import sys
from pathlib import Path

from geo._version import __version__

__all__ = ["SKIPPED_DRIVERS", "kernel_cache_folder", "prepare_process"]

FOREIGN_VARIABLES = ("PROJ_LIB", "PROJ_DATA", "GDAL_DATA", "GDAL_DRIVER_PATH")
SKIPPED_DRIVERS = (
    "OGR_VRT,VRT,WFS,OAPIF,HTTP,MRF,GTI,WMS,WCS,WMTS,OGCAPI,DAAS,EEDA,EEDAI,NGW,Elasticsearch,"
    "CSW,CARTO,AmigoCloud,PLSCENES,PLMosaic,MongoDBv3,HDF4,HDF5,netCDF,STACTA,STACIT,GPSBabel"
)
# modules that are compiled; a test holds the list against the sources
KERNEL_SOURCES = (
    "area_kernel.py",
    "areal_scale.py",
    "class_sums.py",
    "compilation.py",
    "edge_index.py",
    "rings.py",
    "subdivision.py",
)


def kernel_cache_folder() -> Path:
    """Folder for the compiled kernels of exactly these sources; made when first used."""
    package = Path(__file__).parent
    digest = hashlib.sha256(f"{__version__}{sys.version}".encode())
    for name in KERNEL_SOURCES:
        digest.update((package / name).read_bytes())
    root = os.environ.get("PLOTWISE_CACHE")
    folder = Path(root) if root else Path.home() / ".cache" / "plotwise"
    return folder / f"kernels-{digest.hexdigest()[:16]}"


def prepare_process() -> tuple[str, ...]:
    """Set the environment once, before the first import of GDAL, PROJ or numba.

    Returns
    -------
    tuple of str
        Variables of other installations that were set and are dropped.
    """
    foreign = tuple(name for name in FOREIGN_VARIABLES if os.environ.pop(name, None) is not None)
    os.environ["GDAL_SKIP"] = SKIPPED_DRIVERS
    os.environ["OGR_SKIP"] = SKIPPED_DRIVERS
    os.environ["PROJ_NETWORK"] = "OFF"
    os.environ["GDAL_HTTP_TIMEOUT"] = "1"
    os.environ["GDAL_VRT_ENABLE_RAWRASTERBAND"] = "NO"
    os.environ["CPL_VSIL_CURL_ALLOWED_EXTENSIONS"] = ".none"
    os.environ["OGR_GEOJSON_MAX_OBJ_SIZE"] = "200"
    # each GDAL names on stderr every driver of the list that it was built without
    os.environ["CPL_LOG"] = os.devnull
    logging.getLogger("fiona").addHandler(logging.NullHandler())
    logging.getLogger("rasterio").addHandler(logging.NullHandler())
    os.environ.setdefault("NUMBA_CACHE_DIR", str(kernel_cache_folder()))
    return foreign
