"""A transaction on the database of a workspace."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine, RootTransaction
from sqlalchemy.exc import DatabaseError, OperationalError

from services.database.connection import READ_ONLY
from services.database.intakes import SqlIntakes
from services.database.repositories import SqlFigures, SqlFrame, SqlLayers, SqlResults
from services.errors import WorkspaceError
from services.repositories import (
    FigureRepository,
    FrameRepository,
    IntakeRepository,
    LayerRepository,
    ResultRepository,
)

__all__ = ["SqlUnitOfWork"]


class SqlUnitOfWork:
    """Repositories on one connection inside one transaction.

    Parameters
    ----------
    engine
        Database of the workspace.
    read_only
        Read a snapshot without keeping writers waiting.
    """

    frame: FrameRepository
    layers: LayerRepository
    results: ResultRepository
    intakes: IntakeRepository
    figures: FigureRepository

    def __init__(self, engine: Engine, *, read_only: bool = False) -> None:
        self._engine = engine
        self._read_only = read_only
        self._connection: Connection | None = None
        self._transaction: RootTransaction | None = None

    def __enter__(self) -> Self:
        """Begin; a second writer waits for the first.

        Raises
        ------
        WorkspaceError
            `workspace_busy` when another writer does not end, `workspace_broken` when the
            file is no database, `workspace_unwritable` when it cannot be opened.
        """
        try:
            connection = self._engine.connect()
        except DatabaseError as err:
            raise _refusal(self._engine, err) from err
        try:
            connection.execution_options(**{READ_ONLY: self._read_only})
            self._transaction = connection.begin()
        except DatabaseError as err:
            connection.close()
            raise _refusal(self._engine, err) from err
        self._connection = connection
        self.frame = SqlFrame(connection)
        self.layers = SqlLayers(connection)
        self.results = SqlResults(connection)
        self.intakes = SqlIntakes(connection)
        self.figures = SqlFigures(connection)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Roll back what was not committed, and let go of the file.

        Raises
        ------
        WorkspaceError
            `workspace_unwritable` when the disk is full or the file may not be written.
        """
        if self._transaction is not None and self._transaction.is_active:
            self._transaction.rollback()
        if self._connection is not None:
            self._connection.close()
        if isinstance(error, OperationalError):
            raise _refusal(self._engine, error) from error

    def commit(self) -> None:
        """Make it last."""
        if self._transaction is None:
            raise RuntimeError("commit outside of the unit of work")
        self._transaction.commit()


def _refusal(engine: Engine, err: DatabaseError) -> WorkspaceError:
    """What SQLite's complaint means to whoever asked."""
    reason = str(err.orig or err)
    if not isinstance(err, OperationalError):
        code = "workspace_broken"
    elif "locked" in reason:
        code = "workspace_busy"
    else:
        code = "workspace_unwritable"
    return WorkspaceError(code, folder=str(engine.url.database), reason=reason)
