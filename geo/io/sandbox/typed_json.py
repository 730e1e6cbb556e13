"""Records of our own as JSON and back; on the way back every type is checked.

What comes back was written by a process that read a foreign file, so nothing of it is taken
for what it says it is.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
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
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return _one_of(arguments, value)
    if origin is tuple:
        return _tuple(arguments, value)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        _require(isinstance(value, dict), hint, value)
        return {key: from_plain(arguments[1], item) for key, item in value.items()}
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _record(hint, value)
    return _scalar(hint, value)


def _scalar(hint: Any, value: Any) -> Any:
    if hint is Path:
        _require(isinstance(value, str), hint, value)
        return Path(value)
    if hint is float:
        _require(isinstance(value, (int, float)) and not isinstance(value, bool), hint, value)
        return float(value)
    _require(type(value) is (type(None) if hint is None else hint), hint, value)
    return value


def _one_of(hints: tuple[Any, ...], value: Any) -> Any:
    # an integer of `int | float` stays one
    if type(value) in hints:
        return value
    for hint in hints:
        try:
            return from_plain(hint, value)
        except ValueError:
            continue
    raise ValueError(f"{value!r:.80} is none of {hints}")


def _tuple(hints: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    _require(isinstance(value, list), hints, value)
    if hints[-1] is Ellipsis:
        return tuple(from_plain(hints[0], item) for item in value)
    _require(len(hints) == len(value), hints, value)
    return tuple(from_plain(hint, item) for hint, item in zip(hints, value, strict=True))


def _record(kind: type, value: Any) -> Any:
    hints = _hints(kind)
    _require(isinstance(value, dict) and value.keys() == hints.keys(), kind, value)
    return kind(**{name: from_plain(hint, value[name]) for name, hint in hints.items()})


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    names = {field.name for field in dataclasses.fields(kind)}
    return {name: hint for name, hint in typing.get_type_hints(kind).items() if name in names}


def _require(holds: bool, hint: Any, value: Any) -> None:
    if not holds:
        raise ValueError(f"{value!r:.80} is no {hint}")
