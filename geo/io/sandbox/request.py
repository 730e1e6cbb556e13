"""What a reading process is asked to do, as one message."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from geo.intake import ReadOptions
from geo.io.limits import ReadLimits
from geo.io.sandbox.bounds import SandboxLimits
from geo.io.sandbox.typed_json import from_plain, to_plain

__all__ = ["Request", "Task", "request_from", "request_message"]


class Task(StrEnum):
    """Read a file, or report on the own confinement."""

    READ = "read"
    PROBE = "probe"


@dataclass(frozen=True, slots=True)
class Request:
    """One piece of work for one process; `folder` is the only place where it may write."""

    task: str
    path: Path
    folder: Path
    options: ReadOptions
    limits: ReadLimits
    bounds: SandboxLimits


def request_message(request: Request) -> bytes:
    """The request as a message."""
    return json.dumps(to_plain(request)).encode()


def request_from(message: bytes) -> Request:
    """The request in a message.

    Raises
    ------
    ValueError
        It is none.
    """
    request = from_plain(Request, json.loads(message))
    if not isinstance(request, Request):
        raise TypeError(type(request))
    return request
