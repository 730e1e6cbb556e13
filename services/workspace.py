"""The folder in which a centre keeps its layers, results and settings.

`plotwise.toml` settings, `plotwise.db` catalogue and results, `layers/<role>/<version>/`
immutable imports, `results/` sheets and maps, `uploads/` files from the web, `datum/` the
centre's files of datum parameters.
"""

from __future__ import annotations

import getpass
import shutil
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Engine, insert

from geo._version import __version__
from geo.areal_scale import ArealScale, fit_areal_scale
from geo.coordinate_range import extent_of_use
from geo.crs import normalise_crs, require_measuring, require_projected
from services.database import tables
from services.database.connection import connect_to
from services.database.migrate import make_tables, migrate
from services.database.unit_of_work import SqlUnitOfWork
from services.errors import WorkspaceError
from services.repositories import Bounds
from services.settings import (
    DEFAULT_CRS,
    SETTINGS_FILE,
    Settings,
    read_settings,
    settings_template,
)

__all__ = [
    "REACH_M",
    "Workspace",
    "areal_scale_around",
    "create_workspace",
    "now_text",
    "open_workspace",
    "origin_of",
    "today",
    "user_name",
]

DATABASE_FILE = "plotwise.db"
FOLDERS = ("layers", "results", "uploads", "datum")
# a county with its neighbours; the polynomial of the areal scale is fitted to this square
REACH_M = 150_000.0
ORIGIN_STEP_M = 10_000


@dataclass(frozen=True, slots=True, eq=False)
class Workspace:
    """An open workspace; its settings were read once.

    Attributes
    ----------
    root
        Absolute path of the folder.
    settings
        Checked settings; the working CRS is the one the workspace was made with.
    engine
        Database, for units of work only.
    """

    root: Path
    settings: Settings
    engine: Engine
    _settled: list[tuple[int, int]] = field(default_factory=list, init=False, repr=False)

    @property
    def layers_folder(self) -> Path:
        """Where layer versions lie, a folder per role."""
        return self.root / "layers"

    def unit_of_work(self, *, read_only: bool = False) -> SqlUnitOfWork:
        """A transaction for a `with` block; `read_only` keeps no writer waiting."""
        return SqlUnitOfWork(self.engine, read_only=read_only)

    @property
    def origin(self) -> tuple[int, int]:
        """Integer easting and northing that all stores subtract, fixed by the first layer.

        Before the first layer it is the middle of the area for which the CRS is defined.
        """
        if not self._settled:
            with self.unit_of_work(read_only=True) as uow:
                origin = uow.frame.origin()
            if origin is None:
                return _middle_of_crs(self.settings.crs)
            self._settled.append(origin)
        return self._settled[0]

    @property
    def areal_scale(self) -> ArealScale:
        """Fit of ellipsoid to plane area around the origin."""
        return areal_scale_around(self.origin, self.settings.crs)


def create_workspace(root: Path, *, crs: str = DEFAULT_CRS) -> Workspace:
    """Make an empty workspace.

    Parameters
    ----------
    root
        New or empty folder.
    crs
        Working CRS: anything that names a projected CRS in metres.

    Raises
    ------
    WorkspaceError
        `workspace_exists` for a folder that holds anything.
    MissingCRSError, GeographicCRSError
        The CRS is unknown or not in metres.
    """
    require_projected(crs)
    require_measuring(crs)
    code = normalise_crs(crs)
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise WorkspaceError("workspace_exists", folder=str(root))
    root = root.absolute()
    beside = root.with_name(f".{root.name}.new")
    shutil.rmtree(beside, ignore_errors=True)
    for name in FOLDERS:
        (beside / name).mkdir(parents=True)
    (beside / SETTINGS_FILE).write_text(settings_template(code), "utf-8", newline="\n")
    make_tables(beside / DATABASE_FILE)
    _enter_frame(beside / DATABASE_FILE, code)
    if root.exists():
        root.rmdir()
    beside.rename(root)
    return open_workspace(root)


def open_workspace(root: Path) -> Workspace:
    """Open a workspace; one of an earlier version is brought to the newest form.

    Raises
    ------
    WorkspaceError
        `workspace_missing`, `workspace_broken`, `workspace_later` (made by a later version),
        `crs_changed` (the settings name another CRS than the layers are in), or faulty
        settings.
    """
    root = root.absolute()
    database = root / DATABASE_FILE
    for needed in (root / SETTINGS_FILE, database):
        if not needed.is_file():
            raise WorkspaceError("workspace_missing", folder=str(root), file=needed.name)
    settings = read_settings(root / SETTINGS_FILE)
    migrate(database)
    for name in FOLDERS:
        (root / name).mkdir(exist_ok=True)
    workspace = Workspace(root, settings, connect_to(database))
    with workspace.unit_of_work(read_only=True) as uow:
        made_with = uow.frame.crs()
    if made_with != settings.crs:
        raise WorkspaceError(
            "crs_changed", file=str(root / SETTINGS_FILE), found=settings.crs, needed=made_with
        )
    return workspace


def areal_scale_around(origin: tuple[int, int], crs: str) -> ArealScale:
    """Fit of ellipsoid to plane area over the reach of a workspace."""
    east, north = origin
    reach = (east - REACH_M, north - REACH_M, east + REACH_M, north + REACH_M)
    return fit_areal_scale(crs, reach, origin=origin)


def origin_of(bounds: Bounds) -> tuple[int, int]:
    """Middle of a box in metres, on a round number."""
    west, south, east, north = bounds
    return _round((west + east) / 2), _round((south + north) / 2)


def _round(metres: float) -> int:
    return round(metres / ORIGIN_STEP_M) * ORIGIN_STEP_M


def _middle_of_crs(crs: str) -> tuple[int, int]:
    extent = extent_of_use(crs)
    return (0, 0) if extent is None else origin_of(extent)


def user_name() -> str:
    """Name of the person at this computer, for the record of who did what."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "unknown"


def now_text() -> str:
    """The present second with the offset of the local clock."""
    return datetime.now(UTC).astimezone().isoformat(timespec="seconds")


def today() -> date:
    """The calendar day at this computer."""
    return datetime.now(UTC).astimezone().date()


def _enter_frame(database: Path, crs: str) -> None:
    row = {
        "id": 1,
        "crs": crs,
        "made_at": now_text(),
        "made_by": user_name(),
        "made_with": __version__,
    }
    with connect_to(database).begin() as connection:
        connection.execute(insert(tables.workspace).values(row))
