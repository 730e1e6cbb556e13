"""A version of a layer role in the workspace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.domain.project import UseScheme

__all__ = ["LayerVersion"]


@dataclass(frozen=True, slots=True)
class LayerVersion:
    """One immutable import of one role.

    In force on the days of [valid_from, valid_to). `accuracy_m` is the stated positional
    accuracy; `None` means unstated. `confirmed_empty_by` names who confirmed that the role
    really holds nothing. `sha256` is of the content of the layer of record.
    """

    role: str
    version: str
    valid_from: date
    valid_to: date | None
    imported_at: str
    sha256: str
    folder: str
    source_name: str
    crs: str
    class_field: str | None
    name_field: str | None
    scheme: UseScheme
    accuracy_m: float | None
    secrecy: str | None
    feature_count: int
    has_coverage: bool
    confirmed_empty_by: str | None = None

    def in_force(self, day: date) -> bool:
        """Whether `day` lies in the half-open validity of this version."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)
