"""Columns of the rule tables and the checks of their rows, each fault with file and line."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from datetime import date

from services.siting.rule_document import ProjectClass
from services.siting.rule_faults import Fault

__all__ = [
    "CONSTRUCTION",
    "DISPUTED",
    "FARMLAND",
    "TABLE_FILES",
    "UNUSED",
    "Row",
    "Rows",
    "crossing_faults",
    "read_rows",
]

FARMLAND, CONSTRUCTION, UNUSED = "农用地", "建设用地", "未利用地"
THREE_CLASSES = frozenset({FARMLAND, CONSTRUCTION, UNUSED})
DISPUTED = "conflict"
YES_NO = frozenset({"yes", "no"})
STATUSES = frozenset({"verified", "unverified"})
OWNERSHIPS = frozenset({"state", "collective"})
Row = Mapping[str, str]
Rows = Mapping[str, tuple[tuple[int, Row], ...]]


def _one_of(allowed: frozenset[str]) -> Callable[[str], bool]:
    return lambda text: text in allowed


def _filled(text: str) -> bool:
    return bool(text.strip())


def _anything(_: str) -> bool:
    return True


def _day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _open_day(text: str) -> bool:
    return not text or _day(text)


SOURCED = {"source": _filled, "status": _one_of(STATUSES)}
CODED = {"code": _filled, "edition": _filled, **SOURCED}
YES = _one_of(YES_NO)
COLUMNS: Mapping[str, Mapping[str, Callable[[str], bool]]] = {
    "sandiao_dlbm.csv": {
        **CODED,
        "name": _filled,
        "three_class": _one_of(THREE_CLASSES | {"", DISPUTED}),
        "is_cultivated": _one_of(frozenset({"0", "1"})),
    },
    "erdiao_dlbm.csv": {
        **CODED,
        "name": _filled,
        "three_class": _one_of(THREE_CLASSES),
        "is_cultivated": _one_of(frozenset({"0", "1"})),
    },
    "gb50137_2011.csv": {**CODED, "name": _filled},
    "ydyh_2020.csv": {**CODED, "code_2023": _filled},
    "ydyh_2023.csv": {**CODED, "name": _filled},
    "ydyh_to_gb50137.csv": {"ydyh": _filled, "gb50137": _filled, **SOURCED},
    "plan_zone_codes.csv": {**CODED, "layer": _filled, "field": _filled, "name": _filled},
    "plan_land_class_codes.csv": {**CODED, "name": _filled, "parent": _anything},
    "ownership_codes.csv": {**CODED, "name": _filled, "kind": _one_of(OWNERSHIPS)},
    "space_zone_codes.csv": {"code": _filled, "forbidden": YES, **SOURCED},
    "project_types.csv": {
        "id": _filled,
        "name_zh": _filled,
        "name_en": _filled,
        "class": _one_of(frozenset(ProjectClass)),
        "may_ask_state_council": YES,
        "redline_permitted": YES,
        "on_cultivated": YES,
        "linear": YES,
        "document": _anything,
        "from": _day,
        "to": _open_day,
        **SOURCED,
    },
    "land_plan_fit.csv": {
        "applies_to": _filled,
        "control_zone": _filled,
        "use_zones": _filled,
        "planned_classes": _filled,
        "planned_needed": YES,
        "listed": YES,
        **SOURCED,
    },
    "use_classes.csv": {"use": _filled, "classes": _filled, **SOURCED},
    "control_line_uses.csv": {
        "line": _filled,
        "name_zh": _filled,
        "name_en": _filled,
        "aliases": _anything,
        "uses": _anything,
        **SOURCED,
    },
}
TABLE_FILES = tuple(COLUMNS)
"""All tables of a rule set, in reading order."""

# columns by which a row is known; a second row with the same is a fault
KEYS: Mapping[str, tuple[str, ...]] = {
    "plan_zone_codes.csv": ("layer", "field", "code"),
    "ydyh_to_gb50137.csv": ("ydyh",),
    "use_classes.csv": ("use",),
    "control_line_uses.csv": ("line",),
    "project_types.csv": ("id", "from"),
    "land_plan_fit.csv": ("applies_to", "control_zone", "use_zones", "planned_classes"),
}
FIRST_COLUMN = ("code",)


def read_rows(name: str, text: str, faults: list[Fault]) -> Iterator[tuple[int, Row]]:
    """Rows of a table with their lines; faults are collected and the row still given."""
    reader = csv.DictReader(text.splitlines())
    columns = COLUMNS[name]
    header = tuple(reader.fieldnames or ())
    missing = [column for column in columns if column not in header]
    for column in missing:
        faults.append(Fault(name, 1, "rule_column_missing", {"key": column}))
    if missing:
        return
    seen: set[tuple[str, ...]] = set()
    for raw in reader:
        line = reader.line_num
        if None in raw or None in raw.values():
            faults.append(Fault(name, line, "rule_row_length", {"needed": len(header)}))
            continue
        row = {column: str(text).strip() for column, text in raw.items()}
        for column, allowed in columns.items():
            if not allowed(row[column]):
                faults.append(
                    Fault(name, line, "rule_value", {"key": column, "found": row[column]})
                )
        key = tuple(row[column] for column in KEYS.get(name, FIRST_COLUMN))
        if key in seen:
            faults.append(Fault(name, line, "rule_row_twice", {"key": " ".join(key)}))
        seen.add(key)
        yield line, row


def crossing_faults(rows: Rows) -> Iterator[Fault]:
    """Faults that show only between rows or tables."""
    yield from _overlapping_dates(rows)
    types = {row["id"] for _, row in rows["project_types.csv"]}
    known = types | set(ProjectClass)
    for line, row in rows["land_plan_fit.csv"]:
        if row["applies_to"] not in known:
            found = {"key": "applies_to", "found": row["applies_to"]}
            yield Fault("land_plan_fit.csv", line, "rule_value", found)
    covered = {row["applies_to"] for _, row in rows["land_plan_fit.csv"]}
    for missing in sorted(set(ProjectClass) - covered):
        yield Fault("land_plan_fit.csv", 1, "rule_key_missing", {"key": missing})
    urban = {row["code"] for _, row in rows["gb50137_2011.csv"]}
    for name, columns in (
        ("use_classes.csv", ("use", "classes")),
        ("control_line_uses.csv", ("uses",)),
        ("ydyh_to_gb50137.csv", ("gb50137",)),
    ):
        for line, row in rows[name]:
            for column in columns:
                for code in row[column].split():
                    if code not in urban:
                        yield Fault(name, line, "rule_value", {"key": column, "found": code})


def _overlapping_dates(rows: Rows) -> Iterator[Fault]:
    ends: dict[str, str] = {}
    ordered = sorted(rows["project_types.csv"], key=lambda item: (item[1]["id"], item[1]["from"]))
    for line, row in ordered:
        before = ends.get(row["id"])
        if before is not None and (not before or before > row["from"]):
            yield Fault("project_types.csv", line, "rule_dates_overlap", {"key": row["id"]})
        if row["to"] and row["to"] <= row["from"]:
            found = {"key": "to", "found": row["to"]}
            yield Fault("project_types.csv", line, "rule_value", found)
        ends[row["id"]] = row["to"]
