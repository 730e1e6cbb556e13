"""The workspace remembers what was read: for results, for layers, and what was refused."""

import geopandas as gpd
import pytest
from shapely import Polygon, box

from geo.errors import UnreadableFileError
from geo.intake import Detected, Intake, Note, ReadOptions, Refusal, Repair, SourceFile
from services.domain.intake_record import Purpose
from services.domain.issue import Severity
from services.errors import IntakeNotFoundError
from services.intake_records import (
    latest_records,
    record_of,
    record_of_subject,
    recording_refusal,
)
from services.layers.import_layer import add_layer
from services.layers.request import LayerImport
from services.workspace import create_workspace

E0, N0 = 39_520_000.0, 3_850_000.0
NOTES = (
    Note("layer_chosen", {"file": "a.gpkg", "layer": "x"}),
    Note("heights_dropped", {"count": 1}),
)
DETECTED = Detected("GPKG", encoding="UTF-8", crs="EPSG:4527", notes=NOTES)
REFUSED = (
    Refusal(1, "S2", "zero_area", {"file": "a.gpkg", "feature": 2}, (1.0, 2.0, 3.0, 4.0)),
    Refusal(None, None, "bad_line", {"file": "a.gpkg", "line": 3, "text": "x"}),
)
REPAIRED = (Repair(0, "S1", "self_intersection", 100.0, 99.5, place=(5.0, 6.0)),)


def an_intake():
    frame = gpd.GeoDataFrame(geometry=[box(0, 0, 1, 1)], crs="EPSG:4527")
    files = (SourceFile("a.gpkg", 0, 2, "aa", DETECTED),)
    return Intake(frame, DETECTED, REFUSED, REPAIRED, "aa", files)


@pytest.fixture
def workspace(tmp_path):
    return create_workspace(tmp_path / "workspace")


def kept(record, workspace):
    with workspace.unit_of_work() as uow:
        uow.intakes.add(record)
        uow.commit()
    return record


def test_a_record_comes_back_as_it_was_kept(workspace):
    record = kept(record_of(an_intake(), Purpose.CHECK, ["2026-000001", "2026-000002"]), workspace)
    assert record_of_subject("2026-000001", workspace) == record
    assert record_of_subject("2026-000002", workspace) == record


def test_features_read_are_kept_or_refused(workspace):
    """One of two features was refused; the unreadable line is a row but no feature."""
    record = record_of(an_intake(), Purpose.CHECK, [])
    assert (record.kept, record.refused, record.repaired) == (1, 1, 1)
    assert len(record.issues) == 2 + 1 + 2


def test_the_latest_record_is_the_first(workspace):
    for number in ("2026-000001", "2026-000002", "2026-000003"):
        kept(record_of(an_intake(), Purpose.CHECK, [number]), workspace)
    subjects = [record.subjects for record in latest_records(workspace, 2)]
    assert subjects == [("2026-000003",), ("2026-000002",)]


def test_a_refused_input_is_on_record_and_still_refused(workspace, tmp_path):
    path = tmp_path / "red.txt"
    with (
        pytest.raises(UnreadableFileError, match="empty_file"),
        recording_refusal(Purpose.CHECK, [path], workspace),
    ):
        raise UnreadableFileError("empty_file", file="red.txt")
    (record,) = latest_records(workspace, 5)
    assert (record.files, record.subjects, record.detected) == (("red.txt",), (), None)
    assert [issue.code for issue in record.issues] == ["empty_file"]


def test_nothing_on_record_is_said_so(workspace):
    with pytest.raises(IntakeNotFoundError, match="2026-000009"):
        record_of_subject("2026-000009", workspace)


def test_a_code_that_a_later_version_dropped_is_still_shown(workspace):
    kept(record_of(an_intake(), Purpose.CHECK, ["2026-000001"]), workspace)
    with workspace.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE issues SET code = 'gone' WHERE code = 'zero_area'")
    codes = [issue.code for issue in record_of_subject("2026-000001", workspace).issues]
    assert "retired_code" in codes


def test_the_log_of_a_layer_is_found_by_its_role(workspace, tmp_path):
    """Of three features one is a bow-tie, which is refused; the layer has no coverage."""
    bow_tie = Polygon([(E0, N0), (E0 + 9, N0 + 9), (E0 + 9, N0), (E0, N0 + 9)])
    squares = [box(E0 + at, N0, E0 + at + 10, N0 + 10) for at in (20, 40)]
    frame = gpd.GeoDataFrame(
        {"DLBM": ["0101", "0102", "0103"]}, geometry=[*squares, bow_tie], crs="EPSG:4527"
    )
    frame.to_file(tmp_path / "dltb.gpkg")
    imported = add_layer(
        LayerImport("land_survey", (tmp_path / "dltb.gpkg",), ReadOptions()), workspace
    )
    record = record_of_subject("land_survey", workspace)
    assert record == record_of_subject(f"land_survey/{imported.version.version}", workspace)
    assert (record.purpose, record.kept, record.refused) == (Purpose.LAYER, 2, 1)
    assert {"repair_too_large", "coverage_none"} <= {issue.code for issue in record.issues}
    (error,) = [issue for issue in record.issues if issue.severity is Severity.ERROR]
    assert error.bounds == (E0, N0, E0 + 9, N0 + 9)
    assert imported.issues == record.issues
