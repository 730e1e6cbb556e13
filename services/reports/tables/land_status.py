"""Present land use: classes under the three main classes, adding up to the site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.domain.verdict import ClassLine, LayerLine
from services.reports.areas import AreaCells, Balance, balance, cents, shared_areas
from services.reports.case import Case, has_areas
from services.reports.content import Row, RowKind, Table
from services.reports.tables.columns import area_columns, text

__all__ = [
    "CULTIVATED",
    "MAIN_CLASSES",
    "SURVEY",
    "LandStatus",
    "land_status",
    "land_status_table",
    "ownership",
]

SURVEY = "land_survey"
MAIN_CLASSES = ("农用地", "建设用地", "未利用地")
CULTIVATED = "耕地"


@dataclass(frozen=True, slots=True)
class LandStatus:
    """Classes of the survey in their main classes; groups without a class are left out.

    `groups` are names of main classes, `""` for classes of none; their balance may end with
    one more group, the part that the survey does not cover.
    """

    line: LayerLine
    groups: tuple[tuple[str, tuple[ClassLine, ...]], ...]
    balance: Balance
    cultivated: AreaCells | None

    def area_of(self, name: str) -> AreaCells | None:
        """Area of one main class; `None` where the site has none of it."""
        return next(
            (
                cells
                for (group, _), cells in zip(self.groups, self.balance.groups, strict=False)
                if group == name
            ),
            None,
        )


def land_status(case: Case) -> LandStatus | None:
    """Group the classes of the survey; `None` where there is no survey at the site.

    The main class of every code stands in the result, as the rule set of the check has it.
    """
    line = case.layer(SURVEY)
    if line is None or not line.classes or not has_areas(line):
        return None
    known: Mapping[str, str] = case.result.facts.get("main_class", {})
    groups = tuple(
        (name, members)
        for name in (*MAIN_CLASSES, "")
        if (members := tuple(c for c in line.classes if known.get(c.code, "") == name))
    )
    areas = [[cents(member.area_m2) for member in members] for _, members in groups]
    remainder = cents(line.remainder_m2)
    parts = balance(
        [*areas, [remainder]] if remainder else areas,
        total=case.site_cents,
        overlap=cents(line.overlap_m2),
        place=case.words.label("role", SURVEY),
    )
    return LandStatus(line, groups, parts, _cultivated(case, groups, parts))


def _cultivated(
    case: Case, groups: tuple[tuple[str, tuple[ClassLine, ...]], ...], parts: Balance
) -> AreaCells | None:
    codes = set(case.result.facts.get("cultivated_codes", ()))
    cells = [
        row
        for (_, members), rows in zip(groups, parts.rows, strict=False)
        for member, row in zip(members, rows, strict=True)
        if member.code in codes
    ]
    return AreaCells.summed(cells) if cells else None


def ownership(case: Case) -> tuple[tuple[str, AreaCells], ...]:
    """Areas by kind of owner; empty where no owner is stated."""
    known: Mapping[str, float] = case.result.facts.get("ownership", {})
    stated = {name: cents(area) for name, area in known.items() if cents(area)}
    if not set(stated) - {"未载明"}:
        return ()
    cells = shared_areas(list(stated.values()), case.site_cents)
    return tuple(zip(stated, cells, strict=True))


def land_status_table(case: Case, status: LandStatus, caption: str) -> Table:
    """Main classes with their classes, what is cultivated, and the total."""
    words = case.words
    columns = (
        text(words, "three_class", 24),
        text(words, "code", 16),
        text(words, "land_class", 42),
        *area_columns(words),
    )
    rows: list[Row] = []
    for (name, members), cells, whole in zip(
        status.groups, status.balance.rows, status.balance.groups, strict=False
    ):
        label = words.known(f"main_class.{name}") or words("row.other_classes")
        for member, row in zip(members, cells, strict=True):
            class_name = words.class_name(SURVEY, member)
            rows.append(Row((label, member.code, class_name, *row.row)))
        if name:
            subtotal = words("row.subtotal", name=label)
            rows.append(Row((subtotal, None, None, *whole.row), RowKind.SUBTOTAL))
        if name == MAIN_CLASSES[0] and status.cultivated:
            of_which = words("row.of_which", name=words(f"main_class.{CULTIVATED}"))
            rows.append(Row((of_which, None, None, *status.cultivated.row), RowKind.PART))
    if len(status.balance.groups) > len(status.groups):
        uncovered = status.balance.groups[-1]
        rows.append(Row((words("row.no_data"), None, None, *uncovered.row)))
    if status.balance.overlap.m2.units:
        overlap = status.balance.overlap
        rows.append(Row((words("row.class_overlap"), None, None, *overlap.row)))
    rows.append(Row((words("row.total"), None, None, *status.balance.total.row), RowKind.TOTAL))
    version = {"layer": words.label("role", SURVEY), "version": status.line.version}
    return Table(caption, columns, tuple(rows), words("status.source", **version))
