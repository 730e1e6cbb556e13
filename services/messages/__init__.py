"""Texts of refusals and notes by code, in Chinese and English.

Every `*.toml` beside this file holds tables `[code]` with `zh`, `en`, `remedy_zh` and
`remedy_en`; placeholders in braces are filled from the params of the error. `severity` and
`duty` say how much an issue of this code weighs and who must mend it, where that is not what
its kind (refusal, repair, note) says already.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from services.domain.wording import Wording
from services.printable import one_line

__all__ = ["catalogue", "message_of", "remedy_of"]


class _Facts(dict[str, object]):
    """Facts of a message; one that is missing prints as a dash instead of failing.

    Texts come from foreign files: their control signs must not reach a terminal.
    """

    def __init__(self, params: Mapping[str, object]) -> None:
        super().__init__(
            (name, one_line(value) if isinstance(value, str) else value)
            for name, value in params.items()
        )

    def __missing__(self, key: str) -> str:
        return "–"


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """All entries by code; a code that stands in two files is an error."""
    entries: dict[str, Mapping[str, str]] = {}
    for source in sorted(files(__package__).iterdir(), key=lambda item: item.name):
        if not source.name.endswith(".toml"):
            continue
        for code, texts in tomllib.loads(source.read_text("utf-8")).items():
            if code in entries:
                raise ValueError(f"{source.name}: code {code} stands in two files")
            entries[code] = texts
    return entries


def _texts(code: str, prefix: str, params: Mapping[str, object]) -> Wording:
    entry = catalogue()[code]
    facts = _Facts(params)
    return Wording(
        zh=entry[f"{prefix}zh"].format_map(facts), en=entry[f"{prefix}en"].format_map(facts)
    )


def message_of(code: str, params: Mapping[str, object]) -> Wording:
    """What was found, where, by which rule."""
    return _texts(code, "", params)


def remedy_of(code: str, params: Mapping[str, object]) -> Wording:
    """What to do next."""
    return _texts(code, "remedy_", params)
