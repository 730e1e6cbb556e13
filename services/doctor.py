"""What can be wrong with an installation and a workspace, looked at in one go."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy.exc import DatabaseError

from geo.errors import GeoError, SandboxUnavailableError
from geo.intake import Note
from geo.io.sandbox import Confinement, confinement_in_force
from geo.io.versions import crs_faults, library_versions, reaching_drivers
from geo.process import kernel_cache_folder
from services.database.connection import reading
from services.errors import ServiceError
from services.layers.catalogue import RoleOnDay, loaded_versions, roles_on_day
from services.layers.edge_cache import unchanged_record
from services.layers.manifest import read_manifest
from services.layers.opened import open_layer
from services.layers.roles import POLYGON_ROLES
from services.safety_test import safety_faults
from services.workspace import Workspace

__all__ = ["Diagnosis", "diagnose"]

DISTRIBUTION = "plotwise"
OUR_PACKAGES = ("geo", "services", "web", "sample_data")
KNOWN_CODE = 4527


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Versions, faults that must be mended, what each role says, and what confines readers."""

    versions: dict[str, str]
    faults: tuple[Note, ...]
    remarks: tuple[Note, ...]
    layers: tuple[RoleOnDay, ...]
    confinement: Confinement | None


def diagnose(
    workspace: Workspace | None, *, day: date, foreign_variables: Iterable[str] = ()
) -> Diagnosis:
    """Look at installation, file sandbox and workspace.

    Parameters
    ----------
    foreign_variables
        Variables of other GDAL or PROJ installations that were set when the process began.
    """
    confinement, unguarded = _confinement()
    faults = [*_installation_faults(), *safety_faults()]
    layers: tuple[RoleOnDay, ...] = ()
    if workspace is not None:
        faults += _database_faults(workspace)
        faults += _layer_faults(workspace)
        layers = roles_on_day(workspace, day)
    remarks = [Note("doctor_foreign_variable", {"name": name}) for name in foreign_variables]
    return Diagnosis(library_versions(), tuple(faults), (*remarks, *unguarded), layers, confinement)


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


def _confinement() -> tuple[Confinement | None, tuple[Note, ...]]:
    """What holds a reading process, with a remark for every guard that this system lacks."""
    try:
        confinement = confinement_in_force()
    except SandboxUnavailableError:
        # the safety test tells it as a fault
        return None, ()
    return confinement, tuple(
        Note("doctor_guard_off", {"guard": state.guard, "how": state.how})
        for state in confinement.off()
    )


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
