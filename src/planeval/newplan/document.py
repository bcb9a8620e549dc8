"""Read a plan document: Word, web page, workbook, CSV or plain text, spans written out."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from analysis.data.errors import InputError
from planeval.files.safe import MEGA, check_archive, read_bytes
from planeval.words.errors import UserError

SUFFIXES = (".docx", ".html", ".htm", ".xlsx", ".csv", ".txt")
TEXT_AT_MOST = 24_000_000  # bytes of markup or text that are parsed
ROWS_AT_MOST = 3_000
COLUMNS_AT_MOST = 64
CELLS_AT_MOST = 200_000
TAGS_AT_MOST = 150_000
DEPTH_AT_MOST = 1_000
_PLAN = r"(规划|纲要)([（(][^（）()]{2,20}[)）])?$"
_SIGNS = {b"PK\x03\x04": "zip", b"\xd0\xcf\x11\xe0": "ole", b"%PDF": "pdf", b"{\\rt": "rtf"}
_SUPER = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Table:
    """One table: its cells with every span written out, and where it stands.

    Attributes
    ----------
    number : int
        Place among the tables of the document, from 1.
    rows : tuple of tuple of str
        Text of each cell; a cell that spans others repeats its text in all of them.
    held : frozenset of (row, column)
        Cells that only continue a span from the left or from above.
    before, after : tuple of str
        The nearest lines of text before (at most three) and after (at most six) the table.
    label : str
        A name of its own, as of a worksheet; empty otherwise.
    """

    number: int
    rows: tuple[tuple[str, ...], ...]
    held: frozenset[tuple[int, int]] = frozenset()
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    label: str = ""

    @property
    def width(self) -> int:
        """The number of columns of the widest row."""
        return max(map(len, self.rows), default=0)


class Grid:
    """Cells laid out one after another; those with spans fill every place they cover."""

    def __init__(self) -> None:
        self.cells: dict[tuple[int, int], str] = {}
        self.held: set[tuple[int, int]] = set()

    def put(self, row: int, column: int, text: str, rows: int = 1, columns: int = 1) -> int:
        """Place a cell at the next free column of a row, and return the column after it."""
        while (row, column) in self.cells:
            column += 1
        for r in range(row, min(row + max(rows, 1), ROWS_AT_MOST)):
            for c in range(column, min(column + max(columns, 1), COLUMNS_AT_MOST)):
                if (r, c) not in self.cells and len(self.cells) < CELLS_AT_MOST:
                    self.cells[r, c] = text
                    if (r, c) != (row, column):
                        self.held.add((r, c))
        return column + max(columns, 1)

    def table(self, rows: int, label: str = "") -> Table:
        """Return the table of the first `rows` rows."""
        width = max((c for _, c in self.cells), default=-1) + 1
        lines = tuple(tuple(self.cells.get((r, c), "") for c in range(width)) for r in range(rows))
        held = frozenset(place for place in self.held if place[0] < rows)
        return Table(0, lines, held, label=label)


@dataclass(frozen=True)
class Document:
    """What a plan document holds: a title if it has one, and its text and tables in order."""

    name: str
    title: str | None
    blocks: tuple[str | Table, ...]

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables, first to last."""
        return tuple(block for block in self.blocks if isinstance(block, Table))

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The lines of text, first to last."""
        return tuple(block for block in self.blocks if isinstance(block, str))


def clean(text: str) -> str:
    """Return a cell's or paragraph's text on one line, without invisible marks.

    A line break within Chinese words is only where the cell was too narrow.

    Examples
    --------
    >>> clean("年均\\n增长"), clean("[bookmark: _Hlk69805559]GDP  per\\u3000head ")
    ('年均增长', 'GDP per head')
    """
    text = re.sub(r"\[bookmark:[^\]]*\]", "", text)
    text = "".join(c for c in text if c.isspace() or unicodedata.category(c)[0] != "C")
    text = re.sub(r"[\s\u3000\u0007]+", " ", text).strip()
    return re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", text)


def assemble(name: str, title: str | None, blocks: Iterable[str | Table]) -> Document:
    """Return a document from its parts: tables numbered, each with the text around it."""
    items = [item for item in map(_unboxed, blocks) if isinstance(item, Table) or clean(item)]
    done: list[str | Table] = []
    number = 0
    for at, block in enumerate(items):
        if not isinstance(block, Table):
            done.append(clean(block))
            continue
        number += 1
        before = _around(items[:at][::-1], 3)[::-1]
        after = _around(items[at + 1 :], 6)
        done.append(replace(block, number=number, before=before, after=after))
    return Document(name, title or _title(done), tuple(done))


def _unboxed(block: str | Table) -> str | Table:
    """Return the text of a table that holds one text only: a box, or a caption laid out."""
    if isinstance(block, str):
        return block
    texts = {cell for row in block.rows for cell in row if cell}
    return block if len(texts) > 1 else "".join(texts)


def _around(items: Sequence[str | Table], most: int) -> tuple[str, ...]:
    found: list[str] = []
    for item in items:
        if isinstance(item, Table) or len(found) == most:
            break
        found.append(clean(item))
    return tuple(found)


def _title(blocks: Sequence[str | Table]) -> str | None:
    """Return the first short line that calls itself a plan, among the document's first lines."""
    for at, block in enumerate(blocks[:40]):
        if _short(block) and re.search(_PLAN, str(block)):
            return _whole(blocks, at)
    return None


def _short(block: str | Table) -> bool:
    """Return whether a block may be a line of a title: a short text that is no sentence."""
    no_title = r"第[一二三四五六七八九十]+[章节篇]|[。；，]|表\d"
    return isinstance(block, str) and len(block) <= 60 and not re.search(no_title, block)


def _whole(blocks: Sequence[str | Table], at: int) -> str:
    """Return a title with the lines that it was broken over, where the break cuts a phrase."""
    title = str(blocks[at])
    if at and _short(blocks[at - 1]) and re.match(r"个?五年|年?规划|纲要|个|社会发展|发展", title):
        title = f"{blocks[at - 1]}{title}"
    after = blocks[at + 1 : at + 2]
    if after and _short(after[0]) and re.match(r"[和与及]|纲要|远景目标|规划", str(after[0])):
        title = f"{title}{after[0]}"
    return title


# --- a file before it is parsed ------------------------------------------------------------


def refusal(
    path: Path, zh: str, en: str, expected: str = "", near: str | None = None
) -> InputError:
    """Return the one mistake of a document that cannot be read."""
    return UserError(zh, en, file=path.name, expected=expected or None, nearest=near)


def opened(path: Path) -> bytes:
    """Return a document's bytes, once it is known to be a file of a readable kind and size.

    Raises
    ------
    InputError
        For no file, an unknown kind, one too large, or content that is not what its name says.
    """
    kind = path.suffix.lower()
    if kind not in SUFFIXES:
        cure = {".doc": ".docx", ".xls": ".xlsx", ".wps": ".docx", ".et": ".xlsx"}
        raise refusal(
            path,
            "不支持这种文件",
            "this kind of file is not read",
            " / ".join(SUFFIXES),
            near=cure.get(kind, ".docx"),
        )
    raw = read_bytes(path, expected=kind)
    sign = _SIGNS.get(raw[:4])
    office = kind in (".docx", ".xlsx")
    if office and sign in ("zip", "ole"):
        check_archive(raw, path.name, links=True)
    elif office or sign:
        html = re.search(rb"<(html|table|!doctype)", raw[:4096], re.I)
        looks = sign or ("html" if html else None)
        raise refusal(
            path,
            f"内容不是 {path.suffix} 文件" + (f"，而像 {looks}" if looks else ""),
            f"the content is not {path.suffix}" + (f" but looks like {looks}" if looks else ""),
            f"a {path.suffix} file",
        )
    elif len(raw) > TEXT_AT_MOST:
        raise UserError(
            "文件过大",
            "the file is too large",
            file=path.name,
            value=f"{len(raw) / MEGA:.0f} MB",
            expected=f"<= {TEXT_AT_MOST / MEGA:.0f} MB",
        )
    return raw


def _too_many_rows(path: Path, rows: int) -> InputError:
    """Return the mistake of a table longer than any plan's: reading a part would hide the rest."""
    return UserError(
        "表格行数过多，不像规划指标表",
        "the table has too many rows for a plan's",
        file=path.name,
        value=rows,
        expected=f"<= {ROWS_AT_MOST}",
    )


def _broken(path: Path, error: Exception) -> InputError:
    """Return the mistake of an Office file that its parser does not take."""
    kind = path.suffix.lower()
    return refusal(
        path,
        f"{kind} 文件已损坏或不完整",
        f"the {kind} file is broken or cut off ({type(error).__name__})",
    )


def _decoded(path: Path, raw: bytes, declared: str = "") -> str:
    """Return a text file's characters: UTF-8, with or without its mark, or GB18030."""
    names = ["utf-16"] if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    if declared.lower() in ("gb2312", "gbk", "gb18030"):
        names = ["gb18030", "utf-8-sig"]
    for name in names:
        try:
            text = raw.decode(name)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
        break
    raise refusal(
        path,
        "不是文本，或编码不明",
        "not text, or in an unknown encoding",
        "UTF-8 / GB18030 (GBK)",
    )


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
        ".csv": _csv,
        ".txt": _txt,
    }[path.suffix.lower()]
    title, blocks = reader(path, raw)
    return assemble(path.name, title, blocks)


Read = tuple[str | None, Iterable[str | Table]]


def _named(titles: Iterable[str]) -> str | None:
    """Return the first of some titles that calls itself a plan."""
    return next((title for title in titles if re.search("规划|纲要", title)), None)


# --- CSV and plain text: cells between marks, or one a line --------------------------------


def _csv(path: Path, raw: bytes) -> Read:
    """Read a CSV file as one table, whatever separates its cells."""
    text = _decoded(path, raw)
    mark = max(",;\t|", key=text[:4096].count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark))
    except csv.Error as error:
        raise refusal(path, "CSV 格式错误", f"broken CSV ({error})") from None
    if len(lines) > ROWS_AT_MOST:
        raise _too_many_rows(path, len(lines))
    alone = (line for line in lines[:3] if sum(1 for cell in line if cell.strip()) == 1)
    return _named(clean("".join(line)) for line in alone), [_ragged(lines)]


def _ragged(lines: list[list[str]]) -> Table:
    grid = Grid()
    for r, line in enumerate(lines[:ROWS_AT_MOST]):
        for c, text in enumerate(line[:COLUMNS_AT_MOST]):
            grid.put(r, c, clean(text))
    return grid.table(min(len(lines), ROWS_AT_MOST))


def _txt(path: Path, raw: bytes) -> Read:
    """Read plain text: paragraphs, and the tables set in it."""
    lines = _decoded(path, raw).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return None, _txt_blocks(lines)


def _txt_blocks(lines: list[str]) -> Iterator[str | Table]:
    """Yield paragraphs and tables: cells between tabs or pipes, or each on a line of its own."""
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.startswith("\t") and "\t" not in line.strip("\t"):
            rows, at = _stacked(lines, at)
            yield _ragged(rows)
        elif _cells(line):
            rows = []
            while at < len(lines) and (_cells(lines[at]) or not lines[at].strip()):
                if lines[at].strip() and not re.fullmatch(r"[\s|:+-]+", lines[at]):
                    rows.append(_cells(lines[at]))
                at += 1
            yield _ragged(rows)
        else:
            yield line
            at += 1


def _cells(line: str) -> list[str]:
    """Return the cells of a line of a table, none for a line of text."""
    for mark in ("\t", "|", "｜"):
        if line.strip().count(mark) >= 2:
            return line.strip(" |｜" if mark != "\t" else " \n").split(mark)
    return []


def _stacked(lines: list[str], at: int) -> tuple[list[list[str]], int]:
    """Return a table printed one cell a line, each after a tab, rows ended by an empty line.

    A cell's further lines have no tab; two empty lines, or text after an empty line, end it.
    """
    rows: list[list[str]] = [[]]
    while at < len(lines):
        line = lines[at]
        if line.startswith("\t"):
            rows[-1].append(line[1:])
        elif not line.strip():
            if not rows[-1]:
                break
            rows.append([])
        elif rows[-1]:
            rows[-1][-1] += line
        else:
            break
        at += 1
    return [row for row in rows if row], at


# --- Word ----------------------------------------------------------------------------------

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BETWEEN = {f"{_W}{tag}": " " for tag in ("tab", "br", "cr")} | {f"{_W}noBreakHyphen": "-"}


def _docx(path: Path, raw: bytes) -> Read:
    import docx

    try:
        document = docx.Document(io.BytesIO(raw))
        body = document.element.body
        title = clean(document.core_properties.title or "")
    except Exception as error:  # whatever the parser of a damaged file raises
        raise _broken(path, error) from None
    _settle(body)
    return _named([title]), _docx_blocks(body)


def _settle(body: Any) -> None:
    """Accept all changes, and set the text of boxes behind the paragraphs that hold them."""
    # a box has a second copy for older programs
    for mark in [*body.iter(f"{_W}del", f"{_W}moveFrom", _FALLBACK)]:
        holder = mark.getparent()
        taken = holder.getparent() if holder.tag == f"{_W}trPr" else mark
        if taken.getparent() is not None:
            taken.getparent().remove(taken)
    for box in reversed([*body.iter(f"{_W}txbxContent")]):
        holder = next(box.iterancestors(f"{_W}p"))
        for child in reversed(box):
            holder.addnext(child)


def _docx_blocks(node: Any) -> Iterator[str | Table]:
    for child in node:
        if child.tag == f"{_W}p":
            yield _docx_text(child)
        elif child.tag == f"{_W}tbl":  # and the tables set within its cells
            yield from map(_docx_table, child.iter(f"{_W}tbl"))
        elif child.tag in {f"{_W}{tag}" for tag in ("sdt", "sdtContent", "ins", "smartTag")}:
            yield from _docx_blocks(child)


def _docx_text(paragraph: Any) -> str:
    """Return a paragraph's text, raised figures kept raised."""
    parts: list[str] = []
    for node in paragraph.iter(f"{_W}t", *_BETWEEN):
        raised = node.getparent().find(f"{_W}rPr/{_W}vertAlign[@{_W}val='superscript']")
        text = _BETWEEN.get(node.tag) or node.text or ""
        parts.append(text if raised is None else text.translate(_SUPER))
    return "".join(parts)


def _docx_table(table: Any) -> Table:
    """Read a table by its own marks; a cell merged down without a first one is its own first."""
    grid = Grid()
    origins: dict[int, str] = {}
    rows = _within(table, f"{_W}tr", f"{_W}tbl")
    for r, row in enumerate(rows[:ROWS_AT_MOST]):
        skipped = row.find(f"{_W}trPr/{_W}gridBefore")
        column = 0 if skipped is None else _span(skipped.get(f"{_W}val"), 0)
        for cell in _within(row, f"{_W}tc", f"{_W}tr"):
            span = cell.find(f"{_W}tcPr/{_W}gridSpan")
            wide = 1 if span is None else _span(span.get(f"{_W}val"), 1)
            merge = cell.find(f"{_W}tcPr/{_W}vMerge")
            goes_on = merge is not None and merge.get(f"{_W}val", "continue") == "continue"
            text = clean("\n".join(map(_docx_text, cell.iterchildren(f"{_W}p"))))
            if goes_on:
                text = origins.get(column, text)
                grid.held.add((r, column))
            origins[column] = text
            column = grid.put(r, column, text, 1, wide)
    return grid.table(len(rows[:ROWS_AT_MOST]))


def _within(node: Any, tag: str, holder: str) -> list[Any]:
    """Return the parts of a table or row, wrapped or not, without those of tables within."""
    return [part for part in node.iter(tag) if next(part.iterancestors(holder)) is node]


# --- web page ------------------------------------------------------------------------------

_BLOCKS = ("p", "table", "h1", "h2", "h3", "h4", "h5", "caption", "li", "div", "dd")


def _html(path: Path, raw: bytes) -> Read:
    from lxml import etree, html

    meta = re.search(rb"charset\s*=\s*[\"']?([\w-]+)", raw[:4096], re.IGNORECASE)
    text = _decoded(path, raw, meta[1].decode("ascii", "replace") if meta else "")
    if text.count("<") > TAGS_AT_MOST:
        raise refusal(
            path,
            "网页过大，不像规划文件",
            "the page is too large for a plan",
            f"<= {TAGS_AT_MOST} tags",
        )
    parser = html.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True
    )
    try:
        page = html.document_fromstring(text.encode("utf-8", "replace"), parser)
    except etree.LxmlError:  # no element in it
        return None, ()
    depth = 0
    for event, _ in etree.iterwalk(page, ("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > DEPTH_AT_MOST:
            raise refusal(
                path, "网页的嵌套过深", "the page is nested too deeply", "an ordinary page"
            )
    etree.strip_elements(page, "script", "style", "noscript", "template", with_tail=False)
    for raised in page.iter("sup"):
        raised.text = (raised.text or "").translate(_SUPER)
    titles = [clean(node.text_content()) for tag in ("h1", "title") for node in page.iter(tag)]
    return _named(titles), _html_blocks(page)


def _html_blocks(page: Any) -> Iterator[str | Table]:
    """Yield paragraphs and innermost or data tables in order; layout tables are looked through."""
    layout = {table for table in page.iter("table") if _holds(table, "table")}
    for node in page.iter(*_BLOCKS):
        if node.tag == "table":
            read = _html_table(node)
            if read.rows:
                yield read
        elif node.tag != "caption" and not _holds(node, *_BLOCKS):
            table = next(node.iterancestors("table"), None)
            if table is None or table in layout:
                yield node.text_content()


def _holds(node: Any, *tags: str) -> bool:
    return next(node.iterdescendants(*tags), None) is not None


def _html_table(node: Any) -> Table:
    grid = Grid()
    rows = node.xpath("./tr | ./*/tr")
    for r, row in enumerate(rows[:ROWS_AT_MOST]):
        column = 0
        for cell in row.iterchildren("td", "th"):
            text = "" if _holds(cell, "table") else clean(cell.text_content())
            down = _span(cell.get("rowspan"), len(rows) - r)
            column = grid.put(r, column, text, down, _span(cell.get("colspan"), 1))
    label = node.find("caption")
    caption = "" if label is None else clean(label.text_content())
    return grid.table(min(len(rows), ROWS_AT_MOST), caption)


def _span(value: str | None, whole: int) -> int:
    """Return a span as browsers take it: 0 is all the rest, nonsense is one."""
    text = (value or "1").strip()
    return int(text) or whole if re.fullmatch(r"[0-9]{1,6}", text) else 1


# --- workbook ------------------------------------------------------------------------------


def _xlsx(path: Path, raw: bytes) -> Read:
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(raw), data_only=True)
    except Exception as error:  # whatever the parser of a damaged file raises
        raise _broken(path, error) from None
    tables = []
    for sheet in book.worksheets:
        if any(any(row) for row in sheet.iter_rows(min_row=ROWS_AT_MOST + 1, values_only=True)):
            raise _too_many_rows(path, sheet.max_row)
        tables.append(_sheet(sheet))
    tables = [table for table in tables if table.rows]
    return _named(clean("".join(dict.fromkeys(table.rows[0]))) for table in tables), tables


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
