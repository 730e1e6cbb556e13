"""Words of the pages by key, in Chinese and English (translations/*.toml).

A key is `section.name`; every entry holds `zh` and `en` with the same placeholders.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files

from services.domain.wording import Language, Wording

__all__ = ["entries", "in_language", "text"]


@cache
def entries() -> Mapping[str, Wording]:
    """All entries by key; a key that stands in two files is an error."""
    found: dict[str, Wording] = {}
    for source in sorted(files("web").joinpath("translations").iterdir(), key=lambda f: f.name):
        if not source.name.endswith(".toml"):
            continue
        for section, names in tomllib.loads(source.read_text("utf-8")).items():
            for name, texts in names.items():
                key = f"{section}.{name}"
                if key in found:
                    raise ValueError(f"{source.name}: {key} stands in two files")
                found[key] = Wording.from_dict(texts)
    return found


def text(key: str, language: Language, **params: object) -> str:
    """One text, filled; an unknown key is an error, never an empty label."""
    return entries()[key].in_language(language).format(**params)


def in_language(language: Language) -> Callable[..., str]:
    """`text` for templates, with the language settled."""

    def speak(key: str, **params: object) -> str:
        return text(key, language, **params)

    return speak
