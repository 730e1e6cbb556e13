"""Process set-up as in the product, and no network beyond this machine."""

from geo.process import prepare_process

prepare_process()

import socket

import pyogrio
import pyproj
import pytest
import shapely

LOOPBACK = ("127.", "::1", "localhost")


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch):
    """The centre's network has no internet: neither have the tests."""
    connect = socket.socket.connect

    def guarded(self, address):
        outside = isinstance(address, tuple) and not str(address[0]).startswith(LOOPBACK)
        if outside:
            raise AssertionError(f"a test tried to reach {address}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


def pytest_report_header():
    return (
        f"GDAL {'.'.join(map(str, pyogrio.__gdal_version__))}, "
        f"GEOS {'.'.join(map(str, shapely.geos_version))}, PROJ {pyproj.proj_version_str}"
    )
