"""Class codes of layers: which stand in their table, and how variants are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from services.domain.project import UseScheme
from services.siting.judging.site_view import SiteView
from services.siting.rule_document import CodeKind, RoleRow
from services.siting.rule_tables import RuleTables

__all__ = ["known_code", "planned_class", "use_zone"]

Test = Callable[[str], bool]
# planned-use codes carry a prefix: X existing, G new, N farmland (layers and codes 1)
PLANNED_PREFIXES = frozenset({"X", "G", "N"})


def known_code(view: SiteView, role: RoleRow) -> Test | None:
    """Test whether a code stands in the table of a role; `None` for a role without table."""
    if role.codes is None:
        return None
    tables = view.rules.tables
    if role.codes is CodeKind.LAND_CLASS:
        return _land_class(tables, view.scheme(role.name, UseScheme.SANDIAO))
    if role.codes is CodeKind.URBAN_CLASS:
        return _among(tables.uses.get(view.scheme(role.name, UseScheme.GB50137), {}))
    tests: Mapping[CodeKind, Test] = {
        CodeKind.CONTROL_ZONE: lambda code: code.isdigit() and code[:2] in tables.control_zones,
        CodeKind.USE_ZONE: lambda code: code.isdigit() and use_zone(code) in tables.use_zones,
        CodeKind.PLANNED_CLASS: lambda code: _is_planned(planned_class(code), tables),
        CodeKind.CONTROL_LINE: _among(tables.control_lines),
        CodeKind.SPACE_ZONE: _among(tables.space_zones),
    }
    return tests[role.codes]


def _among(table: Mapping[str, object]) -> Test:
    return lambda code: code in table


def _land_class(tables: RuleTables, scheme: UseScheme) -> Test:
    """A class that spans several main classes (湿地 00) is as good as unknown."""
    rows = tables.land_classes.get(scheme, {})
    telling = {code for code, row in rows.items() if row.three_class is not None}
    return lambda code: code in telling


def _is_planned(code: str, tables: RuleTables) -> bool:
    """A third-level class that the table leaves out is known by its second level."""
    known = tables.planned_classes
    return code in known or (len(code) == 3 and code.isdigit() and code[:2] in known)


def use_zone(code: str) -> str:
    """First two digits of a TDYTQ code; one variant writes 110 for 100 (牧业用地区)."""
    return "10" if code[:2] == "11" else code[:2]


def planned_class(code: str) -> str:
    """Planned class without the prefix of planned-use codes."""
    return code[1:] if code[:1] in PLANNED_PREFIXES else code
