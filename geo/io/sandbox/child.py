"""What happens in the process that is used for one file."""

from __future__ import annotations

import importlib
import os
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path

from geo.errors import GeoError
from geo.intake import ReadOptions
from geo.io.limits import ReadLimits
from geo.io.raw_features import RawFeatures
from geo.io.sandbox.answer import (
    ChildFailure,
    write_confinement,
    write_failure,
    write_features,
    write_refusal,
)
from geo.io.sandbox.confinement import confine
from geo.io.sandbox.guards import GuardState
from geo.io.sandbox.probe import tried_doors
from geo.io.sandbox.request import Task, request_from

__all__ = ["ReadFunction", "answer_message", "reader_named"]

ReadFunction = Callable[[Path, ReadOptions, ReadLimits], RawFeatures]
TEMPORARY = ("TMPDIR", "TEMP", "TMP", "CPL_TMPDIR", "SQLITE_TMPDIR")


def reader_named(name: str) -> ReadFunction:
    """The function that `module:function` names; the readers of the product, or those of a test."""
    module, _, function = name.partition(":")
    read: ReadFunction = getattr(importlib.import_module(module), function)
    return read


def answer_message(message: bytes, *, network: GuardState, read: ReadFunction) -> None:
    """Confine this process, do what is asked, and leave the answer in the folder.

    Everything that goes wrong is an answer too: nothing may escape into the process that
    this one was forked from.
    """
    request = request_from(message)
    folder = request.folder
    try:
        _settle_in(folder)
        confinement = confine(request, network)
        if request.task == Task.PROBE:
            write_confinement(tried_doors(confinement, folder), folder)
        else:
            write_features(read(request.path, request.options, request.limits), folder)
    except GeoError as refusal:
        write_refusal(refusal, folder)
    except MemoryError as err:
        write_failure(ChildFailure("MemoryError", str(err)), folder)
    except Exception as err:  # noqa: BLE001  the outermost edge of this process
        write_failure(ChildFailure(type(err).__name__, traceback.format_exc()), folder)


def _settle_in(folder: Path) -> None:
    """Make the work folder the only place for temporary files."""
    for name in TEMPORARY:
        os.environ[name] = str(folder)
    tempfile.tempdir = str(folder)
    os.chdir(folder)
