"""What is expected of layers, from `inspection.toml` and the workspace's own corrections."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked_dataclass

from services.domain.issue import Severity
from services.errors import WorkspaceError

__all__ = ["RULEBOOK_FILE", "CodeTable", "RoleRules", "Rulebook", "read_rulebook"]

RULEBOOK_FILE = "inspection.toml"
EVERY_OTHER = "*"
STRICT = ConfigDict(extra="forbid")


@checked_dataclass(frozen=True, config=STRICT)
class CodeTable:
    """Table of the codes of a role that no classification standard names.

    Attributes
    ----------
    file
        Name among the rules.
    layer
        Value of the column `layer`; `None` takes all rows.
    prefixes
        Signs that may stand in front of a code.
    first_signs
        A code is known by so many first signs; 0: it must stand in the table as it is.
    """

    file: str
    layer: str | None = None
    prefixes: tuple[str, ...] = ()
    first_signs: int = 0


@checked_dataclass(frozen=True, config=STRICT)
class RoleRules:
    """Fields and values of one role; see the head of `inspection.toml`."""

    required: tuple[str, ...] = ()
    expected: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    only_for: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    codes: CodeTable | None = None


@checked_dataclass(frozen=True, config=STRICT)
class _Thresholds:
    tolerance_m: float
    hole_m2: float


@checked_dataclass(frozen=True, config=STRICT)
class _Document:
    status: str
    date: Any
    thresholds: _Thresholds
    severity: Mapping[str, Severity]
    smallest_area_m2: Mapping[str, float]
    defaults: RoleRules
    roles: Mapping[str, RoleRules]


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Expectations of all roles.

    Attributes
    ----------
    severity
        Weight of each kind of fault.
    smallest_area_m2
        Smallest mapped patch by main class; `*` for every other.
    """

    tolerance_m: float
    hole_m2: float
    severity: Mapping[str, Severity]
    smallest_area_m2: Mapping[str, float]
    defaults: RoleRules
    roles: Mapping[str, RoleRules]

    def of(self, role: str) -> RoleRules:
        """Rules of a role; what it does not say of ids, labels and areas is as for all."""
        rules = self.roles.get(role, RoleRules())
        return replace(
            rules,
            ids=rules.ids or self.defaults.ids,
            labels=rules.labels or self.defaults.labels,
            areas=rules.areas or self.defaults.areas,
        )

    def smallest_m2(self, main_class: str) -> float:
        """Smallest mapped patch of a main class of land."""
        return self.smallest_area_m2.get(main_class, self.smallest_area_m2[EVERY_OTHER])


def read_rulebook(root: Path) -> Rulebook:
    """Expectations as shipped, corrected by the file of a workspace where there is one.

    Raises
    ------
    WorkspaceError
        The workspace's file is no TOML or says something unknown (`inspection_file`).
    """
    shipped = tomllib.loads(files(__package__).joinpath(RULEBOOK_FILE).read_text("utf-8"))
    own = root / RULEBOOK_FILE
    try:
        text = own.read_text("utf-8-sig") if own.is_file() else ""
        document = _adapter().validate_python(_corrected(shipped, tomllib.loads(text)))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as err:
        raise WorkspaceError("inspection_file", file=str(own), reason=str(err)) from err
    except ValidationError as err:
        first = err.errors()[0]
        reason = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        raise WorkspaceError("inspection_file", file=str(own), reason=reason) from err
    return Rulebook(
        tolerance_m=document.thresholds.tolerance_m,
        hole_m2=document.thresholds.hole_m2,
        severity=document.severity,
        smallest_area_m2=document.smallest_area_m2,
        defaults=document.defaults,
        roles=document.roles,
    )


def _adapter() -> TypeAdapter[_Document]:
    return TypeAdapter(_Document)


def _corrected(shipped: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    merged = dict(shipped)
    for name, value in own.items():
        both_tables = isinstance(value, dict) and isinstance(shipped.get(name), dict)
        merged[name] = {**shipped[name], **value} if both_tables else value
    return merged
