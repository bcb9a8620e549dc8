"""Read a plan document: Word, web page, workbook, CSV or plain text, spans written out."""

from __future__ import annotations

import csv
import io
import re
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from analysis.data.errors import InputError
from planeval.words.errors import UserError

# A plan document as it is read: its paragraphs and tables in order, whatever the file format.
# A reader never trusts a file: what it claims to be, how large it says it is and how large it
# becomes when unpacked are all looked at before anything is parsed.


SUFFIXES = (".docx", ".html", ".htm", ".xlsx", ".csv", ".txt")
BYTES_AT_MOST = 50_000_000
TEXT_AT_MOST = 12_000_000  # characters of markup or text that are parsed
UNPACKED_AT_MOST = 300_000_000
PART_AT_MOST = 40_000_000  # one unpacked part: a document's text, a sheet
SHEET_AT_MOST = 8_000_000
MEMBERS_AT_MOST = 5_000
ROWS_AT_MOST = 3_000
COLUMNS_AT_MOST = 64
CELLS_AT_MOST = 200_000
_PLAN = r"(规划|纲要)([（(][^（）()]{2,20}[)）])?$"
#: What the archive reader raises for a file that is damaged, whatever the damage.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
    struct.error,
)
_SIGNS = {b"PK\x03\x04": "zip", b"\xd0\xcf\x11\xe0": "ole", b"%PDF": "pdf", b"{\\rt": "rtf"}


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
    if path.suffix.lower() not in SUFFIXES:
        cure = {".doc": ".docx", ".xls": ".xlsx", ".wps": ".docx", ".et": ".xlsx"}
        raise refusal(
            path,
            "不支持这种文件",
            "this kind of file is not read",
            " / ".join(SUFFIXES),
            near=cure.get(path.suffix.lower(), ".docx"),
        )
    if not path.is_file():
        raise UserError(
            "文件不存在", "the file does not exist", file=str(path), expected="an existing file"
        )
    if path.stat().st_size > BYTES_AT_MOST:
        raise _too_large(path, f"{path.stat().st_size / 1e6:.0f} MB", BYTES_AT_MOST)
    raw = path.read_bytes()
    if not raw.strip():
        raise refusal(path, "文件是空的", "the file is empty")
    _check_sign(path, raw)
    return raw


def too_many_rows(path: Path, rows: int) -> InputError:
    """Return the mistake of a table longer than any plan's: reading a part would hide the rest."""
    return UserError(
        "表格行数过多，不像规划指标表",
        "the table has too many rows for a plan's",
        file=path.name,
        value=rows,
        expected=f"<= {ROWS_AT_MOST}",
    )


def _too_large(path: Path, value: str, most: int) -> InputError:
    return UserError(
        "文件过大",
        "the file is too large",
        file=path.name,
        value=value,
        expected=f"<= {most / 1e6:.0f} MB",
    )


def _check_sign(path: Path, raw: bytes) -> None:
    sign = _SIGNS.get(raw[:4])
    wanted = "zip" if path.suffix.lower() in (".docx", ".xlsx") else None
    if sign == wanted:
        return
    if sign == "ole" and "EncryptedPackage".encode("utf-16-le") in raw:
        raise refusal(
            path,
            "文件有密码保护，请去掉密码后另存",
            "the file is encrypted: save it without a password",
        )
    if sign == "ole":
        raise refusal(
            path,
            "这是旧格式的 Word 或 Excel 文件，请另存为 .docx 或 .xlsx",
            "this is an old Word or Excel file: save it as .docx or .xlsx",
        )
    looks = sign or ("html" if re.search(rb"<(html|table|!doctype)", raw[:4096], re.I) else None)
    raise refusal(
        path,
        f"内容不是 {path.suffix} 文件" + (f"，而像 {looks}" if looks else ""),
        f"the content is not {path.suffix}" + (f" but looks like {looks}" if looks else ""),
        f"a {path.suffix} file",
    )


def check_archive(path: Path, member: str) -> None:
    """Refuse an Office file that is broken, locked, or unpacks to far more than it is.

    Raises
    ------
    InputError
        Before anything of it is unpacked or parsed.
    """
    kind = path.suffix.lower()
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            sizes = {item.filename: item.file_size for item in members}
            if any(item.flag_bits & 1 for item in members):
                raise refusal(path, "文件有密码保护", "the file is encrypted")
            if len(members) > MEMBERS_AT_MOST or sum(sizes.values()) > UNPACKED_AT_MOST:
                raise _too_large(path, f"{sum(sizes.values()) / 1e6:.0f} MB", UNPACKED_AT_MOST)
            parsed = {n: s for n, s in sizes.items() if n.lower().endswith((".xml", ".rels"))}
            for name, size in parsed.items():
                most = SHEET_AT_MOST if name.startswith("xl/worksheets/") else PART_AT_MOST
                if size > most:
                    raise _too_large(path, f"{name}: {size / 1e6:.0f} MB", most)
            if member not in sizes:
                raise refusal(
                    path,
                    f"内容不是 {kind} 文件（缺少 {member}）",
                    f"the content is not {kind} ({member} is missing)",
                )
            for name in parsed:  # what is declared is checked against what is there
                archive.read(name)
    except _BROKEN as error:
        raise refusal(
            path, f"{kind} 文件已损坏或不完整", f"the {kind} file is broken or cut off ({error})"
        ) from None


def decoded(path: Path, raw: bytes, declared: str | None = None) -> str:
    """Return a text file's characters: UTF-8, with or without its mark, or GB18030.

    Raises
    ------
    InputError
        When it is none of them, or longer than is read.
    """
    if len(raw) > TEXT_AT_MOST * 2:
        raise _too_large(path, f"{len(raw) / 1e6:.0f} MB", TEXT_AT_MOST * 2)
    names = ["utf-16"] if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    if (declared or "").lower() in ("gb2312", "gbk", "gb18030"):
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


# --- Read a plan document kept as CSV or plain text: cells between marks, or one a line ---


def read_csv(path: Path, raw: bytes) -> Document:
    """Read a CSV file as one table, whatever separates its cells."""
    text = decoded(path, raw)
    head = text[:4096]
    mark = max(",;\t|", key=head.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark))
    except csv.Error as error:
        raise refusal(path, "CSV 格式错误", f"broken CSV ({error})") from None
    if len(lines) > ROWS_AT_MOST:
        raise too_many_rows(path, len(lines))
    title = next((clean("".join(line)) for line in lines[:3] if _titled(line)), None)
    return assemble(path.name, title, [_ragged(lines)])


def _titled(line: list[str]) -> bool:
    filled = [cell for cell in line if cell.strip()]
    return len(filled) == 1 and bool(re.search("规划|纲要", filled[0]))


def _ragged(lines: list[list[str]]) -> Table:
    grid = Grid()
    for r, line in enumerate(lines[:ROWS_AT_MOST]):
        for c, text in enumerate(line[:COLUMNS_AT_MOST]):
            grid.put(r, c, clean(text))
    return grid.table(min(len(lines), ROWS_AT_MOST))


def read_txt(path: Path, raw: bytes) -> Document:
    """Read plain text: paragraphs, and the tables set in it."""
    lines = decoded(path, raw).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return assemble(path.name, None, _txt_blocks(lines))


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
