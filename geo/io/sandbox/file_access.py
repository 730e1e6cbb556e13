"""Landlock: which files a process may still open (Linux 5.13 and later).

Kernel documentation, userspace-api/landlock. A version of the interface adds rights; all that
the kernel knows are taken away, and only reading and the own work folder are given back.
"""

from __future__ import annotations

import ctypes
import os
import site
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pyproj.datadir

from geo.io.sandbox.system_calls import system_call
from geo.io.side_file_ends import SIDE_FILE_ENDS

__all__ = ["input_files_of", "library_paths", "restrict_files"]

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
VERSION_FLAG, PATH_BENEATH = 1, 1
WRITE_FILE, READ_FILE, READ_DIR = 1 << 1, 1 << 2, 1 << 3
REMOVE_DIR, REMOVE_FILE, MAKE_DIR, MAKE_REG = 1 << 4, 1 << 5, 1 << 7, 1 << 8
REFER, TRUNCATE = 1 << 13, 1 << 14
# number of file rights by version of the interface
RIGHTS_BY_VERSION = {1: 13, 2: 14, 3: 15, 4: 15}
ALL_RIGHTS = 16
# TCP: bind and connect; scopes: abstract sockets and signals
NET_RIGHTS, NET_FROM = 0b11, 4
SCOPES, SCOPES_FROM = 0b11, 6
READING = READ_FILE | READ_DIR
WRITING = WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | REFER | TRUNCATE
SYSTEM_PATHS = (
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/usr/share/zoneinfo",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/dev/null",
    "/dev/urandom",
)


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


@cache
def library_paths() -> tuple[Path, ...]:
    """Where Python, the packages, the shared libraries and the tables of PROJ lie."""
    paths = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    paths |= {*site.getsitepackages(), pyproj.datadir.get_data_dir()}
    paths |= {str(Path(prefix) / "lib") for prefix in (sys.prefix, sys.base_prefix)}
    paths |= {str(Path(__file__).parents[2]), *SYSTEM_PATHS}
    return tuple(path for path in map(Path, sorted(filter(None, paths))) if path.exists())


def input_files_of(path: Path) -> tuple[Path, ...]:
    """A file with its neighbours of the same stem, as a shapefile has; a folder as it is.

    Side files of a shapefile have more behind the stem.
    """
    if path.is_dir():
        return (path,)
    return tuple({path, *_neighbours(path), *_neighbours(path.resolve())})


def _neighbours(path: Path) -> Iterator[Path]:
    sides = (f"{path.stem}{end}" for end in SIDE_FILE_ENDS)
    starts = tuple(each.casefold() for each in (f"{path.stem}.", path.name, *sides))
    try:
        # a folder of a thousand files is gone through for each of them
        with os.scandir(path.parent) as items:
            for item in items:
                if item.name.casefold().startswith(starts) and item.is_file():
                    yield Path(item.path)
    except (PermissionError, FileNotFoundError, NotADirectoryError):
        # a folder that does not show its names may still hold a file that can be read; one
        # that is not there is for the reader to refuse
        return


def restrict_files(read: Iterable[Path], listed: Iterable[Path], work: Path) -> int:
    """Take all files away but those given; the version of the interface.

    Parameters
    ----------
    read
        Files, and folders with all that they hold, that may be read.
    listed
        Folders whose names may be seen.
    work
        Folder that may be written.

    Raises
    ------
    OSError
        The kernel has no Landlock, or it is switched off.
    """
    version = system_call(CREATE_RULESET, 0, 0, VERSION_FLAG)
    handled = (1 << RIGHTS_BY_VERSION.get(version, ALL_RIGHTS)) - 1
    attributes = _Ruleset(
        handled,
        NET_RIGHTS if version >= NET_FROM else 0,
        SCOPES if version >= SCOPES_FROM else 0,
    )
    size = 8 if version < NET_FROM else 16 if version < SCOPES_FROM else 24
    ruleset = system_call(CREATE_RULESET, ctypes.byref(attributes), size, 0)
    try:
        for path in read:
            _allow(ruleset, path, READING & handled)
        for path in listed:
            _allow(ruleset, path, READ_DIR & handled)
        _allow(ruleset, work, (READING | WRITING) & handled)
        system_call(RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)
    return version


def _allow(ruleset: int, path: Path, rights: int) -> None:
    try:
        beneath = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not path.is_dir():
            # a rule on a file must not speak of folders
            rights &= READ_FILE | WRITE_FILE | TRUNCATE
        rule = _PathBeneath(rights, beneath)
        system_call(ADD_RULE, ruleset, PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(beneath)
