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
# drivers that read what a file names: other files, pipelines, databases
REFERRING = (
    "OGR_VRT,VRT,GTI,GDALG,DERIVED,MRF,STACTA,STACIT,TIL,DIMAP,SAFE,SENTINEL2,ECRGTOC,RPFTOC,ESRIC,"
    "GNMFile,GNMDatabase,PDS,PDS4,OGR_PDS,ISIS2,ISIS3,VICAR,PAux,KMLSUPEROVERLAY,Zarr,ADBC,GPSBabel"
)
# drivers that go to the network
REMOTE = (
    "WFS,OAPIF,OGCAPI,HTTP,WMS,WCS,WMTS,DAAS,EEDA,EEDAI,NGW,Elasticsearch,CSW,CARTO,AmigoCloud,"
    "PLSCENES,PLMosaic,MongoDBv3,PostgreSQL,MySQL,MSSQLSpatial,ODBC,PGeo,OCI,HANA,PMTiles,MVT"
)
# drivers with known faults in memory that nothing here needs
FAULTY = "HDF4,HDF4Image,HDF5,HDF5Image,netCDF,BAG,S102,S104,S111,PCIDSK,PDF"
SKIPPED_DRIVERS = f"{REFERRING},{REMOTE},{FAULTY}"
# network file systems of GDAL (/vsicurl/, /vsis3/, …) and everything that reaches beyond a file
SWITCHED_OFF = {
    "GDAL_HTTP_TIMEOUT": "1",
    "GDAL_HTTP_CONNECTTIMEOUT": "1",
    "GDAL_HTTP_MAX_RETRY": "0",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
    "CPL_VSIL_CURL_ALLOWED_FILENAME": "none",
    "CPL_VSIL_CURL_HEADER_FILE_KVP_ENABLED": "NO",
    "CPL_MACHINE_IS_GCE": "NO",
    "AWS_NO_SIGN_REQUEST": "YES",
    "AWS_EC2_METADATA_DISABLED": "true",
    "GDAL_VRT_ENABLE_RAWRASTERBAND": "NO",
    "GDAL_VRT_ENABLE_PYTHON": "NO",
    "OGR_SQLITE_LIST_VIRTUAL_OGR": "NO",
    "OGR_GEOJSON_MAX_OBJ_SIZE": "200",
    "PROJ_NETWORK": "OFF",
}
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
    os.environ.update(SWITCHED_OFF)
    # each GDAL names on stderr every driver of the list that it was built without
    os.environ["CPL_LOG"] = os.devnull
    logging.getLogger("fiona").addHandler(logging.NullHandler())
    logging.getLogger("rasterio").addHandler(logging.NullHandler())
    os.environ.setdefault("NUMBA_CACHE_DIR", str(kernel_cache_folder()))
    return foreign
