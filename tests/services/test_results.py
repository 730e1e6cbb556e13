import sqlite3
from contextlib import closing

import pytest
from sqlalchemy.exc import IntegrityError

from services.errors import ResultNotFoundError
from services.results import load_result, next_number, store_result
from services.testing import example_result


def store(workspace, result):
    with workspace.unit_of_work() as uow:
        store_result(result, uow)
        uow.commit()


def test_a_result_comes_back_as_it_was_stored(workspace):
    result = example_result(name="机械厂 ${alert(1)} </script>")
    store(workspace, result)
    assert load_result(result.number, workspace) == result


def test_a_result_is_stored_once(workspace):
    store(workspace, example_result())
    with pytest.raises(IntegrityError, match="results"):
        store(workspace, example_result(name="another"))
    assert load_result("2026-000001", workspace) == example_result()


def test_numbers_run_by_year_without_gaps(workspace):
    with workspace.unit_of_work() as uow:
        numbers = [next_number(year, uow) for year in (2026, 2026, 2027, 2026)]
        uow.commit()
    assert numbers == ["2026-000001", "2026-000002", "2027-000001", "2026-000003"]


def test_a_number_that_was_not_used_is_given_again(workspace):
    with workspace.unit_of_work() as uow:
        assert next_number(2026, uow) == "2026-000001"
    with workspace.unit_of_work() as uow:
        assert next_number(2026, uow) == "2026-000001"


def test_an_unknown_number_is_refused(workspace):
    with pytest.raises(ResultNotFoundError, match=r"result_not_found.*2026-000009"):
        load_result("2026-000009", workspace)


def test_a_result_that_was_touched_is_not_shown(workspace):
    store(workspace, example_result())
    with closing(sqlite3.connect(workspace.root / "plotwise.db")) as database:
        database.execute("UPDATE results SET document = replace(document, '30.0', '0.30')")
        database.commit()
    with pytest.raises(ResultNotFoundError, match="result_damaged"):
        load_result("2026-000001", workspace)
