"""The Word edition: official styles, contents as fields, every measure stated.

What a file leaves open, Word, WPS and others decide each in its own way: how wide a column is, how
high a line with a picture, which year's rules of layout hold. The contents are a field that Word
counts anew when its user asks for it (F9); until then they tell the pages of the PDF.
"""

from __future__ import annotations

import datetime
import itertools
import re
import subprocess
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_LINE_SPACING, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor, Twips

from planeval.report import fonts as report_fonts
from planeval.report.document import SHORT
from planeval.show.widths import WORD_SIZES, unbroken, word_size
from planeval.words.errors import UserError

_NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_EMU = 635  # a twip
_CELL, _PARAGRAPH, _TEXT = qn("w:tc"), qn("w:p"), qn("w:t")
_VALUE, _WIDTH = qn("w:val"), qn("w:w")
_LIST = 720  # indent of a list, in twips
_SIDES = 150  # room at both sides of a cell, with what rounding needs
_EXTENT = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}extent"
_EXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}ext"


def _xml(text: str) -> Any:
    """Parse an element of WordprocessingML, its namespace left to be understood."""
    return parse_xml(re.sub(r"^<[\w:]+", rf"\g<0> {_NS}", text))


def state(document: Any, width: int) -> None:
    """State every measure of a report in Word, in place.

    Parameters
    ----------
    document : docx.Document
        As pandoc writes it.
    width : int
        Of the text, in twips.
    """
    # the layout of Word 2013 and later; a file that asks for none gets that of 2007
    settings, uri = document.settings.element, "http://schemas.microsoft.com/office/word"
    version = f'<w:compatSetting w:name="compatibilityMode" w:uri="{uri}" w:val="15"/>'
    settings.remove_all("w:compat")
    settings.find(qn("w:rsids")).addprevious(_xml(f"<w:compat>{version}</w:compat>"))
    for table in document.tables:
        size = word_size(len(table._tbl.tblGrid.gridCol_lst))
        name = "Table Text" if size == max(WORD_SIZES) else "Table Text Small"
        _finish_table(table, document.styles[name].style_id, size, width)
    for element in document.element.body.iter(qn("w:p")):
        if element.find(f".//{qn('w:drawing')}") is not None:
            _finish_picture(element, width)
        elif element.style == "ImageCaption" and getattr(element.getnext(), "style", None) in (
            "NoteLine", "SourceLine",
        ):  # fmt: skip
            element.get_or_add_pPr()._insert_keepNext(OxmlElement("w:keepNext"))
        elif element.pPr is not None and element.pPr.numPr is not None:
            level = element.pPr.numPr.ilvl
            indents = element.pPr.get_or_add_ind()
            indents.set(qn("w:left"), str(_LIST * (1 + (0 if level is None else level.val))))
            indents.set(qn("w:hanging"), str(_LIST // 2))


def _finish_picture(element: Any, width: int) -> None:
    """Give a picture the width of the text, in a line that is no higher than the picture."""
    for extent in (*element.iter(_EXTENT), *element.iter(_EXT)):
        wide, high = int(extent.get("cx")), int(extent.get("cy"))
        extent.set("cx", str(width * _EMU))
        extent.set("cy", str(round(high * width * _EMU / wide)))
    for run in element.r_lst:
        run.get_or_add_rPr().get_or_add_sz().set(qn("w:val"), "2")
    element.get_or_add_pPr().append(_xml('<w:rPr><w:sz w:val="2"/></w:rPr>'))


def _finish_table(table: Any, style: str, size: float, width: int) -> None:
    """Set type and widths of the cells, keep rows whole, and a short table on one page."""
    rows, columns = table._tbl.tr_lst, table._tbl.tblGrid.gridCol_lst
    needed = [0.0] * len(columns)
    for n, row in enumerate(rows):
        row.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for c, cell in enumerate(row.iterfind(_CELL)):
            for paragraph in cell.iterfind(_PARAGRAPH):
                named = _first(_first(paragraph, "w:pPr"), "w:pStyle")
                named.set(_VALUE, style)
                if len(rows) <= SHORT + 1 or not n:  # a head is never alone at the foot of a page
                    named.addnext(OxmlElement("w:keepNext"))
                text = "".join(part.text or "" for part in paragraph.iter(_TEXT))
                # a half-width letter is half as wide as the type is high
                needed[c] = max(needed[c], 10 * unbroken(text) * size + _SIDES)
    given = [float(column.get(_WIDTH)) for column in columns]
    widths = [str(one) for one in shared(given, needed, width)]
    whole = table._tbl.tblPr.find(qn("w:tblW"))
    whole.set(qn("w:type"), "dxa")
    whole.set(_WIDTH, str(width))
    for column, one in zip(columns, widths, strict=True):
        column.set(_WIDTH, one)
    for row in rows:
        for cell, one in zip(row.iterfind(_CELL), widths, strict=True):
            told = _first(_first(cell, "w:tcPr"), "w:tcW")
            told.set(qn("w:type"), "dxa")
            told.set(_WIDTH, one)


def _first(parent: Any, name: str) -> Any:
    """Return the child of that name, made the first where there is none."""
    found = parent.find(qn(name))
    if found is None:
        found = OxmlElement(name)
        parent.insert(0, found)
    return found


def shared(given: Sequence[float], least: Sequence[float], whole: int) -> list[int]:
    """Return column widths that add up to the whole, none too narrow for its longest word.

    Parameters
    ----------
    given, least : sequence of float
        Widths wished for, in any measure, and least widths, in twips.
    whole : int
        In twips.

    Examples
    --------
    >>> shared([1000, 3000], [4000, 1000], 8845)
    [4000, 4845]
    >>> sum(shared([1, 1, 1], [9000, 9000, 9000], 8845))
    8845
    """
    shares = [whole * one / sum(given) for one in given]
    fixed: dict[int, float] = {}
    if sum(least) <= whole:
        while True:
            rest = whole - sum(fixed.values())
            free = sum(given[n] for n in range(len(given)) if n not in fixed)
            shares = [fixed.get(n, rest * one / free if free else 0) for n, one in enumerate(given)]
            tight = {n: least[n] for n, one in enumerate(shares) if one < least[n] - 0.5}
            if not tight:
                break
            fixed |= tight
    edges = [round(sum(shares[:n])) for n in range(len(shares) + 1)]
    return [after - before for before, after in itertools.pairwise(edges)]


#: Fonts by name, as official documents ask for them. They are not embedded, their licences
#: forbid it; `report_fonts` puts free shapes beside them for readers who have none.
TITLE, BLACK, SONG = "方正小标宋简体", "黑体", "宋体"
KAI, FANG = "楷体_GB2312", "仿宋_GB2312"
_LATIN = "Times New Roman"
# Margins and size of GB/T 9704: 37 mm above, 35 below, 28 left, 26 right, on A4; in twips.
_PAGE = (
    '<w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1587" '
    'w:header="851" w:footer="1400" w:gutter="0"/>'
)
_TEXT_WIDTH = 11906 - 1474 - 1587


def front_matter(
    cover: Sequence[tuple[str, str]],
    contents: str,
    entries: Sequence[tuple[str, int, str]],
    pages: Mapping[str, int],
) -> str:
    """Return cover lines and contents as WordprocessingML, closed by a section of their own.

    Parameters
    ----------
    cover : sequence of (name, value)
        Lines of the cover.
    contents : str
        Heading of the contents.
    entries : sequence of (id, level, text)
        Headings; levels 1 and 2 are listed.
    pages : mapping of id to int
        What the contents tell until Word counts.
    """
    colon = "：" if any(ord(c) > 0x2E80 for c in contents) else ": "
    lines = [_paragraph("CoverLine", _run(f"{name}{colon}{value}")) for name, value in cover]
    listed = [entry for entry in entries if entry[1] <= 2]
    toc = [_entry(entry, pages[entry[0]], first=n == 0) for n, entry in enumerate(listed)]
    closing = '<w:r><w:fldChar w:fldCharType="end"/></w:r>' if listed else ""
    section = f'<w:sectPr><w:type w:val="nextPage"/>{_PAGE}</w:sectPr>'
    heading = _paragraph("TOCHeading", _run(contents), "<w:pageBreakBefore/>")
    end = f"<w:p {_NS}><w:pPr>{section}</w:pPr>{closing}</w:p>"
    return "".join([*lines, heading, *toc, end])


def _paragraph(style: str, inside: str, form: str = "") -> str:
    return f'<w:p {_NS}><w:pPr><w:pStyle w:val="{style}"/>{form}</w:pPr>{inside}</w:p>'


def _run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _field(code: str, result: str) -> str:
    return f"{_begun(code)}{_run(result)}" + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'


def _begun(code: str) -> str:
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )


def _entry(entry: tuple[str, int, str], page: int, first: bool) -> str:
    """One line of the contents; the first opens the field that Word can update."""
    name, level, text = entry
    opening = _begun(r'TOC \o "1-2" \h \z \u') if first else ""
    number = _field(rf"PAGEREF {name} \h", str(page))
    inside = f"{_run(text)}<w:r><w:tab/></w:r>{number}"
    link = f'<w:hyperlink w:anchor="{name}" w:history="1">{inside}</w:hyperlink>'
    return _paragraph(f"TOC{level}", opening + link)


def reference_document(target: Path, title: str, *, official: bool = True) -> None:
    """Write the document whose styles pandoc copies: fonts, spacing, page, head and number.

    Chinese headings are told by their type, 黑体 and 楷体; where the text is not that of an
    official document (`official` false), they are bold and begin at the margin.
    """
    import pypandoc

    program = pypandoc.get_pandoc_path()
    default = subprocess.run(
        [program, "--print-default-data-file", "reference.docx"], capture_output=True, check=True
    )
    target.write_bytes(default.stdout)
    document = docx.Document(str(target))
    for row in _STYLES:
        _style(document, *row)
    for level in () if official else (1, 2, 3):
        style = document.styles[f"Heading {level}"]
        style.font.bold = True
        for side in ("firstLine", "firstLineChars"):
            style.element.pPr.ind.set(qn(f"w:{side}"), "0")
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
    room = '<w:spacing w:before="0" w:after="0"/>'
    defaults.append(_xml(f"<w:pPr><w:widowControl/>{room}</w:pPr>"))


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


def _contents_styles(document: Any) -> None:
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
    sides = (("top", 20), ("left", 60), ("bottom", 20), ("right", 60))
    cells = "".join(f"<w:{side} w:w='{room}' w:type='dxa'/>" for side, room in sides)
    element.append(_xml(
        f"<w:tblPr><w:jc w:val='center'/><w:tblBorders><w:top {thick}/><w:bottom {thick}/>"
        f"</w:tblBorders><w:tblCellMar>{cells}</w:tblCellMar></w:tblPr>"
    ))  # fmt: skip
    element.append(_xml(
        f"<w:tblStylePr w:type='firstRow'><w:tcPr><w:tcBorders><w:bottom {thin}/>"
        "</w:tcBorders><w:vAlign w:val='center'/></w:tcPr></w:tblStylePr>"
    ))  # fmt: skip


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
    for part in _xml(
        f'<w:sectPr><w:type w:val="oddPage"/>{_PAGE}<w:pgNumType w:start="1"/></w:sectPr>'
    ):
        properties.append(part)
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
        line = f"<w:p><w:pPr>{form}</w:pPr>{inside}</w:p>"
        letters = (
            f'<w:rPr><w:rFonts w:ascii="{SONG}" w:hAnsi="{SONG}" w:eastAsia="{SONG}"/>'
            f'<w:sz w:val="{size}"/></w:rPr>'
        )
        old = part.paragraphs[0]._p
        old.getparent().replace(old, _xml(line.replace("<w:r>", f"<w:r>{letters}")))


def finish(raw: Path, target: Path, as_of: datetime.date) -> None:
    """Make pandoc's Word file print well: table rows whole, short tables on one page.

    The zip is written anew with one date throughout, so that its bytes repeat.

    Raises
    ------
    InputError
        When the file cannot be written, for example because Word has it open.
    """
    document = docx.Document(str(raw))
    document.settings.odd_and_even_pages_header_footer = True
    state(document, _TEXT_WIDTH)
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


def _rezip(source: Path, target: Path, as_of: datetime.date) -> None:
    stamp = (max(as_of.year, 1980), as_of.month, as_of.day, 0, 0, 0)
    with zipfile.ZipFile(source) as old:
        parts = report_fonts.embed({name: old.read(name) for name in old.namelist()})
    with zipfile.ZipFile(target, "w") as new:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, content)
