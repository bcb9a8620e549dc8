"""The Word edition: official styles, a filled table of contents, tables that print well."""

from __future__ import annotations

import datetime
import subprocess
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from docx.oxml import parse_xml
from docx.oxml.ns import qn

from planeval.report import fonts as report_fonts
from planeval.report import pages
from planeval.words.errors import UserError

#: Fonts by name, as official documents ask for them. They are not embedded, their licences
#: forbid it; `report_fonts` puts free shapes beside them for readers who have none.
TITLE, BLACK, SONG = "方正小标宋简体", "黑体", "宋体"
KAI, FANG = "楷体_GB2312", "仿宋_GB2312"
_LATIN = "Times New Roman"
_NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
# Margins and size of GB/T 9704: 37 mm above, 35 below, 28 left, 26 right, on A4; in twips.
_PAGE = (
    '<w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1587" '
    'w:header="851" w:footer="1400" w:gutter="0"/>'
)
_TEXT_WIDTH = 11906 - 1474 - 1587
_TEXT_HEIGHT = 16838 - 2098 - 1984


def front_matter(
    cover: Sequence[tuple[str, str]], contents: str, entries: Sequence[tuple[str, int, str]]
) -> str:
    """Return cover lines and contents as WordprocessingML, closed by a section of their own.

    Parameters
    ----------
    cover : sequence of (name, value)
        Lines of the cover.
    contents : str
        Heading of the contents.
    entries : sequence of (id, level, text)
        Headings; levels 1 and 2 are listed. Their pages are filled in by :func:`finish`.
    """
    colon = "：" if any(ord(c) > 0x2E80 for c in contents) else ": "
    lines = [_cover_paragraph("CoverLine", f"{name}{colon}{value}") for name, value in cover]
    listed = [entry for entry in entries if entry[1] <= 2]
    toc = [_entry(entry, first=n == 0) for n, entry in enumerate(listed)]
    closing = '<w:r><w:fldChar w:fldCharType="end"/></w:r>' if listed else ""
    section = f'<w:sectPr><w:type w:val="nextPage"/>{_PAGE}</w:sectPr>'
    return "".join(
        [
            *lines,
            f'<w:p {_NS}><w:pPr><w:pStyle w:val="TOCHeading"/><w:pageBreakBefore/></w:pPr>'
            f"{_run(contents)}</w:p>",
            *toc,
            f"<w:p {_NS}><w:pPr>{section}</w:pPr>{closing}</w:p>",
        ]
    )


def _cover_paragraph(style: str, text: str) -> str:
    return f'<w:p {_NS}><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{_run(text)}</w:p>'


def _run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _field(code: str, result: str) -> str:
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{_run(result)}'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def _entry(entry: tuple[str, int, str], first: bool) -> str:
    """One line of the contents; the first opens the field that Word can update."""
    name, level, text = entry
    opening = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        '<w:r><w:instrText xml:space="preserve"> TOC \\o "1-2" \\h \\z \\u </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    number = _field(rf"PAGEREF {name} \h", "0")
    inside = f"{_run(text)}<w:r><w:tab/></w:r>{number}"
    return (
        f'<w:p {_NS}><w:pPr><w:pStyle w:val="TOC{level}"/></w:pPr>{opening if first else ""}'
        f'<w:hyperlink w:anchor="{name}" w:history="1">{inside}</w:hyperlink></w:p>'
    )


def reference_document(target: Path, title: str, *, official: bool = True) -> None:
    """Write the document whose styles pandoc copies: fonts, spacing, page, head and number.

    Chinese headings are told by their type, 黑体 and 楷体; where the text is not that of an
    official document (`official` false), they are bold and begin at the margin.
    """
    import docx
    import pypandoc

    program = pypandoc.get_pandoc_path()
    default = subprocess.run(
        [program, "--print-default-data-file", "reference.docx"], capture_output=True, check=True
    )
    target.write_bytes(default.stdout)
    document = docx.Document(str(target))
    for row in _STYLES:
        _style(document, *row)
    if not official:
        _plain_headings(document)
    _defaults(document)
    _contents_styles(document)
    _table_style(document)
    _page(document, title)
    document.save(str(target))


def _defaults(document: Any) -> None:
    """Leave no line of a paragraph alone on a page, and no room but what the styles state.

    Of hanging stops nothing is said: all programs hang them, but they read the switch apart.
    """
    defaults = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:pPrDefault')}")
    for child in list(defaults):
        defaults.remove(child)
    defaults.append(
        parse_xml(f'<w:pPr {_NS}><w:widowControl/><w:spacing w:before="0" w:after="0"/></w:pPr>')
    )


# name, Chinese font, points, line pitch in points (None: single), alignment, before, after,
# first-line indent in characters, keep with the next paragraph
_STYLES: tuple[tuple[Any, ...], ...] = (
    ("Normal", FANG, 16, None, None, 0, 0, 0, False),
    ("Body Text", FANG, 16, 28, "both", 0, 0, 2, False),
    ("First Paragraph", FANG, 16, 28, "both", 0, 0, 2, False),
    ("Compact", FANG, 16, 28, "both", 0, 0, 0, False),
    ("Block Text", KAI, 14, 24, "both", 0, 6, 0, False),
    ("Footnote Text", FANG, 10.5, None, None, 0, 0, 0, False),
    # the cover: a title of two lines and thirteen lines more fill one page
    ("Title", TITLE, 22, 32, "center", 72, 24, 0, False),
    ("Subtitle", KAI, 18, 28, "center", 0, 48, 0, False),
    ("Cover Line", KAI, 16, 30, "center", 0, 0, 0, False),
    ("TOC Heading", BLACK, 18, None, "center", 0, 18, 0, True),
    ("Heading 1", BLACK, 16, 28, None, 0, 6, 2, True),
    ("Heading 2", KAI, 16, 28, None, 0, 0, 2, True),
    ("Heading 3", FANG, 16, 28, None, 0, 0, 2, True),
    ("Captioned Figure", FANG, 12, None, "center", 0, 4, 0, True),
    ("Figure", FANG, 12, None, "center", 0, 4, 0, True),
    ("Image Caption", BLACK, 12, 18, "center", 0, 2, 0, False),
    ("Table Caption", BLACK, 12, 22, "center", 0, 2, 0, True),
    ("Table Text", SONG, 10.5, 14, None, 0, 0, 0, False),
    ("Table Text Small", SONG, 9, 12, None, 0, 0, 0, False),  # more than seven columns
    ("Note Line", SONG, 10.5, 15, None, 0, 0, 0, True),
    ("Source Line", SONG, 10.5, 15, None, 0, 10, 0, False),
)


def _style(
    document: Any,
    name: str,
    font: str,
    size: float,
    pitch: float | None,
    align: str | None,
    before: float,
    after: float,
    indent: int,
    keep: bool,
) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_LINE_SPACING
    from docx.shared import Pt, RGBColor

    styles = document.styles
    known = {style.name for style in styles}
    style = styles[name] if name in known else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.font.name, style.font.size = _LATIN, Pt(size)
    style.font.bold = name == "Heading 3"
    style.font.italic, style.font.color.rgb = False, RGBColor(0, 0, 0)
    fonts = style.element.rPr.rFonts
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), font)
    form = style.paragraph_format
    form.space_before, form.space_after = Pt(before), Pt(after)
    form.keep_with_next = keep
    form.page_break_before = name == "Heading 1"  # chapters begin on a new page
    form.line_spacing_rule = WD_LINE_SPACING.SINGLE if pitch is None else WD_LINE_SPACING.EXACTLY
    form.line_spacing = 1.0 if pitch is None else Pt(pitch)
    form.widow_control = True
    properties = style.element.get_or_add_pPr()
    if align:
        properties.get_or_add_jc().set(qn("w:val"), align)
    indents = properties.get_or_add_ind()
    indents.attrib.clear()
    indents.set(qn("w:firstLineChars"), str(indent * 100))
    indents.set(qn("w:firstLine"), str(round(indent * size * 20)))


def _plain_headings(document: Any) -> None:
    from docx.oxml.ns import qn

    for level in (1, 2, 3):
        style = document.styles[f"Heading {level}"]
        style.font.bold = True
        indents = style.element.get_or_add_pPr().get_or_add_ind()
        for side in ("firstLine", "firstLineChars"):
            indents.set(qn(f"w:{side}"), "0")


def _contents_styles(document: Any) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
    from docx.shared import Pt, Twips

    for level, font in ((1, BLACK), (2, FANG)):
        name = f"TOC {level}"
        known = {style.name for style in document.styles}
        if name not in known and name.lower() not in known:
            document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        _style(document, name, font, 12, 20, None, 0, 0, 0, False)
        style = document.styles[name]
        style.element.set(qn("w:styleId"), f"TOC{level}")
        form = style.paragraph_format
        form.left_indent = Pt(12 * 2 * (level - 1))
        form.tab_stops.add_tab_stop(Twips(_TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)


def _table_style(document: Any) -> None:
    """Give pandoc's table style three lines: above, under the head, below."""
    element = document.styles["Table"].element
    for child in list(element):
        if child.tag.endswith(("}tblPr", "}tblStylePr", "}trPr", "}tcPr")):
            element.remove(child)
    thick, thin = 'w:val="single" w:sz="12"', 'w:val="single" w:sz="6"'
    element.append(
        parse_xml(
            f"<w:tblPr {_NS}><w:jc w:val='center'/><w:tblBorders><w:top {thick}/>"
            f"<w:bottom {thick}/></w:tblBorders><w:tblCellMar><w:top w:w='20' w:type='dxa'/>"
            "<w:left w:w='60' w:type='dxa'/><w:bottom w:w='20' w:type='dxa'/>"
            "<w:right w:w='60' w:type='dxa'/></w:tblCellMar></w:tblPr>"
        )
    )
    element.append(
        parse_xml(
            f"<w:tblStylePr {_NS} w:type='firstRow'><w:tcPr><w:tcBorders><w:bottom {thin}/>"
            "</w:tcBorders><w:vAlign w:val='center'/></w:tcPr></w:tblStylePr>"
        )
    )


def _page(document: Any, title: str) -> None:
    """Set the page of GB/T 9704: the title above, the number between dashes at the outer edge.

    The text begins on a right-hand page with number 1, as the standard's print on both sides
    has it: odd numbers right, even ones left, one letter from the edge.
    """
    section = document.sections[-1]
    properties = section._sectPr
    for child in list(properties):
        if child.tag.endswith(("}type", "}pgSz", "}pgMar", "}pgNumType")):
            properties.remove(child)
    for part in (
        *_xml_parts(f'<w:type w:val="oddPage"/>{_PAGE}'),
        f'<w:pgNumType {_NS} w:start="1"/>',
    ):
        properties.append(parse_xml(part))
    document.settings.odd_and_even_pages_header_footer = True
    rule = '<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="1" w:color="999999"/></w:pBdr>'
    # the head fills its room to the text: there are programs that heed only its height on the
    # first page of a section
    room = '<w:spacing w:before="0" w:after="930" w:line="280" w:lineRule="exact"/>'
    above = f'{rule}{room}<w:jc w:val="center"/>'
    number = f"{_run('— ')}{_field('PAGE', '1')}{_run(' —')}"
    right = '<w:ind w:rightChars="100" w:right="280"/><w:jc w:val="right"/>'
    left = '<w:ind w:leftChars="100" w:left="280"/><w:jc w:val="left"/>'
    for part, form, inside, size in (
        (section.header, above, _run(title), 18),
        (section.even_page_header, above, _run(title), 18),
        (section.footer, right, number, 28),
        (section.even_page_footer, left, number, 28),
    ):
        part.is_linked_to_previous = False
        line = f"<w:p {_NS}><w:pPr>{form}</w:pPr>{inside}</w:p>"
        letters = (
            f'<w:rPr><w:rFonts w:ascii="{SONG}" w:hAnsi="{SONG}" w:eastAsia="{SONG}"/>'
            f'<w:sz w:val="{size}"/></w:rPr>'
        )
        old = part.paragraphs[0]._p
        old.getparent().replace(old, parse_xml(line.replace("<w:r>", f"<w:r>{letters}")))


def _xml_parts(text: str) -> list[str]:
    return [f"<{part} {_NS}/>" for part in text.replace("/>", "").split("<")[1:]]


def finish(raw: Path, target: Path, as_of: datetime.date) -> None:
    """Make pandoc's Word file print well: table rows whole, short tables on one page.

    The zip is written anew with one date throughout, so that its bytes repeat.

    Raises
    ------
    InputError
        When the file cannot be written, for example because Word has it open.
    """
    import docx

    document = docx.Document(str(raw))
    document.settings.odd_and_even_pages_header_footer = True
    pages.state(document, _TEXT_WIDTH)
    _fill_pages(document)
    properties = document.core_properties
    moment = datetime.datetime.combine(as_of, datetime.time())
    properties.created = properties.modified = moment
    properties.author = properties.last_modified_by = ""
    passing = raw.with_suffix(".passing.docx")
    document.save(str(passing))
    try:
        _rezip(passing, target, as_of)
    except PermissionError as error:
        raise UserError(
            "文件无法写入，可能正在 Word 中打开",
            "the file cannot be written; it may be open in Word",
            file=target.name,
        ) from error


def _fill_pages(document: Any) -> None:
    """Put the pages of the headings into the contents."""
    found = pages.pages(pages.laid_out(document, _TEXT_WIDTH / 20), _TEXT_HEIGHT / 20)
    for link in document.element.body.iter(qn("w:hyperlink")):
        name = link.get(qn("w:anchor"))
        if link.find(f".//{qn('w:instrText')}") is not None:
            list(link.iter(qn("w:t")))[-1].text = str(found[name])


def _rezip(source: Path, target: Path, as_of: datetime.date) -> None:
    stamp = (max(as_of.year, 1980), as_of.month, as_of.day, 0, 0, 0)
    with zipfile.ZipFile(source) as old:
        parts = report_fonts.embed({name: old.read(name) for name in old.namelist()})
    with zipfile.ZipFile(target, "w") as new:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, content)
