"""Stacked bars of effects that add up to a change: what pushed up, what pulled down, the net."""

from __future__ import annotations

from typing import Any, Unpack

import pandas as pd
from matplotlib.axes import Axes

from planeval.show.chart import (
    COLOURS,
    INK,
    Chart,
    ChartText,
    Ticks,
    finished,
    need,
    new_figure,
    style,
)
from planeval.words.amounts import WORDS, figure_text
from planeval.words.language import spoken

_HATCHES = ("", "////", "..", "xx", "\\\\", "++", "--")
_BOX = {"boxstyle": "round,pad=0.12", "fc": "white", "ec": "none", "alpha": 0.9}
# A segment lower than this share of the axis holds no figure; the table has it.
_READABLE = 0.055
_BESIDE = 0.33  # the net stands to the right of its bar, clear of the figures within


def stacked_chart(
    frame: pd.DataFrame,
    caption: str,
    *,
    digits: int = 0,
    net: str = "合计",
    **text: Unpack[ChartText],
) -> Chart:
    """Stack the effects of factors span by span, gains above zero and losses below, net marked.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``span``, ``factor``, ``value``, in printing order, each factor once in every span; at
        most seven factors. All values known.
    caption : str
        The finding.
    digits : int
        Decimal places of the printed figures.
    net : str
        What to call the marked sum of a span, in the words that stand for the picture.
    **text
        As for :func:`planeval.show.lines.line_chart`.

    Raises
    ------
    ValueError
        When a column is missing, a value unknown, or there are too many factors or no rows.

    Examples
    --------
    >>> frame = pd.DataFrame({"span": ["甲", "甲"], "factor": ["一", "二"], "value": [3.0, -1.0]})
    >>> stacked_chart(frame, "净增二").alt
    '甲：一 +3，二 −1，合计 +2'
    """
    need(frame, "span", "factor", "value")
    wide = frame.pivot_table("value", "span", "factor", aggfunc="sum", sort=False)
    if wide.empty or frame["value"].isna().any() or wide.isna().any(axis=None):
        raise ValueError("every span needs a known value of every factor")
    if wide.shape[1] > len(COLOURS):
        raise ValueError(f"{wide.shape[1]} factors; at most {len(COLOURS)} are told apart")
    with style():
        figure, axes = new_figure(3.3)
        _stack(axes, wide, digits)
        totals = wide.sum(axis=1)
        for place, total in enumerate(totals):
            axes.plot(place + _BESIDE, total, "D", color=INK, markersize=4.5)
            axes.annotate(
                _signed(total, digits),
                (place + _BESIDE, total),
                (5, 0),
                textcoords="offset points",
                va="center",
                fontsize=8,
                bbox=_BOX,
            )
        # Above the bars: beside them, the names took the room of the figures.
        axes.legend(
            loc="lower left",
            bbox_to_anchor=(0, 1),
            ncols=wide.shape[1],
            frameon=False,
            fontsize=8.5,
        )
        axes.set_xlim(-0.45, len(wide) - 1 + 0.95)
        axes.axhline(0, color=INK, linewidth=0.8)
        axes.set_xticks(range(len(wide)), [str(span) for span in wide.index])
        axes.yaxis.set_major_formatter(Ticks())
    facts = [
        f"{span}{WORDS[spoken()]['colon']}"
        + WORDS[spoken()]["comma"].join(
            f"{name} {_signed(value, digits)}" for name, value in row.items()
        )
        + f"{WORDS[spoken()]['comma']}{net} {_signed(row.sum(), digits)}"
        for span, row in wide.iterrows()
    ]
    return finished(figure, caption, text, WORDS[spoken()]["stop"].join(facts), frame)


def _stack(axes: Axes, wide: pd.DataFrame, digits: int) -> None:
    """Draw the segments, each with its figure where there is room for it."""
    up, down = wide.clip(lower=0).sum(axis=1), wide.clip(upper=0).sum(axis=1)
    height = float(up.max() - down.min()) or 1.0
    tops, bottoms = [0.0] * len(wide), [0.0] * len(wide)
    for position, name in enumerate(wide):
        look: dict[str, Any] = {"color": COLOURS[position], "hatch": _HATCHES[position]}
        for place, value in enumerate(wide[name]):
            start = tops[place] if value >= 0 else bottoms[place]
            label = str(name) if place == 0 else None
            axes.bar(place, value, 0.5, start, ec="white", label=label, **look)
            (tops if value >= 0 else bottoms)[place] += value
            middle = start + value / 2
            if abs(value) >= _READABLE * height:
                axes.annotate(
                    _signed(value, digits),
                    (place, middle),
                    ha="center",
                    va="center",
                    fontsize=8,
                    bbox=_BOX,
                )
    axes.set_ylim(float(down.min()) - 0.06 * height, float(up.max()) + 0.06 * height)


def _signed(value: float, digits: int) -> str:
    said = figure_text(float(value), digits)
    return f"+{said}" if value > 0 and said.strip("0.,") else said
