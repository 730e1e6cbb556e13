"""Whatever a reading process does, its parent goes on, knows why, and finds nothing left."""

import socket
import sys
import threading
import time
from contextlib import closing

import pytest

from geo.errors import GeoError, UnreadableFileError

linux = pytest.mark.skipif(sys.platform != "linux", reason="guards of the Linux kernel")


def refusal(act, what, **bounds):
    with pytest.raises(GeoError, match="sandbox_") as caught:
        act(what, **bounds)
    assert caught.value.params["file"] == "file.txt"
    assert isinstance(caught.value, UnreadableFileError)
    return caught.value


def test_a_process_that_hangs_is_ended_by_the_clock(act):
    began = time.monotonic()
    refused = refusal(act, "sleep 60", wall_s=1)
    assert (refused.code, refused.params["limit_s"]) == ("sandbox_wall", 1)
    assert time.monotonic() - began < 10


def test_a_process_that_burns_time_is_ended(act):
    refused = refusal(act, "spin", cpu_s=1)
    assert (refused.code, refused.params["limit_s"]) == ("sandbox_cpu", 1)


def test_a_process_that_eats_memory_is_refused(act):
    refused = refusal(act, "eat_memory", memory_mb=300)
    assert (refused.code, refused.params["limit_mb"]) == ("sandbox_memory", 300)


@pytest.mark.parametrize("what", ["fill_file", "fill_folder"])
def test_a_process_that_writes_too_much_is_ended(act, what):
    refused = refusal(act, what, written_mb=50)
    assert (refused.code, refused.params["limit_mb"]) == ("sandbox_written", 50)


def test_a_process_opens_no_more_files_than_it_may(act):
    assert act("open_many", open_files=64) == "OSError"


@pytest.mark.parametrize(
    ("what", "signal"), [("crash", "SIGSEGV"), ("die abort", "SIGABRT")], ids=["segfault", "abort"]
)
def test_a_crash_is_a_refusal(act, what, signal):
    refused = refusal(act, what)
    assert (refused.code, refused.params["signal"]) == ("sandbox_crashed", signal)


@linux
def test_there_is_no_network_not_even_to_this_machine(act):
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        server.settimeout(0.2)
        assert act(f"call {server.getsockname()[1]}") == "PermissionError"
        with pytest.raises(TimeoutError):
            server.accept()


@linux
@pytest.mark.parametrize("place", ["/etc/passwd", "/proc/self/environ", "{neighbour}"])
def test_other_files_cannot_be_read(act, tmp_path, place):
    neighbour = tmp_path / "secret.csv"
    neighbour.write_text("name\n", "utf-8")
    assert act(f"look {place.format(neighbour=neighbour)}") == "PermissionError"


@linux
def test_the_parts_of_a_shapefile_can_be_read(act, tmp_path):
    part = tmp_path / "FILE.dbf"
    part.write_text("beside", "utf-8")
    assert act(f"look {part}") == "beside"


@linux
def test_nothing_can_be_written_but_the_own_folder(act, tmp_path):
    assert act(f"write {tmp_path / 'made'}") == "PermissionError"
    assert act(f"write {tmp_path / 'file.txt'}") == "PermissionError"
    assert not (tmp_path / "made").exists()
    assert act("write inside") == "1"


@linux
@pytest.mark.parametrize("what", ["fork", "run", "kill_parent", "link_answer /etc/passwd"])
def test_no_process_is_made_or_harmed_and_no_link(act, what):
    assert act(what) == "PermissionError"


def test_temporary_files_lie_in_the_own_folder(act):
    assert act("temporary") == "True"


def test_secrets_and_proxies_of_the_parent_are_not_inherited(act):
    assert act("inherited") == "[]"


def test_a_refusal_comes_as_it_was_raised(act):
    with pytest.raises(UnreadableFileError, match="broken_file") as caught:
        act("refuse")
    assert caught.value.params == {"file": "x", "kind": "y", "found": 3, "limit": 2.5}


def test_a_fault_of_the_reader_is_told_and_logged(act, caplog):
    refused = refusal(act, "fail")
    assert (refused.code, refused.params["reason"]) == ("sandbox_failed", "KeyError")
    assert "of the reader" in caplog.text


@pytest.mark.parametrize(
    "answer",
    [
        "{}",
        "no json",
        "[" * 100_000,
        '{"features": null, "refused": null, "failure": null, "confinement": null}',
        '{"refused": {"kind": "SystemExit", "code": "x_y", "params": {}}, "features": null, '
        '"failure": null, "confinement": null}',
        '{"refused": {"kind": "GeoError", "code": "<script>", "params": {}}, "features": null, '
        '"failure": null, "confinement": null}',
        '{"refused": {"kind": "GeoError", "code": "x_y", "params": {"a": []}}, "features": null, '
        '"failure": null, "confinement": null}',
    ],
    ids=["empty", "no_json", "deep", "nothing", "class", "code", "params"],
)
def test_an_answer_of_another_form_is_not_believed(act, answer):
    assert refusal(act, f"write_answer {answer}").code == "sandbox_answer"


def test_no_answer_is_a_refusal(act):
    assert refusal(act, "no_answer").code == "sandbox_answer"


def test_two_threads_read_at_once(act):
    began, answers = time.monotonic(), []
    threads = [
        threading.Thread(target=lambda: answers.append(act("sleep 1", children=2)))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == ["slept", "slept"]
    assert time.monotonic() - began < 30


def test_after_all_that_a_process_is_to_be_had(act):
    assert act("sleep 0") == "slept"
