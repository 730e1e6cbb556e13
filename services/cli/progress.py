"""What a long command is doing, on one line of a terminal's stderr after the first second."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from services.cli.language import say

__all__ = ["stages_shown"]

QUIET_S = 1.0
STEP_S = 0.5


@contextmanager
def stages_shown(names: Mapping[str, tuple[str, str]]) -> Iterator[Callable[[str], None]]:
    """Give a function that is told each stage; nothing is shown when nobody watches.

    Parameters
    ----------
    names
        Chinese and English name of each stage.
    """
    if not sys.stderr.isatty():
        yield lambda _stage: None
        return
    current = [""]
    done = threading.Event()

    def show() -> None:
        began = time.monotonic()
        wait = QUIET_S
        while not done.wait(wait):
            wait = STEP_S
            seconds = time.monotonic() - began
            sys.stderr.write(f"\r\x1b[K  {current[0]} … {seconds:.0f} s")
            sys.stderr.flush()

    def tell(stage: str) -> None:
        current[0] = say(*names[stage])

    watcher = threading.Thread(target=show, daemon=True)
    watcher.start()
    try:
        yield tell
    finally:
        done.set()
        watcher.join()
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
