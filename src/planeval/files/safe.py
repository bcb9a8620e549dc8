"""Open an Office file of unknown origin without being harmed by it.

Everything is looked at inside the archive, by size and by text, before a workbook or document is
built from it: a few kilobytes can hold gigabytes, and one merged range a billion cells.
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

from analysis.data.errors import InputError
from planeval.words.errors import UserError

MEGA = 1024 * 1024
FILE_AT_MOST = 50 * MEGA
UNPACKED_AT_MOST = 200 * MEGA
PART_AT_MOST = 60 * MEGA
RATIO_AT_MOST = 200
MEMBERS_AT_MOST = 5_000
ROWS_AT_MOST = 20_000
CELLS_AT_MOST = 400_000
RANGE_AT_MOST = 10_000
_CHUNK = 1 << 20
_OVERLAP = 256
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_REF = re.compile(
    rb"<(?:\w+:)?(?:mergeCell|hyperlink)\b[^>]{0,200}?\bref=\"([A-Z]+)(\d+):([A-Z]+)(\d+)\""
)
_ENTITY = re.compile(rb"<!(?:DOCTYPE|ENTITY)")


class _Kind(NamedTuple):
    """The part without which a file is none of its kind, and what messages call it."""

    suffix: str
    member: str
    zh: str
    en: str
    full_zh: str
    full_en: str


_BOOK = _Kind(".xlsx", "xl/workbook.xml", "工作簿", "workbook", "Excel 工作簿", "an Excel workbook")
_TEXT = _Kind(".docx", "word/document.xml", "文档", "document", "Word 文档", "a Word document")


def _kind(name: str) -> _Kind:
    """Return what a file should be by its name; a workbook unless it is called a document."""
    return _TEXT if name.lower().endswith(_TEXT.suffix) else _BOOK


def refuse(
    zh: str, en: str, file: str, *, value: object = None, expected: str | None = None
) -> InputError:
    """Return the mistake of a file that is not one that may be read."""
    return UserError(zh, en, file=file, value=value, expected=expected or _kind(file).suffix)


def read_bytes(path: Path, expected: str | None = None) -> bytes:
    """Return a file's bytes; `expected` is its kind where it is no workbook.

    Raises
    ------
    InputError
        When it is no file, is empty or larger than any workbook that is filled in.
    """
    if path.is_dir():
        raise refuse("是文件夹，不是工作簿", "a folder, not a workbook", str(path))
    if not path.is_file():
        raise refuse("文件不存在", "the file does not exist", path.name, expected=expected)
    size = path.stat().st_size
    if size == 0:
        raise refuse("文件是空的", "the file is empty", path.name, expected=expected)
    if size > FILE_AT_MOST:
        raise refuse(
            "文件太大",
            "the file is too large",
            path.name,
            value=f"{size / MEGA:.0f} MB",
            expected=f"<= {FILE_AT_MOST // MEGA} MB",
        )
    return path.read_bytes()


def open_book(raw: bytes, name: str) -> Any:
    """Return the workbook in the bytes, read whole, formulas as formulas.

    Raises
    ------
    InputError
        With one sentence on what the file is, when it is not a harmless workbook.

    Examples
    --------
    >>> open_book(b"region,value", "a.xlsx")
    Traceback (most recent call last):
    ...
    planeval.words.errors.UserError: a.xlsx：不是 Excel 工作簿（内容是文本或 CSV）；应为 .xlsx
    a.xlsx: not an Excel workbook (the content is text or CSV); expected .xlsx
    """
    check_archive(raw, name)
    import warnings

    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on features that are only dropped
            return load_workbook(io.BytesIO(raw), data_only=False, keep_links=False)
    except Exception as error:  # a damaged part shows itself as any error of any library below
        raise refuse(
            "工作簿损坏，无法读取（请用 Excel 打开后另存）",
            f"the workbook is damaged ({type(error).__name__}): open it in Excel and save it anew",
            name,
        ) from None


def check_archive(raw: bytes, name: str, *, links: bool = False) -> None:
    """Refuse bytes that are no Office file of their name's kind, or would cost too much to read.

    Parameters
    ----------
    raw, name
        The file and what it is called.
    links : bool, default False
        Whether a workbook may refer to other files: where only what it shows is read.

    Raises
    ------
    InputError
        See :func:`open_book`.
    """
    _check_kind(raw, name)
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            _check_members(archive, name, links)
            _check_parts(archive, name)
    except InputError:
        raise
    except Exception as error:  # zipfile, zlib, lzma and struct each have their own
        raise refuse(
            "文件不完整或已损坏",
            f"the file is truncated or damaged ({type(error).__name__})",
            name,
        ) from None


def _check_kind(raw: bytes, name: str) -> None:
    kind = _kind(name)
    if raw[:8] == _OLE:
        if "EncryptedPackage".encode("utf-16-le") in raw:
            raise refuse(
                "文件已加密，请取消打开密码后再导入",
                "the file is encrypted: remove the password to open it",
                name,
            )
        raise refuse(
            f"这是旧版 {kind.suffix[:4]}（或其他旧版 Office 文件），请另存为 {kind.suffix}",
            f"this is an old {kind.suffix[:4]} (or another old Office file): "
            f"save it as {kind.suffix}",
            name,
        )
    if raw[:4] == b"PK\x03\x04":
        return
    head = raw[:4096]
    if b"\0" not in head:
        raise refuse(
            f"不是 {kind.full_zh}（内容是文本或 CSV）",
            f"not {kind.full_en} (the content is text or CSV)",
            name,
        )
    raise refuse(f"不是 {kind.full_zh}", f"not {kind.full_en}", name)


def _check_members(archive: zipfile.ZipFile, name: str, links: bool) -> None:
    kind = _kind(name)
    members = archive.infolist()
    names = [item.filename for item in members]
    total = sum(item.file_size for item in members)
    packed = max(sum(item.compress_size for item in members), 1)
    largest = max((item.file_size for item in members), default=0)
    bomb = total > 10 * MEGA and total / packed > RATIO_AT_MOST
    if total > UNPACKED_AT_MOST or largest > PART_AT_MOST or bomb or len(names) > MEMBERS_AT_MOST:
        raise refuse(
            "解压后过大，拒绝读取",
            "unpacked it is too large to be read",
            name,
            value=f"{total / MEGA:.0f} MB, {len(names)} parts, x{total / packed:.0f}",
            expected=f"<= {UNPACKED_AT_MOST // MEGA} MB, x{RATIO_AT_MOST}",
        )
    if len(set(names)) != len(names):
        raise refuse("压缩包内有重名部分", "the archive holds two parts of one name", name)
    if any(item.flag_bits & 1 for item in members):
        raise refuse("文件已加密", "the file is encrypted", name)
    lower = [item.lower() for item in names]
    if any("vbaproject" in item or "/macrosheets/" in item for item in lower):
        raise refuse(
            f"{kind.zh}含有宏，请另存为不含宏的 {kind.suffix}",
            f"the {kind.en} holds macros: save it as {kind.suffix} without them",
            name,
        )
    if not links and any("externallinks/" in item for item in lower):
        raise refuse(
            "工作簿引用了外部文件，请断开链接、粘贴为数值",
            "the workbook links to other files: break the links, paste values",
            name,
        )
    if kind.member not in lower or "[content_types].xml" not in lower:
        raise refuse(
            f"不是 {kind.suffix} {kind.zh}（是别的压缩文件或 Office 文件）",
            f"not {'an' if kind is _BOOK else 'a'} {kind.suffix} {kind.en} "
            "(another archive or Office file)",
            name,
        )


def _check_parts(archive: zipfile.ZipFile, name: str) -> None:
    cells = 0
    for item in archive.infolist():
        if not item.filename.lower().endswith((".xml", ".rels", ".vml")):
            continue
        rows = 0
        before = b""
        with archive.open(item) as part:
            while chunk := part.read(_CHUNK):
                text = before + chunk
                # what began in the last chunk is counted there, what is split is counted here
                rows += len(re.findall(rb"<(?:\w+:)?row[ >]", text)) - len(
                    re.findall(rb"<(?:\w+:)?row[ >]", before)
                )
                cells += len(re.findall(rb"<(?:\w+:)?c[ >]", text)) - len(
                    re.findall(rb"<(?:\w+:)?c[ >]", before)
                )
                _check_text(text, item.filename, name)
                if rows > ROWS_AT_MOST or cells > CELLS_AT_MOST:
                    raise refuse(
                        "行数或单元格数过多，填报表不会有这么多行",
                        "too many rows or cells for a form that is filled in",
                        name,
                        value=item.filename,
                        expected=f"<= {ROWS_AT_MOST} rows, {CELLS_AT_MOST} cells",
                    )
                before = text[-_OVERLAP:]


def _check_text(text: bytes, part: str, name: str) -> None:
    if _ENTITY.search(text):
        raise refuse(
            f"{_kind(name).zh}含有实体声明，拒绝读取",
            f"the {_kind(name).en} declares XML entities and is not read",
            name,
            value=part,
        )
    for left, top, right, bottom in _REF.findall(text):
        # digits first: a number of a million digits is no row
        if max(map(len, (left, top, right, bottom))) > 7 or _area(left, top, right, bottom):
            raise refuse(
                "有跨越大片区域的合并单元格或链接",
                "a merged range or link spans a huge area",
                name,
                value=f"{left.decode()}{top.decode()}:{right.decode()}{bottom.decode()}"[:60],
            )


def _area(left: bytes, top: bytes, right: bytes, bottom: bytes) -> bool:
    def column(letters: bytes) -> int:
        number = 0
        for letter in letters:
            number = number * 26 + letter - 64
        return number

    wide = abs(column(right) - column(left)) + 1
    return wide * (abs(int(bottom) - int(top)) + 1) > RANGE_AT_MOST
