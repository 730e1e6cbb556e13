"""A project that asks for land: plots, use and type."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

__all__ = ["Project", "UseScheme"]


class UseScheme(StrEnum):
    """Code table of a use or of a layer's classes."""

    GB50137 = "gb50137"
    YDYH_2020 = "ydyh_2020"
    YDYH_2023 = "ydyh_2023"
    SANDIAO = "sandiao"
    ERDIAO = "erdiao"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Project:
    """What is asked of a siting check.

    `use` is a code of `use_scheme`, `None` when neither option nor file names it.
    `type_assumed` says that no project type was given and the stricter one was taken.
    """

    id: str
    name: str
    use: str | None
    use_scheme: UseScheme
    project_type: str
    type_assumed: bool
    as_of: date
    source: str
