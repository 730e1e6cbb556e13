"""A sentence in both languages of the product."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

__all__ = ["Language", "Wording"]


class Language(StrEnum):
    """Languages of messages, pages and sheets."""

    ZH = "zh"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Wording:
    """The same statement in Chinese and in English, ready to print."""

    zh: str
    en: str

    def in_language(self, language: Language) -> str:
        """Text in the language asked for."""
        return self.zh if language is Language.ZH else self.en

    def filled(self, **params: object) -> Self:
        """Both texts with their `{placeholders}` replaced."""
        return type(self)(zh=self.zh.format(**params), en=self.en.format(**params))

    def to_dict(self) -> dict[str, str]:
        """Both texts by language code."""
        return {"zh": self.zh, "en": self.en}

    @classmethod
    def from_dict(cls, texts: dict[str, str]) -> Self:
        """Inverse of `to_dict`."""
        return cls(zh=texts["zh"], en=texts["en"])


NOTHING = Wording(zh="", en="")
