"""Files of strangers, read by a process that is used for one file and can reach nothing else.

`read_apart` is `geo.io.vector.read_features` in such a process; `start_ahead` makes it ready
while its parent still imports. Importing this package costs nothing: what reads is loaded
when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo.io.sandbox.bounds import LAYER_SANDBOX, SITE_SANDBOX, SandboxLimits
from geo.io.sandbox.guards import Confinement, Guard, GuardState
from geo.io.sandbox.nursery import start_ahead

if TYPE_CHECKING:
    from geo.io.sandbox.apart import confinement_in_force, read_apart

__all__ = [
    "LAYER_SANDBOX",
    "SITE_SANDBOX",
    "Confinement",
    "Guard",
    "GuardState",
    "SandboxLimits",
    "confinement_in_force",
    "read_apart",
    "start_ahead",
]


def __getattr__(name: str) -> Any:
    """Load the readers' side when it is first named."""
    if name in {"confinement_in_force", "read_apart"}:
        from geo.io.sandbox import apart  # noqa: PLC0415  pandas would double the start of --help

        return getattr(apart, name)
    raise AttributeError(name)
