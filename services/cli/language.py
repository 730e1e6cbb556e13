"""Language of the command line: `--lang`, else the locale, else Chinese.

Help texts are made when a command module is loaded, before options are parsed; so the language
is read from the arguments themselves.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from services.domain.wording import Language

__all__ = ["cli_language", "say"]

LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


def cli_language(arguments: Sequence[str] | None = None) -> Language:
    """Language asked for by arguments and environment."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for position, argument in enumerate(given):
        name, equals, value = argument.partition("=")
        if name == "--lang":
            wanted = value if equals else "".join(given[position + 1 : position + 2])
            return Language.EN if wanted == Language.EN else Language.ZH
    spoken = next((os.environ[name] for name in LOCALE_VARIABLES if os.environ.get(name)), "")
    return Language.EN if spoken.startswith("en") else Language.ZH


def say(zh: str, en: str) -> str:
    """One of two texts, in the language of this run."""
    return en if cli_language() is Language.EN else zh
