"""A rule set: themes, findings, switches and matrices of one regime, loaded and checked whole."""

from __future__ import annotations

import csv
import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from services.domain.project import UseScheme
from services.domain.verdict import Regime, State, Theme
from services.domain.wording import Wording
from services.errors import InvalidRuleSetError
from services.siting.rule_set_faults import rule_set_faults

__all__ = [
    "RULE_FILES",
    "FindingRule",
    "ProjectType",
    "RuleSet",
    "ThemeRule",
    "load_rule_set",
    "rule_text",
]

SET_FILE = "transition_2019.toml"
TABLES = (
    "project_types.csv",
    "control_line_uses.csv",
    "use_classes.csv",
    "ydyh_to_gb50137.csv",
    "sandiao_dlbm.csv",
    "gb50137_2011.csv",
    "ydyh_2023.csv",
)
RULE_FILES = (SET_FILE, *TABLES)
DISPUTED_GRASSLAND = "0404"
YDYH = frozenset({UseScheme.YDYH_2020, UseScheme.YDYH_2023})


@dataclass(frozen=True, slots=True)
class Citation:
    """A document and its clause, cited from a day on."""

    since: date
    document: Wording
    clause: Wording


@dataclass(frozen=True, slots=True)
class FindingRule:
    """One reason for a verdict, with its source; `later` supersedes the source from its day."""

    id: str
    state: State
    document: Wording
    clause: Wording
    message: Wording
    remedy: Wording
    unverified: bool
    later: Citation | None = None

    def cited_on(self, day: date) -> tuple[Wording, Wording]:
        """Document and clause that hold on a day."""
        if self.later is not None and day >= self.later.since:
            return self.later.document, self.later.clause
        return self.document, self.clause


@dataclass(frozen=True, slots=True)
class ThemeRule:
    """Roles of one theme; those of `inside_planning_area` are required only there."""

    theme: Theme
    required: tuple[str, ...]
    optional: tuple[str, ...]
    inside_planning_area: tuple[str, ...] = ()

    @property
    def roles(self) -> tuple[str, ...]:
        """All roles, in the order of the sheet."""
        return (*self.required, *self.inside_planning_area, *self.optional)


@dataclass(frozen=True, slots=True)
class ProjectType:
    """A row of project_types.csv."""

    id: str
    name: Wording
    single_site: bool
    may_ask_state_council: bool
    redline_permitted: bool
    document: str


@dataclass(frozen=True, slots=True, eq=False)
class RuleSet:
    """Everything the evaluation may ask, frozen and hashed.

    Attributes
    ----------
    use_classes
        Main letter of a use (GB 50137) to the prefixes of urban classes that fit it.
    control_lines
        Kind of line, by name or alias, to the prefixes of uses that it admits.
    ydyh_to_gb50137
        Prefix of a 用地用海 code to the class of GB 50137 that stands for it.
    three_classes
        Survey code to 农用地, 建设用地 or 未利用地.
    max_age_days
        Oldest age of a role's version on the day of the check.
    """

    id: str
    regime: Regime
    themes: tuple[ThemeRule, ...]
    findings: Mapping[str, FindingRule]
    switches: Mapping[str, Any]
    max_age_days: Mapping[str, int]
    min_area_m2: float
    min_width_m: float
    project_types: Mapping[str, ProjectType]
    use_classes: Mapping[str, tuple[str, ...]]
    control_lines: Mapping[str, tuple[str, ...]]
    ydyh_to_gb50137: Mapping[str, str]
    codes: Mapping[UseScheme, Mapping[str, str]]
    three_classes: Mapping[str, str]
    cultivated: frozenset[str]
    sha256: str

    def urban_class(self, code: str, scheme: UseScheme) -> str | None:
        """Class of GB 50137 for a code of either scheme; `None` for a code in no table."""
        if scheme not in YDYH:
            return code if code in self.codes[UseScheme.GB50137] else None
        if code not in self.codes[UseScheme.YDYH_2023]:
            return None
        for length in range(len(code), 1, -1):
            known = self.ydyh_to_gb50137.get(code[:length])
            if known is not None:
                return known
        return "E"


def load_rule_set(regime: Regime, *, folder: Path | None = None) -> RuleSet:
    """Rule set of a regime, each file from the workspace's copy or else as shipped.

    Raises
    ------
    InvalidRuleSetError
        Any fault in any file; all of them are listed, with file and line.
    """
    texts = {name: rule_text(name, folder) for name in RULE_FILES}
    return _load(regime, tuple(texts.values()))


def rule_text(name: str, folder: Path | None) -> str:
    """Text of one rule file."""
    if folder is not None and (folder / name).exists():
        return (folder / name).read_text("utf-8-sig")
    return files("services.rules").joinpath(name).read_text("utf-8-sig")


@lru_cache(maxsize=8)
def _load(regime: Regime, contents: tuple[str, ...]) -> RuleSet:
    texts = dict(zip(RULE_FILES, contents, strict=True))
    faults = rule_set_faults(texts)
    if faults:
        raise InvalidRuleSetError(faults=len(faults), refused=tuple(faults))
    document = tomllib.loads(texts[SET_FILE])
    rows = {name: list(csv.DictReader(texts[name].splitlines())) for name in TABLES}
    survey = rows["sandiao_dlbm.csv"]
    return RuleSet(
        id=document["id"],
        regime=regime,
        themes=tuple(_theme(entry) for entry in document["theme"]),
        findings={key: _finding(key, entry) for key, entry in document["finding"].items()},
        switches=document["switches"],
        max_age_days=document["max_age_days"],
        min_area_m2=float(document["slivers"]["min_area_m2"]),
        min_width_m=float(document["slivers"]["min_width_m"]),
        project_types={row["id"]: _project_type(row) for row in rows["project_types.csv"]},
        use_classes={r["use"]: tuple(r["classes"].split()) for r in rows["use_classes.csv"]},
        control_lines=_control_lines(rows["control_line_uses.csv"]),
        ydyh_to_gb50137={r["ydyh"]: r["gb50137"] for r in rows["ydyh_to_gb50137.csv"]},
        codes={
            UseScheme.GB50137: _names(rows["gb50137_2011.csv"]),
            UseScheme.YDYH_2023: _names(rows["ydyh_2023.csv"]),
            UseScheme.SANDIAO: _names(survey),
        },
        three_classes=_three_classes(survey, document["switches"]),
        cultivated=frozenset(row["code"] for row in survey if row["is_cultivated"] == "1"),
        sha256=hashlib.sha256("\0".join(contents).encode()).hexdigest(),
    )


def _names(rows: list[dict[str, str]]) -> dict[str, str]:
    return {row["code"]: row["name"] for row in rows}


def _theme(entry: Mapping[str, Any]) -> ThemeRule:
    return ThemeRule(
        Theme(entry["id"]),
        tuple(entry.get("required", ())),
        tuple(entry.get("optional", ())),
        tuple(entry.get("inside_planning_area", ())),
    )


def _finding(key: str, entry: Mapping[str, Any]) -> FindingRule:
    return FindingRule(
        id=key,
        state=State(entry["state"]),
        document=Wording.from_dict(entry["document"]),
        clause=Wording.from_dict(entry["clause"]),
        message=Wording.from_dict(entry["message"]),
        remedy=Wording.from_dict(entry["remedy"]),
        unverified=bool(entry["unverified"]),
        later=_citation(entry["later"]) if "later" in entry else None,
    )


def _citation(entry: Mapping[str, Any]) -> Citation:
    return Citation(
        since=entry["from"],
        document=Wording.from_dict(entry["document"]),
        clause=Wording.from_dict(entry["clause"]),
    )


def _project_type(row: Mapping[str, str]) -> ProjectType:
    return ProjectType(
        id=row["id"],
        name=Wording(row["name_zh"], row["name_en"]),
        single_site=row["class"] == "single_site",
        may_ask_state_council=row["may_ask_state_council"] == "yes",
        redline_permitted=row["redline_permitted"] == "yes",
        document=row["document"],
    )


def _control_lines(rows: list[dict[str, str]]) -> dict[str, tuple[str, ...]]:
    lines = {}
    for row in rows:
        for name in (row["line"], *row["aliases"].split()):
            lines[name] = tuple(row["uses"].split())
    return lines


def _three_classes(rows: list[dict[str, str]], switches: Mapping[str, Any]) -> dict[str, str]:
    classes = {row["code"]: row["three_class"] for row in rows if row["three_class"]}
    classes[DISPUTED_GRASSLAND] = switches["other_grassland"]
    return classes
