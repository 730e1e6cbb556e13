"""Imports at the same time, and imports that are killed."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import date

import pytest

from services.errors import TargetExistsError
from services.layers.catalogue import loaded_versions
from services.layers.import_layer import add_layer
from services.layers.opened import open_layer
from services.layers.request import LayerImport
from services.layers.version_folder import STALE_AFTER_S
from services.workspace import open_workspace

STOPPED_IMPORT = """
import sys, time
from pathlib import Path
from geo.process import prepare_process
prepare_process()
from datetime import date
from services.layers import import_layer
from services.layers.request import LayerImport
from services.workspace import open_workspace

root, path, stop = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]

def tell(stage):
    if stage == stop:
        print("stopped", flush=True)
        time.sleep(60)

if stop == "moved":
    move = import_layer.move_into_place
    def move_and_stop(folder, target):
        move(folder, target)
        tell("moved")
    import_layer.move_into_place = move_and_stop
request = LayerImport("forest", (path,), version="2026", valid_from=date(2026, 1, 1))
import_layer.add_layer(request, open_workspace(root), stage=tell)
"""


def kill_import_at(stop, workspace, path):
    with subprocess.Popen(
        [sys.executable, "-c", STOPPED_IMPORT, str(workspace.root), str(path), stop],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline() == "stopped\n"
        process.send_signal(signal.SIGKILL)


@pytest.mark.parametrize("stop", ["read", "write", "publish", "moved"])
def test_a_killed_import_leaves_the_old_version_in_force(add, workspace, layer_file, stop):
    old = add("forest", [(0, 0, 10, 10)], version="2020", valid_from=date(2020, 1, 1)).version
    path = layer_file("new", [(0, 0, 10, 10), (10, 0, 20, 10)])
    kill_import_at(stop, workspace, path)
    again = open_workspace(workspace.root)
    assert loaded_versions(again, "forest") == (old,)
    assert open_layer(again, old).edges.n_features == 1
    imported = add_layer(
        LayerImport("forest", (path,), version="2026", valid_from=date(2026, 1, 1)), again
    )
    assert imported.version.feature_count == 2
    assert len(loaded_versions(again, "forest")) == 2


def test_two_roles_are_imported_at_once(workspace, layer_file):
    """Both imports are the first of the workspace: they must agree on one origin."""
    paths = {
        "forest": layer_file("a", [(0, 0, 10, 10)]),
        "goaf": layer_file("b", [(40_000, 0, 40_010, 10)]),
    }
    failures = run_together(
        *(
            lambda role=role, path=path: add_layer(LayerImport(role, (path,)), workspace)
            for role, path in paths.items()
        )
    )
    assert failures == []
    versions = loaded_versions(workspace)
    assert [version.role for version in versions] == ["forest", "goaf"]
    origins = {open_layer(workspace, version).edges.origin for version in versions}
    assert origins == {workspace.origin}


def test_of_two_imports_of_one_version_exactly_one_wins(workspace, layer_file):
    path = layer_file("a", [(0, 0, 10, 10)])
    request = LayerImport("forest", (path,), version="2026")
    (failure,) = run_together(*[lambda: add_layer(request, workspace)] * 2)
    assert isinstance(failure, TargetExistsError)
    (version,) = loaded_versions(workspace)
    assert open_layer(workspace, version).edges.n_features == 1


def run_together(*jobs):
    start, failures = threading.Barrier(len(jobs)), []

    def run(job):
        start.wait()
        try:
            job()
        except Exception as failure:  # noqa: BLE001  handed to the test
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def test_what_killed_imports_left_is_cleared_after_a_day(add, workspace):
    left = workspace.layers_folder / ".unfinished" / "killed"
    fresh = workspace.layers_folder / ".unfinished" / "running"
    for folder in (left, fresh):
        folder.mkdir(parents=True)
        (folder / "layer.gpkg").write_bytes(b"half")
    long_ago = time.time() - STALE_AFTER_S - 60
    os.utime(left, (long_ago, long_ago))
    add("forest", [(0, 0, 10, 10)])
    assert not left.exists()
    assert fresh.exists()
