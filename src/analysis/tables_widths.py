"""Widths of a table's columns: the ones with which it takes the fewest lines of a page.

No column is narrower than what no line may break in it, a word or a figure. What is left of the
page goes, step by step, to the column whose gain of width saves the most lines of the table for
what it costs; a row is as high as its highest cell. Lines saved in cells that are not the highest
count for little, but they count: where two columns keep a row high, one must go first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

PAGE = 84  # half-width letters of 10.5 points that one line of a page holds, 156 mm
_EDGE = 2  # of a column's width: what stands free between it and its neighbours
_CELL = 0.1  # what a line saved in one cell counts beside a line saved in a row
_WORD = 24  # a longer run is an address, which may break
#: Letters that no line should break between, with a bracket that follows: 306.2（2024）.
#: Chinese text breaks anywhere.
_LETTERS = r"[^\s\u2e80-\u9fff\uff00-\uffef—/]+"
#: No line begins with a stroke: it stays with what is before it, a space between them or not.
_RUN = re.compile(f"{_LETTERS}(?:（{_LETTERS}）)?(?: ?/)?")


def display_width(text: str) -> int:
    """Return the columns `text` takes in type: two for a Chinese character, one for others.

    Examples
    --------
    >>> display_width("GDP 亿元")
    8
    """
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def fitted_widths(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[float]:
    """Return the column widths with which a table takes the fewest lines.

    Parameters
    ----------
    columns : sequence of str
        Headings.
    rows : sequence of sequence of str
        Cells as printed.

    Returns
    -------
    list of float
        In half-width letters; they add up to :data:`PAGE` at most.

    Examples
    --------
    >>> fitted_widths(["指标", "完成值"], [["港口货物吞吐量", "12,345.6"]])
    [16.0, 10.0]
    """
    cells = [list(column) for column in zip(columns, *rows, strict=True)]
    least = [max([_least(head, 4), *(_least(text, 8) for text in own)]) for head, *own in cells]
    most = [max(max(map(display_width, column)), 4) for column in cells]
    page = PAGE - _EDGE * len(columns)
    if sum(most) <= page:
        return [float(one + _EDGE) for one in most]
    have = _within([min(low, high) for low, high in zip(least, most, strict=True)], page)
    lines = [_lines(column, page) for column in cells]
    while (room := page - sum(have)) > 0:
        gain, n, step = max(
            _best(lines, have, n, min(room, most[n] - have[n])) for n in range(len(cells))
        )
        if gain <= 0:
            break
        have[-n] += step
    return [float(one + _EDGE) for one in _shared(have, most, page)]


def _least(text: str, short: int) -> int:
    """Return what a cell needs: its longest run without a break, all of what is short."""
    longest = max(map(display_width, _RUN.findall(text)), default=0)
    return max(longest if longest <= _WORD else _WORD // 2, min(display_width(text), short), 4)


def _within(widths: list[int], page: int) -> list[int]:
    """Return widths cut in proportion where they add up to more than the page."""
    total = sum(widths)
    return widths if total <= page else [max(one * page // total, 2) for one in widths]


def _lines(column: Sequence[str], page: int) -> NDArray[np.int64]:
    """Return how many lines each cell takes at each width from 0 to the page's.

    A line that is broken is not full: on average half a word stays free.
    """
    widths = np.arange(page + 1)
    made = np.empty((len(column), page + 1), dtype=np.int64)
    for at, text in enumerate(column):
        long = display_width(text)
        words = [len(run) for run in _RUN.findall(text)]
        free = min(sum(words) / len(words) / 2 if " " in text and words else 0.5, 4.0)
        broken = np.ceil(long / np.maximum(widths - free, 1.0))
        made[at] = np.where(widths >= long, 1, np.maximum(broken, 2))
    return made


def _best(
    lines: Sequence[NDArray[np.int64]], have: Sequence[int], n: int, room: int
) -> tuple[float, int, int]:
    """Return the most lines saved a letter by widening one column, minus its number, and the step.

    The number is negative so that of equal gains the first column takes it.
    """
    if room <= 0:
        return (0.0, -n, 0)
    others = [lines[m][:, have[m]] for m in range(len(lines)) if m != n]
    beside = np.max(others, axis=0) if others else np.zeros(len(lines[n]), dtype=np.int64)
    steps = np.arange(1, room + 1)
    after = np.maximum(lines[n][:, have[n] + steps], beside[:, None]).sum(axis=0)
    before = int(np.maximum(lines[n][:, have[n]], beside).sum())
    cells = lines[n][:, have[n]].sum() - lines[n][:, have[n] + steps].sum(axis=0)
    gains = (before - after + _CELL * cells) / steps
    best = int(np.argmax(gains))
    return (float(gains[best]), -n, int(steps[best]))


def _shared(have: list[int], most: Sequence[int], page: int) -> list[float]:
    """Give what room is left to the columns that still break lines, in equal parts."""
    room = float(page - sum(have))
    made = [float(one) for one in have]
    while room > 0.5:
        short = [n for n, one in enumerate(made) if one < most[n]]
        if not short:
            break
        part = room / len(short)
        for n in short:
            added = min(part, most[n] - made[n])
            made[n] += added
            room -= added
    return [round(one, 1) for one in made]
