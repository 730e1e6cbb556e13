"""Which version of a role is in force on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from services.domain.layer import LayerVersion
from services.errors import AmbiguousVersionError

__all__ = ["version_in_force"]


def version_in_force(versions: Iterable[LayerVersion], day: date) -> LayerVersion | None:
    """The version with the latest first day among those whose validity holds the day.

    Validity is half-open: the last day of a version is the day before `valid_to`. A later
    version supersedes an earlier one even if that one has no end; once the later one has
    ended, the earlier one does not come back.

    Raises
    ------
    AmbiguousVersionError
        Two versions begin on that latest day.
    """
    begun = [version for version in versions if version.valid_from <= day]
    if not begun:
        return None
    latest = max(version.valid_from for version in begun)
    candidates = [version for version in begun if version.valid_from == latest]
    if len(candidates) > 1:
        raise AmbiguousVersionError(
            role=candidates[0].role,
            day=latest.isoformat(),
            versions=", ".join(sorted(version.version for version in candidates)),
        )
    return candidates[0] if candidates[0].in_force(day) else None
