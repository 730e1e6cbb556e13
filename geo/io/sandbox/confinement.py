"""Put every guard in force that this system offers."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable

from geo.io.sandbox.call_filter import filter_calls
from geo.io.sandbox.file_access import input_files_of, library_paths, restrict_files
from geo.io.sandbox.guards import Confinement, Guard, GuardState
from geo.io.sandbox.network import leave_network
from geo.io.sandbox.privileges import drop_capabilities, forbid_new_privileges
from geo.io.sandbox.request import Request
from geo.io.sandbox.system_calls import machine

__all__ = ["confine", "network_guard"]


NOT_OFFERED = frozenset({errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM, errno.EINVAL, errno.ENOSPC})


def network_guard() -> GuardState:
    """Cut this process and its children off the network, where the system allows it."""
    kind = machine()
    if kind is None:
        return GuardState(Guard.NETWORK, on=False, how=sys.platform)
    return _tried(Guard.NETWORK, lambda: f"network namespace, {leave_network(kind)}")


def confine(request: Request, network: GuardState) -> Confinement:
    """Confine this process for the one file of a request, for good.

    Raises
    ------
    OSError, ValueError
        A guard that the system offers cannot be put in force; nothing may be read then.
    """
    guards = [
        GuardState(Guard.OWN_PROCESS, on=True, how="used for one file"),
        GuardState(Guard.WALL_CLOCK, on=True, how=f"{request.bounds.wall_s} s"),
    ]
    if os.name != "posix":
        return Confinement((*guards, network))
    kind = machine()
    calls_known = kind is not None
    guards.append(_tried(Guard.RESOURCES, lambda: _resources(request, may_fork=calls_known)))
    guards.append(network)
    if kind is None:
        return Confinement(tuple(guards))
    privileges = _tried(Guard.PRIVILEGES, lambda: _privileges(kind))
    files = _tried(Guard.FILES, lambda: _files(request))
    calls = _tried(Guard.CALLS, _calls)
    return Confinement((*guards, files, calls, privileges))


def _tried(guard: Guard, act: Callable[[], str]) -> GuardState:
    """Put a guard in force; only that the system does not offer it is borne."""
    try:
        return GuardState(guard, on=True, how=act())
    except OSError as err:
        if err.errno not in NOT_OFFERED:
            raise
        return GuardState(guard, on=False, how=str(err))


def _resources(request: Request, *, may_fork: bool) -> str:
    from geo.io.sandbox.resources import limit_resources  # noqa: PLC0415  POSIX only

    limit_resources(request.bounds, may_fork=may_fork)
    bounds = request.bounds
    return (
        f"CPU {bounds.cpu_s} s, {bounds.memory_mb} MB, {bounds.written_mb} MB written, "
        f"{bounds.open_files} open files"
    )


def _privileges(kind: str) -> str:
    forbid_new_privileges()
    drop_capabilities(kind)
    return "no new privileges, capabilities dropped"


def _files(request: Request) -> str:
    given = input_files_of(request.path)
    folders = (request.path.parent, request.path.resolve().parent)
    version = restrict_files((*library_paths(), *given), folders, request.folder)
    return f"Landlock {version}"


def _calls() -> str:
    filter_calls()
    return "seccomp"
