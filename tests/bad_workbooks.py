"""Workbooks and other files nobody should import: the file itself, or what is typed into a form."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from tests.planeval.files.test_safe import HOSTILE, form
from tests.planeval.intake.test_examine import figure

#: Written into the cell of a figure, a note, a source: none may come into the data.
FIGURES = (
    "=1+1", "=cmd|'/C calc'!A0", "@SUM(1)", "+1+1", "NaN", "inf", "1e400", "9" * 400, "<b>1</b>",
    "226.0.1", "约二百", "1;2", "#REF!", "TRUE", True, "−5", "0x10", "1\n2", "226亿元", "--5",
)  # fmt: skip
SOURCES = ("../../x", "=S2", "S2;S3", "<script>", "S" * 300, "C:\\S2", "s2")
DATES = ("2026-02-30", "=TODAY()", "昨天", "0000-01-01", 1e9, -1, "9999999-01-01", True)


@dataclass(frozen=True)
class BadFile:
    """A file for ``planeval import``.

    Attributes
    ----------
    name : str
        What is odd.
    make : function
        Puts it at a path.
    findings : bool
        Whether the workbook is read and its cells are told one by one, on the screen and in a
        marked copy; else the file is refused in one message.
    """

    name: str
    make: Callable[[Path], object]
    findings: bool = False


def files() -> Iterator[BadFile]:
    """Yield every odd file."""
    for name, (made, _) in HOSTILE.items():
        yield BadFile(name, partial(_written, made))
    for share in (1, 30, 60, 90, 99):
        yield BadFile(f"cut at {share} %", partial(_written, lambda s=share: _cut(s)))
    texts = {"UTF-16 text": "utf-16", "UTF-8 text with mark": "utf-8-sig", "UTF-32 text": "utf-32"}
    for name, encoding in texts.items():
        yield BadFile(name, partial(_written, lambda e=encoding: "地区,数值\n".encode(e)))
    yield BadFile("a picture", partial(_written, lambda: b"\x89PNG\r\n\x1a\n" + bytes(999)))
    yield BadFile("bytes after the end cut off", partial(_written, lambda: form()[:-22]))
    yield BadFile("nothing there", lambda path: None)
    yield BadFile("a folder", lambda path: path.mkdir())
    if os.name != "nt":
        yield BadFile("a link to itself", lambda path: path.symlink_to(path))
        yield BadFile("a link to nothing", lambda path: path.symlink_to("gone"))
        yield BadFile("a pipe", lambda path: os.mkfifo(path))
    for value in FIGURES:
        yield BadFile(f"figure {str(value)[:20]!r}", partial(_typed, cells={"Value": value}), True)
    for value in SOURCES:
        cells = {"Source": value}
        yield BadFile(f"source {value[:20]!r}", partial(_typed, cells=cells), True)
    for value in DATES:
        cells = {"Published (empty: the source's)": value}
        yield BadFile(f"date {value!r}", partial(_typed, cells=cells), True)


def _written(made: Callable[[], bytes], path: Path) -> None:
    path.write_bytes(made())


def _cut(share: int) -> bytes:
    return form()[: len(form()) * share // 100]


def _typed(path: Path, cells: dict[str, Any]) -> None:
    path.write_bytes(form())
    book = load_workbook(path)
    told = {"Value": 240.5} | cells
    figure(book, "gdp", "2025", **{"value": told.pop("Value")}, **told)
    book.save(path)


def filled(path: Path) -> None:
    """Write a form with one sound figure in it."""
    _typed(path, {})
