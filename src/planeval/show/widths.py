"""Widths of a table's columns: the ones with which it takes the fewest lines of a page.

No column is narrower than what no line may break in it, a word or a figure. What is left of the
page goes, step by step, to the column whose gain of width saves the most lines of the table for
what it costs; a row is as high as its highest cell. Lines saved in cells that are not the highest
count for little, but they count: where two columns keep a row high, one must go first.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planeval.show.terminal import display_width

_LINE = 442.2  # points that a line of a page holds, 156 mm
#: Points of a table's type in the PDF with more than nine, more than seven and fewer columns.
SIZES, MANY = (7.5, 8.5, 9.5), (9, 7)
#: The same in Word with more than seven columns and fewer: 小五 and 五号.
WORD_SIZES = (9.0, 10.5)
PAGE = int(2 * _LINE / WORD_SIZES[1])  # half-width letters of the larger type on a line
_INSET = 8.2  # points that stand free between a column and its neighbours
#: Widths of Latin type, in half-width letters; what is not said here is as wide as one.
_NARROW = dict.fromkeys("abcdeghknopqsuvxyz", 0.9) | dict.fromkeys("fijlrt", 0.7)
_BREAKS = {" ": 0.6, "\n": 0.0}
_WIDE = dict.fromkeys("BCEFLPRSTZ−+±≥≤×=<>%", 1.2) | dict.fromkeys("ADHKNUVXY", 1.4)
_LATIN = _NARROW | _BREAKS | _WIDE | dict.fromkeys("mwGMOQW", 1.5)
#: Where a Chinese character meets a Latin letter or a figure a quarter of a character stays free.
_HAN, _ALNUM = "[\u3400-\u9fff]", "[A-Za-z0-9]"
_SEAM = re.compile(f"(?<={_HAN})(?={_ALNUM})|(?<={_ALNUM})(?={_HAN})")
_FIGURES = frozenset("0123456789")  # of broader type broader too, by half as much as letters
_HEAD = 1.1  # how much wider letters without serifs are, as heads have them
_BROAD = 1.2  # the same of the letters that come with Chinese type, beside those of Times
_CELL = 0.1  # what a line saved in one cell counts beside a line saved in a row
_WORD = 24  # a longer run is an address, which may break
#: Letters that no line should break between, with a bracket that follows: 306.2（2024）.
#: Chinese text breaks anywhere.
_LETTERS = r"[^\s\u2e80-\u9fff\uff00-\uffef—/]+"
#: A line may break after the stroke of Equal-growth, not within 2026-11.
_HYPHEN = re.compile("(?<=[A-Za-z]-)(?=[A-Za-z])")
#: No line begins with a stroke: it stays with what is before it, a space between them or not.
#: A sign stays with its figure: ≥ 300.
_RUN = re.compile(f"(?:[≥≤] )?{_LETTERS}(?:（{_LETTERS}）)?(?: ?/)?")


class Type(NamedTuple):
    """The type a table is set in.

    Attributes
    ----------
    page : int
        Half-width letters on a line of the page.
    letters, head : float
        How wide Latin letters are beside those of Times, in cells and in heads.
    """

    page: int = PAGE
    letters: float = 1.0
    head: float = _HEAD

    @property
    def edge(self) -> float:
        """What stands free between a column and its neighbours, in half-width letters."""
        return round(_INSET * self.page / _LINE, 1)


def word_size(columns: int) -> float:
    """Return the points of a Word table's type."""
    return WORD_SIZES[columns <= MANY[1]]


def word_type(columns: int) -> Type:
    """Return the type of a table of so many columns in Word; a screen has as much room.

    Examples
    --------
    >>> word_type(7).page, word_type(8).page
    (84, 98)
    """
    return Type(int(2 * _LINE / word_size(columns)))


def printed_type(columns: int, language: str) -> Type:
    """Return the type of a table of so many columns in the PDF: more of them, smaller.

    Examples
    --------
    >>> printed_type(6, "zh").page, printed_type(8, "zh").page, printed_type(10, "en").page
    (93, 104, 117)
    """
    size = SIZES[0] if columns > MANY[0] else SIZES[1] if columns > MANY[1] else SIZES[2]
    letters = 1.0 if language == "zh" else _BROAD
    return Type(int(2 * _LINE / size), letters, _BROAD)


def fitted_widths(
    columns: Sequence[str], rows: Sequence[Sequence[str]], set_in: Type | None = None
) -> list[float]:
    """Return the column widths with which a table takes the fewest lines.

    Parameters
    ----------
    columns : sequence of str
        Headings.
    rows : sequence of sequence of str
        Cells as printed.
    set_in : Type, optional
        Word's, if not told: :func:`word_type`.

    Returns
    -------
    list of float
        In half-width letters; they add up to a line of the page at most, save with more
        columns than it has room for.

    Examples
    --------
    >>> fitted_widths(["指标", "完成值"], [["港口货物吞吐量", "12,345.6"]])
    [15.6, 9.6]
    """
    cells = [
        [_HYPHEN.sub("\n", text) for text in column] for column in zip(columns, *rows, strict=True)
    ]
    set_in = set_in or word_type(len(columns))
    most = [
        max([_set(head, set_in.head), *(_set(text, set_in.letters) for text in own), 4])
        for head, *own in cells
    ]
    # more columns than a page has room for still get two letters each, and crowd
    page = max(math.floor(set_in.page - set_in.edge * len(columns)), 2 * len(columns))
    if sum(most) <= page:
        return [round(one + set_in.edge, 1) for one in most]
    have = _starting(cells, most, page, set_in)
    lines = [_lines(column, page, set_in) for column in cells]
    while (room := page - sum(have)) > 0:
        gain, n, step = max(
            _best(lines, have, n, min(room, most[n] - have[n])) for n in range(len(cells))
        )
        if gain <= 0:
            break
        have[-n] += step
    return [round(one + set_in.edge, 1) for one in _shared(have, most, page)]


def unbroken(text: str) -> int:
    """Return the half-width letters of the longest run of `text` that no line breaks in.

    Examples
    --------
    >>> unbroken("公布于 2026-11-30"), unbroken("嘉兴港区")
    (10, 0)
    """
    return max((_set(run, 1.0) for run in _RUN.findall(_HYPHEN.sub("\n", text))), default=0)


def _set(text: str, letters: float) -> int:
    """Return the half-width letters that `text` takes as it is set: an m is wider than an i.

    Examples
    --------
    >>> _set("million yuan", 1.0), _set("million yuan", 1.1), _set("1,082.85", 1.1)
    (11, 12, 9)
    >>> _set("2020年数值", 1.0)  # 4 + 6, and half a letter between figures and characters
    11
    """
    figure = (1 + letters) / 2
    told = (
        _LATIN[c] * letters if c in _LATIN else figure if c in _FIGURES else display_width(c)
        for c in text
    )
    return math.ceil(round(sum(told) + 0.5 * len(_SEAM.findall(text)), 3))


def _least(text: str, short: int, letters: float) -> int:
    """Return what a cell needs: its longest run without a break, all of what is short."""
    longest = max((_set(run, letters) for run in _RUN.findall(text)), default=0)
    return max(longest if longest <= _WORD else _WORD // 2, min(_set(text, letters), short), 4)


def _starting(
    cells: Sequence[Sequence[str]], most: Sequence[int], page: int, set_in: Type
) -> list[int]:
    """Return the widths to begin with: short cells whole; where the page has no room, no word cut.

    Only where words alone are wider than the page is every column cut in proportion.
    """
    for short in (8, 4):
        least = [
            max([_least(head, 4, set_in.head), *(_least(t, short, set_in.letters) for t in own)])
            for head, *own in cells
        ]
        have = [min(low, high) for low, high in zip(least, most, strict=True)]
        if sum(have) <= page:
            return have
    return [max(one * page // sum(have), 2) for one in have]


def _lines(column: Sequence[str], page: int, set_in: Type) -> NDArray[np.int64]:
    """Return how many lines a head and the cells under it take at each width to the page's.

    A line that is broken is not full: on average half a word stays free.
    """
    widths = np.arange(page + 1)
    made = np.empty((len(column), page + 1), dtype=np.int64)
    for at, text in enumerate(column):
        letters = set_in.letters if at else set_in.head
        long = _set(text, letters)
        words = [_set(run, letters) for run in _RUN.findall(text)]
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
