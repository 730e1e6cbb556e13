"""3 土地利用现状: the sentence of the form, and the table behind it."""

from __future__ import annotations

from collections.abc import Iterator

from services.domain.verdict import Theme
from services.reports.areas import AreaCells, area_cells
from services.reports.case import CHECKED, Case
from services.reports.content import Block, Paragraph
from services.reports.tables.controls import covered
from services.reports.tables.findings import gap_sentence
from services.reports.tables.land_status import (
    MAIN_CLASSES,
    SURVEY,
    LandStatus,
    land_status,
    land_status_table,
    ownership,
)

__all__ = ["status_section"]


def status_section(case: Case) -> tuple[Block, ...]:
    """Sentence, gap and table."""
    words = case.words
    status = land_status(case)
    blocks: list[Block] = [Paragraph(_sentence(case, status))]
    blocks += [Paragraph(gap) for gap in _gaps(case)]
    if status is not None:
        blocks.append(land_status_table(case, status, words("status.table")))
    return tuple(blocks)


def _gaps(case: Case) -> Iterator[str]:
    line = case.layer(SURVEY)
    if line is None:
        yield case.words("gap.theme", theme=case.words.label("theme", Theme.LAND_STATUS))
    elif line.state != CHECKED:
        yield gap_sentence(SURVEY, line.state, case)


def _sentence(case: Case, status: LandStatus | None) -> str:
    words = case.words
    site = area_cells(case.site_cents, case.site_cents)
    text = words("status.sentence_total", ha=site.ha.text, mu=site.mu.text)
    parts = list(_class_parts(case, status)) if status else []
    if parts:
        text += words("status.sentence_classes", parts=words.listed(parts))
    owners = [_part(case, name, cells) for name, cells in ownership(case)]
    if status and owners:
        text += words("status.owners", parts=words.listed(owners))
    return text + words("status.stop")


def _part(case: Case, name: str, cells: AreaCells) -> str:
    label = case.words.known(f"main_class.{name}") or name
    return case.words("status.class_part", name=label, ha=cells.ha.text)


def _class_parts(case: Case, status: LandStatus) -> Iterator[str]:
    """All three main classes, also those of which there is nothing; none if none is known."""
    words = case.words
    nothing = area_cells(0, case.site_cents)
    areas = {name: status.area_of(name) for name in MAIN_CLASSES}
    if not any(areas.values()):
        return
    for name, cells in areas.items():
        if cells and name == MAIN_CLASSES[0] and status.cultivated:
            inside = words("status.cultivated", ha=status.cultivated.ha.text)
            yield words(
                "status.farm_part",
                name=words(f"main_class.{name}"),
                ha=cells.ha.text,
                inside=inside + _basic_farmland(case),
            )
        else:
            yield _part(case, name, cells or nothing)


def _basic_farmland(case: Case) -> str:
    line = case.layer("permanent_farmland")
    area = covered(line, case.site_cents) if line else 0
    if not area:
        return ""
    return case.words("status.basic_farmland", ha=area_cells(area, case.site_cents).ha.text)
