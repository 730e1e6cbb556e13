"""What must agree inside a rule file, beyond the shape of each key."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from typing import Any

from services.domain.verdict import Reason, Regime, State, Theme
from services.layers.roles import roles
from services.siting.rule_document import (
    CodeKind,
    FindingRow,
    Requirement,
    RoleRow,
    RuleDocument,
    ThemeRow,
    WordingRow,
)
from services.siting.rule_faults import Fault, line_of
from services.siting.rule_tables import RuleTables

__all__ = ["NEEDED_FINDINGS", "PLACEHOLDERS", "document_faults"]

PLACEHOLDERS = frozenset(
    {
        "area",
        "area_m2",
        "area_ha",
        "area_mu",
        "share",
        "width_m",
        "accuracy_m",
        "length_m",
        "rest_ha",
        "codes",
        "names",
        "use",
        "layer",
        "need_ha",
        "advance_ha",
        "by_town",
        "approved_note",
        "type_document",
    }
)
"""What a sentence of a finding may have filled in."""

NEEDED_FINDINGS: Mapping[str, Theme] = {
    "cultivated.banned": Theme.LAND_STATUS,
    "conversion.due": Theme.LAND_STATUS,
    "replenishment.due": Theme.LAND_STATUS,
    "unused_land.due": Theme.LAND_STATUS,
    "expropriation.due": Theme.LAND_STATUS,
    "ownership.unknown": Theme.LAND_STATUS,
    "overlap.land_status": Theme.LAND_STATUS,
    "overlap.land_plan": Theme.LAND_PLAN,
    "plan.forbidden": Theme.LAND_PLAN,
    "plan.restricted": Theme.LAND_PLAN,
    "plan.conditional_zone": Theme.LAND_PLAN,
    "plan.contradiction": Theme.LAND_PLAN,
    "plan.neither_fits": Theme.LAND_PLAN,
    "plan.adjustment": Theme.LAND_PLAN,
    "scheme.due": Theme.LAND_PLAN,
    "scheme.also_due": Theme.LAND_PLAN,
    "advance.due": Theme.LAND_PLAN,
    "plan.scale_short": Theme.LAND_PLAN,
    "plan.cultivated_keep": Theme.LAND_PLAN,
    "figures.missing": Theme.LAND_PLAN,
    "overlap.urban_plan": Theme.URBAN_PLAN,
    "use.missing": Theme.URBAN_PLAN,
    "use.to_name": Theme.URBAN_PLAN,
    "urban.incompatible": Theme.URBAN_PLAN,
    "village.incompatible": Theme.URBAN_PLAN,
    "village.verify": Theme.URBAN_PLAN,
    "urban.space_zone": Theme.URBAN_PLAN,
    "urban.control_line": Theme.URBAN_PLAN,
    "urban.neither_fits": Theme.URBAN_PLAN,
    "urban.adjustment": Theme.URBAN_PLAN,
    "urban.scheme_due": Theme.URBAN_PLAN,
    "urban.scheme_also_due": Theme.URBAN_PLAN,
    "boundary.outside": Theme.GROWTH_BOUNDARY,
    "development.outside": Theme.PRIOR_APPROVAL,
    "development.unknown": Theme.PRIOR_APPROVAL,
    "supply.whole": Theme.PRIOR_APPROVAL,
    "touch.supplied_land": Theme.PRIOR_APPROVAL,
    "touch.approved_land": Theme.PRIOR_APPROVAL,
}
"""Findings that the evaluation enters by name, with their theme; the others hang on a role."""

# states that the outcome logic relies on; a centre may word these findings, not weaken them
FIXED_STATES: Mapping[str, State] = {
    "plan.neither_fits": State.NONCONFORMING,
    "urban.neither_fits": State.NONCONFORMING,
    "plan.scale_short": State.NONCONFORMING,
    "plan.cultivated_keep": State.NONCONFORMING,
    "plan.forbidden": State.NONCONFORMING,
    "urban.space_zone": State.NONCONFORMING,
    "urban.control_line": State.NONCONFORMING,
    "farmland.patch": State.NONCONFORMING,
    "farmland.special": State.PROCEDURE,
    "farmland.sliver": State.CONDITIONAL,
    "redline.touched": State.NONCONFORMING,
    "redline.limited": State.PROCEDURE,
    "redline.sliver": State.CONDITIONAL,
    "scheme.due": State.PROCEDURE,
    "urban.scheme_due": State.PROCEDURE,
    "scheme.also_due": State.PROCEDURE,
    "urban.scheme_also_due": State.PROCEDURE,
    "advance.due": State.PROCEDURE,
    "plan.adjustment": State.PROCEDURE,
    "urban.adjustment": State.PROCEDURE,
    "figures.missing": State.UNDECIDED,
    "use.missing": State.UNDECIDED,
    "plan.restricted": State.PROCEDURE,
    "plan.conditional_zone": State.PROCEDURE,
    "plan.contradiction": State.PROCEDURE,
    "urban.incompatible": State.PROCEDURE,
    "village.incompatible": State.PROCEDURE,
}

# what the contract requires of a layer; a centre may require more, never less
REQUIRED: Mapping[str, tuple[Theme, Requirement]] = {
    "land_survey": (Theme.LAND_STATUS, Requirement.ALWAYS),
    "plan_control_zone": (Theme.LAND_PLAN, Requirement.ALWAYS),
    "plan_use_zone": (Theme.LAND_PLAN, Requirement.ALWAYS),
    "planning_area": (Theme.URBAN_PLAN, Requirement.ALWAYS),
    "urban_plan": (Theme.URBAN_PLAN, Requirement.INSIDE_PLANNING_AREA),
    "urban_control_line": (Theme.URBAN_PLAN, Requirement.ALWAYS),
    "permanent_farmland": (Theme.PERMANENT_FARMLAND, Requirement.ALWAYS),
    "eco_redline": (Theme.ECO_REDLINE, Requirement.ALWAYS),
}
GAP_FREE = frozenset({"land_survey", "plan_control_zone", "plan_use_zone"})
# findings without which a hit would pass in silence
VETOES: Mapping[str, tuple[str, str, str]] = {
    "permanent_farmland": (
        "farmland.patch",
        "farmland.special",
        "farmland.sliver",
    ),
    "eco_redline": ("redline.touched", "redline.limited", "redline.sliver"),
}

# tables that the evaluation reads a role by; another table would judge it by strange codes
CODES_OF: Mapping[str, CodeKind] = {
    "land_survey": CodeKind.LAND_CLASS,
    "plan_control_zone": CodeKind.CONTROL_ZONE,
    "plan_use_zone": CodeKind.USE_ZONE,
    "plan_land_class": CodeKind.PLANNED_CLASS,
    "urban_plan": CodeKind.URBAN_CLASS,
    "urban_control_line": CodeKind.CONTROL_LINE,
    "plan_space_zone": CodeKind.SPACE_ZONE,
}
Path = tuple[str | int, ...]


def document_faults(
    document: RuleDocument,
    raw: Mapping[str, Any],
    texts: Mapping[str, str],
    regime: Regime,
    tables: RuleTables,
) -> Iterator[Fault]:
    """Faults of a rule file whose keys all have the right form."""
    for path, code, facts in _faults(document, regime, tables):
        file, line = list(texts)[-1], 1
        for name, text in texts.items():
            found = line_of(text, path, raw)
            if found > 1:
                file, line = name, found
                break
        yield Fault(file, line, code, facts)


def _faults(
    document: RuleDocument, regime: Regime, tables: RuleTables
) -> Iterator[tuple[Path, str, dict[str, str]]]:
    if document.regime is not regime:
        yield ("regime",), "rule_value", {"key": "regime", "found": document.regime.value}
    found = [theme.id for theme in document.theme]
    if found != list(Theme):
        yield ("theme", 0), "rule_themes", {"needed": ", ".join(Theme)}
    for reason in set(Reason) - document.gap.keys():
        yield ("gap",), "rule_key_missing", {"key": f"gap.{reason}"}
    yield from _role_faults(document)
    for rule in sorted(NEEDED_FINDINGS.keys() - document.finding.keys()):
        yield ("finding",), "rule_key_missing", {"key": f"finding.{rule}"}
    for rule, row in document.finding.items():
        yield from _finding_faults(rule, row, document)
    for zone in document.switches.area_development_use_zones:
        if tables.use_zones and zone[:2] not in tables.use_zones:
            key = "switches.area_development_use_zones"
            path: Path = ("switches", "area_development_use_zones")
            yield path, "rule_value", {"key": key, "found": zone}


def _role_faults(document: RuleDocument) -> Iterator[tuple[Path, str, dict[str, str]]]:
    known = {role.name for theme in document.theme for role in theme.roles}
    for name in sorted((REQUIRED.keys() | CODES_OF.keys()) - known):
        yield ("theme", 0), "rule_key_missing", {"key": f"role {name}"}
    for name in document.dated_roles:
        if name not in known:
            yield ("dated_roles",), "rule_value", {"key": "dated_roles", "found": name}
    seen: set[str] = set()
    for place, theme in enumerate(document.theme):
        for index, role in enumerate(theme.roles):
            path: Path = ("theme", place, "roles", index)
            if role.name not in roles() or role.name in seen:
                yield path, "rule_value", {"key": f"{theme.id}.roles", "found": role.name}
            seen.add(role.name)
            for key, found in _weakened(role, theme):
                yield path, "rule_value", {"key": f"{role.name}.{key}", "found": found}
            yield from _rule_names(role, path, theme.id, document)
        if theme.sliver is not None:
            yield from _rule_name(theme.sliver, "sliver", ("theme", place), theme.id, document)


def _weakened(role: RoleRow, theme: ThemeRow) -> Iterator[tuple[str, str]]:
    """Keys by which a role would be asked less than the contract asks."""
    needed = REQUIRED.get(role.name)
    if needed is not None and needed[0] is not theme.id:
        yield "theme", theme.id.value
    if needed is not None and role.required not in {needed[1], Requirement.ALWAYS}:
        yield "required", role.required.value
    if role.name in GAP_FREE and not role.gap_free:
        yield "gap_free", "false"
    if role.codes is not CODES_OF.get(role.name):
        yield "codes", str(role.codes)
    if role.name in VETOES and (role.touch, role.special, theme.sliver) != VETOES[role.name]:
        yield "touch, special, sliver", f"{role.touch}, {role.special}, {theme.sliver}"


def _rule_names(
    role: RoleRow, path: Path, theme: Theme, document: RuleDocument
) -> Iterator[tuple[Path, str, dict[str, str]]]:
    for key, rule in (("touch", role.touch), ("special", role.special)):
        if rule is not None:
            yield from _rule_name(rule, f"{role.name}.{key}", path, theme, document)


def _rule_name(
    rule: str, key: str, path: Path, theme: Theme, document: RuleDocument
) -> Iterator[tuple[Path, str, dict[str, str]]]:
    row = document.finding.get(rule)
    if row is None or row.theme is not theme:
        yield path, "rule_value", {"key": key, "found": rule}


def _finding_faults(
    rule: str, row: FindingRow, document: RuleDocument
) -> Iterator[tuple[Path, str, dict[str, str]]]:
    path: Path = ("finding", rule)
    fixed = FIXED_STATES.get(rule)
    if row.state is State.NOT_APPLICABLE or (fixed is not None and row.state is not fixed):
        yield (*path, "state"), "rule_value", {"key": f"{rule}.state", "found": row.state.value}
    if row.theme is not NEEDED_FINDINGS.get(rule, row.theme):
        yield (*path, "theme"), "rule_value", {"key": f"{rule}.theme", "found": row.theme.value}
    for name in row.documents:
        if name not in document.documents:
            yield (*path, "documents"), "rule_value", {"key": f"{rule}.documents", "found": name}
    if row.condition is not None and row.condition not in document.conditions:
        found = {"key": f"{rule}.condition", "found": row.condition}
        yield (*path, "condition"), "rule_value", found
    for part in ("clause", "message", "remedy", "message_linear", "remedy_linear"):
        texts: WordingRow | None = getattr(row, part)
        if texts is not None:
            for wrong in sorted(_strange(texts)):
                yield (*path, part), "rule_value", {"key": f"{rule}.{part}", "found": wrong}


def _strange(texts: WordingRow) -> set[str]:
    """Placeholders that nothing fills, and braces that are none."""
    names: set[str] = set()
    for text in (texts.zh, texts.en):
        try:
            names |= {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
        except ValueError:
            names.add(text)
    return names - PLACEHOLDERS
