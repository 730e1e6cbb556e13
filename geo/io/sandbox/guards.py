"""What a reading process cannot do, and what of that is in force on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Confinement", "Guard", "GuardState"]


class Guard(StrEnum):
    """One thing that is kept from a reading process."""

    OWN_PROCESS = "own_process"
    WALL_CLOCK = "wall_clock"
    RESOURCES = "resources"
    NETWORK = "network"
    FILES = "files"
    CALLS = "calls"
    PRIVILEGES = "privileges"


@dataclass(frozen=True, slots=True)
class GuardState:
    """Whether a guard is in force; `how` it is, or why it is not."""

    guard: str
    on: bool
    how: str


@dataclass(frozen=True, slots=True)
class Confinement:
    """All guards of a reading process, in a fixed order."""

    guards: tuple[GuardState, ...]

    def off(self) -> tuple[GuardState, ...]:
        """Guards that are not in force here."""
        return tuple(state for state in self.guards if not state.on)
