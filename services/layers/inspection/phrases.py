"""Sentences of the report on a layer (phrases.toml), in both languages."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from services.domain.wording import Wording

__all__ = ["joined", "phrase"]


@cache
def _phrases() -> Mapping[str, Mapping[str, dict[str, str]]]:
    return tomllib.loads(files(__package__).joinpath("phrases.toml").read_text("utf-8"))


def phrase(key: str, **params: object) -> Wording:
    """One sentence by `table.name`, filled."""
    table, _, name = key.partition(".")
    return Wording.from_dict(_phrases()[table][name]).filled(**params)


def joined(parts: Iterable[Wording]) -> Wording:
    """Parts of a sentence one after another."""
    every, comma = list(parts), phrase("result.and")
    return Wording(
        zh=comma.zh.join(part.zh for part in every), en=comma.en.join(part.en for part in every)
    )
