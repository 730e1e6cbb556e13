"""What a reading process found, through two files in its work folder: JSON and arrays.

The parent reads them as it would read any foreign file: sizes, kinds and types are checked,
nothing is executed, and links are not followed.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from geo import errors
from geo.errors import GeoError, Param
from geo.intake import Detected, Refusal
from geo.io.raw_features import RawFeatures
from geo.io.sandbox.frame_file import FrameForm, read_frame, write_frame
from geo.io.sandbox.guards import Confinement
from geo.io.sandbox.typed_json import from_plain, to_plain

__all__ = [
    "ChildFailure",
    "read_answer",
    "write_confinement",
    "write_failure",
    "write_features",
    "write_refusal",
]

ANSWER, ARRAYS = "answer.json", "arrays.bin"
MAX_ANSWER_BYTES = 500_000_000
CODE_FORM = re.compile(r"[a-z][a-z0-9_]{1,63}")
REFUSALS: dict[str, type[GeoError]] = {
    name: kind
    for name in errors.__all__
    if isinstance(kind := getattr(errors, name), type) and issubclass(kind, GeoError)
}


@dataclass(frozen=True, slots=True)
class ChildFailure:
    """The reader ended in a way that no reader should: a fault of ours, or out of memory."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class _Features:
    form: FrameForm
    detected: Detected
    count: int
    refused: tuple[Refusal, ...]
    sha256: str


@dataclass(frozen=True, slots=True)
class _Refused:
    kind: str
    code: str
    params: dict[str, Param]


@dataclass(frozen=True, slots=True)
class _Answer:
    """Exactly one of them is there."""

    features: _Features | None = None
    refused: _Refused | None = None
    failure: ChildFailure | None = None
    confinement: Confinement | None = None


def write_features(raw: RawFeatures, folder: Path) -> None:
    """Leave what was read."""
    with (folder / ARRAYS).open("wb") as stream:
        form = write_frame(raw.frame, stream)
    found = _Features(form, raw.detected, raw.count, raw.refused, raw.sha256)
    _write(_Answer(features=found), folder)


def write_refusal(refusal: GeoError, folder: Path) -> None:
    """Leave a refusal of the reader."""
    refused = _Refused(type(refusal).__name__, refusal.code, dict(refusal.params))
    _write(_Answer(refused=refused), folder)


def write_failure(failure: ChildFailure, folder: Path) -> None:
    """Leave what broke."""
    _write(_Answer(failure=failure), folder)


def write_confinement(confinement: Confinement, folder: Path) -> None:
    """Leave what is in force."""
    _write(_Answer(confinement=confinement), folder)


def _write(answer: _Answer, folder: Path) -> None:
    (folder / ANSWER).write_text(json.dumps(to_plain(answer)), "utf-8", errors="surrogatepass")


def read_answer(folder: Path) -> RawFeatures | GeoError | ChildFailure | Confinement:
    """What a child left in its folder.

    Raises
    ------
    ValueError
        There is no answer, or it is not in the form agreed.
    """
    with _plain_file(folder / ANSWER, MAX_ANSWER_BYTES) as stream:
        answer = from_plain(_Answer, _parsed(stream))
    if answer.features is not None:
        return _raw_features(answer.features, folder)
    if answer.refused is not None:
        return _refusal(answer.refused)
    found = answer.failure or answer.confinement
    if found is None:
        raise ValueError("an empty answer")
    return found  # type: ignore[no-any-return]  # the type was checked by `from_plain`


def _parsed(stream: IO[bytes]) -> Any:
    try:
        return json.loads(stream.read().decode("utf-8", "surrogatepass"))
    except RecursionError as err:
        raise ValueError("an answer nested too deep") from err


def _raw_features(found: _Features, folder: Path) -> RawFeatures:
    with _plain_file(folder / ARRAYS) as stream:
        frame = read_frame(found.form, stream)
    detected = found.detected
    codes = [note.code for note in (*detected.notes, *detected.reasons)]
    codes += [refusal.code for refusal in found.refused]
    if not all(map(CODE_FORM.fullmatch, codes)):
        raise ValueError("codes of an answer")
    counted = sum(refusal.index is not None for refusal in found.refused)
    if found.count != len(frame) + counted:
        raise ValueError(f"{found.count} features in, {len(frame)} + {counted} out")
    return RawFeatures(frame, found.detected, found.count, found.refused, found.sha256)


def _refusal(refused: _Refused) -> GeoError:
    kind = REFUSALS.get(refused.kind)
    if kind is None or not CODE_FORM.fullmatch(refused.code):
        raise ValueError(f"a refusal of kind {refused.kind:.80}")
    return kind(refused.code, **refused.params)


@contextmanager
def _plain_file(path: Path, most: int | None = None) -> Iterator[IO[bytes]]:
    """A regular file of its own in the work folder; no link, no pipe."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        number = os.open(path, flags | getattr(os, "O_BINARY", 0))
    except OSError as err:
        raise ValueError(f"no {path.name}: {err.strerror}") from err
    with os.fdopen(number, "rb") as stream:
        facts = os.fstat(number)
        if not stat.S_ISREG(facts.st_mode) or facts.st_nlink > 1:
            raise ValueError(f"{path.name} is no plain file")
        if most is not None and facts.st_size > most:
            raise ValueError(f"{path.name} of {facts.st_size} bytes")
        yield stream
