"""What can be wrong with an installation and a workspace, looked at in one go."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy.exc import DatabaseError

from geo.errors import GeoError
from geo.intake import Note, ReadOptions
from geo.io.versions import crs_faults, library_versions, reaching_drivers
from geo.process import kernel_cache_folder
from services.database.connection import reading
from services.errors import ServiceError
from services.intake import take_in
from services.layers.catalogue import RoleOnDay, loaded_versions, roles_on_day
from services.layers.edge_cache import unchanged_record
from services.layers.manifest import read_manifest
from services.layers.opened import open_layer
from services.layers.roles import POLYGON_ROLES
from services.settings import DEFAULT_CRS
from services.workspace import Workspace

__all__ = ["Diagnosis", "diagnose"]

DISTRIBUTION = "plotwise"
OUR_PACKAGES = ("geo", "services", "web", "sample_data")
KNOWN_CODE = 4527
SECRET = "name\nread through the back door\n"
HOSTILE_VRT = """<OGRVRTDataSource><OGRVRTLayer name="secret">
<SrcDataSource relativeToVRT="1">secret.csv</SrcDataSource><SrcLayer>secret</SrcLayer>
</OGRVRTLayer></OGRVRTDataSource>"""
HOSTILE_WFS = "<OGRWFSDataSource><URL>http://127.0.0.1:9/wfs</URL></OGRWFSDataSource>"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Versions, faults that must be mended, and what each role says on the day."""

    versions: dict[str, str]
    faults: tuple[Note, ...]
    remarks: tuple[Note, ...]
    layers: tuple[RoleOnDay, ...]


def diagnose(
    workspace: Workspace | None, *, day: date, foreign_variables: Iterable[str] = ()
) -> Diagnosis:
    """Look at installation, file sandbox and workspace.

    Parameters
    ----------
    foreign_variables
        Variables of other GDAL or PROJ installations that were set when the process began.
    """
    faults = [*_installation_faults(), *_sandbox_faults()]
    layers: tuple[RoleOnDay, ...] = ()
    if workspace is not None:
        faults += _database_faults(workspace)
        faults += _layer_faults(workspace)
        layers = roles_on_day(workspace, day)
    remarks = [Note("doctor_foreign_variable", {"name": name}) for name in foreign_variables]
    return Diagnosis(library_versions(), tuple(faults), tuple(remarks), layers)


def _installation_faults() -> Iterator[Note]:
    owners = importlib.metadata.packages_distributions()
    for package in OUR_PACKAGES:
        strangers = sorted(set(owners.get(package, ())) - {DISTRIBUTION})
        if strangers:
            yield Note(
                "doctor_package_shared", {"package": package, "others": ", ".join(strangers)}
            )
        elif importlib.util.find_spec(package) is None:
            yield Note("doctor_package_missing", {"package": package})
    for library, reason in crs_faults(KNOWN_CODE).items():
        yield Note("doctor_crs_unknown", {"library": library, "reason": reason})
    for library, drivers in reaching_drivers().items():
        yield Note("doctor_driver_on", {"library": library, "drivers": ", ".join(drivers)})
    cache = kernel_cache_folder()
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=cache):
            pass
    except OSError as err:
        yield Note("doctor_cache", {"folder": str(cache), "reason": str(err)})


def _sandbox_faults() -> Iterator[Note]:
    """Offer files that would have GDAL read another file or the network; all must be refused."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "secret.csv").write_text(SECRET, "utf-8")
        for kind, text in (("VRT", HOSTILE_VRT), ("WFS", HOSTILE_WFS)):
            for suffix in (".geojson", ".gpkg", ".shp", ".txt"):
                hostile = folder / f"{kind.lower()}{suffix}"
                hostile.write_text(text, "utf-8")
                if _is_taken_in(hostile):
                    yield Note("doctor_sandbox", {"kind": kind, "suffix": suffix})


def _is_taken_in(path: Path) -> bool:
    try:
        take_in((path,), ReadOptions(crs=DEFAULT_CRS), working_crs=DEFAULT_CRS)
    except (GeoError, ServiceError):
        return False
    return True


def _database_faults(workspace: Workspace) -> Iterator[Note]:
    try:
        with reading(workspace.engine) as connection:
            found = connection.exec_driver_sql("PRAGMA quick_check").scalars().all()
            dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    except DatabaseError as err:
        yield Note("doctor_database", {"reason": str(err.orig)})
        return
    if list(found) != ["ok"]:
        yield Note("doctor_database", {"reason": str(found[0])})
    if dangling:
        yield Note("doctor_database", {"reason": f"{len(dangling)} dangling keys"})


def _layer_faults(workspace: Workspace) -> Iterator[Note]:
    """Versions that cannot be opened, or whose layer of record is not the one imported."""
    for version in loaded_versions(workspace):
        folder = workspace.root / version.folder
        try:
            unchanged_record(folder, read_manifest(folder))
            if version.role in POLYGON_ROLES:
                open_layer(workspace, version)
        except (GeoError, ServiceError) as err:
            params = {"role": version.role, "version": version.version, "reason": err.code}
            yield Note("doctor_layer", params)
