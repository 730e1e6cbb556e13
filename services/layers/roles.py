"""Roles of layers, read from the table `roles.toml`.

A role outside the table may be loaded and overlaid; no verdict looks at it.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from services.domain.project import UseScheme
from services.errors import InvalidOptionError

__all__ = ["POLYGON_ROLES", "GeometryKind", "Role", "role_named", "roles", "similar_roles"]

ROLE_FORM = re.compile(r"[a-z][a-z0-9_]{0,39}")
# names that stand for something else where a role may be given
RESERVED = frozenset({"self"})


class GeometryKind(StrEnum):
    """What the features of a role are."""

    POLYGON = "polygon"
    LINE_OR_POINT = "line_or_point"
    RASTER = "raster"


@dataclass(frozen=True, slots=True)
class Role:
    """How the features of one role are read; see the head of `roles.toml`."""

    name: str
    geometry: GeometryKind = GeometryKind.POLYGON
    layers: tuple[str, ...] = ()
    class_fields: tuple[str, ...] = ()
    name_fields: tuple[str, ...] = ()
    class_required: bool = False
    class_given: bool = False
    exclusive: bool = False
    gap_free: bool = False
    scheme: UseScheme = UseScheme.NONE
    scheme_uncertain: bool = False
    known: bool = True


@cache
def roles() -> Mapping[str, Role]:
    """All roles of the table by name, in its order."""
    table = tomllib.loads(files("services.layers").joinpath("roles.toml").read_text("utf-8"))
    return {name: _role(name, entry) for name, entry in table.items()}


def _role(name: str, entry: Mapping[str, object]) -> Role:
    values: dict[str, object] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()
    }
    values["geometry"] = GeometryKind(str(entry["geometry"]))
    values["scheme"] = UseScheme(str(entry.get("scheme", UseScheme.NONE)))
    return Role(name=name, **values)  # type: ignore[arg-type]  # checked by a test of the table


def role_named(name: str) -> Role:
    """Role of the table, or a free one that only overlays use.

    Raises
    ------
    InvalidOptionError
        The name has not the form of a role (`role_form`).
    """
    known = roles().get(name)
    if known is not None:
        return known
    if not ROLE_FORM.fullmatch(name) or name in RESERVED:
        raise InvalidOptionError("role_form", role=name)
    return Role(name=name, gap_free=True, known=False)


def similar_roles(name: str) -> tuple[str, ...]:
    """Roles of the table that read like a name; for a hint at a misspelling."""
    return tuple(difflib.get_close_matches(name, roles(), n=3))


POLYGON_ROLES = tuple(
    name for name, role in roles().items() if role.geometry is GeometryKind.POLYGON
)
"""Roles of the table whose features cover ground."""
