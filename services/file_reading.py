"""How files of others are read: each in a confined process, some at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from geo.errors import GeoError
from geo.intake import ReadOptions
from geo.io.limits import ReadLimits
from geo.io.raw_features import RawFeatures
from geo.io.sandbox import LAYER_SANDBOX, SITE_SANDBOX, SandboxLimits, read_apart
from geo.io.vector import read_features

__all__ = ["IN_PROCESS", "LAYERS_APART", "SITES_APART", "FileReading", "apart"]

ReadFunction = Callable[[Path, ReadOptions, ReadLimits], RawFeatures]


@dataclass(frozen=True, slots=True)
class FileReading:
    """A way to read a file, and how many it reads at a time."""

    read: ReadFunction
    at_once: int = 1

    def read_each(
        self, paths: Iterable[Path], options: ReadOptions, limits: ReadLimits
    ) -> Iterator[RawFeatures | GeoError]:
        """What each file holds, or why it is refused, in the order of the files."""
        paths = list(paths)
        outcome = partial(self._outcome, options=options, limits=limits)
        if min(self.at_once, len(paths)) <= 1:
            yield from map(outcome, paths)
            return
        with ThreadPoolExecutor(self.at_once) as threads:
            yield from threads.map(outcome, paths)

    def _outcome(
        self, path: Path, *, options: ReadOptions, limits: ReadLimits
    ) -> RawFeatures | GeoError:
        try:
            return self.read(path, options, limits)
        except GeoError as err:
            return err


def apart(bounds: SandboxLimits) -> FileReading:
    """Reading in processes of their own, within the bounds given."""
    return FileReading(partial(read_apart, bounds=bounds), at_once=bounds.children)


SITES_APART = apart(SITE_SANDBOX)
LAYERS_APART = apart(LAYER_SANDBOX)
# for files of our own making and for tests of the readers: no confinement at all
IN_PROCESS = FileReading(read_features)
