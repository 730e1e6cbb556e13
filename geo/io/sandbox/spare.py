"""The process that waits for one file, where processes are not forked (Windows, macOS)."""

from __future__ import annotations

import sys

from geo.io.sandbox.confinement import network_guard
from geo.process import prepare_process

__all__ = ["READY", "main"]

READY = b"ready\n"


def main(reader: str) -> None:
    """Load the readers, say so, and work off the one request that comes through stdin."""
    network = network_guard()
    prepare_process()
    # only now: a namespace is entered by a process of one thread, and libraries start threads
    from geo.io.sandbox.child import answer_message, reader_named  # noqa: PLC0415  see above
    from geo.io.sandbox.rehearsal import rehearse  # noqa: PLC0415  see above

    read = reader_named(reader)
    rehearse()
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    message = sys.stdin.buffer.readline()
    if message:
        answer_message(message, network=network, read=read)
