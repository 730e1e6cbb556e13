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
LOG_STEP_S = 30.0


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

    Rate and time left are shown; where nobody watches, a line once in a while, so that the
    log of a night says how it went.

    Parameters
    ----------
    zh, en
        What is being done, in Chinese and English.
    """
    began = logged = time.monotonic()
    first: int | None = None
    with _line_shown() as show:

        def tell(done: int, total: int) -> None:
            nonlocal first, logged
            first = done if first is None else first
            now = time.monotonic()
            rate = (done - first) / max(now - began, STEP_S)
            text = f"{say(zh, en)} {done:,}/{total:,}{_pace(rate, total - done)}"
            show(text)
            if not sys.stderr.isatty() and now - logged > LOG_STEP_S:
                logged = now
                sys.stderr.write(f"  {text}\n")

        yield tell


def _pace(rate: float, waiting: int) -> str:
    if rate <= 0.0:
        return ""
    left = time.strftime("%H:%M:%S", time.gmtime(waiting / rate))
    return f"  {rate:,.0f}/s  {say('剩余', 'left')} {left}"


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
