from datetime import date

import pytest

from services.domain.layer import LayerVersion
from services.domain.project import UseScheme
from services.errors import AmbiguousVersionError
from services.layers.selection import version_in_force


def version(name, first, end=None):
    return LayerVersion(
        role="eco_redline",
        version=name,
        valid_from=date.fromisoformat(first),
        valid_to=date.fromisoformat(end) if end else None,
        imported_at="2026-11-24T09:00:00+08:00",
        sha256="0" * 64,
        folder=f"layers/eco_redline/{name}",
        source_name="line.gpkg",
        crs="EPSG:4527",
        class_field=None,
        name_field=None,
        scheme=UseScheme.NONE,
        accuracy_m=None,
        secrecy=None,
        feature_count=1,
        has_coverage=True,
    )


OLD, NEW = version("2018", "2018-12-31"), version("2022", "2022-11-01", "2025-01-01")


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2018-12-30", None),
        ("2018-12-31", "2018"),
        ("2022-10-31", "2018"),
        ("2022-11-01", "2022"),
        ("2024-12-31", "2022"),
        ("2025-01-01", None),  # superseded is superseded: the old line does not come back
        ("2030-01-01", None),
    ],
)
def test_the_latest_first_day_counts_and_the_end_is_not_held(day, expected):
    found = version_in_force([NEW, OLD], date.fromisoformat(day))
    assert (found and found.version) == expected


def test_nothing_loaded_is_nothing_in_force():
    assert version_in_force([], date(2026, 11, 24)) is None


def test_two_versions_of_one_first_day_are_a_tie():
    twin = version("2022b", "2022-11-01")
    with pytest.raises(AmbiguousVersionError, match=r"version_tie.*2022, 2022b"):
        version_in_force([OLD, NEW, twin], date(2023, 1, 1))


def test_a_tie_that_a_later_version_supersedes_does_no_harm():
    twin = version("2018b", "2018-12-31")
    assert version_in_force([OLD, twin, NEW], date(2023, 1, 1)) is NEW
