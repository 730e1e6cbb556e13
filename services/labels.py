"""Names of codes as people read them, in both languages (labels.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from services.domain.wording import Wording

__all__ = ["label", "labels"]


@cache
def labels(kind: str) -> Mapping[str, Wording]:
    """All names of one kind, such as state, theme, role or severity: a table of the file."""
    table = tomllib.loads(files("services").joinpath("labels.toml").read_text("utf-8"))
    return {key: Wording.from_dict(texts) for key, texts in table[kind].items()}


def label(kind: str, key: str) -> Wording:
    """Name of one code; an unknown code is its own name."""
    return labels(kind).get(key, Wording(zh=key, en=key))
