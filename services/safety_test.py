"""The test before serving: hostile files are offered to the readers, and none may be opened.

The files are those that were seen to work on readers of this kind: texts that have GDAL read
another file or call an address, under harmless names. They go the way of every upload, and
once more without the confinement, as the guards of the readers must hold by themselves. Any
call of an address would reach a socket that listens here.
"""

from __future__ import annotations

import socket
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from geo.errors import GeoError, SandboxUnavailableError
from geo.intake import Note, ReadOptions
from geo.io.limits import SITE_LIMITS
from geo.io.raster_disguise import opens_as_raster
from services.errors import UnsafeReadingError
from services.file_reading import IN_PROCESS, SITES_APART, FileReading
from services.messages import message_of

__all__ = ["require_safe_reading", "safety_faults"]

SECRET = "name,x,y\nread through the back door,117.2,34.8\n"
VRT = """<OGRVRTDataSource><OGRVRTLayer name="secret">
<SrcDataSource>{secret}</SrcDataSource><SrcLayer>secret</SrcLayer>
</OGRVRTLayer></OGRVRTDataSource>"""
REMOTE_VRT = """<OGRVRTDataSource><OGRVRTLayer name="far">
<SrcDataSource>/vsicurl/{address}/far.geojson</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"""
WFS = "<OGRWFSDataSource><URL>{address}/wfs</URL></OGRWFSDataSource>"
KML = """<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2">
<NetworkLink><Link><href>{address}/far.kml</href></Link></NetworkLink></kml>"""
GML = """<?xml version="1.0"?><g:FeatureCollection xmlns:g="http://www.opengis.net/gml"
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
xsi:schemaLocation="http://example.test {address}/far.xsd"></g:FeatureCollection>"""
ENTITY = """<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY far SYSTEM "{address}/far">]>
<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><name>&far;</name></Placemark></kml>"""
RASTER_VRT = """<VRTDataset rasterXSize="8" rasterYSize="1">
<VRTRasterBand dataType="Byte" band="1" subClass="VRTRawRasterBand">
<SourceFilename relativetoVRT="1">secret.csv</SourceFilename><ImageOffset>0</ImageOffset>
<PixelOffset>1</PixelOffset><LineOffset>8</LineOffset></VRTRasterBand></VRTDataset>"""
VECTOR_NAMES = ("parcels.geojson", "parcels.gpkg", "parcels.shp", "parcels.txt", "parcels.kml")
WAYS: Mapping[str, FileReading] = {"sandbox": SITES_APART, "in-process": IN_PROCESS}


@dataclass(frozen=True, slots=True)
class _Hostile:
    """A text that must not be opened, and the names under which it is offered."""

    kind: str
    text: str
    names: tuple[str, ...]


HOSTILE = (
    _Hostile("VRT", VRT, VECTOR_NAMES),
    _Hostile("VRT", REMOTE_VRT, VECTOR_NAMES),
    _Hostile("WFS", WFS, VECTOR_NAMES),
    _Hostile("KML", KML, ("link.kml",)),
    _Hostile("KML", ENTITY, ("entity.kml",)),
    _Hostile("GML", GML, ("schema.gml",)),
)


def require_safe_reading() -> None:
    """Refuse to go on where a hostile file would be opened.

    Raises
    ------
    UnsafeReadingError
        `sandbox_self_test_failed`, with what went wrong.
    """
    faults = safety_faults()
    if faults:
        told = (message_of(fault.code, fault.params) for fault in faults)
        raise UnsafeReadingError(faults="; ".join(f"{text.zh} / {text.en}" for text in told))


def safety_faults() -> tuple[Note, ...]:
    """What the readers opened or called that they must not; empty when all is well."""
    with (
        tempfile.TemporaryDirectory(prefix="plotwise_safety_") as name,
        closing(socket.create_server(("127.0.0.1", 0))) as listening,
    ):
        listening.setblocking(False)
        return tuple(_faults(Path(name), listening))


def _faults(folder: Path, listening: socket.socket) -> Iterator[Note]:
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    (folder / "secret.csv").write_text(SECRET, "utf-8")
    for hostile, path in _offered(folder, address):
        for way, reading in WAYS.items():
            facts = {"kind": hostile.kind, "name": path.name, "way": way}
            try:
                opened = _opened(path, reading)
            except SandboxUnavailableError as err:
                yield Note("doctor_no_sandbox", err.params)
                return
            if opened:
                yield Note("doctor_hostile_opened", facts)
            if _was_called(listening):
                yield Note("doctor_hostile_called", facts)
    raster = folder / "heights.tif"
    raster.write_text(RASTER_VRT, "utf-8")
    if opens_as_raster(raster):
        yield Note("doctor_hostile_opened", {"kind": "VRT", "name": raster.name, "way": "rasterio"})


def _offered(folder: Path, address: str) -> Iterator[tuple[_Hostile, Path]]:
    """Every hostile file in turn, and those of vectors once more in a zip as a shapefile."""
    for hostile in HOSTILE:
        text = hostile.text.format(address=address, secret=folder / "secret.csv")
        for name in hostile.names:
            path = folder / name
            path.write_text(text, "utf-8")
            yield hostile, path
        if hostile.names is VECTOR_NAMES:
            path = folder / "parcels.zip"
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr("parcels.shp", text)
            yield hostile, path


def _opened(path: Path, reading: FileReading) -> bool:
    try:
        reading.read(path, ReadOptions(crs="EPSG:4490"), SITE_LIMITS)
    except SandboxUnavailableError:
        raise
    except GeoError:
        return False
    return True


def _was_called(listening: socket.socket) -> bool:
    """Whether anybody called since this was last asked."""
    called = False
    while True:
        try:
            caller, _ = listening.accept()
        except BlockingIOError:
            return called
        caller.close()
        called = True
