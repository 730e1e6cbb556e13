"""What holds the processes that read files, for people and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from services.cli.console import Console
from services.cli.language import say
from services.labels import label

if TYPE_CHECKING:
    from geo.io.sandbox import Confinement

__all__ = ["guard_documents", "print_guards"]


def guard_documents(confinement: Confinement | None) -> list[dict[str, Any]]:
    """One document per guard; none where no reading process could be started."""
    if confinement is None:
        return []
    return [
        {"guard": state.guard, "on": state.on, "how": state.how} for state in confinement.guards
    ]


def print_guards(confinement: Confinement, console: Console) -> None:
    """A table of the guards, each with how it is in force or why it is not."""
    head = (say("隔离读取", "reading apart"), "", say("方式", "how"))
    rows = [
        (
            console.words(label("guard", state.guard)),
            say("生效", "on") if state.on else say("未生效", "OFF"),
            state.how,
        )
        for state in confinement.guards
    ]
    console.table(head, rows)
