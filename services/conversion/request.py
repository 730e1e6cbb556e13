"""What a conversion is asked for, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from geo.intake import Detected, Intake, Note, ReadOptions, Refusal, Repair
from services.conversion.formats import TargetFormat
from services.domain.issue import Issue
from services.issue_log import issues_of

__all__ = ["ConversionRequest", "Converted", "TxtForm", "Written"]


@dataclass(frozen=True, slots=True)
class TxtForm:
    """How a coordinate TXT is to be written; `day` is YYYY-MM-DD.

    `encoding` GB18030 is byte for byte GBK where GBK has all signs.
    """

    dialect: Literal["baopi", "gongdi"] = "baopi"
    area_unit: Literal["ha", "m2"] = "ha"
    producer: str = ""
    day: str = ""
    encoding: str = "GB18030"


@dataclass(frozen=True, slots=True)
class ConversionRequest:
    """Inputs to become one file, or one file each in a folder.

    Attributes
    ----------
    target
        A file, whose name tells the format; or a folder, then `target_format` must.
    to_crs
        CRS of the output; `None` keeps that of the input, or takes the 3° zone around it
        where the format needs metres and the input has none.
    """

    sources: tuple[Path, ...]
    target: Path
    options: ReadOptions = field(default_factory=ReadOptions)
    target_format: TargetFormat | None = None
    to_crs: str | None = None
    txt: TxtForm = field(default_factory=TxtForm)
    overwrite: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """One file that was written, from the files named by `sources`."""

    path: Path
    target_format: TargetFormat
    features: int
    crs: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Converted:
    """Files written and the record of everything else; indexes run through all inputs."""

    written: tuple[Written, ...]
    intake: Intake
    notes: tuple[Note, ...]

    @property
    def detected(self) -> Detected:
        """What was found out about the inputs."""
        return self.intake.detected

    @property
    def refused(self) -> tuple[Refusal, ...]:
        """Features and files that were not taken over."""
        return self.intake.refused

    @property
    def repaired(self) -> tuple[Repair, ...]:
        """Features whose outline was mended."""
        return self.intake.repaired

    @property
    def issues(self) -> tuple[Issue, ...]:
        """Everything that was refused, mended or remarked."""
        return issues_of(self.intake, self.notes)
