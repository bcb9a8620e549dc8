"""The bytes and the text of a panel file, or what is wrong with them."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from analysis.data.errors import InputError, nearest


def file_bytes(path: Path) -> bytes:
    """Return what a panel file holds, or raise InputError with the nearest name there is."""
    if path.is_dir():
        raise InputError(
            "这是文件夹，不是文件",
            "a folder, not a file",
            file=str(path),
            expected="*.csv: series_id,t,value",
        )
    if not path.is_file():
        folder = path.parent if path.parent.is_dir() else Path()
        others = sorted(p.name for p in folder.iterdir() if p.name.endswith((".csv", ".csv.gz")))
        raise InputError(
            "没有这个文件",
            "no such file",
            file=str(path),
            expected="*.csv: series_id,t,value",
            nearest=nearest(path.name, others),
        )
    return path.read_bytes()


def file_text(data: bytes, file: str) -> str:
    """Return the text of a panel file, plain or compressed; nothing but whole UTF-8.

    Examples
    --------
    >>> file_text(gzip.compress("嘉兴".encode()), "panel.csv.gz")
    '嘉兴'
    """
    if data[:2] == b"\x1f\x8b":
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error) as error:
            raise InputError("压缩文件损坏", "a damaged gz file", file=file) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            "不是 UTF-8 文本；Excel 请另存为“CSV UTF-8”，GBK 文件先转码",
            'not UTF-8 text; in Excel save as "CSV UTF-8", convert GBK files first',
            file=file,
            row=data.count(b"\n", 0, error.start) + 1,
            value=" ".join(f"{byte:02x}" for byte in data[error.start : error.start + 4]),
            expected="CSV UTF-8",
        ) from None
    if "\0" in text:
        row = text.count("\n", 0, text.index("\0")) + 1
        raise InputError("含有空字符", "a null character", file=file, row=row, expected="CSV UTF-8")
    return text
