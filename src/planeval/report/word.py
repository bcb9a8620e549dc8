"""Every measure of the Word edition stated, so that all programs set the same pages.

What a file leaves open, Word, WPS and others decide each in its own way: how wide a column is,
how high a line with a picture, which year's rules of layout hold.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Twips

from planeval.report import pages
from planeval.report.document import SHORT
from planeval.report.pages import _EXTENT
from planeval.show.widths import WORD_SIZES, word_size

NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_EMU = 635  # a twip
_LIST = 720  # indent of a list, in twips
_EXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}ext"


def _state_version(document: Any) -> None:
    """Ask for the layout of Word 2013 and later; a file that asks for none gets that of 2007."""
    settings = document.settings.element
    uri = "http://schemas.microsoft.com/office/word"
    compat = parse_xml(
        f'<w:compat {NS}><w:compatSetting w:name="compatibilityMode" w:uri="{uri}" w:val="15"/>'
        "</w:compat>"
    )
    settings.remove_all("w:compat")
    settings.find(qn("w:rsids")).addprevious(compat)


def state(document: Any, width: int) -> None:
    """State every measure of a report in Word, in place.

    Parameters
    ----------
    document : docx.Document
        As pandoc writes it.
    width : int
        Of the text, in twips.
    """
    _state_version(document)
    for table in document.tables:
        size = word_size(len(table._tbl.tblGrid.gridCol_lst))
        name = "Table Text" if size == max(WORD_SIZES) else "Table Text Small"
        _finish_table(table, document.styles[name].style_id, size, width)
    for element in document.element.body.iter(qn("w:p")):
        if element.find(f".//{qn('w:drawing')}") is not None:
            _finish_picture(element, width)
        elif element.style == "ImageCaption" and _is_line(element.getnext()):
            element.get_or_add_pPr()._insert_keepNext(OxmlElement("w:keepNext"))
        elif element.pPr is not None and element.pPr.numPr is not None:
            level = element.pPr.numPr.ilvl
            indents = element.pPr.get_or_add_ind()
            indents.set(qn("w:left"), str(_LIST * (1 + (0 if level is None else level.val))))
            indents.set(qn("w:hanging"), str(_LIST // 2))


def _is_line(element: Any) -> bool:
    return element is not None and getattr(element, "style", None) in ("NoteLine", "SourceLine")


def _finish_picture(element: Any, width: int) -> None:
    """Give a picture the width of the text, in a line that is no higher than the picture."""
    for extent in (*element.iter(_EXTENT), *element.iter(_EXT)):
        wide, high = int(extent.get("cx")), int(extent.get("cy"))
        extent.set("cx", str(width * _EMU))
        extent.set("cy", str(round(high * width * _EMU / wide)))
    for run in element.r_lst:
        run.get_or_add_rPr().get_or_add_sz().set(qn("w:val"), "2")
    mark = OxmlElement("w:rPr")
    mark.append(OxmlElement("w:sz"))
    mark[0].set(qn("w:val"), "2")
    element.get_or_add_pPr().append(mark)


def _finish_table(table: Any, style: str, size: float, width: int) -> None:
    """Set type and widths of the cells, keep rows whole, and a short table on one page."""
    short = len(table.rows) <= SHORT + 1
    for n, row in enumerate(table._tbl.tr_lst):
        row.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for paragraph in (p for cell in row.tc_lst for p in cell.p_lst):
            paragraph.style = style
            if short or not n:  # a head is never alone at the foot of a page
                paragraph.get_or_add_pPr()._insert_keepNext(OxmlElement("w:keepNext"))
    columns = table._tbl.tblGrid.gridCol_lst
    given = [float(column.get(qn("w:w"))) for column in columns]
    widths = shared(given, pages.least(table._tbl, len(columns), size), width)
    whole = table._tbl.tblPr.find(qn("w:tblW"))
    whole.set(qn("w:type"), "dxa")
    whole.set(qn("w:w"), str(width))
    for column, one in zip(columns, widths, strict=True):
        column.set(qn("w:w"), str(one))
    for row in table._tbl.tr_lst:
        for cell, one in zip(row.tc_lst, widths, strict=True):
            cell.width = Twips(one)


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
