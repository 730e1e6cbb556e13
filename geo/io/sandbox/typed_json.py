"""Records of our own as JSON and back; on the way back every type is checked.

What comes back was written by a process that read a foreign file, so nothing of it is taken
for what it says it is.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["from_plain", "to_plain"]


def to_plain(value: Any) -> Any:
    """Lists, dicts and scalars of a dataclass, for `json`.

    Raises
    ------
    TypeError
        A part is of a kind that JSON does not have.
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: to_plain(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [to_plain(item) for item in value]
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (StrEnum, Path)):
        return str(value)
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def from_plain(hint: Any, value: Any) -> Any:
    """Value of an annotated type from what `json` gave.

    Raises
    ------
    ValueError
        It is not of that type.
    """
    return _reader(hint)(value)


Reader = Callable[[Any], Any]


@cache
def _reader(hint: Any) -> Reader:
    """Function that checks a value of one type; made once for each type."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return partial(_one_of, arguments, tuple(map(_reader, arguments)))
    if origin is tuple:
        return partial(_tuple, arguments[-1] is Ellipsis, [*map(_reader, arguments)])
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return partial(_mapping, _reader(arguments[1]))
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        names = {field.name for field in dataclasses.fields(hint)}
        hints = typing.get_type_hints(hint)
        return partial(
            _record, hint, {name: _reader(hints[name]) for name in hints if name in names}
        )
    return partial(_scalar, hint)


def _scalar(hint: Any, value: Any) -> Any:
    kind = type(value)
    if hint is float and kind in (int, float):
        return float(value)
    if hint is Path and kind is str:
        return Path(value)
    _require(kind is (type(None) if hint is None else hint), hint, value)
    return value


def _one_of(hints: tuple[Any, ...], readers: tuple[Reader, ...], value: Any) -> Any:
    # an integer of `int | float` stays one
    if type(value) in hints:
        hints, readers = (type(value),), (readers[hints.index(type(value))],)
    for read in readers:
        try:
            return read(value)
        except ValueError:
            continue
    raise ValueError(f"{value!r:.80} is none of {hints}")


def _tuple(is_endless: bool, readers: list[Reader], value: Any) -> tuple[Any, ...]:
    _require(isinstance(value, list), tuple, value)
    if is_endless:
        return tuple(map(readers[0], value))
    _require(len(readers) == len(value), tuple, value)
    return tuple(read(item) for read, item in zip(readers, value, strict=True))


def _mapping(read: Reader, value: Any) -> dict[str, Any]:
    _require(isinstance(value, dict), dict, value)
    return {key: read(item) for key, item in value.items()}


def _record(kind: type, readers: Mapping[str, Reader], value: Any) -> Any:
    _require(isinstance(value, dict) and value.keys() == readers.keys(), kind, value)
    return kind(**{name: read(value[name]) for name, read in readers.items()})


def _require(holds: bool, hint: Any, value: Any) -> None:
    if not holds:
        raise ValueError(f"{value!r:.80} is no {hint}")
