"""Files are read some at a time and answered in their order; the intake reads apart."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from geo.errors import UnreadableFileError
from geo.intake import ReadOptions
from geo.io.limits import SITE_LIMITS
from geo.io.sandbox import SITE_SANDBOX
from services import file_reading
from services.file_reading import IN_PROCESS, FileReading, apart
from services.intake import take_in

FILES = [Path(name) for name in "abcdef"]


def test_outcomes_come_in_the_order_of_the_files():
    def read(path, _options, _limits):
        if path.name in "bd":
            raise UnreadableFileError("broken_file", file=path.name)
        return path.name

    found = list(FileReading(read, at_once=3).read_each(FILES, ReadOptions(), SITE_LIMITS))
    assert [getattr(each, "params", each) for each in found] == [
        "a",
        {"file": "b"},
        "c",
        {"file": "d"},
        "e",
        "f",
    ]


def test_as_many_are_read_at_a_time_as_was_said():
    meeting = threading.Barrier(2, timeout=20)

    def read(_path, _options, _limits):
        return meeting.wait() in (0, 1)

    found = FileReading(read, at_once=2).read_each(FILES, ReadOptions(), SITE_LIMITS)
    assert list(found) == [True] * len(FILES)


def test_a_fault_of_ours_is_no_refusal():
    def read(_path, _options, _limits):
        raise ZeroDivisionError("ours")

    with pytest.raises(ZeroDivisionError, match="ours"):
        list(FileReading(read).read_each(FILES, ReadOptions(), SITE_LIMITS))


def test_the_intake_reads_apart_unless_told_otherwise(monkeypatch, tmp_path):
    path = tmp_path / "site.wkt"
    path.write_text("POLYGON ((117.2 34.8, 117.3 34.8, 117.3 34.9, 117.2 34.8))", "utf-8")
    options, working = ReadOptions(crs="EPSG:4490"), "EPSG:4527"

    def nobody(*_asked, **_told):
        pytest.fail("read in this process")

    monkeypatch.setattr("geo.io.vector.read_features", nobody)
    monkeypatch.setattr(file_reading, "read_features", nobody)
    here = take_in((path,), options, working_crs=working, reading=IN_PROCESS)
    assert here.frame.geometry.equals(take_in((path,), options, working_crs=working).frame.geometry)


def test_bounds_reach_the_process(tmp_path):
    path = tmp_path / "site.wkt"
    path.write_text("POINT (0 0)", "utf-8")
    bounds = replace(SITE_SANDBOX, written_mb=0)
    with pytest.raises(UnreadableFileError, match="sandbox_written"):
        apart(bounds).read(path, ReadOptions(crs="EPSG:4490"), SITE_LIMITS)
