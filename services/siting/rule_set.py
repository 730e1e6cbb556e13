"""A rule set: themes, findings, switches, tables and matrices of one regime.

Loaded once, checked completely (every fault with file and line), hashed into every result.
The centre may keep an edited copy in its workspace; a file that the copy has not is taken as
shipped, and a file that no rule set has is refused.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Self

from pydantic import ValidationError

from services.domain.project import UseScheme
from services.domain.verdict import Reason, Regime, State, Theme
from services.domain.wording import Wording
from services.errors import InvalidOptionError
from services.siting.rule_document import (
    DocumentRow,
    FindingRow,
    RoleRow,
    RuleDocument,
    Switches,
    ThemeRow,
)
from services.siting.rule_faults import Fault, refuse, syntax_fault, validation_faults
from services.siting.rule_set_validation import document_faults
from services.siting.rule_tables import TABLE_FILES, ProjectType, RuleTables, read_tables

__all__ = ["RULE_FILES", "FindingRule", "RuleSet", "load_rule_set"]

SET_FILES = {
    Regime.TRANSITION_2019: "transition_2019.toml",
    Regime.THREE_LINES: "three_lines.toml",
}
RULE_FILES = (*SET_FILES.values(), *TABLE_FILES)
"""Every file of the shipped rules, by name."""

SETS_KEPT = 8


@dataclass(frozen=True, slots=True)
class FindingRule:
    """One reason for a verdict, with its sources and sentences."""

    id: str
    theme: Theme
    state: State
    documents: tuple[DocumentRow, ...]
    clause: Wording
    message: Wording
    remedy: Wording
    message_linear: Wording | None
    remedy_linear: Wording | None
    condition: str | None
    marked: bool

    @classmethod
    def of(cls, rule: str, row: FindingRow, documents: Mapping[str, DocumentRow]) -> Self:
        """Finding of a row of the rule file."""
        return cls(
            id=rule,
            theme=row.theme,
            state=row.state,
            documents=tuple(documents[name] for name in row.documents),
            clause=row.clause.wording,
            message=row.message.wording,
            remedy=row.remedy.wording,
            message_linear=row.message_linear.wording if row.message_linear else None,
            remedy_linear=row.remedy_linear.wording if row.remedy_linear else None,
            condition=row.condition,
            marked=row.unverified,
        )

    @property
    def document(self) -> Wording:
        """The document named first."""
        return self.documents[0].wording

    @property
    def unverified(self) -> bool:
        """Whether the finding, or the document named first, was written from memory."""
        return self.marked or self.documents[0].unverified

    def document_on(self, day: date) -> DocumentRow:
        """The document that is in force on a day; else the first named."""
        held = (document for document in self.documents if document.holds(day))
        return next(held, self.documents[0])


@dataclass(frozen=True, eq=False)
class RuleSet:
    """Everything the evaluation may ask.

    `sha256` is of the bytes of all files that make the set.
    """

    document: RuleDocument
    tables: RuleTables
    sha256: str

    @property
    def id(self) -> str:
        """Name and edition, as every result carries it."""
        return self.document.id

    @property
    def regime(self) -> Regime:
        """Regime that the set is for."""
        return self.document.regime

    @property
    def title(self) -> Wording:
        """What the set is about."""
        return self.document.title.wording

    @property
    def switches(self) -> Switches:
        """Every switch of the outcome logic."""
        return self.document.switches

    @property
    def themes(self) -> tuple[ThemeRow, ...]:
        """Themes in the order of the sheet."""
        return self.document.theme

    @cached_property
    def findings(self) -> Mapping[str, FindingRule]:
        """Findings by rule id, in the order of the file."""
        documents = self.document.documents
        return {
            rule: FindingRule.of(rule, row, documents)
            for rule, row in self.document.finding.items()
        }

    @cached_property
    def roles(self) -> Mapping[str, tuple[Theme, RoleRow]]:
        """Theme and row of every role."""
        return {role.name: (theme.id, role) for theme in self.themes for role in theme.roles}

    @cached_property
    def finding_order(self) -> Mapping[str, int]:
        """Place of every finding in the file, for sorting."""
        return {rule: place for place, rule in enumerate(self.findings)}

    @property
    def codes(self) -> Mapping[UseScheme, Mapping[str, str]]:
        """Names of uses by code, for every scheme that a use may be given in."""
        return self.tables.uses

    @property
    def project_types(self) -> Mapping[str, ProjectType]:
        """The latest row of each project type."""
        return {name: rows[-1] for name, rows in self.tables.project_types.items()}

    def gap_remedy(self, reason: Reason) -> Wording:
        """What to do about a layer that gives no answer."""
        return self.document.gap[reason].wording

    def project_type(self, name: str, day: date) -> ProjectType:
        """Row of a project type that is in force on a day.

        Raises
        ------
        InvalidOptionError
            `unknown_project_type` or `project_type_not_in_force`.
        """
        rows = self.tables.project_types.get(name)
        if rows is None:
            known = ", ".join(self.tables.project_types)
            raise InvalidOptionError("unknown_project_type", found=name, known=known)
        row = next((row for row in rows if row.holds(day)), None)
        if row is None:
            raise InvalidOptionError("project_type_not_in_force", found=name, day=day.isoformat())
        return row


def load_rule_set(regime: Regime, *, folder: Path | None = None) -> RuleSet:
    """Rule set of a regime, from the centre's copy or as shipped.

    Raises
    ------
    InvalidOptionError
        `no_rule_set_for_regime`: no rules are shipped for it yet.
    InvalidRuleSetError
        Any fault in any file; all of them are listed, with file and line.
    """
    if regime not in SET_FILES:
        raise InvalidOptionError("no_rule_set_for_regime", regime=regime.value)
    refuse([Fault(name, 1, "rule_file_unknown") for name in _strangers(folder)])
    texts = tuple((name, _text(name, folder)) for name in RULE_FILES)
    return _rule_set(regime, texts)


def _text(name: str, folder: Path | None) -> str:
    if folder is not None and (folder / name).is_file():
        return (folder / name).read_text("utf-8-sig")
    return files("services.rules").joinpath(name).read_text("utf-8")


def _strangers(folder: Path | None) -> list[str]:
    if folder is None:
        return []
    found = (path.name for path in folder.iterdir() if path.suffix in {".toml", ".csv"})
    return sorted(name for name in found if name not in RULE_FILES)


@lru_cache(maxsize=SETS_KEPT)
def _rule_set(regime: Regime, texts: tuple[tuple[str, str], ...]) -> RuleSet:
    by_name = dict(texts)
    raw, parts = _raw_document(SET_FILES[regime], by_name)
    try:
        document = RuleDocument.model_validate(raw)
    except ValidationError as error:
        refuse(list(validation_faults(error, parts, raw)))
        raise
    tables, faults = read_tables(by_name, document.switches.other_grassland)
    refuse([*document_faults(document, raw, parts, regime, tables), *faults])
    used = [name for name in by_name if name in parts or name in TABLE_FILES]
    digest = hashlib.sha256()
    for name in used:
        digest.update(f"{name}\0{by_name[name]}\0".encode())
    return RuleSet(document, tables, digest.hexdigest())


def _raw_document(name: str, texts: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """Keys of a rule file laid over those of the file that it extends, and both texts."""
    parts = {name: texts[name]}
    raw = _parsed(name, texts[name])
    below = raw.pop("extends", None)
    if below is None:
        return raw, parts
    if below not in SET_FILES.values() or below == name:
        refuse([Fault(name, 1, "rule_value", {"key": "extends", "found": str(below)})])
    parts[below] = texts[below]
    merged = _parsed(below, texts[below])
    for key, value in raw.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = {**merged[key], **value} if both else value
    return merged, parts


def _parsed(name: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        refuse([syntax_fault(name, error)])
        raise
