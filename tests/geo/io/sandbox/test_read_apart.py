"""Reading apart gives what reading here gives, and the processes behind it come and go."""

import os
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from geo.errors import GeoError, SandboxUnavailableError, UnreadableFileError
from geo.intake import ReadOptions
from geo.io.limits import SITE_LIMITS, ReadLimits
from geo.io.sandbox import Guard, confinement_in_force, read_apart
from geo.io.sandbox.nursery import nursery
from geo.io.sandbox.zygote_process import ZygoteProcess
from geo.io.vector import read_features

ROOT = Path(__file__).parents[4]
LINUX = sys.platform == "linux"
linux = pytest.mark.skipif(not LINUX, reason="forks ahead on Linux only")


def samples():
    folders = [ROOT / "sample_data" / "inputs", ROOT / "sample_data" / "county" / "sites"]
    folders += [ROOT / "tests" / "data" / name for name in ("cambridge_faults", "cn_txt")]
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    assert len(files) > 40
    return files


def outcome(read, path):
    try:
        return read(path, ReadOptions())
    except GeoError as refusal:
        return refusal


@pytest.mark.parametrize("path", samples(), ids=lambda path: path.name)
def test_a_file_reads_apart_as_it_reads_here(path):
    here, apart = outcome(read_features, path), outcome(read_apart, path)
    assert type(apart) is type(here)
    if isinstance(here, GeoError):
        assert (apart.code, apart.params) == (here.code, here.params)
        return
    attributes = [name for name in here.frame.columns if name != here.frame.geometry.name]
    pd.testing.assert_frame_equal(
        pd.DataFrame(apart.frame[attributes]), pd.DataFrame(here.frame[attributes])
    )
    assert list(apart.frame.columns) == list(here.frame.columns)
    with np.errstate(invalid="ignore"):
        outlines = [shapely.to_wkb(np.asarray(each.frame.geometry)) for each in (here, apart)]
    assert list(outlines[0]) == list(outlines[1])
    assert (apart.frame.crs, str(apart.frame.crs)) == (here.frame.crs, str(here.frame.crs))
    for name in ("detected", "count", "refused", "sha256"):
        assert getattr(apart, name) == getattr(here, name)


def test_options_and_limits_reach_the_reader(tmp_path):
    path = tmp_path / "site.wkt"
    path.write_text("POLYGON ((0 0, 1 0, 1 1, 0 0))", "utf-8")
    with pytest.raises(GeoError, match="missing_crs"):
        read_apart(path, ReadOptions())
    assert read_apart(path, ReadOptions(crs="EPSG:4490")).frame.crs.to_epsg() == 4490
    with pytest.raises(UnreadableFileError, match="file_too_large"):
        read_apart(path, ReadOptions(), ReadLimits(max_bytes=3, max_features=1))


def test_a_file_that_is_not_there_is_a_refusal(tmp_path):
    with pytest.raises(UnreadableFileError, match="file_not_found"):
        read_apart(tmp_path / "missing.shp", ReadOptions())


def test_a_link_leads_to_its_file(tmp_path):
    (tmp_path / "real").mkdir()
    real = tmp_path / "real" / "site.wkt"
    real.write_text("POLYGON ((0 0, 1 0, 1 1, 0 0))", "utf-8")
    (tmp_path / "link.wkt").symlink_to(real)
    assert read_apart(tmp_path / "link.wkt", ReadOptions(crs="EPSG:4490")).count == 1


@linux
def test_all_guards_of_a_new_kernel_are_in_force():
    """Landlock and seccomp are there from Linux 5.13; namespaces may be forbidden by the host."""
    states = {state.guard: state for state in confinement_in_force().guards}
    assert list(states) == [
        Guard.OWN_PROCESS,
        Guard.WALL_CLOCK,
        Guard.RESOURCES,
        Guard.NETWORK,
        Guard.FILES,
        Guard.CALLS,
        Guard.PRIVILEGES,
    ]
    always = (Guard.OWN_PROCESS, Guard.WALL_CLOCK, Guard.RESOURCES)
    assert [states[guard].on for guard in always] == [True, True, True]
    assert all(state.how for state in states.values())


@linux
def test_a_zygote_that_was_killed_is_replaced(tmp_path):
    path = tmp_path / "site.wkt"
    path.write_text("POLYGON ((0 0, 1 0, 1 1, 0 0))", "utf-8")
    read_apart(path, ReadOptions(crs="EPSG:4490"))
    first = nursery()
    os.kill(first._process.pid, signal.SIGKILL)
    first._process.wait()
    assert read_apart(path, ReadOptions(crs="EPSG:4490")).count == 1
    assert nursery() is not first


@linux
def test_a_zygote_that_dies_at_work_is_no_hang(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    path = tmp_path / "file.txt"
    path.write_text("sleep 60", "utf-8")
    with closing(ZygoteProcess("misbehaving:read")) as zygote:
        killer = threading.Timer(3, os.kill, (zygote._process.pid, signal.SIGKILL))
        killer.start()
        with pytest.raises(SandboxUnavailableError, match="sandbox_unavailable"):
            read_apart(path, ReadOptions(), SITE_LIMITS, source=zygote)
        killer.join()


@linux
def test_readers_that_cannot_be_loaded_are_told(tmp_path):
    path = tmp_path / "file.txt"
    path.write_text("x", "utf-8")
    with (
        closing(ZygoteProcess("no_such_module:read")) as zygote,
        pytest.raises(SandboxUnavailableError, match="no_such_module"),
    ):
        read_apart(path, ReadOptions(), source=zygote)


PARENT = """
import os, signal, sys, threading, time
sys.path[:0] = {path!r}
from pathlib import Path
from geo.intake import ReadOptions
from geo.io.limits import SITE_LIMITS
from geo.io.sandbox import read_apart
from geo.io.sandbox.zygote_process import ZygoteProcess

zygote = ZygoteProcess("misbehaving:read")
def tell():
    pid = zygote._process.pid
    children = Path(f"/proc/{{pid}}/task/{{pid}}/children")
    while not children.read_text():
        time.sleep(0.05)
    print(zygote._process.pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
threading.Thread(target=tell, daemon=True).start()
read_apart(Path({file!r}), ReadOptions(), SITE_LIMITS, source=zygote)
"""


@linux
def test_a_parent_that_is_killed_leaves_no_orphan_and_no_folder(tmp_path):
    file = tmp_path / "file.txt"
    file.write_text("sleep 60", "utf-8")
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    code = PARENT.format(path=[str(ROOT), str(Path(__file__).parent)], file=str(file))
    environment = {**os.environ, "TMPDIR": str(temporary)}
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL
    zygote = int(ended.stdout)
    deadline = time.monotonic() + 10
    while Path(f"/proc/{zygote}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(f"/proc/{zygote}").exists()
    with pytest.raises(ProcessLookupError):
        os.killpg(zygote, 0)
    assert list(temporary.iterdir()) == []


@linux
def test_no_child_is_left_as_a_zombie(tmp_path):
    path = tmp_path / "site.wkt"
    path.write_text("POLYGON ((0 0, 1 0, 1 1, 0 0))", "utf-8")
    for _ in range(3):
        read_apart(path, ReadOptions(crs="EPSG:4490"))
    zygote = nursery()._process.pid
    children = Path(f"/proc/{zygote}/task/{zygote}/children").read_text("ascii")
    assert children.split() == []
    assert len(list(Path(f"/proc/{zygote}/task").iterdir())) == 1


def test_nothing_is_left_on_the_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    bad = ROOT / "sample_data" / "inputs" / "bad" / "two_crs.zip"
    with pytest.raises(GeoError, match="mixed_crs"):
        read_apart(bad, ReadOptions())
    assert list(tmp_path.iterdir()) == []
