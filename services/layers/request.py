"""What is asked of a layer import, and what comes back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from geo.intake import Detected, Note, ReadOptions, Refusal, Repair
from services.domain.issue import Issue
from services.domain.layer import LayerVersion
from services.domain.project import UseScheme

__all__ = ["COVERAGE_SELF", "LayerImport", "LayerImported", "Stage"]

COVERAGE_SELF = "self"
Stage = Callable[[str], None]
"""Told the name of each stage as it begins: read, index, write, publish."""


@dataclass(frozen=True, slots=True)
class LayerImport:
    """Files of one version of a role.

    Attributes
    ----------
    version
        Name of the version; without one its first day.
    valid_from, valid_to
        Half-open validity; no first day means the day of the import.
    class_field, name_field
        Fields with code and name of the class; without them those of the role.
    scheme
        Code table of the classes; without one that of the role.
    coverage
        What the maker of the layer examined: a polygon file, a role whose polygons are the
        examined ground, or `self` for a layer without gaps; `None`: nothing was declared.
    confirm_empty
        The role really holds nothing, on the user's word.
    accuracy_m
        Stated positional accuracy.
    strict
        Refuse the whole layer when any of its features is refused.
    """

    role: str
    paths: tuple[Path, ...]
    options: ReadOptions = field(default_factory=ReadOptions)
    version: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    class_field: str | None = None
    name_field: str | None = None
    scheme: UseScheme | None = None
    coverage: str | None = None
    confirm_empty: bool = False
    accuracy_m: float | None = None
    secrecy: str | None = None
    strict: bool = False


@dataclass(frozen=True, slots=True)
class LayerImported:
    """The new version, with the record of what was read."""

    version: LayerVersion
    detected: Detected
    refused: tuple[Refusal, ...]
    repaired: tuple[Repair, ...]
    notes: tuple[Note, ...]
    issues: tuple[Issue, ...] = ()
