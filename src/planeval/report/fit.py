"""A commentary's words and tables, set so that nothing of them runs off a page.

Chinese text breaks between any two letters; a word, an address or a number does not, and one
longer than a line would run into the margin of the PDF. Such a run may break anywhere. A table
gets the widths that the report's own tables have; one with too many columns is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from analysis.data.errors import InputError
from planeval.report.tree import Node, nodes, text_of
from planeval.show.widths import display_width, fitted_widths, word_type

#: A table of more has columns of less than three Chinese characters.
MOST_COLUMNS = 12
#: Lines of a cell: a row is not cut between pages, and this many fill most of one.
MOST_LINES = 40
#: Letters without a break that fit the shortest line, that of a list within a list.
WORD = 40
#: A line may break here, and nobody sees it.
BREAK = "\u200b"
_EDGE = 2
# what no line breaks in: neither spaces nor Chinese letters nor the marks of an address
_RUN = re.compile(r"[^\s\u200b/?\-\u2e80-\u2fff\u3041-\u9fff\uf900-\ufaff]+[/?\-]?")
_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")


def fit(blocks: list[Node], source: str, file: str) -> None:
    """Make every run of letters and every table of a commentary stay within the page, in place.

    Parameters
    ----------
    blocks : list
        Pandoc blocks.
    source : str
        The commentary as it was written, for the rows told in messages.
    file : str
        Its path, for messages.

    Raises
    ------
    InputError
        When a table has more than :data:`MOST_COLUMNS` columns, or a cell more than a page.

    Examples
    --------
    >>> word = {"t": "Str", "c": "a" * 41}
    >>> fit([{"t": "Para", "c": [word]}], "", "x.md")
    >>> word["c"].count(BREAK), word["c"].replace(BREAK, "") == "a" * 41
    (40, True)
    """
    tables = list(nodes(blocks, "Table"))
    for table, row in zip(tables, _rows(tables, source), strict=True):
        _fit_table(table, file, row)
    for word in nodes(blocks, "Str"):
        word["c"] = breakable(word["c"], WORD)


def breakable(text: str, room: int) -> str:
    """Return a text whose runs wider than `room` may break between any two letters.

    Parameters
    ----------
    text : str
        Words.
    room : int
        Half-width letters that a line holds.

    Examples
    --------
    >>> breakable("abcd ab", 3).replace(BREAK, "·"), breakable("嘉兴港区" * 9, 3) == "嘉兴港区" * 9
    ('a·b·c·d ab', True)
    """

    def broken(run: re.Match[str]) -> str:
        if display_width(run[0]) <= room:
            return run[0]
        # an accent stays with its letter
        marks = (
            c if unicodedata.combining(c) or not n else BREAK + c for n, c in enumerate(run[0])
        )
        return "".join(marks)

    return _RUN.sub(broken, text)


def _rows(tables: list[Node], source: str) -> list[int | None]:
    """Return the row of each table's head, None where lines and tables cannot be matched."""
    lines = source.split("\n")
    heads: list[int | None] = [
        at
        for at, line in enumerate(lines)
        if at and "|" in lines[at - 1] and "-" in line and _RULE.fullmatch(line)
    ]
    return heads if len(heads) == len(tables) else [None] * len(tables)


def _fit_table(table: Node, file: str, row: int | None) -> None:
    columns = len(table["c"][2])
    if columns > MOST_COLUMNS:
        raise InputError(
            f"表格有{columns}列，一页排不下", f"a page has no room for {columns} columns",
            file=file, row=row,
            expected=f"<= {MOST_COLUMNS}（分成几张表，或行列互换 several tables, or turn it over）",
        )  # fmt: skip
    for own in table["c"][2]:  # text between others would stand in the middle of its column
        own[0] = {"t": "AlignLeft"} if own[0] == {"t": "AlignDefault"} else own[0]
    cells = [[cell[4] for cell in line[1]] for line in _lines(table)]
    told = [[text_of(cell) for cell in line] for line in cells]
    if not told or not columns:
        return
    page = word_type(columns).page
    if sum(max(map(display_width, own)) + _EDGE for own in zip(*told, strict=True)) <= page:
        return
    widths = fitted_widths(told[0], told[1:])
    total = max(sum(widths), page)
    for n, width in enumerate(widths):
        table["c"][2][n][1] = {"t": "ColWidth", "c": round(width / total, 4)}
        for line, text in zip(cells, told, strict=True):
            _check_length(text[n], width, file, row)
            for word in nodes(line[n], "Str"):
                word["c"] = breakable(word["c"], int(width) - _EDGE)


def _lines(table: Node) -> Iterator[list[Any]]:
    """Yield the rows of a table, its head first."""
    _, _, _, head, bodies, foot = table["c"]
    yield from head[1]
    for body in bodies:
        yield from (*body[2], *body[3])
    yield from foot[1]


def _check_length(text: str, width: float, file: str, row: int | None) -> None:
    if display_width(text) > MOST_LINES * (width - _EDGE):
        raise InputError(
            "表格的一格太长，一页排不下", "a cell of the table is longer than a page",
            file=file, row=row, value=text,
            expected="写成段落，或分成几行 a paragraph, or several rows",
        )  # fmt: skip
