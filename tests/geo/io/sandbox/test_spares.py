"""Processes spawned ahead, as on Windows and macOS, behave like forked ones."""

import threading

import pytest

from geo.errors import SandboxUnavailableError, UnreadableFileError
from geo.intake import ReadOptions
from geo.io.sandbox import read_apart
from geo.io.sandbox.spare_processes import SpareProcesses

NURSERY = SpareProcesses


@pytest.mark.parametrize(
    ("what", "bounds", "code"),
    [
        ("sleep 60", {"wall_s": 1}, "sandbox_wall"),
        ("spin", {"cpu_s": 1}, "sandbox_cpu"),
        ("eat_memory", {"memory_mb": 300}, "sandbox_memory"),
        ("fill_folder", {"written_mb": 50}, "sandbox_written"),
        ("crash", {}, "sandbox_crashed"),
        ("fail", {}, "sandbox_failed"),
        ("no_answer", {}, "sandbox_answer"),
        ("refuse", {}, "broken_file"),
    ],
)
def test_what_goes_wrong_is_a_refusal(act, what, bounds, code):
    with pytest.raises(UnreadableFileError, match=code):
        act(what, **bounds)


def test_secrets_of_the_parent_are_not_inherited(act):
    assert act("inherited") == "[]"


def test_two_threads_read_at_once(act):
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(act("sleep 0"))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == ["slept", "slept"]


def test_readers_that_cannot_be_loaded_are_told(tmp_path):
    path = tmp_path / "file.txt"
    path.write_text("x", "utf-8")
    source = SpareProcesses("no_such_module:read")
    try:
        with pytest.raises(SandboxUnavailableError, match="no_such_module"):
            read_apart(path, ReadOptions(), source=source)
    finally:
        source.close()
