"""Header with the state of the sheet, footer with page numbers, watermark."""

from __future__ import annotations

from docx.document import Document
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm
from docx.text.paragraph import Paragraph

from services.reports.content import ReportContent
from services.reports.docx_styles import TEXT_WIDTH_MM
from services.reports.docx_table import text_run

__all__ = ["add_frame"]

WATERMARK = """
<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
     xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">
  <w:pict>
    <v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800"
      path="m@7,l@8,m@5,21600l@6,21600e">
      <v:path textpathok="t" o:connecttype="rect"/>
      <v:textpath on="t" fitshape="t"/>
    </v:shapetype>
    <v:shape id="plotwise-watermark" type="#_x0000_t136" alt="" fillcolor="#d9dde2" stroked="f"
      style="position:absolute;margin-left:0;margin-top:0;width:300pt;height:130pt;
        rotation:315;z-index:-251658752;mso-position-horizontal:center;
        mso-position-horizontal-relative:margin;mso-position-vertical:center;
        mso-position-vertical-relative:margin">
      <v:fill opacity=".45"/>
      <v:textpath style="font-family:&quot;SimHei&quot;;font-size:1pt" string=""/>
    </v:shape>
  </w:pict>
</w:r>
"""


def add_frame(document: Document, content: ReportContent) -> None:
    """Fill header and footer of the only section."""
    section = document.sections[0]
    header = section.header.paragraphs[0]
    header.paragraph_format.tab_stops.clear_all()
    header.paragraph_format.tab_stops.add_tab_stop(
        Mm(TEXT_WIDTH_MM), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.SPACES
    )
    header._p.append(text_run(f"{content.header}\t"))
    header._p.append(text_run(f"【{content.stage}】", bold=True))
    header._p.append(_watermark(content.stage))
    _line(header, "bottom")
    disclaimer = section.footer.paragraphs[0]
    disclaimer._p.append(text_run(content.disclaimer))
    _line(disclaimer, "top")
    page = section.footer.add_paragraph(style="Footer")
    before, between, after = content.page_words
    page._p.append(text_run(before))
    _field(page, "PAGE")
    page._p.append(text_run(between))
    _field(page, "NUMPAGES")
    page._p.append(text_run(after))


def _watermark(stage: str) -> BaseOxmlElement:
    run = parse_xml(WATERMARK)
    for path in run.iter("{urn:schemas-microsoft-com:vml}textpath"):
        if "string" in path.attrib:
            path.set("string", stage)
    return run


def _field(paragraph: Paragraph, name: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), f" {name} ")
    field.append(text_run("1"))
    paragraph._p.append(field)


def _line(paragraph: Paragraph, side: str) -> None:
    borders = OxmlElement("w:pBdr")
    line = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", "4"), ("space", "3"), ("color", "7F8894")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    properties = paragraph._p.get_or_add_pPr()
    style = properties.find(qn("w:pStyle"))
    if style is None:
        properties.insert(0, borders)
    else:
        style.addnext(borders)
