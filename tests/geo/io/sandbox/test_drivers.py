"""Drivers are chosen by content and by name, and those that reach further are off."""

import os
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import fiona
import pyogrio
import pytest
import rasterio
from fiona.errors import FionaError
from pyogrio.errors import DataSourceError
from rasterio.errors import RasterioError

from geo.errors import UnreadableFileError
from geo.io.bulk_read import layer_facts
from geo.io.limits import SITE_LIMITS
from geo.io.versions import reaching_drivers
from geo.process import SKIPPED_DRIVERS, SWITCHED_OFF

ROOT = Path(__file__).parents[4]
VRT = """<OGRVRTDataSource><OGRVRTLayer name="secret">
<SrcDataSource>{secret}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"""
OPEN = {"pyogrio": pyogrio.read_info, "fiona": fiona.open, "rasterio": rasterio.open}
REFUSED = (DataSourceError, FionaError, RasterioError)


def test_no_driver_of_the_list_is_there_in_any_gdal():
    assert reaching_drivers() == {}
    assert len(SKIPPED_DRIVERS.split(",")) == len(set(SKIPPED_DRIVERS.casefold().split(",")))


def test_the_switches_stand_in_this_process():
    assert {name: os.environ.get(name) for name in SWITCHED_OFF} == dict(SWITCHED_OFF)


@pytest.mark.parametrize("library", OPEN)
@pytest.mark.parametrize(
    "place",
    [
        "/vsicurl/{url}",
        "/vsicurl?url={url}",
        "/vsicurl_streaming/{url}",
        "/vsizip//vsicurl/{url}",
        "{url}",
        "WFS:{url}",
    ],
)
def test_no_network_file_system_calls_anybody(library, place):
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        server.setblocking(False)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/parcels.geojson"
        with pytest.raises(REFUSED, match=r".+"):
            OPEN[library](place.format(url=url))
        with pytest.raises(BlockingIOError):
            server.accept()


WITHOUT_SWITCHES = """
import sys
sys.path.insert(0, {root!r})
from pathlib import Path
import pyogrio
from geo.errors import UnreadableFileError
from geo.io.bulk_read import layer_facts
from geo.io.limits import SITE_LIMITS

path = Path({path!r})
assert pyogrio.read_info(path)["driver"] == "OGR_VRT", "the trick works on the bare library"
for driver in ("GPKG", "ESRI Shapefile", "FlatGeobuf", "OpenFileGDB"):
    try:
        layer_facts(path, driver=driver, layer=None, limits=SITE_LIMITS, file=path.name)
    except UnreadableFileError:
        continue
    sys.exit(f"{{driver}} let it in")
"""


def test_the_list_of_drivers_holds_without_the_switches(tmp_path):
    """Eighth trick: fiona takes a list of drivers, pyogrio asks all of them."""
    (tmp_path / "secret.geojson").write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"a": 1}, '
        '"geometry": {"type": "Point", "coordinates": [1, 2]}}]}',
        "utf-8",
    )
    path = tmp_path / "parcels.gpkg"
    path.write_text(VRT.format(secret=tmp_path / "secret.geojson"), "utf-8")
    code = WITHOUT_SWITCHES.format(root=str(ROOT), path=str(path))
    bare = {name: value for name, value in os.environ.items() if name not in SWITCHED_OFF}
    for name in ("GDAL_SKIP", "OGR_SKIP"):
        bare.pop(name, None)
    ended = subprocess.run(
        [sys.executable, "-c", code], env=bare, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")


def test_the_list_of_drivers_holds_here(tmp_path):
    path = tmp_path / "parcels.gpkg"
    path.write_text(VRT.format(secret=tmp_path / "x"), "utf-8")
    with pytest.raises(UnreadableFileError, match="broken_file"):
        layer_facts(path, driver="GPKG", layer=None, limits=SITE_LIMITS, file=path.name)
