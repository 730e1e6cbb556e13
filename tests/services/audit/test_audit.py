"""Audits: every feature a row, whoever computes; digits as in single checks; nothing lost."""

import csv
import os
import sqlite3
from dataclasses import replace

import geopandas as gpd
import openpyxl
import pyarrow.parquet as pq
import pytest

from geo.intake import ReadOptions
from services.audit import job as audit_job
from services.audit import run as audit_run
from services.audit.executors import judged_chunks
from services.audit.request import AuditRequest, Executor
from services.audit.rows import Status
from services.audit.run import audit_sites
from services.audit.store import AuditStore, store_beside
from services.domain.verdict import State
from services.errors import InvalidOptionError, ServiceError, TargetExistsError
from services.siting.check import check_sites
from services.siting.request import CheckRequest

from .conftest import BOW_TIE, DAY, SQUARES

# of the nine squares: three wholly 0102, three half and half, three wholly 0601
AREA_0102, AREA_0601 = 45_000.0, 45_000.0


def records(run):
    return pq.read_table(run.out).to_pylist()


def test_every_square_is_a_row_with_the_areas_known_by_heart(audit):
    run = audit(SQUARES)
    assert (run.sites, run.judged, run.refused, run.failed) == (9, 9, 0, 0)
    rows = records(run)
    assert [row["index"] for row in rows] == list(range(9))
    assert [row["name"] for row in rows] == [f"地块{n}" for n in range(9)]
    assert [row["area_m2"] for row in rows] == [10_000.0] * 9
    survey = [
        {cell["code"]: cell["area_m2"] for cell in row["classes"] if cell["role"] == "land_survey"}
        for row in rows
    ]
    column = [{"0102": 10_000.0}, {"0102": 5_000.0, "0601": 5_000.0}, {"0601": 10_000.0}]
    assert survey == column * 3
    farmland = [
        cell["area_m2"]
        for row in rows
        for cell in row["classes"]
        if cell["role"] == "permanent_farmland"
    ]
    assert farmland == [3_000.0]


def test_the_square_on_basic_farmland_is_vetoed_and_the_others_are_not_green(audit):
    """Most required layers are missing, so nothing else can be decided."""
    rows = records(audit(SQUARES))
    assert [row["verdict"] for row in rows] == ["nonconforming"] + ["undecided"] * 8
    assert "3,000.00" in rows[0]["finding"]
    assert rows[0]["permanent_farmland"] == "nonconforming"


def test_rows_are_what_single_checks_print(audit, parcels, ground):
    path = parcels(SQUARES)
    rows = records(audit(None, path=path))
    request = CheckRequest((path,), ReadOptions(), as_of=DAY, use="M2", each=True)
    for row, result in zip(rows, check_sites(request, ground).results, strict=True):
        assert row["verdict"] == result.verdict
        assert row["outcome"] == result.outcome
        assert row["area_m2"] == result.site.area_m2
        assert row["ellipsoid_area_m2"] == result.site.ellipsoid_area_m2
        assert row["finding"] == (result.findings[0].message.zh if result.findings else "")
        for theme in result.themes:
            assert row[theme.theme] == theme.state
        printed = {
            (line.role, cell.code): cell.area_m2
            for theme in result.themes
            for line in theme.layers
            for cell in line.classes
        }
        ours = {(cell["role"], cell["code"]): cell["area_m2"] for cell in row["classes"]}
        assert printed.items() <= ours.items()


def test_classes_remainder_and_overlap_add_up_to_the_area(audit):
    for row in records(audit(SQUARES)):
        for layer in row["layers"]:
            classes = [c["area_m2"] for c in row["classes"] if c["role"] == layer["role"]]
            total = sum(classes) + layer["remainder_m2"] - layer["overlap_m2"]
            assert total == pytest.approx(row["area_m2"], abs=1e-9)


@pytest.mark.parametrize("chunk_sites", [1, 2, 4, 100])
def test_the_table_does_not_depend_on_the_chunks(audit, parcels, chunk_sites):
    path = parcels(SQUARES)
    assert records(audit(None, path=path, chunk_sites=chunk_sites)) == records(
        audit(None, path=path, chunk_sites=3)
    )


@pytest.mark.parametrize("executor", [Executor.THREADS, Executor.PROCESSES])
def test_the_table_does_not_depend_on_who_computes(audit, parcels, executor):
    path = parcels(SQUARES)
    serial = records(audit(None, path=path))
    assert records(audit(None, path=path, executor=executor, workers=2, chunk_sites=2)) == serial


def test_an_input_without_features_is_a_table_without_rows(audit):
    run = audit([])
    assert (run.sites, records(run)) == (0, [])


def test_a_refused_feature_is_a_row_that_says_why_in_its_place(audit):
    run = audit([SQUARES[0], BOW_TIE, SQUARES[1]])
    assert (run.sites, run.judged, run.refused) == (3, 2, 1)
    rows = records(run)
    assert [row["status"] for row in rows] == ["judged", "refused", "judged"]
    refused = rows[1]
    assert (refused["index"], refused["code"]) == (1, "repair_too_large")
    assert refused["message"]
    assert (refused["verdict"], refused["area_m2"]) == ("undecided", None)
    assert run.by_verdict[State.UNDECIDED] == 2


def test_a_site_that_fails_is_a_row_and_the_others_go_on(audit, monkeypatch):
    judge = audit_job.gather_facts

    def failing(planned, *rest):
        if planned.names[0] == "地块1":
            raise RuntimeError("boom")
        return judge(planned, *rest)

    monkeypatch.setattr(audit_job, "gather_facts", failing)
    run = audit(SQUARES[:3])
    assert (run.judged, run.failed) == (2, 1)
    failed = records(run)[1]
    assert (failed["status"], failed["code"], failed["verdict"]) == (
        "failed",
        "failure",
        "undecided",
    )
    assert "boom" in failed["message"]


def die(job, sites):
    """A worker that is killed at one site, as the system does when memory is short."""
    if (sites["site_name"] == "地块1").any():
        os._exit(9)
    return audit_job.judge_chunk(job, sites)


def test_a_worker_that_dies_costs_only_the_site_that_killed_it(audit, monkeypatch):
    monkeypatch.setattr("services.audit.executors.judge_chunk", die)
    run = audit(SQUARES[:4], executor=Executor.PROCESSES, workers=1, chunk_sites=2)
    assert (run.judged, run.failed) == (3, 1)
    assert [row["code"] for row in records(run)] == ["", "audit_worker_died", "", ""]


class Stopped(BaseException):
    """Somebody pulled the plug."""


@pytest.mark.parametrize("after", [0, 2, 5, 8])
def test_a_broken_off_audit_goes_on_without_losing_or_repeating_a_row(
    audit, parcels, tmp_path, after
):
    path, out = parcels([*SQUARES, BOW_TIE]), tmp_path / "night.parquet"

    def stop(done, _total):
        if done > after:
            raise Stopped

    with pytest.raises(Stopped):
        audit(None, path=path, out=out, chunk_sites=1, progress=stop)
    assert not out.exists()
    run = audit(None, path=path, out=out, chunk_sites=1, resume=True)
    assert 0 < run.resumed < run.sites
    assert records(run) == records(audit(None, path=path))
    assert not store_beside(out).exists()


def test_rows_of_another_question_are_not_gone_on_with(audit, parcels, tmp_path):
    path, out = parcels(SQUARES), tmp_path / "night.parquet"

    def stop(_done, _total):
        raise Stopped

    with pytest.raises(Stopped):
        audit(None, path=path, out=out, progress=stop)
    with pytest.raises(InvalidOptionError, match="audit_changed"):
        audit(SQUARES[:4], out=out, resume=True)


def test_there_must_be_something_to_go_on_with(audit):
    with pytest.raises(InvalidOptionError, match="audit_nothing_to_resume"):
        audit(SQUARES, resume=True)


def test_a_damaged_store_is_said_to_be_one(audit, tmp_path):
    out = tmp_path / "night.parquet"
    store_beside(out).write_bytes(b"not a database, " * 100)
    with pytest.raises(ServiceError, match="audit_store_broken"):
        audit(SQUARES, out=out, resume=True)


def test_an_output_is_not_replaced_unasked(audit, tmp_path):
    out = tmp_path / "mine.parquet"
    out.write_text("mine")
    with pytest.raises(TargetExistsError):
        audit(SQUARES, out=out)
    assert out.read_text() == "mine"


def test_another_kind_of_output_is_refused_before_the_work(audit):
    with pytest.raises(InvalidOptionError, match="audit_suffix"):
        audit(SQUARES, ".pdf")


def test_a_use_that_no_table_has_is_refused_before_the_work(audit, ground, parcels, tmp_path):
    check = CheckRequest((parcels(SQUARES),), ReadOptions(), as_of=DAY, use="XYZ")
    asked = AuditRequest(check, tmp_path / "a.parquet", executor=Executor.SERIAL)
    with pytest.raises(InvalidOptionError):
        audit_sites(asked, ground)
    assert not store_beside(tmp_path / "a.parquet").exists()


def test_the_parquet_says_what_it_was_made_from(audit, ground):
    metadata = pq.read_schema(audit(SQUARES[:1]).out).metadata
    assert metadata[b"plotwise.as_of"] == b"2022-06-16"
    assert metadata[b"plotwise.rule_set"].startswith(b"transition_2019")
    assert b"plotwise.layer.land_survey" in metadata


def test_csv_has_sites_and_areas_in_two_files(audit):
    run = audit(SQUARES, ".csv")
    areas = run.out.with_stem(run.out.stem + "_areas")
    with (
        run.out.open(encoding="utf-8-sig", newline="") as sites_file,
        areas.open(encoding="utf-8-sig", newline="") as areas_file,
    ):
        sites, cells = list(csv.DictReader(sites_file)), list(csv.DictReader(areas_file))
    assert [row["index"] for row in sites] == [str(n) for n in range(9)]
    survey = [float(c["area_m2"]) for c in cells if c["role"] == "land_survey"]
    assert sum(survey) == AREA_0102 + AREA_0601


def test_the_workbook_has_totals_that_add_up(audit):
    book = openpyxl.load_workbook(audit([*SQUARES, BOW_TIE], ".xlsx").out)
    totals = [row for row in book["汇总"].iter_rows(values_only=True) if row[0]]
    verdicts = {row[0]: row[1:3] for row in totals[: totals.index(("图层", "分类", "面积(m²)"))]}
    assert verdicts["合计"] == (10, 90_000)
    assert sum(count for name, (count, _) in verdicts.items() if name not in ("结论", "合计")) == 10
    survey = {row[1]: row[2] for row in totals if row[0] == "现状地类（土地调查）"} or {
        row[1]: row[2] for row in totals if str(row[1]).startswith(("0102", "0601"))
    }
    assert sorted(value for name, value in survey.items() if name[:4] in ("0102", "0601")) == [
        AREA_0102,
        AREA_0601,
    ]
    assert book["地块"].max_row == 11


def test_the_workbook_goes_on_on_another_sheet_at_the_limit(audit, monkeypatch):
    monkeypatch.setattr("services.audit.workbook.ROWS_A_SHEET", 4)
    book = openpyxl.load_workbook(audit(SQUARES, ".xlsx").out)
    assert [book[name].max_row for name in ("地块", "地块2", "地块3")] == [5, 5, 2]


def test_the_geopackage_draws_every_site_that_has_an_outline(audit):
    drawn = gpd.read_file(audit([SQUARES[0], BOW_TIE, SQUARES[1]], ".gpkg").out)
    assert drawn["index"].tolist() == [0, 1, 2]
    assert drawn.geometry.isna().tolist() == [False, True, False]
    assert drawn.geometry.iloc[2].equals(SQUARES[1])


def test_at_most_a_few_chunks_are_under_way(audit, parcels, monkeypatch):
    """Whoever makes the chunks is asked for them only as they are needed."""
    asked = []

    def chunks():
        for n in range(100):
            asked.append(n)
            yield n

    class Request:
        executor, workers = Executor.THREADS, 2

    monkeypatch.setattr("services.audit.executors.judge_chunk", lambda _job, chunk: [chunk])
    rows = judged_chunks(None, chunks(), Request())
    next(rows)
    assert len(asked) <= 3 * 2
    assert len(list(rows)) == 99


def test_a_layer_that_is_replaced_meanwhile_is_named(audit, ground, monkeypatch):
    honest = audit_run.roles_in_force
    calls = []

    def replaced(workspace, day):
        roles = honest(workspace, day)
        calls.append(day)
        if len(calls) > 1:
            version = replace(roles["land_survey"].version, version="newer")
            roles["land_survey"] = replace(roles["land_survey"], version=version)
        return roles

    monkeypatch.setattr(audit_run, "roles_in_force", replaced)
    (note,) = audit(SQUARES[:1]).notes
    assert (note.code, note.params["role"], note.params["newer"]) == (
        "audit_layer_replaced",
        "land_survey",
        "newer",
    )


def test_rows_know_three_ways_to_end():
    assert [status.value for status in Status] == ["judged", "refused", "failed"]


def test_the_store_is_a_database_of_its_own(tmp_path):
    store = AuditStore(tmp_path / "x.audit", facts={"asked": "a"})
    assert (store.fact("asked"), store.done()) == ("a", set())
    store.close()
    with sqlite3.connect(tmp_path / "x.audit") as again:
        assert again.execute("SELECT count(*) FROM rows").fetchone() == (0,)
