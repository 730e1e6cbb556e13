"""Connections to the SQLite file of a workspace.

Every write begins with BEGIN IMMEDIATE, so that two writers wait for each other instead of
failing half-way. Each unit of work has its own connection: SQLite connections belong to one
thread, and none stays open behind a long-lived server.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event

__all__ = ["READ_ONLY", "connect_to", "reading"]

READ_ONLY = "plotwise_read_only"
BUSY_TIMEOUT_S = 30


def connect_to(
    path: Path, *, foreign_keys: bool = True, timeout_s: float = BUSY_TIMEOUT_S
) -> Engine:
    """Engine of one database file; `foreign_keys` is off only while tables are rebuilt."""
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=NullPool,
        connect_args={"timeout": timeout_s},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
        # the driver's own transaction control would begin deferred
        connection.isolation_level = None
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get(READ_ONLY, False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that reads a snapshot and keeps no writer waiting."""
    with engine.connect() as connection:
        yield connection.execution_options(**{READ_ONLY: True})
