"""What the layers say of the site, class by class, each layer adding up to the site."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from services.domain.verdict import LayerLine, Theme
from services.reports.areas import AreaCells, balance, cents
from services.reports.case import CHECKED, Case, has_areas
from services.reports.content import Cell, Row, RowKind, Table
from services.reports.tables.columns import area_columns, text
from services.reports.words import Words

__all__ = ["ClassRow", "class_rows", "class_table", "layer_head", "long_class_table"]

# layers that are meant to cover all land; what they leave open is a lack of data
GAP_FREE_ROLES = frozenset(
    {
        "land_survey",
        "planning_base",
        "plan_control_zone",
        "plan_use_zone",
        "plan_land_class",
        "urban_plan",
        "spatial_plan",
    }
)


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One row of a layer's balance."""

    code: str
    name: str
    cells: AreaCells
    kind: RowKind = RowKind.DETAIL


def class_rows(line: LayerLine, site: int, words: Words) -> tuple[ClassRow, ...]:
    """Classes, what lies outside them, the overlap taken off, and the total.

    `site` in 0.01 m². A layer without areas to print has no rows.

    Raises
    ------
    InconsistentResultError
        The areas of the layer do not add up to the site.
    """
    if not has_areas(line):
        return ()
    remainder, overlap = cents(line.remainder_m2), cents(line.overlap_m2)
    areas = [cents(cover.area_m2) for cover in line.classes]
    parts = balance(
        [[*areas, remainder]], total=site, overlap=overlap, place=words.label("role", line.role)
    )
    rows = [
        ClassRow(cover.code, words.class_name(line.role, cover), cells)
        for cover, cells in zip(line.classes, parts.rows[0], strict=False)
    ]
    if remainder:
        rows.append(ClassRow("", words(_remainder_name(line)), parts.rows[0][-1]))
    if overlap:
        rows.append(ClassRow("", words("row.class_overlap"), parts.overlap))
    rows.append(ClassRow("", words("row.total"), parts.total, RowKind.TOTAL))
    return tuple(rows)


def _remainder_name(line: LayerLine) -> str:
    """What lies in no class: a gap in the data, outside the lines, or not told apart."""
    if line.role in GAP_FREE_ROLES:
        return "row.no_data"
    return "row.outside" if line.state == CHECKED else "row.outside_or_open"


def layer_head(line: LayerLine, words: Words) -> str:
    """Name of a layer with its version, or why it says nothing."""
    layer = words.label("role", line.role)
    if line.version is None:
        return words("layer.absent", layer=layer, reason=words.label("reason", line.state))
    facts = {"layer": layer, "version": line.version, "date": line.date}
    if line.state == CHECKED:
        return words("layer.head", **facts)
    return words("layer.head_gap", **facts, reason=words.label("reason", line.state))


def class_table(
    case: Case, themes: Iterable[Theme], caption: str, *, touched_only: bool = False
) -> Table | None:
    """Layers one below the other, each under its own head; `None` without any layer."""
    words = case.words
    rows: list[Row] = []
    for theme in case.themes(themes):
        for line in theme.layers:
            if touched_only and not (line.classes and has_areas(line)):
                continue
            rows.append(Row((layer_head(line, words),), RowKind.GROUP))
            rows += _rows(class_rows(line, case.site_cents, words))
    if not rows:
        return None
    columns = (text(words, "code", 16), text(words, "class_name", 46), *area_columns(words))
    return Table(caption, columns, tuple(rows))


def _rows(rows: Iterable[ClassRow]) -> Iterator[Row]:
    for row in rows:
        yield Row((row.code, row.name, *row.cells.row), row.kind)


def long_class_table(case: Case, themes: Iterable[Theme], caption: str) -> Table:
    """The same, with theme and layer repeated in every row, for filtering."""
    words = case.words
    columns = (
        text(words, "theme", 22),
        text(words, "layer", 22),
        text(words, "version", 12),
        text(words, "state", 16),
        text(words, "code", 12),
        text(words, "class_name", 30),
        *area_columns(words),
    )
    rows: list[Row] = []
    for theme in case.themes(themes):
        for line in theme.layers:
            head: tuple[Cell, ...] = (
                words.label("theme", theme.theme),
                words.label("role", line.role),
                line.version,
                words.label("reason", line.state),
            )
            lines = class_rows(line, case.site_cents, words)
            rows += [Row((*head, *row.cells), row.kind) for row in _rows(lines)]
            if not lines:
                rows.append(Row((*head, None, None, None, None, None, None)))
    return Table(caption, columns, tuple(rows))
