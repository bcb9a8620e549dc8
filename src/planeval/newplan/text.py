"""Read a plan document kept as CSV or plain text: cells between marks, or one a line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from planeval.newplan.document import (
    COLUMNS_AT_MOST,
    ROWS_AT_MOST,
    Document,
    Grid,
    Table,
    assemble,
    clean,
    decoded,
    refusal,
    too_many_rows,
)


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
