"""A zygote whose readers misbehave, and the product's own."""

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from geo.intake import ReadOptions
from geo.io.limits import SITE_LIMITS
from geo.io.sandbox import SITE_SANDBOX, read_apart
from geo.io.sandbox.spare_processes import SpareProcesses
from geo.io.sandbox.zygote_process import ZygoteProcess

LINUX = sys.platform == "linux"
KINDS = [
    pytest.param(
        ZygoteProcess,
        id="zygote",
        marks=pytest.mark.skipif(not LINUX, reason="forks ahead on Linux only"),
    ),
    pytest.param(SpareProcesses, id="spares"),
]


@pytest.fixture(scope="module", params=KINDS)
def misbehaving(request):
    """Reading processes that do what their file says; nothing of them is left behind."""
    before = left_behind()
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(Path(__file__).parent))
        patch.setenv("A_SECRET_TOKEN", "x")
        patch.setenv("https_proxy", "http://127.0.0.1:9")
        source = request.param("misbehaving:read")
        yield source
    source.close()
    assert left_behind() - before == set()


def left_behind():
    return set(Path(tempfile.gettempdir()).glob("plotwise_reading_*"))


@pytest.fixture
def act(misbehaving, tmp_path):
    """Have a process do something; the answer, or the refusal that is raised."""

    def asked(what, **bounds):
        path = tmp_path / "file.txt"
        path.write_text(what, "utf-8")
        raw = read_apart(
            path,
            ReadOptions(),
            SITE_LIMITS,
            bounds=replace(SITE_SANDBOX, **bounds),
            source=misbehaving,
        )
        return raw.frame["answer"][0]

    return asked
