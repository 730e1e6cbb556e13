"""The repositories on tables."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from services.database import tables
from services.domain.layer import LayerVersion
from services.domain.project import UseScheme
from services.repositories import Bounds, FigureFile, FigureRow, ResultLine, StoredResult

__all__ = ["SqlFigures", "SqlFrame", "SqlLayers", "SqlResults"]


class SqlFrame:
    """The one row that says in which frame the workspace measures."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def crs(self) -> str:
        """Working CRS that the workspace was made with."""
        return str(self._connection.execute(select(tables.workspace.c.crs)).scalar_one())

    def origin(self) -> tuple[int, int] | None:
        """Integer easting and northing of local coordinates; `None` before the first layer."""
        columns = tables.workspace.c
        row = self._connection.execute(select(columns.origin_east, columns.origin_north)).one()
        return None if row.origin_east is None else (row.origin_east, row.origin_north)

    def settle_origin(self, origin: tuple[int, int]) -> None:
        """Fix the origin for good; one that is fixed stays."""
        east, north = origin
        self._connection.execute(
            update(tables.workspace)
            .where(tables.workspace.c.origin_east.is_(None))
            .values(origin_east=east, origin_north=north)
        )


class SqlLayers:
    """The catalogue of layer versions."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def versions(self, role: str | None = None) -> tuple[LayerVersion, ...]:
        """Versions of one role, or of all, by role and first day."""
        columns = tables.layer_versions.c
        query = select(tables.layer_versions).order_by(columns.role, columns.valid_from)
        if role is not None:
            query = query.where(columns.role == role)
        return tuple(_version(row) for row in self._connection.execute(query))

    def version(self, role: str, version: str) -> LayerVersion | None:
        """One version, if it is loaded."""
        columns = tables.layer_versions.c
        row = self._connection.execute(
            select(tables.layer_versions).where(columns.role == role, columns.version == version)
        ).one_or_none()
        return None if row is None else _version(row)

    def add(
        self, version: LayerVersion, *, bounds: Bounds | None, imported_by: str, confirmed_at: str
    ) -> None:
        """Enter a version whose folder is complete."""
        names = set(tables.layer_versions.c.keys()) & set(LayerVersion.__dataclass_fields__)
        values: dict[str, Any] = {name: getattr(version, name) for name in names}
        values["has_coverage"] = int(version.has_coverage)
        values["imported_by"] = imported_by
        values["confirmed_empty_at"] = confirmed_at if version.confirmed_empty_by else None
        if bounds is not None:
            values |= dict(zip(("west", "south", "east", "north"), bounds, strict=True))
        self._connection.execute(insert(tables.layer_versions).values(values))

    def extent(self) -> Bounds | None:
        """Box around all versions and their coverages; `None` when there is no ground yet."""
        columns = tables.layer_versions.c
        row = self._connection.execute(
            select(
                func.min(columns.west),
                func.min(columns.south),
                func.max(columns.east),
                func.max(columns.north),
            )
        ).one()
        return None if row[0] is None else (row[0], row[1], row[2], row[3])


def _version(row: Row[Any]) -> LayerVersion:
    facts = {name: getattr(row, name) for name in LayerVersion.__dataclass_fields__}
    facts["scheme"] = UseScheme(row.scheme)
    facts["has_coverage"] = bool(row.has_coverage)
    return LayerVersion(**facts)


class SqlResults:
    """Numbers and documents of results."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def next_number(self, year: int) -> str:
        """Next number of a year, `2026-000001`; given back when the unit of work fails."""
        series = tables.number_series
        last = self._connection.execute(
            select(series.c.last).where(series.c.year == year)
        ).scalar_one_or_none()
        if last is None:
            self._connection.execute(insert(series).values(year=year, last=1))
        else:
            self._connection.execute(
                update(series).where(series.c.year == year).values(last=last + 1)
            )
        return f"{year}-{(last or 0) + 1:06d}"

    def add(self, result: StoredResult) -> None:
        """Store a result under its number."""
        values = {name: getattr(result, name) for name in StoredResult.__dataclass_fields__}
        self._connection.execute(insert(tables.results).values(values))

    def result(self, number: str) -> StoredResult | None:
        """One stored result, if there is one."""
        row = self._connection.execute(
            select(tables.results).where(tables.results.c.number == number)
        ).one_or_none()
        return None if row is None else StoredResult(**row._mapping)

    def latest(self, limit: int) -> tuple[ResultLine, ...]:
        """The results stored last, newest first."""
        columns = [tables.results.c[name] for name in ResultLine.__dataclass_fields__]
        rows = self._connection.execute(
            select(*columns).order_by(tables.results.c.number.desc()).limit(limit)
        )
        return tuple(ResultLine(**row._mapping) for row in rows)


class SqlFigures:
    """Plan figures by day and town."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, file: FigureFile, rows: tuple[FigureRow, ...]) -> None:
        """Store the lines of one file."""
        values = {name: getattr(file, name) for name in FigureFile.__dataclass_fields__}
        entered = self._connection.execute(insert(tables.figure_files).values(values))
        (file_id,) = entered.inserted_primary_key or (None,)
        names = FigureRow.__dataclass_fields__
        lines = [{name: getattr(row, name) for name in names} for row in rows]
        self._connection.execute(
            insert(tables.plan_figures), [line | {"file_id": file_id} for line in lines]
        )

    def rows(self, *, until: date | None = None) -> tuple[FigureRow, ...]:
        """Lines dated up to a day, inclusive, oldest first."""
        columns = tables.plan_figures.c
        query = select(*(columns[name] for name in FigureRow.__dataclass_fields__)).order_by(
            columns.date, columns.town_code
        )
        if until is not None:
            query = query.where(columns.date <= until)
        return tuple(FigureRow(**row._mapping) for row in self._connection.execute(query))
