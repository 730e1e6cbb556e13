"""Complete validation of the files of a rule set: every fault, with file and line."""

from __future__ import annotations

import csv
import string
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from geo.intake import Refusal
from services.domain.verdict import State, Theme
from services.layers.roles import roles

__all__ = ["rule_set_faults"]

SET_KEYS = {"id", "edition", "switches", "max_age_days", "slivers", "theme", "finding"}
THEME_KEYS = {"id", "required", "optional", "inside_planning_area"}
FINDING_KEYS = {"state", "document", "clause", "message", "remedy", "unverified"}
LATER_KEYS = {"from", "document", "clause"}
PLACEHOLDERS = {
    "area_m2", "area_ha", "share", "width_m", "use", "codes", "name", "town",
    "need_ha", "left_ha", "advance_ha",
}  # fmt: skip
YES_NO = {"yes", "no"}
Test = Callable[[Any], bool]


def _codes(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(code, str) and code for code in value)


SWITCHES: Mapping[str, Test] = {
    "batch_use_zones": _codes,
    "tourism_use_zones": _codes,
    "batch_planned_classes": _codes,
    "single_site_planned_classes": _codes,
    "area_development_use_zones": _codes,
    "neither_fits": lambda value: value in {"resite", "plan_adjustment"},
    "other_grassland": lambda value: value in {"农用地", "未利用地"},
    "three_lines_roles": lambda value: isinstance(value, list) and set(value) <= set(roles()),
}
SLIVERS: Mapping[str, Test] = {
    "min_area_m2": lambda value: isinstance(value, int | float) and value > 0,
    "min_width_m": lambda value: isinstance(value, int | float) and value > 0,
}
COLUMNS: Mapping[str, Mapping[str, Test]] = {
    "project_types.csv": {
        "id": bool,
        "name_zh": bool,
        "name_en": bool,
        "class": lambda value: value in {"batch", "single_site"},
        "may_ask_state_council": lambda value: value in YES_NO,
        "redline_permitted": lambda value: value in YES_NO,
        "document": lambda value: value is not None,
    },
    "control_line_uses.csv": {"line": bool, "uses": lambda value: value is not None},
    "use_classes.csv": {"use": bool, "classes": bool},
    "ydyh_to_gb50137.csv": {"ydyh": bool, "gb50137": bool},
    "sandiao_dlbm.csv": {
        "code": bool,
        "three_class": lambda value: value in {"", "农用地", "建设用地", "未利用地", "conflict"},
        "is_cultivated": lambda value: value in {"0", "1"},
    },
    "gb50137_2011.csv": {"code": bool, "name": bool},
    "ydyh_2023.csv": {"code": bool, "name": bool},
}


@dataclass(frozen=True, slots=True)
class _Source:
    """A file under validation; faults name the line where a word stands."""

    name: str
    text: str

    def fault(self, code: str, needle: str, **facts: str) -> Refusal:
        lines = self.text.splitlines()
        line = next((n for n, text in enumerate(lines, start=1) if needle in text), 1)
        return self.fault_at(code, line, **facts)

    def fault_at(self, code: str, line: int, **facts: str) -> Refusal:
        return Refusal(None, None, code, {"file": self.name, "line": line, **facts})


def rule_set_faults(texts: Mapping[str, str]) -> list[Refusal]:
    """All faults in the files of a rule set, by file name and text."""
    faults: list[Refusal] = []
    for name, text in texts.items():
        source = _Source(name, text)
        faults += _set_faults(source) if name.endswith(".toml") else _table_faults(source)
    return faults


def _set_faults(source: _Source) -> Iterator[Refusal]:
    try:
        document = tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as err:
        yield source.fault("rule_file_unreadable", "", reason=str(err))
        return
    yield from _keys(source, document, SET_KEYS, SET_KEYS, "")
    yield from _values(source, document.get("switches", {}), SWITCHES)
    yield from _values(source, document.get("slivers", {}), SLIVERS)
    for role, days in document.get("max_age_days", {}).items():
        if role not in roles() or not isinstance(days, int) or days <= 0:
            yield source.fault("rule_value", role, key=f"max_age_days.{role}", found=str(days))
    themes = document.get("theme", [])
    for entry in themes:
        yield from _theme_faults(source, entry)
    if [entry.get("id") for entry in themes] != [theme.value for theme in Theme]:
        yield source.fault("rule_themes", "[[theme]]", needed=", ".join(Theme))
    for key, entry in document.get("finding", {}).items():
        yield from _finding_faults(source, key, entry)


def _keys(
    source: _Source, table: Mapping[str, Any], known: set[str], needed: set[str], place: str
) -> Iterator[Refusal]:
    for key in sorted(table.keys() - known):
        yield source.fault("rule_key_unknown", key, key=f"{place}{key}")
    for key in sorted(needed - table.keys()):
        yield source.fault("rule_key_missing", place.rstrip(".") or "id", key=f"{place}{key}")


def _values(
    source: _Source, table: Mapping[str, Any], tests: Mapping[str, Test]
) -> Iterator[Refusal]:
    yield from _keys(source, table, set(tests), set(tests), "")
    for key in tests.keys() & table.keys():
        if not tests[key](table[key]):
            yield source.fault("rule_value", key, key=key, found=str(table[key]))


def _theme_faults(source: _Source, entry: Mapping[str, Any]) -> Iterator[Refusal]:
    name = str(entry.get("id"))
    yield from _keys(source, entry, THEME_KEYS, {"id"}, f"theme.{name}.")
    for kind in THEME_KEYS - {"id"}:
        for role in entry.get(kind, []):
            if role not in roles():
                yield source.fault("rule_value", f'"{role}"', key=f"theme.{name}", found=role)


def _finding_faults(source: _Source, key: str, entry: Mapping[str, Any]) -> Iterator[Refusal]:
    yield from _keys(source, entry, FINDING_KEYS | {"later"}, FINDING_KEYS, f"{key}.")
    if "later" in entry:
        yield from _keys(source, entry["later"], LATER_KEYS, LATER_KEYS, f"{key}.later.")
        if not isinstance(entry["later"].get("from"), date):
            found = str(entry["later"].get("from"))
            yield source.fault("rule_value", f'"{key}".later', key=f"{key}.later.from", found=found)
    if entry.get("state") not in set(State):
        yield source.fault(
            "rule_value", f'"{key}"', key=f"{key}.state", found=str(entry.get("state"))
        )
    for part in ("document", "clause", "message", "remedy"):
        texts = entry.get(part, {})
        for language in ("zh", "en"):
            text = texts.get(language) if isinstance(texts, dict) else None
            if not isinstance(text, str) or not text:
                yield source.fault("rule_key_missing", f'"{key}"', key=f"{key}.{part}.{language}")
                continue
            for _, name, _, _ in string.Formatter().parse(text):
                if name is not None and name not in PLACEHOLDERS:
                    yield source.fault("rule_value", f'"{key}"', key=f"{key}.{part}", found=name)


def _table_faults(source: _Source) -> Iterator[Refusal]:
    reader = csv.DictReader(source.text.splitlines())
    tests = COLUMNS[source.name]
    missing = sorted(tests.keys() - set(reader.fieldnames or ()))
    for column in missing:
        yield source.fault_at("rule_key_missing", 1, key=column)
    if missing:
        return
    key = next(iter(tests))
    seen: set[str] = set()
    for row in reader:
        for column, test in tests.items():
            if not test(row[column]):
                found = str(row[column])
                yield source.fault_at("rule_value", reader.line_num, key=column, found=found)
        if row[key] in seen:
            yield source.fault_at("rule_value", reader.line_num, key=key, found=f"{row[key]} ×2")
        seen.add(row[key])
