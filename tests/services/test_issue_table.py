"""The issue log as CSV and Excel: every row, no formulas, the place in metres."""

import csv

import openpyxl
import pytest

from services.domain.issue import Duty, Severity
from services.domain.wording import Language
from services.errors import InvalidOptionError, TargetExistsError
from services.issue_log import issue_of
from services.issue_table import ISSUE_COLUMNS, issue_documents, write_issues

FACTS = {"severity": Severity.ERROR, "duty": Duty.SUPPLIER, "file": "红线.txt"}
BOXED = issue_of(
    "zero_area", {}, **FACTS, feature=3, site="=HYPERLINK(1)", bounds=(10.0, 20.0, 14.0, 30.0)
)
PLACED = issue_of(
    "self_intersection", {"before": "1", "after": "2"}, **FACTS, place=(39_520_000.12345, 3.0)
)
ISSUES = (BOXED, PLACED)


def csv_rows(path):
    with path.open(encoding="utf-8-sig", newline="") as source:
        return list(csv.reader(source))


def test_csv_has_a_row_for_every_issue(tmp_path):
    write_issues(ISSUES, tmp_path / "log.csv", language=Language.ZH)
    head, *rows = csv_rows(tmp_path / "log.csv")
    assert head == [name.zh for name, _ in ISSUE_COLUMNS]
    assert [row[-1] for row in rows] == ["zero_area", "self_intersection"]
    assert rows[0][0] == "错误"


def test_the_place_is_the_point_or_the_middle_of_the_box(tmp_path):
    write_issues(ISSUES, tmp_path / "log.csv", language=Language.EN)
    _, boxed, placed = csv_rows(tmp_path / "log.csv")
    assert boxed[7:9] == ["12.0", "25.0"]
    assert placed[7:9] == ["39520000.123", "3.0"]


def test_foreign_text_is_no_formula(tmp_path):
    write_issues(ISSUES, tmp_path / "log.xlsx", language=Language.ZH)
    page = openpyxl.load_workbook(tmp_path / "log.xlsx").active
    assert page.cell(2, 4).value == "'=HYPERLINK(1)"
    assert page.cell(2, 3).value == 3
    assert page.max_row == 1 + len(ISSUES)


def test_an_empty_log_is_its_head(tmp_path):
    write_issues((), tmp_path / "log.csv", language=Language.EN)
    assert len(csv_rows(tmp_path / "log.csv")) == 1


def test_nothing_is_replaced_unasked(tmp_path):
    (tmp_path / "log.csv").write_text("mine")
    with pytest.raises(TargetExistsError):
        write_issues(ISSUES, tmp_path / "log.csv", language=Language.ZH)
    assert (tmp_path / "log.csv").read_text() == "mine"


def test_other_suffixes_are_refused(tmp_path):
    with pytest.raises(InvalidOptionError, match="issues_suffix"):
        write_issues(ISSUES, tmp_path / "log.pdf", language=Language.ZH)


def test_json_keeps_box_and_point():
    boxed, placed = issue_documents(ISSUES, Language.EN)
    assert (boxed["bounds"], boxed["place"]) == ((10.0, 20.0, 14.0, 30.0), None)
    assert placed["place"] == (39_520_000.12345, 3.0)
    assert (boxed["severity"], boxed["duty"]) == ("error", "supplier")
