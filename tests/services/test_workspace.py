import re
import shutil
import sqlite3
import threading
from contextlib import closing

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import IntegrityError

from geo.errors import GeographicCRSError, MissingCRSError
from services.database import migrate, tables
from services.database.connection import connect_to
from services.database.unit_of_work import SqlUnitOfWork
from services.errors import WorkspaceError
from services.repositories import FigureFile
from services.workspace import create_workspace, open_workspace, origin_of


def test_a_new_workspace_has_its_files_and_opens_again(tmp_path):
    made = create_workspace(tmp_path / "县")
    names = sorted(path.name for path in made.root.iterdir())
    assert names == ["datum", "layers", "plotwise.db", "plotwise.toml", "results", "uploads"]
    assert open_workspace(made.root).settings == made.settings
    assert made.settings.crs == "EPSG:4527"


@pytest.mark.parametrize(("given", "code"), [("26986", "EPSG:26986"), ("EPSG:4548", "EPSG:4548")])
def test_any_projected_crs_in_metres_will_do(tmp_path, given, code):
    assert create_workspace(tmp_path / "w", crs=given).settings.crs == code


@pytest.mark.parametrize(
    ("crs", "error"),
    [
        ("EPSG:4490", GeographicCRSError),
        ("EPSG:2249", GeographicCRSError),
        ("EPSG:999999", MissingCRSError),
        ("", MissingCRSError),
    ],
)
def test_degrees_and_feet_are_refused_and_nothing_is_made(tmp_path, crs, error):
    with pytest.raises(error, match="crs"):
        create_workspace(tmp_path / "w", crs=crs)
    assert list(tmp_path.iterdir()) == []


def test_an_existing_workspace_is_not_made_again(workspace):
    with pytest.raises(WorkspaceError, match="workspace_exists"):
        create_workspace(workspace.root)


def test_a_folder_with_files_is_left_alone_and_an_empty_one_is_used(tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine")
    with pytest.raises(WorkspaceError, match="workspace_exists"):
        create_workspace(tmp_path / "full")
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["notes.txt"]
    (tmp_path / "empty").mkdir()
    assert create_workspace(tmp_path / "empty").root == tmp_path / "empty"


def test_what_is_no_workspace_is_said_to_be_none(tmp_path):
    with pytest.raises(WorkspaceError, match=r"workspace_missing.*plotwise\.toml"):
        open_workspace(tmp_path)


def test_a_file_that_is_no_database_is_named(workspace):
    (workspace.root / "plotwise.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(WorkspaceError, match="workspace_broken"):
        open_workspace(workspace.root)


def test_a_workspace_of_a_later_version_is_refused(workspace):
    with closing(sqlite3.connect(workspace.root / "plotwise.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    with pytest.raises(WorkspaceError, match=r"workspace_later.*9999"):
        open_workspace(workspace.root)


def test_the_working_crs_cannot_be_changed_behind_the_layers(workspace):
    settings = workspace.root / "plotwise.toml"
    settings.write_text(settings.read_text("utf-8").replace("EPSG:4527", "EPSG:4528"), "utf-8")
    with pytest.raises(WorkspaceError, match=r"crs_changed.*EPSG:4528.*EPSG:4527"):
        open_workspace(workspace.root)


def test_the_origin_is_a_round_place_in_the_middle():
    assert origin_of((39_524_000, 3_851_000, 39_527_000, 3_852_000)) == (39_530_000, 3_850_000)


def test_before_the_first_layer_the_origin_is_the_middle_of_the_crs(workspace):
    east, north = workspace.origin
    assert east == 39_500_000  # the central meridian of zone 39
    assert 3_500_000 < north < 5_000_000


def test_the_database_is_in_write_ahead_mode_and_guarded(workspace):
    with workspace.engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "foreign_keys", "trusted_schema")
        }
    assert pragmas == {"journal_mode": "wal", "foreign_keys": 1, "trusted_schema": 0}


def test_migrations_and_tables_say_the_same(workspace):
    with workspace.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), tables.metadata) == []


def test_constraints_carry_the_names_that_later_migrations_look_for(workspace, tmp_path):
    declared = connect_to(tmp_path / "declared.db")
    tables.metadata.create_all(declared)
    assert constraint_names(workspace.engine) == constraint_names(declared)


def constraint_names(engine):
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name != 'alembic_version'"
    with engine.connect() as connection:
        found = connection.exec_driver_sql(query).all()
    return {name: sorted(re.findall(r"CONSTRAINT (\w+)", sql)) for name, sql in found}


def test_the_known_revisions_are_those_of_the_migrations():
    config = Config()
    config.set_main_option("script_location", "services:database/migrations")
    scripts = ScriptDirectory.from_config(config)
    shipped = [script.revision for script in scripts.walk_revisions()]
    assert tuple(reversed(shipped)) == migrate.REVISIONS
    assert scripts.get_current_head() == migrate.HEAD


def test_an_older_database_is_brought_forward_and_a_copy_kept(workspace, monkeypatch):
    """A database one revision behind: the upgrade runs, the old bytes stay beside it."""
    database = workspace.root / "plotwise.db"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
        connection.commit()
    upgraded = []
    monkeypatch.setattr(migrate, "REVISIONS", ("0000", *migrate.REVISIONS))
    monkeypatch.setattr(migrate, "_upgrade", upgraded.append)
    migrate.migrate(database)
    assert upgraded == [database]
    with closing(sqlite3.connect(workspace.root / "plotwise.db.0000")) as kept:
        assert kept.execute("SELECT crs FROM workspace").fetchone() == ("EPSG:4527",)


def test_leaving_without_commit_undoes_everything(workspace):
    with workspace.unit_of_work() as uow:
        uow.frame.settle_origin((39_520_000, 3_850_000))
    with workspace.unit_of_work() as uow:
        assert uow.frame.origin() is None


def test_an_error_undoes_everything(workspace):
    def settle_and_fail():
        with workspace.unit_of_work() as uow:
            uow.frame.settle_origin((39_520_000, 3_850_000))
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        settle_and_fail()
    with workspace.unit_of_work() as uow:
        assert uow.frame.origin() is None


def test_the_origin_is_settled_once(workspace):
    for origin in ((39_520_000, 3_850_000), (39_000_000, 3_000_000)):
        with workspace.unit_of_work() as uow:
            uow.frame.settle_origin(origin)
            uow.commit()
    assert workspace.origin == (39_520_000, 3_850_000)


def test_writers_wait_for_each_other(workspace):
    """Eight threads each take the next number ten times: all numbers are different."""
    taken, start = [], threading.Barrier(8)

    def take_numbers():
        start.wait()
        for _ in range(10):
            with workspace.unit_of_work() as uow:
                taken.append(uow.results.next_number(2026))
                uow.commit()

    threads = [threading.Thread(target=take_numbers) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [f"2026-{number:06d}" for number in range(1, 81)]


def test_a_reader_does_not_wait_for_a_writer_and_sees_what_was_committed(workspace):
    with workspace.unit_of_work() as writer:
        writer.frame.settle_origin((39_520_000, 3_850_000))
        with workspace.unit_of_work(read_only=True) as reader:
            assert reader.frame.origin() is None
        writer.commit()
    with workspace.unit_of_work(read_only=True) as reader:
        assert reader.frame.origin() == (39_520_000, 3_850_000)


def test_a_writer_that_does_not_end_is_said_to_be_busy(workspace):
    """The first writer keeps the lock; the second gives up after its timeout, here at once."""
    impatient = connect_to(workspace.root / "plotwise.db", timeout_s=0.05)
    with (
        workspace.unit_of_work(),
        pytest.raises(WorkspaceError, match="workspace_busy"),
        SqlUnitOfWork(impatient),
    ):
        pass


def test_a_full_disk_is_said_to_be_one(workspace):
    with pytest.raises(WorkspaceError, match=r"workspace_unwritable.*full"):
        write_on_a_full_disk(workspace)


def write_on_a_full_disk(workspace):
    """Write ten megabytes into a database that may not grow."""
    with workspace.unit_of_work() as uow:
        connection = uow.figures._connection
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        uow.figures.add(FigureFile("x" * 10_000_000, "0" * 64, "", ""), ())


def test_there_is_one_frame_and_no_second(workspace):
    with (
        pytest.raises(IntegrityError, match="ck_workspace_single_row"),
        workspace.engine.begin() as connection,
    ):
        connection.exec_driver_sql(
            "INSERT INTO workspace (id, crs, made_at, made_by, made_with) "
            "VALUES (2, 'EPSG:4528', '', '', '')"
        )


def test_empty_folders_that_a_copy_lost_are_made_again(workspace):
    (workspace.root / "uploads").rmdir()
    assert (open_workspace(workspace.root).root / "uploads").is_dir()


def test_a_workspace_may_be_moved(workspace, tmp_path):
    moved = tmp_path / "elsewhere"
    shutil.move(workspace.root, moved)
    assert open_workspace(moved).root == moved
