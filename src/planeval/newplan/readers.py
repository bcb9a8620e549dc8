"""Read a plan document: Word, web page, workbook, CSV or plain text, spans written out."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from planeval.newplan.document import (
    COLUMNS_AT_MOST,
    ROWS_AT_MOST,
    Document,
    Grid,
    Table,
    assemble,
    check_archive,
    clean,
    decoded,
    opened,
    refusal,
    too_many_rows,
)
from planeval.newplan.text import read_csv, read_txt

TAGS_AT_MOST = 150_000
DEPTH_AT_MOST = 1_000
_SUPER = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def read_document(path: Path) -> Document:
    """Return a plan document's text and tables, in order.

    Raises
    ------
    InputError
        For a file that is missing, of another kind, locked, broken, or too large to be a plan.
    """
    path = Path(path)
    raw = opened(path)
    reader = {
        ".docx": _docx,
        ".html": _html,
        ".htm": _html,
        ".xlsx": _xlsx,
        ".csv": read_csv,
        ".txt": read_txt,
    }[path.suffix.lower()]
    return reader(path, raw)


# --- Word ----------------------------------------------------------------------------------


def _docx(path: Path, raw: bytes) -> Document:
    import docx
    from docx.oxml.ns import qn

    check_archive(path, "word/document.xml")
    try:
        document = docx.Document(io.BytesIO(raw))
        body = document.element.body
        title = clean(document.core_properties.title or "")
    except Exception as error:  # whatever the parser of a damaged file raises
        raise refusal(
            path,
            ".docx 文件已损坏或不完整",
            f"the .docx file is broken or cut off ({type(error).__name__})",
        ) from None
    keep = title if re.search("规划|纲要", title) else None
    return assemble(path.name, keep, _docx_blocks(body, qn))


def _docx_blocks(node: Any, qn: Any) -> Iterator[str | Table]:
    for child in node.iterchildren():
        if child.tag == qn("w:p"):
            yield _docx_text(child, qn)
            for box in child.iter(qn("w:txbxContent")):
                yield from _docx_blocks(box, qn)
        elif child.tag == qn("w:tbl"):
            yield _docx_table(child, qn)
            for cell in child.iter(qn("w:tc")):  # a table set within a table's cell
                for inner in cell.iterchildren(qn("w:tbl")):
                    yield _docx_table(inner, qn)
        elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:smartTag")):
            yield from _docx_blocks(child, qn)


def _docx_text(paragraph: Any, qn: Any) -> str:
    """Return a paragraph's text as accepted: deletions left out, raised figures kept raised."""
    parts: list[str] = []
    for node in paragraph.iter(qn("w:t"), qn("w:tab"), qn("w:br")):
        above = {item.tag for item in node.iterancestors()}
        if qn("w:txbxContent") in above and qn("w:txbxContent") not in {
            item.tag for item in paragraph.iterancestors()
        }:
            continue
        if node.tag != qn("w:t"):
            parts.append(" ")
            continue
        text = node.text or ""
        raised = [
            item.get(qn("w:val"))
            for run in node.iterancestors(qn("w:r"))
            for item in run.iter(qn("w:vertAlign"))
        ]
        parts.append(text.translate(_SUPER) if "superscript" in raised else text)
    return "".join(parts)


def _docx_table(table: Any, qn: Any) -> Table:
    grid = Grid()
    origins: dict[int, str] = {}
    lines = [
        row
        for item in table.iterchildren()
        for row in ([item] if item.tag == qn("w:tr") else item.iter(qn("w:tr")))
    ]
    lines = [row for row in lines if next(row.iterancestors(qn("w:tbl"))) is table]
    for r, row in enumerate(lines[:ROWS_AT_MOST]):
        skipped = row.find(f"{qn('w:trPr')}/{qn('w:gridBefore')}")
        column = int(skipped.get(qn("w:val"), 0)) if skipped is not None else 0
        for cell in row.iter(qn("w:tc")):
            if next(cell.iterancestors(qn("w:tr"))) is not row:
                continue
            span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
            wide = int(span.get(qn("w:val"), 1)) if span is not None else 1
            merge = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
            goes_on = merge is not None and merge.get(qn("w:val"), "continue") == "continue"
            text = clean("\n".join(_docx_text(p, qn) for p in cell.iterchildren(qn("w:p"))))
            if goes_on:
                text = origins.get(column, text)
            origins[column] = text
            start = column
            column = grid.put(r, start, text, 1, wide)
            if goes_on:
                grid.held.add((r, start))
    return grid.table(len(lines[:ROWS_AT_MOST]))


# --- web page ------------------------------------------------------------------------------


def _html(path: Path, raw: bytes) -> Document:
    from bs4 import BeautifulSoup

    meta = re.search(rb"charset\s*=\s*[\"']?([\w-]+)", raw[:4096], re.IGNORECASE)
    text = decoded(path, raw, meta[1].decode("ascii", "replace") if meta else None)
    if text.count("<") > TAGS_AT_MOST:
        raise refusal(
            path,
            "网页过大，不像规划文件",
            "the page is too large for a plan",
            f"<= {TAGS_AT_MOST} tags",
        )
    try:
        soup = BeautifulSoup(text, "html.parser")
        if _deep(soup):
            raise RecursionError
        for node in soup(["script", "style", "noscript", "template"]):
            node.decompose()
        heads = [*soup.find_all("h1"), *soup.find_all("title")]
        titles = [clean(node.get_text("")) for node in heads]
        blocks = list(_html_blocks(soup))
    except RecursionError:
        raise refusal(
            path, "网页的嵌套过深", "the page is nested too deeply", "an ordinary page"
        ) from None
    title = next((item for item in titles if re.search("规划|纲要", item)), None)
    return assemble(path.name, title, blocks)


def _deep(soup: Any) -> bool:
    """Tell whether elements are set within one another further than any page has them."""
    waiting = [(soup, 0)]
    while waiting:
        node, depth = waiting.pop()
        if depth > DEPTH_AT_MOST:
            return True
        waiting += [(child, depth + 1) for child in node.find_all(True, recursive=False)]
    return False


def _html_blocks(soup: Any) -> Iterator[str | Table]:
    """Yield paragraphs and innermost or data tables in order; layout tables are looked through."""
    names = ["p", "table", "h1", "h2", "h3", "h4", "h5", "caption", "li", "div", "dd"]
    layout = {id(table) for table in soup.find_all("table") if table.find("table")}
    for node in soup.find_all(names):
        if node.name == "table":
            read = _html_table(node)
            if read.rows:
                yield read
        elif node.name == "caption" or node.find(names) is not None:
            continue
        else:
            table = node.find_parent("table")
            if table is None or id(table) in layout:
                yield node.get_text("")


def _html_table(node: Any) -> Table:
    grid = Grid()
    rows = [row for row in node.find_all("tr") if row.find_parent("table") is node]
    for r, row in enumerate(rows[:ROWS_AT_MOST]):
        column = 0
        for cell in row.find_all(["td", "th"]):
            if cell.find_parent("tr") is not row:
                continue
            for raised in cell.find_all("sup"):
                raised.string = raised.get_text().translate(_SUPER)
            text = "" if cell.find("table") else clean(cell.get_text(""))
            down = _span(cell.get("rowspan"), len(rows) - r)
            column = grid.put(r, column, text, down, _span(cell.get("colspan"), 1))
    label = node.find("caption")
    return grid.table(min(len(rows), ROWS_AT_MOST), clean(label.get_text("")) if label else "")


def _span(value: object, whole: int) -> int:
    """Return a span as browsers take it: 0 is all the rest, nonsense is one."""
    text = str(value or "1").strip()
    if not re.fullmatch(r"[0-9]{1,6}", text):
        return 1
    return max(int(text) or whole, 1)


# --- workbook ------------------------------------------------------------------------------


def _xlsx(path: Path, raw: bytes) -> Document:
    from openpyxl import load_workbook

    check_archive(path, "xl/workbook.xml")
    try:
        book = load_workbook(io.BytesIO(raw), data_only=True)
    except Exception as error:  # whatever the parser of a damaged file raises
        raise refusal(
            path,
            ".xlsx 文件已损坏或不完整",
            f"the .xlsx file is broken or cut off ({type(error).__name__})",
        ) from None
    blocks: list[str | Table] = []
    title = None
    for sheet in book.worksheets:
        if any(any(row) for row in sheet.iter_rows(min_row=ROWS_AT_MOST + 1, values_only=True)):
            raise too_many_rows(path, sheet.max_row)
        table = _sheet(sheet)
        if table.rows:
            blocks.append(table)
            first = clean("".join(dict.fromkeys(table.rows[0])))
            title = title or (first if re.search("规划|纲要", first) else None)
    return assemble(path.name, title, blocks)


def _sheet(sheet: Any) -> Table:
    rows, columns = min(sheet.max_row, ROWS_AT_MOST), min(sheet.max_column, COLUMNS_AT_MOST)
    grid = Grid()
    spans = {
        (area.min_row, area.min_col): (
            area.max_row - area.min_row + 1,
            area.max_col - area.min_col + 1,
        )
        for area in sheet.merged_cells.ranges
    }
    for r in range(rows):
        for c in range(columns):
            if (r, c) in grid.cells:
                continue
            cell = sheet.cell(r + 1, c + 1)
            text = _as_shown(cell.value, cell.number_format)
            grid.put(r, c, text, *spans.get((r + 1, c + 1), (1, 1)))
    return grid.table(rows, sheet.title)


def _as_shown(value: object, form: str) -> str:
    """Return a cell as its reader saw it: 0.65 in a percent cell is 65%.

    Examples
    --------
    >>> _as_shown(182.0, "General"), _as_shown(0.652, "0.0%"), _as_shown(None, "General")
    ('182', '65.2%', '')
    """
    if value is None:
        return ""
    if isinstance(value, float | int) and not isinstance(value, bool):
        if form.endswith("%"):
            return f"{round(value * 100, 6):g}%"
        return str(int(value)) if value == int(value) else repr(round(value, 10))
    return clean(str(value))
