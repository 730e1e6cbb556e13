"""Bring the database of a workspace to the newest form.

The plain look at the revision keeps Alembic out of the way of every command; it is loaded
only where something has to be migrated.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from importlib.resources import as_file, files
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DatabaseError

from services.database.connection import connect_to, reading
from services.errors import WorkspaceError

__all__ = ["HEAD", "REVISIONS", "make_tables", "migrate", "revision_of"]

REVISIONS = ("0001", "0002")
HEAD = REVISIONS[-1]


def revision_of(path: Path) -> str | None:
    """Revision of the tables; `None` for a database without tables of ours.

    Raises
    ------
    WorkspaceError
        The file is no database (`workspace_broken`).
    """
    try:
        with reading(connect_to(path)) as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            row = connection.execute(text("SELECT version_num FROM alembic_version")).first()
    except DatabaseError as err:
        raise WorkspaceError("workspace_broken", folder=str(path), reason=str(err.orig)) from err
    return None if row is None else str(row[0])


def make_tables(path: Path) -> None:
    """Tables of the newest form in a new database file, in write-ahead mode."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    _upgrade(path)


def migrate(path: Path) -> None:
    """Bring an older database to the newest form; a copy of the old one stays beside it.

    Raises
    ------
    WorkspaceError
        `workspace_later` for a form that this version does not know, `workspace_broken` for
        a file without our tables.
    """
    found = revision_of(path)
    if found == HEAD:
        return
    if found is None:
        raise WorkspaceError("workspace_broken", folder=str(path), reason="no tables")
    if found not in REVISIONS:
        raise WorkspaceError("workspace_later", folder=str(path.parent), revision=found)
    _keep_copy(path, path.with_name(f"{path.name}.{found}"))
    _upgrade(path)


def _keep_copy(source: Path, target: Path) -> None:
    """Copy a database with what still lies in its write-ahead log."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def _upgrade(path: Path) -> None:
    from alembic import command  # noqa: PLC0415 - see the module's first lines
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    engine = connect_to(path, foreign_keys=False)
    with (
        as_file(files("services.database").joinpath("migrations")) as location,
        engine.begin() as connection,
    ):
        config.set_main_option("script_location", str(location).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, HEAD)
        _require_sound_keys(connection, path)


def _require_sound_keys(connection: Connection, path: Path) -> None:
    faults = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if faults:
        raise WorkspaceError(
            "workspace_broken", folder=str(path), reason=f"{len(faults)} dangling keys"
        )
