"""Readers that do what a subverted one would; the content of the file says what."""

import ctypes
import os
import socket
import subprocess
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import geopandas as gpd
import shapely

from geo.errors import UnreadableFileError
from geo.intake import Detected
from geo.io.raw_features import RawFeatures


def read(path, options, limits):
    """Do what the first word says, with the rest."""
    word, _, rest = path.read_text("utf-8").partition(" ")
    return ACTS[word](rest)


def found(answer):
    """A feature whose name is the answer."""
    frame = gpd.GeoDataFrame(
        {"source_index": [0], "answer": [str(answer)]},
        geometry=[shapely.box(0, 0, 1, 1)],
        crs="EPSG:4527",
    ).astype({"answer": "str"})
    return RawFeatures(frame, Detected("test"), 1)


def outcome(act):
    """What an act gives, or the name of its refusal."""
    try:
        return found(act())
    except OSError as err:
        return found(type(err).__name__)


def spin(_rest):
    while True:
        pass


def sleep(rest):
    time.sleep(float(rest))
    return found("slept")


def eat_memory(_rest):
    eaten = []
    while True:
        eaten.append(bytearray(10_000_000))


def fill_file(_rest):
    with Path("big").open("wb") as stream:
        while True:
            stream.write(bytes(1_000_000))


def fill_folder(_rest):
    for number in range(100_000):
        Path(f"part{number}").write_bytes(bytes(1_000_000))
        time.sleep(0.001)


def open_many(_rest):
    with ExitStack() as stack:

        def act():
            return [stack.enter_context(Path(os.devnull).open("rb")) for _ in range(5_000)]

        return outcome(act)


def call(rest):
    def act():
        with socket.create_connection(("127.0.0.1", int(rest)), timeout=2):
            return "connected"

    return outcome(act)


def look(rest):
    return outcome(lambda: Path(rest).read_text("utf-8", "replace")[:20])


def write(rest):
    return outcome(lambda: Path(rest).write_text("x", "utf-8"))


def fork(_rest):
    def act():
        if os.fork() == 0:
            time.sleep(600)
        return "forked"

    return outcome(act)


def run(_rest):
    return outcome(lambda: subprocess.run(["/bin/true"], check=True).returncode)


def kill_parent(_rest):
    def act():
        os.kill(os.getppid(), 9)
        return "killed"

    return outcome(act)


def crash(_rest):
    ctypes.string_at(0)


def die(rest):
    # the own process may be ended; a filter of calls leaves only the signal of `abort`
    os.abort() if rest == "abort" else os._exit(int(rest))


def fail(_rest):
    raise KeyError("of the reader")


def refuse(_rest):
    raise UnreadableFileError("broken_file", file="x", kind="y", found=3, limit=2.5)


def no_answer(_rest):
    os._exit(0)


def write_answer(rest):
    Path("answer.json").write_text(rest, "utf-8")
    os._exit(0)


def link_answer(rest):
    return outcome(lambda: Path("answer.json").symlink_to(rest))


def temporary(_rest):
    with tempfile.NamedTemporaryFile(delete=False) as file:
        return found(Path(file.name).parent == Path.cwd())


def inherited(_rest):
    return found(sorted(name for name in os.environ if "SECRET" in name or "proxy" in name))


ACTS = {
    name: act
    for name, act in globals().items()
    if callable(act) and name not in {"read", "found", "outcome"} and name.islower()
}
