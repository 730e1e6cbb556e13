"""`plotwise demo`: documents of every outcome and an audit whose counts add up; twice alike."""

import openpyxl
import pytest


@pytest.mark.slow
def test_the_demonstration_writes_its_documents_and_may_be_run_again(plotwise, tmp_path):
    out = tmp_path / "documents"
    for _ in range(2):
        ended = plotwise("demo", "--out", out)
        assert ended.code == 0
        assert "supplied plots: audit.xlsx" in ended.err
        endings = {path.suffix for path in out.iterdir()}
        assert endings == {".docx", ".xlsx", ".html"}
    book = openpyxl.load_workbook(out / "audit.xlsx")
    totals = {row[0]: row[1] for row in book["totals"].iter_rows(values_only=True) if row[0]}
    assert totals["total"] == book["sites"].max_row - 1 > 10
