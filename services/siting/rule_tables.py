"""Tables of a rule set: codes, project types and matrices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from services.domain.project import UseScheme
from services.domain.wording import Wording
from services.siting.rule_columns import (
    CONSTRUCTION,
    DISPUTED,
    FARMLAND,
    TABLE_FILES,
    UNUSED,
    Row,
    Rows,
    crossing_faults,
    read_rows,
)
from services.siting.rule_document import OtherGrassland, ProjectClass
from services.siting.rule_faults import Fault

__all__ = [
    "CONSTRUCTION",
    "FARMLAND",
    "TABLE_FILES",
    "UNUSED",
    "ControlLine",
    "FitRow",
    "LandClass",
    "ProjectType",
    "RuleTables",
    "read_tables",
]

ANY = "*"


@dataclass(frozen=True, slots=True)
class LandClass:
    """A class of a survey; `three_class` is `None` where it spans several."""

    code: str
    name: str
    three_class: str | None
    cultivated: bool


@dataclass(frozen=True, slots=True)
class ProjectType:
    """A dated row of project_types.csv; in force on the days of [first, end)."""

    id: str
    name: Wording
    kind: ProjectClass
    may_ask_state_council: bool
    redline_permitted: bool
    on_cultivated: bool
    linear: bool
    document: str
    first: date
    end: date | None
    unverified: bool

    def holds(self, day: date) -> bool:
        """Whether the row is in force on a day."""
        return self.first <= day and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class FitRow:
    """What fits the land plan: a control zone with use zones and planned classes.

    An empty tuple stands for any. `planned_needed`: without the layer of planned classes the
    row can't be decided. `listed`: a place in the key-project list stands for the class.
    """

    control_zone: str
    use_zones: tuple[str, ...]
    planned_classes: tuple[str, ...]
    planned_needed: bool
    listed: bool


@dataclass(frozen=True, slots=True)
class ControlLine:
    """One kind of control line and the uses that it admits."""

    id: str
    name: Wording
    uses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RuleTables:
    """All tables of a rule set, by code."""

    land_classes: Mapping[UseScheme, Mapping[str, LandClass]] = field(default_factory=dict)
    uses: Mapping[UseScheme, Mapping[str, str]] = field(default_factory=dict)
    ydyh_to_gb50137: Mapping[str, str] = field(default_factory=dict)
    control_zones: Mapping[str, str] = field(default_factory=dict)
    use_zones: Mapping[str, str] = field(default_factory=dict)
    planned_classes: Mapping[str, str] = field(default_factory=dict)
    ownership: Mapping[str, str] = field(default_factory=dict)
    space_zones: Mapping[str, bool] = field(default_factory=dict)
    project_types: Mapping[str, tuple[ProjectType, ...]] = field(default_factory=dict)
    land_plan_fit: Mapping[str, tuple[FitRow, ...]] = field(default_factory=dict)
    use_classes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    control_lines: Mapping[str, ControlLine] = field(default_factory=dict)


def read_tables(
    texts: Mapping[str, str], grassland: OtherGrassland
) -> tuple[RuleTables, list[Fault]]:
    """Tables in the texts of their files, with every fault; faulty tables come back empty."""
    faults: list[Fault] = []
    rows = {name: tuple(read_rows(name, texts[name], faults)) for name in TABLE_FILES}
    if not faults:
        faults += crossing_faults(rows)
    return (RuleTables() if faults else _tables(rows, grassland)), faults


def _tables(rows: Rows, grassland: OtherGrassland) -> RuleTables:
    zones = [row for _, row in rows["plan_zone_codes.csv"]]
    return RuleTables(
        land_classes={
            UseScheme.SANDIAO: _land_classes(rows["sandiao_dlbm.csv"], grassland),
            UseScheme.ERDIAO: _land_classes(rows["erdiao_dlbm.csv"], grassland),
        },
        uses={
            UseScheme.GB50137: _names(rows["gb50137_2011.csv"]),
            UseScheme.YDYH_2023: _names(rows["ydyh_2023.csv"]),
            UseScheme.YDYH_2020: _names_of_2020(rows),
        },
        ydyh_to_gb50137={row["ydyh"]: row["gb50137"] for _, row in rows["ydyh_to_gb50137.csv"]},
        control_zones={
            z["code"][:2]: z["name"] for z in reversed(zones) if z["layer"] == "JSYDGZQ"
        },
        use_zones={z["code"][:2]: z["name"] for z in zones if z["layer"] == "TDYTQ"},
        planned_classes=_planned_classes(rows),
        ownership={row["code"]: row["kind"] for _, row in rows["ownership_codes.csv"]},
        space_zones={
            row["code"]: row["forbidden"] == "yes" for _, row in rows["space_zone_codes.csv"]
        },
        project_types=_project_types(rows),
        land_plan_fit=_land_plan_fit(rows),
        use_classes={
            row["use"]: tuple(row["classes"].split()) for _, row in rows["use_classes.csv"]
        },
        control_lines=_control_lines(rows),
    )


def _names(rows: tuple[tuple[int, Row], ...]) -> dict[str, str]:
    return {row["code"]: row["name"] for _, row in rows}


def _names_of_2020(rows: Rows) -> dict[str, str]:
    later = _names(rows["ydyh_2023.csv"])
    return {
        row["code"]: later.get(row["code_2023"], row["code"]) for _, row in rows["ydyh_2020.csv"]
    }


def _land_classes(
    rows: tuple[tuple[int, Row], ...], grassland: OtherGrassland
) -> dict[str, LandClass]:
    classes = {}
    for _, row in rows:
        three = grassland.value if row["three_class"] == DISPUTED else row["three_class"]
        cultivated = row["is_cultivated"] == "1"
        classes[row["code"]] = LandClass(row["code"], row["name"], three or None, cultivated)
    return classes


def _planned_classes(rows: Rows) -> dict[str, str]:
    return {
        row["code"]: row["name"]
        for _, row in rows["plan_land_class_codes.csv"]
        if row["parent"] != "prefix"
    }


def _project_types(rows: Rows) -> dict[str, tuple[ProjectType, ...]]:
    types: dict[str, tuple[ProjectType, ...]] = {}
    for _, row in rows["project_types.csv"]:
        entry = ProjectType(
            id=row["id"],
            name=Wording(row["name_zh"], row["name_en"]),
            kind=ProjectClass(row["class"]),
            may_ask_state_council=row["may_ask_state_council"] == "yes",
            redline_permitted=row["redline_permitted"] == "yes",
            on_cultivated=row["on_cultivated"] == "yes",
            linear=row["linear"] == "yes",
            document=row["document"],
            first=date.fromisoformat(row["from"]),
            end=date.fromisoformat(row["to"]) if row["to"] else None,
            unverified=row["status"] == "unverified",
        )
        types[entry.id] = (*types.get(entry.id, ()), entry)
    return types


def _list(text: str) -> tuple[str, ...]:
    return () if text == ANY else tuple(text.split())


def _land_plan_fit(rows: Rows) -> dict[str, tuple[FitRow, ...]]:
    fits: dict[str, tuple[FitRow, ...]] = {}
    for _, row in rows["land_plan_fit.csv"]:
        entry = FitRow(
            control_zone=row["control_zone"],
            use_zones=_list(row["use_zones"]),
            planned_classes=_list(row["planned_classes"]),
            planned_needed=row["planned_needed"] == "yes",
            listed=row["listed"] == "yes",
        )
        fits[row["applies_to"]] = (*fits.get(row["applies_to"], ()), entry)
    return fits


def _control_lines(rows: Rows) -> dict[str, ControlLine]:
    lines = {}
    for _, row in rows["control_line_uses.csv"]:
        line = ControlLine(
            row["line"], Wording(row["name_zh"], row["name_en"]), tuple(row["uses"].split())
        )
        for name in (row["line"], *row["aliases"].split()):
            lines[name] = line
    return lines
