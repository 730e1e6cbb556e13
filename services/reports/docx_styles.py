"""Page and styles of the Word sheet: A4 portrait, Chinese fonts on every style."""

from __future__ import annotations

from dataclasses import dataclass

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.oxml.text.font import CT_RPr
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

__all__ = ["TEXT_WIDTH_MM", "prepare_styles"]

PAGE_WIDTH_MM, PAGE_HEIGHT_MM = 210, 297
SIDE_MARGIN_MM, TOP_MARGIN_MM, BOTTOM_MARGIN_MM = 20, 24, 22
TEXT_WIDTH_MM = PAGE_WIDTH_MM - 2 * SIDE_MARGIN_MM
INK = RGBColor(0x1F, 0x29, 0x33)
LEFT, RIGHT, CENTRE = (
    WD_ALIGN_PARAGRAPH.LEFT,
    WD_ALIGN_PARAGRAPH.RIGHT,
    WD_ALIGN_PARAGRAPH.CENTER,
)
FONT_STYLES = frozenset({WD_STYLE_TYPE.PARAGRAPH, WD_STYLE_TYPE.CHARACTER, WD_STYLE_TYPE.TABLE})
ROOT_STYLES = frozenset({"Normal", "Default Paragraph Font", "Normal Table", "No List"})
THEME_FONTS = ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme")


@dataclass(frozen=True, slots=True)
class _Face:
    """Latin and Chinese font of a style."""

    latin: str
    chinese: str


SONG = _Face("Times New Roman", "宋体")
FANGSONG = _Face("Times New Roman", "仿宋")
HEI = _Face("Arial", "黑体")


@dataclass(frozen=True, slots=True)
class _Look:
    """How a paragraph style looks; `indent` is the first line's, in characters."""

    name: str
    face: _Face
    size: float
    align: WD_ALIGN_PARAGRAPH = LEFT
    before: float = 0
    after: float = 0
    spacing: float = 1.0
    bold: bool = False
    keep_next: bool = False
    indent: int = 0
    left_mm: float = 0


LOOKS = (
    _Look("Title", HEI, 18, CENTRE, after=8, keep_next=True),
    _Look("Heading 1", HEI, 14, before=14, after=6, keep_next=True),
    _Look("Heading 2", HEI, 12, before=8, after=4, keep_next=True),
    _Look("Report Body", FANGSONG, 11.5, after=3, spacing=1.35, indent=2),
    _Look("Report Item", FANGSONG, 11, after=2, spacing=1.25, left_mm=8),
    _Look("Report Lead", FANGSONG, 11.5, after=3, spacing=1.35, indent=2, keep_next=True),
    _Look("Report Listed", FANGSONG, 11, after=1, spacing=1.2, left_mm=8, keep_next=True),
    _Look("Report Note", SONG, 9, before=2, after=8, spacing=1.15),
    _Look("Report Verdict", HEI, 14, before=2, after=6, keep_next=True),
    _Look("Report Caption", HEI, 10.5, CENTRE, before=8, after=3, keep_next=True),
    _Look("Report Signature", SONG, 11, before=26, after=10, keep_next=True),
    _Look("Report Disclaimer", HEI, 10.5, before=6, after=6, spacing=1.25),
    _Look("Report Picture", SONG, 9, CENTRE),
    _Look("Report Gap", SONG, 4),
    _Look("Table Text", SONG, 9),
    _Look("Table Number", SONG, 9, RIGHT),
    _Look("Table Head", HEI, 9, CENTRE),
    _Look("Summary Label", HEI, 10.5),
    _Look("Summary Value", SONG, 10.5, spacing=1.15),
    _Look("Summary Verdict", HEI, 15),
    _Look("Header", SONG, 9),
    _Look("Footer", SONG, 8.5, CENTRE),
)
# what other systems call these fonts
OTHER_NAMES = {"宋体": "SimSun", "仿宋": "FangSong", "黑体": "SimHei"}


def prepare_styles(document: Document) -> None:
    """Set page, defaults and styles of an empty document."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(PAGE_WIDTH_MM), Mm(PAGE_HEIGHT_MM)
    section.left_margin = section.right_margin = Mm(SIDE_MARGIN_MM)
    section.top_margin, section.bottom_margin = Mm(TOP_MARGIN_MM), Mm(BOTTOM_MARGIN_MM)
    section.header_distance = section.footer_distance = Mm(11)
    _drop_styles(document)
    _set_defaults(document)
    for style in document.styles:
        if style.type in FONT_STYLES:
            _set_fonts(style.element.get_or_add_rPr(), SONG)
    for look in LOOKS:
        _apply(look, _paragraph_style(document, look.name))
    _name_alternatives(document)


def _drop_styles(document: Document) -> None:
    """Leave out what the template brings along and the sheet never uses."""
    wanted = ROOT_STYLES | {look.name for look in LOOKS}
    for style in list(document.styles):
        if style.name not in wanted:
            style.delete()
            continue
        for link in style.element.findall(qn("w:link")):
            style.element.remove(link)


def _paragraph_style(document: Document, name: str) -> ParagraphStyle:
    styles = document.styles
    if name in styles:
        found = styles[name]
    else:
        found = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        found.base_style = styles["Normal"]
    assert isinstance(found, ParagraphStyle)
    return found


def _apply(look: _Look, style: ParagraphStyle) -> None:
    _set_fonts(style.element.get_or_add_rPr(), look.face)
    style.font.size = Pt(look.size)
    style.font.bold = look.bold
    style.font.italic = False
    style.font.color.rgb = INK
    form = style.paragraph_format
    form.alignment = look.align
    form.space_before, form.space_after = Pt(look.before), Pt(look.after)
    form.line_spacing = look.spacing
    form.keep_with_next = look.keep_next
    form.widow_control = True
    form.left_indent = Mm(look.left_mm)
    properties = style.element.get_or_add_pPr()
    for tag in ("w:pBdr", "w:tabs", "w:contextualSpacing"):
        for inherited in properties.findall(qn(tag)):
            properties.remove(inherited)
    if look.indent:
        properties.get_or_add_ind().set(qn("w:firstLineChars"), str(look.indent * 100))
        form.first_line_indent = Pt(look.size * look.indent)


def _set_fonts(properties: CT_RPr, face: _Face) -> None:
    fonts = properties.get_or_add_rFonts()
    for theme in THEME_FONTS:
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for slot in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{slot}"), face.latin)
    fonts.set(qn("w:eastAsia"), face.chinese)


def _set_defaults(document: Document) -> None:
    """Defaults carry theme fonts in the template; a theme font would win over ours."""
    defaults = document.styles.element.find(qn("w:docDefaults"))
    for fonts in defaults.iter(qn("w:rFonts")):
        _set_fonts(fonts.getparent(), SONG)
    for language in defaults.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")


def _name_alternatives(document: Document) -> None:
    """Give every Chinese font its English name, for systems that know only that."""
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/fontTable"
    part = document.part.part_related_by(relation)
    part._blob = _font_table().encode("utf-8")


def _font_table() -> str:
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in OTHER_NAMES.items()
    )
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    return f'{head}<w:fonts xmlns:w="{space}">{fonts}</w:fonts>'
