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

# the one that this system has; the other one is tested on every system in test_spares.py
NURSERY = ZygoteProcess if sys.platform == "linux" else SpareProcesses


@pytest.fixture(scope="module")
def misbehaving(tmp_path_factory, request):
    """Reading processes that do what their file says; nothing of them is left behind."""
    temporary = tmp_path_factory.mktemp("temporary")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(Path(__file__).parent))
        patch.setattr(tempfile, "tempdir", str(temporary))
        patch.setenv("TMPDIR", str(temporary))
        patch.setenv("A_SECRET_TOKEN", "x")
        patch.setenv("https_proxy", "http://127.0.0.1:9")
        source = getattr(request.module, "NURSERY", NURSERY)("misbehaving:read")
        yield source
        source.close()
    assert list(temporary.iterdir()) == []


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
