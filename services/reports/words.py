"""Words of the documents by key, in Chinese and English (phrases.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from services.domain.verdict import ClassLine
from services.domain.wording import Language, Wording
from services.labels import label

__all__ = ["Words", "phrases"]


@cache
def phrases() -> Mapping[str, Wording]:
    """All entries by `section.name`; both languages have the same placeholders."""
    source = files("services.reports").joinpath("phrases.toml")
    return {
        f"{section}.{name}": Wording.from_dict(texts)
        for section, names in tomllib.loads(source.read_text("utf-8")).items()
        for name, texts in names.items()
    }


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language."""

    language: Language

    def __call__(self, key: str, /, **params: object) -> str:
        """One phrase, filled; an unknown key is an error, never an empty text."""
        return phrases()[key].in_language(self.language).format(**params)

    def label(self, kind: str, code: str) -> str:
        """Name of a state, outcome, theme, reason, regime or role."""
        return label(kind, code).in_language(self.language)

    def known(self, key: str, /, **params: object) -> str | None:
        """The same where the key comes from data: `None` when there is no such phrase."""
        return self(key, **params) if key in phrases() else None

    def of(self, wording: Wording) -> str:
        """A wording that the result carries."""
        return wording.in_language(self.language)

    def listed(self, names: Iterable[str]) -> str:
        """Names in a row, parted the way of the language."""
        return ("、" if self.language is Language.ZH else ", ").join(names)

    def together(self, sentences: Iterable[str]) -> str:
        """Sentences one after the other."""
        return ("" if self.language is Language.ZH else " ").join(sentences)

    def class_name(self, role: str, line: ClassLine) -> str:
        """Name of a class; a class that only bears its layer's name is translated with it."""
        if line.name == label("role", role).zh:
            return self.label("role", role)
        return line.name
