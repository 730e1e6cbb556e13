"""Rows of an audit on their way: whole chunks, kept through a kill, read back in order.

A small database beside the output. A chunk is one transaction, and the index of a site is the
key, so that no row is lost or comes twice however often the audit is broken off.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from services.audit.rows import AuditRow
from services.errors import ServiceError

__all__ = ["AuditStore", "store_beside"]

FORM = "1"
TABLES = """
    CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
    CREATE TABLE rows (position INTEGER PRIMARY KEY, content BLOB NOT NULL);
"""
# rows repeat the names of roles and themes; the quickest level halves them several times
LEVEL = 1


def store_beside(out: Path) -> Path:
    """Where the rows of an audit lie until its output is written."""
    return out.with_name(f".{out.name}.audit")


@cache
def _adapter() -> TypeAdapter[AuditRow]:
    return TypeAdapter(AuditRow)


class AuditStore:
    """Rows by the index of their site."""

    def __init__(self, path: Path, *, facts: Mapping[str, str] | None = None) -> None:
        """Open a store, or make a new one that starts with some facts.

        Raises
        ------
        ServiceError
            `audit_store_broken`: what lies there is no store of this form.
        """
        self._path = path
        if facts is not None:
            path.unlink(missing_ok=True)
        self._connection = sqlite3.connect(path, isolation_level=None)
        if facts is not None:
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.executescript(TABLES)
            self._connection.executemany(
                "INSERT INTO meta VALUES (?, ?)", [*facts.items(), ("form", FORM)]
            )
        if self._facts().get("form") != FORM:
            self.close()
            raise ServiceError("audit_store_broken", file=str(path))

    def _facts(self) -> dict[str, str]:
        try:
            return dict(self._connection.execute("SELECT name, value FROM meta").fetchall())
        except sqlite3.DatabaseError as err:
            self.close()
            raise ServiceError("audit_store_broken", file=str(self._path)) from err

    def fact(self, name: str) -> str:
        """What the store was started with."""
        return self._facts()[name]

    def add(self, rows: Iterable[AuditRow]) -> None:
        """Keep the rows of a chunk, all or none."""
        packed = [(row.index, zlib.compress(_adapter().dump_json(row), LEVEL)) for row in rows]
        with closing(self._connection.cursor()) as cursor:
            cursor.execute("BEGIN IMMEDIATE")
            cursor.executemany("INSERT INTO rows VALUES (?, ?)", packed)
            cursor.execute("COMMIT")

    def done(self) -> set[int]:
        """Indexes of the sites whose rows are kept."""
        return {index for (index,) in self._connection.execute("SELECT position FROM rows")}

    def rows(self) -> Iterator[AuditRow]:
        """All rows in the order of the input, one at a time."""
        for (content,) in self._connection.execute("SELECT content FROM rows ORDER BY position"):
            yield _adapter().validate_json(zlib.decompress(content))

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def remove(self) -> None:
        """Close and remove the store."""
        self.close()
        for ending in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + ending).unlink(missing_ok=True)


def facts_text(facts: object) -> str:
    """Facts as text that two runs can compare."""
    return json.dumps(facts, sort_keys=True, ensure_ascii=False, default=str)
