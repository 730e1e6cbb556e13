"""Hostile files are refused by every way of reading; a test that opens the door sees it."""

import socket
import zipfile
from contextlib import closing, suppress

import pytest

from geo.errors import GeoError, SandboxUnavailableError
from geo.intake import ReadOptions
from geo.io.raster_disguise import opens_as_raster
from services import safety_test
from services.cli.main import run
from services.errors import ServiceError, UnsafeReadingError
from services.file_reading import IN_PROCESS, SITES_APART, FileReading
from services.intake import take_in
from services.safety_test import require_safe_reading, safety_faults

WAYS = pytest.mark.parametrize("reading", [SITES_APART, IN_PROCESS], ids=["apart", "in_process"])
SECRET = "name,x,y\nread through the back door,117.2,34.8\n"
VRT = """<OGRVRTDataSource><OGRVRTLayer name="secret">
<SrcDataSource>{secret}</SrcDataSource><SrcLayer>secret</SrcLayer>
</OGRVRTLayer></OGRVRTDataSource>"""


@pytest.fixture
def refused(tmp_path):
    """Offer a file to the intake; the code of its refusal."""
    (tmp_path / "secret.csv").write_text(SECRET, "utf-8")

    def offer(path, reading):
        with pytest.raises((GeoError, ServiceError), match=r".+") as caught:
            take_in((path,), ReadOptions(crs="4490"), working_crs="EPSG:4527", reading=reading)
        assert "back door" not in str(caught.value.params)
        return caught.value.code

    return offer


@WAYS
@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".shp", ".txt", ".kml", ".json", ".vrt"])
def test_a_vrt_under_another_name_reads_no_other_file(refused, tmp_path, suffix, reading):
    """First trick of the measured ones."""
    path = tmp_path / f"parcels{suffix}"
    path.write_text(VRT.format(secret=tmp_path / "secret.csv"), "utf-8")
    assert refused(path, reading) in {"xml_file", "unsupported_format"}


@WAYS
def test_a_vrt_in_a_zip_reads_no_other_file(refused, tmp_path, reading):
    path = tmp_path / "parcels.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("parcels.shp", VRT.format(secret=tmp_path / "secret.csv"))
    assert refused(path, reading) == "unsupported_format"


@WAYS
@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".shp", ".txt"])
def test_a_wfs_file_calls_nobody(refused, tmp_path, suffix, reading):
    """Second trick: GDAL called the address that such a file names."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        server.setblocking(False)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/wfs"
        path = tmp_path / f"parcels{suffix}"
        path.write_text(f"<OGRWFSDataSource><URL>{url}</URL></OGRWFSDataSource>", "utf-8")
        assert refused(path, reading) == "xml_file"
        with pytest.raises(BlockingIOError):
            server.accept()


def test_a_raster_that_is_a_vrt_hands_out_no_bytes(tmp_path):
    """Third trick: raw bands of a VRT are the bytes of any file."""
    (tmp_path / "secret.csv").write_text(SECRET, "utf-8")
    path = tmp_path / "heights.tif"
    path.write_text(safety_test.RASTER_VRT, "utf-8")
    assert not opens_as_raster(path)


@WAYS
@pytest.mark.parametrize("levels", [20_000, 100_000])
def test_deep_wkt_is_refused_and_kills_nobody(refused, tmp_path, levels, reading):
    """Fifth trick: 100 000 levels end the interpreter in GEOS 3.14.1."""
    path = tmp_path / "deep.wkt"
    path.write_text("GEOMETRYCOLLECTION (" * levels + "POINT (1 1)" + ")" * levels, "utf-8")
    assert refused(path, reading) == "wkt_too_deep"


@WAYS
def test_a_zip_that_grows_a_thousandfold_is_refused(refused, tmp_path, reading):
    """Seventh trick: 195 kB of zip hold 200 MB."""
    path = tmp_path / "parcels.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("parcels.txt", bytes(200_000_000))
    assert path.stat().st_size < 300_000
    assert refused(path, reading) == "zip_ratio"


def test_all_is_well_here():
    assert safety_faults() == ()
    require_safe_reading()


def test_an_open_door_is_seen(monkeypatch):
    """The readers are replaced by ones that take everything."""
    everything = FileReading(lambda *_asked: object())
    monkeypatch.setattr(safety_test, "WAYS", {"sandbox": everything})
    faults = safety_faults()
    assert {fault.code for fault in faults} == {"doctor_hostile_opened"}
    assert {fault.params["kind"] for fault in faults} == {"VRT", "WFS", "KML", "GML"}
    assert "parcels.zip" in {fault.params["name"] for fault in faults}
    with pytest.raises(UnsafeReadingError, match=r"parcels\.geojson"):
        require_safe_reading()


def test_an_open_raster_door_is_seen(monkeypatch):
    monkeypatch.setattr(safety_test, "opens_as_raster", lambda _path: True)
    (fault,) = safety_faults()
    assert (fault.code, fault.params["way"]) == ("doctor_hostile_opened", "rasterio")


def test_a_call_is_heard(monkeypatch):
    """The reader calls whatever address the file names, and refuses it then."""

    def calling(path, _options, _limits):
        text = path.read_bytes().decode("utf-8", "replace")
        _, _, rest = text.partition("http://127.0.0.1:")
        port = "".join(sign for sign in rest[:5] if sign.isdigit())
        if port:
            with suppress(OSError), socket.create_connection(("127.0.0.1", int(port)), timeout=1):
                pass
        raise GeoError

    monkeypatch.setattr(safety_test, "WAYS", {"in-process": FileReading(calling)})
    faults = safety_faults()
    assert {fault.code for fault in faults} == {"doctor_hostile_called"}
    assert {fault.params["kind"] for fault in faults} == {"VRT", "WFS", "KML", "GML"}


def test_without_a_reading_process_nothing_is_served(monkeypatch):
    def unavailable(*_asked):
        raise SandboxUnavailableError(reason="no memory")

    monkeypatch.setattr(safety_test, "WAYS", {"sandbox": FileReading(unavailable)})
    (fault,) = [each for each in safety_faults() if each.code != "doctor_hostile_opened"]
    assert (fault.code, fault.params["reason"]) == ("doctor_no_sandbox", "no memory")


def test_serve_refuses_where_a_hostile_file_is_opened(workspace, monkeypatch, capsys):
    monkeypatch.setattr(safety_test, "opens_as_raster", lambda _path: True)
    monkeypatch.setattr("web.serve.serve", lambda *_asked, **_told: pytest.fail("served"))
    assert run(["--workspace", str(workspace.root), "--lang", "en", "serve"]) == 1
    assert "safety test failed" in capsys.readouterr().err
