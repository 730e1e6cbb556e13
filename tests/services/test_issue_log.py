"""The issue log: nothing that was refused, mended or remarked is missing, all in its place."""

import geopandas as gpd
import pytest
from shapely import box

from geo.errors import UnreadableFileError
from geo.intake import Detected, Intake, Note, Refusal, Repair, SourceFile
from services.domain.issue import Duty, Severity
from services.errors import NothingUsableError
from services.issue_log import counted_by_severity, issues_of, issues_of_error

GPKG = Detected("GPKG")
# a.gpkg has the features 0, 1, 2; b.gpkg has 3 and 4; the empty file between has none
FILES = (
    SourceFile("a.gpkg", 0, 3, "", GPKG),
    SourceFile("empty.gpkg", 3, 0, "", GPKG),
    SourceFile("b.gpkg", 3, 2, "", GPKG),
)


def intake(refused=(), repaired=(), notes=(), files=FILES):
    return Intake(gpd.GeoDataFrame(), Detected("GPKG", notes=notes), refused, repaired, "", files)


def test_every_record_is_one_issue_and_the_severest_comes_first():
    issues = issues_of(
        intake(
            refused=(Refusal(1, "S2", "zero_area", {"file": "a.gpkg", "feature": 2}),),
            repaired=(Repair(3, "S4", "self_intersection", 100.0, 99.5, place=(7.0, 8.0)),),
            notes=(
                Note("layer_chosen", {"file": "a.gpkg", "layer": "x"}),
                Note("heights_dropped", {"count": 3}),
            ),
        )
    )
    assert [issue.code for issue in issues] == [
        "zero_area",
        "self_intersection",
        "layer_chosen",
        "heights_dropped",
    ]
    assert counted_by_severity(issues) == {
        Severity.ERROR: 1,
        Severity.WARNING: 2,
        Severity.INFO: 1,
    }


@pytest.mark.parametrize(
    ("index", "file", "number"), [(0, "a.gpkg", 1), (2, "a.gpkg", 3), (3, "b.gpkg", 1)]
)
def test_a_repair_is_named_by_its_own_file_and_its_number_there(index, file, number):
    (issue,) = issues_of(intake(repaired=(Repair(index, None, "nested_parts", 2.0, 2.0),)))
    assert (issue.file, issue.feature) == (file, number)


def test_the_place_of_a_repair_and_the_box_of_a_refusal_are_kept():
    box = (1.0, 2.0, 3.0, 4.0)
    refusal = Refusal(0, None, "open_ring", {"file": "a.gpkg", "feature": 1}, bounds=box)
    repair = Repair(1, None, "self_intersection", 1.0, 1.0, place=(5.0, 6.0))
    refused, repaired = issues_of(intake(refused=(refusal,), repaired=(repair,)))
    assert (refused.bounds, refused.place) == (box, None)
    assert (repaired.bounds, repaired.place) == (None, (5.0, 6.0))


def test_who_must_mend_is_what_the_entry_of_the_code_says():
    answerable = Refusal(0, None, "axes_swapped", {"x": "1", "y": "2"})
    faulty = Refusal(1, None, "zero_area", {})
    by_code = {issue.code: issue.duty for issue in issues_of(intake(refused=(answerable, faulty)))}
    assert by_code == {"axes_swapped": Duty.ANALYST, "zero_area": Duty.SUPPLIER}


def test_sentences_are_complete_in_both_languages():
    (issue,) = issues_of(intake(repaired=(Repair(0, "甲", "self_intersection", 10.0, 9.99),)))
    for text in (issue.message.zh, issue.message.en, issue.remedy.zh, issue.remedy.en):
        assert text
        assert "{" not in text


def test_a_remark_on_a_feature_has_the_box_of_the_feature():
    kept = gpd.GeoDataFrame({"source_index": [0, 4]}, geometry=[box(0, 0, 1, 1), box(5, 6, 7, 8)])
    remark = Note("area_mismatch", {"feature": 2, "site": "乙"}, 4)
    (issue,) = issues_of(Intake(kept, Detected("GPKG", notes=(remark,)), files=FILES))
    assert (issue.file, issue.feature, issue.bounds) == ("b.gpkg", 2, (5.0, 6.0, 7.0, 8.0))


def test_remarks_made_after_reading_are_issues_too():
    (issue,) = issues_of(intake(), [Note("coverage_none", {"role": "forest"})])
    assert (issue.code, issue.severity) == ("coverage_none", Severity.WARNING)


def test_a_file_refused_as_a_whole_is_one_issue():
    error = UnreadableFileError("empty_file", file="red.txt")
    (issue,) = issues_of_error(error, ["red.txt"])
    assert (issue.code, issue.severity, issue.file) == ("empty_file", Severity.ERROR, "red.txt")
    assert "red.txt" in issue.message.zh


def test_the_faults_behind_a_refusal_stand_for_it():
    faults = (
        Refusal(0, "S1", "zero_area", {"file": "a.gpkg", "feature": 1}),
        Refusal(1, "S2", "open_ring", {"file": "a.gpkg", "feature": 2}),
    )
    issues = issues_of_error(NothingUsableError(refused=faults, count=2), ["a.gpkg"])
    assert [(issue.code, issue.feature) for issue in issues] == [("zero_area", 1), ("open_ring", 2)]
