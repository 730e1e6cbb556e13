"""The report as a Word file; layout only."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import UTC
from pathlib import Path

import docx
from docx.document import Document
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.shared import Mm
from docx.text.paragraph import Paragraph as DocxParagraph

from services.reports.archive import settle_times
from services.reports.content import (
    Block,
    Figure,
    FigureSubject,
    Heading,
    Paragraph,
    ReportContent,
    Table,
    TextRole,
)
from services.reports.docx_frame import add_frame
from services.reports.docx_styles import TEXT_WIDTH_MM, prepare_styles
from services.reports.docx_table import summary_element, table_element, text_run

__all__ = ["write_sheet"]

STYLES = {
    TextRole.BODY: "Report Body",
    TextRole.ITEM: "Report Item",
    TextRole.LEAD: "Report Lead",
    TextRole.LISTED: "Report Listed",
    TextRole.VERDICT: "Report Verdict",
    TextRole.SIGNATURE: "Report Signature",
    TextRole.DISCLAIMER: "Report Disclaimer",
}
SIGNATURE_FIELDS = 4


def write_sheet(content: ReportContent, figures: Mapping[FigureSubject, bytes], path: Path) -> None:
    """Write the sheet; `figures` are PNG pictures."""
    document = docx.Document()
    prepare_styles(document)
    _describe(document, content)
    add_frame(document, content)
    _add(document, content.title, "Title")
    document.element.body.insert_element_before(summary_element(content.summary), "w:sectPr")
    for section in content.sections:
        _add(document, section.heading, "Heading 1")
        for block in section.blocks:
            _add_block(document, block, figures)
    document.save(str(path))
    settle_times(path)


def _describe(document: Document, content: ReportContent) -> None:
    properties = document.core_properties
    moment = content.created.astimezone(UTC).replace(tzinfo=None)
    properties.title = content.title
    properties.subject = content.number
    properties.author = properties.last_modified_by = "plotwise"
    properties.comments = properties.keywords = ""
    properties.created = properties.modified = moment
    package = document.part.package
    for key, relation in list(package.rels.items()):
        if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL:
            package.rels.pop(key)


def _add(document: Document, text: str, style: str) -> DocxParagraph:
    paragraph = document.add_paragraph(style=style)
    paragraph._p.append(text_run(text))
    return paragraph


def _add_block(document: Document, block: Block, figures: Mapping[FigureSubject, bytes]) -> None:
    match block:
        case Paragraph():
            paragraph = _add(document, block.text, STYLES[block.role])
            if block.role is TextRole.SIGNATURE:
                _rule_fields(paragraph)
        case Heading():
            heading = _add(document, block.text, "Heading 2")
            heading.paragraph_format.page_break_before = block.new_page
        case Table():
            _add_table(document, block)
        case Figure():
            _add_figure(document, block, figures)


def _rule_fields(paragraph: DocxParagraph) -> None:
    """A line to write on behind every label."""
    for field in range(1, SIGNATURE_FIELDS + 1):
        paragraph.paragraph_format.tab_stops.add_tab_stop(
            Mm(TEXT_WIDTH_MM * field / SIGNATURE_FIELDS),
            WD_TAB_ALIGNMENT.LEFT,
            WD_TAB_LEADER.LINES,
        )


def _add_table(document: Document, table: Table) -> None:
    _add(document, table.caption, "Report Caption")
    document.element.body.insert_element_before(table_element(table), "w:sectPr")
    if table.note:
        _add(document, table.note, "Report Note")
    else:
        _add(document, "", "Report Gap")


def _add_figure(document: Document, figure: Figure, figures: Mapping[FigureSubject, bytes]) -> None:
    paragraph = _add(document, "", "Report Picture")
    picture = paragraph.add_run().add_picture(
        io.BytesIO(figures[figure.subject]), width=Mm(TEXT_WIDTH_MM)
    )
    picture._inline.docPr.set("descr", figure.caption)
    for side in ("distT", "distB", "distL", "distR"):
        picture._inline.set(side, "0")
