"""What a long command is doing, on one line of a terminal's stderr after the first second."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from services.cli.language import say

__all__ = ["count_shown", "stages_shown"]

QUIET_S = 1.0
STEP_S = 0.5


@contextmanager
def stages_shown(names: Mapping[str, tuple[str, str]]) -> Iterator[Callable[[str], None]]:
    """Give a function that is told each stage.

    Parameters
    ----------
    names
        Chinese and English name of each stage.
    """
    with _line_shown() as show:
        yield lambda stage: show(say(*names[stage]))


@contextmanager
def count_shown(zh: str, en: str) -> Iterator[Callable[[int, int], None]]:
    """Give a function that is told how many things are done, and how many there are.

    Parameters
    ----------
    zh, en
        What is being done, in Chinese and English.
    """
    with _line_shown() as show:
        yield lambda done, total: show(f"{say(zh, en)} {done}/{total}")


@contextmanager
def _line_shown() -> Iterator[Callable[[str], None]]:
    """Give a function for the text of the line; nothing is shown when nobody watches."""
    if not sys.stderr.isatty():
        yield lambda _text: None
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

    def tell(text: str) -> None:
        current[0] = text

    watcher = threading.Thread(target=show, daemon=True)
    watcher.start()
    try:
        yield tell
    finally:
        done.set()
        watcher.join()
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
