"""A plan document as it is read: its paragraphs and tables in order, whatever the file format.

A reader never trusts a file: what it claims to be, how large it says it is and how large it
becomes when unpacked are all looked at before anything is parsed.
"""

from __future__ import annotations

import re
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from analysis.data.errors import InputError

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
    return InputError(zh, en, file=path.name, expected=expected or None, nearest=near)


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
        raise InputError(
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
    return InputError(
        "表格行数过多，不像规划指标表",
        "the table has too many rows for a plan's",
        file=path.name,
        value=rows,
        expected=f"<= {ROWS_AT_MOST}",
    )


def _too_large(path: Path, value: str, most: int) -> InputError:
    return InputError(
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
