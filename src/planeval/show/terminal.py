"""Lines of a terminal: columns that stand under each other, text in lines of one width.

A Chinese character takes the place of two letters, and terminals keep to that.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

WIDTH = 100
# a word of Latin letters stays whole, and no line begins with a closing mark
_WORD = re.compile(r"[（“《〔]*(?:[!-~−–—]+|\S)[，。；：、）”》〕％]*|\s+")


def display_width(text: str) -> int:
    """Return the columns `text` takes in type: two for a Chinese character, one for others.

    Examples
    --------
    >>> display_width("GDP 亿元")
    8
    """
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def aligned(rows: Sequence[Sequence[str]], indent: int = 2, left: int | None = None) -> list[str]:
    """Return rows as lines whose columns stand under each other.

    Parameters
    ----------
    rows : sequence of sequence of str
        Cells, as many in each row.
    indent : int, default 2
        Spaces before every line.
    left : int, optional
        How many columns stand to the left, the others to the right; all, if not told.

    Examples
    --------
    >>> aligned([("港区", "1"), ("a", "12")])
    ['  港区  1', '  a     12']
    >>> aligned([("港区", "1"), ("a", "12")], indent=0, left=1)
    ['港区   1', 'a     12']
    """
    widths = [max(map(display_width, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = []
        for place, (cell, width) in enumerate(zip(row, widths, strict=True)):
            gap = " " * (width - display_width(cell))
            cells.append(cell + gap if left is None or place < left else gap + cell)
        lines.append((" " * indent + "  ".join(cells)).rstrip())
    return lines


def wrap(text: str, indent: int = 0, width: int = WIDTH, hang: int = 2) -> list[str]:
    """Return text in lines of at most `width` columns.

    Lines after the first stand `hang` columns further in; a word wider than a line is not cut.

    Examples
    --------
    >>> wrap("完成度（37.3%）。", indent=2, width=14)
    ['  完成度', '    （37.3%）。']
    """
    found, line = [], " " * indent
    for word in _WORD.findall(re.sub(r"[ \t\r\n]+", " ", text).strip()):
        if line.strip() and display_width(line + word.rstrip()) > width:
            found.append(line.rstrip())
            line = " " * (indent + hang)
        line += "" if not line.strip() and word.isspace() else word
    return [*found, line.rstrip()] if line.strip() else found
